"""Is it hum at all: narrow, steady in frequency and level, at the multiples of one frequency?"""

from dataclasses import dataclass

import numpy as np

from livemel.diagnosis.hum_frequency import COUNTS_SNR, FRACTIONS, Comb
from livemel.diagnosis.hum_lines import lasting
from livemel.diagnosis.mains import RAILWAY, Family

# The power over noise that one line needs where there is nothing else, for windows of up to 4 s
# and for longer ones: of white noise alone one window in 1000 is beyond the first, and none is
# beyond the second.
_PROVISIONAL, _SURE = 10.1, 16.0
# More for a line that is further off than the grid's everyday range, for the second harmonic, for
# the third: there is more room for noise to come up in.
_OFF_NORMAL, _SECOND, _THIRD = 0.9, 4.0, 4.0
# What of another harmonic's power counts as further evidence.
_NOTHING = 4.0
# Cells of the floor that count, of those there are: the lower three quarters know less than all.
_CELLS = 0.8
# What is less than this in all of the first three harmonics is none.
_LEADING = 6.0
# Without a fundamental it must be so near to the everyday range.
_NO_FUNDAMENTAL = 1.25
_SHORT_S = 3.0  # a window shorter than this must be surer
# Where the floor beside a line is so much over that half-way to the next, it is no noise but other
# sound, low notes for example; and what is needed there.
_CROWDED_DB, _CROWDED = 8.0, 40.0
_HALFWAY = tuple(
    (FRACTIONS.index(below), FRACTIONS.index(above))
    for below, above in ((2 / 3, 3 / 2), (3 / 2, 5 / 2), (5 / 2, 7 / 2))
)

