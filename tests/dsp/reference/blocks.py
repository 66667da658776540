"""Windows, filter banks and spectra in float64, over the whole signal at once.

Nothing of livemel is used here, so that a mistake would have to be made twice.
"""

from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

BLOCK = 2048  # frames at a time: ten minutes need no gigabytes


def mel_of(hz: np.ndarray | float, scale: str) -> np.ndarray:
    """Hz on the scale of that name. Slaney (1998); O'Shaughnessy (1987)."""
    f = np.asarray(hz, dtype=np.float64)
    if scale == "slaney":
        above = 15 + 27 * np.log(np.maximum(f, 1) / 1000) / np.log(6.4)
        return np.where(f >= 1000, above, 3 * f / 200)
    return {
        "htk": 2595 * np.log10(1 + f / 700),
        "kaldi": 1127 * np.log(1 + f / 700),
        "linear": f,
    }[scale]


def hz_of(mel: np.ndarray, scale: str) -> np.ndarray:
    """The inverse of mel_of."""
    m = np.asarray(mel, dtype=np.float64)
    if scale == "slaney":
        return np.where(m >= 15, 1000 * 6.4 ** ((m - 15) / 27), 200 * m / 3)
    return {
        "htk": 700 * (10 ** (m / 2595) - 1),
        "kaldi": 700 * (np.exp(m / 1127) - 1),
        "linear": m,
    }[scale]


def triangles(
    sr: int,
    n_fft: int,
    n: int,
    low: float,
    high: float,
    scale: str,
    *,
    over: str = "hz",
    area: bool = False,
) -> np.ndarray:
    """n filters over the bins of n_fft, peak 1, or unit area in Hz: shape (n, n_fft // 2 + 1).

    over : "hz" or "mel", where their sides are straight; "left-width": straight over Hz, and the
        right side as wide as the left (SpeechBrain)
    """
    f = np.arange(n_fft // 2 + 1) * sr / n_fft
    points = np.linspace(mel_of(low, scale), mel_of(high, scale), n + 2)
    hz = hz_of(points, scale)
    at, x = (points, mel_of(f, scale)) if over == "mel" else (hz, f)
    bank = np.zeros((n, len(f)))
    for i in range(n):
        left, peak, right = at[i : i + 3]
        if over == "left-width":
            right = peak + (peak - left)
        rising, falling = (x - left) / (peak - left), (right - x) / (right - peak)
        bank[i] = np.clip(np.minimum(rising, falling), 0, None)
        if area:
            bank[i] *= 2 / (hz[i + 2] - hz[i])
    return bank


def raised_cosine(a: float, n: int, *, periodic: bool) -> np.ndarray:
    """a - (1 - a) cos: Hann for 0.5, Hamming for 0.54."""
    return a - (1 - a) * np.cos(2 * np.pi * np.arange(n) / (n if periodic else n - 1))


def hann(n: int, *, periodic: bool = True) -> np.ndarray:
    return raised_cosine(0.5, n, periodic=periodic)


def povey(n: int) -> np.ndarray:
    """Kaldi's own: the symmetric Hann window to the power 0.85."""
    return hann(n, periodic=False) ** 0.85


def in_the_middle(window: np.ndarray, n_fft: int) -> np.ndarray:
    """The window with zeros on both sides, one more on the right if they are odd in number."""
    left = (n_fft - len(window)) // 2
    return np.pad(window, (left, n_fft - len(window) - left))


def mirrored(y: np.ndarray, n: int) -> np.ndarray:
    """n samples more at each end, mirrored about the first and the last one."""
    return np.pad(y, n, mode="reflect") if len(y) else y


def spectra(
    y: np.ndarray,
    window: np.ndarray,
    hop: int,
    bank: np.ndarray,
    *,
    power: int = 2,
    offset: float = 0.0,
    prepare: Callable[[np.ndarray], np.ndarray] = lambda frames: frames,
) -> np.ndarray:
    """bank @ |rfft(prepare(frame) * window)| ** power for each whole frame: shape (n, k).

    Frames are as long as the window, the FFT as long as the bank has bins; zeros fill it up.
    offset : added to the power, before the root where power is 1
    """
    y = np.asarray(y, dtype=np.float64)
    n_fft = 2 * (bank.shape[1] - 1)
    if len(y) < len(window):
        return np.zeros((len(bank), 0))
    frames = sliding_window_view(y, len(window))[::hop]
    parts = []
    for at in range(0, len(frames), BLOCK):
        bins = np.fft.rfft(prepare(frames[at : at + BLOCK]) * window, n_fft)
        strength = np.abs(bins) ** 2 + offset
        parts.append(bank @ (np.sqrt(strength) if power == 1 else strength).T)
    return np.hstack(parts)


def decibels(power: np.ndarray) -> np.ndarray:
    """10 log10, of no less than 1e-10."""
    return 10 * np.log10(np.maximum(power, 1e-10))
