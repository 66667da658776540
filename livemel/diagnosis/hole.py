"""Holes in one channel of a sound: where it stops at once, and goes on at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from livemel.diagnosis.block import Samples
from livemel.diagnosis.tape import Stretch

Kind = Literal["zeros", "held", "faint"]

# Powers are taken over cells this long. A cell below _FAINT may be of a hole.
_CELL_S = 0.001
_FAINT = 1e-5  # -50 dB
# Holes are 3 ms to 3.5 s long; those in which noise remains 10 ms at least.
_SHORTEST_S, _LONGEST_S, _SHORTEST_FAINT_S = 0.004, 3.5, 0.0095
# The sound on either side, over 40 ms: -43 dB where it stops in zeros or in what is held, -31 dB
# where noise remains; over the last 5 ms not 20 and 14 dB weaker: what fades or is gated is.
_SIDE_S, _EDGE_S = 0.04, 0.005
_LOUD, _LOUD_FAINT, _FADED, _FADED_FAINT = 10**-4.3, 10**-3.1, 10**-2.0, 10**-1.4
# And its loudest 40 ms of the last half second are no more than 26 dB louder.
_BELOW_LOUDEST = 10**-2.6
# The last 0.3 ms are not 14 dB weaker again, unless the waveform breaks off: what is faded is.
_END_S, _ENDED, _BREAKS = 0.0003, 10**-1.4, 4.0
# What is so long may be a pause between words that a program has filled with zeros: there neither
# side's last 5 ms are as loud as this beside its 40 ms, or neither's last 0.3 ms are.
_PAUSES = ((0.05, 10**-0.85, 10**-1.5), (0.25, 10**-0.85, 10**-1.2))
# Sound that is rounded away ends in so few of the smallest steps, and as soft as that.
_ROUNDED, _SOFT = 6.0, 0.05
# Where noise remains, 0.3 ms from either end it is 28 dB weaker than the sound.
_DEEP = 10**-2.8


@dataclass(frozen=True, slots=True)
class Hole:
    """start, stop : numbers of its first sample and of that after its last"""

    start: int
    stop: int
    kind: Kind


@dataclass(slots=True)
class _Open:
    """One that has begun, and the sound before it; first : power that is left at once"""

    start: int
    kind: Kind
    before: Samples
    first: float
    loudest: float
    value: float


class Holes:
    """Those of one channel, block by block.

    sr : in Hz
    """

    def __init__(self, sr: int) -> None:
        self._sr = sr
        self._cell = max(4, round(_CELL_S * sr))
        self._side, self._edge = round(_SIDE_S * sr), round(_EDGE_S * sr)
        self._end = max(4, round(_END_S * sr))
        self._open: _Open | None = None
        self._loudest = [0.0] * 2  # of this block and of that before it

    @staticmethod
    def context(sr: int) -> tuple[int, int]:
        """Samples that are needed before and after what is looked at."""
        side = round(_SIDE_S * sr) + 4 * max(4, round(_CELL_S * sr))
        return side, side

    def push(self, stretch: Stretch, samples: Samples) -> Iterator[Hole]:
        """Those that end in what nobody has looked at yet."""
        cell, n = self._cell, (stretch.stop - stretch.first) // self._cell
        # Whole cells, and the rest with the last.
        part = samples[stretch.first : stretch.first + n * cell].reshape(n, cell)
        power = np.einsum("ij,ij->i", part, part) / cell
        self._loudest = [self._loudest[1], self._strongest(power)]
        low = power < _FAINT
        still = self._still(part)
        quiet = low | still
        if self._open is None and not quiet.any():
            return
        yield from self._walk(stretch, samples, quiet, low, power)

    def _strongest(self, power: Samples) -> float:
        m = len(power) // 40
        return float(power[: m * 40].reshape(m, 40).mean(axis=1).max()) if m else 0.0

    def _still(self, part: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Cells in which nothing moves: those whose ends are alike, looked at closer."""
        still: NDArray[np.bool_] = part[:, 0] == part[:, -1]
        some = np.flatnonzero(still)
        if len(some):
            still[some] = (part[some] == part[some, :1]).all(axis=1)
        return still

    def _walk(
        self,
        stretch: Stretch,
        y: Samples,
        quiet: NDArray[np.bool_],
        low: NDArray[np.bool_],
        power: Samples,
    ) -> Iterator[Hole]:
        cell, first = self._cell, stretch.first
        if not quiet[0]:
            yield from self._close(stretch, y, first)
        bounded = np.concatenate([[False], quiet, [False]])
        starts, stops = np.flatnonzero(bounded[1:] != bounded[:-1]).reshape(-1, 2).T
        # Most of what is quiet is so for a moment only, or comes after quiet sound.
        long = (stops - starts >= 3) | (starts == 0) | (stops == len(quiet))
        for a, b in zip(starts[long].tolist(), stops[long].tolist(), strict=True):
            if a >= 40 and float(power[a - 40 : a].sum()) < 20 * _LOUD:
                continue
            if self._open is None:
                self._begin(stretch, y, first + a * cell, bool(low[a]))
            if b < len(quiet):
                yield from self._close(stretch, y, first + b * cell)

    def _begin(self, stretch: Stretch, y: Samples, at: int, low: bool) -> None:
        """Something quiet begins about index `at`: to the sample, and is it abrupt?"""
        self._open = None
        value = float(y[at + self._cell])
        begin = at - 2 * self._cell
        if (y[at + self._cell : at + 2 * self._cell] == value).all():
            differs = np.flatnonzero(y[begin : at + self._cell] != value)
            kind: Kind = "zeros" if value == 0 else "held"
        else:
            if not low:
                return
            differs = np.flatnonzero(np.abs(y[begin:at]) > 3 * np.sqrt(_FAINT))
            kind = "faint"
            if self._fades_to_zeros(y[at : at + 3 * self._cell]):
                return
        if not len(differs):
            return
        start = begin + int(differs[-1]) + 1
        before = y[start - self._side : start]
        if stretch.clear(start - self._side, start + 1):
            loudest = max(self._loudest)
            first = self._remains(y[start : start + 3 * self._cell])
            self._open = _Open(stretch.start + start, kind, before.copy(), first, loudest, value)

    def _close(self, stretch: Stretch, y: Samples, at: int) -> Iterator[Hole]:
        """It ends about index `at`."""
        hole, self._open = self._open, None
        if hole is None:
            return
        here = y[at - self._cell : at + 2 * self._cell]
        if hole.kind == "faint":
            differs = np.flatnonzero(np.abs(here) > 3 * np.sqrt(_FAINT))
        else:
            differs = np.flatnonzero(here != np.float32(hole.value))
        if not len(differs):
            return
        stop = at - self._cell + int(differs[0])
        seconds = (stretch.start + stop - hole.start) / self._sr
        least = _SHORTEST_FAINT_S if hole.kind == "faint" else _SHORTEST_S
        if not least <= seconds <= _LONGEST_S:
            return
        if not stretch.clear(max(0, hole.start - stretch.start), stop + self._side):
            return
        inside = y[stop - 3 * self._cell : stop][::-1]
        if hole.kind == "faint" and self._fades_to_zeros(inside):
            return
        last = self._remains(inside)
        if self._is_one(hole, last, y[stop : stop + self._side], seconds):
            yield Hole(hole.start, stretch.start + stop, hole.kind)

    def _fades_to_zeros(self, inside: Samples) -> bool:
        """Whether it is exactly nothing soon after the edge: noise that remains is not."""
        return not np.any(inside[2 * self._cell :])

    def _remains(self, inside: Samples) -> float:
        """Power of what is left soon after an edge, and a little later; what fades has more."""
        return max(_power(inside[self._end : 2 * self._end + 2]), _power(inside[self._cell :]))

    def _is_one(self, hole: _Open, last: float, after: Samples, seconds: float) -> bool:
        loud = _LOUD_FAINT if hole.kind == "faint" else _LOUD
        before = hole.before[::-1]  # both from the hole outward
        if self._is_pause((before, after), seconds):
            return False
        breaks = 0
        for side in (before, after):
            power = _power(side)
            if power < max(loud, _BELOW_LOUDEST * hole.loudest):
                return False
            edge = _power(side[: self._edge])
            if edge < (_FADED_FAINT if hole.kind == "faint" else _FADED) * power:
                return False
            breaks += _power(side[: self._end]) > _ENDED * edge or _breaks(side, self._edge)
        if hole.kind == "faint":
            ends = (hole.first, before), (last, after)
            return all(power < _DEEP * _power(side[: self._edge]) for power, side in ends)
        if not breaks:
            return False
        return hole.kind == "zeros" or self._is_held(hole, before, after)

    def _is_pause(self, sides: tuple[Samples, Samples], seconds: float) -> bool:
        """Whether both sides fade, or one is rounded to the last steps before it is nothing."""
        if any(_is_rounded(side[: self._edge]) for side in sides):
            return True
        powers = [_power(side) for side in sides]
        edge, end = (
            max(
                _power(side[:n]) / max(power, 1e-30)
                for side, power in zip(sides, powers, strict=True)
            )
            for n in (self._edge, self._end)
        )
        return any(
            seconds >= least_s and (edge < faded or end < ended)
            for least_s, faded, ended in _PAUSES
        )

    def _is_held(self, hole: _Open, before: Samples, after: Samples) -> bool:
        """Not a rectangle, whose sides are still too, nor a clipped top, from which it goes on as
        it came.
        """
        value = np.float32(hole.value)
        edges = before[: self._edge], after[: self._edge]
        if any(bool(np.all(side[1:] == side[0])) for side in edges):
            return False
        # It held the last sample; had it been elsewhere, it would be another's ceiling.
        if int(np.count_nonzero(before[1:] == value) + np.count_nonzero(after == value)) > 2:
            return False
        around = np.concatenate([before, after])
        if around.min() < value < around.max():
            return True
        step = abs(float(after[0]) - float(value))
        return step > 4 * float(np.median(np.abs(np.diff(around))))


def _power(y: NDArray[Any]) -> float:
    exact = y.astype(np.float64)
    return float(np.einsum("i,i->", exact, exact)) / len(y)


def _is_rounded(edge: Samples) -> bool:
    """Whether there are a few of the smallest steps only."""
    sizes = np.abs(edge[edge != 0])
    if not len(sizes):
        return False
    largest = float(sizes.max())
    return largest <= _SOFT and largest <= _ROUNDED * float(sizes.min())


def _breaks(side: Samples, edge: int) -> bool:
    """Whether the first sample, or its slope, is nothing that the sound does by itself."""
    curves = np.abs(np.diff(side[: 2 * edge], 2))
    usual = float(np.median(curves)) + 1e-9
    step = abs(float(side[0]))
    return step > _BREAKS * float(np.median(np.abs(np.diff(side[: 2 * edge])))) or (
        abs(float(side[1]) - 2 * float(side[0])) > _BREAKS * usual
    )
