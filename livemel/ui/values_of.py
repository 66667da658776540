"""Values of the history as they are coloured, for fitting the range to them. No Qt."""

import math

import numpy as np
from numpy.typing import NDArray

from livemel.dsp.weighting import LevelScale
from livemel.engine import Feed
from livemel.ui.stream_time import columns_at
from livemel.ui.view_state import ViewState

_MOST = 1 << 22  # a fit to them takes a tenth of a second


def values_between(
    feed: Feed, start_s: float, stop_s: float, scale: LevelScale, rows: range | None = None
) -> NDArray[np.float32]:
    """Those from one time of the stream to another, in seconds: see values_of."""
    first, stop = (columns_at(feed, seconds) for seconds in sorted((start_s, stop_s)))
    return values_of(feed, max(0, math.floor(first)), math.ceil(stop), scale, rows)


def values_of(
    feed: Feed, first: int, stop: int, scale: LevelScale, rows: range | None = None
) -> NDArray[np.float32]:
    """Columns first to stop in the range's unit: with what the scale adds to each row.

    rows : consecutive ones, or None for all
    Of more than four million values, those of evenly spaced columns.
    Returns : shape (k, n_rows) or (k, len(rows)); k may be 0; the caller owns it
    """
    columns = feed.columns
    first, stop = max(first, columns.oldest), min(stop, columns.written)
    rows = range(columns.n_rows) if rows is None else rows
    shown = slice(rows.start, rows.stop)
    step = math.ceil(max(1, stop - first) * len(rows) / _MOST)
    if step == 1:
        values = columns.read(first, stop).values[:, shown]
    else:
        parts = [columns.read(k, k + 1).values[:, shown] for k in range(first, stop, step)]
        values = np.concatenate(parts)
    offsets = ViewState(feed.frontend, 1, 1, 1.0, 0.0, 1.0, scale=scale).row_offsets()
    return values if offsets is None else values + offsets[shown]
