"""The signals that every front-end is compared on, unless a person brings a sound."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import soxr
from numpy.typing import NDArray

from livemel.sources.scenes import Scene
from livemel.sources.scenes.music import Harp

Samples = NDArray[np.float32]
Signal = NDArray[np.floating]

SECONDS = 1.6  # more than the longest window, a second, and its neighbours
_ODD = 37  # no hop divides the length
_LONG_S = 600
_LONG = "ten minutes"
# Scenes are made for 8 kHz and up; what is asked for below is resampled from there.
_LEAST_SCENE_SR = 8_000


def _length(sr: int) -> int:
    return int(sr * SECONDS) + _ODD


def _noise(sr: int, level: float) -> Signal:
    return level * np.random.default_rng(5).standard_normal(_length(sr))


def _speech(sr: int) -> Signal:
    times = -(-_LEAST_SCENE_SR // sr)
    y = Scene("speechlike", sr=sr * times).read(_length(sr) * times)
    if times > 1:
        y = soxr.resample(y, sr * times, sr, quality="HQ")
    return y[: _length(sr)]


def _music(sr: int) -> Signal:
    """A harp, and the little noise of a recording."""
    return 0.6 * Harp(sr, np.random.default_rng(5)).take(_length(sr)) + _noise(sr, 0.002)


def _square(sr: int) -> Signal:
    """Full scale, at a fiftieth of the rate."""
    return np.where(np.arange(_length(sr)) % 50 < 25, 1.0, -1.0)


def _impulse(sr: int) -> Signal:
    y = np.zeros(_length(sr))
    y[len(y) // 2] = 1
    return y


# Name → sr in Hz → samples.
SIGNALS: Mapping[str, Callable[[int], Signal]] = MappingProxyType(
    {
        "speech-like": _speech,
        "music-like": _music,
        "noise": lambda sr: _noise(sr, 0.1),
        "faint noise": lambda sr: _noise(sr, 1e-5),  # where floors and offsets begin to show
        "silence": lambda sr: np.zeros(_length(sr)),
        "full-scale square": _square,
        "impulse": _impulse,
        "one sample": lambda _: np.array([0.5]),
        "shorter than a window": lambda sr: _speech(sr)[: sr // 50],
    }
)


def signal(name: str, sr: int) -> Samples:
    """The signal of that name: shape (n,), float32 in [-1, 1], the same bits each time."""
    return np.clip(SIGNALS[name](sr), -1, 1).astype(np.float32)


def ten_minutes(sr: int) -> Samples:
    """Speech and music in turn, each turn softer, by 40 dB in all: shape (600 sr,), float32."""
    turn = np.concatenate([signal("speech-like", sr), signal("music-like", sr)])
    levels = 10 ** -np.linspace(0, 2, _LONG_S * sr // len(turn) + 1)
    return np.concatenate([np.float32(level) * turn for level in levels])[: _LONG_S * sr]


def built_in(sr: int, *, long: bool = False) -> dict[str, Samples]:
    """All of them by name, with ten minutes of sound at the end if `long`."""
    sounds = {name: signal(name, sr) for name in SIGNALS}
    return {**sounds, _LONG: ten_minutes(sr)} if long else sounds
