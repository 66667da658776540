"""Sounds with one known fault, and clean ones."""

import io

import numpy as np
import soundfile
from livemel.diagnosis.block import Blocks
from livemel.diagnosis.detector import Detector
from livemel.sources.scenes import Scene

OWN = {"tone", "band-limit", "resampled", "rumble"}


def looked_at(detector: Detector, y: np.ndarray, sr: int) -> Detector:
    """The detector, having seen all of y: shape (n,) or (n, channels)."""
    y = np.asarray(y, dtype=np.float32).reshape(len(y), -1)
    blocks = Blocks(sr, y.shape[1])
    for block in (*blocks.push(y), *blocks.finish()):
        detector.push(block)
    return detector


def scene(name: str, seconds: float, sr: int = 48_000, seed: int = 0) -> np.ndarray:
    """A demo scene's first seconds."""
    return Scene(name, sr=sr, seed=seed).read(round(seconds * sr))


def seconds_of(n: int, sr: int = 48_000) -> np.ndarray:
    return np.arange(n) / sr


def studio(seconds: float, sr: int = 48_000, name: str = "speechlike") -> np.ndarray:
    """Somebody in a quiet studio: room tone at -65 dB FS that falls by 3 dB an octave, and 24 bits
    with triangular dither."""
    n, rng = round(seconds * sr), np.random.default_rng(1)
    hz = np.fft.rfftfreq(n, 1 / sr)
    room = np.fft.irfft(
        np.fft.rfft(rng.standard_normal(n)) * np.maximum(hz, 30) ** -0.5 * (hz / (hz + 15)), n
    )
    y = scene(name, seconds, sr) + 10 ** (-65 / 20) * room / np.std(room)
    step = 2.0**-23
    dither = rng.random(n) - rng.random(n)
    return (np.round(y / step + dither) * step).astype(np.float32)


def falling_noise(n: int, sr: int, rng: np.random.Generator, least_hz: float = 8) -> np.ndarray:
    """Noise whose power falls by 6 dB an octave above least_hz, RMS 1."""
    hz = np.fft.rfftfreq(n, 1 / sr)
    shape = (hz / (hz + least_hz)) ** 2 / np.maximum(hz, least_hz)
    y = np.fft.irfft(np.fft.rfft(rng.standard_normal(n)) * shape, n)
    return y / np.std(y)


def gusts(n: int, sr: int, rng: np.random.Generator) -> np.ndarray:
    """How strong a wind is, about a second to a gust."""
    points = rng.standard_normal(4 * n // sr + 8)
    points = np.convolve(points, np.full(5, 5**-0.5), "same")
    return np.exp(np.interp(np.arange(n) * 4 / sr, np.arange(len(points)), points))


def to_16_bit(y: np.ndarray) -> np.ndarray:
    return np.round(y * 32768) / 32768


def coded(y: np.ndarray, sr: int, container: str, codec: str, level: float) -> np.ndarray:
    """What a lossy coder leaves of it."""
    file = io.BytesIO()
    soundfile.write(file, y, sr, format=container, subtype=codec, compression_level=level)
    file.seek(0)
    return soundfile.read(file, dtype="float32")[0]
