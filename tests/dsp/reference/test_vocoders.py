"""Tacotron 2, HiFi-GAN and Vocos, and NeMo's class default, out of librosa's stft and filters."""

from typing import Any

import librosa
import numpy as np
import pytest
import scipy.signal
from livemel.dsp.models import frontend
from livemel.dsp.stream import log_mel

from tests.dsp.reference.agreement import assert_agree
from tests.dsp.reference.signals import LONG_SIGNALS, signal


def power(y: np.ndarray, **more: Any) -> np.ndarray:
    """|stft|^2 in double precision: the squares of quiet bins are what is looked at."""
    bins = librosa.stft(y.astype(np.float64), **{"n_fft": 1024, "hop_length": 256, **more})
    squares: np.ndarray = np.abs(bins) ** 2
    return squares


@pytest.mark.parametrize("kind", LONG_SIGNALS)
def test_tacotron_2_takes_magnitudes_of_mirrored_frames(kind: str) -> None:
    fe = frontend("tacotron2")
    y = signal(kind, fe.sr)
    filters = librosa.filters.mel(sr=22_050, n_fft=1024, n_mels=80, fmin=0, fmax=8000)
    mel = filters @ np.sqrt(power(y, pad_mode="reflect"))
    assert_agree(log_mel(y, fe), np.log(np.clip(mel, 1e-5, None)), fe)


@pytest.mark.parametrize("kind", LONG_SIGNALS)
def test_hifi_gan_mirrors_384_samples_and_adds_under_the_root(kind: str) -> None:
    fe = frontend("hifigan")
    y = signal(kind, fe.sr)
    filters = librosa.filters.mel(sr=22_050, n_fft=1024, n_mels=80, fmin=0, fmax=8000)
    squares = power(np.pad(y, 384, mode="reflect"), center=False)
    mel = filters @ np.sqrt(squares + 1e-9)
    assert_agree(log_mel(y, fe), np.log(np.clip(mel, 1e-5, None)), fe)


@pytest.mark.parametrize("kind", LONG_SIGNALS)
def test_vocos_takes_htk_filters_without_norm(kind: str) -> None:
    fe = frontend("vocos")
    y = signal(kind, fe.sr)
    filters = librosa.filters.mel(sr=24_000, n_fft=1024, n_mels=100, htk=True, norm=None)
    mel = filters @ np.sqrt(power(y, pad_mode="reflect"))
    assert_agree(log_mel(y, fe), np.log(np.clip(mel, 1e-7, None)), fe)


@pytest.mark.parametrize("kind", LONG_SIGNALS)
def test_nemos_class_default_has_windows_of_20_ms_in_the_middle_of_512(kind: str) -> None:
    fe = frontend("nemo").replace(normalise="none")
    y = signal(kind, fe.sr)
    squares = power(
        librosa.effects.preemphasis(y, coef=0.97, zi=[0.0]),
        n_fft=512,
        hop_length=160,
        win_length=320,
        window=scipy.signal.get_window("hann", 320, fftbins=False),
    )
    mel = librosa.filters.mel(sr=16_000, n_fft=512, n_mels=64) @ squares
    assert_agree(log_mel(y, fe), np.log(mel + 2.0**-24)[:, : len(y) // 160], fe)
