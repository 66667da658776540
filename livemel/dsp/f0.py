"""The fundamental frequency under each column, as the sound comes."""

from dataclasses import dataclass
from math import ceil, floor

import numpy as np
import scipy.fft
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from livemel.dsp.frontend import FrontEnd
from livemel.dsp.stream import Samples, as_samples
from livemel.errors import ParameterError

# A dip of the difference below it is a period; the paper's value.
_THRESHOLD = 0.1
# Periods that the difference is summed over, of the longest that is looked for.
_SUMMED = 1.5
# Frames transformed at once: 2 MB of doubles at 60 Hz and 48 kHz.
_BATCH = 64


@dataclass(frozen=True, slots=True, eq=False)
class F0Values:
    """One value for each of some consecutive columns. Each array has shape (k,), float64.

    hz : the fundamental; NaN in digital silence
    aperiodicity : what of the sound does not repeat with that period, from 0 to about 1. Below 0.1
        is a clear pitch; a voice is usually below 0.3, noise above
    """

    hz: NDArray[np.float64]
    aperiodicity: NDArray[np.float64]


class F0Track:
    """YIN: the shortest period after which the sound repeats. Any chunking gives the same values.

    Value k is for a frame with the same middle as column k; the sound before the first sample
    counts as silence. A value is known `lookahead` samples after its middle: 2.5 of the longest
    periods make a frame, half of that is the delay, 21 ms at 60 Hz.

    Reference: de Cheveigné and Kawahara, Journal of the Acoustical Society of America 111 (2002),
    steps 1 to 5. librosa.yin of the same frames differs in how it sums the difference.
    """

    def __init__(self, frontend: FrontEnd, fmin: float = 60.0, fmax: float = 1000.0) -> None:
        """fmin, fmax : Hz. Raises ParameterError unless sr / 10^5 <= fmin < fmax <= sr / 4."""
        sr = frontend.sr
        if not sr / 1e5 <= fmin < fmax <= sr / 4:
            raise ParameterError(
                f"fmin={fmin:.10g} and fmax={fmax:.10g} are not in order "
                f"between {sr / 1e5:.10g} and {sr / 4:.10g}"
            )
        self._sr, self._hop = sr, frontend.hop_length
        self._shortest, self._longest = floor(sr / fmax), ceil(sr / fmin)
        self._summed = int(_SUMMED * self._longest)
        # One period more than the longest, so that a dip there has a right side too.
        self._length = self._summed + self._longest + 1
        self._n_fft = scipy.fft.next_fast_len(self._length + self._summed, real=True)
        before = floor(self._length / 2 - frontend.first_centre + 0.5)
        self._held = np.zeros(max(0, before))
        self._to_skip = max(0, -before)

    @property
    def lookahead(self) -> int:
        """Samples past a column's middle that must be heard before its value is known."""
        return self._length - self._length // 2

    def push(self, samples: Samples) -> F0Values:
        """The values that these samples complete.

        samples : shape (n,), float32 in [-1, 1]; n may be 0; not changed
        Raises ParameterError if samples are not one channel of floats.
        """
        samples = as_samples(samples)
        skipped = min(self._to_skip, len(samples))
        self._to_skip -= skipped
        held = np.concatenate([self._held, samples[skipped:].astype(np.float64)])
        count = max(0, (len(held) - self._length) // self._hop + 1)
        parts = [F0Values(np.empty(0), np.empty(0))]
        if count:
            frames = sliding_window_view(held, self._length)[:: self._hop][:count]
            parts += [self._values(frames[at : at + _BATCH]) for at in range(0, count, _BATCH)]
        self._to_skip += max(0, count * self._hop - len(held))
        self._held = held[count * self._hop :].copy()
        return F0Values(
            np.concatenate([part.hz for part in parts]),
            np.concatenate([part.aperiodicity for part in parts]),
        )

    def _values(self, frames: NDArray[np.float64]) -> F0Values:
        """Of frames, shape (k, length)."""
        difference = self._normalised_difference(frames)
        # Local minima among the periods that are looked for; the first below the threshold, or
        # else the lowest.
        middle = difference[:, self._shortest : self._longest + 1]
        left = difference[:, self._shortest - 1 : self._longest]
        right = difference[:, self._shortest + 1 : self._longest + 2]
        dips = (middle <= left) & (middle < right) & (middle < _THRESHOLD)
        at = np.where(dips.any(axis=1), dips.argmax(axis=1), middle.argmin(axis=1))
        rows = np.arange(len(frames))
        low, here, high = left[rows, at], middle[rows, at], right[rows, at]
        # The vertex of the parabola through the three, where it is a dip.
        bend = low - 2 * here + high
        slope = (low - high) / 2
        inside = (bend > 0) & (np.abs(slope) < bend)
        shift = np.divide(slope, bend, out=np.zeros(len(at)), where=inside)
        hz = self._sr / (self._shortest + at + shift)
        silent = ~(frames != 0).any(axis=1)
        deepest = np.clip(here - slope * shift / 2, 0, None)
        return F0Values(np.where(silent, np.nan, hz), np.where(silent, 1.0, deepest))

    def _normalised_difference(self, frames: NDArray[np.float64]) -> NDArray[np.float64]:
        """The cumulative mean normalised difference: shape (k, longest + 2), by period.

        d(tau) = sum over j < summed of (x[j] - x[j + tau])^2, over the mean of d(1) to d(tau).
        """
        n, periods = self._summed, self._longest + 2
        start = scipy.fft.rfft(frames[:, :n], self._n_fft)
        whole = scipy.fft.rfft(frames, self._n_fft)
        product = scipy.fft.irfft(start.conj() * whole, self._n_fft)[:, :periods]
        energy = np.cumsum(np.square(frames), axis=1)
        energy = np.concatenate([np.zeros((len(frames), 1)), energy], axis=1)
        sliding = energy[:, n : n + periods] - energy[:, :periods]
        difference = np.maximum(sliding[:, :1] + sliding - 2 * product, 0)
        difference[:, 0] = 0
        summed = np.cumsum(difference, axis=1)
        normalised = np.ones_like(difference)
        np.divide(difference * np.arange(periods), summed, out=normalised, where=summed > 0)
        return np.asarray(normalised)
