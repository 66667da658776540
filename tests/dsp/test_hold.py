"""Peak hold and average, for any chunking."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.dsp.hold import Hold

from tests.dsp.strategies import chunks, examples

COLUMNS = np.random.default_rng(0).standard_normal((300, 7)).astype(np.float32)


@examples(40)
@given(sizes=st.lists(st.integers(1, 90), min_size=1, max_size=12))
def test_any_chunks_hold_the_maximum_and_the_same_average(sizes: list[int]) -> None:
    hold, whole = Hold(100.0, 1.0), Hold(100.0, 1.0)
    whole.push(COLUMNS)
    for part in chunks(COLUMNS, sizes):
        hold.push(part)
    assert np.array_equal(hold.peak, COLUMNS.max(axis=0))
    np.testing.assert_allclose(hold.average, whole.average, atol=1e-5)


def test_the_average_forgets_with_its_time_constant() -> None:
    hold = Hold(50.0, 2.0)
    hold.push(np.zeros((10, 1), dtype=np.float32))
    hold.push(np.ones((100, 1), dtype=np.float32))  # 2 s
    assert hold.average == pytest.approx(1 - np.exp(-1))


def test_columns_that_are_no_numbers_are_passed_over() -> None:
    hold = Hold(100.0, 1.0)
    hold.push(np.full((3, 2), np.nan, dtype=np.float32))
    assert hold.peak is None
    assert hold.average is None
    hold.push(np.array([[1, np.inf], [2, 3]], dtype=np.float32))
    assert list(hold.peak) == [2, 3]
