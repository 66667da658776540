"""The level of the sound under each column: peak, RMS and clipping."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Self

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

# The largest positive value of 16-bit sound, 32767/32768: at or past it a sample is full scale.
FULL_SCALE = np.float32(32767 / 32768)


@dataclass(frozen=True, slots=True)
class Levels:
    """Levels of consecutive stretches of sound. Each array has shape (k,)."""

    peak: NDArray[np.float32]
    mean_square: NDArray[np.float32]
    clipped: NDArray[np.bool_]

    @classmethod
    def silent(cls, k: int) -> Self:
        """k stretches of nothing."""
        zeros = np.zeros(k, dtype=np.float32)
        return cls(zeros, zeros, np.zeros(k, dtype=np.bool_))

    def __len__(self) -> int:
        return len(self.peak)

    def take(self, which: "slice | NDArray[np.intp]") -> "Levels":
        """Those stretches."""
        return Levels(self.peak[which], self.mean_square[which], self.clipped[which])

    def then(self, later: "Levels") -> "Levels":
        """These and, after them, those."""
        return Levels(
            np.concatenate([self.peak, later.peak]),
            np.concatenate([self.mean_square, later.mean_square]),
            np.concatenate([self.clipped, later.clipped]),
        )


class LevelMeter:
    """Cuts sound into stretches of `step` samples and measures each. Chunking does not matter.

    step : samples a stretch; may be a fraction, where the columns count another sample rate than
        the sound that is measured. Stretch k is [ceil(k * step), ceil((k + 1) * step)).
    """

    def __init__(self, step: Fraction | int) -> None:
        self._step = Fraction(step)
        self._held = np.empty(0, dtype=np.float32)
        self._start = 0  # the sample position of _held[0], where stretch _k begins
        self._k = 0

    def push(self, samples: Samples) -> Levels:
        """The levels of the stretches that these samples complete.

        samples : shape (n,), float32
        """
        held = np.concatenate([self._held, samples])
        k = self._k
        while self._edge(k + 1) - self._start <= len(held):
            k += 1
        edges = [self._edge(i) - self._start for i in range(self._k, k + 1)]
        self._held = held[edges[-1] :].copy()
        self._start += edges[-1]
        self._k = k
        if len(edges) == 1:
            return Levels.silent(0)
        return _measure(held[: edges[-1]], np.asarray(edges))

    def _edge(self, k: int) -> int:
        return -(-k * self._step.numerator // self._step.denominator)


def _measure(samples: Samples, edges: NDArray[np.int64]) -> Levels:
    starts, lengths = edges[:-1], np.diff(edges)
    peak = np.maximum.reduceat(np.abs(samples), starts)
    mean_square = np.add.reduceat(np.square(samples), starts) / lengths
    # A step under one sample leaves stretches empty; reduceat then gives the sample there.
    return Levels(peak, mean_square.astype(np.float32), peak >= FULL_SCALE)
