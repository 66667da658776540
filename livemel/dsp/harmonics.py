"""The harmonics of one fundamental: the level of each, and the fundamental they agree on."""

from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from livemel.dsp.frame import Frame, decibels, frame_at
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.noise_floor import floor_powers
from livemel.errors import ParameterError

# Harmonics nearer than this, in bins, leave no room between them where noise would show: a longer
# frame is taken.
_APART = 5.0
# What stands 20 dB over what is left of the noise after a fit of every multiple is a harmonic.
_THERE = 100.0
# A harmonic has a say in the fundamental if it is 10 dB over its floor.
_CLEAR = 10.0
# Harmonic h is used while h times what is not known of the fundamental is less than this, in bins:
# further off, its phase across the frame is no longer near a straight line.
_SURE = 0.4
_ROUNDS = 12
# In bins. Far off, what a misfit leaves hides the lowest harmonics, and the next ones mislead: then
# another start is tried.
_STARTS = (0, -0.25, 0.25)
# 20 Hz has so many up to 20 kHz; the time they take grows with their square.
_MOST = 1000


@dataclass(frozen=True, slots=True)
class Harmonics:
    """A fundamental and its multiples up to sr / 2, a thousand at most.

    f0_hz : the fundamental
    error_hz : its standard error if the tones are steady; infinite where no harmonic is clear,
        or they do not agree on a fundamental
    hz : shape (k,), the multiples of f0_hz, from the first
    level_db : shape (k,), dB FS of each sine's amplitude
    over_floor_db : shape (k,), over the mean power that noise puts into a bin there
    """

    f0_hz: float
    error_hz: float
    hz: NDArray[np.float64]
    level_db: NDArray[np.float64]
    over_floor_db: NDArray[np.float64]


def harmonics_of(
    samples: NDArray[np.floating],
    centre: float,
    frontend: FrontEnd,
    f0_hz: float,
    refine: bool = True,
) -> Harmonics:
    """The harmonics of f0_hz in the sound around a sample position.

    Their amplitudes are fitted together by least squares under the window, so that neighbours,
    mirror images and a constant do not count twice. With `refine` the fundamental is first moved
    to where its harmonics agree, each with the weight of its signal over its noise: from the low
    ones, which f0_hz must be near enough to, up to as many as are sure.

    samples, centre : as in frame_at; where harmonics stand less than five bins apart, the frame is
        five periods of f0_hz instead of the front-end's own
    f0_hz : within half a bin of that frame of the fundamental if it is to be refined
    Raises ParameterError if f0_hz is not between 1 Hz and sr / 2.
    """
    if not 1 <= f0_hz < frontend.sr / 2:
        raise ParameterError(f"f0_hz={f0_hz:.10g} is not between 1 and {frontend.sr / 2:.10g}")
    periods = int(np.ceil(_APART * frontend.sr / f0_hz))
    length = None if periods <= frontend.frame_length else periods
    frame = frame_at(samples, centre, frontend, length)
    error = np.inf
    if refine:
        f0_hz, error = _refined(frame, f0_hz)
    series = _Series(frame, f0_hz, _top(frame, f0_hz))
    hz = np.arange(1, series.top + 1, dtype=np.float64) * f0_hz
    powers = 4 * np.abs(series.amplitudes[1:]) ** 2
    level, floor = decibels(powers), decibels(series.floors())
    return Harmonics(f0_hz, error, hz, level, level - floor)


