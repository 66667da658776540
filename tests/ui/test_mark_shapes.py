"""Marks stand where their times and frequencies do, whatever the view."""

import itertools
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.dsp.frontend import FrontEnd
from livemel.ui.axes import Axes
from livemel.ui.mark_shapes import (
    Label,
    Line,
    Patch,
    Ring,
    harmonics_drawn,
    mark_shapes,
    nearest_harmonic,
)
from livemel.ui.marks import Box, Marks, Point
from livemel.ui.view_state import ViewState

FE = FrontEnd(sr=48_000, n_fft=2048, hop_length=480)
VIEW = ViewState(FE, 1000, 600, 10.0, -70.0, 30.0)
AXES = Axes(VIEW, 1000, 600, right_s=20.0)
REPRESENTATIONS = st.sampled_from(["mel", "linear", "log"])


@given(
    REPRESENTATIONS, st.floats(0.05, 300), st.floats(0, 0.9), st.floats(0.05, 1.0),
    st.floats(0, 1000), st.floats(0, 600),
)  # fmt: skip
def test_a_place_has_one_time_and_one_frequency_and_they_have_that_place(
    rows: str, span_s: float, bottom: float, share: float, x: float, y: float
) -> None:
    top = min(1.0, bottom + share)
    fe = FE.replace(representation=rows)
    view = replace(VIEW, frontend=fe, span_s=span_s, bottom=bottom, top=top)
    axes = Axes(view, 1000, 600, right_s=500.0)
    assert axes.x_of(axes.seconds_at(x)) == pytest.approx(x, abs=1e-5)
    hz = axes.hz_at(y)
    if hz > 1:
        assert axes.y_of(hz) == pytest.approx(y, abs=1e-3)
    assert 0 <= axes.row_at(y) < fe.n_rows


def test_a_cursor_is_a_line_through_its_time_with_a_ring_at_its_frequency() -> None:
    shapes = mark_shapes(Marks(a=Point(15.0, 1000.0)), AXES)
    y = AXES.y_of(1000.0)
    assert Line(500.0, 0, 500.0, 600) in shapes
    assert Ring(500.0, y) in shapes
    assert [s.text for s in shapes if isinstance(s, Label)] == ["A"]


def test_a_cursor_without_a_frequency_is_a_line_alone() -> None:
    axes = replace(AXES, view=replace(VIEW, frontend=FE.replace(representation="waveform")))
    shapes = mark_shapes(Marks(b=Point(15.0, math.nan)), axes)
    assert not [s for s in shapes if isinstance(s, Ring)]
    assert [s.text for s in shapes if isinstance(s, Label)] == ["B"]


@pytest.mark.parametrize("seconds", [9.9, 20.1])
def test_a_cursor_outside_the_picture_is_not_drawn(seconds: float) -> None:
    assert mark_shapes(Marks(a=Point(seconds, 1000.0)), AXES) == []


def test_a_selection_is_a_patch_from_edge_to_edge() -> None:
    (patch,) = mark_shapes(Marks(selection=Box(12.0, 14.0, 500.0, 2000.0)), AXES)
    assert isinstance(patch, Patch)
    assert (patch.x, patch.x + patch.width) == pytest.approx((200.0, 400.0))
    edges = AXES.y_of(2000.0), AXES.y_of(500.0)
    assert (patch.y, patch.y + patch.height) == pytest.approx(edges)


def test_the_edges_of_a_selection_that_reaches_out_of_the_picture_are_not_in_it() -> None:
    (patch,) = mark_shapes(Marks(selection=Box(-100.0, 100.0, 0.0, 24_000.0)), AXES)
    assert isinstance(patch, Patch)
    assert patch.x < 0 < 1000 < patch.x + patch.width


def test_harmonics_go_up_to_the_top_and_each_stands_at_its_multiple() -> None:
    drawn = harmonics_drawn(1000.0, AXES)
    assert [n for n, _ in drawn] == list(range(1, 24))
    for n, y in drawn:
        assert y == pytest.approx(AXES.y_of(1000.0 * n))


@given(REPRESENTATIONS, st.floats(1.0, 5000.0))
def test_lines_of_harmonics_never_hide_the_picture(rows: str, f0_hz: float) -> None:
    axes = replace(AXES, view=replace(VIEW, frontend=FE.replace(representation=rows)))
    heights = [y for _, y in harmonics_drawn(f0_hz, axes)]
    assert all(low - high >= 4 for low, high in itertools.pairwise(heights))


def test_a_harmonic_is_grasped_at_its_line_and_nowhere_else() -> None:
    y = AXES.y_of(3000.0)
    assert nearest_harmonic(y + 2, 1000.0, AXES, 5) == 3
    assert nearest_harmonic((y + AXES.y_of(4000.0)) / 2, 1000.0, AXES, 5) is None


def test_numbers_of_harmonics_do_not_touch() -> None:
    shapes = mark_shapes(Marks(harmonic_hz=100.0), AXES)
    heights = [s.y for s in shapes if isinstance(s, Label)]
    assert len(heights) > 5
    assert all(low - high >= 15 for low, high in itertools.pairwise(heights))


@given(st.floats(20, 3000), st.floats(10, 40))
def test_labels_of_harmonics_lie_whole_in_the_picture_and_do_not_touch(
    f0_hz: float, height: float
) -> None:
    shapes = mark_shapes(Marks(harmonic_hz=f0_hz), AXES, height)
    ys = [s.y for s in shapes if isinstance(s, Label)]
    assert ys
    assert all(height / 2 <= y <= AXES.height - height / 2 for y in ys)
    assert all(below - above >= height for below, above in itertools.pairwise(ys))


def test_where_harmonics_are_dense_there_is_room_to_drag_the_picture() -> None:
    heights = dict(harmonics_drawn(100.0, AXES))
    assert nearest_harmonic(heights[1], 100.0, AXES, 5) == 1
    last = min(heights.values())
    assert nearest_harmonic(last, 100.0, AXES, 5) is None
