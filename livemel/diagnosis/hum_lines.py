"""Lines at known frequencies: how they go through a window, segment by segment."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import scipy.fft
from numpy.typing import NDArray

Samples = NDArray[np.float32]
Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]

# From one segment to the next. A segment is two hops: wide enough to see a vibrato of 5 Hz.
_HOP_S = 1 / 20
# Beside a line, where its floor is measured; what is nearer may be the line's own sidebands.
_FLOOR_HZ = (0.8, 8.0)
# And where noise moves its frequency: as near as the line's own drift allows.
_NEAR_HZ = (0.7, 3.0)
# The floor is the mean of the lower three quarters of the cells, so that another line does not
# count; those of noise, which is exponentially distributed there, have this mean.
_KEPT, _KEPT_MEAN = 0.75, 0.538
# A line is there all the time: in the quieter 7 of 10 segments it has this much of its amplitude at
# least (of a true line in noise, 200 to 1 has), and where it does not stand out in every segment,
# what is left without it must be as even as noise, whose kurtosis is 2.
_QUIETER, _IN_QUIETER, _STANDS_OUT, _KURTOSIS = 0.7, 0.3, 0.55, 3.0
_STRETCH = 12
# Loss of a Hann window over 4 s, by which `over the floor` is defined.
_HANN_BINS, _HANN_S = 1.5, 4.0


@dataclass(frozen=True)
class Windowing:
    """A window of n segments that overlap by half; their Hann windows add up to one with soft ends.

    sr : of the samples, in Hz
    hop : samples from segment to segment
    segments : n
    """

    sr: float
    hop: int
    segments: int

    @classmethod
    @lru_cache(maxsize=32)
    def of(cls, sr: float, seconds: float) -> "Windowing":
        """The longest that is no longer than this."""
        hop = max(2, round(_HOP_S * sr))
        return cls(sr, hop, int(seconds * sr + 0.5) // hop - 1)

    @property
    def samples(self) -> int:
        return (self.segments + 1) * self.hop

    @cached_property
    def seconds(self) -> float:
        return self.samples / self.sr

    @cached_property
    def segment(self) -> Floats:
        """Shape (2 hop,)."""
        n = 2 * self.hop
        return np.asarray(0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(n) + 0.5) / n))

    @cached_property
    def t(self) -> Floats:
        """The segments' middles, in seconds from the middle of the window."""
        return np.asarray((np.arange(self.segments) - (self.segments - 1) / 2) * self.hop / self.sr)

    @cached_property
    def sum(self) -> float:
        """Of the window: a sine of amplitude A gives segments that add up to A/2 times this."""
        return float(self.segments * self.hop)

    @cached_property
    def _window(self) -> tuple[Floats, Floats]:
        whole = np.ones(self.samples)
        whole[: self.hop], whole[-self.hop :] = self.segment[: self.hop], self.segment[self.hop :]
        t = (np.arange(self.samples) - (self.samples - 1) / 2) / self.sr
        return whole, np.asarray(t)

    @cached_property
    def noise(self) -> float:
        """Mean power of the sum for white noise of variance 1."""
        return float((self._window[0] ** 2).sum())

    @cached_property
    def frequency_loss(self) -> float:
        """c in var(f) = c / snr, in Hz², of the largest sum's frequency; snr is its power over that
        of the noise in it. For a rectangle that is the Cramér-Rao bound; here 9 % more in 4 s.
        """
        w, t = self._window
        slope, curvature = (w**2 * t**2).sum(), (w * t**2).sum()
        return float(slope * w.sum() ** 2 / (2 * self.noise * curvature**2) / (2 * np.pi) ** 2)

    @cached_property
    def to_hann_db(self) -> float:
        """What is added to the snr here, so that it is that of a Hann window of 4 s."""
        hann = _HANN_S * self.sr / _HANN_BINS
        return float(10 * np.log10(hann / (w_sum := self.sum) * self.noise / w_sum))

    @cached_property
    def polynomials(self) -> Floats:
        """Orthonormal ones up to the second power over the segments, shape (n, 3)."""
        powers = (self.t[:, np.newaxis] / max(self.t[-1], 1e-9)) ** np.arange(3)
        q = np.linalg.qr(powers)[0]
        return np.asarray(q * np.sign(q[-1]))

    @property
    def segment_noise(self) -> float:
        """Mean power of one segment for white noise of variance 1."""
        return float((self.segment**2).sum())

    def offsets_hz(self, cells: int) -> Floats:
        """Of the cells of an FFT over the segments, from the frequency demodulated at."""
        return np.asarray(scipy.fft.fftfreq(cells, self.hop / self.sr))

    def noise_in(self, offsets_hz: Floats, taper: Floats) -> Floats:
        """Mean powers of such cells for white noise of variance 1, with a taper over segments."""
        next_one = (self.segment[: self.hop] * self.segment[self.hop :]).sum()
        turn = np.cos(2 * np.pi * offsets_hz * self.hop / self.sr)
        both = (taper[1:] * taper[:-1]).sum()
        return np.asarray(self.segment_noise * (taper**2).sum() + 2 * next_one * turn * both)

    @cached_property
    def beside(self) -> tuple[NDArray[np.intp], Floats]:
        """The cells of the floor, and their mean powers for noise, Hann-tapered."""
        offsets = self.offsets_hz(self.segments)
        distance = np.abs(offsets)
        at = np.flatnonzero((distance >= _FLOOR_HZ[0]) & (distance <= _FLOOR_HZ[1]))
        return at, self.noise_in(offsets, self.taper)[at, np.newaxis]

    @cached_property
    def near(self) -> tuple[NDArray[np.intp], Floats]:
        """The cells that tell what moves a line, and their mean powers for noise times t."""
        offsets = self.offsets_hz(self.segments)
        distance = np.abs(offsets)
        at = np.flatnonzero((distance >= _NEAR_HZ[0]) & (distance <= _NEAR_HZ[1]))
        return at, self.noise_in(offsets, self.t)[at]

    @cached_property
    def taper(self) -> Floats:
        n = self.segments
        return np.asarray(0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(n) + 0.5) / n))


