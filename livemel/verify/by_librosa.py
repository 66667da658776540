"""livemel's own front-ends and librosa's, by librosa; NeMo and vocoders out of its parts.

Parameters are written out here once more, and not taken from the table: a row that says something
else than it should is to be found out.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livemel.verify.reference import Columns, Compute, Reference, Samples, no_columns

_PACKAGES = ("librosa",)


def _decibels(n_fft: int, n_mels: int, hop_length: int | None = None, **more: Any) -> Compute:
    """melspectrogram and power_to_db. hop_length : None is a hundredth of a second."""
    import librosa

    def compute(y: Samples, sr: int) -> Columns:
        if len(y) < n_fft:  # librosa refuses it
            return no_columns(n_mels)
        mel = librosa.feature.melspectrogram(
            y=y,
            sr=sr,
            n_fft=n_fft,
            hop_length=hop_length or round(sr / 100),
            n_mels=n_mels,
            center=False,
            **more,
        )
        decibels: Columns = librosa.power_to_db(mel, top_db=None)
        return decibels

    return compute


def _own(row: str, *sizes: int, **more: Any) -> Reference:
    return Reference(
        row=row,
        packages=_PACKAGES,
        what="melspectrogram, power_to_db",
        make=partial(_decibels, *sizes, **more),
    )


def _hum() -> Compute:
    """Two-Hz triangles over bins that are 0.98 Hz apart, by numpy's interpolation."""
    import librosa

    def compute(y: Samples, sr: int) -> Columns:
        if len(y) < 4096:
            return no_columns(250)
        power = np.abs(librosa.stft(y, n_fft=4096, hop_length=200, center=False)) ** 2
        corners = np.linspace(0, 500, 252)
        hz = librosa.fft_frequencies(sr=sr, n_fft=4096)
        bank = np.array([np.interp(hz, corners[i : i + 3], [0, 1, 0]) for i in range(250)])
        decibels: Columns = librosa.power_to_db(bank @ power, top_db=None)
        return decibels

    return compute


def _defaults() -> Compute:
    import librosa

    def compute(y: Samples, sr: int) -> Columns:
        decibels: Columns = librosa.power_to_db(librosa.feature.melspectrogram(y=y, sr=sr))
        return decibels

    return compute


def _power(y: NDArray[np.floating], **more: Any) -> NDArray[np.float64]:
    """|stft|^2 in double precision: the squares of quiet bins are what is looked at."""
    import librosa

    wide = y.astype(np.float64)
    bins = librosa.stft(wide, **{"n_fft": 1024, "hop_length": 256, "center": False, **more})
    squares: NDArray[np.float64] = np.abs(bins) ** 2
    return squares


def _mirrored(y: Samples, n: int) -> Samples:
    """n samples more at each end.

    By numpy, because librosa 0.11 is one sample wrong at the right edge where the hop divides the
    length.
    """
    return np.pad(y, n, mode="reflect")


def _vocoder(
    *, pad: int, floor: float, offset: float = 0.0, bank: dict[str, Any] | None = None
) -> Compute:
    """Tacotron 2's magnitudes, HiFi-GAN's with an offset under the root, Vocos' with HTK's bank."""
    import librosa

    speech = {"sr": 22_050, "n_mels": 80, "fmax": 8000}
    filters = librosa.filters.mel(n_fft=1024, **(speech if bank is None else bank))

    def compute(y: Samples, _sr: int) -> Columns:
        padded = _mirrored(y, pad)
        if len(padded) < 1024:
            return no_columns(len(filters))
        mel = filters @ np.sqrt(_power(padded) + offset)
        log: Columns = np.log(np.clip(mel, floor, None))
        return log

    return compute


def _nemo(bands: int, win: int) -> Compute:
    """NeMo before the statistics of the utterance: windows in the middle of 512."""
    import librosa
    from scipy.signal import get_window

    filters = librosa.filters.mel(sr=16_000, n_fft=512, n_mels=bands)
    window = get_window("hann", win, fftbins=False)

    def compute(y: Samples, _sr: int) -> Columns:
        # librosa's filter wants two samples.
        emphasised = librosa.effects.preemphasis(y, coef=0.97, zi=[0.0]) if len(y) > 1 else y
        squares = _power(
            np.pad(emphasised, 256), n_fft=512, hop_length=160, win_length=win, window=window
        )
        log: Columns = np.log(filters @ squares + 2.0**-24)[:, : len(y) // 160]
        return log

    return compute


def _parts(row: str, what: str, make: Callable[[], Compute]) -> Reference:
    return Reference(row=row, packages=_PACKAGES, what=what, make=make, parts=True)


_STFT = "stft, filters.mel"
REFERENCES: tuple[Reference, ...] = (
    _own("live", 2048, 128),
    _own("speech", 400, 80, 160, fmin=20),
    _own("music", 4096, 256, fmin=20),
    _own("birds", 2048, 128, 240, fmin=500, fmax=15_000),
    _own("machine", 12_288, 256, 960, fmin=20, htk=True),
    _own("heart", 512, 64, 20, win_length=256, fmin=20, fmax=800),
    _parts("hum", "stft", _hum),
    Reference(
        row="librosa",
        packages=_PACKAGES,
        what="melspectrogram, power_to_db",
        make=_defaults,
        normalise="exact",
    ),
    _parts("nemo", _STFT, partial(_nemo, 64, 320)),
    _parts("nemo-fastconformer-80", _STFT, partial(_nemo, 80, 400)),
    _parts("nemo-fastconformer-128", _STFT, partial(_nemo, 128, 400)),
    _parts("tacotron2", _STFT, partial(_vocoder, pad=512, floor=1e-5)),
    _parts("hifigan", _STFT, partial(_vocoder, pad=384, floor=1e-5, offset=1e-9)),
    _parts(
        "vocos",
        _STFT,
        partial(
            _vocoder,
            pad=512,
            floor=1e-7,
            bank={"sr": 24_000, "n_mels": 100, "htk": True, "norm": None},
        ),
    ),
)
