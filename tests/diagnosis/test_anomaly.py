"""Anomalies: what is not as a machine's learned normal, when, where, and by how much."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from livemel import log_mel
from livemel.diagnosis.anomaly import AnomalyDetector, anomalies
from livemel.diagnosis.anomaly_event import rate_text
from livemel.diagnosis.finding import Finding, Severity
from livemel.diagnosis.normal import Normal
from livemel.dsp.centres import centres
from livemel.dsp.weighting import full_scale_sine

from tests.diagnosis.machine import FRONTEND, SR, TONE_HZ, Samples, learned, machine

T = np.arange(20 * SR) / SR
INSIDE = (T >= 10) & (T < 13)


@pytest.fixture(scope="module")
def normal() -> Normal:
    return learned(machine(60.0))


@pytest.fixture(scope="module")
def held_out() -> Samples:
    return machine(20.0, seed=77)


def found(sound: Samples, normal: Normal, rate: float = 1.0) -> list[Finding]:
    return anomalies([log_mel(sound, FRONTEND)], normal, rate, frontend=FRONTEND)


def tone(normal: Normal, hz: float, over_db: float) -> Samples:
    """From 10 to 13 s, so much over what the row at hz usually reads."""
    row = int(np.abs(centres(FRONTEND) - hz).argmin())
    level = normal.median[row] + over_db - full_scale_sine(FRONTEND)[row]
    return np.where(INSIDE, 10 ** (level / 20) * np.sin(2 * np.pi * hz * T), 0).astype(np.float32)


def test_sound_that_was_not_learned_but_is_normal_gives_nothing(
    normal: Normal, held_out: Samples
) -> None:
    assert found(held_out, normal) == []


@pytest.mark.parametrize("hz", [1000.0, 5000.0])
def test_a_new_tone_6_db_over_is_found_with_its_time_and_band(
    normal: Normal, held_out: Samples, hz: float
) -> None:
    (finding,) = found(held_out + tone(normal, hz, 6.0), normal)
    assert finding.code == "anomaly"
    assert finding.severity is Severity.WARN
    assert (finding.start_s, finding.end_s) == pytest.approx((10.0, 13.0), abs=0.3)
    values = finding.values
    assert values["low_hz"] < hz < values["high_hz"] < 1.2 * hz
    assert values["score_sigma"] > values["threshold_sigma"] == normal.threshold()
    # The tone's power comes on top of what is there.
    assert values["difference_db"] == pytest.approx(10 * np.log10(1 + 10**0.6), abs=2.5)
    assert finding.lines_hz == pytest.approx((hz,), rel=0.05)


def test_a_tone_far_below_the_noise_is_not_found(normal: Normal, held_out: Samples) -> None:
    assert found(held_out + tone(normal, 5000.0, -10.0), normal) == []


def test_a_click_is_found_to_the_column(normal: Normal, held_out: Samples) -> None:
    sound = held_out.copy()
    sound[8 * SR] += 0.5
    (finding,) = found(sound, normal)
    assert finding.start_s == pytest.approx(8.0, abs=0.07)
    assert finding.end_s == pytest.approx(8.0, abs=0.07)


def test_a_tone_that_is_missing_is_found_as_less(normal: Normal, held_out: Samples) -> None:
    without = held_out - np.where(INSIDE, 0.01 * np.sin(2 * np.pi * TONE_HZ * T), 0)
    (finding,) = found(without.astype(np.float32), normal)
    assert "under normal" in finding.text
    assert finding.values["score_sigma"] < 0
    assert finding.values["difference_db"] < -3
    assert finding.values["low_hz"] < TONE_HZ < finding.values["high_hz"]
    assert (finding.start_s, finding.end_s) == pytest.approx((10.0, 13.0), abs=0.15)


def test_one_and_a_half_decibels_more_of_everything_are_found(
    normal: Normal, held_out: Samples
) -> None:
    louder = np.where(INSIDE, 10 ** (1.5 / 20), 1) * held_out
    (finding,) = found(louder.astype(np.float32), normal)
    assert (finding.start_s, finding.end_s) == pytest.approx((10.0, 13.0), abs=0.15)


def test_the_text_says_how_much_where_how_long_and_by_which_threshold(
    normal: Normal, held_out: Samples
) -> None:
    (finding,) = found(held_out + tone(normal, 5000.0, 10.0), normal)
    score = finding.values["score_sigma"]
    assert finding.text.startswith(f"Anomaly: {score:.1f} σ over normal at 4.")
    assert finding.text.endswith(
        f"kHz for {finding.end_s - finding.start_s:.1f} s; "
        f"the threshold is {normal.threshold():.1f} σ (1 false alarm an hour)"
    )


@pytest.mark.parametrize(
    ("per_hour", "text"),
    [
        (1.0, "1 false alarm an hour"),
        (1 / 24, "1 false alarm a day"),
        (60.0, "1 false alarm a minute"),
        (6.0, "6 false alarms an hour"),
    ],
)
def test_a_rate_is_said_in_words(per_hour: float, text: str) -> None:
    assert rate_text(per_hour) == text


def test_what_goes_on_ends_with_what_is_known(normal: Normal, held_out: Samples) -> None:
    sound = (held_out + tone(normal, 5000.0, 12.0))[: 12 * SR]
    (finding,) = found(sound, normal)
    assert finding.end_s == pytest.approx(12.0, abs=0.2)


def test_missing_sound_is_no_anomaly(normal: Normal, held_out: Samples) -> None:
    sound = held_out.copy()
    sound[8 * SR : 9 * SR] = 0
    columns = log_mel(sound, FRONTEND)
    missing = np.zeros(columns.shape[1], dtype=np.bool_)
    missing[785:905] = True
    detector = AnomalyDetector(normal)
    scores = detector.push(columns, missing)
    assert detector.findings() == []
    assert np.isnan(scores).any()
    assert np.isfinite(scores[100:]).all()
    assert len(found(sound, normal)) == 1


@settings(max_examples=12, deadline=None)
@given(cuts=st.lists(st.integers(0, 2000), max_size=12))
def test_any_chunks_give_the_same_findings(
    normal: Normal, held_out: Samples, cuts: list[int]
) -> None:
    columns = log_mel(held_out + tone(normal, 5000.0, 6.0), FRONTEND)
    parts = np.split(columns, sorted(cuts), axis=1)
    assert anomalies(parts, normal) == anomalies([columns], normal)


def test_scores_are_the_same_from_normal_and_detector(normal: Normal, held_out: Samples) -> None:
    columns = log_mel(held_out, FRONTEND)
    np.testing.assert_array_equal(normal.scores(columns), AnomalyDetector(normal).push(columns))


def test_times_count_from_the_stream_s_beginning(normal: Normal, held_out: Samples) -> None:
    columns = log_mel(held_out + tone(normal, 5000.0, 12.0), FRONTEND)
    (here,), (later,) = (anomalies([columns], normal, begin_s=s) for s in (0.0, 100.0))
    assert later.start_s == pytest.approx(here.start_s + 100)


def test_however_many_there_are_memory_does_not_grow(normal: Normal) -> None:
    detector = AnomalyDetector(normal)
    columns = log_mel(machine(3.5, seed=5), FRONTEND)[:, :300]
    columns[:, 150:152] += 60
    most = 0
    for _ in range(300):
        detector.push(columns)
        most = max(most, len(detector._events))
    assert 64 <= len(detector.findings()) <= most == 256
