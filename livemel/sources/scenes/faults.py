"""What can be wrong with a recording, each fault where one knows it to be; and near silence."""

from collections.abc import Iterator

import numpy as np

from livemel.sources.scenes.music import Harp
from livemel.sources.scenes.parts import Canvas, Floats, Noise, Samples, amplitude, ease

CLICK_PERIOD_S = 0.25
# Level of the clicks of one bar in dBFS: accents, and a ladder down on the last four.
CLICK_LEVELS_DB = (-7.0, -19.0, -13.0, -19.0, -10.0, -19.0, -25.0, -31.0)
PAIR_GAPS_S = (0.100, 0.050, 0.025, 0.0125, 0.006, 0.003, 0.006, 0.0125, 0.025, 0.050)


def _bounces() -> list[tuple[float, float]]:
    """(s, amplitude) of a ball that falls and loses a fifth of its speed at every bounce."""
    at, flight, speed, out = 0.0, 0.42, 1.0, []
    while flight > 0.012:
        out.append((at, speed))
        at, flight, speed = at + flight, 0.8 * flight, 0.8 * speed
    return out


def clicks(sr: int, rng: np.random.Generator) -> Iterator[Samples]:
    """Clicks of one sample, the k-th (k ≥ 1) at sample k · round(CLICK_PERIOD_S · sr).

    In every second bar of eight each second click has an echo, at a distance that shrinks and
    grows from bar to bar (how close can two clicks be and still be two?). Every fourth bar a ball
    drops and bounces. These extras are weaker than any regular click of -19 dBFS.
    """
    noise = Noise(rng, sr, -84.0)
    period = round(CLICK_PERIOD_S * sr)
    canvas = Canvas()
    k, extra = 0, amplitude(-22.0)
    while True:
        if k:
            sign = -1.0 if k % 2 else 1.0
            level = amplitude(CLICK_LEVELS_DB[(k - 1) % 8])
            canvas.add(0, np.array([sign * level]))
            bar, beat = divmod(k - 1, 8)
            if bar % 2 == 1 and beat % 2 == 0:
                gap = PAIR_GAPS_S[(bar // 2) % len(PAIR_GAPS_S)]
                canvas.add(round(gap * sr), np.array([sign * extra]))
            if bar % 4 == 2 and beat == 1:
                for at, speed in _bounces():
                    canvas.add(round((at + 0.1) * sr), np.array([extra * speed]))
        y = canvas.take(period) + noise.take(period)
        k += 1
        yield y.astype(np.float32)


def clipping(sr: int, rng: np.random.Generator) -> Iterator[Samples]:
    """Music whose gain swells until it clips hard at ±1, for some seconds, and sinks again."""
    noise_rng, harp_rng, plan_rng = rng.spawn(3)
    noise, harp = Noise(noise_rng, sr, -72.0), Harp(sr, harp_rng)
    length = round(0.25 * sr)
    gain_db = -14.0
    while True:
        # Peaks of the harp are about 1.5: a gain of 0 dB would just begin to clip.
        for goal_db, seconds in (
            (plan_rng.uniform(6.0, 16.0), plan_rng.uniform(1.5, 3.5)),
            (None, plan_rng.uniform(1.0, 2.5)),
            (plan_rng.uniform(-20.0, -10.0), plan_rng.uniform(1.0, 2.5)),
            (None, plan_rng.uniform(0.5, 2.0)),
        ):
            end_db = gain_db if goal_db is None else goal_db
            pieces = max(1, round(seconds / 0.25))
            for i in range(pieces):
                x = ease((i + np.arange(length) / length) / pieces)
                gain = 10.0 ** ((gain_db + (end_db - gain_db) * x) / 20.0)
                y = gain * harp.take(length) + noise.take(length)
                yield np.clip(y, -1.0, 1.0).astype(np.float32)
            gain_db = end_db


def dropouts(sr: int, rng: np.random.Generator) -> Iterator[Samples]:
    """Music with holes of exact zeros, 5 to 200 ms long, as of buffers that came too late.

    Holes come alone, every 0.4 to 2.5 s, or in a flurry of short ones.
    """
    noise_rng, harp_rng, plan_rng = rng.spawn(3)
    noise, harp = Noise(noise_rng, sr, -72.0), Harp(sr, harp_rng)

    def sound(seconds: float) -> Floats:
        n = round(seconds * sr)
        return amplitude(-15.0) * harp.take(n) + noise.take(n)

    def hole(longest: float) -> Floats:
        # Nearly log-uniform: as many below 60 ms as above. ceil: never shorter than 5 ms.
        seconds = 0.005 * (longest / 0.005) ** plan_rng.uniform() ** 0.6
        y = sound(np.ceil(seconds * sr) / sr)
        return np.zeros_like(y)

    while True:
        wait = plan_rng.uniform(0.4, 2.5)
        for _ in range(round(wait / 0.25)):
            yield sound(0.25).astype(np.float32)
        if plan_rng.uniform() < 0.7:
            yield hole(0.2).astype(np.float32)
            continue
        for _ in range(plan_rng.integers(4, 9)):
            pieces = hole(0.03), sound(plan_rng.uniform(0.04, 0.15))
            yield np.concatenate(pieces).astype(np.float32)


def silence(sr: int, rng: np.random.Generator) -> Iterator[Samples]:
    """The floor of a good converter: -90 dBFS, nearly white, rising to low frequencies.

    Quantised to 24 bits with dither of ±1 step (triangular), as such a converter delivers it;
    a step is 48 dB below the noise, so runs of zeros do not occur.
    """
    noise_rng, dither_rng = rng.spawn(2)

    def colour(f: Floats) -> Floats:
        return np.sqrt(1.0 + 60.0 / np.maximum(f, 20.0))

    noise = Noise(noise_rng, sr, -90.0, colour)
    n, step = round(0.25 * sr), 2.0**-23
    while True:
        dither = dither_rng.random(n, np.float32) - dither_rng.random(n, np.float32)
        yield (np.round(noise.take(n) / np.float32(step) + dither) * step).astype(np.float32)
