"""The frequency that each row of a column stands for."""

import numpy as np
from numpy.typing import NDArray

from livemel.dsp.frontend import FrontEnd
from livemel.dsp.mel import mel_edges


def centres(frontend: FrontEnd) -> NDArray[np.float64]:
    """A mel filter's peak, a bin's frequency, a logarithmic band's geometric middle.

    Returns : shape (n_rows,), Hz, rising; empty for views whose rows are no frequencies
    """
    fe = frontend
    if fe.representation == "mel":
        return mel_edges(fe)[1:-1]
    if fe.representation == "linear":
        return np.asarray(fe.linear_bins) * (fe.sr / fe.n_fft)
    if fe.representation == "log":
        bands = fe.log_bands
        return np.array([bands.hz(i + 0.5) for i in range(bands.n)])
    return np.empty(0)


def rows_within(frontend: FrontEnd, low_hz: float, high_hz: float) -> range:
    """The rows whose centres lie from low_hz to high_hz; the nearest where none does.

    All rows of views whose rows are no frequencies, and of a stretch without any (NaN).
    """
    hz = centres(frontend)
    low_hz, high_hz = min(low_hz, high_hz), max(low_hz, high_hz)
    if not len(hz) or np.isnan(low_hz + high_hz):
        return range(frontend.n_rows)
    low = int(np.searchsorted(hz, low_hz, "left"))
    high = int(np.searchsorted(hz, high_hz, "right"))
    if low < high:
        return range(low, high)
    nearest = int(np.abs(hz - (low_hz + high_hz) / 2).argmin())
    return range(nearest, nearest + 1)
