"""What the scenes are built of: noise, harmonics, envelopes, and a place to put events.

Filters are not used: `scipy.signal` costs 400 ms and 50 MB on import. Noise is shaped in the
frequency domain, tones are sums of sinusoids, resonances are decaying sinusoids.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]  # float64 in fact; numpy types some results loosely
Samples = NDArray[np.float32]
Shape = Callable[[Floats], Floats]  # frequencies in Hz -> relative amplitude

CONTROL_S = 0.005  # gains and pitches are given 200 times a second, and straight lines between
TOP = 0.45  # components above this part of the sampling rate are left out
REFERENCE_TOP_HZ = 24_000.0  # the band over which a noise event has its stated level


def amplitude(level_db: float) -> float:
    """Amplitude of a level in dB re 1.0."""
    return float(10.0 ** (level_db / 20.0))


def ease(x: Floats) -> Floats:
    """Smoothstep: 0 below x = 0, 1 above x = 1, without a corner at either end."""
    x = np.clip(x, 0.0, 1.0)
    return x * x * (3.0 - 2.0 * x)


def audible(f: Floats, sr: int) -> Floats:
    """Gain 1 below TOP·sr and 0 above, over an eighth of it, so that a glide fades out."""
    return 1.0 - ease((f / (TOP * sr) - 0.875) / 0.125)


def fade_ends(y: Floats, n: int) -> Floats:
    """A copy of y that rises over its first n samples and falls over its last n."""
    y = y.copy()
    n = min(n, y.size // 2)
    if n:
        ramp = ease((np.arange(n) + 0.5) / n)
        y[:n] *= ramp
        y[-n:] *= ramp[::-1]
    return y


def control_hop(sr: int) -> int:
    """Samples from one control point to the next."""
    return round(sr * CONTROL_S)


def control_steps(seconds: float) -> int:
    """Number of control steps nearest to a duration, at least 1."""
    return max(1, round(seconds / CONTROL_S))


def lines(control: Floats, hop: int) -> Floats:
    """Straight lines through control points: shape (b + 1,) -> (b * hop,), last point left out."""
    u = np.arange(hop) / hop
    joined: Floats = (control[:-1, None] + np.diff(control)[:, None] * u).ravel()
    return joined


class Phase:
    """A phase that runs on from segment to segment, in radians."""

    def __init__(self, start: float = 0.0) -> None:
        self._now = start

    def advance(self, f: Floats, sr: int) -> Floats:
        """f : shape (n,), Hz. Returns the phase at each of these samples, shape (n,)."""
        run = np.cumsum(f) * (2.0 * np.pi / sr)
        phase: Floats = self._now + np.concatenate(([0.0], run[:-1]))
        self._now = float((self._now + run[-1]) % (2.0 * np.pi))
        return phase


def harmonics(phase: Floats, gains: Floats) -> Floats:
    """Sum of sin(k · phase) with gains that move.

    phase : shape (b * hop,), rad
    gains : shape (k, b + 1): row k - 1 is harmonic k at each control point
    Returns : shape (b * hop,)

    sin(kφ) = 2 cos φ · sin((k-1)φ) - sin((k-2)φ): two operations per harmonic where a sine costs
    twenty. In float64 the error after 100 harmonics is still below 1e-11.
    """
    steps = gains.shape[1] - 1
    hop = phase.size // steps
    twice_cos = 2.0 * np.cos(phase).reshape(steps, hop)
    before = np.zeros((steps, hop))
    now = np.sin(phase).reshape(steps, hop)
    spare = np.empty((steps, hop))
    product = np.empty((steps, hop))
    # A line from g0 to g1 is g0·(1-u) + g1·u: sum both ends, and mix once after the last harmonic.
    at_start = np.zeros((steps, hop))
    at_end = np.zeros((steps, hop))
    sounding = np.flatnonzero(gains.any(axis=1))
    last = int(sounding[-1]) if sounding.size else -1
    for k in range(last + 1):
        if gains[k].any():
            at_start += np.multiply(now, gains[k, :-1, None], out=product)
            at_end += np.multiply(now, gains[k, 1:, None], out=product)
        np.multiply(twice_cos, now, out=spare)
        spare -= before
        before, now, spare = now, spare, before
    at_end -= at_start
    at_end *= np.arange(hop) / hop
    at_start += at_end
    return at_start.ravel()


def pinkish(f: Floats) -> Floats:
    """The slope of a quiet room through a microphone: -3 dB per octave from 60 Hz to 2 kHz."""
    g: Floats = np.clip(f, 60.0, 2000.0) ** -0.5
    return g * ease(f / 40.0)  # no DC, no rumble


def band(centre_hz: float, octaves: float) -> Shape:
    """A bell around centre_hz on the octave scale; `octaves` is its standard deviation."""

    def shape(f: Floats) -> Floats:
        return np.exp(-0.5 * (np.log2(np.maximum(f, 1.0) / centre_hz) / octaves) ** 2)

    return shape


def noise_burst(rng: np.random.Generator, n: int, sr: int, shape: Shape) -> Floats:
    """Gaussian noise, shape (n,), with an rms of 1 if its band lies below sr/2 and 24 kHz.

    What lies above sr/2 is lost, not made up for by more of the rest, as in a real recording.
    """
    grid = np.arange(0.0, REFERENCE_TOP_HZ, 25.0)
    density = 1.0 / np.sqrt(np.mean(shape(grid) ** 2) * REFERENCE_TOP_HZ)  # per root Hz
    spectrum = np.fft.rfft(rng.standard_normal(n))
    spectrum *= shape(np.fft.rfftfreq(n, 1.0 / sr)) * (density * np.sqrt(sr / 2.0))
    return np.fft.irfft(spectrum, n)


class Noise:
    """Endless Gaussian noise of one colour.

    level_db : rms in dBFS, over everything below sr/2
    Blocks of a third of a second, each with a spectrum of its own, joined by crossfades of equal
    power: independent noises add their powers, and sin² + cos² = 1.
    """

    def __init__(
        self, rng: np.random.Generator, sr: int, level_db: float, shape: Shape = pinkish
    ) -> None:
        self._rng = rng
        self._size = 1 << round(np.log2(sr / 3.0))
        self._overlap = self._size // 8
        gains = shape(np.fft.rfftfreq(self._size, 1.0 / sr))
        gains *= amplitude(level_db) * np.sqrt(self._size / (2.0 * np.sum(gains**2)))
        # irfft divides by the size; the real and the imaginary part have half the power each.
        self._gains = (gains * np.sqrt(self._size / 2.0)).astype(np.float32)
        angle = (np.arange(self._overlap) + 0.5) * (0.5 * np.pi / self._overlap)
        self._rise = np.sin(angle).astype(np.float32)
        self._block = self._fresh()
        self._at = self._overlap

    def _fresh(self) -> Samples:
        parts = self._rng.standard_normal((2, self._gains.size), dtype=np.float32)
        spectrum = (parts[0] + np.complex64(1j) * parts[1]) * self._gains
        return np.fft.irfft(spectrum, self._size).astype(np.float32)

    def take(self, n: int) -> Samples:
        """The next n samples, float32, shape (n,); the caller owns them."""
        out = np.empty(n, np.float32)
        done = 0
        usable = self._size - self._overlap
        while done < n:
            if self._at == usable:
                after = self._fresh()
                after[: self._overlap] *= self._rise
                after[: self._overlap] += self._block[usable:] * self._rise[::-1]
                self._block, self._at = after, 0
            k = min(n - done, usable - self._at)
            out[done : done + k] = self._block[self._at : self._at + k]
            done += k
            self._at += k
        return out


class Canvas:
    """A stretch of future sound on which events are laid down before it is taken away."""

    def __init__(self) -> None:
        self._ahead: Floats = np.zeros(0)

    def add(self, at: int, y: Floats) -> None:
        """Adds y, its first sample `at` samples from now; at >= 0."""
        end = at + y.size
        if end > self._ahead.size:
            self._ahead = np.concatenate((self._ahead, np.zeros(end - self._ahead.size)))
        self._ahead[at:end] += y

    def take(self, n: int) -> Floats:
        """The next n samples, shape (n,); the caller owns them."""
        out = np.zeros(n)
        k = min(n, self._ahead.size)
        out[:k] = self._ahead[:k]
        self._ahead = self._ahead[k:].copy()
        return out
