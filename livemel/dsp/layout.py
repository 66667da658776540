"""The array a model takes: how long it is, and in which order its axes are."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from livemel.dsp.frontend import FrontEnd
from livemel.dsp.normalise import normalise
from livemel.dsp.row import DEFAULT_SR, FrontEndRow
from livemel.dsp.stream import log_mel

Columns = NDArray[np.float32]


def as_model(columns: Columns, row: FrontEndRow) -> NDArray[np.float32]:
    """The same values in the model's own layout, without a batch axis.

    columns : shape (n_mels, k)
    Returns : shape as row.layout says, C order, float32; the caller owns it. A patch that is not
        whole is left out; an odd column that has to be one of a pair gets zeros beside it
    """
    return np.array(_LAYOUTS[row.layout](columns), dtype=np.float32, order="C")


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


def _pairs(columns: Columns) -> Columns:
    """Two columns after each other in one."""
    even = np.pad(columns, ((0, 0), (0, columns.shape[1] % 2)))
    return even.T.reshape(-1, 2 * len(columns))


def _patches(length: int, hop: int) -> Callable[[Columns], Columns]:
    def cut(columns: Columns) -> Columns:
        if columns.shape[1] < length:
            return np.empty((0, length, len(columns)), dtype=np.float32)
        views = np.lib.stride_tricks.sliding_window_view(columns.T, length, axis=0)
        return views[::hop].transpose(0, 2, 1)

    return cut


_LAYOUTS: Mapping[str, Callable[[Columns], Columns]] = MappingProxyType(
    {
        "(F, T)": lambda columns: columns,
        "(T, F)": lambda columns: columns.T,
        "(1, F, T)": lambda columns: columns[np.newaxis],
        "(1, T, F)": lambda columns: columns.T[np.newaxis],
        # A clip of no more than 10 s stands there four times; of a longer one it is four parts.
        "(4, T, F)": lambda columns: np.stack([columns.T] * 4),
        "(T / 2, 2 F)": _pairs,
        "(96, F) patches, hop 48": _patches(96, 48),
        "(96, F) patches, hop 96": _patches(96, 96),
    }
)
