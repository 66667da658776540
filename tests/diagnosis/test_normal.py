"""The learned normal: medians, spreads, scores, and how often chance goes over a threshold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from livemel import log_mel
from livemel.diagnosis.anomaly import AnomalyDetector, anomalies
from livemel.diagnosis.learning import Learning
from livemel.diagnosis.normal import Normal
from livemel.errors import ParameterError
from livemel.sources.scenes import Scene
from scipy.stats import median_abs_deviation

from tests.diagnosis.machine import FRONTEND, SR, learned, machine

ROWS = FRONTEND.n_rows


@pytest.fixture(scope="module")
def normal() -> Normal:
    return learned(machine(60.0))


def test_median_and_spread_are_those_of_scipy(normal: Normal) -> None:
    columns = log_mel(machine(60.0), FRONTEND)
    # Whole stretches of two seconds are learned from.
    columns = columns[:, : columns.shape[1] // 200 * 200]
    np.testing.assert_allclose(normal.median, np.median(columns, axis=1), rtol=1e-6)
    spread = median_abs_deviation(columns, axis=1, scale="normal")
    np.testing.assert_allclose(normal.spread, np.maximum(spread, 0.5), rtol=1e-3)


def test_deviations_are_in_sigma_of_each_row(normal: Normal) -> None:
    columns = normal.median[:, np.newaxis] + normal.spread[:, np.newaxis] * np.float32([-2, 0, 3])
    expected = np.tile(np.float32([-2, 0, 3]), (ROWS, 1))
    np.testing.assert_allclose(normal.deviation(columns), expected, atol=1e-4)


def test_columns_of_other_rows_are_refused(normal: Normal) -> None:
    with pytest.raises(ParameterError, match="other columns"):
        normal.deviation(np.zeros((ROWS + 1, 3), dtype=np.float32))


def test_another_front_end_is_told_by_what_differs(normal: Normal) -> None:
    other = FRONTEND.replace(n_mels=64, hop_length=200)
    assert normal.misfit(FRONTEND) == ""
    assert normal.misfit(other) == "hop_length 200, not 160, n_mels 64, not 128"
    with pytest.raises(ParameterError, match="hop_length 200, not 160"):
        AnomalyDetector(normal, frontend=other)


def test_a_higher_threshold_belongs_to_a_lower_rate(normal: Normal) -> None:
    thresholds = [normal.threshold(rate) for rate in (60.0, 1.0, 1 / 24)]
    assert 4.0 <= thresholds[0] < thresholds[1] < thresholds[2] < 12.0


@pytest.mark.parametrize(("seconds", "longest"), [(5, 2), (10, 2), (30, 10), (60, 10)])
def test_only_lengths_that_were_often_heard_are_compared(seconds: float, longest: int) -> None:
    assert learned(machine(seconds)).bank.longest == longest


def test_too_little_is_told() -> None:
    with pytest.raises(ParameterError, match=r"0\.9 s are too few to learn from: at least 1\.6 s"):
        learned(machine(1.0))


def test_a_waveform_has_no_normal() -> None:
    with pytest.raises(ParameterError, match="waveform"):
        Learning(FRONTEND.replace(representation="waveform"))


def test_rows_that_never_move_make_no_change_infinite() -> None:
    silence = np.zeros(10 * SR, dtype=np.float32)
    normal = learned(silence)
    assert normal.threshold() == 4.0
    assert not anomalies([log_mel(silence, FRONTEND)], normal)
    scores = normal.scores(log_mel(machine(2.0), FRONTEND))
    assert np.isfinite(scores).all()
    assert scores.min() > 10


def test_missing_and_not_finite_columns_are_not_learned() -> None:
    columns = log_mel(machine(30.0), FRONTEND)
    spoilt, missing = columns.copy(), np.zeros(columns.shape[1], dtype=np.bool_)
    spoilt[:, 1000:1010] = np.nan
    spoilt[:, 2000:2040], missing[2000:2040] = -100.0, True
    learning = Learning(FRONTEND)
    learning.push(spoilt, missing)
    assert learning.seconds == pytest.approx((columns.shape[1] - 50) / 100)
    np.testing.assert_allclose(learning.normal().median, learned(machine(30.0)).median, atol=0.3)


def test_memory_does_not_grow_with_what_is_learned() -> None:
    """An hour of columns in little room: what is kept is spread over all of it."""
    rng = np.random.default_rng(0)
    learning = Learning(FRONTEND, most_values=10 * 1000 * ROWS)
    minute = rng.normal(-30, 5, (ROWS, 6000)).astype(np.float32)
    for number in range(60):
        learning.push(minute + np.float32(number))
        assert sum(each.size for each in learning._kept) <= 11 * 1000 * ROWS
    assert learning.seconds == 3600
    normal = learning.normal()
    assert normal.learned_s == 3600
    np.testing.assert_allclose(np.median(normal.median), -30 + 29.5, atol=6)


@settings(max_examples=6, deadline=None)
@given(cuts=st.lists(st.integers(0, 400), max_size=8))
def test_any_chunks_teach_the_same(cuts: list[int]) -> None:
    columns = np.random.default_rng(1).normal(size=(ROWS, 400)).astype(np.float32)
    columns = np.tile(columns, (1, 3))
    whole, parts = Learning(FRONTEND), Learning(FRONTEND)
    whole.push(columns)
    for part in np.split(columns, sorted(cuts), axis=1):
        parts.push(part)
    one, other = whole.normal(), parts.normal()
    assert one.tail == other.tail
    for a, b in zip(one.sides, other.sides, strict=True):
        np.testing.assert_array_equal(a.above, b.above)


def false_alarms_per_hour(normal: Normal, minutes: int, rate: float, seed: int) -> float:
    events = 0
    for minute in range(minutes):
        sound = machine(60.0, seed=seed + minute)
        events += len(anomalies([log_mel(sound, FRONTEND)], normal, rate))
    return events * 60 / minutes


def test_normal_sound_goes_over_the_threshold_about_as_often_as_was_chosen() -> None:
    normal = learned(machine(180.0, seed=1))
    assert 60 / 3 < false_alarms_per_hour(normal, 12, 60.0, seed=1000) < 60 * 3


@pytest.mark.soak
def test_over_hours_the_false_alarms_are_those_that_were_chosen() -> None:
    rates = []
    for seed in range(4):
        normal = learned(machine(120.0, seed=seed))
        rates.append([false_alarms_per_hour(normal, 90, rate, seed=10_000) for rate in (60.0, 6.0)])
    for found, wanted in zip(np.mean(rates, axis=0), (60.0, 6.0), strict=True):
        assert wanted / 3 < found < wanted * 3


@pytest.mark.parametrize("name", ["silence", "hum50"])
def test_a_scene_that_goes_on_as_it_was_is_normal(name: str) -> None:
    sound = Scene(name, sr=SR).read(90 * SR)
    normal = learned(sound[: 60 * SR])
    assert not anomalies([log_mel(sound[: 60 * SR], FRONTEND)], normal, 1 / 24)
