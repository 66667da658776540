"""What values a front-end's columns take, and what they are called. No Qt."""

import numpy as np
from numpy.typing import NDArray

from livemel.dsp.frontend import FrontEnd
from livemel.dsp.stream import log_mel
from livemel.dsp.units import decibel
from livemel.dsp.weighting import LevelScale, not_levels
from livemel.ui.words import translate

Range = tuple[float, float]

# From a full-scale tone down to the noise of a quiet 16-bit recording.
_SPAN_DB = 100.0
_LEAST_DB = 10.0  # of a fit: to silence, or to one value
# Of a mel column's range, the root mean square of its deviations from the mean: what the
# coefficients but the first share among them.
_STRUCTURE = 1 / 6
# Coefficients that carry most of it.
_STRONG = 8
# Of the peak on the screen, above which the waveform's axis ends; silence has none.
_HEADROOM, _LEAST_PEAK = 1.05, 1e-4
_UNITS = {"db": "dB", "db-amplitude": "dB", "ln": "ln", "log10": "log10", "none": ""}


def first_range(frontend: FrontEnd) -> Range:
    """Where the ends of the colour map begin: a full-scale tone, and 100 dB below it.

    Raw 10 log10 columns of the live front-end give about -65 to 35. The waveform's ends are full
    scale; those of the coefficients are even, and wide enough for all of them but the first, which
    is the level and would leave the others without contrast.
    """
    if frontend.representation == "waveform":
        return -1.0, 1.0
    if frontend.representation == "mfcc":
        low, high = first_range(frontend.replace(representation="mel"))
        strength = (high - low) * _STRUCTURE * np.sqrt(frontend.n_mels / _STRONG)
        return _rounded(-float(strength), float(strength))
    of_mel = frontend.representation == "mel"
    if of_mel and frontend.normalise == "dataset" and frontend.scaler is not None:
        return (0.0, 1.0) if frontend.scaler.kind == "min-max" else (-3.0, 3.0)
    raw = frontend.replace(normalise="none")
    high = float(log_mel(_tone(frontend), raw).max())
    low = max(high - _SPAN_DB * _per_db(frontend), _silence(frontend))
    if frontend.normalise == "none" or frontend.representation in ("linear", "log"):
        return _rounded(low, high)
    if frontend.normalise != "fixed":
        if frontend.statistic == "max":
            low = max(low, high - frontend.statistic_range)
        elif frontend.statistic == "min-max":
            low, high = 0.0, 1.0
        elif frontend.statistic is not None:
            low, high = -3.0, 3.0
    return _rounded((low - frontend.mean) / frontend.std, (high - frontend.mean) / frontend.std)


def fitted_range(values: NDArray[np.float32], frontend: FrontEnd) -> Range | None:
    """The ends that fit these values, or None where there is nothing to fit to.

    values : shape (k, n_rows); one in twenty may be below, one in a thousand above: a click does
    not decide. The waveform shows its peak; waveform and coefficients lie evenly around 0.
    """
    if frontend.representation == "mfcc":
        return _fitted_to_coefficients(values)
    values = values[np.isfinite(values)]
    if values.size == 0:
        return None
    if frontend.representation == "waveform":
        peak = max(float(np.abs(values).max()) * _HEADROOM, _LEAST_PEAK)
        return _rounded(-peak, peak)
    low, high = (float(value) for value in np.percentile(values, [5.0, 99.9]))
    high = max(high, low + _LEAST_DB * per_db(frontend))
    step = step_of(low, high)
    return float(np.floor(low / step)) * step, float(np.ceil(high / step) + 1) * step


def _fitted_to_coefficients(values: NDArray[np.float32]) -> Range | None:
    """Without the first, which is the level; the second, much the largest, may be beyond."""
    strengths = np.abs(values[:, 1:] if values.shape[1] > 1 else values)
    strengths = strengths[np.isfinite(strengths)]
    if strengths.size == 0:
        return None
    strength = max(float(np.percentile(strengths, 95.0)), 1e-3)
    return _rounded(-strength, strength)


