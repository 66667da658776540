"""The writing side of a SampleRing. Standard library only: the capture process loads no numpy."""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

# Header: 64-bit integers, by index.
RESERVED: Final = 0  # samples the writer has begun to write: what lies before may be torn
WRITTEN: Final = 1  # samples written, for ever
WRITTEN_AT_NS: Final = 2  # the writer's monotonic clock at the last write
GAPS: Final = 3  # gaps marked, for ever
ENDED: Final = 4  # 1 when the writer will write no more
SCRATCH: Final = 5  # ten numbers that the writer may publish beside the sound
HEADER_SLOTS: Final = 16

# Gaps: (samples written before the gap, missing samples up to its end for ever, its cause), the
# newest 256. The running total tells a late reader how much is missing in those it did not see.
GAP_SLOTS: Final = 256
GAP_FIELDS: Final = 3

SAMPLE_BYTES: Final = 4  # float32, in native order
DATA_OFFSET: Final = 8 * (HEADER_SLOTS + GAP_SLOTS * GAP_FIELDS)


class GapCause(IntEnum):
    """Why sound is missing."""

    OVERFLOW = 1  # the device had more than its driver could hold
    STALL = 2  # the device or the sound server delivered nothing
    LATE_READER = 3  # this program did not read in time
    DISCONNECTED = 4  # the device or the capture process went away
    ASLEEP = 5  # the computer slept


# In words.
CAUSES: Final = {
    GapCause.OVERFLOW: "overflow",
    GapCause.STALL: "stall",
    GapCause.LATE_READER: "late reader",
    GapCause.DISCONNECTED: "device lost",
    GapCause.ASLEEP: "computer asleep",
}


def ring_bytes(capacity: int, channels: int) -> int:
    """Bytes of a ring of `capacity` samples."""
    return DATA_OFFSET + capacity * channels * SAMPLE_BYTES


def ring_capacity(size: int, sr: int, channels: int) -> int:
    """Samples that a ring in `size` bytes holds: ten seconds of sound, or what fits."""
    fits = (size - DATA_OFFSET) // (channels * SAMPLE_BYTES)
    return min(fits, 10 * sr)


class SampleWriter:
    """Writes samples and gaps into a ring's memory; never waits and never fails.

    One writer a ring. It overwrites the oldest samples when the reader is late: the reader learns
    from the counters how many it lost. Order of the stores: RESERVED, then the samples, then
    WRITTEN, so a reader that finds RESERVED less than a capacity ahead of what it copied knows
    that the copy is whole.
    """

    def __init__(self, memory: memoryview, capacity: int, channels: int) -> None:
        self._header = memory[:DATA_OFFSET].cast("q")
        self._data = memory[DATA_OFFSET : ring_bytes(capacity, channels)]
        self._capacity = capacity
        self._sample_bytes = channels * SAMPLE_BYTES
        self._written = self._header[WRITTEN]

    def write(self, samples: ReadableBuffer, at_ns: int) -> None:
        """Append interleaved float32 samples; at_ns is the monotonic time they arrived at.

        Runs on: whichever one thread owns the writer; for a microphone the PortAudio thread of
        the capture process.
        """
        source = memoryview(samples).cast("B")
        size = self._sample_bytes
        n = len(source) // size
        capacity = self._capacity
        written = self._written + n
        self._header[RESERVED] = written
        if n > capacity:  # only the end survives
            source = source[(n - capacity) * size :]
            n = capacity
        begin = (written - n) % capacity
        first = min(n, capacity - begin)
        self._data[begin * size : (begin + first) * size] = source[: first * size]
        if first < n:
            self._data[: (n - first) * size] = source[first * size : n * size]
        self._header[WRITTEN_AT_NS] = at_ns
        self._header[WRITTEN] = written
        self._written = written

    def mark_gap(self, length: int, cause: GapCause) -> None:
        """Say that `length` samples are missing at the present position."""
        count = self._header[GAPS]
        slot = HEADER_SLOTS + (count % GAP_SLOTS) * GAP_FIELDS
        before = HEADER_SLOTS + ((count - 1) % GAP_SLOTS) * GAP_FIELDS  # zeros at first
        self._header[slot] = self._written
        self._header[slot + 1] = self._header[before + 1] + length
        self._header[slot + 2] = cause
        self._header[GAPS] = count + 1

    def end(self) -> None:
        """Say that no more samples will come."""
        self._header[ENDED] = 1

    def publish(self, slot: int, number: int) -> None:
        """Set one of the ten numbers beside the sound."""
        self._header[SCRATCH + slot] = number

    def publish_float(self, slot: int, number: float) -> None:
        """The same for a float64, as its bits."""
        self._header[SCRATCH + slot] = struct.unpack("q", struct.pack("d", number))[0]

    @property
    def written(self) -> int:
        """Samples written, for ever."""
        return self._written

    def release(self) -> None:
        """Let go of the memory."""
        self._header.release()
        self._data.release()