class _Series:
    """The harmonics 1 to `top` of one frame: sum of c exp(i h w t) over -top to top.

    Between equally spaced frequencies the window's products depend on the distance alone, so that
    the normal equations are a Toeplitz matrix and both sides are chirp z-transforms.
    """

    def __init__(self, frame: Frame, f0_hz: float, top: int) -> None:
        # Imported here: it is not on the way to the live window.
        from scipy.linalg import solve_toeplitz

        self.top = top
        self._frame = frame
        n = len(frame.samples)
        self._omega = 2 * np.pi * f0_hz / frame.sr
        self._t = np.arange(n) - (n - 1) / 2
        window = self._at_harmonics(frame.weight, 2 * top + 1)
        found = self._at_harmonics(frame.weight * frame.samples, top + 1)
        both = np.concatenate([found[:0:-1].conj(), found])
        self.amplitudes = solve_toeplitz((window, window.conj()), both)[top:]
        self.rest = self._less(self.amplitudes)

    def floors(self) -> NDArray[np.float64]:
        """The noise power in a bin around each harmonic, as squared amplitudes; shape (top,).

        Of the frame less the harmonics that are there: taking off those that are not would take
        off the noise.
        """
        hz = self._omega * self._frame.sr / (2 * np.pi) * np.arange(1, self.top + 1)
        reach = max(32, int(2 * hz[0] / self._frame.bin_hz))
        there = self._powers() > _THERE * floor_powers(self.rest, hz, hz, reach)
        rest = self._less(self.amplitudes * np.concatenate([[True], there]))
        return floor_powers(rest, hz, hz[there], reach)

    def step(self, floors: NDArray[np.float64]) -> tuple[float, float]:
        """How far off the fundamental is by all harmonics clear of their floors, and how surely.

        Each harmonic's phase turns across the frame by h times what the fundamental is off.

        floors : shape (top,)
        Returns : Hz, and Hz of standard error
        """
        order = np.arange(1, self.top + 1)
        c = self.amplitudes[1:]
        weight, t, rest = self._frame.weight, self._t, self.rest.samples
        clear = self._powers() > _CLEAR * floors
        if not clear.any():
            return 0.0, float("inf")
        turning = self._at_harmonics(weight * t * rest, self.top + 1)[1:]
        spread = float(weight @ t**2)
        noise = np.where(clear, 1 / np.maximum(floors, 1e-30), 0)
        information = np.sum(noise * order**2 * np.abs(c) ** 2) * spread
        off = np.sum(noise * order * np.imag(c.conj() * turning)) / information
        # Per harmonic: variance of the phase slope is floor / 4 * (sum w^2 t^2 / sum w^2) over
        # 2 |c|^2 spread^2; independent harmonics add up their information.
        excess = float(weight**2 @ t**2) / float(np.sum(weight**2)) / spread
        error = np.sqrt(excess / (8 * information))
        to_hz = self._frame.sr / (2 * np.pi)
        return float(off * to_hz), float(error * to_hz)

    def _powers(self) -> NDArray[np.float64]:
        """The harmonics' squared amplitudes, shape (top,)."""
        return np.asarray(4 * np.abs(self.amplitudes[1:]) ** 2)

    def _less(self, amplitudes: NDArray[np.complex128]) -> Frame:
        """The frame without these: twice the real part of what is above 0 Hz, and a constant."""
        once = amplitudes * np.where(np.arange(self.top + 1) == 0, 0.5, 1)
        turned = once * np.exp(1j * self._omega * np.arange(self.top + 1) * self._t[0])
        return self._frame.less(2 * _chirp_z(turned.conj(), self._omega, len(self._t)).real)

    def _at_harmonics(self, y: NDArray[np.float64], n: int) -> NDArray[np.complex128]:
        """Sum of y exp(-i h w t) for h from 0 to n - 1."""
        shift = np.exp(-1j * self._omega * np.arange(n) * self._t[0])
        return np.asarray(_chirp_z(y, self._omega, n) * shift)


def _refined(frame: Frame, f0_hz: float) -> tuple[float, float]:
    """The fundamental that the harmonics agree on, and its standard error, both in Hz.

    The given one and an infinite error where they agree on none.
    """
    for bins in _STARTS:
        found = _climb(frame, f0_hz + bins * frame.bin_hz)
        if found is not None:
            return found
    return f0_hz, np.inf


def _climb(frame: Frame, f0_hz: float) -> tuple[float, float] | None:
    """From the low harmonics to all of them; None where the steps do not come to rest."""
    unsure, error, off = 0.5 * frame.bin_hz, np.inf, np.inf
    for _ in range(_ROUNDS):
        most = _top(frame, f0_hz)
        top = int(np.clip(_SURE * frame.bin_hz / unsure, 1, most))
        # Some more than are used, so that the last of those has its neighbours taken off.
        series = _Series(frame, f0_hz, min(2 * top + 8, most))
        floors = series.floors()
        floors[top:] = np.inf
        off, error = series.step(floors)
        if not np.isfinite(error):
            if top == most:
                return None
            unsure /= 2  # those are not there: the next ones must do
            continue
        off = float(np.clip(off, -unsure, unsure))
        f0_hz += off
        # What one step leaves is far less than what it corrected; and never less than the noise.
        unsure = max(abs(off) / 4, 4 * error, 1e-9 * f0_hz)
        if top == most and abs(off) < error / 10:
            break
    return (f0_hz, error) if abs(off) < error else None


def _top(frame: Frame, f0_hz: float) -> int:
    """The number of multiples below sr / 2, half a bin clear of it; one at least."""
    return int(np.clip((frame.sr / 2 - frame.bin_hz / 2) / f0_hz, 1, _MOST))


def _chirp_z(
    y: NDArray[np.float64] | NDArray[np.complex128], omega: float, n: int
) -> NDArray[np.complex128]:
    """Sum over m of y[m] exp(-i omega k m), for k from 0 to n - 1.

    Reference: Bluestein, IEEE Transactions on Audio and Electroacoustics 18 (1970);
    scipy.signal.czt gives the same numbers, but its import costs 0.4 s and 50 MB.
    """
    m, k = np.arange(len(y)), np.arange(n)
    size = scipy.fft.next_fast_len(len(y) + n - 1)
    both = np.arange(-(len(y) - 1), n)
    chirp = np.exp(0.5j * omega * both.astype(np.float64) ** 2)
    kernel = np.zeros(size, dtype=np.complex128)
    kernel[both] = chirp
    turned = scipy.fft.fft(y * np.exp(-0.5j * omega * m.astype(np.float64) ** 2), size)
    product = scipy.fft.ifft(turned * scipy.fft.fft(kernel))[:n]
    return np.asarray(product * np.exp(-0.5j * omega * k.astype(np.float64) ** 2))
