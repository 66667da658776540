"""SleepWatch: how long the computer has slept. The monotonic clock does not tell."""

import time
from collections.abc import Callable
from functools import partial

ClockNs = Callable[[], int]

# A difference below this is the moment between two readings, not sleep.
_LEAST_NS = 50_000_000
_FIRST_LOOKS = 5


def clock_through_sleep() -> tuple[ClockNs, ClockNs] | None:
    """A clock that goes on while the computer sleeps and one that stands still meanwhile, both
    deaf to changes of the time of day; None where the platform has no such pair.

    Linux: CLOCK_BOOTTIME and CLOCK_MONOTONIC. macOS: CLOCK_MONOTONIC, which goes on there, and
    CLOCK_UPTIME_RAW, which is Python's monotonic clock. Windows: none; its monotonic clock counts
    sleep, so that a sleeping computer is a device that delivered nothing.
    """
    for through, awake in (
        ("CLOCK_BOOTTIME", "CLOCK_MONOTONIC"),
        ("CLOCK_MONOTONIC", "CLOCK_UPTIME_RAW"),
    ):
        if hasattr(time, through) and hasattr(time, awake):
            read = time.clock_gettime_ns
            return partial(read, getattr(time, through)), partial(read, getattr(time, awake))
    return None


class SleepWatch:
    """Tells, once, how long the computer has slept since the last look.

    clocks : as clock_through_sleep returns them
    """

    def __init__(self, clocks: tuple[ClockNs, ClockNs] | None) -> None:
        self._clocks = clocks
        self._slept_ns = max(self._at_least() for _ in range(_FIRST_LOOKS))

    def look(self) -> int:
        """Nanoseconds asleep since the last look; 0 while it was awake."""
        slept_ns = self._at_least() - self._slept_ns
        if slept_ns > 0:
            self._slept_ns += slept_ns
        return slept_ns if slept_ns > _LEAST_NS else 0

    def _at_least(self) -> int:
        """The clocks' difference or less: this thread may be held up between the two readings."""
        if self._clocks is None:
            return 0
        through, awake = self._clocks
        through_ns = through()
        return through_ns - awake()
