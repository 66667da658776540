"""How loud a sound is: peak, RMS, noise floor; and what is wrong with that."""

from typing import Any

import numpy as np

from livemel.diagnosis.block import Block, Samples
from livemel.diagnosis.finding import Finding, Severity

# Whole runs below this peak have come from a microphone that is off, far, or turned down.
_LOW_PEAK_DBFS = -50.0
_LEAST_S = 2.0
# The floor is the power that 5 % of the stretches of this length stay below.
_STRETCH_S, _FLOOR_SHARE = 0.02, 0.05
_LOWEST_DBFS, _STEP_DB, _STEPS = -200.0, 0.5, 440


class LevelDetector:
    """Peak, RMS and noise floor of the loudest channel, and low-level.

    The noise floor is a low quantile of short-time powers, which speech and music fall back to
    between sounds (Martin, "Noise power spectral density estimation based on optimal smoothing and
    minimum statistics", IEEE Trans. Speech Audio Process. 9, 2001, uses the minimum). Powers are
    counted in steps of half a decibel, so that memory is constant.
    """

    def __init__(self, sr: int, channels: int) -> None:
        self._sr = sr
        self._stretch = max(1, round(_STRETCH_S * sr))
        self._counts = np.zeros((channels, _STEPS), dtype=np.int64)
        self._peaks = [0.0] * channels
        self._energies = [0.0] * channels
        self._samples = 0
        self._first: int | None = None
        self._stop = 0

    def push(self, block: Block) -> None:
        self._first = block.start if self._first is None else self._first
        self._stop = block.stop
        self._samples += len(block) - sum(stop - start for start, stop in block.lost)
        for i, samples in enumerate(block.channels):
            self._peaks[i] = max(self._peaks[i], block.peaks[i])
            self._energies[i] += block.energies[i]
            if block.whole:
                self._count(i, samples)

    def findings(self) -> list[Finding]:
        peak, seconds = _db(max(self._peaks) ** 2), self._samples / self._sr
        if seconds < _LEAST_S or not _LOWEST_DBFS < peak < _LOW_PEAK_DBFS:
            return []
        rms, floor = _db(self._power), self._floor
        assert self._first is not None
        text = f"Too quiet: the peak is {peak:.1f} dB FS, {rms:.1f} dB FS RMS"
        return [
            Finding(
                "low-level",
                Severity.WARN,
                text,
                self._first / self._sr,
                self._stop / self._sr,
                advice="Raise the gain before the converter, or go nearer.",
                values={"peak_dbfs": peak, "rms_dbfs": rms, "noise_floor_dbfs": floor},
            )
        ]

    def figures(self) -> dict[str, Any]:
        if self._samples == 0:
            return {}
        return {
            "peak_dbfs": _db(max(self._peaks) ** 2),
            "rms_dbfs": _db(self._power),
            "noise_floor_dbfs": self._floor,
        }

    @property
    def _power(self) -> float:
        return max(self._energies) / max(1, self._samples)

    @property
    def _floor(self) -> float | None:
        counts = self._counts[int(np.argmax(self._energies))]
        if not counts.any():
            return None
        below = np.cumsum(counts) >= _FLOOR_SHARE * counts.sum()
        return _LOWEST_DBFS + _STEP_DB * float(np.argmax(below))

    def _count(self, channel: int, samples: Samples) -> None:
        n = len(samples) // self._stretch
        stretches = samples[: n * self._stretch].reshape(n, self._stretch)
        power = np.einsum("ij,ij->i", stretches, stretches) / self._stretch
        level = 10 * np.log10(np.maximum(power, 1e-20))
        steps = np.clip((level - _LOWEST_DBFS) / _STEP_DB, 0, _STEPS - 1).astype(np.intp)
        self._counts[channel] += np.bincount(steps, minlength=_STEPS)


def _db(power: float) -> float:
    return float(10 * np.log10(max(power, 1e-20)))
