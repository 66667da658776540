"""DC: found with its error, and not where low-frequency sound only looks like it."""

import numpy as np
import pytest
from livemel.diagnosis.dc_offset import OffsetDetector
from livemel.diagnosis.finding import Finding, Severity
from livemel.sources.scenes import Scene

from tests.diagnosis.looking import SR, hiss, looked


def found(y: np.ndarray) -> list[Finding]:
    channels = 1 if y.ndim == 1 else y.shape[1]
    return looked(OffsetDetector(SR, channels), y).findings()


def seconds(y: np.ndarray) -> np.ndarray:
    return np.arange(len(y)) / SR


def test_the_offset_lies_within_its_errors_of_the_truth() -> None:
    deviations = []
    for seed in range(40):
        (finding,) = found(hiss(10, 0.3, seed) + 0.01)
        error = finding.values["offset_percent"] - 1.0
        deviations.append(error / finding.values["offset_se_percent"])
    assert np.sqrt(np.mean(np.square(deviations))) == pytest.approx(1, abs=0.35)
    assert max(map(abs, deviations)) < 5


@pytest.mark.parametrize(
    ("offset", "severity"), [(0.0004, None), (0.002, Severity.NOTE), (-0.02, Severity.WARN)]
)
def test_it_is_told_from_a_thousandth_of_full_scale_on(
    offset: float, severity: Severity | None
) -> None:
    y = Scene("speechlike", sr=SR).read(20 * SR) + offset
    detector = looked(OffsetDetector(SR, 1), y)
    assert [finding.severity for finding in detector.findings()] == ([severity] if severity else [])
    assert detector.figures()["dc_offset"] == pytest.approx(offset, abs=2e-4)


def test_a_small_one_that_outweighs_the_sound_is_worth_a_warning() -> None:
    (finding,) = found(hiss(6, 1e-4) + 0.0015)
    assert finding.severity is Severity.WARN
    assert "stronger than the sound" in finding.text


# Half a period at least: less is an offset, as far as one can know.
@pytest.mark.parametrize(
    ("hz", "length_s"), [(0.03, 47), (0.05, 12), (0.05, 47), (0.1, 12), (0.7, 12), (5, 47)]
)
@pytest.mark.parametrize("phase", [0.0, 1.0, 2.0])
def test_low_frequency_sound_is_no_offset(hz: float, length_s: int, phase: float) -> None:
    y = hiss(length_s, 0.01)
    assert found(y + 0.05 * np.sin(2 * np.pi * hz * seconds(y) + phase)) == []


def test_random_infrasound_is_no_offset() -> None:
    for seed in range(30):
        steps = np.random.default_rng(seed).standard_normal(40) * 0.02
        y = hiss(20, 0.01, seed)
        assert found(y + np.interp(seconds(y), np.arange(40) / 2, steps)) == []


def test_since_when_is_told() -> None:
    y = hiss(12)
    y[5 * SR :] += 0.03
    (finding,) = found(y)
    assert finding.start_s == pytest.approx(5, abs=0.5)
    assert finding.values["offset_percent"] == pytest.approx(3, abs=0.1)
    assert "since about 5.0 s" in finding.text


def test_a_drift_is_told_with_its_error() -> None:
    y = hiss(30, 0.02)
    (finding,) = found(y + 0.01 + 0.02 * seconds(y) / 60)
    se = finding.values["drift_se_percent_per_min"]
    assert finding.values["drift_percent_per_min"] == pytest.approx(2, abs=4 * se)
    assert se < 0.2
    assert "drifting" in finding.text


def test_a_long_sound_takes_no_more_memory() -> None:
    detector = OffsetDetector(SR, 1)
    y = hiss(60) + 0.01
    for _ in range(5):
        looked(detector, y)
    assert len(detector._batches) < 64
    (finding,) = detector.findings()
    assert finding.values["offset_percent"] == pytest.approx(1, abs=0.05)


def test_each_channel_has_its_own_and_the_largest_is_reported() -> None:
    y = np.stack([hiss(6), hiss(6, seed=1) - 0.02], axis=1)
    detector = looked(OffsetDetector(SR, 2), y)
    assert [finding.channel for finding in detector.findings()] == [2]
    assert detector.figures()["dc_offset"] == pytest.approx(-0.02, abs=1e-3)


def test_lost_sound_is_no_part_of_the_mean() -> None:
    detector = looked(OffsetDetector(SR, 1), hiss(5) + 0.02, 7 * SR + 33, hiss(5) + 0.02)
    assert detector.figures()["dc_offset"] == pytest.approx(0.02, abs=1e-3)
