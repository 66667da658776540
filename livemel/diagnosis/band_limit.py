"""Where the sound ends in frequency, and whether it ends at a wall."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from livemel.diagnosis.band_profile import BandProfile, Floats
from livemel.diagnosis.block import Block
from livemel.diagnosis.finding import Finding, Severity
from livemel.diagnosis.looks import Looks
from livemel.diagnosis.spectra import Spectra

# A band is empty below this: 16-bit rounding alone gives -121 dB FS in 100 Hz at 48 kHz, -117 at
# 16 kHz; a good microphone's noise more than -105.
_EMPTY_DB = -114.0
# What is above a wall may be so loud, or the background must end at the wall too.
_SURELY_EMPTY_DB, _BACKGROUND_FALL_DB = -108.0, 12.0
# From 0.9 of the wall's frequency to 1.1 of it: 70 dB an octave. Rooms, microphones and voices
# fall by less than half of that.
_FALL_DB = 20.0
_BELOW, _ABOVE = (0.85, 0.95), (1.05, 1.15)
# An octave below it there is at least half of that, in dB: a resonance, or a chord's last
# harmonics, end as steeply, but begin so, too.
_FILLED, _FILLED_SHARE = (0.4, 0.85), 0.5
# Above the wall everything is as empty.
_UNEVEN_DB = 10.0
# Nearer to half the rate every converter's own filter begins.
_LOWEST, _HIGHEST = 0.08, 0.9
# What is loud and what is background, as quantiles over frames, and how many are needed.
_LOUD, _QUIET, _LEAST_FRAMES = 0.9, 0.1, 8
_SELDOM = 4
# Coders of music cut no lower than this, and few people hear it.
_MUSIC_HZ = 15_000.0


@dataclass(frozen=True, slots=True)
class Wall:
    """Where a sound ends, in Hz, and by how many dB it falls there."""

    hz: float
    fall_db: float


class BandLimitDetector:
    """The highest frequency with anything above a 16-bit quantiser's floor, and band-limit: a fall
    of 20 dB or more in a third of an octave with nothing behind it, clearly below half the rate.

    Looked for in the levels that bands 100 Hz wide exceed in a tenth of the frames; so one loud
    click in a minute is no bandwidth. A coder that leaves its shelf only in loud moments, or sound
    that never comes near the wall, is not found.
    """

    def __init__(self, sr: int, channels: int, spectra: Spectra) -> None:
        self._sr, self._spectra = sr, spectra
        bins = spectra.n // 2 + 1
        self._profiles = [BandProfile(bins, spectra.bin_hz) for _ in range(channels)]
        self._looks = Looks(1, _SELDOM)
        self._stop = 0

    def push(self, block: Block) -> None:
        self._stop = block.stop
        spectrum = self._spectra.of(block) if self._looks.is_due() else None
        if spectrum is None:
            return
        for profile, powers, peak in zip(self._profiles, spectrum.powers, block.peaks, strict=True):
            if peak > 0:  # of silence nothing is to be learnt
                profile.add(powers)

    def findings(self) -> list[Finding]:
        walls = [self._wall(profile) for profile in self._profiles]
        found = [(i, wall) for i, wall in enumerate(walls) if wall is not None]
        if not found:
            return []
        hz = [wall.hz for _, wall in found]
        if len(found) == len(walls) and max(hz) - min(hz) < 3 * self._profiles[0].width_hz:
            return [self._finding(max((w for _, w in found), key=lambda w: w.hz), None)]
        return [self._finding(wall, i + 1) for i, wall in found]

    def figures(self) -> dict[str, Any]:
        ends = [self._end(profile) for profile in self._profiles]
        return {"bandwidth_hz": max((hz for hz in ends if hz is not None), default=None)}

    def _end(self, profile: BandProfile) -> float | None:
        """The upper edge of the highest band with anything in it."""
        if profile.frames < _LEAST_FRAMES:
            return None
        wall = self._wall(profile)
        if wall is not None:
            return wall.hz
        levels = profile.quantile(_LOUD)
        filled = np.flatnonzero(levels > _EMPTY_DB)
        if not len(filled):
            return None
        # The last bins make no whole band.
        whole = filled[-1] == len(levels) - 1
        return self._sr / 2 if whole else float((filled[-1] + 1) * profile.width_hz)

    def _wall(self, profile: BandProfile) -> Wall | None:
        if profile.frames < _LEAST_FRAMES:
            return None
        # What lies deeper than rounding to 16 bits is as empty as that.
        loud = np.maximum(profile.quantile(_LOUD), _EMPTY_DB - 10)
        quiet = np.maximum(profile.quantile(_QUIET), _EMPTY_DB - 10)
        bands = np.arange(int(_LOWEST * len(loud)), int(_HIGHEST * len(loud)))
        # A look at each before a close one at few.
        behind = np.minimum((bands * 1.12).astype(np.intp) + 1, len(loud) - 1)
        steep = bands[loud[(bands * 0.9).astype(np.intp)] - loud[behind] > _FALL_DB]
        walls = [wall for band in steep if (wall := _wall_at(loud, quiet, int(band)))]
        if not walls:
            return None
        band, fall = max(walls, key=lambda wall: wall[1])
        # Half way down in dB.
        below, above = _around(loud, band)
        middle = (float(np.median(below)) + float(np.median(above))) / 2
        edge = int(_BELOW[0] * band) + int(np.argmax(loud[int(_BELOW[0] * band) :] < middle))
        hz = edge * profile.width_hz
        return Wall(float(hz), fall) if hz < _HIGHEST * self._sr / 2 else None

    def _finding(self, wall: Wall, channel: int | None) -> Finding:
        khz, half = wall.hz / 1000, self._sr / 2000
        cause, advice = _cause(wall.hz)
        return Finding(
            "band-limit",
            Severity.NOTE if wall.hz >= _MUSIC_HZ else Severity.WARN,
            f"Nothing above {khz:.1f} kHz, though the rate has room up to {half:.4g} kHz: a "
            f"wall of {wall.fall_db:.0f} dB, as {cause}",
            0.0,
            self._stop / self._sr,
            advice=advice,
            values={
                "bandwidth_hz": wall.hz,
                "bandwidth_se_hz": self._profiles[0].width_hz / 12**0.5,
                "fall_db": wall.fall_db,
                "half_rate_hz": self._sr / 2,
            },
            channel=channel,
            lines_hz=(wall.hz,),
        )


def _around(levels: Floats, band: int) -> tuple[Floats, Floats]:
    """The bands below a wall and those above it, clear of its slope and of the rate's half."""
    top = len(levels) - 1
    first = min(int(_ABOVE[0] * band) + 1, top - 1)
    return (
        levels[int(_BELOW[0] * band) : max(int(_BELOW[1] * band), int(_BELOW[0] * band) + 1)],
        levels[first : max(min(int(_ABOVE[1] * band) + 1, top), first + 1)],
    )


