"""Rows and the frequencies they stand for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.dsp.centres import centres, rows_within
from livemel.dsp.models import frontend
from livemel.ui.view_state import ViewState

from tests.dsp.strategies import examples

LIVE = frontend()
VIEWS = [LIVE.replace(representation=name, fmin=40.0) for name in ("mel", "linear", "log")]


@pytest.mark.parametrize("fe", VIEWS, ids=lambda fe: fe.representation)
def test_a_centre_stands_in_the_middle_of_its_row_in_the_picture(fe: object) -> None:
    hz = centres(fe)  # type: ignore[arg-type]
    view = ViewState(fe, 100, 700, 10.0, -70.0, 30.0)  # type: ignore[arg-type]
    rows = [view.fraction_of(value) * len(hz) for value in hz]
    np.testing.assert_allclose(rows, np.arange(len(hz)) + 0.5, atol=1e-6)


@pytest.mark.parametrize("name", ["mfcc", "waveform"])
def test_a_view_without_frequencies_has_no_centres_and_gives_all_rows(name: str) -> None:
    fe = LIVE.replace(representation=name)
    assert centres(fe).size == 0
    assert rows_within(fe, 100, 200) == range(fe.n_rows)


@examples(60)
@given(low=st.floats(0, 24_000), high=st.floats(0, 24_000), fe=st.sampled_from(VIEWS))
def test_rows_within_are_those_between_or_the_nearest(low: float, high: float, fe: object) -> None:
    rows = rows_within(fe, low, high)  # type: ignore[arg-type]
    hz = centres(fe)  # type: ignore[arg-type]
    inside = np.flatnonzero((hz >= min(low, high)) & (hz <= max(low, high)))
    if len(inside):
        assert list(rows) == list(inside)
    else:
        assert len(rows) == 1
        middle = (low + high) / 2
        assert abs(hz[rows[0]] - middle) == np.abs(hz - middle).min()


def test_a_stretch_without_frequencies_is_all_rows() -> None:
    assert rows_within(LIVE, float("nan"), float("nan")) == range(LIVE.n_rows)
