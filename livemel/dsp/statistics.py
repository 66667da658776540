"""The statistics that models normalise by, column after column."""

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from livemel.dsp.frontend import FrontEnd

Columns = NDArray[np.float32]
State = tuple[NDArray[np.floating], ...]


def statistic(frontend: FrontEnd) -> "Statistic":
    """The front-end's statistic, of no columns yet."""
    kinds: dict[str | None, type[Statistic]] = {
        None: NoStatistic,
        "max": Maximum,
        "min-max": Range,
        "mean-std": Deviation,
        "mean-var": Deviation,
    }
    return kinds[frontend.statistic](frontend)


class Statistic(ABC):
    """What is known after each column. Blocks do not matter: the same columns give the same bits.

    References: whisper/audio.py ("max"), NeMo features.py ("mean-std"), transformers seamless_m4t
    ("mean-var"), DESED_task utils/scaler.py ("min-max").
    """

    # Whether a column that was taken changes nothing when it is taken again.
    is_steady = True

    def __init__(self, frontend: FrontEnd) -> None:
        self._frontend = frontend

    @abstractmethod
    def take(self, columns: Columns) -> State:
        """Go on with these columns: shape (n, k), k at least 1; not changed.

        Returns : arrays of shape (1 or n, k), what is known after each of them
        """

    @abstractmethod
    def apply(self, columns: Columns, state: State) -> Columns:
        """The columns by a state that has as many columns, or one."""


class NoStatistic(Statistic):
    """Nothing is known and nothing changed."""

    def take(self, columns: Columns) -> State:  # noqa: ARG002
        return ()

    def apply(self, columns: Columns, state: State) -> Columns:  # noqa: ARG002
        return columns


class Maximum(Statistic):
    """Nothing more than statistic_range below the largest value."""

    _largest = np.float32(-np.inf)

    def take(self, columns: Columns) -> State:
        largest = np.maximum.accumulate(np.maximum(columns.max(axis=0), self._largest))
        self._largest = largest[-1]
        return (largest[np.newaxis],)

    def apply(self, columns: Columns, state: State) -> Columns:
        (largest,) = state
        least = largest - np.float32(self._frontend.statistic_range)
        return np.asarray(np.maximum(columns, least))


class Range(Statistic):
    """Between the least and the largest value."""

    _least, _largest = np.float32(np.inf), np.float32(-np.inf)

    def take(self, columns: Columns) -> State:
        least = np.minimum.accumulate(np.minimum(columns.min(axis=0), self._least))
        largest = np.maximum.accumulate(np.maximum(columns.max(axis=0), self._largest))
        self._least, self._largest = least[-1], largest[-1]
        return least[np.newaxis], largest[np.newaxis]

    def apply(self, columns: Columns, state: State) -> Columns:
        least, largest = state
        width = largest - least + np.float32(self._frontend.statistic_eps)
        width[width == 0] = 1
        return np.asarray((columns - least) / width)


class Deviation(Statistic):
    """Each band by its mean and its deviation, ddof 1."""

    is_steady = False

    def __init__(self, frontend: FrontEnd) -> None:
        super().__init__(frontend)
        self._moments = Moments()

    def take(self, columns: Columns) -> State:
        n, mean, squares = self._moments.take(columns)
        return mean, squares / np.maximum(1, n - 1)

    def apply(self, columns: Columns, state: State) -> Columns:
        mean, variance = state
        eps = self._frontend.statistic_eps
        if self._frontend.statistic == "mean-var":
            deviation = np.sqrt(variance + eps)
        else:
            deviation = np.sqrt(variance) + eps
        deviation = np.where(deviation == 0, 1.0, deviation)
        return np.asarray(((columns - mean) / deviation).astype(np.float32))


class Moments:
    """Mean and squared deviations of each band, in float64.

    Summed about the first column: a constant band has no deviation at all, and sums of squares
    do not drown in the square of the mean. One column after the other, so that blocks do not
    matter.
    """

    def __init__(self) -> None:
        self.count = 0
        self._first = np.empty((0, 1))
        self._sums = np.empty((2, 0, 1))

    def take(
        self, columns: Columns
    ) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
        """Go on with these columns: shape (n, k), k at least 1.

        Returns : after each column the count, shape (k,), the mean and the sum of the squared
        deviations from it, both of shape (n, k)
        """
        n, k = columns.shape
        if self.count == 0:
            self._first = columns[:, :1].astype(np.float64)
            self._sums = np.zeros((2, n, 1))
        terms = np.empty((2, n, k + 1))
        terms[:, :, :1] = self._sums
        np.subtract(columns, self._first, out=terms[0, :, 1:])
        np.square(terms[0, :, 1:], out=terms[1, :, 1:])
        # cumsum adds one after the other; a plain sum adds in pairs that depend on the block.
        sums = np.cumsum(terms, axis=2)[:, :, 1:]
        self._sums = sums[:, :, -1:].copy()
        counts = np.arange(self.count + 1, self.count + k + 1)
        self.count += k
        mean = sums[0] / counts
        squares = np.maximum(sums[1] - sums[0] * mean, 0.0)
        return counts, self._first + mean, squares
