"""Steady tones in one frame: where they may be, and their least-squares fit."""

from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from livemel.dsp.frame import Frame

# Points of the search grid in one bin. An eighth of a bin off, the fit is sure of its way.
GRID = 8
# A tone lower than this, or as near to sr / 2, cannot be told from a constant.
LEAST_BINS = 0.5
_CLOSE_ENOUGH = 1e-7  # bins
# Of the normal equations' singular values; what is smaller is rounding.
_RANK = 1e-10
_STRETCH = 64  # samples


@dataclass(frozen=True, slots=True, eq=False)
class Tones:
    """Tones fitted together, sum of a cos + b sin, and what is left of the frame without them.

    hz : shape (k,)
    coefficients : shape (2 k + 1,): every a, every b, and the constant; time from the middle
    rest : the frame less the tones and less the constant
    """

    hz: NDArray[np.float64]
    coefficients: NDArray[np.float64]
    rest: Frame

    @property
    def power(self) -> NDArray[np.float64]:
        """Squared amplitudes, shape (k,)."""
        k = len(self.hz)
        return np.asarray(self.coefficients[:k] ** 2 + self.coefficients[k : 2 * k] ** 2)


class ToneSearch:
    """How much of a frame one sine and a constant explain, frequency by frequency.

    Near 0 Hz and sr / 2 the plain spectrum leans, because a tone meets its own mirror image and
    the constant; here both are part of what is fitted. Made for one window; any samples under it.

    Reference: the generalised Lomb-Scargle periodogram, Zechmeister and Kürster, Astronomy and
    Astrophysics 496 (2009), with the window as weights.
    """

    def __init__(self, frame: Frame) -> None:
        self._n_fft = GRID * len(frame.samples)
        self._window = scipy.fft.rfft(frame.weight, self._n_fft)
        self.step_hz = frame.sr / self._n_fft

    def grid(self, hz: float, reach_hz: float) -> range:
        """The points of the grid within reach of a frequency, clear of both ends; one at least."""
        last = max(1, self._n_fft // 2 - int(GRID * LEAST_BINS))
        first = min(int(GRID * LEAST_BINS), last)
        low = int(np.clip(np.ceil((hz - reach_hz) / self.step_hz), first, last))
        high = int(np.clip(np.floor((hz + reach_hz) / self.step_hz), low, last))
        return range(low, high + 1)

    def powers(self, frame: Frame, grid: range) -> NDArray[np.float64]:
        """At points of the search grid, GRID to a bin: the squared amplitude of the sine.

        Returns : shape (len(grid),)
        """
        at = np.array(grid)
        once, twice = self._window[at], _folded(self._window, 2 * at, self._n_fft)
        v, x = frame.weight, frame.samples
        # The transform's sine part has its sign turned.
        found = scipy.fft.rfft(v * (x - float(v @ x)), self._n_fft)[at]
        yc, ys = found.real, -found.imag
        cc = (1 + twice.real) / 2 - once.real**2
        ss = (1 - twice.real) / 2 - once.imag**2
        cs = -twice.imag / 2 + once.real * once.imag
        determinant = cc * ss - cs**2
        clear = (
            determinant > 1e-4
        )  # 1/4 far from the ends; rounding where sine and constant are one
        explained = ss * yc**2 + cc * ys**2 - 2 * cs * yc * ys
        power: NDArray[np.float64] = np.zeros(len(at))
        np.divide(2 * explained, determinant, out=power, where=clear)
        return np.maximum(power, 0)


def fit_tones(frame: Frame, hz: NDArray[np.float64], steps: int = 12) -> Tones:
    """Amplitudes, phases and frequencies of the tones that start near these frequencies.

    The least squares of what is left, weighted by the window: Gauss-Newton steps on the real
    sinusoids, so that each tone's mirror image is in the model, and a constant beside them.
    A tone never moves by more than a bin from where it starts.

    hz : shape (k,), k from 1; at least a bin and a half apart, or the fit is hardly determined
    steps : at most so many; a steady tone is found in five
    """
    n, to_hz = len(frame.samples), frame.sr / (2 * np.pi)
    a_bin = 2 * np.pi / n
    start = np.asarray(hz) / to_hz
    least = np.maximum(start - a_bin, LEAST_BINS * a_bin)
    most = np.minimum(start + a_bin, np.pi - LEAST_BINS * a_bin)
    omega = np.clip(start, least, most)
    k = len(omega)
    sinusoids = _sinusoids(n, omega)
    coefficients = _solve(sinusoids, frame)
    for _ in range(steps):
        jacobian = _with_slopes(sinusoids, coefficients)
        step = np.clip(_solve(jacobian, frame)[-k:] / n, -a_bin / 2, a_bin / 2)
        before, omega = omega, np.clip(omega + step, least, most)
        sinusoids = _sinusoids(n, omega)
        coefficients = _solve(sinusoids, frame)
        if np.abs(omega - before).max() < _CLOSE_ENOUGH * a_bin:
            break
    return Tones(omega * to_hz, coefficients, frame.less(coefficients @ sinusoids))


def errors_hz(tones: Tones) -> NDArray[np.float64]:
    """Standard errors of the frequencies for white noise of deviation 1 in the samples.

    Returns : shape (k,)
    """
    n, weight, k = len(tones.rest.samples), tones.rest.weight, len(tones.hz)
    sinusoids = _sinusoids(n, tones.hz * (2 * np.pi / tones.rest.sr))
    rows = _with_slopes(sinusoids, tones.coefficients)
    weighted = rows * weight
    size = _sizes(weighted, rows)
    inverse = np.linalg.pinv(_products(weighted, rows) / np.outer(size, size), rcond=_RANK)
    noise = _products(weighted, weighted) / np.outer(size, size)
    variance = np.diag(inverse @ noise @ inverse)[-k:]
    return np.asarray(
        np.sqrt(np.maximum(variance, 0)) / size[-k:] * (tones.rest.bin_hz / np.pi / 2)
    )


def _folded(
    spectrum: NDArray[np.complex128], at: NDArray[np.intp], n_fft: int
) -> NDArray[np.complex128]:
    """A real signal's transform at bins up to n_fft, from those up to n_fft / 2."""
    mirrored = at > n_fft // 2
    values = spectrum[np.where(mirrored, n_fft - at, at)]
    return np.where(mirrored, values.conj(), values)


def _sinusoids(n: int, omega: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows: the cosines, the sines, and the constant. Time counts from the frame's middle, where
    a tone's phase and frequency hardly depend on each other."""
    # exp(i w (64 p + q)) as a product of two: a twentieth of the exponentials.
    coarse = np.exp(1j * np.outer(omega, np.arange(0, n, _STRETCH) - (n - 1) / 2))
    fine = np.exp(1j * np.outer(omega, np.arange(_STRETCH)))
    turning = (coarse[:, :, np.newaxis] * fine[:, np.newaxis, :]).reshape(len(omega), -1)[:, :n]
    return np.vstack([turning.real, turning.imag, np.ones((1, n))])


def _with_slopes(
    sinusoids: NDArray[np.float64], coefficients: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The sinusoids, and after them what each frequency changes; frequencies in radians / n."""
    k, n = len(sinusoids) // 2, sinusoids.shape[1]
    a, b = coefficients[:k, np.newaxis], coefficients[k : 2 * k, np.newaxis]
    t = (np.arange(n) - (n - 1) / 2) / n
    return np.vstack([sinusoids, t * (b * sinusoids[:k] - a * sinusoids[k : 2 * k])])


def _solve(rows: NDArray[np.float64], frame: Frame) -> NDArray[np.float64]:
    """Least squares with the window as weights; what cannot be told apart is left out."""
    weighted = rows * frame.weight
    size = _sizes(weighted, rows)
    normal = _products(weighted, rows) / np.outer(size, size)
    wanted = weighted @ frame.samples / size
    return np.asarray(np.linalg.lstsq(normal, wanted, rcond=_RANK)[0] / size)


def _products(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """a @ b.T, in stretches too small for BLAS to wake its threads: on a computer that has other
    work, waiting for them took a hundred times as long as the product."""
    n = a.shape[1] // _STRETCH * _STRETCH
    parts = (x[:, :n].reshape(len(x), -1, _STRETCH).swapaxes(0, 1) for x in (a, b))
    left, right = parts
    return np.asarray((left @ right.swapaxes(1, 2)).sum(axis=0) + a[:, n:] @ b[:, n:].T)


def _sizes(weighted: NDArray[np.float64], rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """The rows' norms: a faint tone's slope is as small, and must not count as dependent."""
    size = np.sqrt(np.einsum("ij,ij->i", weighted, rows))
    size[size == 0] = 1
    return np.asarray(size)
