"""Pixels are a cache of columns: whatever the way there, the same picture."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from livemel.buffers.columns import CLIPPED, GAP, TOUCHES_GAP, ColumnRing
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.weighting import LevelScale
from livemel.ui.pixel_ring import Inks, PixelRing
from livemel.ui.view_state import RowScale, ViewState

GREY = np.array([0xFF000000 | v << 16 | v << 8 | v for v in range(256)], dtype=np.uint32)
EMPTY, CLIP, HATCH = 0xFF010203, 0xFFFF0000, (0xFF202020, 0xFF404040)
WAVE = 0xFF00FF00
INKS = Inks(GREY, EMPTY, HATCH, CLIP, WAVE)


def view(width: int, height: int, n_mels: int, span_s: float) -> ViewState:
    fe = FrontEnd(sr=48_000, n_fft=2048, hop_length=480, n_mels=n_mels)
    return ViewState(fe, width, height, span_s, 0.0, 255.0)


def wave_view(width: int, height: int, span_s: float, peak: float = 1.0) -> ViewState:
    fe = FrontEnd(sr=48_000, hop_length=480, representation="waveform")
    return ViewState(fe, width, height, span_s, -peak, peak)


def filled(n: int, n_mels: int, seed: int = 0, capacity: int = 5000) -> ColumnRing:
    ring = ColumnRing(n_mels, capacity)
    append(ring, np.random.default_rng(seed).integers(0, 256, (n_mels, n)).astype(np.float32))
    return ring


def append(ring: ColumnRing, columns: np.ndarray, flags: np.ndarray | None = None) -> None:
    k = columns.shape[1]
    marks = np.zeros(k, dtype=np.uint8) if flags is None else flags
    ring.append(columns, marks, np.zeros(k, np.float32), np.zeros(k, np.float32), 0)


def in_order(ring: PixelRing) -> np.ndarray:
    """The picture from the oldest pixel column to the newest."""
    return np.roll(ring.pixels, -((ring.newest + 1) % ring.view.width), axis=1)


@settings(max_examples=40, deadline=None)
@given(
    width=st.integers(2, 60),
    height=st.integers(1, 40),
    n_mels=st.integers(1, 40),
    span_s=st.floats(0.05, 20.0),
    steps=st.lists(st.integers(1, 200), min_size=1, max_size=8),
)
def test_painting_bit_by_bit_gives_the_same_picture_as_painting_at_once(
    width: int, height: int, n_mels: int, span_s: float, steps: list[int]
) -> None:
    state = view(width, height, n_mels, span_s)
    values = np.random.default_rng(1).integers(0, 256, (n_mels, sum(steps))).astype(np.float32)
    columns, live = ColumnRing(n_mels, 10_000), PixelRing(state, INKS)
    done = 0
    for step in steps:
        append(columns, values[:, done : done + step])
        done += step
        live.advance(columns, state.newest_pixel(done))
    at_once = PixelRing(state, INKS)
    at_once.redraw(columns, live.newest)
    assert np.array_equal(in_order(live), in_order(at_once))


def test_one_column_a_pixel_and_one_band_a_row_is_the_array_itself() -> None:
    state, columns = view(50, 30, 30, 0.5), filled(80, 30)
    ring = PixelRing(state, INKS)
    ring.redraw(columns, 79)
    expected = GREY[columns.read(30, 80).values.astype(int)].T[::-1]
    assert np.array_equal(in_order(ring), expected)


def test_where_a_pixel_covers_several_columns_and_bands_it_shows_their_maximum() -> None:
    state, columns = view(20, 10, 40, 1.0), ColumnRing(40, 5000)
    values = np.zeros((40, 100), dtype=np.float32)
    values[17, 63] = 200.0  # one loud value among zeros
    append(columns, values)
    ring = PixelRing(state, INKS)
    ring.redraw(columns, 19)
    rows, xs = np.nonzero(in_order(ring) == GREY[200])
    assert list(zip(rows, xs, strict=True)) == [(9 - 17 // 4, 63 // 5)]


def test_a_tone_fills_exactly_the_rows_of_its_band() -> None:
    state, columns = view(30, 256, 64, 0.3), ColumnRing(64, 100)
    values = np.zeros((64, 30), dtype=np.float32)
    values[10] = 255.0
    append(columns, values)
    ring = PixelRing(state, INKS)
    ring.redraw(columns, 29)
    rows = np.flatnonzero((ring.pixels == GREY[255]).all(axis=1))
    assert list(rows) == list(range(256 - 44, 256 - 40))


def test_before_the_first_column_the_picture_is_empty() -> None:
    state, columns = view(50, 20, 20, 0.5), filled(10, 20)
    ring = PixelRing(state, INKS)
    ring.redraw(columns, 9)
    assert np.all(in_order(ring)[:, :40] == EMPTY)
    assert not np.any(in_order(ring)[:, 40:] == EMPTY)


def test_a_gap_is_hatched_where_it_is_and_its_neighbours_are_dimmed() -> None:
    state, columns = view(40, 24, 24, 0.4), ColumnRing(24, 100)
    flags = np.zeros(40, dtype=np.uint8)
    flags[10:25] = TOUCHES_GAP
    flags[14:20] |= GAP
    append(columns, np.full((24, 40), 200.0, dtype=np.float32), flags)
    ring = PixelRing(state, INKS)
    ring.redraw(columns, 39)
    picture = in_order(ring)
    hatched = np.isin(picture, HATCH).all(axis=0)
    assert list(np.flatnonzero(hatched)) == list(range(14, 20))
    assert {HATCH[0], HATCH[1]} == set(np.unique(picture[:, 14:20]))
    assert np.all(picture[:, 10:14] == 0xFF000000 | 0x646464)
    assert np.all(picture[:, :10] == GREY[200])


def test_clipping_is_marked_on_top_of_the_very_columns() -> None:
    state, columns = view(40, 500, 24, 0.4), ColumnRing(24, 100)
    flags = np.zeros(40, dtype=np.uint8)
    flags[7:9] = CLIPPED
    append(columns, np.full((24, 40), 100.0, dtype=np.float32), flags)
    ring = PixelRing(state, INKS)
    ring.redraw(columns, 39)
    assert list(np.flatnonzero(in_order(ring)[0] == CLIP)) == [7, 8]
    assert np.all(in_order(ring)[4:] == GREY[100])


def test_while_sound_is_missing_the_gap_grows_beyond_the_last_column() -> None:
    state, columns = view(40, 24, 24, 0.4), filled(40, 24)
    ring = PixelRing(state, INKS)
    ring.redraw(columns, 39)
    ring.advance(columns, 47, lost=True)
    hatched = np.isin(in_order(ring), HATCH).all(axis=0)
    assert list(np.flatnonzero(hatched)) == list(range(32, 40))


def test_values_below_the_range_take_the_lowest_colour() -> None:
    state, columns = view(10, 8, 8, 0.1), ColumnRing(8, 100)
    append(columns, np.full((8, 10), -500.0, dtype=np.float32))
    ring = PixelRing(state, INKS)
    ring.redraw(columns, 9)
    assert np.all(ring.pixels == GREY[0])


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_columns_that_are_no_numbers_are_hatched_as_if_missing(value: float) -> None:
    state, columns = view(10, 8, 8, 0.1), ColumnRing(8, 100)
    values = np.full((8, 10), -500.0, dtype=np.float32)
    values[3, 4:6] = value
    append(columns, values)
    ring = PixelRing(state, INKS)
    ring.redraw(columns, 9)
    hatched = np.isin(in_order(ring), HATCH).all(axis=0)
    assert list(np.flatnonzero(hatched)) == [4, 5]


# --- the waveform ---------------------------------------------------------------------------------


def lit_rows(ring: PixelRing) -> list[tuple[int, int]]:
    """The first row of each pixel column that is drawn, and the end of the last: no holes."""
    rows = []
    for column in in_order(ring).T:
        lit = np.flatnonzero(column == WAVE)
        assert np.all(np.diff(lit) == 1)
        rows.append((int(lit[0]), int(lit[-1]) + 1) if len(lit) else (-1, -1))
    return rows


def test_a_waveform_is_filled_from_its_least_to_its_greatest_sample() -> None:
    state, columns = wave_view(4, 128, 0.04), ColumnRing(2, 100)
    append(columns, np.array([[-0.5, 0.125, 0.0, -1.0], [0.5, 0.25, 0.0, 1.0]], dtype=np.float32))
    ring = PixelRing(state, INKS)
    ring.redraw(columns, 3)
    assert lit_rows(ring) == [(32, 96), (48, 56), (64, 65), (0, 128)]


def test_several_columns_a_pixel_show_the_least_and_the_greatest_of_them_all() -> None:
    state, columns = wave_view(2, 128, 0.1), ColumnRing(2, 100)
    values = np.zeros((2, 10), dtype=np.float32)
    values[0, 1], values[1, 3] = -0.75, 0.5
    append(columns, values)
    ring = PixelRing(state, INKS)
    ring.redraw(columns, 1)
    assert lit_rows(ring) == [(32, 112), (64, 65)]


def test_a_waveform_past_the_range_is_cut_and_what_is_no_number_is_hatched() -> None:
    state, columns = wave_view(5, 100, 0.05, peak=0.1), ColumnRing(2, 100)
    odd = [[-1.0, 0.5, np.nan, -np.inf, -9.0], [1.0, 0.6, np.nan, np.inf, -8.0]]
    append(columns, np.array(odd, dtype=np.float32))
    ring = PixelRing(state, INKS)
    ring.redraw(columns, 4)
    picture = in_order(ring)
    assert list(np.flatnonzero(np.isin(picture, HATCH).all(axis=0))) == [2, 3]
    drawn = [np.flatnonzero(column == WAVE) for column in picture.T[[0, 1, 4]]]
    assert [(rows[0], rows[-1] + 1) for rows in drawn] == [(0, 100), (0, 1), (99, 100)]


def test_gaps_and_clipping_are_marked_on_the_waveform_too() -> None:
    state, columns = wave_view(40, 500, 0.4), ColumnRing(2, 100)
    flags = np.zeros(40, dtype=np.uint8)
    flags[7:9] = CLIPPED
    flags[20:30] = GAP | TOUCHES_GAP
    append(columns, np.tile(np.array([[-0.5], [0.5]], dtype=np.float32), 40), flags)
    ring = PixelRing(state, INKS)
    ring.redraw(columns, 39)
    picture = in_order(ring)
    assert list(np.flatnonzero(picture[0] == CLIP)) == [7, 8]
    assert list(np.flatnonzero(np.isin(picture, HATCH).all(axis=0))) == list(range(20, 30))
    assert np.isin(picture[10:, :20], (WAVE, EMPTY)).all()


@settings(max_examples=40, deadline=None)
@given(
    width=st.integers(2, 60),
    height=st.integers(1, 40),
    span_s=st.floats(0.05, 20.0),
    steps=st.lists(st.integers(1, 200), min_size=1, max_size=8),
)
def test_a_waveform_painted_bit_by_bit_is_the_one_painted_at_once(
    width: int, height: int, span_s: float, steps: list[int]
) -> None:
    state = wave_view(width, height, span_s)
    values = np.sort(np.random.default_rng(1).uniform(-1, 1, (2, sum(steps))), axis=0)
    columns, live = ColumnRing(2, 10_000), PixelRing(state, INKS)
    done = 0
    for step in steps:
        append(columns, values[:, done : done + step].astype(np.float32))
        done += step
        live.advance(columns, state.newest_pixel(done))
    at_once = PixelRing(state, INKS)
    at_once.redraw(columns, live.newest)
    assert np.array_equal(in_order(live), in_order(at_once))


@settings(max_examples=40, deadline=None)
@given(
    width=st.integers(2, 60),
    height=st.integers(1, 40),
    n_mels=st.integers(1, 60),
    span_s=st.floats(0.05, 20.0),
    bottom=st.floats(0, 0.9),
    share=st.floats(0.1, 1.0),
)
def test_a_part_of_the_rows_is_the_greatest_value_of_each_pixels_bands(
    width: int, height: int, n_mels: int, span_s: float, bottom: float, share: float
) -> None:
    top = min(1.0, bottom + share)
    state = replace(view(width, height, n_mels, span_s), bottom=bottom, top=top)
    columns = filled(2500, n_mels)
    ring = PixelRing(state, INKS)
    newest = state.newest_pixel(2500)
    ring.redraw(columns, newest)
    edges = state.band_edges()
    starts = state.columns_of(newest - width + 1, newest + 1)
    picture = in_order(ring)
    for x in range(width):
        first, stop = starts[x], max(starts[x] + 1, starts[x + 1])
        if first < 0:
            continue
        column = columns.read(int(first), int(stop)).values.max(axis=0)
        for row in range(height):
            several = edges[-1] - edges[0] > height
            stop_band = max(edges[row] + 1, edges[row + 1]) if several else edges[row] + 1
            bands = column[edges[row] : stop_band]
            assert picture[height - 1 - row, x] == GREY[int(bands.max())]


@settings(max_examples=40, deadline=None)
@given(st.floats(0.05, 20.0), st.integers(0, 2000), st.floats(0, 0.5), st.integers(1, 4))
def test_a_picture_that_is_coloured_in_parts_ends_as_the_one_coloured_at_once(
    span_s: float, edge: int, bottom: float, parts: int
) -> None:
    state = replace(view(300, 2000, 20, span_s), bottom=bottom)
    columns, newest = filled(2500, 20), state.newest_pixel(edge + 400)
    whole, ring = PixelRing(state, INKS), PixelRing(state, INKS)
    whole.redraw(columns, newest)
    ring.redraw(columns, newest, enough=lambda: True)
    assert not ring.complete
    for _ in range(parts):
        ring.go_on(columns, lambda: True)
        ring.advance(columns, ring.newest + 3)
        whole.advance(columns, whole.newest + 3)
    ring.go_on(columns, lambda: False)
    assert ring.complete
    assert np.array_equal(ring.pixels, whole.pixels)


def test_until_a_part_is_coloured_it_shows_the_old_view_stretched() -> None:
    columns = filled(2000, 20)
    before, after = view(400, 2000, 20, 8.0), view(400, 2000, 20, 4.0)
    old, new = PixelRing(before, INKS), PixelRing(after, INKS)
    old.redraw(columns, before.newest_pixel(2000))
    new.redraw(columns, after.newest_pixel(2000), enough=lambda: True, before=old)
    seen = old.picture()[:, 200:].repeat(2, axis=1)
    coloured = PixelRing(after, INKS)
    coloured.redraw(columns, after.newest_pixel(2000))
    done = int((new.picture() == coloured.picture()).all(axis=0)[::-1].argmin())
    assert 0 < done < 400
    assert np.array_equal(new.picture()[:, : 400 - done], seen[:, : 400 - done])


@pytest.mark.parametrize("height", [128, 37, 300])
@pytest.mark.parametrize("scale", [LevelScale("A"), LevelScale("C", 120.0)])
def test_a_weighted_picture_is_the_picture_of_weighted_columns(
    height: int, scale: LevelScale
) -> None:
    plain = replace(view(60, height, 128, 0.6), low_db=-100.0, high_db=300.0)
    weighted = replace(plain, scale=scale)
    offsets = weighted.row_offsets()
    assert offsets is not None
    columns, moved = filled(90, 128), ColumnRing(128, 5000)
    before = columns.read(0, 90).values.copy()
    append(moved, (before + offsets).T)
    wanted, shown = PixelRing(plain, INKS), PixelRing(plain, INKS)
    wanted.redraw(moved, 89)
    shown.redraw(columns, 89)
    assert not np.array_equal(shown.pixels, wanted.pixels)
    shown.recolour(columns, weighted)
    assert np.array_equal(shown.pixels, wanted.pixels)
    assert np.array_equal(columns.read(0, 90).values, before)


@settings(max_examples=20, deadline=None)
@given(width=st.integers(2, 40), height=st.integers(2, 40), seed=st.integers(0, 3))
def test_of_several_deviations_the_one_furthest_from_0_is_shown(
    width: int, height: int, seed: int
) -> None:
    """200 columns of 64 rows by a median and a spread of each row, in any size of picture."""
    rng = np.random.default_rng(seed)
    ring, gain = ColumnRing(64, 5000), rng.uniform(0.01, 0.1, 64).astype(np.float32)
    append(ring, rng.normal(128, 40, (64, 200)).astype(np.float32))
    scale = RowScale(gain, -128 * gain)
    of_levels = view(width, height, 64, 2.0)
    shown = replace(of_levels, low_db=-8.0, high_db=8.0, deviation=scale)
    picture = PixelRing(shown, INKS)
    picture.advance(ring, shown.newest_pixel(200))
    off = scale.of(ring.read(0, 200).values)
    pixel = shown.newest_pixel(200)
    first, stop = (int(n) for n in shown.columns_of(pixel, pixel + 1))
    edges = shown.band_edges()
    for row in range(height):
        rows = slice(edges[row], max(edges[row + 1], edges[row] + 1))
        cell = off[first : max(stop, first + 1), rows]
        furthest = cell.flat[np.abs(cell).argmax()]
        expected = int(np.clip((furthest + 8) * (255 / 16), 0, 255))
        found = int(in_order(picture)[height - 1 - row, -1] & 0xFF)
        assert abs(found - expected) <= 1
