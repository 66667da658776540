"""Front-ends whose own code needs torch or TensorFlow, out of parts of transformers.audio_utils.

The spectrum, the windows and the filters are transformers'; what stands here is which of them the
model's source names, as transformers' own extractors of CLAP and AST put them together.
"""

from typing import Any

import numpy as np
import pytest
from livemel.dsp.models import frontend
from livemel.dsp.stream import log_mel
from transformers.audio_utils import mel_filter_bank, spectrogram, window_function

from tests.dsp.reference.agreement import assert_agree
from tests.dsp.reference.signals import LONG_SIGNALS, signal


def bank(sr: int, n_fft: int, n: int, low: float, high: float, scale: str, **more: Any):
    more.setdefault("norm", "slaney" if scale == "slaney" else None)
    return mel_filter_bank(n_fft // 2 + 1, n, low, high, sr, mel_scale=scale, **more)


def mirrored_db(y: np.ndarray, hop: int, filters: np.ndarray) -> np.ndarray:
    """10 log10 of the power of centred frames."""
    n_fft = 2 * (len(filters) - 1)
    return spectrogram(
        y,
        window_function(n_fft, "hann"),
        frame_length=n_fft,
        hop_length=hop,
        power=2.0,
        mel_filters=filters,
        log_mel="dB",
    )


MIRRORED_DB = {
    "torchaudio": (200, (16_000, 400, 128, 0, 8000, "htk")),
    "clap-fusion": (480, (48_000, 1024, 64, 50, 14_000, "htk")),
    "clap-rand": (480, (48_000, 1024, 64, 50, 14_000, "slaney")),
    "ms-clap-2023": (320, (32_000, 1024, 64, 50, 14_000, "slaney")),
    "panns-cnn14": (320, (32_000, 1024, 64, 50, 14_000, "slaney")),
}


# Filters that no bin feeds are in the models too; transformers says so each time.
@pytest.mark.filterwarnings("ignore:At least one mel filter:UserWarning")
@pytest.mark.parametrize("name", MIRRORED_DB)
@pytest.mark.parametrize("kind", LONG_SIGNALS)
def test_torchaudios_and_claps_decibels(name: str, kind: str) -> None:
    hop, filters = MIRRORED_DB[name]
    fe = frontend(name)
    y = signal(kind, fe.sr)
    assert_agree(log_mel(y, fe), mirrored_db(y, hop, bank(*filters)), fe)


@pytest.mark.filterwarnings("ignore:At least one mel filter:UserWarning")
@pytest.mark.parametrize("kind", LONG_SIGNALS)
def test_ast_by_the_numpy_path_of_its_extractor(kind: str) -> None:
    fe = frontend("ast")
    y = signal(kind, fe.sr)
    log = spectrogram(
        y,
        window_function(400, "hann", periodic=False),
        frame_length=400,
        hop_length=160,
        fft_length=512,
        power=2.0,
        center=False,
        preemphasis=0.97,
        mel_filters=bank(16_000, 512, 128, 20, 8000, "kaldi", triangularize_in_mel_space=True),
        mel_floor=1.192092955078125e-07,
        log_mel="log",
        remove_dc_offset=True,
    )
    assert_agree(log_mel(y, fe), (log + 4.2677393) / (2 * 4.5689974), fe)


@pytest.mark.parametrize(("name", "offset"), [("yamnet", 0.001), ("vggish", 0.01)])
@pytest.mark.parametrize("kind", LONG_SIGNALS)
def test_yamnet_and_vggish_magnitudes_with_their_offset(
    name: str, offset: float, kind: str
) -> None:
    fe = frontend(name)
    y = signal(kind, fe.sr)
    mel = spectrogram(
        y,
        window_function(400, "hann"),
        frame_length=400,
        hop_length=160,
        fft_length=512,
        center=False,
        mel_filters=bank(16_000, 512, 64, 125, 7500, "kaldi", triangularize_in_mel_space=True),
        mel_floor=0.0,
    )
    assert_agree(log_mel(y, fe), np.log(mel + offset), fe)


@pytest.mark.parametrize("kind", LONG_SIGNALS)
def test_efficientat_on_the_emphasised_signal(kind: str) -> None:
    """Windows of 800 in the middle of 1024, and 512 samples mirrored: 400 samples are in use."""
    fe = frontend("efficientat")
    y = signal(kind, fe.sr)
    mel = spectrogram(
        y[1:] - np.float32(0.97) * y[:-1],
        window_function(800, "hann", periodic=False),
        frame_length=800,
        hop_length=320,
        fft_length=1024,
        power=2.0,
        mel_filters=bank(32_000, 1024, 128, 0, 15_000, "kaldi", triangularize_in_mel_space=True),
        mel_floor=0.0,
    )
    assert_agree(log_mel(y, fe), (np.log(mel + 1e-5) + 4.5) / 5, fe)


@pytest.mark.parametrize("kind", LONG_SIGNALS)
def test_desed_with_its_symmetric_hamming_window(kind: str) -> None:
    fe = frontend("desed").replace(normalise="none")
    y = signal(kind, fe.sr)
    log = spectrogram(
        y,
        window_function(2048, "hamming", periodic=False),
        frame_length=2048,
        hop_length=256,
        power=1.0,
        mel_filters=bank(16_000, 2048, 128, 0, 8000, "htk"),
        log_mel="dB",
        min_value=1e-5,
    )
    assert_agree(log_mel(y, fe), np.clip(log, -50, 80), fe)
