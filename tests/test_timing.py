"""Durations, the paint's budget, and what the operating system knows of a process."""

import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from livemel.timing import Durations, FrameBudget, memory_mb, since_process_start_ms


@settings(max_examples=100, deadline=None)
@given(
    ms=st.lists(st.floats(0, 1e4), min_size=1, max_size=200),
    capacity=st.integers(1, 100),
    which=st.lists(st.sampled_from((0, 50, 95, 99, 99.9, 100)), min_size=1, unique=True),
)
def test_percentiles_are_numpys_over_the_newest_and_the_longest_is_for_ever(
    ms: list[float], capacity: int, which: list[float]
) -> None:
    durations = Durations(capacity)
    for duration in ms:
        durations.add(duration)
    wanted = {f"p{w:g}": float(np.percentile(ms[-capacity:], w)) for w in which}
    assert durations.percentiles(*which) == pytest.approx(wanted, abs=0.0006)
    summary = durations.summary(*which)
    assert summary == {**durations.percentiles(*which), "max": round(max(ms), 3)}
    assert durations.count == len(ms)
    assert durations.longest_ms == max(ms)


def test_before_the_first_duration_all_is_zero() -> None:
    assert Durations().summary(50, 99) == {"p50": 0.0, "p99": 0.0, "max": 0.0}
    assert Durations().count == 0


@settings(max_examples=100, deadline=None)
@given(paints=st.lists(st.floats(0, 40), max_size=60))
def test_a_paint_that_overran_costs_the_next_its_turn_and_no_more(paints: list[float]) -> None:
    budget = FrameBudget(16.0)
    assert budget.may_paint()
    overruns = 0
    for ms in paints:
        budget.spent(ms)
        overruns += ms > 16
        assert budget.may_paint() == (ms <= 16)
        assert budget.may_paint()
    assert budget.skipped == overruns


def test_paints_within_the_budget_are_never_skipped() -> None:
    budget = FrameBudget(16.0)
    for _ in range(1000):
        budget.spent(16.0)
        assert budget.may_paint()
    assert budget.skipped == 0


def test_a_process_knows_since_when_it_runs() -> None:
    """It began after we asked for it and before it answered; the kernel's clock ticks at 10 ms."""
    program = "from livemel.timing import *; print(since_process_start_ms(), flush=True); input()"
    began = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        age_ms = float(child.stdout.readline())
        at_most_ms = (time.monotonic() - began) * 1000
        child.communicate("\n")
    assert 0 < age_ms <= at_most_ms + 20
    assert since_process_start_ms() > at_most_ms  # this one was there before


def test_memory_is_what_the_kernel_counts() -> None:
    rss, private = memory_mb()
    assert 0 < private <= rss
    held = bytearray(b"\1") * (64 << 20)
    grown_rss, grown_private = memory_mb()
    assert grown_private - private == pytest.approx(64, abs=4)
    assert grown_rss - rss == pytest.approx(64, abs=4)
    assert len(held) == 64 << 20


def test_memory_of_another_process_is_told_until_it_is_gone() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "print(1, flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        rss, private = memory_mb(child.pid)
        assert 1 < private <= rss < memory_mb()[0]
        child.communicate(b"\n")
    assert memory_mb(child.pid) == (0.0, 0.0)
