"""Learning what is normal from columns, in memory that does not grow with them."""

import numpy as np
from numpy.typing import NDArray

from livemel.diagnosis.cells import Bank, Values
from livemel.diagnosis.normal import Normal, Side
from livemel.diagnosis.tail import Tail, fit_tail
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.units import decibel
from livemel.errors import ParameterError

# Rows that never move would make any change infinitely many σ: so many dB are one σ at the least.
_LEAST_SPREAD_DB = 0.5
# In columns that are normalised, whose dB is not known, of their own unit.
_LEAST_SPREAD = 0.05
# A cell's two spreads are read off where one value in 25 is beyond: far enough out to be about the
# tails, not so far that few values decide. In a Gaussian that is so many σ.
_OUT, _OUT_SIGMA = 0.04, 1.7507
_FOLDS = 4
# Maxima of stretches of two of the longest means are nearly independent, as events are.
_STRETCHES = 2
# What is kept to learn from: 32 MB, ten minutes of 128 rows at 100 columns a second. Of more, as
# many pieces of ten seconds, evenly spread.
_MOST_VALUES = 1 << 23
_PIECE_S = 10.0


class Learning:
    """Takes columns, and tells what is normal in them.

    Raises ParameterError if such columns have no normal.
    """

    def __init__(self, frontend: FrontEnd, most_values: int = _MOST_VALUES) -> None:
        if frontend.representation == "waveform":
            raise ParameterError("the waveform has no normal to learn: choose another view")
        self._frontend = frontend
        self._piece = max(1, round(_PIECE_S * frontend.columns_per_s))
        self._most = max(2, most_values // (self._piece * frontend.n_rows))
        self._kept: list[Values] = []
        self._every, self._pieces = 1, 0  # every how many pieces are kept
        self._run: list[Values] = []  # of the piece that is not full
        self._in_run = 0
        self._columns = 0

    @property
    def seconds(self) -> float:
        """Of sound so far; what is missing or not finite does not count."""
        return self._columns / self._frontend.columns_per_s

    def push(self, columns: Values, missing: NDArray[np.bool_] | None = None) -> None:
        """Go on with these columns: shape (n_rows, k).

        missing : shape (k,): those that reach into missing sound, which is not normal
        """
        bad = np.asarray(~np.isfinite(columns).all(axis=0))
        if missing is not None:
            bad |= missing
        if not bad.any():
            self._take(columns)
            return
        edges = np.flatnonzero(np.diff(bad)) + 1
        for part in np.split(np.arange(len(bad)), edges):
            if bad[part[0]]:
                self.cut()
            else:
                self._take(columns[:, part])

    def cut(self) -> None:
        """What comes does not go on from what was: another file."""
        if self._run and self._pieces % self._every == 0:
            self._kept.append(np.concatenate(self._run, axis=1))
        self._pieces += bool(self._run)
        self._run, self._in_run = [], 0
        if len(self._kept) > self._most:
            self._kept = self._kept[::2]
            self._every *= 2

    def normal(self, source: str = "") -> Normal:
        """What is normal in all columns so far.

        source : the sound's name, which is kept with it
        Raises ParameterError where they are too few.
        """
        kept = [*self._kept, np.concatenate(self._run, axis=1)] if self._run else self._kept
        return learned(kept, self._frontend, self.seconds, source)

    def _take(self, columns: Values) -> None:
        self._columns += columns.shape[1]
        done = 0
        while done < columns.shape[1]:
            part = columns[:, done : done + self._piece - self._in_run]
            self._run.append(np.array(part, dtype=np.float32))
            self._in_run += part.shape[1]
            done += part.shape[1]
            if self._in_run == self._piece:
                self.cut()


def learned(
    segments: list[Values], frontend: FrontEnd, learned_s: float, source: str = ""
) -> Normal:
    """The normal of these columns.

    segments : stretches of sound, each of shape (n_rows, k), finite
    learned_s : that they stand for, which may be more than they are
    The tail is that of sound that was not learned from: each quarter is scored by what was learned
    from the other three.
    Raises ParameterError where they are too few.
    """
    seconds = sum(s.shape[1] for s in segments) / frontend.columns_per_s
    bank = Bank.of(frontend, seconds)
    stretch = _STRETCHES * max(1, bank.longest)
    stretches = [_stretched(s, bank.block * stretch) for s in segments]
    pieces = [piece for s in stretches for piece in s]
    if len(pieces) < 2 * _FOLDS:
        least_s = 2 * _FOLDS * stretch * bank.block / frontend.columns_per_s
        raise ParameterError(f"{seconds:.1f} s are too few to learn from: at least {least_s:.1f} s")
    maxima = []
    for fold in range(_FOLDS):
        first, stop = (len(pieces) * i // _FOLDS for i in (fold, fold + 1))
        others = _reference(pieces[:first] + pieces[stop:], frontend, bank)
        scores = others.scores(np.concatenate(pieces[first:stop], axis=1))
        maxima.append(np.nanmax(scores.reshape(-1, stretch), axis=1))
    stretch_s = stretch * bank.block / frontend.columns_per_s
    tail = fit_tail(np.concatenate(maxima), stretch_s)
    whole = _reference(pieces, frontend, bank)
    return Normal(frontend, whole.median, whole.spread, bank, whole.sides, tail, learned_s, source)


def _reference(pieces: list[Values], frontend: FrontEnd, bank: Bank) -> Normal:
    """Without a tail."""
    columns = np.concatenate(pieces, axis=1)
    median = np.median(columns, axis=1).astype(np.float32)
    off = columns - median[:, np.newaxis]
    least = np.float32(_least_spread(frontend))
    spread = np.maximum(np.median(np.abs(off), axis=1) * 1.4826, least).astype(np.float32)
    blocks = (off / spread[:, np.newaxis]).T.reshape(-1, bank.block, bank.n_rows)
    means = bank.means(np.ascontiguousarray(blocks), bank.nothing_before())
    # Long means are whole only where there were as many blocks before.
    sides = tuple(_side(each[bank.context :]) for each in means)
    return Normal(frontend, median, spread, bank, sides, Tail(0.0, 0.0, 1.0, 0.0), 0.0)


def _side(means: Values) -> Side:
    flat = means.reshape(-1, means.shape[-1])
    low, middle, high = np.quantile(flat, [_OUT, 0.5, 1 - _OUT], axis=0)
    below, above = (_steadied(far / _OUT_SIGMA) for far in (middle - low, high - middle))
    return Side(middle.astype(np.float32), below, above)


def _steadied(spread: NDArray[np.float64]) -> Values:
    """Few values scatter: a spread below its family's is drawn half the way there."""
    usual = np.median(spread)
    drawn = np.maximum(spread, np.sqrt(spread * usual))
    return np.maximum(drawn, max(1e-2, 0.2 * usual)).astype(np.float32)


def _stretched(segment: Values, columns: int) -> list[Values]:
    """Whole stretches of so many columns."""
    n = segment.shape[1] // columns
    return [segment[:, i * columns : (i + 1) * columns] for i in range(n)]


def _least_spread(frontend: FrontEnd) -> float:
    unit = decibel(frontend)
    return _LEAST_SPREAD if unit is None else _LEAST_SPREAD_DB * unit
