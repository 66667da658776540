"""What models do with the logarithm once they know more than one column.

Each statistic exists three ways: over a whole array, over what was heard so far ("running": each
column as if the audio ended with it), and over a trailing stretch ("instance").
"""

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from livemel.dsp.frontend import FrontEnd

Columns = NDArray[np.float32]


def normalise(columns: Columns, frontend: FrontEnd) -> Columns:
    """The columns by the front-end's statistic over all of them, and its constants.

    columns : shape (n_mels, k), the logarithm as it is; not changed
    Returns : shape (n_mels, k), float32. One column has no deviation: "mean-std" gives zeros
    References: whisper/audio.py ("max"), NeMo features.py ("mean-std"), transformers seamless_m4t
    ("mean-var"), DESED_task utils/scaler.py ("min-max").
    """
    if frontend.statistic is None or columns.shape[1] == 0:
        return _constants(columns, frontend)
    if frontend.statistic == "max":
        least = columns.max() - np.float32(frontend.statistic_range)
        return _constants(np.maximum(columns, least), frontend)
    eps = frontend.statistic_eps
    if frontend.statistic == "min-max":
        low, high = columns.min(), columns.max()
        width = np.float32(high - low + eps) or np.float32(1)
        return _constants((columns - low) / width, frontend)
    n = columns.shape[1]
    wide = columns.astype(np.float64)
    mean = wide.mean(axis=1, keepdims=True)
    variance = np.square(wide - mean).sum(axis=1, keepdims=True) / max(1, n - 1)
    deviation = _deviation(variance, frontend)
    return _constants(((wide - mean) / deviation).astype(np.float32), frontend)


def normaliser(frontend: FrontEnd) -> "Normaliser | None":
    """What a stream's columns go through, or None where they are final as they are."""
    if frontend.normalise == "running":
        kinds: dict[str | None, type[Normaliser]] = {
            None: RunningConstants,
            "max": RunningMaximum,
            "min-max": RunningRange,
            "mean-std": RunningMoments,
            "mean-var": RunningMoments,
        }
        return kinds[frontend.statistic](frontend)
    return TrailingStatistic(frontend) if frontend.normalise == "instance" else None


class Normaliser(ABC):
    """Normalises columns as they come; any chunking gives the same bits."""

    def __init__(self, frontend: FrontEnd) -> None:
        self._frontend = frontend

    @abstractmethod
    def push(self, columns: Columns) -> Columns:
        """The columns normalised: shape (n_mels, k); the caller owns them."""


class RunningConstants(Normaliser):
    """No statistic: the constants alone."""

    def push(self, columns: Columns) -> Columns:
        return _constants(columns, self._frontend)


class RunningMaximum(Normaliser):
    """Nothing more than statistic_range below the loudest value so far."""

    _loudest = np.float32(-np.inf)

    def push(self, columns: Columns) -> Columns:
        if columns.shape[1] == 0:
            return columns
        loudest = np.maximum.accumulate(np.maximum(columns.max(axis=0), self._loudest))
        self._loudest = loudest[-1]
        least = loudest - np.float32(self._frontend.statistic_range)
        return _constants(np.maximum(columns, least), self._frontend)


class RunningRange(Normaliser):
    """Between the least and the largest value so far."""

    _least, _largest = np.float32(np.inf), np.float32(-np.inf)

    def push(self, columns: Columns) -> Columns:
        if columns.shape[1] == 0:
            return columns
        least = np.minimum.accumulate(np.minimum(columns.min(axis=0), self._least))
        largest = np.maximum.accumulate(np.maximum(columns.max(axis=0), self._largest))
        self._least, self._largest = least[-1], largest[-1]
        width = largest - least + np.float32(self._frontend.statistic_eps)
        width[width == 0] = 1
        return _constants((columns - least) / width, self._frontend)


class RunningMoments(Normaliser):
    """Each band by its mean and deviation so far, summed in float64."""

    def __init__(self, frontend: FrontEnd) -> None:
        super().__init__(frontend)
        self._heard = 0
        self._sums = np.zeros((2, frontend.n_mels, 1))

    def push(self, columns: Columns) -> Columns:
        k = columns.shape[1]
        if k == 0:
            return columns
        wide = columns.astype(np.float64)
        terms = np.concatenate([self._sums, np.stack([wide, np.square(wide)])], axis=2)
        # cumsum adds one after the other, so that chunks do not matter.
        sums = np.cumsum(terms, axis=2)[:, :, 1:]
        self._sums = sums[:, :, -1:].copy()
        n = np.arange(self._heard + 1, self._heard + k + 1)
        self._heard += k
        mean = sums[0] / n
        spread = np.maximum(sums[1] - sums[0] * mean, 0.0)
        deviation = _deviation(spread / np.maximum(1, n - 1), self._frontend)
        return _constants(((wide - mean) / deviation).astype(np.float32), self._frontend)


class TrailingStatistic(Normaliser):
    """Each column by the statistic of the instance_s seconds that end with it."""

    def __init__(self, frontend: FrontEnd) -> None:
        super().__init__(frontend)
        self._length = max(1, round(frontend.instance_s * frontend.columns_per_s))
        self._held = np.empty((frontend.n_mels, 0), dtype=np.float32)

    def push(self, columns: Columns) -> Columns:
        held = np.concatenate([self._held, columns], axis=1)
        before = self._held.shape[1]
        done = np.empty_like(columns)
        for i in range(columns.shape[1]):
            stop = before + i + 1
            window = np.ascontiguousarray(held[:, max(0, stop - self._length) : stop])
            done[:, i] = normalise(window, self._frontend)[:, -1]
        self._held = held[:, max(0, held.shape[1] - self._length + 1) :].copy()
        return done


def _deviation(variance: NDArray[np.float64], frontend: FrontEnd) -> NDArray[np.float64]:
    eps = frontend.statistic_eps
    if frontend.statistic == "mean-var":
        deviation = np.sqrt(variance + eps)
    else:
        deviation = np.sqrt(variance) + eps
    return np.where(deviation == 0, 1.0, deviation)


def _constants(columns: Columns, frontend: FrontEnd) -> Columns:
    """(x - mean) / std."""
    if frontend.mean == 0 and frontend.std == 1:
        return columns
    shifted: Columns = columns - np.float32(frontend.mean)
    shifted /= np.float32(frontend.std)
    return shifted
