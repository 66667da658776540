"""People: somebody who sings vowels, and two who talk in no language."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from livemel.sources.scenes.parts import (
    CONTROL_S,
    Canvas,
    Floats,
    Noise,
    Samples,
    Shape,
    amplitude,
    band,
    control_hop,
    control_steps,
    ease,
    fade_ends,
    noise_burst,
)
from livemel.sources.scenes.voice import MAN, WOMAN, Speaker, Voice

PENTATONIC = (-5, -3, 0, 2, 4, 7, 9)  # semitones about the middle pitch


def _melody(rng: np.random.Generator, notes: int) -> list[int]:
    """Small steps up and down a pentatonic scale, coming to rest on its middle."""
    at, out = 2, []
    for _ in range(notes - 1):
        at = int(np.clip(at + rng.choice((-2, -1, 1, 1, 2)), 0, len(PENTATONIC) - 1))
        out.append(PENTATONIC[at])
    return [*out, 0]


def vowels(sr: int, rng: np.random.Generator) -> Iterator[Samples]:
    """A man and a woman in turn sing a-i-u, gliding from vowel to vowel and note to note."""
    noise_rng, voice_rng, plan_rng = rng.spawn(3)
    noise, voice = Noise(noise_rng, sr, -75.0), Voice(sr, voice_rng)
    hop, singer = control_hop(sr), WOMAN
    while True:
        singer = MAN if singer is WOMAN else WOMAN
        home = singer.pitch_hz * 1.12
        notes = _melody(plan_rng, int(plan_rng.integers(4, 8)))
        words = ["a", "i", "u", *plan_rng.choice(["a", "i", "u", "o", "e"], 5)]
        pitch, formants, loud = home * 0.94, singer.formants("a"), 0.0
        sung = 0.0
        for i, (note, vowel) in enumerate(zip(notes, words, strict=False)):
            last = i == len(notes) - 1
            seconds = plan_rng.uniform(1.1, 1.5) if last else plan_rng.uniform(0.4, 0.85)
            steps = control_steps(seconds)
            t = np.arange(steps + 1) * CONTROL_S
            goal = home * 2.0 ** (note / 12.0)
            glide = ease(t / 0.16)
            # Vibrato as of a trained voice: 5.5 Hz, ±0.5 semitone at most, after the note settled.
            depth = 0.028 * ease((t - 0.15) / 0.5) * (1.0 - ease((t - seconds + 0.12) / 0.1))
            track = pitch * (goal / pitch) ** glide
            track *= 1.0 + depth * np.sin(2 * np.pi * 5.5 * (sung + t))
            change = ease(t / min(0.3, 0.5 * seconds))
            shapes = formants[:, None] + (singer.formants(vowel) - formants)[:, None] * change
            goal_loud = amplitude(plan_rng.uniform(-22.0, -19.0))
            level = loud + (goal_loud - loud) * ease(t / 0.12)
            if last:
                level *= 1.0 - ease((t - seconds + 0.5) / 0.5)
            y = voice.render(track, shapes, level, singer.tract)
            yield y + noise.take(y.size)
            pitch, formants, loud = goal, singer.formants(vowel), goal_loud
            sung += seconds
        yield noise.take(hop * control_steps(plan_rng.uniform(0.35, 0.8)))


@dataclass(frozen=True)
class Consonant:
    """How a syllable begins. Times in s, loci (F1, F2, F3 of a man) in Hz, levels re the vowel."""

    locus: tuple[float, float, float]
    hold: float  # closure, hiss or hum before the vowel
    voiced: float = 0.0  # amplitude of the voice meanwhile
    hiss: Shape | None = None  # noise during the hold
    hiss_level: float = 0.0
    burst: Shape | None = None  # noise when a closure opens
    aspiration: float = 0.0  # s of breath after the burst, before the voice sets in


# Places of articulation: F2 and F3 start near 800/2200 (lips), 1750/2700 (teeth), 2000/2300 Hz
# (velum). Delattre, Liberman & Cooper (1955), "Acoustic loci and transitional cues for consonants".
LIPS, TEETH, VELUM = (250.0, 800.0, 2200.0), (250.0, 1750.0, 2700.0), (250.0, 2000.0, 2300.0)
S_HISS, SH_HISS, F_HISS = band(6800.0, 0.32), band(3400.0, 0.42), band(4500.0, 0.8)
CONSONANTS = {
    "p": Consonant(LIPS, 0.08, burst=band(900.0, 0.9), aspiration=0.035),
    "t": Consonant(TEETH, 0.07, burst=band(4500.0, 0.5), aspiration=0.045),
    "k": Consonant(VELUM, 0.075, burst=band(2100.0, 0.35), aspiration=0.055),
    "b": Consonant(LIPS, 0.06, voiced=0.18, burst=band(700.0, 0.8)),
    "d": Consonant(TEETH, 0.055, voiced=0.18, burst=band(4000.0, 0.6)),
    "g": Consonant(VELUM, 0.06, voiced=0.18, burst=band(1900.0, 0.4)),
    "s": Consonant(TEETH, 0.12, hiss=S_HISS, hiss_level=0.30),
    "sh": Consonant((280.0, 1900.0, 2500.0), 0.125, hiss=SH_HISS, hiss_level=0.36),
    "f": Consonant(LIPS, 0.10, hiss=F_HISS, hiss_level=0.06),
    "z": Consonant(TEETH, 0.085, voiced=0.3, hiss=S_HISS, hiss_level=0.16),
    "h": Consonant((500.0, 1500.0, 2500.0), 0.07, hiss=band(1800.0, 0.8), hiss_level=0.10),
    "m": Consonant((260.0, 1050.0, 2200.0), 0.075, voiced=0.45),
    "n": Consonant((270.0, 1550.0, 2600.0), 0.07, voiced=0.45),
    "l": Consonant((360.0, 1150.0, 2700.0), 0.06, voiced=0.6),
    "r": Consonant((420.0, 1250.0, 1650.0), 0.065, voiced=0.65),
    "w": Consonant((300.0, 650.0, 2200.0), 0.06, voiced=0.6),
    "j": Consonant((270.0, 2250.0, 3000.0), 0.06, voiced=0.6),
}
CODAS = ("", "", "", "", "n", "m", "s", "sh", "t", "k", "l")
# How often each begins a syllable, roughly as in English.
ONSETS = (*"ttnnssddllrrkkmmbpwfhgzj", "sh")


@dataclass
class _Tracks:
    """Corner points of one syllable: times in s, pitch in Hz, formants in Hz, loudness (rms)."""

    t: list[float] = field(default_factory=list)
    points: list[Floats] = field(default_factory=list)  # each (pitch, F1, F2, F3, loud)
    noises: list[tuple[float, float, Shape, float]] = field(default_factory=list)

    def to(self, t: float, pitch: float, formants: Floats, loud: float) -> None:
        self.t.append(t)
        self.points.append(np.array((pitch, *formants, loud)))

    def sampled(self, steps: int) -> Floats:
        """On the control grid, eased from corner to corner: shape (5, steps + 1)."""
        corners, values = np.array(self.t), np.stack(self.points, axis=1)
        grid = np.arange(steps + 1) * CONTROL_S
        i = np.clip(np.searchsorted(corners, grid, side="right") - 1, 0, corners.size - 2)
        u = ease((grid - corners[i]) / (corners[i + 1] - corners[i]))
        return values[:, i] * (1.0 - u) + values[:, i + 1] * u


def _syllable(
    rng: np.random.Generator, who: Speaker, start: Floats, pitch: float, stress: float, last: bool
) -> _Tracks:
    """One syllable from where the last one ended; stress 0 … 1 makes it longer and louder."""
    c = CONSONANTS[ONSETS[rng.integers(len(ONSETS))]]
    coda = CODAS[rng.integers(len(CODAS))]
    vowel = who.formants(str(rng.choice(["i", "I", "e", "ae", "a", "o", "u", "^", "^", "I"])))
    if stress < 0.3:  # unstressed vowels drift towards the neutral one
        vowel = 0.5 * vowel + 0.5 * who.formants("^")
    locus = np.array(c.locus) / who.tract
    # A third of the vowels are diphthongs, as in "day" or "go": they glide on to i or u.
    glide = who.formants(str(rng.choice(["i", "u"]))) - vowel if rng.uniform() < 0.35 else 0.0
    onset = 0.75 * locus + 0.25 * vowel
    rms = amplitude(-21.0) * (0.6 + 0.4 * stress)
    long = (0.055 + 0.1 * stress + rng.uniform(0.0, 0.05)) * (1.7 if last else 1.0)
    end_pitch = pitch * (rng.choice((0.78, 0.83, 1.3)) if last else rng.uniform(0.86, 1.06))

    out = _Tracks()
    out.to(0.0, start[0], start[1:4], start[4])
    t = 0.02
    out.to(t, 0.97 * pitch, locus, c.voiced * rms)
    if c.hiss is not None:
        out.noises.append((0.0, c.hold + 0.035, c.hiss, c.hiss_level * rms * 2.2))
    t += c.hold
    out.to(t, pitch, 0.9 * locus + 0.1 * vowel, c.voiced * rms)
    if c.burst is not None:
        out.noises.append((t, 0.014, c.burst, (0.8 if c.aspiration else 0.35) * rms))
        if c.aspiration:
            out.noises.append((t + 0.008, c.aspiration + 0.02, band(2600.0, 0.9), 0.16 * rms))
            t += c.aspiration
            out.to(t, pitch, onset, 0.0)
    t += 0.025
    out.to(t, 1.02 * pitch, 0.4 * locus + 0.6 * vowel, 0.8 * rms)
    t += 0.035
    out.to(t, 1.03 * pitch, vowel, rms)
    t += long
    vowel = vowel + 0.7 * glide
    out.to(t, 0.4 * pitch + 0.6 * end_pitch, vowel, rms)
    t += 0.05
    if coda:
        d = CONSONANTS[coda]
        edge = 0.6 * np.array(d.locus) / who.tract + 0.4 * vowel
        out.to(t, end_pitch, edge, max(d.voiced, 0.1) * rms)
        if d.hiss is not None:
            out.noises.append((t - 0.03, 0.12, d.hiss, d.hiss_level * rms * 1.8))
        if d.hiss is not None or d.voiced:
            t += 0.065
            out.to(t, end_pitch, edge, d.voiced * rms * (not last))
    else:
        out.to(t, end_pitch, vowel, 0.75 * rms)
    if last:
        t += 0.09
        out.to(t, end_pitch, out.points[-1][1:4], 0.0)
    return out


def _phrase(
    rng: np.random.Generator, who: Speaker, voice: Voice, noises: Canvas, sr: int
) -> Iterator[Samples]:
    """The voice, syllable by syllable; the pitch falls. Hisses and bursts are laid on `noises`."""
    count = int(rng.integers(4, 11))
    state = np.array((who.pitch_hz, *who.formants("^"), 0.0))
    lively = rng.uniform(0.25, 0.6)
    for i in range(count):
        last = i == count - 1
        stress = float(rng.uniform(0.55, 1.0) if i % 2 == 0 or last else rng.uniform(0.0, 0.5))
        falling = 1.16 - 0.3 * i / count
        pitch = who.pitch_hz * falling * (1.0 + lively * (stress - 0.4))
        tracks = _syllable(rng, who, state, pitch, stress, last)
        for at, seconds, shape, level in tracks.noises:
            burst = noise_burst(rng, round(seconds * sr), sr, shape)
            burst = fade_ends(burst, round(min(0.03, 0.3 * seconds) * sr))
            noises.add(round(at * sr), level * burst)
        values = tracks.sampled(control_steps(tracks.t[-1]))
        yield voice.render(values[0], values[1:4], values[4], who.tract)
        state = values[:, -1]


def speechlike(sr: int, rng: np.random.Generator) -> Iterator[Samples]:
    """A man and a woman talk: phrases of 4 to 10 syllables, breaths, pauses, turns."""
    noise_rng, voice_rng, plan_rng = rng.spawn(3)
    room, voice, noises = Noise(noise_rng, sr, -75.0), Voice(sr, voice_rng), Canvas()
    hop, who = control_hop(sr), MAN

    def with_noises(y: Samples) -> Samples:
        return (y + noises.take(y.size) + room.take(y.size)).astype(np.float32)

    def pause(shortest: float, longest: float) -> Samples:
        steps = control_steps(plan_rng.uniform(shortest, longest))
        return with_noises(np.zeros(hop * steps, np.float32))

    while True:
        for _ in range(plan_rng.integers(1, 4)):
            for y in _phrase(plan_rng, who, voice, noises, sr):
                yield with_noises(y)
            yield pause(0.2, 0.45)
            if plan_rng.uniform() < 0.6:
                n = round(plan_rng.uniform(0.25, 0.4) * sr)
                breath = fade_ends(noise_burst(plan_rng, n, sr, band(2200.0, 0.9)), n // 2)
                noises.add(0, amplitude(-50.0) * breath)
                yield pause(0.4, 0.5)
        yield pause(0.3, 0.7)
        who = WOMAN if who is MAN else MAN
