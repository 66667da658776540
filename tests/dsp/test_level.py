"""LevelMeter: numpy's peak and mean square of each stretch, however the sound is cut up."""

from fractions import Fraction
from math import ceil

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from livemel.dsp.level import FULL_SCALE, LevelMeter, Levels

from tests.dsp.strategies import chunk_sizes, chunks, examples, noise

STEPS = st.integers(1, 700) | st.fractions(Fraction(1, 5), 700, max_denominator=50)
STARTS = st.just(0) | st.integers(-400, 2000) | st.fractions(-400, 2000, max_denominator=50)


def metered(y: np.ndarray, meter: LevelMeter, sizes: list[int]) -> Levels:
    levels = meter.push(y[:0])
    for part in chunks(y, sizes):
        levels = levels.then(meter.push(part))
    return levels


def edge(k: int, step: Fraction | int, start: Fraction | int) -> int:
    """Where stretch k begins, by the definition."""
    return max(0, ceil(start + k * Fraction(step)))


def assert_same(a: Levels, b: Levels) -> None:
    np.testing.assert_array_equal(a.peak, b.peak)
    np.testing.assert_array_equal(a.mean_square, b.mean_square)
    np.testing.assert_array_equal(a.clipped, b.clipped)


@examples(200)
@given(n=st.integers(0, 4000), step=STEPS, start=STARTS, sizes=chunk_sizes(160))
@example(n=10, step=Fraction(1, 2), start=0, sizes=[1])
@example(n=10, step=Fraction(1, 3), start=Fraction(1, 6), sizes=[1])
def test_any_chunks_give_the_levels_of_the_whole(
    n: int, step: Fraction | int, start: Fraction | int, sizes: list[int]
) -> None:
    y = noise(n)
    at_once, in_parts = LevelMeter(step, start), LevelMeter(step, start)
    whole = at_once.push(y)
    assert_same(metered(y, in_parts, sizes), whole)
    assert_same(in_parts.flush(), at_once.flush())
    assert edge(len(whole), step, start) <= n or len(whole) == 0
    assert edge(len(whole) + 1, step, start) > n


@examples(100)
@given(
    n=st.integers(1, 5000),
    step=STEPS.filter(lambda step: step >= 1),
    start=STARTS,
    sizes=chunk_sizes(160),
)
def test_levels_are_numpys_over_each_stretch(
    n: int, step: Fraction | int, start: Fraction | int, sizes: list[int]
) -> None:
    y = noise(n, level=0.5)
    meter = LevelMeter(step, start)
    levels = metered(y, meter, sizes)
    levels = levels.then(meter.flush())
    stretches = [y[edge(k, step, start) : edge(k + 1, step, start)] for k in range(len(levels))]
    assert sum(map(len, stretches)) == max(0, n - edge(0, step, start))
    for k, stretch in enumerate(stretches):
        if len(stretch) == 0:  # all of it lies before the first sample
            assert levels.peak[k] == levels.mean_square[k] == 0
            continue
        assert levels.peak[k] == np.abs(stretch).max()
        mean_square = np.mean(np.square(stretch, dtype=np.float64))
        np.testing.assert_allclose(levels.mean_square[k], mean_square, rtol=1e-5)
        assert levels.clipped[k] == (np.abs(stretch).max() >= 32767 / 32768)
    assert levels.peak.dtype == levels.mean_square.dtype == np.float32


def test_a_step_below_one_sample_repeats_the_sample_before() -> None:
    y = np.array([0.1, -0.2, 0.3], dtype=np.float32)
    levels = metered(y, LevelMeter(Fraction(1, 3)), [1])
    np.testing.assert_array_equal(levels.peak, np.abs(y).repeat(3))
    np.testing.assert_array_equal(levels.mean_square, np.square(y).repeat(3))


@pytest.mark.parametrize("value", [1.0, -1.0, 1.5, 32767 / 32768, -32767 / 32768, -2.0])
def test_full_scale_of_either_sign_is_clipped_in_its_own_stretch_only(value: float) -> None:
    y = np.full(1000, 0.9999, dtype=np.float32)
    y[437] = value
    levels = LevelMeter(100).push(y)
    np.testing.assert_array_equal(np.flatnonzero(levels.clipped), [4])


def test_just_below_full_scale_is_not_clipped() -> None:
    below = np.nextafter(FULL_SCALE, np.float32(0))
    assert not LevelMeter(10).push(np.full(100, below, dtype=np.float32)).clipped.any()
    assert float(FULL_SCALE) == 32767 / 32768


def test_a_full_scale_sine_reads_minus_three_db() -> None:
    y = np.sin(2 * np.pi * np.arange(48_000) / 48).astype(np.float32)
    levels = LevelMeter(480).push(y)
    np.testing.assert_allclose(10 * np.log10(levels.mean_square), -3.0103, atol=1e-4)
    np.testing.assert_allclose(levels.peak, 1, atol=1e-6)


def test_the_samples_pushed_are_not_changed() -> None:
    y = -noise(500)
    before = y.copy()
    y.flags.writeable = False
    LevelMeter(100).push(y)
    np.testing.assert_array_equal(y, before)


def test_taking_and_joining_keeps_the_order() -> None:
    levels = LevelMeter(1).push(np.array([0.1, 0.2, 1.0], dtype=np.float32))
    both = levels.take(slice(2, None)).then(levels.take(np.array([0, 1])))
    assert len(both) == 3
    np.testing.assert_array_equal(both.peak, np.array([1.0, 0.1, 0.2], dtype=np.float32))
    np.testing.assert_array_equal(both.clipped, [True, False, False])
    assert len(Levels.silent(4)) == 4
    assert not Levels.silent(4).clipped.any()
