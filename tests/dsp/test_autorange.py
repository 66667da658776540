"""The automatic range: it follows, it settles, and it does not flicker."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.dsp.autorange import AutoRange
from livemel.dsp.models import frontend
from livemel.dsp.stream import log_mel
from livemel.sources.scenes import SCENES, Scene

from tests.dsp.strategies import chunk_sizes, examples, noise

LIVE = frontend()
SECOND, RATE = LIVE.sr, LIVE.columns_per_s


def columns_of(y: np.ndarray) -> np.ndarray:
    return log_mel(y, LIVE)


def followed(columns: np.ndarray, auto: AutoRange, size: int = 3) -> list[tuple[float, float]]:
    """The range after each push of so many columns: two paints' worth by default."""
    return [auto.push(columns[:, at : at + size]) for at in range(0, columns.shape[1], size)]


def changes(ranges: list[tuple[float, float]]) -> int:
    return sum(a != b for a, b in pairwise(ranges))


@pytest.mark.parametrize("level", [1e-4, 1e-2, 0.3])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_on_stationary_noise_the_range_settles_at_once_and_stays(level: float, seed: int) -> None:
    ranges = followed(columns_of(noise(30 * SECOND, seed, level)), AutoRange(RATE))
    settled = ranges[len(ranges) // 30 :]  # after a second
    assert changes(settled) == 0
    assert changes(ranges) <= 2


def test_the_settled_range_encloses_the_sound() -> None:
    columns = columns_of(noise(10 * SECOND, level=0.01))
    low, high = followed(columns, AutoRange(RATE))[-1]
    inside = (columns >= low) & (columns <= high)
    assert inside.mean() > 0.94
    assert high - low >= 40


@pytest.mark.parametrize("period_s", [0.5, 2, 10])
def test_loud_and_quiet_in_turn_move_the_range_a_bounded_number_of_times(period_s: float) -> None:
    """60 dB up and down for two minutes."""
    y = noise(120 * SECOND, level=0.3)
    quiet = (np.arange(len(y)) // int(period_s * SECOND)) % 2 == 1
    y[quiet] *= 0.001
    ranges = followed(columns_of(y), AutoRange(RATE))
    turns = 120 / period_s
    assert changes(ranges[len(ranges) // 4 :]) <= turns / 4
    assert ranges[-1][1] > -20


def test_a_loud_sound_is_within_the_range_a_second_later() -> None:
    auto = AutoRange(RATE)
    followed(columns_of(noise(10 * SECOND, level=1e-4)), auto)
    loud = columns_of(noise(SECOND, level=0.3))
    followed(loud, auto)
    assert auto.range[1] >= np.percentile(loud, 99)


def test_a_quiet_room_after_a_loud_one_is_found_within_a_minute() -> None:
    auto = AutoRange(RATE)
    followed(columns_of(noise(10 * SECOND, level=0.3)), auto)
    quiet = columns_of(noise(60 * SECOND, level=1e-4))
    followed(quiet, auto)
    fresh = AutoRange(RATE)
    followed(quiet, fresh)
    assert auto.range[1] == pytest.approx(fresh.range[1], abs=8)
    assert auto.range[0] == pytest.approx(fresh.range[0], abs=8)


def test_digital_silence_leaves_the_range_as_it_is() -> None:
    auto = AutoRange(RATE, low=-70, high=-10)
    silence = columns_of(np.zeros(20 * SECOND, dtype=np.float32))
    assert set(followed(silence, auto)) == {(-70, -10)}
    followed(columns_of(noise(5 * SECOND, level=0.01)), auto)
    before = auto.range
    assert set(followed(silence, auto)) == {before}


def test_columns_that_are_no_numbers_are_not_counted() -> None:
    auto = AutoRange(RATE)
    columns = columns_of(noise(5 * SECOND, level=0.01))
    columns[:, ::7] = np.nan
    columns[3, ::5] = -np.inf
    low, high = followed(columns, auto)[-1]
    assert np.isfinite([low, high]).all()


@examples(30)
@given(sizes=chunk_sizes(13))
def test_any_chunks_give_the_same_range(sizes: list[int]) -> None:
    columns = columns_of(noise(3 * SECOND, level=0.02))
    at_once, in_parts = AutoRange(RATE), AutoRange(RATE)
    wanted = at_once.push(columns)
    at = turn = 0
    while at < columns.shape[1]:
        size = sizes[turn % len(sizes)]
        in_parts.push(columns[:, at : at + size])
        at, turn = at + size, turn + 1
    assert in_parts.range == wanted


@examples(30)
@given(levels=st.lists(st.floats(1e-5, 0.9), min_size=1, max_size=8), seed=st.integers(0, 99))
def test_both_ends_are_round_and_far_enough_apart(levels: list[float], seed: int) -> None:
    auto = AutoRange(RATE)
    for level in levels:
        low, high = auto.push(columns_of(noise(SECOND // 2, seed, level)))
        assert high - low >= 40
        assert low % 5 == 0
        assert high % 5 == 0


@pytest.mark.parametrize("name", list(SCENES))
def test_over_a_minute_of_any_scene_the_range_moves_twice_at_most_and_never_back(name: str) -> None:
    columns = columns_of(Scene(name, sr=SECOND).read(60 * SECOND))
    ranges = followed(columns, AutoRange(RATE, -65, 35), 10)
    assert changes(ranges) <= 2
    for end in (0, 1):
        ends = [ranges[0][end], *(b[end] for a, b in pairwise(ranges) if a[end] != b[end])]
        assert len(set(ends)) == len(ends)  # none is where it was before


def test_rows_may_be_as_many_as_they_are() -> None:
    columns = columns_of(noise(SECOND))
    assert AutoRange(RATE).push(np.repeat(columns, 3, axis=0)) == AutoRange(RATE).push(columns)
