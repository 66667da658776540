"""How loud a sound is: peak, RMS, noise floor, crest factor; and whether that is too quiet."""

from typing import Any

import numpy as np

from livemel.diagnosis.block import Block, Samples
from livemel.diagnosis.finding import Finding, Severity
from livemel.diagnosis.looks import Looks
from livemel.diagnosis.words import db, number

# Sound whose peaks stay below this has come from a microphone that is off, far, or turned down:
# speech at an arm's length peaks 30 dB higher at any usual gain.
_LOW_PEAK_DBFS = -50.0
_LEAST_S = 2.0
# So many blocks may be louder all the same: one for a switch that was thrown, and 1 in 100.
_SPARED, _SPARED_SHARE = 1, 0.01
# The floor is the power that 5 % of the stretches of this length stay below.
_STRETCH_S, _FLOOR_SHARE = 0.02, 0.05
_SELDOM = 4
# Sound whose floor lies no further below its RMS does not come and go: it is noise alone.
_STEADY_DB = 3.0
_LOWEST_DBFS, _STEP_DB, _STEPS = -200.0, 0.5, 440


class LevelDetector:
    """Peak, RMS and noise floor of the loudest channel, and low-level.

    The noise floor is a low quantile of short-time powers, which speech and music fall back to
    between sounds (Martin, "Noise power spectral density estimation based on optimal smoothing and
    minimum statistics", IEEE Trans. Speech Audio Process. 9, 2001, uses the minimum). Powers and
    the peaks of blocks are counted in steps of half a decibel, so that memory is constant.
    """

    def __init__(self, sr: int, channels: int) -> None:
        self._sr = sr
        self._stretch = max(1, round(_STRETCH_S * sr))
        self._powers = np.zeros((channels, _STEPS), dtype=np.int64)
        self._block_peaks = np.zeros(_STEPS, dtype=np.int64)  # of blocks that are not all zeros
        self._peak = 0.0
        self._energies = [0.0] * channels
        self._samples = 0
        self._looks = Looks(1, _SELDOM)
        self._first: int | None = None
        self._stop = 0

    def push(self, block: Block) -> None:
        self._first = block.start if self._first is None else self._first
        self._stop = block.stop
        self._samples += len(block) - sum(stop - start for start, stop in block.lost)
        peak = max(block.peaks)
        self._peak = max(self._peak, peak)
        if peak > 0:
            self._block_peaks[_step(db(peak**2))] += 1
        due = self._looks.is_due() and block.whole
        for i, samples in enumerate(block.channels):
            self._energies[i] += block.energies[i]
            if due:
                self._count(i, samples)

    def findings(self) -> list[Finding]:
        seconds, usual = self._samples / self._sr, self._usual_peak
        if seconds < _LEAST_S or usual is None or usual >= _LOW_PEAK_DBFS:
            return []
        peak, rms, floor = db(self._peak**2), db(self._power), self._floor
        # Where the loudest block is an exception, what all others stay below is said.
        said = min(peak, usual)
        text = f"Too quiet: the peak is {number(said)} dB FS, RMS {number(rms)} dB FS"
        advice = "Raise the gain before the converter, or go nearer."
        if floor is not None and rms - floor < _STEADY_DB:
            text += ", and nothing but steady noise"
            advice = "Is the microphone on, and the one that is meant? If so, raise its gain."
        values = {
            "peak_dbfs": said,
            "rms_dbfs": rms,
            "noise_floor_dbfs": floor,
            "crest_factor_db": peak - rms,
        }
        assert self._first is not None
        start_s, end_s = self._first / self._sr, self._stop / self._sr
        return [Finding("low-level", Severity.WARN, text, start_s, end_s, advice, values)]

    def figures(self) -> dict[str, Any]:
        if self._samples == 0:
            return {}
        return {
            "peak_dbfs": db(self._peak**2),
            "rms_dbfs": db(self._power),
            "noise_floor_dbfs": self._floor,
        }

    @property
    def _power(self) -> float:
        return max(self._energies) / max(1, self._samples)

    @property
    def _usual_peak(self) -> float | None:
        """In dB FS, what all but a few blocks stay below; None where all is zeros."""
        counts = self._block_peaks
        blocks = int(counts.sum())
        spared = min(_SPARED + int(_SPARED_SHARE * blocks), blocks - 1)
        if blocks == 0:
            return None
        return _LOWEST_DBFS + _STEP_DB * (1 + float(np.argmax(counts.cumsum() >= blocks - spared)))

    @property
    def _floor(self) -> float | None:
        counts = self._powers[int(np.argmax(self._energies))]
        if not counts.any():
            return None
        below = np.cumsum(counts) >= _FLOOR_SHARE * counts.sum()
        return _LOWEST_DBFS + _STEP_DB * float(np.argmax(below))

    def _count(self, channel: int, samples: Samples) -> None:
        n = len(samples) // self._stretch
        stretches = samples[: n * self._stretch].reshape(n, self._stretch)
        power = np.einsum("ij,ij->i", stretches, stretches) / self._stretch
        level = 10 * np.log10(np.maximum(power, 1e-20))
        steps = ((level - _LOWEST_DBFS) / _STEP_DB).astype(np.intp)
        self._powers[channel] += np.bincount(np.minimum(steps, _STEPS - 1), minlength=_STEPS)


def _step(level_db: float) -> int:
    return min(max(int((level_db - _LOWEST_DBFS) / _STEP_DB), 0), _STEPS - 1)
