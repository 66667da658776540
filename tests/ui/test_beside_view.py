"""The picture beside the picture: the same times, rows and colours as the one it follows."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from livemel.buffers.columns import ColumnRing
from livemel.dsp.frontend import FrontEnd
from livemel.engine import Feed, Lane
from livemel.sources.base import SourceFormat
from livemel.ui.beside_view import newest_pixel
from livemel.ui.colormaps import lookup_table
from livemel.ui.pixel_ring import Inks, PixelRing
from livemel.ui.stream_time import columns_at, seconds_of
from livemel.ui.view_state import ViewState

FE = FrontEnd(sr=16_000, n_fft=512, hop_length=160, n_mels=20)
EMPTY = 0xFF0D0F11
INKS = Inks(lookup_table("magma"), EMPTY, (1, 2), 3, 4)


def feed_of(columns: int, fe: FrontEnd = FE) -> Feed:
    ring = ColumnRing(fe.n_rows, columns)
    values = np.random.default_rng(columns).uniform(-70, 30, (fe.n_rows, columns))
    zeros = np.zeros(columns, dtype=np.float32)
    ring.append(values.astype(np.float32), zeros.astype(np.uint8), zeros, zeros, 0)
    return Feed(fe, (Lane(None, ring),), SourceFormat(fe.sr, 1, "x", 1))


def rendered(feed: Feed, view: ViewState, edge_s: float) -> np.ndarray:
    """A feed up to that time: shape (height, width)."""
    ring = PixelRing(view, INKS)
    ring.redraw(feed.columns, newest_pixel(feed, view, edge_s))
    return ring.picture()


VIEWS = st.builds(
    ViewState,
    frontend=st.just(FE),
    width=st.integers(2, 300),
    height=st.integers(2, 60),
    span_s=st.floats(0.05, 20.0),
    low_db=st.just(-70.0),
    high_db=st.just(30.0),
    bottom=st.sampled_from((0.0, 0.25)),
    top=st.sampled_from((0.5, 1.0)),
)


@given(view=VIEWS, newest=st.integers(0, 400), columns=st.integers(1, 900))
def test_of_the_same_sound_it_is_the_same_picture_at_any_place(
    view: ViewState, newest: int, columns: int
) -> None:
    feed = feed_of(columns)
    ring = PixelRing(view, INKS)
    ring.redraw(feed.columns, newest)
    edge_s = seconds_of(feed, (newest + 1) * view.columns_per_pixel)
    own = np.roll(ring.pixels, -(newest + 1) % view.width, axis=1)
    assert np.array_equal(rendered(feed, view, edge_s), own)


@given(view=VIEWS, after_s=st.floats(0, 3))
def test_after_its_end_it_is_empty(view: ViewState, after_s: float) -> None:
    feed = feed_of(200)
    end_s = seconds_of(feed, 200)
    shown = rendered(feed, view, end_s + after_s)
    first = view.width - after_s / view.span_s * view.width  # the first pixel after the end
    empty = np.flatnonzero((shown == EMPTY).all(axis=0))
    beyond = np.arange(view.width) > first + 1 / min(1.0, view.columns_per_pixel)
    assert set(np.flatnonzero(beyond)) <= set(empty)


def test_another_length_does_not_move_what_stands_at_a_time() -> None:
    view = ViewState(FE, 400, 40, 4.0, -70.0, 30.0)
    long = feed_of(400)
    short = replace(long, lanes=(Lane(None, ColumnRing(20, 150)),))
    part = long.columns.read(0, 150)
    zeros = np.zeros(150, dtype=np.float32)
    short.columns.append(part.values.T, part.flags, zeros, zeros, 0)
    edge_s = seconds_of(long, 400)
    both = rendered(long, view, edge_s), rendered(short, view, edge_s)
    last = round(columns_at(long, edge_s) - 400) + 150
    assert np.array_equal(both[0][:, :last], both[1][:, :last])
    assert np.all(both[1][:, last:] == EMPTY)
