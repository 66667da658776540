"""On a busy computer panels go first and paints next, in steps, and all of it comes back."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from livemel.ui.load import Load, PanelRate, Step

LADDER = [
    Step(PanelRate.ALL, 60.0),
    Step(PanelRate.FEWER, 60.0),
    Step(PanelRate.NONE, 60.0),
    Step(PanelRate.NONE, 30.0),
    Step(PanelRate.NONE, 20.0),
    Step(PanelRate.NONE, 15.0),
    Step(PanelRate.NONE, 10.0),
]


@pytest.fixture(autouse=True)
def nothing_is_given_up() -> None:
    """Here it is."""


class Computer:
    """Turns as a loop would have them: the next is due a period after the last, or, if that has
    passed, with the first whole period that has not.
    """

    def __init__(self, full_hz: float = 60.0) -> None:
        self.load = Load(full_hz)
        self.now_s = self._due_s = 1000.0
        self.seen = [self.load.step]

    def run(self, seconds: float, took_s: Callable[[float], float]) -> None:
        """took_s : the time → from when a turn is due to its end"""
        stop_s = self.now_s + seconds
        while self.now_s < stop_s:
            ended_s = max(self.now_s, self._due_s) + took_s(self.now_s)
            if self.load.turn(self._due_s, ended_s):
                self.seen.append(self.load.step)
            period_s = 1 / self.load.step.rate_hz
            self._due_s += period_s
            self._due_s += max(0, int((ended_s - self._due_s) / period_s)) * period_s
            self.now_s = max(ended_s, self._due_s)


def always(seconds: float) -> Callable[[float], float]:
    return lambda _now_s: seconds


@settings(max_examples=60, deadline=None)
@given(
    stretches=st.lists(
        st.tuples(st.floats(0.5, 20), st.sampled_from([0.002, 0.01, 0.02, 0.04, 0.09, 0.3])),
        min_size=1,
        max_size=6,
    )
)
def test_the_order_is_fixed_and_no_step_is_left_out(
    stretches: list[tuple[float, float]],
) -> None:
    computer = Computer()
    for seconds, took_s in stretches:
        computer.run(seconds, always(took_s))
    places = [LADDER.index(step) for step in computer.seen]
    assert places[0] == 0
    assert all(abs(a - b) == 1 for a, b in pairwise(places))


@pytest.mark.parametrize(
    ("took_ms", "rate_hz"), [(5, 60), (16, 60), (25, 30), (40, 20), (60, 15), (90, 10), (400, 10)]
)
def test_it_settles_at_the_highest_rate_that_the_computer_keeps_up_with(
    took_ms: float, rate_hz: float
) -> None:
    computer = Computer()
    computer.run(60.0, always(took_ms / 1000))
    lasting = computer.seen[-1]
    assert lasting.rate_hz == rate_hz
    assert (lasting.panels is PanelRate.ALL) == (rate_hz == 60)


@settings(max_examples=40, deadline=None)
@given(took_s=st.floats(0.001, 0.5))
def test_a_load_that_stays_the_same_does_not_make_it_go_up_and_down(took_s: float) -> None:
    computer = Computer()
    computer.run(60.0, always(took_s))
    settled = len(computer.seen)
    computer.run(600.0, always(took_s))
    # Now and then it tries whether more is possible, ever more rarely.
    assert len(computer.seen) - settled <= 2 * 600 / 32 + 10


@settings(max_examples=40, deadline=None)
@given(busy_s=st.floats(1, 120), took_s=st.floats(0.03, 0.5))
def test_when_the_computer_is_free_again_all_is_back_within_a_minute(
    busy_s: float, took_s: float
) -> None:
    computer = Computer()
    computer.run(busy_s, always(took_s))
    computer.run(60.0, always(0.004))
    assert computer.load.step == LADDER[0]


@settings(max_examples=60, deadline=None)
@given(stall_s=st.floats(0.02, 5.0), apart_s=st.floats(0.5, 5.0))
def test_single_long_turns_are_no_busy_computer(stall_s: float, apart_s: float) -> None:
    computer, last_s = Computer(), [0.0]

    def took_s(now_s: float) -> float:
        if now_s - last_s[0] < apart_s:
            return 0.004
        last_s[0] = now_s + stall_s
        return stall_s

    computer.run(60.0, took_s)
    assert computer.seen == LADDER[:1]


def test_every_second_turn_late_is_a_busy_computer() -> None:
    computer, turns = Computer(), [0]

    def took_s(_now_s: float) -> float:
        turns[0] += 1
        return 0.04 if turns[0] % 2 else 0.002

    computer.run(8.0, took_s)
    assert computer.load.is_slow


def test_a_slower_screen_has_fewer_steps() -> None:
    computer = Computer(24.0)
    computer.run(60.0, always(0.5))
    rates = [(step.panels, step.rate_hz) for step in computer.seen]
    assert rates == [
        (PanelRate.ALL, 24), (PanelRate.FEWER, 24), (PanelRate.NONE, 24),
        (PanelRate.NONE, 15), (PanelRate.NONE, 10),
    ]  # fmt: skip


def test_another_screen_keeps_what_was_given_up_and_gives_it_back_later() -> None:
    computer = Computer()
    computer.run(20.0, always(0.06))
    computer.load.set_full(30.0)
    assert computer.load.is_slow
    computer.run(60.0, always(0.004))
    assert computer.load.step == Step(PanelRate.ALL, 30.0)


def test_a_rest_is_no_load() -> None:
    computer = Computer()
    computer.run(0.9, always(0.03))
    computer.load.rest()
    computer.now_s += 3600.0
    computer._due_s = computer.now_s
    computer.run(0.9, always(0.03))
    assert computer.seen == LADDER[:1]
