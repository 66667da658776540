"""One frame of sound around a point in time, as the columns cut it, for readouts."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from livemel.dsp.frontend import FrontEnd
from livemel.dsp.windows import window
from livemel.errors import ParameterError

# Levels below it are rounding: a double has 15 digits, so it ends near -300 dB.
SILENT_DB = -200.0


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """The samples under one window, in double precision.

    samples : shape (n,), float64, zeros where there are none
    weight : shape (n,), float64, the window with sum 1, 0 where there are no samples
    sr : Hz
    """

    samples: NDArray[np.float64]
    weight: NDArray[np.float64]
    sr: int

    @property
    def bin_hz(self) -> float:
        """What one bin of this frame is wide, without padding."""
        return self.sr / len(self.samples)

    def less(self, model: NDArray[np.float64]) -> "Frame":
        """The same frame with this taken off its samples."""
        return Frame(self.samples - model, self.weight, self.sr)


def frame_at(
    samples: NDArray[np.floating], centre: float, frontend: FrontEnd, length: int | None = None
) -> Frame:
    """The frame whose window is centred on a sample position.

    It is the window of the column whose middle is there, over the sound as it came: what a
    front-end does before its window (scale, pre-emphasis, mean) is left out, so that levels are
    those of the sound. Past either end of the samples nothing is assumed: the window is 0 there.

    samples : shape (n,), floats in [-1, 1]; not changed
    centre : counted in samples from the first one; column k's is first_centre + k * hop_length
    length : samples under the window; None is the front-end's own
    Raises ParameterError if no sample lies under the window, or if one of them is no number.
    """
    n = frontend.frame_length if length is None else length
    # A window shorter than the frame starts where frame_window puts it.
    span = frontend.window_span if length is None else n
    start = int(np.floor(centre - span / 2 + 0.5)) + (span - n) // 2
    low, high = max(start, 0), min(start + n, len(samples))
    if low >= high:
        raise ParameterError(
            f"centre={centre:.10g} has no sound under its window: samples 0 to {len(samples)}"
        )
    here = slice(low - start, high - start)
    weight = np.zeros(n)
    weight[here] = _window(frontend.window, n, frontend.periodic)[here]
    if not weight.any():  # the one sample that is there is the window's zero
        weight[here] = 1
    held = np.zeros(n)
    held[here] = samples[low:high]
    if not np.isfinite(held).all():
        raise ParameterError(f"samples {low} to {high} hold values that are no numbers")
    return Frame(held, weight / weight.sum(), frontend.sr)


def bin_powers(frame: Frame, n_fft: int | None = None) -> NDArray[np.float64]:
    """The frame's spectrum, as the squared amplitude of the sine that each bin would be.

    n_fft : samples transformed, zeros behind the frame; None is the frame's length
    Returns : shape (n_fft // 2 + 1,); a sine of amplitude 1 on a bin reads 1
    """
    bins = scipy.fft.rfft(frame.weight * frame.samples, n_fft)
    return np.asarray(4 * (bins.real**2 + bins.imag**2))


def decibels(power: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """10 log10, of squared amplitudes: dB FS of a sine; SILENT_DB is the least."""
    return np.asarray(10 * np.log10(np.maximum(power, 10 ** (SILENT_DB / 10))))


@lru_cache(maxsize=8)
def _window(name: str, length: int, periodic: bool) -> NDArray[np.float64]:
    value = window(name, length, periodic=periodic)
    value.flags.writeable = False
    return value
