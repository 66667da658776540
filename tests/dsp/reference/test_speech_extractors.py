"""Seamless, Gemma 3n and Gemma 4 against transformers' extractors; NeMo against onnx-asr's."""

import sys
from functools import cache
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from unittest.mock import patch

import numpy as np
import pytest
from livemel.dsp.models import frontend
from livemel.dsp.stream import log_mel
from transformers import (
    Gemma3nAudioFeatureExtractor,
    Gemma4AudioFeatureExtractor,
    SeamlessM4TFeatureExtractor,
)

from tests.dsp.reference.agreement import LOG, assert_agree
from tests.dsp.reference.signals import LONG_SIGNALS, signal

SEAMLESS = SeamlessM4TFeatureExtractor()
GEMMA = {"gemma3n": Gemma3nAudioFeatureExtractor(), "gemma4": Gemma4AudioFeatureExtractor()}
LENGTHS = (321, 512, 513, 673, 16_000, 16_001, 16_160)


@pytest.mark.parametrize("kind", LONG_SIGNALS)
def test_seamless_is_transformers_before_the_statistics_of_the_utterance(kind: str) -> None:
    y = signal(kind, 16_000)
    fe = frontend("seamless").replace(normalise="none")
    assert_agree(log_mel(y, fe), SEAMLESS._extract_fbank_features(y).T, fe)


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


@cache
def nemo_preprocessors() -> type:
    """onnx-asr's numpy module by itself: its package would import onnxruntime, which it is not."""
    with patch.dict(sys.modules):
        for package in ("onnx_asr", "onnx_asr.preprocessors"):
            spec = find_spec(package)
            assert spec is not None, "onnx-asr is not installed"
            sys.modules[package] = module_from_spec(spec)
        sys.modules["onnx_asr"].preprocessors = sys.modules["onnx_asr.preprocessors"]
        preprocessors: type = import_module(
            "onnx_asr.preprocessors.numpy_preprocessor"
        ).NemoPreprocessorNumpy
    return preprocessors


def nemo(bands: int, y: np.ndarray) -> np.ndarray:
    preprocess = nemo_preprocessors()(f"nemo{bands}")
    features, lengths = preprocess(y[np.newaxis], np.array([len(y)]))
    columns: np.ndarray = features[0][:, : lengths[0]]
    return columns


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
