"""Findings know their columns and their words."""

import numpy as np
import pytest
from livemel import FrontEnd
from livemel.diagnosis.finding import Finding, Severity


@pytest.mark.parametrize("severity", list(Severity))
def test_a_severity_is_a_word_and_back(severity: Severity) -> None:
    assert Severity.parse(str(severity)) is severity


def test_another_word_is_refused_with_the_choice() -> None:
    with pytest.raises(ValueError, match="'bad' is none of note, warn, fail"):
        Severity.parse("bad")


@pytest.mark.parametrize(("start_s", "end_s"), [(0.0, 0.1), (1.0, 1.0), (2.503, 2.9), (3.0, 9.9)])
def test_a_finding_concerns_the_columns_that_are_drawn_where_it_is(
    start_s: float, end_s: float
) -> None:
    fe = FrontEnd(sr=48_000)
    columns = Finding("hum", Severity.WARN, "", start_s, end_s).columns(fe)
    middles = (fe.first_centre + np.arange(2000) * fe.hop_length) / fe.sr
    half = fe.hop_length / fe.sr / 2
    drawn = np.flatnonzero((middles + half >= start_s) & (middles - half <= end_s))
    assert abs(columns.start - drawn[0]) <= 1
    assert abs(columns.stop - 1 - drawn[-1]) <= 1
