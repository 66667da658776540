"""What runs on torch only: torchaudio, torchlibrosa, SpeechBrain and Vocos.

torch is nothing that livemel asks for: these are for whoever has it.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from livemel.verify.reference import (
    TORCH_MIRRORS_LESS,
    Columns,
    Compute,
    Reference,
    Samples,
    UndefinedError,
    no_columns,
)


def _computing(module: Callable[[Any], Any], mirrored: int = 0) -> Compute:
    """Of one channel in a batch of one: (1, n) → (n_mels, k).

    mirrored : samples that are mirrored at the edges
    """
    import torch

    def compute(y: Samples, _sr: int) -> Columns:
        if len(y) <= mirrored:
            raise UndefinedError(TORCH_MIRRORS_LESS)
        with torch.no_grad():
            columns: Columns = module(torch.from_numpy(y)[None])[0].numpy()
        return columns

    return compute


def _torchaudio() -> Compute:
    from torchaudio.transforms import AmplitudeToDB, MelSpectrogram

    mel, decibels = MelSpectrogram(), AmplitudeToDB()
    return _computing(lambda y: decibels(mel(y)), 200)


def _desed() -> Compute:
    """As its recipe sets torchaudio up."""
    import torch
    from torchaudio.transforms import AmplitudeToDB, MelSpectrogram

    mel = MelSpectrogram(
        sample_rate=16_000,
        n_fft=2048,
        hop_length=256,
        f_min=0,
        f_max=8000,
        n_mels=128,
        window_fn=torch.hamming_window,
        wkwargs={"periodic": False},
        power=1,
    )
    decibels = AmplitudeToDB(stype="amplitude")
    decibels.amin = 1e-5
    return _computing(lambda y: decibels(mel(y)).clamp(-50, 80), 1024)


def _kaldi(n: int, factor: float = 1.0, mean: float = 0.0, std: float = 1.0) -> Compute:
    """torchaudio.compliance.kaldi without dither, and a model's constants afterwards."""
    from torchaudio.compliance.kaldi import fbank

    def columns(y: Any) -> Any:
        return (fbank(y * factor, num_mel_bins=n).T[None] - mean) / std

    compute = _computing(columns)
    # It refuses what does not fill a frame.
    return lambda y, sr: no_columns(n) if len(y) < 400 else compute(y, sr)


def _torchlibrosa() -> Compute:
    from torchlibrosa.stft import LogmelFilterBank, Spectrogram

    spectrogram = Spectrogram(n_fft=1024, hop_length=320)
    logmel = LogmelFilterBank(
        sr=32_000, n_fft=1024, n_mels=64, fmin=50, fmax=14_000, amin=1e-10, top_db=None
    )
    return _computing(lambda y: logmel(spectrogram(y))[0].mT, 512)


def _speechbrain() -> Compute:
    from speechbrain.lobes.features import Fbank

    fbank = Fbank(n_mels=40)
    return _computing(lambda y: fbank(y).mT)


def _vocos() -> Compute:
    from vocos.feature_extractors import MelSpectrogramFeatures

    return _computing(MelSpectrogramFeatures(), 512)


_TORCHAUDIO = ("torchaudio", "torch")
_TORCHLIBROSA = ("torchlibrosa", "torch", "librosa")

REFERENCES: tuple[Reference, ...] = (
    Reference(
        row="torchaudio",
        packages=_TORCHAUDIO,
        what="MelSpectrogram, AmplitudeToDB",
        make=_torchaudio,
    ),
    Reference(row="kaldi", packages=_TORCHAUDIO, what="compliance.kaldi", make=partial(_kaldi, 23)),
    Reference(
        row="beats",
        packages=_TORCHAUDIO,
        what="compliance.kaldi",
        make=partial(_kaldi, 128, 2.0**15, 15.41663, 2 * 6.55582),
        parts=True,
        normalise="fixed",
    ),
    Reference(
        row="desed",
        packages=_TORCHAUDIO,
        what="MelSpectrogram, AmplitudeToDB",
        make=_desed,
        parts=True,
    ),
    *(
        Reference(
            row=row,
            packages=_TORCHLIBROSA,
            what="Spectrogram, LogmelFilterBank",
            make=_torchlibrosa,
            parts=True,
        )
        for row in ("ms-clap-2023", "panns-cnn14")
    ),
    Reference(
        row="speechbrain",
        packages=("speechbrain", "torchaudio", "torch"),
        what="Fbank",
        make=_speechbrain,
        normalise="exact",
    ),
    Reference(
        row="vocos",
        packages=("vocos", "torchaudio", "torch"),
        what="MelSpectrogramFeatures",
        make=_vocos,
    ),
)
