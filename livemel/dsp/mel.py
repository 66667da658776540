"""Mel scales and the mel filter bank."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from livemel.dsp.frontend import FrontEnd, MelScale

Values = NDArray[np.float64]

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
    low, high = to_mel([frontend.fmin, frontend.top_hz], frontend)
    return from_mel(np.linspace(low, high, frontend.n_mels + 2), frontend)


def to_mel(hz: ArrayLike, frontend: FrontEnd) -> NDArray[np.float64]:
    """Hz of the sound to the front-end's mel, of any shape."""
    return hz_to_mel(np.asarray(hz, dtype=np.float64) / frontend.stretch, frontend.mel_scale)


def from_mel(mel: ArrayLike, frontend: FrontEnd) -> NDArray[np.float64]:
    """The inverse of to_mel."""
    return mel_to_hz(mel, frontend.mel_scale) * frontend.stretch


def mel_basis(frontend: FrontEnd) -> NDArray[np.float32]:
    """Triangular filters over the FFT bins.

    Returns : shape (n_mels, n_fft // 2 + 1), float32
    References: Slaney (1998); librosa.filters.mel gives the same numbers. Triangles over mel:
    Kaldi, src/feat/mel-computations.cc. "left-width": SpeechBrain, processing/features.py.
    """
    bins, corners = _bins_and_corners(frontend)
    left, peak, right = (corners[i : i + frontend.n_mels, np.newaxis] for i in range(3))
    if frontend.filter_shape == "left-width":
        right = peak + (peak - left)
    basis = _triangle(bins, left, peak, right)
    if frontend.norm == "slaney":
        edges = mel_edges(frontend) / frontend.stretch
        basis *= (2.0 / (edges[2:] - edges[:-2]))[:, np.newaxis]
    return basis.astype(np.float32)


def empty_filters(frontend: FrontEnd) -> list[int]:
    """The bands that no FFT bin feeds: dead rows, which the model sees as well."""
    return [int(band) for band in np.flatnonzero(bins_of_filters(frontend)[:, 1] == 0)]


def one_bin_filters(frontend: FrontEnd) -> list[int]:
    """The bands that a single FFT bin feeds: narrower than the transform resolves."""
    return [int(band) for band in np.flatnonzero(bins_of_filters(frontend)[:, 1] == 1)]


def bins_of_filters(frontend: FrontEnd) -> NDArray[np.intp]:
    """The FFT bins that feed each band, without making all the filters.

    Returns : shape (n_mels, 2), the first bin and how many there are
    """
    bins, corners = _bins_and_corners(frontend)
    found = np.zeros((frontend.n_mels, 2), dtype=np.intp)
    for band in range(frontend.n_mels):
        left, peak, right = corners[band : band + 3]
        if frontend.filter_shape == "left-width":
            right = peak + (peak - left)
        begin, end = np.searchsorted(bins, (left, right))
        near = slice(max(0, begin - 1), end + 1)
        fed = np.flatnonzero(_triangle(bins[near], left, peak, right))
        if len(fed):
            found[band] = near.start + fed[0], len(fed)
    return found


def _bins_and_corners(frontend: FrontEnd) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The FFT bins and the filters' corners, both in what the triangles are straight over."""
    bins = np.arange(frontend.n_bins, dtype=np.float64) * (frontend.sr / frontend.n_fft)
    if frontend.filter_shape != "mel":
        return bins, mel_edges(frontend)
    low, high = to_mel([frontend.fmin, frontend.top_hz], frontend)
    return to_mel(bins, frontend), np.linspace(low, high, frontend.n_mels + 2)


def _triangle(bins: Values, left: Values, peak: Values, right: Values) -> Values:
    """From 0 at left to 1 at peak and back to 0 at right."""
    rise, fall = (bins - left) / (peak - left), (right - bins) / (right - peak)
    triangle = np.maximum(0.0, np.minimum(rise, fall))
    # Peaks are 1: what is left of a bin on a corner is rounding, and a dead band would not be one.
    triangle[triangle < 1e-9] = 0
    return triangle
