"""Sleep is what one clock counts and the other does not; being held up is none."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.engine.sleep_watch import SleepWatch, clock_through_sleep

SECOND = 1_000_000_000


class Clocks:
    """Two clocks; the thread may be held up between reading one and the other."""

    def __init__(self) -> None:
        self.awake_ns, self.slept_ns, self.held_up_ns = 5 * SECOND, 17 * SECOND, 0

    def through(self) -> int:
        now_ns = self.awake_ns + self.slept_ns
        self.awake_ns += self.held_up_ns
        return now_ns

    def awake(self) -> int:
        return self.awake_ns


Event = tuple[str, int]


@given(
    events=st.lists(
        st.tuples(
            st.sampled_from(["run", "sleep", "held up"]), st.integers(SECOND // 10, 9 * SECOND)
        ),
        max_size=30,
    )
)
def test_all_sleep_is_told_once_and_nothing_else_is(events: list[Event]) -> None:
    clocks = Clocks()
    watch = SleepWatch((clocks.through, clocks.awake))
    told = slept = 0
    for what, ns in events:
        if what == "run":
            clocks.awake_ns += ns
        elif what == "sleep":
            clocks.slept_ns += ns
            slept += ns
        clocks.held_up_ns = ns if what == "held up" else 0
        told += watch.look()
        assert told <= slept
    clocks.held_up_ns = 0
    assert told + watch.look() == slept


def test_a_first_look_that_is_held_up_is_no_sleep() -> None:
    clocks = Clocks()
    held_up = iter([SECOND, SECOND, 0, SECOND, SECOND, 0])

    def through() -> int:
        clocks.held_up_ns = next(held_up)
        return clocks.through()

    assert SleepWatch((through, clocks.awake)).look() == 0


def test_a_platform_without_such_clocks_never_sleeps() -> None:
    assert SleepWatch(None).look() == 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the clocks are Linux's here")
def test_this_computer_is_awake() -> None:
    clocks = clock_through_sleep()
    assert clocks is not None
    watch = SleepWatch(clocks)
    assert [watch.look() for _ in range(1000)] == [0] * 1000
