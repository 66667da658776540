"""Peak hold and average of columns as they come."""

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]


class Hold:
    """The highest value of each row since the beginning, and a mean that forgets.

    columns_per_s : how fast columns come
    forget_s : the time constant of the mean: what is older counts less than 1 / e
    Columns that hold values that are no numbers are passed over. Both are of the columns' own
    values: a mean of decibels, not of powers, and so 2.5 dB lower in noise.
    """

    def __init__(self, columns_per_s: float, forget_s: float) -> None:
        self._keeps = float(np.exp(-1 / (columns_per_s * forget_s)))
        self.peak: Values | None = None
        self.average: Values | None = None

    def push(self, values: Values) -> None:
        """Go on with these columns: shape (k, n_rows), the oldest first."""
        values = values[np.isfinite(values).all(axis=1)]
        if len(values) == 0:
            return
        highest = values.max(axis=0)
        self.peak = highest if self.peak is None else np.maximum(self.peak, highest)
        before = values[0] if self.average is None else self.average
        ages = np.arange(len(values))[::-1]
        weights = (1 - self._keeps) * self._keeps**ages
        mean = weights @ values.astype(np.float64) + self._keeps ** len(values) * before
        self.average = mean.astype(np.float32)
