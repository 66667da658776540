"""Sound that is missing by now. No Qt."""

from collections.abc import Callable

from livemel.engine import EngineStatus


class Outage:
    """How long sound has been missing at the end of a stream: nobody has counted it yet, and the
    clock goes on. Whatever tells what is heard now asks it first. Runs on: the GUI thread.
    """

    def __init__(self, clock_ns: Callable[[], int]) -> None:
        """clock_ns : the monotonic clock"""
        self._clock_ns = clock_ns
        self._since_ns = 0

    def look(self, status: EngineStatus) -> None:
        """What the engine says of it."""
        self._since_ns = status.lost_since_ns  # also while it is being judged what a stall cost

    @property
    def is_on(self) -> bool:
        """Whether sound is missing now."""
        return self._since_ns > 0

    @property
    def seconds(self) -> float:
        """Up to now; 0 while sound comes."""
        return (self._clock_ns() - self._since_ns) / 1e9 if self.is_on else 0.0
