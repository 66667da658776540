"""Discontinuities: clicks, splices, repeated buffers; and what only begins suddenly."""

import numpy as np
import pytest
from livemel.bench.corpus import jumped
from livemel.bench.faults import score
from livemel.diagnosis import Diagnosis, Report
from livemel.sources.scenes import Scene


def report(samples: np.ndarray, sr: int) -> Report:
    diagnosis = Diagnosis(sr)
    diagnosis.push(samples.astype(np.float32))
    diagnosis.finish()
    return diagnosis.report()


@pytest.mark.parametrize("kind", ["click", "splice", "repeat"])
def test_jumps_are_found_and_nothing_else(kind: str) -> None:
    counts = score(jumped(name, kind, 48_000, 10.0, 4) for name in ("harp", "vowels"))
    n, hit, false = counts["discontinuity", kind]
    assert n >= 10
    assert hit >= 0.9 * n  # of so few; livemel bench faults has the figures
    assert false == 0


@pytest.mark.parametrize("sr", [16_000, 48_000])
def test_the_scene_is_clicks_only_and_each_regular_one_is_found(sr: int) -> None:
    found = report(Scene("clicks", sr=sr).read(2 * sr + sr // 10), sr)
    (finding,) = found.findings
    assert (finding.code, finding.values["kind"]) == ("discontinuity", "click")
    assert found.discontinuities == 8  # in the first bar there is no other
    assert finding.text == "Discontinuities: 8 clicks, 4 a second"
    assert finding.start_s == 0.25


@pytest.mark.parametrize("name", ["speechlike", "birdsong", "chirp", "bearing", "hum50"])
@pytest.mark.parametrize("sr", [16_000, 48_000])
def test_what_is_struck_plucked_or_spoken_is_no_discontinuity(name: str, sr: int) -> None:
    assert report(Scene(name, sr=sr, seed=7).read(5 * sr), sr).discontinuities == 0


def test_a_repeated_buffer_is_told_from_a_splice() -> None:
    y = Scene("vowels", sr=48_000).read(48_000 * 3)
    twice = np.concatenate([y[:70_000], y[69_000:]])
    found = report(twice, 48_000)
    assert [f.values["kind"] for f in found.findings] == ["repeat"]
    assert found.findings[0].start_s * 48_000 == pytest.approx(70_000, abs=3)


@pytest.mark.parametrize("hz", [60.0, 440.0])
def test_a_rectangle_has_edges_by_nature(hz: float) -> None:
    wave = 0.5 * np.sign(np.sin(2 * np.pi * hz * np.arange(3 * 48_000) / 48_000 + 0.3))
    assert report(wave, 48_000).discontinuities == 0
