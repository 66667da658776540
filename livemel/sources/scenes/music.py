"""A plucked instrument that plays a slow piece for ever: something to spoil in the fault scenes."""

from collections.abc import Iterator

import numpy as np

from livemel.sources.scenes.parts import TOP, Canvas, Floats, ease

# Roots and chords in semitones above A2 (110 Hz): Am9, Fmaj7, C, G, Dm7, Em7.
CHORDS = (
    (0, 7, 12, 15, 19, 23),
    (-4, 3, 8, 12, 15, 20),
    (3, 7, 10, 15, 19, 22),
    (-2, 5, 10, 14, 17, 22),
    (5, 12, 15, 20, 24, 17),
    (-5, 2, 7, 10, 14, 19),
)
BEAT_S = 0.25
OVERTONES = 24


def pluck(f0: float, seconds: float, sr: int) -> Floats:
    """A plucked string, peak about 1: high harmonics are weaker and die sooner.

    Harmonic k has the amplitude b(k) · exp(-(a + c·k)·t), so the whole note is a power series in
    one decaying complex oscillator. b(k) leaves out every 4th: the string is plucked at 1/4.
    """
    t = np.arange(round(seconds * sr)) / sr
    slow = 1.4 * (f0 / 220.0) ** 0.5
    z = np.exp((2j * np.pi * f0 - 0.5 * slow) * t)
    count = min(OVERTONES, int(TOP * sr / f0))
    k = np.arange(1, count + 1)
    weights = np.abs(np.sin(np.pi * k / 4.0)) / k**1.3
    # Horner's rule: z·(b1 + z·(b2 + …)), one product per harmonic.
    y = np.zeros_like(z)
    for b in weights[::-1]:
        y += b
        y *= z
    out: Floats = y.imag * np.exp(-slow * t) * ease(t / 0.004) * ease((seconds - t) / 0.4)
    return out


class Harp:
    """Arpeggios over a wandering row of chords. take() hands out the next samples."""

    def __init__(self, sr: int, rng: np.random.Generator) -> None:
        self._sr = sr
        self._rng = rng
        self._canvas = Canvas()
        self._plan = self._notes()
        self._next = next(self._plan)
        self._now = 0

    def _notes(self) -> Iterator[tuple[float, float, float]]:
        """(seconds since the start, Hz, level), for ever."""
        rng, beat, at = self._rng, 0, 0
        while True:
            chord = CHORDS[at]
            at = int((at + rng.choice((1, 1, 2, 3))) % len(CHORDS))
            pattern = rng.permutation(np.arange(1, len(chord)))
            for step in range(8):
                seconds = (beat + step) * BEAT_S
                if step == 0:
                    yield seconds, 110.0 * 2.0 ** (chord[0] / 12.0), 1.0
                if rng.uniform() < 0.88:
                    tone = chord[pattern[step % pattern.size]]
                    octave = 12 * int(rng.uniform() < 0.25)
                    f = 110.0 * 2.0 ** ((12 + tone + octave) / 12.0)
                    yield seconds + rng.uniform(0.0, 0.012), f, rng.uniform(0.45, 0.8)
            beat += 8

    def take(self, n: int) -> Floats:
        """The next n samples, shape (n,), peak about 2; the caller owns them."""
        end = (self._now + n) / self._sr
        while self._next[0] < end:
            at, f, level = self._next
            note = level * pluck(f, 2.0 if f < 200.0 else 1.4, self._sr)
            self._canvas.add(max(0, round(at * self._sr) - self._now), note)
            self._next = next(self._plan)
        self._now += n
        return self._canvas.take(n)
