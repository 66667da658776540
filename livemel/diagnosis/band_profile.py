"""Levels of bands a hundred hertz wide, how often each was how loud; in constant memory."""

import numpy as np
from numpy.typing import NDArray

from livemel.diagnosis.spectra import Powers

Floats = NDArray[np.float64]

_WIDTH_HZ = 100.0
_LOWEST_DB, _STEP_DB, _STEPS = -200.0, 2.0, 110


class BandProfile:
    """Counts the level of each band, frame by frame, and gives quantiles over the frames.

    Levels are in dB FS of a full-scale sine's power, summed over the band.
    """

    def __init__(self, bins: int, bin_hz: float) -> None:
        self._per_band = max(1, round(_WIDTH_HZ / bin_hz))
        self._bands = bins // self._per_band
        self.width_hz = self._per_band * bin_hz
        self.frames = 0
        self._counts = np.zeros((self._bands, _STEPS), dtype=np.int32)
        self._each = np.arange(self._bands)

    def add(self, powers: Powers) -> None:
        """Count one frame: shape (bins,)."""
        bands = powers[: self._bands * self._per_band].reshape(self._bands, self._per_band)
        # A Hann bin takes in 1.5 bins of noise.
        level = 10 * np.log10(np.add.reduce(bands, axis=1) / np.float32(1.5) + np.float32(1e-20))
        step = ((level - _LOWEST_DB) / _STEP_DB).astype(np.intp)
        self._counts[self._each, np.minimum(step, _STEPS - 1)] += 1
        self.frames += 1

    def quantile(self, share: float) -> Floats:
        """The level that each band does not exceed in this share of the frames: shape (bands,)."""
        below = np.cumsum(self._counts, axis=1) >= share * self.frames
        return np.asarray(_LOWEST_DB + _STEP_DB * (np.argmax(below, axis=1) + 0.5))
