"""When two spectrograms are the same: the criterion, in one place."""

from dataclasses import dataclass

import numpy as np
from livemel.dsp.frontend import FrontEnd

LINEAR = 2e-5  # of the linear mel's maximum
LOG = 1e-3  # in the front-end's own unit


@dataclass(frozen=True)
class Deviation:
    """The largest differences: linear, relative to the maximum, and of the values themselves."""

    linear: float
    log: float


def linear_mel(values: np.ndarray, fe: FrontEnd) -> np.ndarray:
    """What the logarithm was taken of, with the constants undone; a floor stays in it."""
    exponent = np.asarray(values, dtype=np.float64) * fe.std + fe.mean
    if fe.log == "none":
        return exponent
    base, factor = {
        "db": (10, 0.1),
        "db-amplitude": (10, 0.05),
        "log10": (10, 1.0),
        "ln": (np.e, 1.0),
    }[fe.log]
    return base ** (factor * exponent)


def deviation(ours: np.ndarray, theirs: np.ndarray, fe: FrontEnd, *, scaled: bool) -> Deviation:
    """scaled : whether fe's constants were applied to both."""
    plain = fe if scaled else fe.replace(mean=0.0, std=1.0)
    a, b = linear_mel(ours, plain), linear_mel(theirs, plain)
    log = np.abs(np.asarray(ours, dtype=np.float64) - theirs)
    largest = np.abs(b).max() or 1.0  # a row of empty filters is nothing but zeros
    return Deviation(float(np.abs(a - b).max() / largest), float(log.max()))


def assert_agree(
    ours: np.ndarray, theirs: np.ndarray, fe: FrontEnd, *, scaled: bool | None = None
) -> None:
    """Linear mel within 2e-5 of its maximum, or the values within 1e-3.

    The logarithm alone cannot be asked for: where a loud tone meets a low floor, the rounding of a
    float32 FFT, of either side, is all there is in the quiet bands.
    """
    assert ours.shape == theirs.shape
    assert ours.dtype == np.float32
    if not ours.size:
        return
    found = deviation(
        ours, theirs, fe, scaled=fe.normalise == "fixed" if scaled is None else scaled
    )
    assert found.linear <= LINEAR or (found.log <= LOG and fe.log != "none"), f"{found}"
