"""The colour range that follows the sound without flickering."""

from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

# What "fit to the sound on the screen" takes: the floor's lower part, and all but single peaks.
_PERCENTILES = (5.0, 99.9)
_MARGIN_DB = 3.0
_STEP_DB = 5.0  # ends stand at round values
# An end moves when it is more than this from where it ought to be: more than a step, or it would
# go to and fro where the sound lies on the border between two.
_SLACK_DB = 8.0
_LEAST_SPAN_DB = 40.0
# Values told apart, in dB; columns in dB of any front-end lie in it.
_LOWEST, _HIGHEST, _BIN_DB = -250.0, 250.0, 0.5


class AutoRange:
    """Low and high ends for the colours, from the columns as they come.

    Kept is a histogram of the values, which forgets: a column counts half as much after
    `half_life_s`. Ten times a second the 5th and 99.9th percentile are compared with the range; an
    end moves only if it is more than 8 dB off, and then at once, to a multiple of 5 dB. Digital
    silence (columns at the front-end's floor throughout) is not counted: the range stays.

    The same range for any chunking: what is looked at, and when, depends on the columns alone.
    """

    def __init__(
        self,
        columns_per_s: float,
        low: float = -100.0,
        high: float = -20.0,
        half_life_s: float = 5.0,
    ) -> None:
        """columns_per_s : of those that come; low, high : dB, to begin with."""
        self.range = (low, high)
        self._every = max(1, round(columns_per_s / 10))
        self._kept_of_each = 0.5 ** (1 / (half_life_s * columns_per_s))
        self._edges = np.arange(_LOWEST, _HIGHEST, _BIN_DB)
        self._counts = np.zeros(len(self._edges))
        self._waiting: NDArray[np.float32] | None = None

    def push(self, columns: NDArray[np.float32]) -> tuple[float, float]:
        """The range after these columns, low and high in dB.

        columns : shape (n_rows, k), dB; k may be 0; not changed
        """
        waiting = columns if self._waiting is None else np.hstack([self._waiting, columns])
        done = waiting.shape[1] // self._every * self._every
        for start in range(0, done, self._every):
            self._count(waiting[:, start : start + self._every])
        self._waiting = waiting[:, done:].copy()
        return self.range

    def _count(self, columns: NDArray[np.float32]) -> None:
        # A column that is one value from top to bottom is the floor of the logarithm, not sound.
        heard = columns[:, np.ptp(columns, axis=0) > 0]
        heard = heard[:, np.isfinite(heard).all(axis=0)]
        if heard.shape[1] == 0:
            return
        self._counts *= self._kept_of_each ** heard.shape[1]
        at = np.clip((heard - _LOWEST) / _BIN_DB, 0, len(self._counts) - 1).astype(np.intp)
        self._counts += np.bincount(at.ravel(), minlength=len(self._counts))
        self._move()

    def _move(self) -> None:
        reached = np.cumsum(self._counts)
        lower, upper = (
            float(self._edges[np.searchsorted(reached, reached[-1] * part / 100)])
            for part in _PERCENTILES
        )
        low, high = self.range
        if abs(lower - _MARGIN_DB - low) > _SLACK_DB:
            low = _STEP_DB * floor((lower - _MARGIN_DB) / _STEP_DB)
        if abs(upper + _MARGIN_DB - high) > _SLACK_DB:
            high = _STEP_DB * ceil((upper + _MARGIN_DB) / _STEP_DB)
        self.range = (min(low, high - _LEAST_SPAN_DB), high)
