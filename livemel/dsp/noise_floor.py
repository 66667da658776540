"""The noise around a tone, in a spectrum that has other tones too."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from livemel.dsp.frame import Frame, bin_powers

# Half the width of the widest main lobe, Blackman's, in bins: nearer there is the tone itself.
MAIN_LOBE = 3
_REACH = 32


def floor_powers(frame: Frame, hz: ArrayLike, reach: int = _REACH) -> NDArray[np.float64]:
    """The mean noise power in a bin around each frequency, as squared amplitudes of sines.

    The lower quarter of the bins up to `reach` away, which tones among them hardly move, scaled to
    the mean of white noise with that quartile. The tones themselves are best taken off the frame
    first: what leaks out of them is no noise.

    hz : of any shape
    reach : bins to either side
    Returns : of hz's shape
    """
    powers = bin_powers(frame)
    # Not the ends of the spectrum either: there are constants, and noise of another distribution.
    inside = powers[MAIN_LOBE : len(powers) - MAIN_LOBE]
    if len(inside) == 0:  # a frame of a few samples
        inside = powers
    at = np.arange(len(inside)) + (len(powers) - len(inside)) / 2
    middles = np.asarray(hz, dtype=np.float64) / frame.bin_hz
    quartiles = []
    for middle in middles.ravel():
        away = np.abs(at - middle)
        around = inside[(away > MAIN_LOBE) & (away <= reach)]
        quartiles.append(np.percentile(around if len(around) else inside, 25))
    # Bin powers of noise are exponentially distributed: a quarter lie below ln(4/3) of the mean.
    return np.asarray(np.reshape(quartiles, middles.shape) / np.log(4 / 3))
