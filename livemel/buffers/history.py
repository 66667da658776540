"""SampleHistory: the sound of the last minutes, as it came, by absolute sample number."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from livemel.buffers.writer import GapCause

Samples = NDArray[np.float32]
# One channel of a full block: float32 as it came, or int16 where that holds the very same numbers.
_Packed = NDArray[np.float32] | NDArray[np.int16]

# Samples; 0.7 s at 48 kHz. Packing a channel of it takes 45 µs of the writer's time.
_BLOCK: Final = 32_768
_INT16_SCALE: Final = np.float32(32_768)


@dataclass(frozen=True, slots=True)
class HistoryGap:
    """Samples start to stop are missing: they stand there as zeros."""

    start: int
    stop: int
    cause: GapCause


@dataclass(frozen=True, slots=True)
class SampleSpan:
    """Consecutive samples from number `start`: shape (n, channels), float32, the reader's own."""

    start: int
    samples: Samples

    @property
    def stop(self) -> int:
        """The number after the last."""
        return self.start + len(self.samples)


class SampleHistory:
    """The newest samples of all channels; one writer, any readers on other threads, no locks.

    Samples are numbered from 0 for ever, missing ones included. Sound lies in blocks that are
    never written to again once they are full, and the part of the newest one that readers may
    see is not either: so there is nothing to be torn, a block is there or it is gone. Full
    blocks are packed without loss: sound that a 16-bit converter or file brought takes 2 bytes a
    sample, a channel that repeats the one before it (as a sound server shows a mono microphone)
    and missing sound take none.

    capacity : samples kept at least, unless they take more than most_bytes
    """

    def __init__(self, channels: int, capacity: int, most_bytes: int = 1 << 62) -> None:
        if capacity < 1:
            raise ValueError(f"capacity={capacity} is not 1 or more")
        self.channels = channels
        self.capacity = capacity
        self._most_bytes = most_bytes
        self._full: dict[int, tuple[_Packed, ...]] = {}  # by number: block k begins at k * _BLOCK
        self._packed_bytes = 0
        self._oldest_block = 0
        # Channel by channel, as it is packed: of 64 that halves the work.
        self._newest = (0, np.empty((channels, _BLOCK), dtype=np.float32))
        self._silence = (np.broadcast_to(np.int16(0), (_BLOCK,)),) * channels
        self._gaps: tuple[HistoryGap, ...] = ()
        self.written = 0

    @property
    def oldest(self) -> int:
        """The number of the oldest sample kept."""
        return self._oldest_block * _BLOCK

    @property
    def bytes(self) -> int:
        """What the sound takes in memory."""
        return self._packed_bytes + self._newest[1].nbytes

    def append(self, samples: Samples) -> None:
        """Go on with these: shape (n, channels). Runs on: the writer's thread."""
        done = 0
        while done < len(samples):
            number, block = self._newest
            at = self.written - number * _BLOCK
            n = min(len(samples) - done, _BLOCK - at)
            block[:, at : at + n] = samples[done : done + n].T
            self.written += n
            done += n
            if at + n == _BLOCK:
                self._close_block(number, _pack(block))

    def append_gap(self, length: int, cause: GapCause) -> None:
        """Go on with `length` missing samples. Runs on: the writer's thread."""
        if length < 1:
            return
        stop = self.written + length
        kept = [gap for gap in self._gaps if gap.stop > self.oldest]
        # Before the zeros can be read, so that nobody takes them for sound.
        self._gaps = (*kept, HistoryGap(self.written, stop, cause))
        number, block = self._newest
        at = self.written - number * _BLOCK
        block[:, at : at + length] = 0
        if at + length >= _BLOCK:
            self._close_block(number, _pack(block))
            last = stop // _BLOCK
            # Whole blocks of nothing; of a gap longer than all that is kept, only its end.
            for silent in range(max(number + 1, last - self.capacity // _BLOCK - 2), last):
                self._close_block(silent, self._silence)
            self._newest = (last, np.zeros_like(block))
            self._drop(last)
        self.written = stop

    def read(self, start: int, stop: int) -> SampleSpan:
        """Samples start to stop, less those not there yet and those gone already."""
        stop = min(stop, self.written)
        start = min(max(start, self.oldest, 0), stop)
        samples = np.empty((stop - start, self.channels), dtype=np.float32)
        # From the newest back, so that blocks that go meanwhile are missing at the beginning only.
        begin = stop
        while begin > start:
            number = (begin - 1) // _BLOCK
            first = number * _BLOCK
            at, to = max(start, first) - first, begin - first
            if not self._copy(number, at, to, samples[first + at - start : begin - start]):
                break
            begin = first + at
        return SampleSpan(begin, samples[begin - start :])

    def gaps(self, start: int, stop: int) -> tuple[HistoryGap, ...]:
        """The gaps that reach into samples start to stop, as far as those are kept."""
        return tuple(gap for gap in self._gaps if gap.stop > start and gap.start < stop)

    def _close_block(self, number: int, packed: tuple[_Packed, ...]) -> None:
        # First where full ones are, then on to the next: a reader finds it in one place or both.
        self._full[number] = packed
        self._packed_bytes += _bytes(packed)
        self._newest = (number + 1, np.empty((self.channels, _BLOCK), dtype=np.float32))
        self._drop(number + 1)

    def _drop(self, newest: int) -> None:
        """Let go of the blocks that are too old, or too many for the memory."""
        while self._full and (
            (newest - self._oldest_block - 1) * _BLOCK >= self.capacity
            or self._packed_bytes > self._most_bytes
        ):
            self._oldest_block += 1
            self._packed_bytes -= _bytes(self._full.pop(self._oldest_block - 1, ()))
        if not self._full:
            self._oldest_block = newest

    def _copy(self, number: int, at: int, to: int, out: Samples) -> bool:
        """Samples at to `to` of a block into `out`; False if the block is gone."""
        packed = self._full.get(number)
        if packed is None:
            newest, block = self._newest
            if newest == number:
                out[:] = block[:, at:to].T
                return True
            packed = self._full.get(number)  # it may have been filled between the two looks
            if packed is None:
                return False
        for channel, values in enumerate(packed):
            if values.dtype == np.int16:
                np.divide(values[at:to], _INT16_SCALE, out=out[:, channel])
            else:
                out[:, channel] = values[at:to]
        return True


def _pack(block: Samples) -> tuple[_Packed, ...]:
    """The channels of a block, each in as few bytes as hold the very same bits."""
    packed: list[_Packed] = []
    before: Samples | None = None
    for values in block:
        if before is not None and np.array_equal(values.view(np.int32), before.view(np.int32)):
            packed.append(packed[-1])
        else:
            packed.append(_as_int16(values))
        before = values
    return tuple(packed)


def _as_int16(values: Samples) -> _Packed:
    with np.errstate(invalid="ignore"):  # sound may hold NaN, which the comparison finds
        whole = np.clip(values * _INT16_SCALE, -32_768, 32_767).astype(np.int16)
    # As bits, because −0.0 equals 0.0.
    same = np.array_equal((whole / _INT16_SCALE).view(np.int32), values.view(np.int32))
    return whole if same else values.copy()  # the block is let go of


def _bytes(packed: tuple[_Packed, ...]) -> int:
    """Memory of one block: arrays that stand for several channels, and nothing, count once."""
    return sum({id(values): values.nbytes for values in packed if values.strides[0]}.values())
