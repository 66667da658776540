"""The array a model takes: how long it is, what fills it up, and the order of its axes."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from livemel.dsp.frontend import FrontEnd
from livemel.dsp.layout import Layout
from livemel.dsp.normalise import normalise
from livemel.dsp.row import DEFAULT_SR, FrontEndRow
from livemel.dsp.stream import log_mel

Columns = NDArray[np.float32]


def as_model(columns: Columns, row: FrontEndRow) -> NDArray[np.float32]:
    """The same values in the model's own layout, without a batch axis.

    columns : shape (n_mels, k)
    Returns : shape as row.layout says, C order, float32; the caller owns it
    """
    return Layout.parse(row.layout).arrange(columns)


def model_input(columns: Columns, row: FrontEndRow) -> NDArray[np.float32]:
    """What the model's own front-end makes of a clip, from the clip's columns.

    columns : shape (n_mels, k), the logarithm as it is (normalise="none"). Of more than the model
        takes the end is cut off; fewer are filled up as row.fill says
    Returns : the columns by their own statistic and the model's constants, as as_model gives them
    """
    fe = row.build(DEFAULT_SR)
    columns = columns[:, : row.takes]
    missing = 0 if row.takes is None or row.fill is None else row.takes - columns.shape[1]
    if missing:
        fill = silence(fe) if row.fill == "silence" else np.float32(0)
        rest = np.broadcast_to(fill, (columns.shape[0], missing))
        columns = np.concatenate([columns, rest], axis=1, dtype=np.float32)
    return as_model(normalise(columns, fe), row)


@lru_cache(maxsize=16)
def silence(frontend: FrontEnd) -> Columns:
    """One column of silence, the logarithm as it is: shape (n_mels, 1). Not to be written to."""
    quiet = np.zeros(2 * frontend.span + 2 * max(frontend.padding), dtype=np.float32)
    column = log_mel(quiet, frontend.replace(normalise="none"))[:, :1].copy()
    column.flags.writeable = False
    return column
