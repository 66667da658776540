"""Whisper and what descends from it, against transformers' extractors, which need no torch."""

import numpy as np
import pytest
from livemel.dsp.models import frontend
from livemel.dsp.stream import log_mel
from transformers import WhisperFeatureExtractor
from transformers.audio_utils import mel_filter_bank, spectrogram, window_function

from tests.dsp.reference.agreement import assert_agree
from tests.dsp.reference.signals import LONG_SIGNALS, signal, ten_minutes

EXTRACTORS = {n: WhisperFeatureExtractor(feature_size=n) for n in (80, 128)}


def extracted(y: np.ndarray, n: int) -> np.ndarray:
    """The clip as it is, neither filled up nor cut to thirty seconds."""
    bare = {"padding": "do_not_pad", "truncation": False}
    features = EXTRACTORS[n](y, sampling_rate=16_000, return_tensors="np", **bare)
    columns: np.ndarray = features.input_features[0]
    return columns


def assert_whispers(y: np.ndarray, n: int) -> None:
    fe = frontend(f"whisper-{n}").replace(normalise="exact")
    assert_agree(log_mel(y, fe), extracted(y, n), fe, scaled=True)


@pytest.mark.parametrize("n", [80, 128])
@pytest.mark.parametrize("kind", LONG_SIGNALS)
def test_whisper_is_transformers_with_the_clips_maximum(n: int, kind: str) -> None:
    assert_whispers(signal(kind, 16_000), n)


@pytest.mark.parametrize("n", [201, 399, 400, 401, 16_000, 16_159, 16_160])
def test_whisper_has_transformers_columns_for_any_length(n: int) -> None:
    assert_whispers(signal("noise", 16_000)[:n], 80)


def test_ten_minutes_are_whispers_to_the_last_column() -> None:
    assert_whispers(ten_minutes(16_000), 80)


def test_thirty_seconds_filled_up_with_zeros_are_the_models_80_by_3000() -> None:
    y = signal("speech-like", 16_000)
    theirs = EXTRACTORS[80](y, sampling_rate=16_000, return_tensors="np").input_features[0]
    assert theirs.shape == (80, 3000)
    fe = frontend("whisper-80").replace(normalise="exact")
    assert_agree(log_mel(np.pad(y, (0, 480_000 - len(y))), fe), theirs, fe, scaled=True)


@pytest.mark.parametrize("kind", LONG_SIGNALS)
def test_voxtral_is_transformers_spectrogram_with_a_constant_for_the_maximum(kind: str) -> None:
    """Its extractor needs torch; what it computes is Whisper's, held at 1.5 less 8."""
    y = signal(kind, 16_000)
    log10 = spectrogram(
        y,
        window_function(400, "hann"),
        frame_length=400,
        hop_length=160,
        power=2.0,
        mel_filters=mel_filter_bank(201, 128, 0, 8000, 16_000, norm="slaney", mel_scale="slaney"),
        log_mel="log10",
    )[:, :-1]
    fe = frontend("voxtral-realtime")
    assert_agree(log_mel(y, fe), (np.maximum(log10, 1.5 - 8) + 4) / 4, fe)
