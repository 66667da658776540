"""A lived-in room: its noise, a clock, steps in the corridor, cars that pass outside."""

import numpy as np

from livemel.sources.scenes.parts import (
    Canvas,
    Floats,
    Noise,
    amplitude,
    audible,
    band,
    fade_ends,
)


def _rings(modes: Floats, taus_s: Floats, levels: Floats, sr: int) -> Floats:
    """A blow on something that rings: decaying sinusoids, shape (6 * the longest decay * sr,)."""
    t = np.arange(round(6.0 * float(taus_s.max()) * sr)) / sr
    y = np.zeros(t.size)
    for f, tau, level in zip(modes, taus_s, levels * audible(modes, sr), strict=True):
        y += level * np.exp(-t / tau) * np.sin(2 * np.pi * f * t)
    return fade_ends(y, round(0.001 * sr))


class Room:
    """take() hands out the next samples of the room; levels are those of a quiet evening."""

    def __init__(self, rng: np.random.Generator, sr: int) -> None:
        self._sr = sr
        noise_rng, self._rng = rng.spawn(2)
        self._floor = Noise(noise_rng, sr, -62.0)
        self._traffic = Noise(noise_rng, sr, -38.0, band(260.0, 1.3))
        self._canvas = Canvas()
        self._now = 0
        self._tick = 0
        self._next_walk = round(self._rng.uniform(1.0, 2.0) * sr)
        self._car = (self._rng.uniform(2.0, 4.0), 1.0)  # (s when it is nearest, width in s)

    def _clock(self, end: int) -> None:
        """Two ticks a second, tick and tock on different modes of the case."""
        while (at := round((0.2 + 0.5 * self._tick) * self._sr)) < end:
            higher = 1.0 + 0.13 * (self._tick % 2)
            modes = np.array((1900.0, 3100.0, 4700.0, 7300.0)) * higher
            ring = _rings(modes, np.full(4, 0.003), np.array((0.5, 1.0, 0.8, 0.6)), self._sr)
            self._canvas.add(at - self._now, amplitude(-36.0) * ring)
            self._tick += 1

    def _walk(self, end: int) -> None:
        """Four to ten steps on floorboards that come nearer or go away, then a while nobody."""
        if self._next_walk >= end:
            return
        rng, at = self._rng, float(self._next_walk - self._now) / self._sr
        count, nearer = int(rng.integers(5, 11)), rng.uniform() < 0.5
        for i in range(count):
            near = i / count if nearer else 1.0 - i / count
            modes = 75.0 * 2.0 ** (np.arange(7) * 0.8 + rng.uniform(-0.2, 0.2, 7))
            taus, levels = 0.07 * (75.0 / modes) ** 0.5, (75.0 / modes) ** 0.3
            step = _rings(modes, taus, levels, self._sr)
            self._canvas.add(round(at * self._sr), amplitude(-36.0 + 10.0 * near) * step)
            at += rng.uniform(0.50, 0.62)
        self._next_walk = self._now + round((at + rng.uniform(3.0, 7.0)) * self._sr)

    def _cars(self, n: int) -> Floats:
        """Gain of the traffic's noise: a bell around the moment when a car passes."""
        t = (self._now + np.arange(n)) / self._sr
        nearest, width = self._car
        if t[0] > nearest + 4.0 * width:
            width = self._rng.uniform(0.7, 1.6)
            nearest = float(t[0]) + 4.0 * width + self._rng.uniform(0.0, 6.0)
            self._car = nearest, width
        return np.exp(-0.5 * ((t - nearest) / width) ** 2)

    def take(self, n: int) -> Floats:
        """The next n samples, shape (n,); the caller owns them."""
        self._clock(self._now + n)
        self._walk(self._now + n)
        y = self._canvas.take(n) + self._floor.take(n)
        y += self._cars(n) * self._traffic.take(n)
        self._now += n
        return y
