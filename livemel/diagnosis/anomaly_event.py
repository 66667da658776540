"""One anomaly: from block to block while it goes on, and then as a finding."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from livemel.diagnosis.cells import Values
from livemel.diagnosis.finding import Finding, Number, Severity
from livemel.diagnosis.normal import Normal
from livemel.dsp.centres import centres
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.units import decibel

# Rows belong to it that are off at least this share of the most.
_SHARE = 0.5
# Holes in it, as a share of the rows.
_HOLE = 1 / 32
# What covers so many of the rows is everywhere.
_EVERYWHERE = 0.9
_ADVICE = "Look and listen there; if it belongs to the normal sound, learn again with it."


@dataclass(frozen=True, slots=True)
class AnomalyEvent:
    """Something over the threshold.

    first, last : blocks
    peak : the largest score, in σ, of cells of `length` blocks (0: a column)
    sign : +1 more than normal, -1 less
    low, high : rows, both inclusive; strongest : the one that is furthest off
    difference : there, in the columns' unit
    spans : of each length the columns at which its cells over the threshold end: first, and last
    """

    first: int
    last: int
    peak: float
    length: int
    sign: int
    low: int
    high: int
    strongest: int
    difference: float
    spans: dict[int, tuple[int, int]]

    @classmethod
    def of(
        cls, normal: Normal, number: int, block: Values, sigmas: list[Values], threshold: float
    ) -> "AnomalyEvent":
        """What is over the threshold in one block.

        number : of the block; block : shape (block, n_rows)
        sigmas : of each family, shape (n, cells)
        """
        bank = normal.bank
        peak, which, at = 0.0, 0, (0, 0)
        spans: dict[int, tuple[int, int]] = {}
        for f, (family, values) in enumerate(zip(bank.families, sigmas, strict=True)):
            off = np.nan_to_num(np.abs(values))
            over = np.flatnonzero(off.max(axis=1) > threshold)
            if len(over):
                # Long cells end with the block.
                ends = over + 1 if family.length == 0 else np.array([bank.block])
                begin = number * bank.block
                known = spans.get(family.length, (1 << 62, 0))
                spans[family.length] = (
                    min(known[0], begin + int(ends[0])),
                    max(known[1], begin + int(ends[-1])),
                )
            if off.max() > peak:
                column, cell = np.unravel_index(int(off.argmax()), off.shape)
                peak, which, at = float(off.max()), f, (int(column), int(cell))
        family = bank.families[which]
        sign = 1 if sigmas[which][at] > 0 else -1
        rows = _rows_off(normal, family.length, block[at[0]], sigmas)
        low, strongest, high = _extent(sign * rows, family.edges[at[1]])
        difference = float(rows[strongest] * normal.spread[strongest])
        return cls(
            number, number, peak, family.length, sign, low, high, strongest, difference, spans
        )

    def and_then(self, other: "AnomalyEvent") -> "AnomalyEvent":
        """Both as one."""
        spans = dict(self.spans)
        for length, (first, last) in other.spans.items():
            known = spans.get(length, (first, last))
            spans[length] = (min(known[0], first), max(known[1], last))
        stronger = self if self.peak >= other.peak else other
        return replace(stronger, first=self.first, last=other.last, spans=spans)

    def finding(
        self, normal: Normal, threshold: float, rate: float, judged: int, begin_s: float
    ) -> Finding:
        """rate : false alarms an hour; judged : blocks so far; begin_s : of the stream before"""
        fe = normal.frontend
        first, last = self._columns(normal, threshold)
        if self.last == judged - 1 and self.length:  # it goes on
            last = judged * normal.bank.block
        from_s = begin_s + (fe.first_centre + (first - 0.5) * fe.hop_length) / fe.sr
        start_s = max(0.0, from_s)
        end_s = start_s + max(last - first, 1.0) * fe.hop_length / fe.sr
        values: dict[str, Number] = {
            "score_sigma": self.sign * self.peak,
            "threshold_sigma": threshold,
            "false_alarms_per_hour": rate,
        }
        unit = decibel(fe)
        if unit is not None and fe.representation != "mfcc":
            values["difference_db"] = self.difference / unit
        everywhere = self.high + 1 - self.low >= _EVERYWHERE * fe.n_rows
        hz = centres(fe)
        if len(hz):
            low_hz, high_hz = _corners(fe, hz, self.low, self.high)
            values |= {"low_hz": low_hz, "high_hz": high_hz, "strongest_hz": hz[self.strongest]}
            where = "at all frequencies" if everywhere else f"at {_band_text(low_hz, high_hz)}"
            values = {name: float(value) for name, value in values.items() if value is not None}
        else:
            where = f"in row {self.low}"
            if self.high > self.low:
                where = f"in rows {self.low}–{self.high}"
        side = "over" if self.sign > 0 else "under"
        text = (
            f"Anomaly: {self.peak:.1f} σ {side} normal {where} for {_seconds(end_s - start_s)}; "
            f"the threshold is {threshold:.1f} σ ({rate_text(rate)})"
        )
        lines = () if everywhere or not len(hz) else (float(hz[self.strongest]),)
        return Finding(
            "anomaly", Severity.WARN, text, start_s, end_s, _ADVICE, values, lines_hz=lines
        )

    def _columns(self, normal: Normal, threshold: float) -> tuple[float, float]:
        """From which column to which, fractions of columns.

        A mean over a stretch goes over the threshold once a share of threshold / peak of it is in
        the anomaly, and so it does at the end.
        """
        first, last = self.spans[self.length]
        if self.length == 0:
            return first - 1.0, float(last)
        stretch = self.length * normal.bank.block
        inside = stretch * min(1.0, threshold / self.peak)
        start = max(0.0, first - inside)
        return start, max(start + 1.0, last - stretch + inside)


def merged(events: list[AnomalyEvent], apart: int) -> list[AnomalyEvent]:
    """Those no more than so many blocks from each other as one."""
    result = events[:1]
    for event in events[1:]:
        if event.first - result[-1].last <= apart:
            result[-1] = result[-1].and_then(event)
        else:
            result.append(event)
    return result


def halved(events: list[AnomalyEvent]) -> list[AnomalyEvent]:
    """Half as many: those with the least between them are joined."""
    gaps = [b.first - a.last for a, b in pairwise(events)]
    close = set(np.argsort(gaps, kind="stable")[: len(events) // 2].tolist())
    result = events[:1]
    for number, event in enumerate(events[1:]):
        if number in close:
            result[-1] = result[-1].and_then(event)
        else:
            result.append(event)
    return result


def rate_text(per_hour: float) -> str:
    """1 → "1 false alarm an hour"."""
    units = ((1.0, "an hour"), (60.0, "a minute"), (1 / 24, "a day"), (1 / 168, "a week"))
    for unit, name in units:
        if abs(per_hour / unit - 1) < 1e-6:
            return f"1 false alarm {name}"
    return f"{per_hour:g} false alarms an hour"


def _rows_off(normal: Normal, length: int, column: Values, sigmas: list[Values]) -> Values:
    """How far off each row is over that length, in σ of rows: shape (n_rows,)."""
    if length == 0:
        return column
    for family, side, values in zip(normal.bank.families, normal.sides, sigmas, strict=True):
        if family.length == length and family.width == 1:
            off = values[0]
            return np.asarray(side.middle + np.where(off > 0, off * side.above, off * side.below))
    raise AssertionError(f"there is no family of single rows of length {length}")


def _extent(off: Values, cell: tuple[int, int]) -> tuple[int, int, int]:
    """The rows around the one in the cell that is furthest off: lowest, that one, highest."""
    first, stop = cell
    strongest = first + int(np.argmax(off[first:stop]))
    inside = np.flatnonzero(off >= _SHARE * off[strongest])
    hole = max(1, round(_HOLE * len(off)))
    runs = np.split(inside, np.flatnonzero(np.diff(inside) > hole) + 1)
    run = next(run for run in runs if strongest in run)
    return int(run[0]), strongest, int(run[-1])


def _corners(
    frontend: FrontEnd, hz: NDArray[np.float64], low: int, high: int
) -> tuple[float, float]:
    """Halfway to the rows beyond."""
    edges = np.concatenate([[frontend.fmin], (hz[1:] + hz[:-1]) / 2, [frontend.top_hz]])
    return float(edges[low]), float(edges[high + 1])


def _band_text(low_hz: float, high_hz: float) -> str:
    if high_hz < 1000:
        return f"{low_hz:.0f}–{high_hz:.0f} Hz"
    digits = 1 if high_hz - low_hz >= 100 else 2
    return f"{low_hz / 1000:.{digits}f}–{high_hz / 1000:.{digits}f} kHz"


def _seconds(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms" if seconds < 0.1 else f"{seconds:.1f} s"
