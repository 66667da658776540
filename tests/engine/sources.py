"""Sources for the engine's tests: sound that is there at once, and a Reader of an array."""

import threading
from dataclasses import dataclass

import numpy as np
from livemel.buffers.samples import SampleRing
from livemel.buffers.writer import GapCause
from livemel.errors import LivemelError
from livemel.sources.base import DeliveryStats, SourceFormat, SourceState, SourceStatus

PATIENCE_S = 20.0


@dataclass(frozen=True)
class Missing:
    """A gap that the writer marks."""

    length: int
    cause: GapCause = GapCause.OVERFLOW


class ArraySource:
    """A source that delivers what a test hands it, when it does.

    failure : what wait_open raises, or None; opens : False for one that never opens
    """

    label = "Array"

    def __init__(
        self,
        *parts: np.ndarray | Missing,
        sr: int = 16000,
        channels: int = 1,
        capacity: int = 1 << 20,
        failure: LivemelError | None = None,
        opens: bool = True,
    ) -> None:
        self.ring = SampleRing.private(capacity, channels)
        self.status: SourceStatus | None = None  # instead of RUNNING and ENDED
        self.stops = 0
        self._format = SourceFormat(sr, channels, "The array", channels) if opens else None
        self._failure = failure
        self._writer = self.ring.writer()
        self.looks = 0
        self._looked = threading.Condition()
        self.deliver(*parts)

    def deliver(self, *parts: np.ndarray | Missing) -> None:
        for part in parts:
            if isinstance(part, Missing):
                self._writer.mark_gap(part.length, part.cause)
            else:
                self._writer.write(np.ascontiguousarray(part, dtype=np.float32).data, 1)

    def end(self) -> None:
        self._writer.end()

    def settle(self) -> None:
        """Return when the engine has taken all that was there: two looks have begun since."""
        with self._looked:
            target = self.looks + 2
            assert self._looked.wait_for(lambda: self.looks >= target, PATIENCE_S)

    def start(self) -> None:
        """Nothing to start."""

    def wait_open(self, timeout_s: float) -> SourceFormat | None:
        if self._failure is not None:
            raise self._failure
        if self._format is None:
            threading.Event().wait(timeout_s)
        return self._format

    def poll(self, now_ns: int) -> SourceStatus:  # noqa: ARG002 - of the protocol
        with self._looked:
            self.looks += 1
            self._looked.notify_all()
        if self.status is not None:
            status, self.status = self.status, None if self.status.missing else self.status
            return status
        if self.ring.ended and self.ring.available == 0:
            return SourceStatus(SourceState.ENDED, "The array ended")
        return SourceStatus(SourceState.RUNNING)

    def delivery(self) -> DeliveryStats:
        return DeliveryStats()

    def stop(self) -> None:
        self.stops += 1


class ArrayReader:
    """A Reader of an array of shape (n, channels); failure is raised at its end, if given."""

    def __init__(self, y: np.ndarray, sr: int, failure: Exception | None = None) -> None:
        channels = y.shape[1]
        self.format = SourceFormat(sr, channels, "The array", channels)
        self.closed = 0
        self._left = y
        self._failure = failure

    def read(self, n: int) -> np.ndarray:
        if self._failure is not None and len(self._left) == 0:
            raise self._failure
        part, self._left = self._left[:n], self._left[n:]
        return part

    def close(self) -> None:
        self.closed += 1
