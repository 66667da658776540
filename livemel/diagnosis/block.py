"""One block of sound as the detectors see it, and the cutting of any chunks into such blocks."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from livemel.buffers.writer import GapCause
from livemel.diagnosis.decimate import Decimator

Samples = NDArray[np.float32]

# A block is about this long. Shorter ones cost more calls, longer ones come later.
_BLOCK_S = 0.5
# What the rates for low frequencies are at the least, in Hz.
_LOW_SR, _LOWEST_SR = 8_000, 1_000


@dataclass(frozen=True, slots=True)
class Grid:
    """How a rate is cut and decimated.

    sr : of the source, in Hz
    length : samples of a block
    low : every how many samples one of low_sr, at about 8 kHz, is taken
    lowest : the same of lowest_sr, at about 1 kHz; a multiple of `low`
    """

    sr: int
    length: int
    low: int
    lowest: int

    @classmethod
    def of(cls, sr: int) -> "Grid":
        """The grid for a rate."""
        low = max(1, sr // _LOW_SR)
        lowest = low * max(1, sr // low // _LOWEST_SR)
        return cls(sr, max(1, round(_BLOCK_S * sr / lowest)) * lowest, low, lowest)

    @property
    def low_sr(self) -> float:
        return self.sr / self.low

    @property
    def lowest_sr(self) -> float:
        return self.sr / self.lowest


class Block:
    """Consecutive samples of all channels, always cut at the same places of the stream.

    start : number of the first sample; missing ones count
    channels : one array a channel, shape (n,), float32, contiguous, finite; not to be written to
    lost : (start, stop), numbers of samples that are missing: they stand there as zeros
    causes : why, of each of those
    low, lowest : the channels at the grid's low_sr and lowest_sr, low-passed; sample 0 of them
        lies low_delay_s, lowest_delay_s before the block's first sample
    last : whether the sound ends here; such a block may be shorter than the others, or empty
    """

    def __init__(
        self,
        grid: Grid,
        start: int,
        channels: tuple[Samples, ...],
        lost: tuple[tuple[int, int], ...],
        causes: tuple[GapCause, ...],
        low: tuple[Samples, ...],
        lowest: tuple[Samples, ...],
        last: bool = False,
    ) -> None:
        self.grid, self.start, self.channels, self.lost = grid, start, channels, lost
        self.causes = causes
        self.low, self.lowest, self.last = low, lowest, last

    def __len__(self) -> int:
        return len(self.channels[0])

    @property
    def stop(self) -> int:
        """The number after the last sample."""
        return self.start + len(self)

    @property
    def whole(self) -> bool:
        """Whether nothing of it is missing."""
        return not self.lost

    @cached_property
    def extremes(self) -> tuple[tuple[float, float], ...]:
        """How far it goes down and up from 0, of each channel: 0 or more."""
        return tuple((-float(y.min(initial=0)), float(y.max(initial=0))) for y in self.channels)

    @cached_property
    def peaks(self) -> tuple[float, ...]:
        """The largest magnitude, of each channel."""
        return tuple(max(both) for both in self.extremes)

    @cached_property
    def sums(self) -> tuple[float, ...]:
        """The sum of the samples, of each channel."""
        return tuple(float(y.sum()) for y in self.channels)

    @cached_property
    def energies(self) -> tuple[float, ...]:
        """The sum of the squares, of each channel."""
        return tuple(_energy(y) for y in self.channels)


class Blocks:
    """Any chunks → blocks. The same samples give the same blocks, however they come.

    first : the number of the first sample
    """

    def __init__(self, sr: int, channels: int, first: int = 0) -> None:
        self.grid = Grid.of(sr)
        self._first = first
        self.position = first  # the number of the sample that comes next
        self.not_finite = 0  # samples that were NaN or infinite; they are taken as 0
        self._channels = channels
        self._filling = np.empty((channels, self.grid.length), dtype=np.float32)
        self._filled = 0
        self._lost: list[tuple[int, int]] = []
        self._causes: list[GapCause] = []
        self._to_low = [Decimator(self.grid.low) for _ in range(channels)]
        to_lowest = self.grid.lowest // self.grid.low
        self._to_lowest = [Decimator(to_lowest) for _ in range(channels)]

    @property
    def low_delay_s(self) -> float:
        """How much earlier than a block its samples of `low` begin."""
        return self._to_low[0].delay / self.grid.sr

    @property
    def lowest_delay_s(self) -> float:
        """The same of `lowest`."""
        return self.low_delay_s + self._to_lowest[0].delay / self.grid.low_sr

    def push(self, samples: Samples) -> Iterator[Block]:
        """Go on with these: shape (n, channels), float32."""
        done = 0
        while done < len(samples):
            n = min(len(samples) - done, self.grid.length - self._filled)
            self._filling[:, self._filled : self._filled + n] = samples[done : done + n].T
            yield from self._went_on(n)
            done += n

    def push_gap(self, length: int, cause: GapCause = GapCause.LATE_READER) -> Iterator[Block]:
        """Go on with `length` missing samples."""
        while length > 0:
            n = min(length, self.grid.length - self._filled)
            self._filling[:, self._filled : self._filled + n] = 0
            goes_on = self._causes and self._causes[-1] is cause
            if goes_on and self._lost[-1][1] == self.position:
                self._lost[-1] = (self._lost[-1][0], self.position + n)
            else:
                self._lost.append((self.position, self.position + n))
                self._causes.append(cause)
            yield from self._went_on(n)
            length -= n

    def finish(self) -> Iterator[Block]:
        """The sound has ended: the block that is not full or empty; none where no sound came."""
        if self.position > self._first:
            yield self._block(last=True)

    def _went_on(self, n: int) -> Iterator[Block]:
        self.position += n
        self._filled += n
        if self._filled == self.grid.length:
            yield self._block()
            # Those who were given it may keep it.
            self._filling = np.empty_like(self._filling)
            self._filled = 0
            self._lost, self._causes = [], []

    def _block(self, *, last: bool = False) -> Block:
        n = self._filled
        channels = tuple(self._finite(y[:n]) for y in self._filling)
        low = tuple(d.push(y) for d, y in zip(self._to_low, channels, strict=True))
        lowest = tuple(d.push(y) for d, y in zip(self._to_lowest, low, strict=True))
        start = self.position - n
        lost, causes = tuple(self._lost), tuple(self._causes)
        return Block(self.grid, start, channels, lost, causes, low, lowest, last)

    def _finite(self, samples: Samples) -> Samples:
        """A converter gives no NaN: it is a program's fault, and counted, not diagnosed."""
        with np.errstate(invalid="ignore", over="ignore"):
            if np.isfinite(_energy(samples)):
                return samples
        finite = np.isfinite(samples)
        self.not_finite += len(samples) - int(np.count_nonzero(finite))
        # Beyond 1000 times full scale squares would not be finite any more.
        clean: Samples = np.clip(np.where(finite, samples, 0), -1e3, 1e3).astype(np.float32)
        return clean


def _energy(samples: Samples) -> float:
    # Not by the dot product, for which BLAS wakes its threads.
    return float(np.einsum("i,i->", samples, samples))
