"""How long a device may bring no sound before that is an error."""

import time
from collections.abc import Callable

from livemel.engine.engine import EngineStatus
from livemel.errors import SourceError
from livemel.sources.base import Source, SourceStatus

_POLL_S = 0.01


class Patience:
    """It begins where sound is asked for, and anew each time that the device goes.

    seconds : inf is for ever
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since_ns = time.monotonic_ns()

    def check(self, status: SourceStatus | EngineStatus) -> None:
        """Raises SourceError where sound has been missing for longer."""
        if not status.state.is_silent:
            return
        since_ns = max(status.lost_since_ns, self._since_ns)
        if time.monotonic_ns() - since_ns > self._seconds * 1e9:
            raise SourceError(f"{status.reason}: no sound for {self._seconds:g} s")

    def wait(self, look: Callable[[], SourceStatus | EngineStatus]) -> None:
        """Until sound comes, and what was missing before it has been said. Raises as check."""
        while (status := look()).state.is_silent or status.lost_since_ns:
            self.check(status)
            time.sleep(_POLL_S)


def let_go(source: Source) -> SourceStatus:
    """How an open device does that no engine polls yet. What it has heard so far is over."""
    status = source.poll(time.monotonic_ns())
    while source.ring.read() is not None:
        pass
    return status