@dataclass(frozen=True)
class Basis:
    """Samples → segments at some frequencies, by one product of matrices.

    matrix : shape (hop, 4 k), float32: cosines and sines of both halves of a segment
    turn : shape (n, k): takes the segments' phases to the middle of the window
    """

    windowing: Windowing
    hz: Floats
    matrix: Samples
    turn: Complexes

    @classmethod
    def at(cls, windowing: Windowing, hz: Floats) -> "Basis":
        """hz : shape (k,)"""
        hop, sr = windowing.hop, windowing.sr
        waves = windowing.segment[:, np.newaxis] * _turning(2 * hop, hz / sr)
        first, second = waves[:hop], waves[hop:]
        matrix = np.concatenate([first.real, first.imag, second.real, second.imag], axis=1)
        turn = _turning(windowing.segments, hz * (hop / sr))
        return cls(windowing, hz, matrix.astype(np.float32), turn)

    def segments(self, samples: Samples) -> Complexes:
        """samples : the last `windowing.samples` of these count. Returns : shape (n, k)"""
        w, k = self.windowing, len(self.hz)
        halves = samples[-w.samples :].reshape(-1, w.hop)
        products = np.empty((len(halves), 4 * k), dtype=np.float32)
        # In pieces for which OpenBLAS takes one thread.
        rows = max(1, 240_000 // (w.hop * 4 * k))
        for i in range(0, len(halves), rows):
            np.matmul(halves[i : i + rows], self.matrix, out=products[i : i + rows])
        first, second = products[:-1, : 2 * k], products[1:, 2 * k :]
        both = (first + second).astype(np.float64)
        return np.asarray((both[:, :k] + 1j * both[:, k:]) * self.turn)


def _turning(n: int, turns: Floats) -> Complexes:
    """exp(-2j pi turns i) for i about the middle of n. turns : shape (k,). Returns : (n, k)"""
    # As products of two: a fifth of the exponentials.
    coarse = np.arange(0, n, _STRETCH)[:, np.newaxis] - (n - 1) / 2
    fine = np.exp(-2j * np.pi * np.arange(_STRETCH)[:, np.newaxis] * turns)
    products = np.exp(-2j * np.pi * coarse * turns)[:, np.newaxis] * fine
    return np.asarray(products.reshape(-1, len(turns))[:n])


def floors(windowing: Windowing, segments: Complexes) -> Floats:
    """The noise beside each line, as the variance of white noise that is as strong there.

    The line itself, its drift and its slow swelling are taken off first.

    segments : shape (n, k)
    Returns : shape (k,)
    """
    q = windowing.polynomials
    rest = segments - q @ (q.T @ segments)
    at, expected = windowing.beside
    cells = scipy.fft.fft(rest * windowing.taper[:, np.newaxis], axis=0)[at]
    power = (cells.real**2 + cells.imag**2) / expected
    power.sort(axis=0)
    kept = power[: max(1, int(_KEPT * len(at)))]
    return np.asarray(np.maximum(kept.mean(axis=0) / _KEPT_MEAN, 1e-22))


def unrest(windowing: Windowing, line: Complexes) -> float:
    """What pulls at a line's frequency, as the variance of white noise that would as much.

    Blows and notes come in time, and low ones in frequency, as no floor tells: this is the spectrum
    of what is left without the line, times t, close to it.

    line : segments, shape (n,)
    """
    q = windowing.polynomials
    at, expected = windowing.near
    cells = scipy.fft.fft((line - q @ (q.T @ line)) * windowing.t)[at]
    return float(np.mean((cells.real**2 + cells.imag**2) / expected))


def lasting(lines: Complexes) -> NDArray[np.bool_]:
    """Of each line, whether it is there all the time. lines : segments, shape (n, k)"""
    mean, size = lines.mean(axis=0), np.abs(lines)
    n = int(_QUIETER * len(lines))
    limit = np.partition(size, n, axis=0)[n]
    quieter = (np.where(size < limit, lines, 0).sum(axis=0) / n / mean).real
    rest = np.abs(lines - mean) ** 2
    kurtosis = (rest**2).mean(axis=0) / rest.mean(axis=0) ** 2
    there = (quieter >= _STANDS_OUT) | (kurtosis <= _KURTOSIS)
    return np.asarray((quieter >= _IN_QUIETER) & there)
