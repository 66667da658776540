"""SampleRing: sound on its way from whoever captures it to whoever computes on it."""

import struct
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from livemel.buffers.memory import Block, private_block, shared_block
from livemel.buffers.writer import (
    DATA_OFFSET,
    ENDED,
    GAP_FIELDS,
    GAP_SLOTS,
    GAPS,
    HEADER_SLOTS,
    RESERVED,
    SCRATCH,
    WRITTEN,
    WRITTEN_AT_NS,
    GapCause,
    SampleWriter,
    ring_bytes,
)

# A write takes microseconds; two in a row that fall on a look are rare.
_TRIES = 20

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Gap:
    """Sound that is missing: `length` samples, after `position` samples that were written."""

    position: int
    length: int
    cause: GapCause


class SampleRing:
    """Multi-channel float32 sound: one writer, one reader, no locks.

    The writer counts samples in 64 bits and never waits. A reader that falls behind by more than
    the capacity finds a Gap of exactly the samples it lost; one that falls behind by more than 255
    gaps finds the older ones' length added to the oldest that is still known. The memory is
    private or shared; the writer may live in another process.
    """

    def __init__(self, block: Block, capacity: int, channels: int) -> None:
        self.block = block
        self.capacity = capacity
        self.channels = channels
        self._header = block.view[:DATA_OFFSET].cast("q")
        data = block.view[DATA_OFFSET : ring_bytes(capacity, channels)]
        self._data = np.frombuffer(data, dtype=np.float32).reshape(capacity, channels)
        self._position = 0  # samples read or lost, of those written
        self._gaps_read = 0
        self._missing_read = 0  # samples in the gaps read
        self.lost = 0

    @classmethod
    def private(cls, capacity: int, channels: int) -> Self:
        """A ring between threads of this process."""
        return cls(private_block(ring_bytes(capacity, channels)), capacity, channels)

    @classmethod
    def shared(cls, capacity: int, channels: int) -> Self:
        """A ring that a child process can write into."""
        return cls(shared_block(ring_bytes(capacity, channels)), capacity, channels)

    def writer(self) -> SampleWriter:
        """The writing side, for a thread of this process."""
        return SampleWriter(self.block.view, self.capacity, self.channels)

    @property
    def written(self) -> int:
        """Samples written, for ever."""
        return self._header[WRITTEN]

    @property
    def marked_missing(self) -> int:
        """Samples that the writer has marked as missing, for ever."""
        count = self._header[GAPS]
        slot = HEADER_SLOTS + ((count - 1) % GAP_SLOTS) * GAP_FIELDS
        return self._header[slot + 1] if count else 0

    @property
    def written_at_ns(self) -> int:
        """The monotonic time of the last write."""
        return self._header[WRITTEN_AT_NS]

    @property
    def arrival(self) -> tuple[int, int]:
        """`written` and `written_at_ns` that belong together, however long this thread is held up
        between the two looks. Of a writer that was killed as it wrote, what it left.
        """
        for _ in range(_TRIES):
            written, at_ns = self._header[WRITTEN], self._header[WRITTEN_AT_NS]
            if self._header[RESERVED] == written:  # nothing was begun since
                break
        return written, at_ns

    @property
    def ended(self) -> bool:
        """True when the writer has said that no more will come."""
        return bool(self._header[ENDED])

    @property
    def available(self) -> int:
        """Samples written and not yet read."""
        return self.written - self._position

    def read(self, most: int | None = None) -> Samples | Gap | None:
        """What comes next: sound up to the next gap, or a gap, or None if nothing is there.

        most : at most so many samples; None is the whole ring
        Returns : samples of shape (n, channels) that the caller owns
        """
        written = self._header[WRITTEN]
        gap = self._next_gap()
        late = written - self.capacity - self._position
        if late > 0:
            return self._lose(late, gap)
        if gap is not None and gap.position <= self._position:
            return self._take(gap)
        end = written if gap is None else min(written, gap.position)
        if most is not None:
            end = min(end, self._position + most)
        if end <= self._position:
            return None
        start = self._position
        samples = self._copy(start, end)
        overtaken = self._header[RESERVED] - self.capacity - start
        if overtaken > 0:  # the writer came round while we copied: the oldest may be torn
            return self._lose(overtaken, self._next_gap())
        self._position = end
        return samples

    def published(self, slot: int) -> int:
        """One of the writer's ten numbers beside the sound."""
        return self._header[SCRATCH + slot]

    def published_float(self, slot: int) -> float:
        """The same for a float64."""
        bits: float = struct.unpack("d", struct.pack("q", self._header[SCRATCH + slot]))[0]
        return bits

    def clear_published(self, slot: int) -> None:
        """Set one of the writer's numbers to zero, while there is no writer."""
        self._header[SCRATCH + slot] = 0

    def close(self) -> None:
        """Let go of the memory. The ring cannot be used any more."""
        self._data = np.empty((0, self.channels), dtype=np.float32)
        self._header.release()
        self.block.close()

    def _next_gap(self) -> Gap | None:
        while (count := self._header[GAPS]) > self._gaps_read:
            # The writer may be writing into the oldest of its slots already.
            self._gaps_read = max(self._gaps_read, count - GAP_SLOTS + 1)
            slot = HEADER_SLOTS + (self._gaps_read % GAP_SLOTS) * GAP_FIELDS
            position, missing, cause = self._header[slot : slot + GAP_FIELDS]
            if self._header[GAPS] - GAP_SLOTS < self._gaps_read:  # and did not come round to this
                return Gap(position, missing - self._missing_read, GapCause(cause))
        return None

    def _take(self, gap: Gap) -> Gap:
        self._gaps_read += 1
        self._missing_read += gap.length
        return gap

    def _lose(self, n: int, gap: Gap | None) -> Gap:
        """Step over n samples that were overwritten, but not over a gap that lies among them."""
        if gap is not None:
            n = min(n, max(0, gap.position - self._position))
        if n == 0 and gap is not None:
            return self._take(gap)
        lost = Gap(self._position, n, GapCause.LATE_READER)
        self._position += n
        self.lost += n
        return lost

    def _copy(self, start: int, end: int) -> Samples:
        begin, n = start % self.capacity, end - start
        first = min(n, self.capacity - begin)
        samples = np.empty((n, self.channels), dtype=np.float32)
        samples[:first] = self._data[begin : begin + first]
        samples[first:] = self._data[: n - first]
        return samples
