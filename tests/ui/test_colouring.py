"""How a picture is coloured: its ends, and what stays when the front-end changes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.dsp.models import frontend
from livemel.ui.colormaps import lookup_table
from livemel.ui.colouring import SIGMAS, Colouring
from livemel.ui.theme import DARK
from livemel.ui.value_range import first_range
from livemel.ui.view_state import RowScale


def deviation(rows: int) -> RowScale:
    return RowScale(np.zeros(rows, np.float32), np.ones(rows, np.float32))


def test_each_kind_of_values_keeps_the_range_it_had_last() -> None:
    colours = Colouring(DARK, "viridis")
    decibels, normalised = frontend("live"), frontend("whisper-80")
    colours.begin(decibels)
    assert colours.shown_range == first_range(decibels)
    colours.set_range(-50.0, -10.0)
    colours.begin(normalised)
    assert colours.shown_range == first_range(normalised)
    colours.begin(decibels)
    assert colours.shown_range == (-50.0, -10.0)


def test_deviations_have_ends_and_colours_of_their_own() -> None:
    fe = frontend("live")
    colours = Colouring(DARK, "viridis")
    colours.begin(fe)
    values = colours.db_range
    colours.set_deviation(deviation(fe.n_rows))
    colours.set_sigmas(-2.0, 3.0)
    assert (colours.shown_range, colours.db_range) == ((-2.0, 3.0), values)
    np.testing.assert_array_equal(colours.inks.lut, lookup_table(colours.cmap))
    assert colours.cmap != "viridis"
    colours.set_deviation(None)
    assert colours.shown_range == values
    np.testing.assert_array_equal(colours.inks.lut, lookup_table("viridis"))
    colours.set_deviation(deviation(fe.n_rows))
    assert colours.shown_range == SIGMAS


@pytest.mark.parametrize(("n_mels", "stays"), [(128, True), (64, False)])
def test_deviations_stay_where_there_are_as_many_rows(n_mels: int, stays: bool) -> None:
    colours = Colouring(DARK, "viridis")
    colours.begin(frontend("live").replace(n_mels=128))
    colours.set_deviation(deviation(128))
    colours.begin(frontend("live").replace(n_mels=n_mels))
    assert (colours.deviation is not None) == stays
    assert (colours.cmap == "viridis") != stays


@given(low=st.floats(-200, 200), high=st.floats(-200, 200))
def test_the_ends_are_in_order_and_apart_whatever_is_asked_for(low: float, high: float) -> None:
    colours = Colouring(DARK, "viridis")
    colours.set_range(low, high)
    assert colours.shown_range[0] == low
    assert colours.shown_range[1] == max(high, low + 1e-3)
