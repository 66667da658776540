"""Diagnosis: one report for one sound, however it comes."""

import json

import livemel
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


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_diagnose_is_diagnosis_of_the_whole(dtype: type) -> None:
    y = Scene("silence", sr=16_000).read(3 * 16_000).astype(dtype)
    stream = Diagnosis(16_000)
    stream.push(y.astype(np.float32))
    stream.finish()
    assert livemel.diagnose(y, 16_000) == stream.report()
    two = livemel.diagnose(np.stack([y, y], axis=1), 16_000)
    assert (two.channels, two.peak_dbfs) == (2, stream.report().peak_dbfs)


@pytest.mark.parametrize(
    ("samples", "sr", "message"),
    [
        (np.zeros(100, np.int16), 16_000, r"samples are int16 of shape \(100,\), not floats"),
        ([0.0, 0.1], 16_000, "samples are a list, not an array of floats"),
        (np.zeros(100), 999, "sr=999 is not between 1000 and"),
        (np.zeros((2, 3, 4), np.float32), 16_000, r"shape \(2, 3, 4\)"),
        (np.zeros(100, np.float32), 0, "sr=0 is not between 1000 and"),
        (np.zeros(100, np.float32), 44_100.5, "sr=44100.5 is not a whole number"),
        (np.zeros((100, 0), np.float32), 16_000, "channels=0"),
    ],
)
def test_what_cannot_be_diagnosed_is_refused_with_the_value(
    samples: object, sr: object, message: str
) -> None:
    with pytest.raises(ParameterError, match=message):
        livemel.diagnose(samples, sr)


def test_a_sound_too_short_to_tell_is_no_fault() -> None:
    for n in (0, 1, 300):
        report = livemel.diagnose(np.zeros(n, np.float32), 16_000)
        assert (report.verdict, report.findings) == ("ok", ())


@pytest.mark.parametrize("n", [0, 1, 24_000, 48_000, 48_001])
def test_sound_may_end_anywhere_also_where_a_block_does(n: int) -> None:
    diagnosis = Diagnosis(48_000, 2)
    diagnosis.push(0.1 * np.ones((n, 2), np.float32))
    diagnosis.finish()
    assert diagnosis.report().seconds == n / 48_000


def test_a_dropout_shortly_before_the_end_is_found_also_where_a_block_ends_there() -> None:
    y = Scene("speechlike", sr=48_000, seed=1).read(3 * 48_000)
    y[-3000:-2000] = 0
    diagnosis = Diagnosis(48_000)
    diagnosis.push(y)
    diagnosis.finish()
    assert [finding.code for finding in diagnosis.report().findings] == ["dropout"]


@pytest.mark.parametrize("sr", [22_050, 44_100, 48_000])
@pytest.mark.parametrize("hz", [250.0, 440.0, 997.0, 1000.0, 3000.0])
def test_a_test_tone_is_a_tone_and_nothing_else(hz: float, sr: int) -> None:
    y = 0.7 * np.sin(2 * np.pi * hz * np.arange(8 * sr) / sr)
    diagnosis = Diagnosis(sr)
    diagnosis.push((np.round(y * 32_767) / 32_768).astype(np.float32))
    diagnosis.finish()
    codes = {finding.code for finding in diagnosis.report().findings}
    assert codes <= {"tone"}
    assert not diagnosis.report().hum.present
