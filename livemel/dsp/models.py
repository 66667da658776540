"""The table of named front-ends. Adding one is adding a row."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from livemel.dsp.frontend import FrontEnd
from livemel.errors import ParameterError

# What a device is taken to run at until it has said so.
DEFAULT_SR = 48_000


def _live(sr: int) -> FrontEnd:
    """The window's default: the device's own rate, a column every 10 ms."""
    at_rate = FrontEnd(sr=sr, n_fft=2048, n_mels=128)  # which checks sr
    return at_rate.replace(hop_length=max(1, round(sr / 100)))


FRONTENDS: Mapping[str, Callable[[int], FrontEnd]] = MappingProxyType({"live": _live})


def frontend(name: str = "live", *, sr: int | None = None) -> FrontEnd:
    """The front-end of that name.

    name : a row of the table; "live" is the window's default
    sr : int or None, Hz; for a front-end that takes the device's own rate, None is 48 kHz
    Raises ParameterError for an unknown name, with those there are.
    """
    try:
        build = FRONTENDS[name]
    except KeyError:
        known = ", ".join(FRONTENDS)
        raise ParameterError(f"unknown front-end {name!r}: there are {known}") from None
    return build(DEFAULT_SR if sr is None else sr)
