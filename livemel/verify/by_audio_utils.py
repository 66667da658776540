"""Front-ends whose own code needs torch or TensorFlow, out of parts of transformers.audio_utils.

The spectrum, the windows and the filters are transformers'; what stands here is which of them the
model's source names, as transformers' own extractors of CLAP and AST put them together.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livemel.verify.reference import (
    Columns,
    Compute,
    Reference,
    Samples,
    no_columns,
    quiet_transformers,
)

_Filters = tuple[int, int, int, float, float, str]


def _bank(sr: int, n_fft: int, n: int, low: float, high: float, scale: str) -> NDArray[np.float64]:
    """Filters as their scale has them: Slaney's of unit area, Kaldi's straight over mel."""
    quiet_transformers()
    from transformers.audio_utils import mel_filter_bank

    filters: NDArray[np.float64] = mel_filter_bank(
        n_fft // 2 + 1,
        n,
        low,
        high,
        sr,
        norm="slaney" if scale == "slaney" else None,
        mel_scale=scale,
        triangularize_in_mel_space=scale == "kaldi",
    )
    return filters


def _spectrogram(
    filters: _Filters,
    hop: int,
    finish: Callable[[NDArray[np.float64]], Columns] = lambda mel: mel,
    *,
    window: str = "hann",
    periodic: bool = True,
    win: int = 0,
    center: bool = True,
    prepare: Callable[[Samples], Samples] = lambda y: y,
    **more: Any,
) -> Compute:
    """transformers.audio_utils.spectrogram, and `finish` of what it gives.

    win : samples of the window, where it is shorter than the FFT
    """
    bank = _bank(*filters)
    from transformers.audio_utils import spectrogram, window_function

    n_fft = filters[1]
    length = win or n_fft
    shape = window_function(length, window, periodic=periodic)

    def compute(y: Samples, _sr: int) -> Columns:
        ready = prepare(y)
        if len(ready) < (1 if center else length):
            return no_columns(filters[2])
        values = spectrogram(
            ready,
            shape,
            frame_length=length,
            hop_length=hop,
            fft_length=n_fft,
            center=center,
            mel_filters=bank,
            **more,
        )
        return finish(values)

    return compute


def _voxtral() -> Compute:
    """Whisper's spectrogram, with a constant for the clip's maximum."""
    return _spectrogram(
        (16_000, 400, 128, 0, 8000, "slaney"),
        160,
        lambda log10: (np.maximum(log10[:, :-1], 1.5 - 8) + 4) / 4,
        power=2.0,
        log_mel="log10",
    )


def _ast() -> Compute:
    """The numpy path of its extractor."""
    return _spectrogram(
        (16_000, 512, 128, 20, 8000, "kaldi"),
        160,
        lambda log: (log + 4.2677393) / (2 * 4.5689974),
        periodic=False,
        win=400,
        center=False,
        power=2.0,
        preemphasis=0.97,
        mel_floor=1.192092955078125e-07,
        log_mel="log",
        remove_dc_offset=True,
    )


def _audioset(offset: float) -> Compute:
    """Magnitudes, and an offset under the logarithm."""
    return _spectrogram(
        (16_000, 512, 64, 125, 7500, "kaldi"),
        160,
        lambda mel: np.log(mel + offset),
        win=400,
        center=False,
        mel_floor=0.0,
    )


def _efficientat() -> Compute:
    """Of the emphasised signal. Windows of 800 in the middle of 1024, and 512 samples mirrored:
    400 samples are in use.
    """
    return _spectrogram(
        (32_000, 1024, 128, 0, 15_000, "kaldi"),
        320,
        lambda mel: (np.log(mel + 1e-5) + 4.5) / 5,
        periodic=False,
        win=800,
        prepare=lambda y: y[1:] - np.float32(0.97) * y[:-1],
        power=2.0,
        mel_floor=0.0,
    )


def _desed() -> Compute:
    return _spectrogram(
        (16_000, 2048, 128, 0, 8000, "htk"),
        256,
        lambda db: np.clip(db, -50, 80),
        window="hamming",
        periodic=False,
        power=1.0,
        log_mel="dB",
        min_value=1e-5,
    )


def _decibels(hop: int, *filters: Any) -> Callable[[], Compute]:
    """10 log10 of the power of centred frames."""
    return partial(_spectrogram, filters, hop, power=2.0, log_mel="dB")


_MAKERS: dict[str, Callable[[], Compute]] = {
    "torchaudio": _decibels(200, 16_000, 400, 128, 0, 8000, "htk"),
    "voxtral-realtime": _voxtral,
    "ast": _ast,
    "clap-fusion": _decibels(480, 48_000, 1024, 64, 50, 14_000, "htk"),
    "clap-rand": _decibels(480, 48_000, 1024, 64, 50, 14_000, "slaney"),
    "ms-clap-2023": _decibels(320, 32_000, 1024, 64, 50, 14_000, "slaney"),
    "panns-cnn14": _decibels(320, 32_000, 1024, 64, 50, 14_000, "slaney"),
    "yamnet": partial(_audioset, 0.001),
    "vggish": partial(_audioset, 0.01),
    "desed": _desed,
    "efficientat": _efficientat,
}
_FIXED = ("voxtral-realtime", "ast", "efficientat")

REFERENCES: tuple[Reference, ...] = tuple(
    Reference(
        row=row,
        packages=("transformers",),
        what="audio_utils",
        make=make,
        parts=True,
        normalise="fixed" if row in _FIXED else "none",
    )
    for row, make in _MAKERS.items()
)
