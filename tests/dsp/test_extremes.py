"""Least and greatest sample of stretches, against a plain loop."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from livemel.dsp.extremes import extremes

from tests.dsp.strategies import examples


@examples(80)
@given(n=st.integers(1, 200), data=st.data())
def test_each_stretch_has_its_least_and_greatest_sample(n: int, data: st.DataObject) -> None:
    sound = np.random.default_rng(n).standard_normal(n).astype(np.float32)
    edges = np.array(sorted(data.draw(st.lists(st.integers(0, n), min_size=1, max_size=20))))
    values = extremes(sound, edges)
    assert values.shape == (len(edges) - 1, 2)
    for (least, greatest), start, stop in zip(values, edges, edges[1:], strict=False):
        start = min(start, n - 1)
        part = sound[start : max(stop, start + 1)]
        assert (least, greatest) == (part.min(), part.max())


def test_beside_nan_what_is_a_number_counts() -> None:
    sound = np.array([np.nan, 0.5, np.nan, np.nan], dtype=np.float32)
    values = extremes(sound, np.array([0, 2, 4]))
    assert list(values[0]) == [0.5, 0.5]
    assert np.isnan(values[1]).all()