# What is still steady, beyond what noise explains: change of level over the window (1 is all of
# it), change of frequency, power that is not in the steady line, and deviation of the phase of the
# fundamental. A bass note that sinks by 3 dB a window, or swings by a tenth of a semitone, is
# not; a grid changes by 0.02 Hz a second when a power station fails.
_TREND, _DRIFT_HZ_PER_S, _REST, _PHASE_RAD = 0.25, 0.03, 0.03, 0.012
_SIGMAS, _UNEVEN = 3.2, 0.6
# Lines at halves and thirds of the frequency, this much of the strongest harmonic: a machine.
_FRACTION, _FRACTION_SNR = 0.05, 12.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for hum in one window.

    amount : power over noise of the lines, as far as it is evidence
    provisional, sure : whether that is enough as long as little was heard, and for good
    steady : whether the line behaves as hum does
    modulation : depth of amplitude modulation of the strongest harmonic, 0 to 1
    """

    amount: float
    provisional: bool
    sure: bool
    steady: bool
    modulation: float


def weigh(comb: Comb, family: Family) -> Evidence:
    """The existence test. A window with a lone line at the mains frequency, 12 dB over the floor,
    passes it as provisional in 99 of 100 cases.

    The floor is the mean power of the noise beside the line in one bin of a Hann window of 4 s, and
    the line's power is that at its peak in such a window.
    """
    there = lasting(comb.segments)
    # The floor is a mean of so many cells, and what is compared with it follows an F distribution;
    # this makes it the exponential one that noise has over a floor that is known.
    cells = _CELLS * len(comb.windowing.beside[0])
    snr = np.where(there, cells * np.log1p(np.maximum(comb.snr + 1, 0) / cells), 0.0)
    first = np.array([0.0, _SECOND, _THIRD])[: len(snr)]
    leading = snr[: len(first)] - first
    best = int(np.argmax(leading))
    others = np.delete(snr, best)
    amount = float(leading[best] + np.maximum(others - _NOTHING, 0).sum())

    # A lower harmonic that is as clear tells more: loads that come and go change the upper ones.
    clear = np.flatnonzero(snr[: len(first)] >= 0.1 * snr[best])

    off = abs(comb.f0_hz - family.hz)
    lines = int(np.count_nonzero(comb.snr > COUNTS_SNR))
    if family is RAILWAY:  # every third is a harmonic of 50 Hz as well
        lines = int(np.count_nonzero((comb.snr > COUNTS_SNR) & (comb.numbers % 3 > 0)))
        lines *= bool(comb.snr[0] > COUNTS_SNR)
    possible = (
        leading[best] >= _LEADING
        and off <= family.widest_hz
        and lines >= family.least_lines * (off > 0)
    )
    if clear[0] > 0:  # a voice may hold a note at twice the frequency of mains that stray
        possible = possible and off <= _NO_FUNDAMENTAL * family.normal_hz
    if off > family.lone_hz:
        possible = possible and lines >= max(2, family.least_lines)
    needed = _PROVISIONAL + _OFF_NORMAL * (off > family.normal_hz)
    needed += 4.0 * (comb.windowing.seconds < _SHORT_S)
    sure = max(needed, _SURE)
    if _is_crowded(comb, best):
        needed = sure = _CROWDED
    strange = float(comb.snr[~there].max(initial=0)) > float(snr[best])
    steady, modulation = _steadiness(comb, int(clear[0]))
    return Evidence(
        amount,
        possible and amount >= needed,
        possible and amount >= sure,
        steady and not strange and not _is_a_machine(comb),
        modulation,
    )


def _is_crowded(comb: Comb, best: int) -> bool:
    halfway = np.log10(comb.fraction_noise[list(_HALFWAY[best])])
    return bool(10 * (np.log10(comb.noise[best]) - halfway.mean()) > _CROWDED_DB)


def _is_a_machine(comb: Comb) -> bool:
    w = comb.windowing
    ordered = sorted(comb.noise.tolist())
    middle = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
    noise = middle * w.noise
    strongest = float(np.max(np.abs(comb.segments.sum(axis=0)) ** 2))
    share = comb.fractions * noise / strongest
    return bool(np.any((comb.fractions > _FRACTION_SNR) & (share > _FRACTION)))


def _steadiness(comb: Comb, best: int) -> tuple[bool, float]:
    """Of the clearest line; and its modulation depth."""
    w = comb.windowing
    line = comb.segments[:, best]
    mean = line.mean()
    # In units of the line: real parts are changes of level, imaginary ones of phase.
    shape = line / mean
    q = w.polynomials
    parts = q.T @ shape
    rest = shape - q @ parts
    noise = float(comb.noise[best]) * w.segment_noise / float(abs(mean)) ** 2
    # Overlapping segments share noise: a sum over them has 1.5 times the power, half of which is
    # in either part.
    sigma = float(np.sqrt(0.75 * noise))
    trend = abs(float(parts[1].real)) * float(np.ptp(q[:, 1]))
    trend_sigma = sigma * float(np.ptp(q[:, 1]))
    # From the curvature of the phase: the second polynomial's is 2 c t².
    middle, bend = w.segments // 2, q[:, 2]
    curvature = float((bend[-1] - bend[middle]) / (w.t[-1] ** 2 - w.t[middle] ** 2))
    curvature /= np.pi * float(comb.numbers[best])
    drift, drift_sigma = abs(float(parts[2].imag) * curvature), abs(sigma * curvature)
    level, phase = float(np.mean(rest.real**2)), float(np.mean(rest.imag**2))
    # Of a mean over the segments, and of the floor itself, whose cells are fewer.
    spread = noise * float(np.sqrt(1.5 / w.segments + 1.5 / len(w.beside[0])))
    steady = (
        trend <= _TREND + _SIGMAS * trend_sigma
        and drift <= _DRIFT_HZ_PER_S + _SIGMAS * drift_sigma
        and level + phase - noise <= _REST + _SIGMAS * spread
        # Noise is as much of either; blows that come in time with the mains are not.
        and level - phase <= _REST + _UNEVEN * (level + phase)
    )
    if steady:
        # Where the phase of the fundamental shows best: the n-th harmonic's moves n times as much.
        steady = _keeps_phase(comb, int(np.argmax(comb.numbers**2 * comb.snr)))
    swell = float(np.mean(shape.real**2)) - 1 - noise / 2
    return steady, float(np.sqrt(2 * max(0.0, swell)))


def _keeps_phase(comb: Comb, at: int) -> bool:
    w, q = comb.windowing, comb.windowing.polynomials
    shape = comb.segments[:, at] / comb.segments[:, at].mean()
    rest = shape - q @ (q.T @ shape)
    level, phase = float(np.mean(rest.real**2)), float(np.mean(rest.imag**2))
    # Noise is as much of either, in the mean.
    uneven = _SIGMAS * float(np.sqrt(1.5 / w.segments)) * (level + phase)
    return phase - level <= (_PHASE_RAD * float(comb.numbers[at])) ** 2 + uneven