def _wall_at(loud: Floats, quiet: Floats, band: int) -> tuple[int, float] | None:
    """The band and its fall in dB, where there is a wall; else None."""
    below, above = _around(loud, band)
    # Most of what is below must be loud: a single tone there makes no band.
    fall = float(np.quantile(below, 0.25) - np.quantile(above, 0.75))
    if fall < _FALL_DB:
        return None
    filled = loud[int(_FILLED[0] * band) : int(_FILLED[1] * band) + 1]
    if np.quantile(filled, 0.25) < np.median(above) + _FILLED_SHARE * fall:
        return None
    behind = loud[int(_ABOVE[0] * band) + 1 : int(0.98 * len(loud))]
    if len(behind) and behind.max() > np.median(above) + _UNEVEN_DB:
        return None
    below, above_quiet = _around(quiet, band)
    background = float(np.median(below) - np.median(above_quiet))
    if np.median(above) > _SURELY_EMPTY_DB and background < _BACKGROUND_FALL_DB:
        return None
    return band, fall


def _cause(hz: float) -> tuple[str, str]:
    """What it looks like, and what to try."""
    headset = "Choose the headset's other profile, or another microphone for recording."
    rate = "Take the sound at the rate it was made at: nothing is lost by it."
    coder = "Take the sound from before the coder, if what is up there matters."
    for low, high, cause, advice in (
        (2_900, 4_100, "telephony and a Bluetooth headset's calls have (8 kHz)", headset),
        (
            6_400,
            8_200,
            "a Bluetooth headset's calls and sound of 16 kHz have",
            headset,
        ),
        (9_500, 11_100, "sound of 22.05 kHz has when it is resampled", rate),
        (11_100, 12_100, "sound of 24 kHz has when it is resampled", rate),
        (15_000, 20_200, "lossy coders leave (MP3, AAC, Vorbis)", coder),
        (20_200, 22_050, "sound of 44.1 kHz has when it is resampled", rate),
    ):
        if low <= hz < high:
            return cause, advice
    return "a resampler or a coder leaves", "Take the sound from before it, if there is one."
