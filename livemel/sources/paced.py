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
from livemel.channel import Channel
from livemel.errors import SourceError
from livemel.sources.base import DeliveryStats, SourceFormat, SourceState, SourceStatus
from livemel.timing import Durations

Block = NDArray[np.float32]

_BLOCKS_PER_S = 100
_RING_S = 10
# Of many channels less: 5 s of 64 at 48 kHz.
_MOST_RING_BYTES = 64 << 20
# At once: so much lies ready for each look of the engine, and a full ring is looked at this often.
_RING_AT_ONCE_S, _ROOM_POLL_S = 2, 0.002
# A pipe that brings nothing for this long is worth a word.
_SILENT_NS = 2_000_000_000
# From the ring to the screen a column takes about so long: it is to be seen when it is heard.
_SHOWN_S = 0.02
_LEAD_MOVES_S = 0.02


class Reader(Protocol):
    """Something that yields sound when asked. It may block, as a pipe does."""

    @property
    def format(self) -> SourceFormat: ...

    def read(self, n: int) -> Block:
        """The next samples, shape (up to n, channels), float32; none at the end."""

    def close(self) -> None: ...


class Lead(Protocol):
    """The same sound as it is heard on an output device, whose clock a source then keeps to."""

    @property
    def complaint(self) -> str:
        """Why it is not heard any more, one line, or ""."""

    @property
    def heard_from_ns(self) -> int:
        """The monotonic time at which sample 0 is heard, which moves; 0 while it is not known."""

    @property
    def over(self) -> bool:
        """True once it is heard no more: all of it was, or it cannot be."""

    def hear(self, channel: Channel) -> None:
        """Only that channel from now on; None: all."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


AT_ONCE = math.inf


class PacedSource:
    """Plays a Reader into a ring in real time, from a thread of its own.

    pace : times real time. A live pipe's clock may be faster than ours: there we must be able to
        be faster too, a little, or sound would pile up. AT_ONCE is as fast as the ring is read

    A lead, set before the start, is started and stopped with it; it keeps to the lead's clock as
    long as that is heard, and then to ours.
    """

    def __init__(self, reader: Reader, *, pace: float = 1.0) -> None:
        self.lead: Lead | None = None
        self._reader = reader
        self._pace = pace
        self._format = reader.format
        ring_s = _RING_AT_ONCE_S if pace == AT_ONCE else _RING_S
        sr, channels = self._format.sr, self._format.channels
        capacity = min(ring_s * sr, max(sr, _MOST_RING_BYTES // (4 * channels)))
        self._ring = SampleRing.private(capacity, channels)
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
        if self.lead is not None:
            self.lead.start()
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
        if self.lead is not None:
            self.lead.stop()
        if self._thread.is_alive():
            self._thread.join(0.5)  # one that waits for a silent pipe ends with the process
        if self._thread.ident is None:  # nobody has read it, who would have closed it
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
        due = time.monotonic()
        played = 0
        try:
            while not self._stopping.is_set():
                samples = self._reader.read(block)
                if len(samples) == 0:
                    break
                played += len(samples)
                if self._pace == AT_ONCE:
                    self._wait_for_room(len(samples))
                else:
                    seconds = len(samples) / (self._format.sr * self._pace)
                    due = self._wait(due + seconds, played)
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
            self._reader.close()  # a file's decoder is not needed any more

    def _wait(self, due: float, played: int) -> float:
        """Until the block's last sample is due, which is at that time unless there is a lead.

        played : samples up to the block's end. Returns when it was due.
        """
        lead = self.lead
        while lead is not None and not lead.over and not self._stopping.is_set():
            due, wait = time.monotonic(), _LEAD_MOVES_S
            if from_ns := lead.heard_from_ns:
                due = from_ns / 1e9 + played / self._format.sr - _SHOWN_S
                wait = min(wait, due - time.monotonic())
            if wait <= 0:
                return due
            self._stopping.wait(wait)
        now = time.monotonic()
        if due > now:
            self._stopping.wait(due - now)
        elif due < now - 1:  # a pipe that paused: go on from now, do not race to catch up
            due = now
        return due
