"""Steady tones: a whine, a fan, a monitor's line frequency."""

from collections import deque
from collections.abc import Callable
from math import log10
from typing import Any

from livemel.diagnosis.block import Block
from livemel.diagnosis.finding import Finding, Severity
from livemel.diagnosis.report import Hum, Tone
from livemel.diagnosis.spectra import Spectra, Spectrum
from livemel.diagnosis.tone_families import by_harmonics, without_hum, without_mains
from livemel.diagnosis.tone_fit import FRAMES, steady_tones
from livemel.diagnosis.tone_track import ToneTrack
from livemel.diagnosis.words import number

_LEAST_HZ = 20.0
# A new stretch of frames is looked at every so many.
_EVERY = 2
# What nobody can say yet whether it is one is forgotten after so long without it.
_PATIENCE_S = 6.0
_MOST_TRACKS, _MOST_FINDINGS = 64, 8
# Below this level a tone is not heard behind anything that was recorded, however quiet the floor.
_LEAST_HEARD_DBFS = -80.0
# No clock is good to more digits.
_LEAST_SAID_HZ = 0.001


class ToneDetector:
    """Sines that go on for six seconds and more at one frequency and one level.

    They are looked for in stretches of six frames of half a second: narrow, 12 dB over the floor
    around, of steady phase and level (tone_fit.py), then followed from stretch to stretch
    (tone_track.py). Notes, voices, birds, sweeps and machines that change their speed hold none
    of these. Multiples of 50 or 60 Hz are left to the hum.

    A tone is a warning where it is prominent: by ECMA-418-1 (2022) where its power is 8 dB over
    that of the noise in the critical band around it, and 8.33 dB an octave more below 1 kHz;
    and not below -80 dB FS. Otherwise it is a note.

    hum : asked for what the hum's detector knows by now, so that its harmonics are left to it
    """

    def __init__(
        self, sr: int, channels: int, spectra: Spectra, hum: Callable[[], Hum] = Hum
    ) -> None:
        self._sr, self._spectra, self._hum = sr, spectra, hum
        self._frames: deque[Spectrum] = deque(maxlen=FRAMES)
        self._fresh = 0
        self._tracks: list[list[ToneTrack]] = [[] for _ in range(channels)]

    def push(self, block: Block) -> None:
        spectrum = self._spectra.of(block)
        if spectrum is None:
            self._frames.clear()
            self._fresh = 0
            return
        self._frames.append(spectrum)
        self._fresh += 1
        if len(self._frames) == FRAMES and self._fresh >= _EVERY:
            self._fresh = 0
            for channel, tracks in enumerate(self._tracks):
                self._follow(channel, tracks, block.stop)

    def findings(self) -> list[Finding]:
        groups = by_harmonics(self.tones())
        strongest = sorted(groups, key=lambda group: -group[0].dbfs)[:_MOST_FINDINGS]
        return [self._finding(group) for group in sorted(strongest, key=lambda group: group[0].hz)]

    def figures(self) -> dict[str, Any]:
        return {"tones": self.tones()}

    def tones(self) -> tuple[Tone, ...]:
        """In order of frequency; one that is in all channels is listed once, as it is where it is
        strongest."""
        several = len(self._tracks) > 1
        by_channel = [
            without_mains([self._tone(t, i + 1 if several else None) for t in tracks if t.sure])
            for i, tracks in enumerate(self._tracks)
        ]
        out = _joined(by_channel) if several else by_channel[0]
        return tuple(sorted(without_hum(out, self._hum()), key=lambda tone: tone.hz))

    def _follow(self, channel: int, tracks: list[ToneTrack], stop: int) -> None:
        start, step = self._frames[0].start, _EVERY * self._spectra.hop
        found = steady_tones(
            [frame.bins[channel] for frame in self._frames],
            [frame.powers[channel] for frame in self._frames],
            sr=self._sr,
            n=self._spectra.n,
            hop=self._spectra.hop,
            least_hz=_LEAST_HZ,
        )
        for tone in found:
            for track in tracks:
                if track.stop < stop and track.fits(tone, start):
                    track.add(tone, start, stop)
                    break
            else:
                tracks.append(ToneTrack(tone, start, stop, step=step, sr=self._sr))
        patience = _PATIENCE_S * self._sr
        tracks[:] = [t for t in tracks if t.sure or stop - t.stop < patience]
        if len(tracks) > _MOST_TRACKS:
            tracks.sort(key=lambda t: (t.sure, t.power))
            del tracks[: len(tracks) - _MOST_TRACKS]

    def _tone(self, track: ToneTrack, channel: int | None) -> Tone:
        hz, se_hz = track.hz
        return Tone(
            hz,
            se_hz,
            10 * log10(track.power),
            10 * log10(track.power / track.floor),
            track.start / self._sr,
            track.stop / self._sr,
            60 * track.drift_hz_per_s,
            channel,
        )

    def _finding(self, group: tuple[Tone, ...]) -> Finding:
        tone, harmonics = group[0], len(group) - 1
        to_noise = self._to_noise_db(tone)
        heard = to_noise >= _prominent_db(tone.hz) and tone.dbfs >= _LEAST_HEARD_DBFS
        se_hz = max(tone.se_hz, _LEAST_SAID_HZ)
        digits = max(0, -int(f"{se_hz:.0e}".split("e")[1]))
        text = (
            f"Tone: {tone.hz:.{digits}f} ± {se_hz:.{digits}f} Hz, {number(tone.dbfs)} dB FS, "
            f"{tone.over_floor_db:.0f} dB over the floor"
        )
        if harmonics:
            text += f", with {harmonics} harmonic{'s' if harmonics > 1 else ''}"
        if drift := _drift(tone):
            text += f", drifting {number(drift, 2)} Hz a minute"
        text += f", from {tone.start_s:.0f} to {tone.end_s:.0f} s"
        return Finding(
            "tone",
            Severity.WARN if heard else Severity.NOTE,
            text,
            tone.start_s,
            tone.end_s,
            advice=_advice(tone),
            values={
                "hz": tone.hz,
                "hz_se_hz": tone.se_hz,
                "level_dbfs": tone.dbfs,
                "over_floor_db": tone.over_floor_db,
                "tone_to_noise_db": to_noise,
                "drift_hz_per_min": tone.drift_hz_per_min,
                "harmonics": harmonics,
            },
            channel=tone.channel,
            lines_hz=tuple(tone.hz for tone in group),
        )

    def _to_noise_db(self, tone: Tone) -> float:
        """Tone-to-noise ratio in the critical band, as the floor close by has it."""
        khz = tone.hz / 1000
        critical_hz = 25 + 75 * (1 + 1.4 * khz**2) ** 0.69  # Zwicker and Terhardt, 1980
        # A Hann bin takes in 1.5 bins of noise; its power as a sine's is twice the mean square.
        return tone.over_floor_db - 10 * log10(critical_hz / (1.5 * self._spectra.bin_hz))


