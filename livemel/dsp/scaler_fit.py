"""ScalerFit: columns in, a Scaler out."""

import numpy as np
from numpy.typing import NDArray

from livemel.dsp.checks import one_of
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.scaler import DEFAULT_EPS, KINDS, Scaler
from livemel.dsp.statistics import Moments
from livemel.errors import ParameterError

Columns = NDArray[np.float32]

# Columns that are taken at once: sums need sixteen bytes a value.
_AT_ONCE = 1024


class ScalerFit:
    """Fits a scaler, columns as they come, in float64. Any blocks give the same bits.

    kind : "mean-std" or "min-max"
    per_bin : False fits one shift and one spread to all bands together
    Columns that hold NaN or infinities are left out and counted in `left_out`.
    """

    def __init__(
        self, kind: str = "mean-std", *, per_bin: bool = True, eps: float = DEFAULT_EPS
    ) -> None:
        one_of("kind", kind, KINDS)
        self._kind, self._per_bin, self._eps = kind, per_bin, eps
        self._moments = Moments()
        self._mean = self._squares = np.empty(0)
        self._least, self._largest = np.array(np.inf), np.array(-np.inf)
        self.columns = 0
        self.left_out = 0

    def push(self, columns: Columns) -> None:
        """Go on with these columns: shape (n, k), the logarithm as it is; not changed."""
        sound = np.isfinite(columns).all(axis=0)
        if not sound.all():
            self.left_out += int(np.count_nonzero(~sound))
            columns = columns[:, sound]
        for start in range(0, columns.shape[1], _AT_ONCE):
            self._take(columns[:, start : start + _AT_ONCE])
        self.columns += columns.shape[1]

    def result(
        self, *, files: int = 0, frontend_name: str = "", frontend: FrontEnd | None = None
    ) -> Scaler:
        """The scaler of all columns so far. Raises ParameterError if there were none."""
        if self.columns == 0:
            raise ParameterError("there are no columns to fit a scaler to")
        shift, spread = self._shift_and_spread()
        return Scaler(
            kind=self._kind,
            per_bin=self._per_bin,
            shift=tuple(shift.tolist()),
            spread=tuple(spread.tolist()),
            eps=self._eps,
            columns=self.columns,
            files=files,
            frontend_name=frontend_name,
            frontend=frontend,
        )

    def _take(self, columns: Columns) -> None:
        if self._kind == "min-max":
            self._least = np.minimum(self._least, columns.min(axis=1))
            self._largest = np.maximum(self._largest, columns.max(axis=1))
        else:
            _, mean, squares = self._moments.take(columns)
            self._mean, self._squares = mean[:, -1].copy(), squares[:, -1].copy()

    def _shift_and_spread(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        if self._kind == "min-max":
            least, largest = self._least, self._largest
            if not self._per_bin:
                least, largest = least.min(keepdims=True), largest.max(keepdims=True)
            return least, largest - least
        mean, variance = self._mean, self._squares / self.columns
        if not self._per_bin:  # all bands have as many values: variance within and between them
            variance = (variance.mean() + mean.var()).reshape(1)
            mean = mean.mean(keepdims=True)
        return mean, np.sqrt(variance)
