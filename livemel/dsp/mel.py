"""Mel scales and the mel filter bank."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from livemel.dsp.frontend import FrontEnd, MelScale

# Slaney's scale: 200/3 Hz a mel up to 1 kHz (15 mel), then 27 mel for each factor of 6.4.
_LINEAR_HZ_PER_MEL = 200.0 / 3
_KNEE_HZ = 1000.0
_KNEE_MEL = _KNEE_HZ / _LINEAR_HZ_PER_MEL
_LOG_STEP = np.log(6.4) / 27


def hz_to_mel(hz: ArrayLike, scale: MelScale) -> NDArray[np.float64]:
    """Hz to mel, of any shape. References: Slaney (1998); HTK: O'Shaughnessy (1987)."""
    hz = np.asarray(hz, dtype=np.float64)
    if scale == "linear":
        return hz
    if scale == "kaldi":
        return np.asarray(1127.0 * np.log1p(hz / 700.0))
    if scale == "htk":
        return np.asarray(2595.0 * np.log10(1.0 + hz / 700.0))
    above = _KNEE_MEL + np.log(np.maximum(hz, _KNEE_HZ) / _KNEE_HZ) / _LOG_STEP
    return np.where(hz < _KNEE_HZ, hz / _LINEAR_HZ_PER_MEL, above)


def mel_to_hz(mel: ArrayLike, scale: MelScale) -> NDArray[np.float64]:
    """Mel to Hz, of any shape: the inverse of hz_to_mel."""
    mel = np.asarray(mel, dtype=np.float64)
    if scale == "linear":
        return mel
    if scale == "kaldi":
        return np.asarray(700.0 * np.expm1(mel / 1127.0))
    if scale == "htk":
        return np.asarray(700.0 * (10.0 ** (mel / 2595.0) - 1.0))
    above = _KNEE_HZ * np.exp(_LOG_STEP * (np.maximum(mel, _KNEE_MEL) - _KNEE_MEL))
    return np.where(mel < _KNEE_MEL, mel * _LINEAR_HZ_PER_MEL, above)


def mel_edges(frontend: FrontEnd) -> NDArray[np.float64]:
    """The filters' corner frequencies: filter i rises from edge i, peaks at i + 1, ends at i + 2.

    Returns : shape (n_mels + 2,), Hz
    """
    low, high = hz_to_mel([frontend.fmin, frontend.top_hz], frontend.mel_scale)
    return mel_to_hz(np.linspace(low, high, frontend.n_mels + 2), frontend.mel_scale)


def mel_basis(frontend: FrontEnd) -> NDArray[np.float32]:
    """Triangular filters over the FFT bins.

    Returns : shape (n_mels, n_fft // 2 + 1), float32
    References: Slaney (1998); librosa.filters.mel gives the same numbers. Triangles over mel:
    Kaldi, src/feat/mel-computations.cc. "left-width": SpeechBrain, processing/features.py.
    """
    bins = np.arange(frontend.n_bins) * (frontend.sr / frontend.n_fft)
    edges = mel_edges(frontend)
    corners = edges
    if frontend.filter_shape == "mel":
        bins = hz_to_mel(bins, frontend.mel_scale)
        low, high = hz_to_mel([frontend.fmin, frontend.top_hz], frontend.mel_scale)
        corners = np.linspace(low, high, frontend.n_mels + 2)
    left, peak, right = (corners[i : i + frontend.n_mels, np.newaxis] for i in range(3))
    if frontend.filter_shape == "left-width":
        right = peak + (peak - left)
    rise, fall = (bins - left) / (peak - left), (right - bins) / (right - peak)
    basis = np.maximum(0.0, np.minimum(rise, fall))
    # Peaks are 1: what is left of a bin on a corner is rounding, and a dead band would not be one.
    basis[basis < 1e-9] = 0
    if frontend.norm == "slaney":
        basis *= (2.0 / (edges[2:] - edges[:-2]))[:, np.newaxis]
    return basis.astype(np.float32)


def empty_filters(frontend: FrontEnd) -> list[int]:
    """The bands that no FFT bin feeds: dead rows, which the model sees as well."""
    return [int(band) for band in np.flatnonzero(~mel_basis(frontend).any(axis=1))]


def one_bin_filters(frontend: FrontEnd) -> list[int]:
    """The bands that a single FFT bin feeds: narrower than the transform resolves."""
    fed = np.count_nonzero(mel_basis(frontend), axis=1)
    return [int(band) for band in np.flatnonzero(fed == 1)]
