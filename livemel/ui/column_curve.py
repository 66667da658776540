"""A column as the picture shows it, from pixel row to pixel row. No Qt."""

import numpy as np
from numpy.typing import NDArray

from livemel.ui.view_state import ViewState


class PixelRows:
    """What the pixel rows of a view show of a column; made once for a view."""

    def __init__(self, view: ViewState) -> None:
        edges = view.band_edges()
        self.rows = range(int(edges[0]), int(edges[-1]))
        starts = edges - edges[0]
        pooled = len(self.rows) > view.height
        self._starts = starts[:-1] if pooled else None
        self._which = starts[-2::-1]

    def values(self, column: NDArray[np.float32]) -> NDArray[np.float32]:
        """The value that each pixel row shows, from the top: of several bands the highest.

        column : shape (n_rows,)
        Returns : shape (height,)
        """
        shown = column[self.rows.start : self.rows.stop]
        if self._starts is not None:
            pooled: NDArray[np.float32] = np.maximum.reduceat(shown, self._starts)[::-1]
            return pooled
        rows: NDArray[np.float32] = shown[self._which]
        return rows


def fraction_of_row(row: float, view: ViewState) -> float:
    """Where the middle of a row stands, as a fraction of the height from the bottom."""
    return ((row + 0.5) / view.frontend.n_rows - view.bottom) / (view.top - view.bottom)
