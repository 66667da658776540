"""Seamless and NeMo with their statistics, Gemma filled up: what the models get.

Their rows over all signals: tests/verify/test_references.py.
"""

import numpy as np
import pytest
from livemel.dsp.models import frontend
from livemel.dsp.stream import log_mel
from livemel.verify.agreement import LOG
from livemel.verify.signals import signal
from transformers import (
    Gemma3nAudioFeatureExtractor,
    Gemma4AudioFeatureExtractor,
    SeamlessM4TFeatureExtractor,
)

from tests.dsp.reference.agreement import assert_agree
from tests.verify.running import LONG_SIGNALS, columns_of

SEAMLESS = SeamlessM4TFeatureExtractor()
GEMMA = {"gemma3n": Gemma3nAudioFeatureExtractor(), "gemma4": Gemma4AudioFeatureExtractor()}
LENGTHS = (321, 512, 513, 673, 16_000, 16_001, 16_160)


@pytest.mark.parametrize("kind", ["speech-like", "music-like", "noise"])
def test_seamless_stacked_by_two_is_transformers_with_them(kind: str) -> None:
    y = signal(kind, 16_000)[: 400 + 160 * 99]  # 100 frames: none is filled up
    ours = log_mel(y, frontend("seamless").replace(normalise="exact"))
    theirs = SEAMLESS(y, sampling_rate=16_000, return_tensors="np").input_features[0]
    np.testing.assert_allclose(ours.T.reshape(50, 160), theirs, rtol=0, atol=LOG)


def gemma(name: str, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The extractor's columns, and which of them it says are of real sound."""
    features = GEMMA[name]([y], return_tensors="np")
    return features["input_features"][0].T, features["input_features_mask"][0]


def assert_gemmas(name: str, y: np.ndarray) -> None:
    """Filled up to a multiple of 128 samples, as the extractors do."""
    theirs, valid = gemma(name, y)
    fe = frontend(name)
    ours = log_mel(np.pad(y, (0, -len(y) % 128)), fe)
    assert ours.shape == theirs.shape
    if name == "gemma4":  # which sets the others to 0
        assert not theirs[:, ~valid].any()
        ours, theirs = ours[:, valid], theirs[:, valid]
    assert_agree(ours, theirs, fe)


@pytest.mark.parametrize("name", GEMMA)
@pytest.mark.parametrize("kind", LONG_SIGNALS)
def test_gemma_is_transformers_numbers(name: str, kind: str) -> None:
    assert_gemmas(name, signal(kind, 16_000))


@pytest.mark.parametrize("name", GEMMA)
@pytest.mark.parametrize("n", LENGTHS)
def test_gemma_has_transformers_columns_for_any_length(name: str, n: int) -> None:
    assert_gemmas(name, signal("noise", 16_000)[:n])


def nemo(bands: int, y: np.ndarray) -> np.ndarray:
    return columns_of(f"nemo-fastconformer-{bands}", "onnx-asr")(y, 16_000)


@pytest.mark.parametrize("bands", [80, 128])
@pytest.mark.parametrize("kind", ["speech-like", "music-like", "noise", "impulse"])
def test_nemo_is_onnx_asrs_with_each_bands_statistics(bands: int, kind: str) -> None:
    """Not of silence: a deviation of 0 makes a number of what is rounding alone."""
    y = signal(kind, 16_000)
    ours = log_mel(y, frontend(f"nemo-fastconformer-{bands}").replace(normalise="exact"))
    np.testing.assert_allclose(ours, nemo(bands, y), rtol=0, atol=LOG)


@pytest.mark.parametrize("n", [3200, 3201, 3359, 3360])
def test_nemo_has_onnx_asrs_columns_for_any_length(n: int) -> None:
    y = signal("noise", 16_000)[:n]
    fe = frontend("nemo-fastconformer-80").replace(normalise="exact")
    np.testing.assert_allclose(log_mel(y, fe), nemo(80, y), rtol=0, atol=LOG)
