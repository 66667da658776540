"""Pure tones: mains hum, and sweeps."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from livemel.sources.scenes.parts import (
    Floats,
    Noise,
    Phase,
    Samples,
    amplitude,
    audible,
    control_hop,
    control_steps,
    ease,
    harmonics,
    lines,
)
from livemel.sources.scenes.room import Room

DRIFT_HZ = 0.02  # how far the mains frequency strays in the scenes; grids hold ±0.2 Hz


def _hum_gains(mains_hz: float, sr: int) -> tuple[Floats, Floats]:
    """(always there, only with the dimmer on): amplitudes of the harmonics, up to 8 kHz.

    A ground loop is symmetrical, so odd harmonics lead; a dimmer cuts each half wave, which gives
    odd harmonics that fall only as 1/k until the lamp's choke takes them away.
    """
    k = np.arange(1, int(min(8000.0, 0.4 * sr) / mains_hz) + 1)
    odd = k % 2 == 1
    steady = np.where(odd, k**-1.4, 0.05 * k**-1.0) * np.exp(-k * mains_hz / 420.0)
    dimmer = np.where(odd & (k > 3), 0.3 / k, 0.0) * np.exp(-k * mains_hz / 1300.0)
    return amplitude(-11.0) * steady, amplitude(-13.0) * dimmer


def _switched(rng: np.random.Generator, seconds: float) -> Iterator[Floats]:
    """A lamp, as 0 … 1 at 101 points per piece of so many seconds: off, on, brighter, off."""
    level = 0.0
    while True:
        for _ in range(round(rng.uniform(2.5, 6.0) / seconds)):
            yield np.full(101, level)
        goal = 0.0 if level and rng.uniform() < 0.6 else rng.uniform(0.4, 1.0)
        yield level + (goal - level) * ease(np.arange(101) / 70)
        level = goal


def hum(mains_hz: float, sr: int, rng: np.random.Generator) -> Iterator[Samples]:
    """Mains hum in a room where a clock ticks, steps pass, and a dimmed lamp is turned on and off.

    The frequency stays within mains_hz ± DRIFT_HZ, the level of the fundamental within ±0.6 dB.
    """
    room_rng, lamp_rng = rng.spawn(2)
    room, phase, hop, steps = Room(room_rng, sr), Phase(), control_hop(sr), 100
    steady, dimmer = _hum_gains(mains_hz, sr)
    drift_phase = rng.uniform(0, 2 * np.pi, 2)
    sway_rate = rng.uniform(0.05, 0.19, steady.size)  # Hz: each harmonic breathes by itself
    sway_phase = rng.uniform(0, 2 * np.pi, steady.size)
    sway_depth = np.where(np.arange(steady.size) == 0, 0.06, 0.3)
    now = 0.0
    for lamp in _switched(lamp_rng, steps * hop / sr):
        t = now + np.arange(steps + 1) * (hop / sr)
        now = float(t[-1])
        drift = 0.6 * np.sin(2 * np.pi * t / 31.0 + drift_phase[0])
        drift += 0.4 * np.sin(2 * np.pi * t / 11.0 + drift_phase[1])
        sway = np.sin(2 * np.pi * sway_rate[:, None] * t + sway_phase[:, None])
        gains = steady[:, None] * (1.0 + sway_depth[:, None] * sway) + dimmer[:, None] * lamp
        y = harmonics(phase.advance(mains_hz + DRIFT_HZ * lines(drift, hop), sr), gains)
        y += room.take(y.size)
        yield y.astype(np.float32)


hum60 = partial(hum, 60.0)
hum50 = partial(hum, 50.0)

Pitch = Callable[[Floats], Floats]  # seconds since the start of a gesture -> Hz


def _log_sweep(f0: float, f1: float, seconds: float) -> Pitch:
    return lambda t: f0 * (f1 / f0) ** np.clip(t / seconds, 0.0, 1.0)


def _linear_sweep(f0: float, f1: float, seconds: float) -> Pitch:
    return lambda t: f0 + (f1 - f0) * np.clip(t / seconds, 0.0, 1.0)


def _siren(centre: float, octaves: float, seconds: float) -> Pitch:
    """Swings about a centre, faster and faster: 0.5 swings a second at first, 4 at last."""

    def pitch(t: Floats) -> Floats:
        turns = 0.5 * t + 0.5 * (4.0 - 0.5) * t * t / seconds
        return centre * 2.0 ** (octaves * np.sin(2 * np.pi * turns))

    return pitch


def _gestures(sr: int, rng: np.random.Generator) -> Iterator[tuple[float, list[Pitch]]]:
    """(seconds, voices that sound together), for ever; the first is the plain log sweep."""
    low, top = 50.0, 0.4 * sr
    while True:
        yield 5.0, [_log_sweep(low, top, 5.0)]
        long = rng.uniform(3.5, 5.0)
        yield long, [_linear_sweep(top, low, long)]
        yield 4.5, [_log_sweep(low, top, 4.5), _log_sweep(top, low, 4.5)]
        for seconds in (1.2, 0.8, 0.5, 0.3, 0.3):
            yield seconds, [_log_sweep(low * 2, top, seconds)]
        centre = float(np.sqrt(low * top)) * rng.uniform(0.8, 1.25)
        yield 6.0, [_siren(centre, rng.uniform(0.8, 1.6), 6.0)]
        spread = 2.0 ** (np.arange(4) / 2.0)  # a fan: four parallel sweeps, half an octave apart
        yield 4.0, [_log_sweep(low * s, top / 3.0 * s, 4.0) for s in spread]
        long = rng.uniform(2.0, 3.5)
        yield long, [_linear_sweep(low, top, long)]


def chirp(sr: int, rng: np.random.Generator) -> Iterator[Samples]:
    """Sweeps from 50 Hz to 0.4·sr: logarithmic, linear, crossing, a quick run, a siren, a fan."""
    noise_rng, plan_rng = rng.spawn(2)
    noise = Noise(noise_rng, sr, -75.0)
    hop = control_hop(sr)
    for seconds, voices in _gestures(sr, plan_rng):
        phases = [Phase() for _ in voices]
        gain = amplitude(-8.0) / len(voices) ** 0.75
        length, done = round(seconds * sr), 0
        while done < length:
            n = min(length - done, round(0.25 * sr))
            t = (done + np.arange(n)) / sr
            envelope = ease(t / 0.03) * ease((length / sr - t) / 0.03)
            y = noise.take(n).astype(np.float64)
            for pitch, phase in zip(voices, phases, strict=True):
                f = pitch(t)
                y += gain * envelope * audible(f, sr) * np.sin(phase.advance(f, sr))
            yield y.astype(np.float32)
            done += n
        yield noise.take(hop * control_steps(plan_rng.uniform(0.25, 0.5)))
