"""The spectral detectors together: the demo scenes and a studio give none of their findings."""

import numpy as np
import pytest
from hypothesis import given, settings
from livemel.diagnosis import Diagnosis
from livemel.diagnosis.report import Report
from livemel.sources.scenes import SCENES

from tests.diagnosis.scenes import OWN, falling_noise, scene, seconds_of, studio
from tests.dsp.strategies import chunk_sizes, chunks, noise


def report_of(y: np.ndarray, sr: int, sizes: list[int] | None = None) -> Report:
    diagnosis = Diagnosis(sr)
    for part in chunks(y.astype(np.float32), sizes or [len(y)]):
        diagnosis.push(part)
    diagnosis.finish()
    return diagnosis.report()


@pytest.mark.parametrize("name", SCENES)
@pytest.mark.parametrize(("sr", "seed"), [(48_000, 0), (44_100, 1), (16_000, 2)])
def test_no_demo_scene_has_any_of_these_faults(name: str, sr: int, seed: int) -> None:
    report = report_of(scene(name, 16, sr, seed), sr)
    assert [f.text for f in report.findings if f.code in OWN] == []
    assert report.tones == ()
    assert report.bandwidth_hz == sr / 2


@pytest.mark.parametrize("name", ["speechlike", "vowels"])
def test_a_studio_has_none_of_these_faults(name: str) -> None:
    assert [f.text for f in report_of(studio(12, name=name), 48_000).findings] == []


@settings(max_examples=8, deadline=None)
@given(chunk_sizes(4000))
def test_any_chunks_give_the_same_findings(sizes: list[int]) -> None:
    sr = 8_000
    n = 12 * sr + 77
    t = seconds_of(n, sr)
    y = 0.01 * np.sin(2 * np.pi * 777 * t) + noise(n, level=0.001)
    y += 0.1 * falling_noise(n, sr, np.random.default_rng(0)) * (t % 4 < 1)
    whole = report_of(y, sr)
    assert {f.code for f in whole.findings} >= {"tone", "rumble"}
    assert report_of(y, sr, sizes) == whole
