"""What models do with the logarithm once they know more than one column.

Each statistic exists three ways: over a whole array, over what was heard so far ("running": each
column as if the audio ended with it), and over a trailing stretch ("instance"). "dataset" is a
statistic fitted beforehand. Columns that hold NaN or infinities are left out of it: a model would
be given nothing but NaN, for ever.
"""

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from livemel.dsp.frontend import FrontEnd
from livemel.dsp.statistics import Statistic, statistic

Columns = NDArray[np.float32]

# Columns of a whole that are taken at once: sums need sixteen bytes a value.
_AT_ONCE = 1024


def normalise(columns: Columns, frontend: FrontEnd) -> Columns:
    """The columns by the front-end's statistic over all of them, and its constants.

    columns : shape (n_mels, k), the logarithm as it is; not changed
    Returns : shape (n_mels, k), float32. One column has no deviation: "mean-std" gives zeros
    """
    whole = WholeStatistic(frontend)
    whole.take(columns)
    return whole.apply(columns)


def normaliser(frontend: FrontEnd) -> "Normaliser | None":
    """What a stream's columns go through, or None where they are final as they are."""
    kinds: dict[str, type[Normaliser]] = {
        "running": RunningStatistic,
        "instance": TrailingStatistic,
        "dataset": FittedStatistic,
    }
    kind = kinds.get(frontend.normalise)
    return None if kind is None else kind(frontend)


class WholeStatistic:
    """Normalises by all columns, in two passes: take them all, then apply it to them.

    Any blocks give the bits of normalise() on all of them at once.
    """

    def __init__(self, frontend: FrontEnd) -> None:
        self._frontend = frontend
        self._statistic = statistic(frontend)
        self._state: tuple[NDArray[np.floating], ...] | None = None

    def take(self, columns: Columns) -> None:
        """columns : shape (n_mels, k), the logarithm as it is; not changed"""
        for start in range(0, columns.shape[1], _AT_ONCE):
            block = columns[:, start : start + _AT_ONCE]
            finite = np.isfinite(block).all(axis=0)
            block = block if finite.all() else block[:, finite]
            if block.shape[1] == 0:
                continue
            state = self._statistic.take(block)
            self._state = tuple(part[:, -1:].copy() for part in state)

    def apply(self, columns: Columns) -> Columns:
        """The columns normalised by what was taken: shape (n_mels, k), float32."""
        if self._state is None:  # there were none, or none that is finite
            return columns
        return _constants(self._statistic.apply(columns, self._state), self._frontend)


class Normaliser(ABC):
    """Normalises columns as they come; any chunking gives the same bits."""

    def __init__(self, frontend: FrontEnd) -> None:
        self._frontend = frontend

    @abstractmethod
    def push(self, columns: Columns) -> Columns:
        """The columns normalised: shape (n_mels, k); the caller owns them."""

    @property
    @abstractmethod
    def is_steady(self) -> bool:
        """Whether the column that was pushed last, however often it comes again, always becomes
        the same from now on.
        """


class RunningStatistic(Normaliser):
    """Each column by the statistic of all columns up to it."""

    def __init__(self, frontend: FrontEnd) -> None:
        super().__init__(frontend)
        self._statistic: Statistic = statistic(frontend)
        self._has_taken = False

    @property
    def is_steady(self) -> bool:
        return self._has_taken and self._statistic.is_steady

    def push(self, columns: Columns) -> Columns:
        if columns.shape[1] == 0:
            return columns
        self._has_taken = True
        finite = np.isfinite(columns).all(axis=0)
        if finite.all():
            state = self._statistic.take(columns)
            return _constants(self._statistic.apply(columns, state), self._frontend)
        done = np.full_like(columns, np.nan)
        if finite.any():
            done[:, finite] = self.push(columns[:, finite])
        return done


class TrailingStatistic(Normaliser):
    """Each column by the statistic of the instance_s seconds that end with it."""

    def __init__(self, frontend: FrontEnd) -> None:
        super().__init__(frontend)
        self._length = max(1, round(frontend.instance_s * frontend.columns_per_s))
        self._held: Columns | None = None

    @property
    def is_steady(self) -> bool:
        held = self._held
        if held is None or held.shape[1] < self._length - 1:
            return False
        return bool(held.shape[1] and (held == held[:, -1:]).all())

    def push(self, columns: Columns) -> Columns:
        if self._held is None:
            self._held = columns[:, :0].copy()
        held = np.concatenate([self._held, columns], axis=1)
        before = self._held.shape[1]
        done = np.empty_like(columns)
        for i in range(columns.shape[1]):
            stop = before + i + 1
            window = WholeStatistic(self._frontend)
            window.take(np.ascontiguousarray(held[:, max(0, stop - self._length) : stop]))
            done[:, i] = window.apply(columns[:, i : i + 1])[:, 0]
        self._held = held[:, max(0, held.shape[1] - self._length + 1) :].copy()
        return done


class FittedStatistic(Normaliser):
    """(x - shift) / (spread + eps) of the scaler, in place of statistic and constants.

    Reference: DESED_task, desed_task/utils/scaler.py, statistic "dataset".
    """

    def __init__(self, frontend: FrontEnd) -> None:
        super().__init__(frontend)
        scaler = frontend.scaler
        assert scaler is not None  # FrontEnd has seen to it
        self._shift = np.array(scaler.shift, dtype=np.float32)[:, np.newaxis]
        divisor = np.array(scaler.spread, dtype=np.float64) + scaler.eps
        self._divisor = divisor.astype(np.float32)[:, np.newaxis]

    @property
    def is_steady(self) -> bool:
        return True

    def push(self, columns: Columns) -> Columns:
        shifted: Columns = columns - self._shift
        shifted /= self._divisor
        return shifted


def _constants(columns: Columns, frontend: FrontEnd) -> Columns:
    """(x - mean) / std."""
    if frontend.mean == 0 and frontend.std == 1:
        return columns
    shifted: Columns = columns - np.float32(frontend.mean)
    shifted /= np.float32(frontend.std)
    return shifted
