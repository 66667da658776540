"""The noise around a tone, in a spectrum that has other tones too."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from livemel.dsp.frame import Frame, bin_powers

# Half the width of the widest main lobe, Blackman's, in bins: nearer there is the tone itself.
MAIN_LOBE = 3
_REACH = 32
# A fit takes a bin's noise off with the tone, and some of the next one's.
_TAKEN = 1.5


def floor_powers(
    frame: Frame, hz: ArrayLike, taken_hz: ArrayLike = (), reach: int = _REACH
) -> NDArray[np.float64]:
    """The mean noise power in a bin around each frequency, as squared amplitudes of sines.

    The lower quarter of the bins up to `reach` away, which tones among them hardly move, scaled to
    the mean of white noise with that quartile. The tones themselves are best taken off the frame
    first: what leaks out of them is no noise.

    hz : of any shape
    taken_hz : tones that were taken off, and noise with them: bins there are not looked at
    reach : bins to either side
    Returns : of hz's shape
    """
    powers = bin_powers(frame)
    # Not the ends of the spectrum either: there are constants, and noise of another distribution.
    inside = powers[MAIN_LOBE : len(powers) - MAIN_LOBE]
    if len(inside) == 0:  # a frame of a few samples
        inside = powers
    at = np.arange(len(inside), dtype=np.float64) + (len(powers) - len(inside)) / 2
    taken = np.sort(np.asarray(taken_hz, dtype=np.float64).ravel()) / frame.bin_hz
    whole = _distance(at, taken) > _TAKEN
    if whole.any():
        at, inside = at[whole], inside[whole]
    middles = np.asarray(hz, dtype=np.float64) / frame.bin_hz
    flat = middles.reshape(-1, 1) + np.array([-reach, -MAIN_LOBE, MAIN_LOBE, reach])
    means = []
    for low, inner_low, inner_high, high in np.searchsorted(at, flat):
        around = np.concatenate([inside[low:inner_low], inside[inner_high:high]])
        around = around if len(around) else inside
        n, quarter = len(around), len(around) // 4
        # Bin powers of noise are exponentially distributed: of n with mean 1, the one with
        # `quarter` below it is this much on average (ln(4/3) where n is large).
        expected = np.sum(1 / (n - np.arange(quarter + 1)))
        means.append(np.partition(around, quarter)[quarter] / expected)
    return np.reshape(means, middles.shape).astype(np.float64)


def _distance(at: NDArray[np.float64], tones: NDArray[np.float64]) -> NDArray[np.float64]:
    """From each point to the nearest tone; tones are sorted."""
    walls = np.concatenate([[-np.inf], tones, [np.inf]])
    right = np.searchsorted(walls, at)
    return np.asarray(np.minimum(at - walls[right - 1], walls[right] - at))
