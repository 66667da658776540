"""The waveform's pixels, against the sound itself."""

import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.buffers.columns import CLIPPED, GAP
from livemel.buffers.history import SampleHistory
from livemel.buffers.writer import GapCause
from livemel.engine.along import extremes_along
from livemel.engine.follower import Follower
from livemel.ui.wave_pixels import TimeGrid, WavePixels, grid_of, pixel_view

from tests.dsp.strategies import examples

SR = 48_000
Follow = Callable[..., Follower]


@pytest.fixture
def follow() -> Iterator[Follow]:
    running: list[Follower] = []

    def follow_(history: SampleHistory) -> Follower:
        running.append(extremes_along(history, None, SR))
        return running[-1]

    yield follow_
    for follower in running:
        follower.stop()
        follower.join(5)


def history_of(*parts: np.ndarray | int) -> SampleHistory:
    """Samples, and gaps by their length."""
    history = SampleHistory(1, 60 * SR)
    for part in parts:
        if isinstance(part, int):
            history.append_gap(part, GapCause.STALL)
        else:
            history.append(part.astype(np.float32)[:, np.newaxis])
    return history


def noise(seconds: float) -> np.ndarray:
    return 0.1 * np.random.default_rng(0).standard_normal(round(seconds * SR))


def wait_for(condition: Callable[[], object]) -> None:
    give_up = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < give_up, "it did not happen in time"
        time.sleep(0.005)


@examples(100)
@given(
    left_s=st.floats(-10, 1e5), span_s=st.floats(0.05, 3600), width=st.integers(100, 8000),
    steps=st.integers(0, 100_000),
)  # fmt: skip
def test_a_picture_that_moves_by_whole_pixels_stays_on_its_grid(
    left_s: float, span_s: float, width: int, steps: int
) -> None:
    grid = grid_of(left_s, left_s + span_s, width)
    moved = steps * span_s / width
    assert grid.fits(left_s + moved, left_s + span_s + moved, width)
    before = round(grid.newest(left_s + span_s))
    assert round(grid.newest(left_s + span_s + moved)) - before == steps
    half = moved + 0.5 * span_s / width
    assert not grid.fits(left_s + half, left_s + span_s + half, width)
    assert not grid.fits(left_s, left_s + 1.01 * span_s, width)
    assert not grid.fits(left_s, left_s + span_s, width + 1)


@pytest.mark.parametrize("width", [1, 3, 700, 1144, 1919, 8001])
def test_each_pixel_of_the_view_is_one_column(width: int) -> None:
    view = pixel_view(width, 50, 1.0)
    assert view.columns_per_pixel == 1
    assert list(view.columns_of(5, 9)) == [5, 6, 7, 8, 9]


def test_a_pixel_has_the_least_and_greatest_sample_of_its_time(follow: Follow) -> None:
    y = noise(2.0)
    grid = TimeGrid(0.0123, 0.00874, 200)
    span = WavePixels(follow(history_of(y)), None, SR, grid).read(20, 150)
    assert (span.start, span.stop) == (20, 150)
    for pixel, (least, greatest) in zip(range(20, 150), span.values, strict=True):
        start, stop = (round((0.0123 + n * 0.00874) * SR) for n in (pixel, pixel + 1))
        part = y.astype(np.float32)[start:stop]
        assert (least, greatest) == (part.min(), part.max())


def test_what_is_not_there_yet_or_gone_is_left_out(follow: Follow) -> None:
    pixels = WavePixels(follow(history_of(noise(1.0))), None, SR, TimeGrid(0.0, 0.01, 200))
    span = pixels.read(-50, 150)
    assert (span.start, span.stop) == (0, 100)
    assert len(pixels.read(100, 150).values) == 0


def test_missing_sound_and_full_scale_are_flagged_at_their_pixels(follow: Follow) -> None:
    y = noise(1.0)
    y[4_830] = -1.0  # pixel 10
    history = history_of(y, 4_800, noise(1.0))
    pixels = WavePixels(follow(history), None, SR, TimeGrid(0.0, 0.01, 300))
    span = pixels.read(0, 200)
    assert list(np.flatnonzero(span.flags & CLIPPED)) == [10]
    assert list(np.flatnonzero(span.flags & GAP)) == list(range(100, 110))
    assert list(np.flatnonzero(pixels.clipped)) == [10]
    assert pixels.loudest.max() == 1.0


def test_a_long_stretch_is_a_line_until_it_is_known_and_then_right_to_a_millisecond(
    follow: Follow,
) -> None:
    y = noise(40.0)
    y[20 * SR] = 0.9
    pixels = WavePixels(follow(history_of(y)), None, SR, TimeGrid(0.0, 0.04, 1000))
    first = pixels.read(0, 1000)
    assert not pixels.complete
    assert np.any(first.values == 0)

    def is_known() -> bool:
        pixels.forget()
        pixels.read(0, 1000)
        return pixels.complete

    wait_for(is_known)
    span = pixels.read(0, 1000)
    blocks = y.astype(np.float32).reshape(1000, -1)
    expected = np.stack([blocks.min(axis=1), blocks.max(axis=1)], axis=1)
    assert np.array_equal(span.values, expected)  # pixels of whole milliseconds
    assert int(np.argmax(span.values[:, 1])) == 500
