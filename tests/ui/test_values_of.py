"""What a range is fitted to."""

import numpy as np
import pytest
from livemel.buffers.columns import ColumnRing
from livemel.dsp.models import frontend
from livemel.dsp.weighting import LevelScale
from livemel.engine import Feed, Lane
from livemel.sources.base import SourceFormat
from livemel.ui.values_of import values_of
from livemel.ui.view_state import ViewState

LIVE = frontend()
PLAIN = LevelScale()


def feed(n: int, capacity: int = 1000, n_mels: int = 128) -> Feed:
    ring = ColumnRing(n_mels, capacity)
    values = np.arange(n * n_mels, dtype=np.float32).reshape(n, n_mels)
    none = np.zeros(n, dtype=np.float32)
    ring.append(values.T, none.astype(np.uint8), none, none, 0)
    return Feed(LIVE.replace(n_mels=n_mels), (Lane(1, ring),), SourceFormat(48_000, 1, "x", 1))


def test_rows_and_columns_are_those_asked_for_and_there() -> None:
    values = values_of(feed(50), 10, 12, PLAIN, range(3, 6))
    assert np.array_equal(values, np.arange(2)[:, None] * 128 + np.arange(3, 6) + 1280)
    assert values_of(feed(50), -5, 1, PLAIN).shape == (1, 128)
    assert values_of(feed(50), 48, 99, PLAIN).shape == (2, 128)
    assert values_of(feed(50), 60, 99, PLAIN).shape == (0, 128)
    assert values_of(feed(3000), 0, 2001, PLAIN).shape == (1, 128)


@pytest.mark.parametrize("rows", [None, range(100, 128)])
def test_a_scale_adds_what_the_picture_adds(rows: range | None) -> None:
    scale = LevelScale("A", 94.0)
    plain, added = (values_of(feed(50), 0, 50, s, rows) for s in (PLAIN, scale))
    offsets = ViewState(LIVE, 1, 1, 1.0, 0.0, 1.0, scale=scale).row_offsets()
    assert offsets is not None
    shown = offsets if rows is None else offsets[rows.start : rows.stop]
    np.testing.assert_allclose(added - plain, np.tile(shown, (50, 1)), atol=0.01)


def test_of_very_many_evenly_spaced_columns_are_taken() -> None:
    values = values_of(feed(9000, 9000, 1024), 0, 9000, PLAIN)
    assert values.size <= 1 << 22
    assert set(np.diff(values[:, 0])) == {3 * 1024.0}
