"""Where mains hum may be: a cheap look at the few frequencies where it would show first."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from livemel.diagnosis.hum_lines import Basis, Floats, Samples, Windowing, floors, lasting
from livemel.diagnosis.mains import AIRCRAFT, FIFTY, RAILWAY, SIXTY, Family

# Family, harmonic, and its least power over that of noise. Hum shows at its fundamental, at its
# second harmonic after a rectifier, at its third where a microphone hears nothing lower.
_ZONES: tuple[tuple[Family, int, float], ...] = (
    (FIFTY, 1, 5.5),
    (SIXTY, 1, 5.5),
    (FIFTY, 2, 7.5),
    (SIXTY, 2, 7.5),
    (FIFTY, 3, 8.5),
    (SIXTY, 3, 8.5),
    (RAILWAY, 1, 14.0),
    (AIRCRAFT, 1, 14.0),
)
_FINER = 4  # cells to one of the window's bins


@dataclass(frozen=True, slots=True)
class Candidate:
    """A fundamental that may be there, within an eighth of a bin of the line that showed it."""

    family: Family
    hz: float
    snr: float


def candidates(samples: Samples, windowing: Windowing) -> list[Candidate]:
    """At most one of each family, the clearest first; of noise alone there is one in four times."""
    basis, cells, inside, noise, least = _plan(windowing)
    segments = basis.segments(samples)
    n = cells.size
    spectrum = scipy.fft.fft(segments, n, axis=0)
    snr = spectrum.real**2 + spectrum.imag**2
    snr /= noise[:, np.newaxis] * floors(windowing, segments)
    at = np.argmax(np.where(inside, snr, 0), axis=0)
    found: dict[Family, Candidate] = {}
    for zone, (family, number, _) in enumerate(_ZONES):
        i = int(at[zone])
        peak = float(snr[i, zone])
        if peak < least[zone] or (family in found and found[family].snr >= peak):
            continue
        below, here, above = np.log(np.maximum(snr[[i - 1, i, (i + 1) % n], zone], 1e-12))
        bend = below - 2 * here + above
        shift = 0.5 * (below - above) / bend if bend < 0 else 0.0
        step = windowing.sr / windowing.hop / n
        offset = float(cells[i]) + float(np.clip(shift, -0.5, 0.5)) * step
        turn = np.exp(-2j * np.pi * offset * windowing.t)
        if lasting((segments[:, zone] * turn)[:, np.newaxis])[0]:
            found[family] = Candidate(family, family.hz + offset / number, peak)
    return sorted(found.values(), key=lambda candidate: -candidate.snr)


@lru_cache(maxsize=8)
def _plan(
    windowing: Windowing,
) -> tuple[Basis, Floats, NDArray[np.bool_], Floats, tuple[float, ...]]:
    """Basis, cells in Hz, which of them are within reach, their noise, least powers."""
    hz = np.array([family.hz * number for family, number, _ in _ZONES])
    cells = windowing.offsets_hz(scipy.fft.next_fast_len(_FINER * windowing.segments))
    reach = np.array([family.widest_hz * number for family, number, _ in _ZONES])
    noise = windowing.noise_in(cells, np.ones(windowing.segments))
    return (
        Basis.at(windowing, hz),
        cells,
        np.abs(cells[:, np.newaxis]) <= reach,
        noise,
        tuple(least for _, _, least in _ZONES),
    )
