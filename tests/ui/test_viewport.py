"""Moving and zooming never leaves what there is, and what is pointed at stays where it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.ui.viewport import LEAST_SPAN_S, Bounds, Viewport

BOUNDS = Bounds(oldest_s=5.0, newest_s=305.0, most_span_s=300.0, n_rows=128)
SHARE = st.floats(0.0, 1.0)
FACTOR = st.floats(0.05, 20.0)

bounds = st.builds(
    lambda oldest, kept, most, rows: Bounds(oldest, oldest + kept, most, rows),
    st.floats(0, 1e5), st.floats(0, 3600), st.floats(0.05, 3600), st.integers(1, 2049),
)  # fmt: skip
viewports = st.builds(
    lambda span, right, low, height: Viewport(span, right, low, low + height),
    st.floats(0.001, 1e4), st.none() | st.floats(-10, 1e5), st.floats(-1, 1), st.floats(0.001, 2),
)  # fmt: skip


def place_s(viewport: Viewport, at: float) -> float:
    """The time at a fraction of the width."""
    assert viewport.right_s is not None
    return viewport.right_s - (1 - at) * viewport.span_s


@given(viewports, bounds, st.lists(st.tuples(st.integers(0, 4), SHARE, FACTOR), max_size=8))
def test_no_move_and_no_zoom_leaves_the_bounds(
    start: Viewport, limits: Bounds, moves: list[tuple[int, float, float]]
) -> None:
    now = start.within(limits)
    for kind, at, factor in moves:
        now = (
            now.zoomed_in_time(factor, at, limits),
            now.zoomed_in_rows(factor, at, limits),
            now.moved_in_time((at - 0.5) * factor * now.span_s, limits),
            now.moved_in_rows((at - 0.5) * factor, limits),
            now,
        )[kind]
        assert LEAST_SPAN_S <= now.span_s <= max(limits.most_span_s, LEAST_SPAN_S)
        assert 0 <= now.bottom < now.top <= 1
        assert (now.top - now.bottom) * limits.n_rows >= min(4, limits.n_rows) - 1e-6
        if now.right_s is not None:
            assert now.right_s <= limits.newest_s
            assert now.right_s >= min(limits.oldest_s + 0.09 * now.span_s, limits.newest_s)
        assert now.within(limits) == now


@given(at=SHARE, factor=st.floats(0.2, 5.0), right_s=st.floats(150, 200))
def test_what_is_under_the_pointer_stays_there_while_time_is_zoomed(
    at: float, factor: float, right_s: float
) -> None:
    before = Viewport(20.0, right_s)
    after = before.zoomed_in_time(factor, at, BOUNDS)
    assert after.span_s == pytest.approx(20.0 * factor)
    assert place_s(after, at) == pytest.approx(place_s(before, at))


@given(at=SHARE, factor=st.floats(0.1, 1.0))
def test_what_is_under_the_pointer_stays_there_while_frequency_is_zoomed(
    at: float, factor: float
) -> None:
    before = Viewport(20.0, 100.0, 0.25, 0.75)
    after = before.zoomed_in_rows(factor, at, BOUNDS)
    there = before.bottom + at * (before.top - before.bottom)
    assert after.bottom + at * (after.top - after.bottom) == pytest.approx(there)
    assert after.top - after.bottom == pytest.approx(max(0.5 * factor, 4 / 128))


@given(FACTOR, SHARE)
def test_while_the_newest_sound_is_shown_zooming_keeps_it_at_the_right_edge(
    factor: float, at: float
) -> None:
    assert Viewport(10.0).zoomed_in_time(factor, at, BOUNDS).right_s is None


def test_moving_back_from_the_newest_sound_lets_the_picture_stand() -> None:
    assert Viewport(10.0).moved_in_time(-3.0, BOUNDS).right_s == 302.0


def test_moving_back_ends_where_the_oldest_sound_is_at_the_left_edge() -> None:
    assert Viewport(10.0, 20.0).moved_in_time(-100.0, BOUNDS).right_s == 15.0


def test_moving_back_does_not_push_a_picture_on_that_has_empty_room_on_its_left() -> None:
    assert Viewport(10.0, 8.0).moved_in_time(-1.0, BOUNDS).right_s == 8.0


def test_zooming_out_of_frequency_ends_with_exactly_all_rows() -> None:
    viewport = Viewport(10.0, None, 0.3, 0.31)
    for _ in range(40):
        viewport = viewport.zoomed_in_rows(1.25, 0.37, BOUNDS)
    assert viewport.shows_all_rows
