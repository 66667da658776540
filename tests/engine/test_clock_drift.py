"""The drift of a device's clock, from when its blocks arrived."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from livemel.engine.clock_drift import ClockDrift, Drift

SR = 48_000
BLOCK = 480


def listen(
    seconds: float,
    ppm: float,
    seed: int,
    *,
    wake_ms: float = 0.0,
    held_up: float = 0.0,
    start: int = 0,
    drift: ClockDrift | None = None,
) -> ClockDrift:
    """Blocks of a device that is faster by ppm.

    wake_ms : a sound server hands blocks on only so often, more or less
    held_up : the share of blocks that come up to 100 ms late, with all that follow meanwhile
    """
    drift = drift or ClockDrift(SR)
    rng = np.random.default_rng(seed)
    n = round(seconds * SR / BLOCK)
    samples = (np.arange(n) + 1) * BLOCK
    there_s = samples / (SR * (1 + 1e-6 * ppm))
    if wake_ms:
        apart_s = rng.uniform(0.7, 1.3, 2 * round(seconds / wake_ms * 1000)) * wake_ms / 1000
        wakes_s = np.cumsum(apart_s)
        there_s = wakes_s[np.searchsorted(wakes_s, there_s)]
    there_s = there_s + rng.exponential(0.0008, n)
    there_s += rng.uniform(0, 0.1, n) * (rng.random(n) < held_up)
    there_s = np.maximum.accumulate(there_s)  # a block does not overtake the one before
    for at_s, count in zip(there_s, samples, strict=True):
        drift.add(int(at_s * 1e9) + 77_000_000_000, int(count) + start)
    return drift


def known(drift: ClockDrift) -> Drift:
    estimate = drift.estimate()
    assert estimate is not None
    return estimate


@settings(max_examples=12, deadline=None)
@given(
    ppm=st.floats(-300, 300),
    seed=st.integers(0, 10_000),
    wake_ms=st.sampled_from([0.0, 20.0, 25.0]),
    held_up=st.sampled_from([0.0, 0.02, 0.2]),
)
def test_it_is_found_whatever_the_jitter(
    ppm: float, seed: int, wake_ms: float, held_up: float
) -> None:
    found = known(listen(60, ppm, seed, wake_ms=wake_ms, held_up=held_up))
    assert abs(found.ppm - ppm) < 5 * found.error_ppm + 1
    assert found.error_ppm < 40


def test_its_standard_error_is_true() -> None:
    """Of a normal error 68 % lie within one and 95 within two standard errors."""
    off = [
        (known(drift).ppm - 40) / known(drift).error_ppm
        for drift in (listen(30, 40, seed, held_up=0.02) for seed in range(120))
    ]
    assert 0.55 < np.mean(np.abs(off) < 1) < 0.85
    assert np.mean(np.abs(off) < 2) > 0.88


def test_a_longer_run_knows_it_better() -> None:
    errors = [known(listen(seconds, 20, 3)).error_ppm for seconds in (15, 60, 240)]
    assert errors[0] > 2 * errors[1] > 4 * errors[2]


def test_nothing_is_said_before_ten_seconds() -> None:
    assert ClockDrift(SR).estimate() is None
    assert listen(9, 100, 0).estimate() is None
    assert listen(12, 100, 0).estimate() is not None


def test_over_a_day_its_memory_stays_the_same() -> None:
    drift = ClockDrift(SR)
    rng = np.random.default_rng(5)
    for second in range(24 * 3600):
        at_s = second * (1 - 25e-6) + rng.exponential(0.001)
        drift.add(int(at_s * 1e9), second * SR)
    assert len(drift._least) <= 256
    assert known(drift).ppm == pytest.approx(25, abs=0.05)


def test_a_loss_of_unknown_length_does_not_bend_the_line() -> None:
    drift = listen(60, 30, 1)
    drift.restart()
    listen(60, 30, 2, start=10 * SR + 1234, drift=drift)
    assert known(drift).ppm == pytest.approx(30, abs=4 * known(drift).error_ppm + 0.5)
    assert known(drift).error_ppm < known(listen(60, 30, 2)).error_ppm


def test_losses_that_come_too_often_leave_it_unknown() -> None:
    drift = ClockDrift(SR)
    for number in range(20):
        listen(5, 30, number, start=number * 10 * SR, drift=drift)
        drift.restart()
    assert drift.estimate() is None


def test_a_saw_of_wakes_is_no_drift() -> None:
    """A server that hands on a block every 10.02 ms is ever later, and then a block earlier."""
    drift = ClockDrift(SR)
    rng = np.random.default_rng(1)
    for wake in range(1, 12_000):
        at_s = wake * 0.01002
        blocks = int(at_s / 0.01)
        drift.add(int((at_s + rng.exponential(0.0003)) * 1e9), blocks * BLOCK)
    found = known(drift)
    assert abs(found.ppm) < 3 * found.error_ppm
    assert found.error_ppm < 60
