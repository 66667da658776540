"""Sound with hum of known frequency in it, and sound that has none but may be taken for it."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from livemel.diagnosis.block import Blocks
from livemel.sources.scenes import Scene

Floats = NDArray[np.float64]
Random = np.random.Generator

# What stands in is synthesised at this rate.
SR = 8_000
# Bass notes beside the mains frequencies: G1, G#1, A1, A#1, B1.
_BASS_HZ = (49.0, 51.9, 55.0, 58.3, 61.7)
_MOTOR_HZ = (24.7, 29.3, 58.9)
_SIREN_HZ = (40.0, 300.0)


def tone(hz: float, seconds: float, sr: float, rng: Random, amplitude: float = 0.1) -> Floats:
    """A sine of any phase."""
    t = np.arange(round(seconds * sr)) / sr
    return np.asarray(amplitude * np.sin(2 * np.pi * hz * t + rng.uniform(0, 2 * np.pi)))


def mains_hz(rng: Random, within: float = 0.5) -> float:
    """Of either family."""
    return float(rng.choice((50.0, 60.0)) + rng.uniform(-within, within))


def weak_hum(seconds: float, sr: float, rng: Random, over_floor_db: float, lone: bool) -> Floats:
    """In white noise: a fundamental so much over the mean noise in one bin of a Hann window of 4 s.

    lone : nothing else, within 0.2 Hz of the nominal frequency; or its third and fifth harmonics as
        well, 3 and 6 dB weaker, within 0.5 Hz
    """
    hz = mains_hz(rng, 0.2 if lone else 0.5)
    noise = rng.standard_normal(round(seconds * sr))
    amplitude = 2 * np.sqrt(10 ** (over_floor_db / 10) * 1.5 / (4 * sr))
    levels = ((1, 0.0),) if lone else ((1, 0.0), (3, -3.0), (5, -6.0))
    for n, db in levels:
        noise += tone(n * hz, seconds, sr, rng, amplitude * 10 ** (db / 20))
    return np.asarray(0.01 * noise)


def at_lowest_rate(scene: str, seconds: float, seed: int = 0) -> Floats:
    """A demo scene as the hum detector sees it, at 1 kHz."""
    blocks = Blocks(SR, 1)
    samples = Scene(scene, sr=SR, seed=seed).read(round(seconds * SR))
    return np.concatenate([b.lowest[0] for b in blocks.push(samples[:, np.newaxis])]).astype(float)


def _wandering(hz: float, reach: float, seconds: float, rng: Random) -> Floats:
    """A frequency that strays by so much, over seconds. Shape (n,)"""
    t = np.arange(round(seconds * SR)) / SR
    out = np.full(len(t), hz)
    for rate in rng.uniform(0.1, 0.6, 3):
        out += reach / 2 * np.sin(2 * np.pi * rate * t + rng.uniform(0, 2 * np.pi))
    return out


def _noise(n: int, rng: Random, amplitude: float) -> Floats:
    return np.asarray(amplitude * rng.standard_normal(n))


def bass(seconds: float, rng: Random) -> Floats:
    """Notes with 6 harmonics that are held with a vibrato, or sink, or are plucked anew; chords and
    a beat above them."""
    n = round(seconds * SR)
    t = np.arange(n) / SR
    out = _noise(n, rng, 10 ** rng.uniform(-4, -2.5))
    held = rng.uniform() < 0.5
    length = seconds if held else float(rng.choice((0.25, 0.5, 1.0)))
    for start in np.arange(0, seconds, length):
        at = t[(t >= start) & (t < start + length)] - start
        # A note that is held may as well have the frequency of mains: it is none.
        hz = float(rng.choice((*_BASS_HZ, 50.0, 60.0) if held else _BASS_HZ))
        if rng.uniform() < 0.5:  # a vibrato of 10 to 40 hundredths of a semitone, 4 to 6.5 a second
            swing = rng.uniform(10, 40) / 1200
            rate = rng.uniform(4, 6.5)
            phase = hz * at + hz * swing * np.log(2) / (2 * np.pi * rate) * np.sin(
                2 * np.pi * rate * at
            )
            envelope = np.ones_like(at)
        else:  # it sinks by 2 to 12 dB a second
            phase, envelope = hz * at, 10 ** (-rng.uniform(2, 12) * at / 20)
        note = sum(np.sin(2 * np.pi * k * phase + k) / k for k in range(1, 7))
        first = round(start * SR)
        out[first : first + len(at)] += 0.15 * envelope * note
    for start in np.arange(0, seconds, 0.5):
        at = t[t >= start] - start
        hz = 110 * 2 ** (rng.integers(0, 24) / 12)
        out[n - len(at) :] += 0.05 * np.exp(-3 * at) * np.sin(2 * np.pi * hz * at)
    return out


def sirens(seconds: float, rng: Random) -> Floats:
    """Two that swing, or rise and fall, over mains and their harmonics."""
    t = np.arange(round(seconds * SR)) / SR
    out = _noise(len(t), rng, 10 ** rng.uniform(-4, -2))
    for _ in range(2):
        low = float(rng.uniform(*np.log(_SIREN_HZ)))
        high = low + float(rng.uniform(0.3, 1.5))
        swing = np.sin(2 * np.pi * rng.uniform(0.1, 2) * t + rng.uniform(0, 2 * np.pi))
        hz = np.exp((low + high) / 2 + (high - low) / 2 * swing)
        out += 0.1 * np.sin(2 * np.pi * np.cumsum(hz) / SR)
    return out


def motors(seconds: float, rng: Random) -> Floats:
    """One that wanders by 0.1 to 0.5 Hz, and by twice, three times … that at its harmonics."""
    hz = _wandering(float(rng.choice(_MOTOR_HZ)), rng.uniform(0.1, 0.5), seconds, rng)
    phase = 2 * np.pi * np.cumsum(hz) / SR
    out = _noise(len(hz), rng, 10 ** rng.uniform(-4, -2))
    for k in range(1, 9):
        out += 0.1 * k ** -rng.uniform(0.5, 1.5) * np.sin(k * phase + rng.uniform(0, 2 * np.pi))
    return out


def noise(seconds: float, rng: Random) -> Floats:
    """White, pink or brown."""
    n = round(seconds * SR)
    spectrum = np.fft.rfft(rng.standard_normal(n))
    f = np.maximum(np.fft.rfftfreq(n, 1 / SR), 10)
    return np.asarray(0.1 * np.fft.irfft(spectrum * (f / 100) ** -rng.choice((0, 0.5, 1)), n))


def _scene(names: tuple[str, ...]) -> Callable[[float, Random], Iterator[Floats]]:
    def windows(seconds: float, rng: Random) -> Iterator[Floats]:
        scenes = [Scene(name, sr=SR, seed=int(rng.integers(1 << 31))) for name in names]
        while True:
            for scene in scenes:
                yield scene.read(round(seconds * SR)).astype(np.float64)

    return windows


def _each(make: Callable[[float, Random], Floats]) -> Callable[[float, Random], Iterator[Floats]]:
    def windows(seconds: float, rng: Random) -> Iterator[Floats]:
        while True:
            yield make(seconds, rng)

    return windows


# What has no hum in it, kind by kind: endless windows.
WITHOUT: Mapping[str, Callable[[float, Random], Iterator[Floats]]] = {
    "bass notes": _each(bass),
    "speech": _scene(("speechlike", "vowels")),
    "noise": _each(noise),
    "sirens": _each(sirens),
    "motors": _each(motors),
    "other scenes": _scene(("bearing", "birdsong", "chirp", "clicks", "clipping", "dropouts")),
}
