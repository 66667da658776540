"""What stands under the pointer: the spectrum of one frame, and the exact peak near a frequency."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livemel.dsp.frame import Frame, bin_powers, decibels, frame_at
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.noise_floor import MAIN_LOBE, floor_powers
from livemel.dsp.tones import Tones, ToneSearch, errors_hz, fit_tones
from livemel.errors import ParameterError

# In bins of the frame. Tones within reach of each other are fitted together: a Hann window's side
# lobes are 70 dB down eight bins away.
_REACH = 8.0
# Nearer to each other than this, two tones read as one.
_APART = 1.5
_MOST_TONES = 8
# A neighbour is fitted too if it is 13 dB over the floor (noise alone reaches that once in 10^7
# frames) and not more than 80 dB below the strongest, where its leakage is nothing.
_CLEAR_OF_FLOOR, _CLEAR_OF_STRONGEST = 20.0, 1e-8
# Those within 10 dB of the strongest that is left are added together: side lobes are less.
_TOGETHER = 0.1
# How far a slope may be from its summit: the widest main lobe, Blackman's, and half as much.
_CLIMB = 4.5
# Enough to find the next tone in what is left; the last fit takes as many as it needs.
_ROUGH_STEPS = 2


@dataclass(frozen=True, slots=True)
class Spectrum:
    """One frame's spectrum.

    hz : shape (n,)
    level_db : shape (n,), dB FS: a sine of amplitude 1 reads 0 at its bin; -200 is silence
    """

    hz: NDArray[np.float64]
    level_db: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Peak:
    """A tone, as the frame knows it.

    hz : its frequency
    error_hz : standard error of hz, if the tone is steady and what surrounds it is noise
    level_db : dB FS of its amplitude: a sine that just reaches full scale reads 0
    over_floor_db : over the mean power that noise puts into a bin around it
    """

    hz: float
    error_hz: float
    level_db: float
    over_floor_db: float


def spectrum_at(
    samples: NDArray[np.floating], centre: float, frontend: FrontEnd, padding: int = 1
) -> Spectrum:
    """The spectrum of the frame centred on a sample position, with the front-end's window.

    samples, centre : as in frame_at
    padding : the frame is filled up with zeros to so many times n_fft: finer points, no finer
        resolution
    """
    n_fft = padding * frontend.n_fft
    powers = bin_powers(frame_at(samples, centre, frontend), n_fft)
    return Spectrum(np.arange(len(powers)) / n_fft * frontend.sr, decibels(powers))


def peak_near(
    samples: NDArray[np.floating],
    centre: float,
    frontend: FrontEnd,
    near_hz: float,
    within_hz: float | None = None,
) -> Peak | None:
    """The peak that a pointer at near_hz means, or None where all is silent.

    From the highest point within reach of the pointer up to the summit; there a sine is fitted by
    least squares, together with its mirror image, a constant, and the tones up to eight bins away.
    Tones within a bin and a half of each other read as one.

    samples, centre : as in frame_at
    within_hz : how far the pointer may be off; None is one bin of the frame
    Raises ParameterError if near_hz is not between 0 and sr / 2.
    """
    if not 0 <= near_hz <= frontend.sr / 2:
        raise ParameterError(f"near_hz={near_hz:.10g} is not between 0 and {frontend.sr / 2:.10g}")
    frame = frame_at(samples, centre, frontend)
    search = ToneSearch(frame)
    reach = frame.bin_hz if within_hz is None else within_hz
    summit = _summit(search, frame, near_hz, reach)
    if summit is None:
        return None
    tones = _tones_around(search, frame, summit)
    meant = _meant(tones, near_hz, reach, summit)
    if abs(tones.hz[meant] - summit) > frame.bin_hz and abs(tones.hz[meant] - near_hz) > reach:
        # The strong ones explain the summit; what is left there is the reading.
        left = _summit(search, tones.rest, summit, reach)
        if left is None:
            return None
        both = fit_tones(frame, np.append(tones.hz, left))
        # What is left may be noise, which the strong ones would move to and cancel out.
        tones = both if _are_apart(both, frame) else fit_tones(tones.rest, np.array([left]))
        meant = len(tones.hz) - 1
    return _peak(tones, meant)


def _peak(tones: Tones, which: int) -> Peak:
    """One of the tones, against what is left without all of them."""
    rest, hz = tones.rest, float(tones.hz[which])
    level, floor = decibels(tones.power[which]), floor_powers(rest, tones.hz[which], tones.hz)
    # A tone that is not steady leaves more behind than noise: its error is the larger for it.
    middle = round(hz / rest.bin_hz)
    left = bin_powers(rest)[max(0, middle - MAIN_LOBE) : middle + MAIN_LOBE + 1].mean()
    # A bin's power is 4 sum(weight^2) times the variance of the samples.
    deviation = np.sqrt(max(float(floor), left) / (4 * np.sum(rest.weight**2)))
    return Peak(
        hz=hz,
        error_hz=float(errors_hz(tones)[which] * deviation),
        level_db=float(level),
        over_floor_db=float(level - decibels(floor)),
    )


def _summit(search: ToneSearch, frame: Frame, near_hz: float, within_hz: float) -> float | None:
    """Uphill from the highest point around near_hz, in Hz."""
    near = search.grid(near_hz, within_hz)
    far = search.grid(near_hz, within_hz + _CLIMB * frame.bin_hz)
    powers = search.powers(frame, far)
    first = near.start - far.start
    at = first + int(powers[first : first + len(near)].argmax())
    if powers[at] <= 0:
        return None
    while at > 0 and powers[at - 1] > powers[at]:
        at -= 1
    while at < len(powers) - 1 and powers[at + 1] > powers[at]:
        at += 1
    return far[at] * search.step_hz


def _meant(tones: Tones, near_hz: float, within_hz: float, summit: float) -> int:
    """The strongest tone within reach of the pointer, or the one that makes the summit."""
    near = np.abs(tones.hz - near_hz) <= within_hz
    if near.any():
        return int(np.where(near, tones.power, -1).argmax())
    return int(np.abs(tones.hz - summit).argmin())


def _tones_around(search: ToneSearch, frame: Frame, hz: float) -> Tones:
    """The strongest tone within reach of this one, and those beside it that matter, fitted."""
    around = search.grid(hz, _REACH * frame.bin_hz)
    grid = np.array(around) * search.step_hz
    powers = search.powers(frame, around)
    tones = fit_tones(frame, grid[[int(powers.argmax())]], _ROUGH_STEPS)
    while len(tones.hz) < _MOST_TONES:
        powers = search.powers(tones.rest, around)
        clear = _CLEAR_OF_FLOOR * float(floor_powers(tones.rest, hz, tones.hz))
        least = max(clear, _CLEAR_OF_STRONGEST * tones.power.max(), _TOGETHER * powers.max())
        found = list(tones.hz)
        for at in _summits(powers):
            if powers[at] < least or len(found) == _MOST_TONES:
                break
            if np.abs(grid[at] - np.array(found)).min() >= _APART * frame.bin_hz:
                found.append(grid[at])
        if len(found) == len(tones.hz):
            break
        more = fit_tones(frame, np.array(found), _ROUGH_STEPS)
        if not _are_apart(more, frame):
            break  # they ran into each other: one tone that is not steady
        tones = more
    return fit_tones(frame, tones.hz)


def _are_apart(tones: Tones, frame: Frame) -> bool:
    """Whether the fit is of as many tones as it has, and none ran into another."""
    return bool(np.diff(np.sort(tones.hz)).min() >= frame.bin_hz)


def _summits(powers: NDArray[np.float64]) -> list[int]:
    """Where the local maxima are, the highest first."""
    higher = np.diff(powers, prepend=-1) > 0
    lower = np.diff(powers, append=-1) <= 0
    at = np.flatnonzero(higher & lower)
    return [int(i) for i in at[np.argsort(powers[at])[::-1]]]
