"""Sines that go on through several spectra in a row: found, and their frequencies fitted."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from livemel.diagnosis.spectra import Bins, Powers

Floats = NDArray[np.float64]

FRAMES = 6

# How far a bin's least power must be above the mean of those around: of noise, once in 60,000 bins.
_LOOK_RATIO, _LOOK_BINS = 11.0, 64
_MOST_CANDIDATES = 48
# Over the mean power of the noise in a bin. A tone 12 dB over bins of 2.9 Hz is 4 dB below what a
# critical band around 1 kHz lets through of that noise: at the edge of being heard.
LEAST_OVER_FLOOR = 16.0
# Below this is arithmetic: rounding to 24 bits, and float32's beside something strong.
_LEAST_POWER, _LEAST_OF_STRONGEST = 1e-12, 1e-10
# The floor is taken from bins at these distances: nearer is the tone, farther may be other noise.
_NEAR, _FAR = 4, 24
# The quartile of the mean of n exponential variables of mean 1, n = 6.
_QUARTILE_OF_SIX = 0.7034
# A frame in which the bin's power is so many times off the median is masked by something else.
_MASKED = 4.0
_LEAST_FRAMES = FRAMES - 1
# What a steady tone's phase (rad) and amplitude (relative) may scatter beside what noise explains.
_PHASE_SCATTER, _LEVEL_SCATTER = 0.25, 0.15
# What is quicker than this is a sweep.
_MOST_HZ_PER_S = 0.5


@dataclass(frozen=True, slots=True)
class SteadyTone:
    """A sine that stayed through a stretch of frames.

    hz, se_hz : in the stretch's middle, and the standard error that its noise alone explains
    slope : Hz a second
    power : squared amplitude; floor : mean power of the noise in a bin around
    chi2, freedoms : squared residuals of the phases over their expected variance, summed
    """

    hz: float
    se_hz: float
    slope: float
    power: float
    floor: float
    chi2: float
    freedoms: int


def steady_tones(
    bins: list[Bins], powers: list[Powers], *, sr: int, n: int, hop: int, least_hz: float
) -> list[SteadyTone]:
    """The sines that are in all of FRAMES frames, in order of frequency.

    The frequency is the slope of the phases from frame to frame, with a curvature beside it so
    that a slow drift does not spoil it; which multiple of sr / hop it is about is told by the two
    strongest bins of the Hann window's main lobe. Its error is that of a straight line through
    phases of variance (noise power) / (2 · tone power) (Tretter, "Estimating the frequency of a
    noisy sinusoid by linear regression", IEEE Trans. Inf. Theory 31, 1985).

    bins, powers : of Spectrum, FRAMES of them, `hop` samples apart
    """
    at, strongest = _candidates(powers, int(np.ceil(least_hz * n / sr)))
    if not len(at):
        return []
    square = np.array([frame[at] for frame in powers], dtype=np.float64)  # (frames, candidates)
    middle = np.sort(square, axis=0)[FRAMES // 2]
    used = (square < _MASKED * middle) & (square * _MASKED > middle)
    level_stays = np.flatnonzero(used.sum(axis=0) >= _LEAST_FRAMES)
    if not len(level_stays):
        return []
    at, square, used = at[level_stays], square[:, level_stays], used[:, level_stays]
    count = used.sum(axis=0)
    floor = _floors(powers, at)
    level = np.maximum((square * used).sum(axis=0) / count - floor, 1e-30)
    least = np.maximum(LEAST_OVER_FLOOR * floor, max(_LEAST_POWER, _LEAST_OF_STRONGEST * strongest))
    clear = np.flatnonzero(level > least)
    if not len(clear):
        return []
    at, square, used = at[clear], square[:, clear], used[:, clear]
    count, floor, level = count[clear], floor[clear], level[clear]
    magnitude = np.sqrt(square)
    z = np.array([frame[at] for frame in bins], dtype=np.complex128)
    variance = floor / (2 * level)
    hz = _frequencies(z, used, at, powers, sr, n, hop)
    t = _times(hop / sr)
    turning = np.exp(-2j * np.pi * t[:, np.newaxis] * hz)
    phase = np.unwrap(np.angle(z * turning), axis=0)
    coefficients, inverse = _parabolas(hop / sr, phase, used)
    model = coefficients[:, 0] + np.outer(t, coefficients[:, 1])
    model += np.outer(t**2, coefficients[:, 2])
    rest = ((phase - model) ** 2 * used).sum(axis=0)
    freedoms = count - 3
    amplitude = (magnitude * used).sum(axis=0) / count
    scatter = ((magnitude - amplitude) ** 2 * used).sum(axis=0) / (count - 1)
    hz = hz + coefficients[:, 1] / (2 * np.pi)
    slope = coefficients[:, 2] / np.pi
    off = np.clip(hz * (n / sr) - at, -1.2, 1.2)
    good = (
        (rest / freedoms < _PHASE_SCATTER**2 + 6 * variance)
        & (scatter < (_LEVEL_SCATTER**2 + 5 * variance) * amplitude**2)
        & (np.abs(slope) < _MOST_HZ_PER_S)
        & (np.abs(hz * (n / sr) - at) < 1.2)
    )
    se = np.sqrt(variance * inverse) / (2 * np.pi)
    power = level / _main_lobe(off) ** 2
    return [
        SteadyTone(
            float(hz[i]),
            float(se[i]),
            float(slope[i]),
            float(power[i]),
            float(floor[i]),
            float(rest[i] / variance[i]),
            int(freedoms[i]),
        )
        for i in np.flatnonzero(good)
    ]


def _candidates(powers: list[Powers], first: int) -> tuple[NDArray[np.intp], float]:
    """Bins that stand out in every frame: a cheap look at all, a close one at few. Beside them the
    strongest steady power there is."""
    least = np.minimum(powers[0], powers[1])
    for frame in powers[2:]:
        np.minimum(least, frame, out=least)
    whole = len(least) // _LOOK_BINS
    groups = least[: whole * _LOOK_BINS].reshape(whole, _LOOK_BINS)
    around = np.add.reduce(groups, axis=1, keepdims=True) / np.float32(_LOOK_BINS)
    at = np.flatnonzero(groups > _LOOK_RATIO * around)
    at = at[(at >= max(first, 2)) & (at < len(least) - 2)]
    at = at[(least[at] >= least[at - 1]) & (least[at] > least[at + 1])]
    if not len(at):
        return at, 0.0
    if len(at) > _MOST_CANDIDATES:
        ratio = least[at] / around[at // _LOOK_BINS, 0]
        at = np.sort(at[np.argsort(ratio)[-_MOST_CANDIDATES:]])
    return at, float(least[at].max())


def _floors(powers: list[Powers], at: NDArray[np.intp]) -> Floats:
    """The mean noise power in a bin around each, from the lower quartile, which other tones and
    their lobes hardly move."""
    distances = np.concatenate([np.arange(-_FAR, -_NEAR + 1), np.arange(_NEAR, _FAR + 1)])
    around = at[:, np.newaxis] + distances
    # Beyond the ends, and where constants leak, the spectrum is mirrored.
    bins = len(powers[0])
    around = np.where((around < 3) | (around >= bins), at[:, np.newaxis] - distances, around)
    around = np.clip(around, 0, bins - 1)
    values = sum((frame[around] for frame in powers), np.zeros(around.shape)) / FRAMES
    quarter = len(distances) // 4
    low: Floats = np.partition(values, quarter, axis=1)[:, quarter]
    return np.maximum(low / _QUARTILE_OF_SIX, 1e-30)


def _frequencies(
    z: NDArray[np.complex128],
    used: NDArray[np.bool_],
    at: NDArray[np.intp],
    powers: list[Powers],
    sr: int,
    n: int,
    hop: int,
) -> Floats:
    """From phase to phase, near to what the two strongest bins say."""
    around = at + np.array([[-1], [0], [1]])
    left, here, right = np.sqrt(sum(frame[around] for frame in powers))
    ratio = np.maximum(left, right) / here
    off = np.where(right > left, 1, -1) * (2 * ratio - 1) / (1 + ratio)
    rough = (at + off) * (sr / n)
    steps = z[1:] * np.conj(z[:-1]) * (used[1:] & used[:-1])
    expected = np.exp(-2j * np.pi * ((at * hop) % n) / n)
    turned = np.angle(steps.sum(axis=0) * expected) / (2 * np.pi)
    hz = at * (sr / n) + turned * (sr / hop)
    return np.asarray(hz + np.round((rough - hz) * hop / sr) * (sr / hop))


def _parabolas(step_s: float, phase: Floats, used: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Least squares a + b t + c t² for each column, of which one frame at most is not used.
    Returns (a, b, c) by column, and the variance of b for phases of variance 1."""
    solving, variance = _least_squares(step_s)
    missing = np.where(used.all(axis=0), FRAMES, np.argmin(used, axis=0))
    return np.einsum("cif,fc->ci", solving[missing], phase), variance[missing]


@lru_cache(maxsize=8)
def _least_squares(step_s: float) -> tuple[Floats, Floats]:
    """What takes FRAMES phases to (a, b, c), and the variance of b: without each of the frames, and
    last with all of them."""
    rows = _times(step_s) ** np.arange(3)[:, np.newaxis]
    weighted = np.concatenate([1 - np.eye(FRAMES), np.ones((1, FRAMES))])[:, np.newaxis] * rows
    inverse = np.linalg.inv(weighted @ rows.T + 1e-9 * np.eye(3))
    return inverse @ weighted, np.asarray(inverse[:, 1, 1], dtype=np.float64)


def _times(step_s: float) -> Floats:
    """Of the frames, from the middle of the stretch."""
    return (np.arange(FRAMES, dtype=np.float64) - (FRAMES - 1) / 2) * step_s


def _main_lobe(off: Floats) -> Floats:
    """The Hann window's response, `off` bins from its middle."""
    near_one = np.abs(np.abs(off) - 1) < 1e-6
    square = np.where(near_one, 0.0, off**2)
    return np.where(near_one, 0.5, np.sinc(off) / (1 - square))
