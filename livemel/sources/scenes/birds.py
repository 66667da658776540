"""A morning wood: several birds with songs of their own, near and far."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from livemel.sources.scenes.parts import (
    Canvas,
    Floats,
    Noise,
    Samples,
    amplitude,
    audible,
    band,
    ease,
)


@dataclass(frozen=True)
class Note:
    """One syllable of a song.

    at, seconds : s since the song began, and how long it lasts
    pitch       : Hz at evenly spaced corners, eased between on the octave scale
    level       : amplitude re the loudest note
    overtone    : amplitude of the second harmonic re the first
    warble      : (rate in Hz, depth in octaves) of a modulation of the pitch
    """

    at: float
    seconds: float
    pitch: tuple[float, ...]
    level: float = 1.0
    overtone: float = 0.015
    warble: tuple[float, float] = (0.0, 0.0)

    def render(self, sr: int) -> Floats:
        """Shape (seconds * sr,), peak about `level`; the caller owns it."""
        n = round(self.seconds * sr)
        x = np.arange(n) / n
        corners = np.log2(np.array(self.pitch))
        at = x * (corners.size - 1)
        i = at.astype(np.intp)
        octaves = corners[i] + (corners[i + 1] - corners[i]) * ease(at - i)
        rate, depth = self.warble
        if rate:
            octaves += depth * np.sin(2 * np.pi * rate * self.seconds * x)
        f = 2.0**octaves
        phase = np.cumsum(f) * (2 * np.pi / sr)
        # Birds swell quickly and die away: the peak lies in the first third.
        swell = np.sin(np.pi * x**0.7) ** 1.2
        y = audible(f, sr) * np.sin(phase)
        y += self.overtone * audible(2.0 * f, sr) * np.sin(2.0 * phase)
        return self.level * swell * y


Song = Callable[[np.random.Generator], list[Note]]


def _blackbird(rng: np.random.Generator) -> list[Note]:
    """Slow flute notes between 1.4 and 2.9 kHz, and a hurried twitter to end with."""
    notes, at = [], 0.0
    for _ in range(rng.integers(3, 7)):
        long = rng.uniform(0.12, 0.34)
        pitch = 1400.0 * 2.0 ** rng.uniform(0.0, 1.0, 3)
        warble = (rng.uniform(18.0, 30.0), 0.05) if rng.uniform() < 0.35 else (0.0, 0.0)
        notes.append(Note(at, long, tuple(pitch), rng.uniform(0.7, 1.0), 0.06, warble))
        at += long + rng.uniform(0.02, 0.12)
    for _ in range(rng.integers(4, 9)):
        pitch = rng.uniform(4200.0, 7500.0, 3)
        notes.append(Note(at, 0.045, tuple(pitch), rng.uniform(0.15, 0.35)))
        at += rng.uniform(0.05, 0.08)
    return notes


def _great_tit(rng: np.random.Generator) -> list[Note]:
    """Two pitches in turn ("teacher, teacher"), the same interval all song long."""
    high, low = rng.uniform(4300.0, 5400.0), rng.uniform(3000.0, 3700.0)
    notes, beat = [], rng.uniform(0.30, 0.38)
    for i in range(rng.integers(4, 9)):
        level = 0.6 + 0.4 * min(1.0, i / 2)
        notes.append(Note(i * beat, 0.10, (high * 1.05, high, high), level))
        notes.append(Note(i * beat + 0.13, 0.14, (low * 1.03, low, low * 0.99), level * 0.9))
    return notes


def _chaffinch(rng: np.random.Generator) -> list[Note]:
    """An accelerating rattle that falls in steps, and a flourish."""
    notes: list[Note] = []
    at, beat = 0.0, 0.15
    for top, count in ((6200.0, 5), (5000.0, 6), (3900.0, 6)):
        top *= rng.uniform(0.94, 1.06)
        for _ in range(count):
            sweep = (top * 1.15, top * 0.72, top * 0.62)
            notes.append(Note(at, 0.75 * beat, sweep, 0.5 + 0.3 * len(notes) / 17))
            at += beat
            beat *= 0.955
    notes.append(Note(at + 0.02, 0.13, (2600.0, 5200.0, 3300.0), 1.0))
    notes.append(Note(at + 0.17, 0.16, (4800.0, 2500.0, 2300.0), 0.8))
    return notes


def _wren(rng: np.random.Generator) -> list[Note]:
    """Loud and hurried: three or four motifs at 5 to 7 kHz, each repeated, one a fast trill."""
    notes: list[Note] = []
    at = 0.0
    for part in range(rng.integers(3, 5)):
        trill = part == 1
        beat = 0.055 if trill else rng.uniform(0.09, 0.15)
        shape = tuple(rng.uniform(4000.0, 7600.0, 2 if trill else 4))
        for _ in range(rng.integers(14, 24) if trill else rng.integers(4, 7)):
            notes.append(Note(at, 0.8 * beat, shape, 0.55 + 0.3 * rng.uniform()))
            at += beat
        at += 0.05
    return notes


def _chiffchaff(rng: np.random.Generator) -> list[Note]:
    """Its own name, over and over: short falls from 7 kHz to one of two pitches."""
    notes = []
    for i in range(rng.integers(6, 13)):
        low = rng.choice((3700.0, 4300.0)) * rng.uniform(0.98, 1.02)
        at = i * 0.27 + rng.uniform(0.0, 0.03)
        notes.append(Note(at, 0.11, (7000.0, low, low * 0.97), rng.uniform(0.7, 0.9)))
    return notes


def _nightingale(rng: np.random.Generator) -> list[Note]:
    """A whistle that swells, repeated, and a hard rattle or bubbling run after it."""
    whistle = rng.uniform(1900.0, 2900.0)
    count = int(rng.integers(5, 9))
    notes = [
        Note(0.24 * i, 0.2, (whistle * 0.97, whistle, whistle), 0.15 + 0.8 * i / count, 0.08)
        for i in range(count)
    ]
    at, low, high = 0.24 * count + 0.04, rng.uniform(1600.0, 2400.0), rng.uniform(4000.0, 6500.0)
    for _ in range(rng.integers(12, 20)):
        notes.append(Note(at, 0.05, (low, high, low), 0.7))
        at += 0.07
    return notes


def _cuckoo(rng: np.random.Generator) -> list[Note]:
    """Two notes, a third apart, about 650 and 530 Hz, five to eight times."""
    notes = []
    for i in range(rng.integers(4, 8)):
        notes.append(Note(1.15 * i, 0.2, (640.0, 665.0, 650.0), 0.9, 0.12))
        notes.append(Note(1.15 * i + 0.36, 0.3, (535.0, 532.0, 520.0), 0.8, 0.12))
    return notes


def _pigeon(rng: np.random.Generator) -> list[Note]:
    """Wood pigeon: five hollow coos about 450 Hz, the second the longest."""
    pitch = rng.uniform(430.0, 480.0)
    notes, at = [], 0.0
    for _ in range(rng.integers(2, 4)):
        for long, step in ((0.25, 0.95), (0.55, 1.0), (0.4, 0.97), (0.2, 1.03), (0.3, 0.96)):
            f = pitch * step
            notes.append(Note(at, long, (0.94 * f, f, 0.95 * f), 0.9, 0.2, (22.0, 0.012)))
            at += long + 0.1
        at += 0.15
    return notes


@dataclass
class Bird:
    """A singer: song, level in dBFS at the microphone, pause between songs in s."""

    song: Song
    level_db: float
    pause: tuple[float, float]
    next_song: float


def birdsong(sr: int, rng: np.random.Generator) -> Iterator[Samples]:
    """Eight birds, each with a song, a distance and a patience of its own, over a light wind."""
    noise_rng, *bird_rngs = rng.spawn(9)
    noise = Noise(noise_rng, sr, -74.0)
    wind = Noise(noise_rng, sr, -47.0, band(160.0, 1.1))
    leaves = Noise(noise_rng, sr, -60.0, band(1500.0, 1.4))
    rates, starts = rng.uniform(0.04, 0.4, 5), rng.uniform(0.0, 2 * np.pi, 5)
    birds = [
        Bird(_blackbird, -12.0, (1.5, 3.5), 0.05),
        Bird(_great_tit, -18.0, (4.0, 9.0), 2.6),
        Bird(_chaffinch, -16.0, (5.0, 10.0), 5.0),
        Bird(_wren, -19.0, (6.0, 12.0), 8.0),
        Bird(_nightingale, -14.0, (7.0, 14.0), 11.0),
        Bird(_chiffchaff, -27.0, (3.0, 7.0), 1.0),
        Bird(_cuckoo, -32.0, (6.0, 15.0), 3.5),
        Bird(_pigeon, -29.0, (6.0, 12.0), 13.0),
    ]
    air, length, now = Canvas(), round(0.25 * sr), 0
    while True:
        for bird, own in zip(birds, bird_rngs, strict=True):
            start = round(bird.next_song * sr)
            if start >= now + length:
                continue
            notes = bird.song(own)
            for note in notes:
                y = amplitude(bird.level_db) * note.render(sr)
                air.add(start - now + round(note.at * sr), y)
                # The trunk of a tree throws each note back, 22 m farther and 20 dB weaker.
                air.add(start - now + round((note.at + 0.065) * sr), 0.1 * y)
            bird.next_song += notes[-1].at + notes[-1].seconds + own.uniform(*bird.pause)
        t = (now + np.arange(length)) / sr
        gust = np.exp(np.mean(np.sin(2 * np.pi * rates[:, None] * t + starts[:, None]), axis=0) * 2)
        y = air.take(length) + noise.take(length)
        # Leaves answer to the square of the wind: they rustle in gusts only.
        y += 0.3 * gust * wind.take(length) + 0.1 * gust**2 * leaves.take(length)
        now += length
        yield y.astype(np.float32)
