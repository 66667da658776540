"""One thing that is wrong with a sound: what, how much, how sure, where, and what to try."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from math import ceil, floor

from livemel.dsp.frontend import FrontEnd

CODES = (
    "hum",
    "tone",
    "clipping",
    "dropout",
    "discontinuity",
    "dc-offset",
    "missing-bits",
    "band-limit",
    "low-level",
    "all-zero",
    "channel-dead",
    "channels-identical",
    "channel-inverted",
    "rumble",
    "resampled",
    "anomaly",
)


class Severity(IntEnum):
    """How much it matters. As text: note, warn, fail."""

    NOTE = 1  # worth knowing; nobody need hear it
    WARN = 2  # it is heard, or spoils what is computed from the sound
    FAIL = 3  # the sound is not what it should be at all

    def __str__(self) -> str:
        return self.name.lower()

    @classmethod
    def parse(cls, text: str) -> "Severity":
        """The reverse of str(). Raises ValueError for another word."""
        for severity in cls:
            if str(severity) == text:
                return severity
        raise ValueError(f"{text!r} is none of {', '.join(map(str, cls))}")


Number = float | int | str | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found.

    code : of CODES
    text : what it is, how much and how sure, in one line for a person; English
    advice : what to try, in a sentence; "" where there is nothing to do
    start_s, end_s : from when to when, in seconds of the stream. What goes on ends with the report.
    values : numbers, their units in their names (f0_hz); an uncertainty is the value's standard
        error and stands beside it (f0_se_hz). None is "not known".
    channel : from 1; None for all of them, or for how they are to each other
    lines_hz : frequencies at which it is drawn; none where it concerns all of them
    """

    code: str
    severity: Severity
    text: str
    start_s: float
    end_s: float
    advice: str = ""
    values: Mapping[str, Number] = field(default_factory=dict)
    channel: int | None = None
    lines_hz: tuple[float, ...] = ()

    def columns(self, frontend: FrontEnd) -> range:
        """The columns of a stream that began with second 0 whose middle it concerns; one at least
        where there are any.
        """
        hop_s = frontend.hop_length / frontend.sr
        first_s = frontend.first_centre / frontend.sr
        first = max(0, ceil((self.start_s - first_s) / hop_s - 0.5))
        stop = floor((self.end_s - first_s) / hop_s + 0.5) + 1
        return range(first, max(stop, first + 1))
