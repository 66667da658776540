"""When two spectrograms are the same: the criterion, in one place."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from livemel.dsp.frontend import FrontEnd

LINEAR: Final = 2e-5  # of the linear mel's maximum
LOG: Final = 1e-3  # in the front-end's own unit

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Deviation:
    """The largest differences of two spectrograms.

    linear : of the linear mel, relative to its maximum
    log : of the values themselves
    within : whether they are the same: `linear` within 2e-5, or `log` within 1e-3

    The logarithm alone cannot be asked for: where a loud tone meets a low floor, the rounding of a
    float32 FFT, of either side, is all there is in the quiet bands. A floor below the clip's
    maximum is too quiet to be seen linearly, so that it must agree within 1e-3 by itself.
    """

    linear: float
    log: float
    within: bool


def linear_mel(values: NDArray[np.floating], fe: FrontEnd) -> Floats:
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
    linear: Floats = base ** (factor * exponent)
    return linear


def deviation(
    ours: NDArray[np.floating], theirs: NDArray[np.floating], fe: FrontEnd, *, scaled: bool
) -> Deviation:
    """How far two spectrograms of the same shape, (n_mels, k), lie apart.

    scaled : whether fe's constants were applied to both
    """
    if ours.size == 0:
        return Deviation(0.0, 0.0, within=True)
    plain = fe if scaled else fe.replace(mean=0.0, std=1.0)
    a, b = linear_mel(ours, plain), linear_mel(theirs, plain)
    largest = np.abs(b).max() or 1.0  # a row of empty filters is nothing but zeros
    with np.errstate(invalid="ignore"):  # infinity less or by infinity is no number
        linear = float(np.abs(a - b).max() / largest)
    log = float(np.abs(np.asarray(ours, dtype=np.float64) - theirs).max())
    # A NaN is within nothing.
    within = linear <= LINEAR or (log <= LOG and fe.log != "none")
    if fe.normalise == "exact" and fe.statistic == "max":
        within = within and _floors_agree(ours, theirs)
    return Deviation(linear, log, within)


def _floors_agree(ours: NDArray[np.floating], theirs: NDArray[np.floating]) -> bool:
    """A floor is a least value that occurs more than once."""
    floors = ours.min(), theirs.min()
    held = max(np.count_nonzero(ours == floors[0]), np.count_nonzero(theirs == floors[1])) > 1
    return not held or bool(abs(floors[0] - floors[1]) <= LOG)


def standardised_back(
    values: NDArray[np.floating], raw: NDArray[np.floating], fe: FrontEnd
) -> Floats:
    """Values that were divided by each band's deviation, as the logarithm that they came from.

    What is all but constant, such as silence, has a deviation of rounding alone, and the quotient
    of two such is any number: differences mean something before the division.

    raw : the logarithm whose mean and deviation are taken; both shapes (n_mels, k), k from 2
    """
    wide = np.asarray(raw, dtype=np.float64)
    variance = wide.var(axis=1, ddof=1, keepdims=True)
    eps = fe.statistic_eps
    divisor = np.sqrt(variance + eps) if fe.statistic == "mean-var" else np.sqrt(variance) + eps
    back: Floats = np.asarray(values, dtype=np.float64) * divisor + wide.mean(axis=1, keepdims=True)
    return back
