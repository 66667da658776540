"""The signals that every front-end is compared on."""

from collections.abc import Callable

import numpy as np

SECONDS = 1.6  # more than the longest window, a second, and its neighbours
ODD = 37  # no hop divides the length


def _time(sr: int) -> np.ndarray:
    return np.arange(int(sr * SECONDS) + ODD) / sr


def _noise(sr: int, level: float, seed: int = 5) -> np.ndarray:
    return level * np.random.default_rng(seed).standard_normal(len(_time(sr)))


def speech_like(sr: int) -> np.ndarray:
    """A voice gliding about 130 Hz, its formants, hissing consonants and pauses."""
    t = _time(sr)
    phase = 2 * np.pi * np.cumsum(130 + 25 * np.sin(2 * np.pi * 1.3 * t)) / sr
    voice = np.zeros(len(t))
    for k in range(1, int(min(5000, 0.45 * sr) / 160) + 1):
        formants = sum(np.exp(-(((130 * k - f) / 180) ** 2)) for f in (560, 1480, 2520, 3500))
        voice += (formants + 0.02) * np.sin(k * phase) / np.sqrt(k)
    syllables = np.clip(np.sin(2 * np.pi * 3.1 * t), 0, None)
    hiss = _noise(sr, 0.03) * (np.sin(2 * np.pi * 3.1 * t) < -0.6)
    return 0.2 * voice * syllables + hiss + _noise(sr, 1e-4, seed=6)


def music_like(sr: int) -> np.ndarray:
    """Decaying chords with overtones, a beat of clicks, a little noise."""
    t = _time(sr)
    beat = t % 0.4
    y = _noise(sr, 0.002)
    for note in (110.0, 220.0, 277.18, 329.63):
        for k in range(1, 9):
            if k * note < sr / 2:
                y += 0.06 / k * np.sin(2 * np.pi * k * note * t) * np.exp(-3 * k * beat)
    return y + 0.5 * (beat < 0.003) * np.exp(-beat * 1000)


def square(sr: int) -> np.ndarray:
    """Full scale, at a fiftieth of the rate."""
    return np.where(np.arange(len(_time(sr))) % 50 < 25, 1.0, -1.0)


def impulse(sr: int) -> np.ndarray:
    y = np.zeros(len(_time(sr)))
    y[len(y) // 2] = 1
    return y


SIGNALS: dict[str, Callable[[int], np.ndarray]] = {
    "speech-like": speech_like,
    "music-like": music_like,
    "noise": lambda sr: _noise(sr, 0.1),
    "faint noise": lambda sr: _noise(sr, 1e-5),  # where floors and offsets begin to show
    "silence": lambda sr: np.zeros(len(_time(sr))),
    "full-scale square": square,
    "impulse": impulse,
    "one sample": lambda _: np.array([0.5]),
    "shorter than a window": lambda sr: speech_like(sr)[: sr // 50],
}
# What a reference can be asked that refuses clips shorter than its window.
LONG_SIGNALS = tuple(
    name for name in SIGNALS if name not in ("one sample", "shorter than a window")
)


def signal(name: str, sr: int) -> np.ndarray:
    """The signal of that name: shape (n,), float32 in [-1, 1]."""
    return np.clip(SIGNALS[name](sr), -1, 1).astype(np.float32)


def ten_minutes(sr: int) -> np.ndarray:
    """Speech and music in turn, each turn at another level: shape (600 sr,), float32."""
    turn = np.concatenate([signal("speech-like", sr), signal("music-like", sr)])
    levels = 10 ** -np.linspace(0, 2, 600 * sr // len(turn) + 1)
    return np.concatenate([np.float32(level) * turn for level in levels])[: 600 * sr]
