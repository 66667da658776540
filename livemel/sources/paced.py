"""Sources that are read rather than heard: files, scenes and pipes, delivered in real time.

A file can be delivered at once, too: as fast as it is taken.
"""

import math
import threading
import time
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from livemel.buffers.samples import SampleRing
from livemel.errors import SourceError
from livemel.sources.base import DeliveryStats, SourceFormat, SourceState, SourceStatus
from livemel.timing import Durations

Block = NDArray[np.float32]

_BLOCKS_PER_S = 100
_RING_S = 10
# At once: so much lies ready for each look of the engine, and a full ring is looked at this often.
_RING_AT_ONCE_S, _ROOM_POLL_S = 2, 0.002
# A pipe that brings nothing for this long is worth a word.
_SILENT_NS = 2_000_000_000


class Reader(Protocol):
    """Something that yields sound when asked. It may block, as a pipe does."""

    @property
    def format(self) -> SourceFormat: ...

    def read(self, n: int) -> Block:
        """The next samples, shape (up to n, channels), float32; none at the end."""

    def close(self) -> None: ...


AT_ONCE = math.inf


class PacedSource:
    """Plays a Reader into a ring in real time, from a thread of its own.

    pace : times real time. A live pipe's clock may be faster than ours: there we must be able to
        be faster too, a little, or sound would pile up. AT_ONCE is as fast as the ring is read
    """

    def __init__(self, reader: Reader, *, pace: float = 1.0) -> None:
        self._reader = reader
        self._pace = pace
        self._format = reader.format
        ring_s = _RING_AT_ONCE_S if pace == AT_ONCE else _RING_S
        self._ring = SampleRing.private(ring_s * self._format.sr, self._format.channels)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="livemel-source", daemon=True)
        self._durations = Durations()
        self._failure = ""

    @property
    def label(self) -> str:
        return self._format.name

    @property
    def ring(self) -> SampleRing:
        return self._ring

    def start(self) -> None:
        self._thread.start()

    def wait_open(self, timeout_s: float) -> SourceFormat | None:  # noqa: ARG002 - open already
        return self._format

    def poll(self, now_ns: int) -> SourceStatus:
        if self._failure:
            return SourceStatus(SourceState.ENDED, self._failure, fault=True)
        if self._ring.ended and self._ring.available == 0:
            # What is there as a whole need not be told to have ended.
            reason = "" if self._pace == AT_ONCE else f"{self._format.name} ended"
            return SourceStatus(SourceState.ENDED, reason)
        silent_ns = now_ns - self._ring.written_at_ns if self._ring.written_at_ns else 0
        if silent_ns > _SILENT_NS:
            reason = f"{self._format.name} has brought nothing for {silent_ns // 1_000_000_000} s"
            return SourceStatus(SourceState.RUNNING, reason)
        return SourceStatus(SourceState.RUNNING)

    def delivery(self) -> DeliveryStats:
        return DeliveryStats(callback_ms=self._durations.summary(50, 99))

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(0.5)  # one that waits for a silent pipe ends with the process
        if not self._thread.is_alive():
            self._reader.close()

    def _wait_for_room(self, n: int) -> None:
        """Until n samples fit into the ring without overwriting any."""
        while self._ring.capacity - self._ring.available < n:
            if self._stopping.wait(_ROOM_POLL_S):
                return

    def _run(self) -> None:
        """Runs on: the source thread."""
        writer = self._ring.writer()
        block = max(1, self._format.sr // _BLOCKS_PER_S)
        began = time.monotonic()
        played = 0
        try:
            while not self._stopping.is_set():
                samples = self._reader.read(block)
                if len(samples) == 0:
                    break
                played += len(samples)
                due = began + played / (self._format.sr * self._pace)
                wait = due - time.monotonic()
                if self._pace == AT_ONCE:
                    self._wait_for_room(len(samples))
                    wait = 0.0
                if wait > 0:
                    self._stopping.wait(wait)
                elif wait < -1:  # a pipe that paused: go on from now, do not race to catch up
                    began -= wait
                now_ns = time.monotonic_ns()
                writer.write(np.ascontiguousarray(samples).data, now_ns)
                self._durations.add((time.monotonic_ns() - now_ns) / 1e6)
        except SourceError as error:
            self._failure = str(error)
        except Exception as error:
            self._failure = f"internal error: {error!r}"
            raise
        finally:
            writer.end()
