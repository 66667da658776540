"""A column as the picture shows it, from pixel row to pixel row. No Qt."""

import numpy as np
from numpy.typing import NDArray

from livemel.ui.view_state import ViewState


def by_pixel(values: NDArray[np.float32], view: ViewState) -> NDArray[np.float32]:
    """The value that each pixel row shows, from the top: of several bands the highest.

    values : shape (n_rows,)
    Returns : shape (height,)
    """
    edges = view.band_edges()
    first, stop = int(edges[0]), int(edges[-1])
    shown = values[first:stop]
    if stop - first > view.height:
        pooled: NDArray[np.float32] = np.maximum.reduceat(shown, edges[:-1] - first)[::-1]
        return pooled
    rows: NDArray[np.float32] = shown[edges[-2::-1] - first]
    return rows


def fraction_of_row(row: float, view: ViewState) -> float:
    """Where the middle of a row stands, as a fraction of the height from the bottom."""
    return ((row + 0.5) / view.frontend.n_rows - view.bottom) / (view.top - view.bottom)


def rows_shown(view: ViewState) -> range:
    """The rows of a column that are on the screen."""
    edges = view.band_edges()
    return range(int(edges[0]), int(edges[-1]))
