"""livemel: the log-mel spectrogram of live sound, true to the number.

The names below are loaded when they are first used: the capture process, which imports this
package too, must start fast and stay small.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from livemel.version import __version__ as __version__

if TYPE_CHECKING:
    from livemel.channel import Difference
    from livemel.diagnosis import Diagnosis, Finding, Report, diagnose
    from livemel.dsp.frontend import FrontEnd
    from livemel.dsp.rolling import RollingInput
    from livemel.dsp.stream import LogMelStream, log_mel
    from livemel.errors import LivemelError, ParameterError, SourceError
    from livemel.live import ColumnBlock, LiveSource, open_source
    from livemel.presets import frontend


_HOME = {
    "ColumnBlock": "livemel.live",
    "LiveSource": "livemel.live",
    "Difference": "livemel.channel",
    "Diagnosis": "livemel.diagnosis",
    "Finding": "livemel.diagnosis",
    "Report": "livemel.diagnosis",
    "diagnose": "livemel.diagnosis",
    "RollingInput": "livemel.dsp.rolling",
    "open_source": "livemel.live",
    "FrontEnd": "livemel.dsp.frontend",
    "LogMelStream": "livemel.dsp.stream",
    "LivemelError": "livemel.errors",
    "ParameterError": "livemel.errors",
    "SourceError": "livemel.errors",
    "frontend": "livemel.presets",
    "log_mel": "livemel.dsp.stream",
}

__all__ = [
    "ColumnBlock",
    "Diagnosis",
    "Difference",
    "Finding",
    "FrontEnd",
    "LiveSource",
    "LivemelError",
    "LogMelStream",
    "ParameterError",
    "Report",
    "RollingInput",
    "SourceError",
    "diagnose",
    "frontend",
    "log_mel",
    "open_source",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'livemel' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
