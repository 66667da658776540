"""Whisper at any length, ten minutes of it, and as the model takes it.

Its rows over all signals: tests/verify/test_references.py.
"""

import numpy as np
import pytest
from livemel.dsp.models import frontend
from livemel.dsp.stream import log_mel
from livemel.verify.signals import signal, ten_minutes
from transformers import WhisperFeatureExtractor

from tests.dsp.reference.agreement import assert_agree
from tests.verify.running import columns_of

EXTRACTORS = {n: WhisperFeatureExtractor(feature_size=n) for n in (80, 128)}


def assert_whispers(y: np.ndarray) -> None:
    fe = frontend("whisper-80").replace(normalise="exact")
    theirs = columns_of("whisper-80", "transformers")(y, fe.sr)
    assert_agree(log_mel(y, fe), theirs, fe, scaled=True)


@pytest.mark.parametrize("n", [201, 399, 400, 401, 16_000, 16_159, 16_160])
def test_whisper_has_transformers_columns_for_any_length(n: int) -> None:
    assert_whispers(signal("noise", 16_000)[:n])


def test_ten_minutes_are_whispers_to_the_last_column() -> None:
    assert_whispers(ten_minutes(16_000))


def test_thirty_seconds_filled_up_with_zeros_are_the_models_80_by_3000() -> None:
    y = signal("speech-like", 16_000)
    features = EXTRACTORS[80](y, sampling_rate=16_000, return_tensors="np")
    theirs = features.input_features[0]
    assert theirs.shape == (80, 3000)
    fe = frontend("whisper-80").replace(normalise="exact")
    assert_agree(log_mel(np.pad(y, (0, 480_000 - len(y))), fe), theirs, fe, scaled=True)
