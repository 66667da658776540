"""The level of the sound under each column: peak, RMS and clipping."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

# The largest positive value of 16-bit sound, 32767/32768: at or past it a sample is full scale.
FULL_SCALE = np.float32(32767 / 32768)


@dataclass(frozen=True, slots=True)
class Levels:
    """Levels of k consecutive stretches of sound. Each array has shape (k,), or (lanes, k)."""

    peak: NDArray[np.float32]
    mean_square: NDArray[np.float32]
    clipped: NDArray[np.bool_]

    @classmethod
    def silent(cls, k: int, lanes: tuple[int, ...] = ()) -> Self:
        """k stretches of nothing, of so many lanes."""
        zeros = np.zeros((*lanes, k), dtype=np.float32)
        return cls(zeros, zeros, np.zeros((*lanes, k), dtype=np.bool_))

    def __len__(self) -> int:
        k: int = self.peak.shape[-1]
        return k

    def take(self, which: "slice | NDArray[np.intp]") -> "Levels":
        """Those stretches."""
        return Levels(self.peak[..., which], self.mean_square[..., which], self.clipped[..., which])

    def then(self, later: "Levels") -> "Levels":
        """These and, after them, those."""
        return Levels(
            np.concatenate([self.peak, later.peak], axis=-1),
            np.concatenate([self.mean_square, later.mean_square], axis=-1),
            np.concatenate([self.clipped, later.clipped], axis=-1),
        )


class LevelMeter:
    """Cuts sound into stretches of `step` samples and measures each. Chunking does not matter.

    step : samples a stretch; may be a fraction, where the columns count another sample rate than
        the sound that is measured
    start : where stretch 0 begins; below 0, it has only the samples there are
    lanes : samples are of shape (*lanes, n): none, or so many side by side
    Stretch k is [ceil(start + k * step), ceil(start + (k + 1) * step)).
    """

    def __init__(
        self, step: Fraction | int, start: Fraction | int = 0, lanes: tuple[int, ...] = ()
    ) -> None:
        step, start = Fraction(step), Fraction(start)
        # Edge k is ceil((a + k b) / c), in whole numbers: Fractions would cost more than the sound.
        self._c = step.denominator * start.denominator
        self._a, self._b = int(start * self._c), int(step * self._c)
        self._k = 0
        self._to_skip = self._start = self._edge(0)
        # From sample position _start, where _k begins.
        self._held = np.empty((*lanes, 0), dtype=np.float32)
        self._lanes = lanes

    def push(self, samples: Samples) -> Levels:
        """The levels of the stretches that these samples complete.

        samples : shape (*lanes, n), float32
        """
        if self._to_skip:
            skipped = min(self._to_skip, samples.shape[-1])
            self._to_skip -= skipped
            samples = samples[..., skipped:]
        held = np.concatenate([self._held, samples], axis=-1) if self._held.size else samples
        edges = [self._edge(self._k) - self._start]
        while not self._to_skip:
            edge = self._edge(self._k + 1) - self._start
            if edge > held.shape[-1]:
                break
            edges.append(edge)
            self._k += 1
        self._held = held[..., edges[-1] :].copy()
        self._start += edges[-1]
        if len(edges) == 1:
            return Levels.silent(0, self._lanes)
        return _measure(held[..., : edges[-1]], edges)

    @property
    def measured(self) -> int:
        """The stretches that are complete."""
        return self._k

    def pass_silence(self, n: int) -> None:
        """Go on with n zeros while all that is held is zero: stretches of silence, unsaid."""
        stop = self._start + self._held.shape[-1] + n
        # The last edge that is not past it: k <= (c stop - a) / b.
        self._k = max(self._k, (stop * self._c - self._a) // self._b)
        self._start = self._edge(self._k)
        self._held = np.zeros((*self._lanes, stop - self._start), dtype=np.float32)

    def flush(self) -> Levels:
        """The level of the stretch that the end cuts short, if any of it was heard."""
        held, self._held = self._held, self._held[..., :0]
        if not held.size:
            return Levels.silent(0, self._lanes)
        return _measure(held, [0, held.shape[-1]])

    def _edge(self, k: int) -> int:
        return max(0, -(-(self._a + k * self._b) // self._c))


def _measure(samples: Samples, edges: list[int]) -> Levels:
    lengths = np.diff(edges)
    starts = [a for a, b in pairwise(edges) if b > a]
    lanes = samples.shape[:-1]
    if not starts:
        return Levels.silent(len(lengths), lanes)
    peak = np.maximum.reduceat(np.abs(samples), starts, axis=-1)
    energy = np.add.reduceat(np.square(samples), starts, axis=-1)
    mean_square = (energy / lengths[lengths > 0]).astype(np.float32)
    if not np.isfinite(peak).all():  # no sound at all, and shown as the worst of it
        broken = ~np.isfinite(peak)
        peak[broken] = mean_square[broken] = 1
    levels = Levels(peak, mean_square, peak >= FULL_SCALE)
    if len(starts) == len(lengths):
        return levels
    # A step under one sample leaves stretches empty: they repeat the sample before them.
    return Levels.silent(1, lanes).then(levels).take(np.cumsum(lengths > 0))
