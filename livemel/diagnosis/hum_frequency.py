"""The frequency of a comb of harmonics, and how sure it is."""

from dataclasses import dataclass

import numpy as np

from livemel.diagnosis.hum_lines import Basis, Complexes, Floats, Samples, Windowing, floors, unrest

# Lines at these fractions belong to something that turns at half or a third of the frequency: a
# shaft, a low note. Mains have none.
FRACTIONS = (1 / 2, 3 / 2, 5 / 2, 7 / 2, 1 / 3, 2 / 3, 4 / 3)
# What of the rate is used: up to there the decimation is flat within 0.05 dB.
_TOP = 0.42
_MOST_HARMONICS = 9
# Harmonics that count for the frequency have this power over that of the noise in them, at least.
COUNTS_SNR = 8.0
# The standard error grows where what pulls at the line is so much more than its floor.
_UNREST = 1.6
# Harmonics that count in Newton's first step, in the second …
_REACHES = (1, 3, _MOST_HARMONICS)


@dataclass(frozen=True, eq=False)
class Comb:
    """Harmonics of one frequency in one window.

    f0_hz, se_hz : the fundamental and its standard error, of the fit
    numbers : of the harmonics, from 1, shape (h,)
    segments : of the harmonics, demodulated at multiples of f0_hz, shape (n, h)
    snr : power of each sum over that of the noise in it, less the 1 that noise has alone; (h,)
    noise : variance of white noise as strong as that beside each line, shape (h,)
    fractions, fraction_noise : snr and noise at FRACTIONS of f0_hz
    """

    windowing: Windowing
    f0_hz: float
    se_hz: float
    numbers: Floats
    segments: Complexes
    snr: Floats
    noise: Floats
    fractions: Floats
    fraction_noise: Floats

    @property
    def amplitudes(self) -> Floats:
        """Of the sines, 1 at full scale; shape (h,)."""
        return np.asarray(2 * np.abs(self.segments.sum(axis=0)) / self.windowing.sum)

    @property
    def over_floor_db(self) -> Floats:
        """Over the mean power of noise in one bin of a 4 s Hann window at the line; shape (h,)."""
        return 10 * np.log10(np.maximum(self.snr, 1e-3)) + self.windowing.to_hann_db


def fit_comb(samples: Samples, windowing: Windowing, near_hz: float, highest: int = 0) -> Comb:
    """The frequency whose harmonics together are strongest, each weighted by its own noise.

    Maximum likelihood for lines in noise that is white about each: the sum of |S_h|² / noise_h is
    largest there (Hajj-Ahmad, Garg and Wu, "Spectrum combining for ENF signal estimation", IEEE
    Signal Process. Lett. 20, 2013). Newton's steps from `near_hz`, which must be nearer than a
    quarter of a bin of the highest harmonic that shows.

    highest : harmonic; 0 for as many as the rate has, 9 at most
    """
    top = min(highest or _MOST_HARMONICS, max(1, int(_TOP * windowing.sr / near_hz)))
    numbers = np.arange(1, top + 1)
    orders = np.concatenate([numbers, FRACTIONS])
    everything = Basis.at(windowing, orders * near_hz).segments(samples)
    noise = floors(windowing, everything)
    lines, orders_hz = everything[:, :top], numbers.astype(np.float64)
    t = windowing.t[:, np.newaxis]

    turned, delta = lines, 0.0
    snr = _snr(turned, noise[:top], windowing)
    for reach in _REACHES:
        # The lowest show the way: at its multiples an error is as many times larger.
        counts = snr > max(COUNTS_SNR, 1e-4 * float(snr.max()))
        if not counts.any():
            break
        counts &= numbers <= max(reach, int(numbers[counts][0]))
        weight, h = 1 / noise[:top][counts], orders_hz[counts]
        slope = -2j * np.pi * h * t
        sloping = turned[:, counts] * slope
        s0, s1, s2 = (x.sum(axis=0) for x in (turned[:, counts], sloping, sloping * slope))
        first = float(weight @ (s0.conj() * s1).real)
        second = float(weight @ (np.abs(s1) ** 2 + (s0.conj() * s2).real))
        if second >= 0:
            break
        most = 0.25 / windowing.seconds / float(h.max())
        delta += float(np.clip(-first / second, -most, most))
        turned = lines * _powers(delta, t, top)
        snr = _snr(turned, noise[:top], windowing)

    counts = snr > COUNTS_SNR
    information = float(np.sum(numbers[counts] ** 2 * snr[counts])) or float(max(snr[0], 1e-3))
    leading = int(np.argmax(numbers**2 * snr))
    excess = unrest(windowing, turned[:, leading]) / float(noise[leading])
    worse = excess if excess > _UNREST else 1.0
    return Comb(
        windowing,
        near_hz + delta,
        float(np.sqrt(windowing.frequency_loss * worse / information)),
        orders_hz,
        turned,
        snr,
        noise[:top],
        _snr(everything[:, top:], noise[top:], windowing),
        noise[top:],
    )


def _powers(delta_hz: float, t: Floats, highest: int) -> Complexes:
    """By what segments of harmonics turn when the fundamental is so much higher; (n, highest)."""
    one = np.exp(-2j * np.pi * delta_hz * t)
    return np.asarray(np.cumprod(np.broadcast_to(one, (len(t), highest)), axis=1))


def _snr(segments: Complexes, noise: Floats, windowing: Windowing) -> Floats:
    sums = segments.sum(axis=0)
    return np.asarray(np.abs(sums) ** 2 / (noise * windowing.noise) - 1)