def unit(frontend: FrontEnd, scale: LevelScale = LevelScale()) -> str:  # noqa: B008 (frozen)
    """The unit of the columns: "dB", "ln", "log10", or "norm." where they are normalised.

    Amplitudes and coefficients have none. Where they are levels, what the scale makes of them:
    "dB(A)", "dB SPL", "dB SPL(A)".
    """
    if scale != LevelScale() and not not_levels(frontend):
        # Without a calibration they refer to a mel value of 1, as before, and not to full scale.
        return f"dB({scale.weighting})" if scale.full_scale_spl is None else scale.label
    if frontend.representation in ("mfcc", "waveform"):
        return ""
    if frontend.representation in ("linear", "log"):
        return "dB"
    scaled = frontend.mean != 0 or frontend.std != 1 or frontend.statistic not in ("max", None)
    if frontend.normalise == "dataset" or (frontend.normalise != "none" and scaled):
        return translate("LevelScale", "norm.")
    return _UNITS[frontend.log]


def kind_of(frontend: FrontEnd) -> tuple[object, ...]:
    """What decides which values the columns take: for each a person's range is kept."""
    fe = frontend
    if fe.representation == "waveform":
        return (fe.representation,)
    if fe.representation in ("linear", "log"):
        return fe.representation, fe.n_fft, fe.frame_length, fe.scale
    bands = fe.n_mels if fe.representation == "mfcc" else 0
    return fe.representation, bands, *_mel_kind(fe)


def scale_text(frontend: FrontEnd, scale: LevelScale) -> str:
    """What the scale does to the columns, as the end of a sentence; "" for nothing."""
    if not_levels(frontend):
        return ""
    text = ""
    if scale.weighting != "Z":
        text = translate("LevelScale", "; {}-weighted by IEC 61672").format(scale.weighting)
    if scale.full_scale_spl is None:
        return text
    of_sine = translate("LevelScale", "; a full-scale sine reads {:.1f} dB SPL on its row")
    return text + of_sine.format(scale.full_scale_spl)


def step_of(low: float, high: float) -> float:
    """By how much one step of the wheel shifts a range: a twentieth, rounded to 1, 2 or 5."""
    exact = (high - low) / 20
    magnitude = 10.0 ** np.floor(np.log10(exact))
    return float(min((1, 2, 5, 10), key=lambda n: abs(n * magnitude - exact)) * magnitude)


def _mel_kind(frontend: FrontEnd) -> tuple[object, ...]:
    fe = frontend
    afterwards = fe.mean, fe.std, fe.normalise, fe.statistic, fe.scaler
    return fe.log, fe.power, fe.scale, fe.norm, fe.ref, *afterwards


def per_db(frontend: FrontEnd) -> float:
    """What one decibel is, at least about, in the columns' unit: the range's first span is 100."""
    if frontend.representation in ("linear", "log"):
        return 1.0
    if frontend.representation == "mel" and frontend.normalise == "none" != frontend.log:
        return _per_db(frontend)
    low, high = first_range(frontend)
    return (high - low) / _SPAN_DB


def _per_db(frontend: FrontEnd) -> float:
    """What one decibel is in the columns' unit; "db" of magnitudes counts half."""
    if frontend.representation in ("linear", "log"):
        return 1.0
    return decibel(frontend.replace(normalise="none")) or frontend.power / 2


def _tone(frontend: FrontEnd) -> NDArray[np.float32]:
    """Full scale for three frames, in the middle of the lower half of the range."""
    hz = frontend.fmin + (frontend.top_hz - frontend.fmin) / 8
    n = np.arange(3 * frontend.span + frontend.n_fft)
    tone: NDArray[np.float32] = np.sin(2 * np.pi * hz / frontend.sr * n).astype(np.float32)
    return tone


def _silence(frontend: FrontEnd) -> float:
    if frontend.log == "none" and frontend.representation == "mel":
        return 0.0
    raw = frontend.replace(normalise="none")
    zeros = np.zeros(2 * frontend.span + frontend.n_fft, dtype=np.float32)
    return float(log_mel(zeros, raw).min())


def _rounded(low: float, high: float) -> tuple[float, float]:
    """Outwards to the wheel's step."""
    step = step_of(low, max(high, low + 1e-6))
    low, high = float(np.floor(low / step)) * step, float(np.ceil(high / step)) * step
    return round(low, 6), round(high, 6)
