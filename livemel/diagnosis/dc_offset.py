"""A mean that is not zero: DC from a converter or a preamplifier."""

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livemel.diagnosis.block import Block
from livemel.diagnosis.finding import Finding, Severity
from livemel.diagnosis.words import db, number

Means = NDArray[np.float64]

# Of full scale: −60 dB FS is above the noise of most rooms; −46 costs headroom and clicks at cuts.
_NOTE, _WARN = 0.001, 0.005
# How many standard errors it must be: mere low-frequency sound is no offset.
_SURE = 6.0
_LEAST_S = 4.0
_MOST_BATCHES = 64
# A line or a step must leave less than this share of the squares that a constant leaves.
_BETTER = 0.4
# Correlation of neighbouring batches that is still made allowance for.
_MOST_CORRELATION = 0.95


@dataclass(frozen=True, slots=True)
class _Offset:
    """An offset in full scales, its standard error, in which batches; drift is per batch."""

    mean: float
    se: float
    first: int
    stop: int
    drift: float = 0.0
    drift_se: float = 0.0

    @property
    def sure(self) -> bool:
        return abs(self.mean) >= max(_NOTE, _SURE * self.se)

    @property
    def drifts(self) -> bool:
        return abs(self.drift) >= _SURE * self.drift_se > 0


class OffsetDetector:
    """The mean of each channel over seconds, with its standard error: dc-offset.

    Means of batches of half a second, of a second, and so on, so that there are never more than
    64, tell how sure the mean is: their scatter over the root of their number, more where
    neighbours resemble each other, which low-frequency sound makes them do (the method of batch
    means; the allowance is that for a first-order autoregression). A step or a drift is told where
    it explains the batches much better than a constant does.
    """

    def __init__(self, sr: int, channels: int) -> None:
        self._sr = sr
        self._batches: list[tuple[float, ...]] = []  # means of all channels
        self._starts: list[int] = []
        self._per_batch = 1  # blocks
        self._sum, self._count = [0.0] * channels, 0
        self._filling: list[tuple[float, ...]] = []
        self._energies = [0.0] * channels
        self._stop = 0

    def push(self, block: Block) -> None:
        if not block.whole or block.last:  # a part of a block would count as much as a whole one
            return
        n = len(block)
        if not self._filling:
            self._starts.append(block.start)
        self._filling.append(tuple(total / n for total in block.sums))
        self._count += n
        self._stop = block.stop
        for i, energy in enumerate(block.energies):
            self._energies[i] += energy
        if len(self._filling) == self._per_batch:
            self._batches.append(_mean(self._filling))
            self._filling = []
        if len(self._batches) == _MOST_BATCHES:
            pairs = zip(self._batches[::2], self._batches[1::2], strict=True)
            self._batches = [_mean(list(pair)) for pair in pairs]
            self._starts = self._starts[::2]
            self._per_batch *= 2

    def findings(self) -> list[Finding]:
        if self._count < _LEAST_S * self._sr:
            return []
        return [
            self._finding(channel, offset)
            for channel, offset in enumerate(self._offsets())
            if offset.sure
        ]

    def figures(self) -> dict[str, Any]:
        means = [offset.mean for offset in self._offsets()]
        return {"dc_offset": max(means, key=abs)} if means else {}

    def _offsets(self) -> list[_Offset]:
        if not self._batches:
            return []
        return [_fit(means) for means in np.array(self._batches).T]

    def _finding(self, channel: int, offset: _Offset) -> Finding:
        size, energy = abs(offset.mean), self._energies[channel] / self._count
        louder = offset.mean**2 > energy / 2  # than the sound itself
        severity = Severity.WARN if size >= _WARN or louder else Severity.NOTE
        start_s, end_s = self._seconds(offset.first), self._seconds(offset.stop)
        text = (
            f"DC offset: {number(100 * offset.mean, 3)} ± {number(100 * offset.se, 3)} % of full "
            f"scale, {number(db(offset.mean**2))} dB FS"
        )
        values: dict[str, float | int | str | None] = {
            "offset_percent": 100 * offset.mean,
            "offset_se_percent": 100 * offset.se,
            "offset_dbfs": db(offset.mean**2),
        }
        if offset.first > 0:
            text += f", since about {number(start_s)} s"
        elif offset.stop < len(self._batches):
            text += f", until about {number(end_s)} s"
        if offset.drifts:
            minute = 60 * len(self._batches) / (end_s - start_s)
            drift, se = 100 * offset.drift * minute, 100 * offset.drift_se * minute
            text += f", drifting by {number(drift, 3)} ± {number(se, 3)} % a minute"
            values |= {"drift_percent_per_min": drift, "drift_se_percent_per_min": se}
        if louder:
            text += "; it is stronger than the sound"
        return Finding(
            "dc-offset",
            severity,
            text,
            start_s,
            end_s,
            "A high-pass at 20 Hz takes it away; look at the sound card or the preamplifier.",
            values,
            channel + 1 if len(self._energies) > 1 else None,
        )

    def _seconds(self, batch: int) -> float:
        """When a batch begins."""
        whole = batch < len(self._batches)
        return (self._starts[batch] if whole else self._stop) / self._sr


def _mean(means: list[tuple[float, ...]]) -> tuple[float, ...]:
    return tuple(sum(channel) / len(means) for channel in zip(*means, strict=True))


def _fit(y: Means) -> _Offset:
    """A constant; or a step or a line, where that explains much more."""
    n = len(y)
    constant = y - y.mean()
    squares = float(constant @ constant)
    if n < 8 or squares == 0:
        return _Offset(float(y.mean()), _se(constant, 1), 0, n)
    t = np.arange(n) - (n - 1) / 2
    slope = float(t @ y / (t @ t))
    line = constant - slope * t
    at, left, right = _step(y)
    step = y - np.where(np.arange(n) < at, left, right)
    line_squares, step_squares = float(line @ line), float(step @ step)
    if step_squares < _BETTER * min(squares, line_squares):
        # The side with the offset, where the other has next to none.
        if abs(right) >= 4 * abs(left):
            return _Offset(right, _se(step[at:], 1), at, n)
        if abs(left) >= 4 * abs(right):
            return _Offset(left, _se(step[:at], 1), 0, at)
    if line_squares < _BETTER * squares:
        se = _se(line, 2)
        return _Offset(float(y.mean()), se, 0, n, slope, se * sqrt(n / float(t @ t)))
    return _Offset(float(y.mean()), _se(constant, 1), 0, n)


def _step(y: Means) -> tuple[int, float, float]:
    """Where two means explain most, at least two batches from either end; and the two."""
    n, sums = len(y), np.cumsum(y)
    at = np.arange(2, n - 1)
    left, right = sums[at - 1] / at, (sums[-1] - sums[at - 1]) / (n - at)
    best = int(np.argmax(at * left**2 + (n - at) * right**2))
    return int(at[best]), float(left[best]), float(right[best])


def _se(residuals: Means, fitted: int) -> float:
    """The standard error of the mean that left these."""
    n = len(residuals)
    squares = float(residuals @ residuals)
    if n <= fitted + 1 or squares == 0:
        return 0.0 if squares == 0 and n > fitted + 1 else float("inf")
    correlation = float(residuals[1:] @ residuals[:-1]) / squares
    r = min(max(correlation, 0.0), _MOST_CORRELATION)
    return sqrt(squares / (n - fitted) / n * (1 + r) / (1 - r))