def _joined(by_channel: list[tuple[Tone, ...]]) -> list[Tone]:
    """Tones at one frequency in several channels are one; in all of them it is nobody's own."""
    left = sorted((t for tones in by_channel for t in tones), key=lambda t: -t.dbfs)
    out: list[Tone] = []
    while left:
        tone = left[0]
        same = [t for t in left if abs(t.hz - tone.hz) < 0.1 + 3 * (t.se_hz + tone.se_hz)]
        left = [t for t in left if t not in same]
        everywhere = len({t.channel for t in same}) == len(by_channel)
        out.append(
            Tone(
                tone.hz,
                tone.se_hz,
                tone.dbfs,
                tone.over_floor_db,
                min(t.start_s for t in same),
                max(t.end_s for t in same),
                tone.drift_hz_per_min,
                None if everywhere else tone.channel,
            )
        )
    return out


def _prominent_db(hz: float) -> float:
    """The tone-to-noise ratio from which a tone is prominent: ECMA-418-1."""
    return 8.0 + (8.33 * log10(1000 / hz) / log10(2) if hz < 1000 else 0.0)


def _drift(tone: Tone) -> float:
    """In Hz a minute, as far as anybody cares."""
    return round(tone.drift_hz_per_min, 2)


def _advice(tone: Tone) -> str:
    for low, high, what in (
        (15_600, 15_760, "a tube monitor's or television's line frequency"),
        (995, 1005, "perhaps the frames of a USB device, or a test tone"),
        (7_990, 8_010, "perhaps the microframes of a USB device"),
    ):
        if low < tone.hz < high:
            return f"It is {what}: find it by switching off, or go farther from it."
    if _drift(tone):
        return "It drifts as a motor or a fan does: find it by switching off, or go farther away."
    return "Find what runs at this pitch by switching off (a fan, a charger, a screen)."
