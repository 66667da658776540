"""ColumnPool: maxima of equal groups, in fixed memory, however the columns come."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.buffers.pool import ColumnPool


@given(
    k=st.integers(0, 500),
    capacity=st.sampled_from((2, 8, 64)),
    cuts=st.lists(st.integers(0, 500)).map(sorted),
)
def test_groups_hold_the_maxima_of_their_columns(k: int, capacity: int, cuts: list[int]) -> None:
    x = np.random.default_rng(k).standard_normal((3, k)).astype(np.float32)
    pool = ColumnPool(capacity)
    for block in np.split(x, cuts, axis=1):
        pool.push(block)
    groups = [x[:, i : i + pool.group].max(axis=1) for i in range(0, k, pool.group)]
    assert len(pool.values) == len(groups) <= capacity
    if k:
        np.testing.assert_array_equal(pool.values, groups)
    # No coarser than needed.
    assert pool.group == 1 or k > capacity * pool.group // 2


def test_few_columns_stay_as_they_are() -> None:
    x = np.arange(12, dtype=np.float32).reshape(3, 4)
    pool = ColumnPool(4)
    pool.push(x)
    np.testing.assert_array_equal(pool.values, x.T)


@pytest.mark.parametrize("capacity", [0, 1, 3, -2])
def test_a_capacity_that_cannot_be_halved_is_refused(capacity: int) -> None:
    with pytest.raises(ValueError, match=f"capacity={capacity}"):
        ColumnPool(capacity)
