"""Diagnosis: one report for one sound, however it comes."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from livemel import ParameterError
from livemel.diagnosis import Diagnosis
from livemel.sources.scenes import Scene

from tests.dsp.strategies import chunk_sizes, chunks


@settings(max_examples=10, deadline=None)
@given(chunk_sizes(4000))
def test_any_chunks_give_the_same_report(sizes: list[int]) -> None:
    y = Scene("hum50", sr=16_000).read(5 * 16_000 + 77)
    whole, cut = Diagnosis(16_000), Diagnosis(16_000)
    whole.push(y)
    for part in chunks(y, sizes):
        cut.push(part)
    whole.finish()
    cut.finish()
    assert whole.report() == cut.report()


def test_a_report_is_plain_json() -> None:
    diagnosis = Diagnosis(48_000, 2)
    diagnosis.push(np.stack([Scene("silence", sr=48_000).read(144_000)] * 2, axis=1))
    diagnosis.finish()
    plain = json.loads(json.dumps(diagnosis.report().to_dict(), allow_nan=False))
    assert plain["verdict"] == "warn"
    assert "low-level" in [finding["code"] for finding in plain["findings"]]


def test_sound_of_another_shape_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"\(10, 3\) are not \(n, 2\)"):
        Diagnosis(48_000, 2).push(np.zeros((10, 3), np.float32))
