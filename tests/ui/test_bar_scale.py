"""The scale of the colour bar: values to pixels, and pixels to round values."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from livemel.ui.bar_scale import BarScale

SCALES = st.builds(
    lambda low, span, height, top, margin: BarScale(low, low + span, height, top, margin),
    st.floats(-500, 500),
    st.floats(1e-3, 500),
    st.floats(80, 2000),
    st.floats(0, 20),
    st.floats(0, 20),
)


@given(SCALES)
def test_the_ends_rest_at_the_margins(scale: BarScale) -> None:
    assert scale.y_of(scale.low) == pytest.approx(scale.height - scale.margin)
    assert scale.y_of(scale.high) == pytest.approx(scale.top + scale.margin)
    assert scale.fraction_of(scale.low) == pytest.approx(scale.margin / scale.height)


@given(SCALES, st.floats(-1000, 1000))
def test_a_handle_never_leaves_the_colours(scale: BarScale, value: float) -> None:
    assert scale.top <= scale.held(value) <= scale.height
    if scale.low <= value <= scale.high:
        assert scale.held(value) == pytest.approx(scale.y_of(value))


@given(SCALES, st.integers(-300, 300))
def test_a_handle_follows_the_mouse_to_a_pixel(scale: BarScale, px: int) -> None:
    assume(abs(scale.low) > 1e-3)
    moved = scale.moved(scale.high, px)
    assert scale.y_of(moved) == pytest.approx(scale.y_of(scale.high) - px, abs=0.51)


def test_dragged_values_are_round() -> None:
    scale = BarScale(-70.0, 30.0, 600.0, 16.0, 10.0)
    assert scale.moved(30.0, -100) == 12.3
    assert BarScale(-1.0, 1.0, 600.0).moved(1.0, -1) == 0.997
