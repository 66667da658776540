"""Exact zeros: a source that says nothing, told from silence, pauses and lost sound."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.diagnosis import diagnose
from livemel.diagnosis.finding import Finding, Severity
from livemel.diagnosis.zeros import ZeroDetector
from livemel.sources.scenes import Scene

from tests.diagnosis.looking import SR, hiss, looked
from tests.dsp.strategies import examples


def zeros(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * SR), np.float32)


def found(*parts: np.ndarray | int) -> list[Finding]:
    return looked(ZeroDetector(SR), *parts).findings()


def test_a_source_of_nothing_but_zeros_fails_and_permission_is_named() -> None:
    (finding,) = found(zeros(5))
    assert (finding.code, finding.severity) == ("all-zero", Severity.FAIL)
    assert (finding.start_s, finding.end_s) == (0, 5)
    assert "all 5.0 s are exactly 0" in finding.text
    assert "macOS" in finding.advice


def test_nothing_else_is_said_of_zeros() -> None:
    report = diagnose(np.zeros((5 * SR, 2), np.float32), SR)
    assert [finding.code for finding in report.findings] == ["all-zero"]
    assert report.verdict == "fail"


@examples(20)
@given(st.integers(2 * SR, 5 * SR), st.integers(5 * SR, 6 * SR))
def test_a_source_that_falls_silent_is_told_with_the_sample_it_did(before: int, after: int) -> None:
    (finding,) = found(hiss(before / SR), np.zeros(after))
    assert finding.severity is Severity.FAIL
    assert finding.start_s == before / SR
    assert finding.values["zeros_s"] == after / SR


def test_the_end_of_a_song_is_a_note() -> None:
    (finding,) = found(hiss(4), zeros(3))
    assert finding.severity is Severity.NOTE


def test_zeros_after_which_sound_came_are_a_note() -> None:
    (finding,) = found(hiss(3.21), zeros(6), hiss(2))
    assert finding.severity is Severity.NOTE
    assert finding.start_s == pytest.approx(3.21)
    assert finding.values["zeros_s"] == pytest.approx(6)


@pytest.mark.parametrize(
    "parts",
    [
        (Scene("silence", sr=SR).read(6 * SR),),
        (hiss(3), zeros(1), hiss(3), zeros(1), hiss(3)),
        (hiss(3), zeros(1.9)),
        (hiss(3), 6 * SR),
        (zeros(1.5), 6 * SR),
        (np.stack([hiss(4), zeros(4)], axis=1),),
    ],
    ids=["noise", "pauses", "a short end", "a gap", "a gap after zeros", "one channel"],
)
def test_what_is_not_for_long_or_not_all_of_it_is_none(parts: tuple[np.ndarray | int, ...]) -> None:
    assert found(*parts) == []


def test_lost_sound_does_not_end_zeros() -> None:
    (finding,) = found(zeros(1.3), 777, zeros(1.3))
    assert finding.values["zeros_s"] == pytest.approx(2.6)
