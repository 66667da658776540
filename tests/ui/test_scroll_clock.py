"""The image moves evenly, never ahead of the sound, and not far behind it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from livemel.ui.scroll_clock import ScrollClock

RATE = 100.0  # columns a second
TURN_S = 1 / 60


def arrivals(block_s: float, seconds: float, jitter: np.random.Generator) -> list[float]:
    """Columns there at each turn, when sound comes in blocks a little late."""
    times = np.arange(0, seconds, TURN_S)
    late = jitter.uniform(0, 0.004, size=int(seconds / block_s) + 2)
    there = []
    for t in times:
        blocks = int(t / block_s)
        while blocks and blocks * block_s + late[blocks] > t:
            blocks -= 1
        there.append(np.floor(blocks * block_s * RATE))
    return there


@settings(max_examples=30, deadline=None)
@given(block_s=st.sampled_from([0.005, 0.01, 0.02, 0.025, 0.04]), seed=st.integers(0, 99))
def test_it_never_passes_what_has_arrived_and_never_goes_back(block_s: float, seed: int) -> None:
    clock, before = ScrollClock(RATE), 0.0
    for turn, there in enumerate(arrivals(block_s, 4, np.random.default_rng(seed))):
        position = clock.at(turn * TURN_S, there)
        assert before <= position <= there + 1e-9
        before = position


@pytest.mark.parametrize("block_s", [0.01, 0.02, 0.04])
def test_between_blocks_it_moves_evenly(block_s: float) -> None:
    clock, positions = ScrollClock(RATE), []
    there = arrivals(block_s, 12, np.random.default_rng(3))
    for turn, columns in enumerate(there):
        positions.append(clock.at(turn * TURN_S, columns))
    settled = np.array(positions[6 * 60 :])
    steps = np.diff(settled) / TURN_S
    assert np.percentile(np.abs(steps - RATE), 95) < 0.15 * RATE
    lag_s = (np.array(there[6 * 60 :]) - settled) / RATE
    assert lag_s.mean() < block_s + 0.02


def test_after_a_long_block_of_the_window_it_jumps_to_the_newest_sound() -> None:
    clock = ScrollClock(RATE)
    for turn in range(60):
        clock.at(turn * TURN_S, turn * TURN_S * RATE)
    assert clock.at(1 + 3.0, 4.0 * RATE) == pytest.approx(4.0 * RATE)


def test_when_nothing_arrives_it_stands_still() -> None:
    clock = ScrollClock(RATE)
    for turn in range(60):
        last = clock.at(turn * TURN_S, min(turn, 30) * TURN_S * RATE)
    assert last == pytest.approx(30 * TURN_S * RATE)


@settings(max_examples=30, deadline=None)
@given(
    behind_s=st.floats(0.02, 0.24),
    block_s=st.sampled_from([0.005, 0.01, 0.02]),
    seed=st.integers(0, 99),
)
def test_what_a_server_kept_back_at_first_is_caught_up_with_in_two_seconds_and_one_leap_at_most(
    behind_s: float, block_s: float, seed: int
) -> None:
    clock, positions = ScrollClock(RATE), []
    there = np.array(arrivals(block_s, 4, np.random.default_rng(seed)))
    there[10:] += round(behind_s * RATE)
    for turn, columns in enumerate(there):
        positions.append(clock.at(turn * TURN_S, columns))
    moved = np.array(positions)
    lag_s = (there - moved) / RATE
    assert lag_s[int(2.5 / TURN_S) :].max() < block_s + 0.02
    steps = np.sort(np.diff(moved)[12:])
    assert steps[-2] <= 1.16 * RATE * TURN_S
    assert steps[-1] <= 1.16 * RATE * TURN_S or behind_s > 0.03
