"""All harmonics of a hum that show, up to 3 kHz, and what is in them."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
import scipy.fft

from livemel.diagnosis.hum_frequency import Comb
from livemel.diagnosis.hum_lines import Floats, Samples
from livemel.diagnosis.report import Harmonic
from livemel.diagnosis.words import db

# Of the rate at about 8 kHz: as long, and up to there.
_SECONDS, _TOP = 2.0, 0.4
# A bin that is stronger than the noise about it by this is a line: of 60 harmonics of nothing but
# noise one shows in 5000 sounds.
_LINE_DB = 12.0
# And for those that were fitted, as sure.
_SHOWS_SNR = 12.0
_MEDIAN_OF_NOISE = float(np.log(2))
# Bins that the floor is taken of, to either side; 2 s have two a hertz.
_BESIDE = 24
_FOLDED_DB = 80.0
# Over the floor is said for a Hann window of 4 s, which has twice as narrow bins.
_TO_FOUR_S_DB = 3.01


def from_comb(comb: Comb) -> list[Harmonic]:
    """Those that were fitted and are sure; the strongest in any case."""
    strongest = float(comb.snr.max())
    return [
        Harmonic(int(n), comb.f0_hz * float(n), db(a**2), float(over))
        for n, a, over, snr in zip(
            comb.numbers, comb.amplitudes, comb.over_floor_db, comb.snr, strict=True
        )
        if snr > _SHOWS_SNR or snr == strongest
    ]


def higher(low: Samples, sr: float, f0_hz: float, above: int) -> list[Harmonic]:
    """Those with numbers greater than `above`, from the newest 2 s.

    low : at `sr`, about 8 kHz
    """
    n = int(_SECONDS * sr)
    if len(low) < n or (above + 1) * f0_hz > _TOP * sr:
        return []
    window = _hann(n)
    spectrum = scipy.fft.rfft(low[-n:] * window)
    power = spectrum.real**2 + spectrum.imag**2
    numbers = np.arange(above + 1, int(_TOP * sr / f0_hz) + 1)
    middle = np.round(numbers * f0_hz * n / sr).astype(np.intp)
    # The neighbour may be the stronger where a line lies between two bins.
    at = middle[:, np.newaxis] + np.arange(-1, 2)
    peak = power[at].max(axis=1)
    beside = np.concatenate([np.arange(-_BESIDE, -3), np.arange(4, _BESIDE + 1)])
    floor = np.median(power[middle[:, np.newaxis] + beside], axis=1) / _MEDIAN_OF_NOISE
    over = 10 * np.log10(np.maximum(peak, 1e-30) / np.maximum(floor, 1e-30))
    # A Hann window's sum is n / 2: a sine of amplitude A has a peak of A n / 4.
    level = 10 * np.log10(np.maximum(peak, 1e-30) / (n / 4) ** 2)
    return [
        Harmonic(int(k), f0_hz * int(k), float(db), float(o) + _TO_FOUR_S_DB)
        for k, db, o in zip(numbers, level, over, strict=True)
        if o >= _LINE_DB
    ]


def unfolded(harmonics: Sequence[Harmonic]) -> tuple[Harmonic, ...]:
    """Those within 80 dB of the strongest: what is below may be what the decimators fold."""
    least = max(harmonic.dbfs for harmonic in harmonics) - _FOLDED_DB
    return tuple(harmonic for harmonic in harmonics if harmonic.dbfs >= least)


def odd_even_db(harmonics: Sequence[Harmonic]) -> float:
    """Power of the odd over that of the even ones, at most 99 dB either way."""
    odd, even = (power(h for h in harmonics if h.n % 2 == rest) for rest in (1, 0))
    return float(np.clip(db(odd) - db(even), -99.0, 99.0))


def power(harmonics: Iterable[Harmonic]) -> float:
    """Their mean squares, added."""
    return float(sum(0.5 * 10 ** (h.dbfs / 10) for h in harmonics))


@lru_cache(maxsize=4)
def _hann(n: int) -> Floats:
    return np.asarray(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n), dtype=np.float32)
