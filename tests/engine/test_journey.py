"""The parts of the latency are of the same columns, and add up."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from livemel.buffers.columns import ColumnRing
from livemel.dsp.models import frontend
from livemel.engine import Feed, Lane
from livemel.engine.journey import PARTS, Journey
from livemel.sources.base import SourceFormat

MS = 1_000_000


def feed() -> Feed:
    fe = frontend("live", sr=48_000)
    return Feed(fe, (Lane(None, ColumnRing(fe.n_rows, 1000)),), SourceFormat(48_000, 1, "mic", 1))


def deliver(feed: Feed, arrived_ns: int, read_ns: int, there_ns: int, columns: int = 1) -> None:
    """A block, and the columns it brings."""
    if columns:
        k = np.zeros(columns, dtype=np.float32)
        values = np.zeros((feed.frontend.n_rows, columns), dtype=np.float32)
        feed.columns.append(values, k.astype(np.uint8), k, k, arrived_ns)
    feed.trail.note(arrived_ns, read_ns, feed.columns.written, there_ns)


waits = st.integers(0, 40 * MS)


@settings(max_examples=60, deadline=None)
@given(blocks=st.lists(st.tuples(waits, waits, waits), min_size=1, max_size=30))
def test_ring_wait_engine_and_paint_are_what_the_way_is_made_of(
    blocks: list[tuple[int, int, int]],
) -> None:
    shown, journey = feed(), Journey()
    for number, (ring, engine, paint) in enumerate(blocks):
        arrived = number * 200 * MS
        deliver(shown, arrived, arrived + ring, arrived + ring + engine)
        journey.note(shown, number, arrived + ring + engine + paint)
    parts = journey.parts(0.03, 0.02)
    for name, at in (("ring_wait", 0), ("engine", 1), ("paint", 2)):
        told = np.percentile([block[at] / MS for block in blocks], (50, 95, 99))
        part = parts[name]
        assert part is not None
        assert list(part.values()) == pytest.approx(told, abs=0.001)
    whole = np.percentile([sum(block) / MS for block in blocks], (50, 95, 99))
    total = parts["sum"]
    assert total is not None
    assert list(total.values()) == pytest.approx(whole + 50, abs=0.001)
    assert list(journey.arrived.percentiles(50, 95, 99).values()) == pytest.approx(whole, abs=1e-3)


def test_what_is_no_measurement_is_one_number() -> None:
    parts = Journey().parts(0.0301, 0.0213)
    assert parts["device_buffer"] == {"p50": 30.1, "p95": 30.1, "p99": 30.1}
    assert parts["window_centre"] == {"p50": 21.3, "p95": 21.3, "p99": 21.3}
    assert list(parts) == [*PARTS, "sum"]


def test_where_there_is_no_device_there_is_no_buffer_of_it() -> None:
    parts = Journey().parts(None, 0.0213)
    assert parts["device_buffer"] is None
    assert parts["sum"] == {"p50": 21.3, "p95": 21.3, "p99": 21.3}


def test_what_a_resampler_holds_back_is_the_engines_time() -> None:
    shown, journey = feed(), Journey()
    deliver(shown, 0, 2 * MS, 3 * MS, columns=0)  # nothing comes out of it yet
    deliver(shown, 10 * MS, 12 * MS, 12 * MS, columns=0)
    shown.columns.append(
        np.zeros((shown.frontend.n_rows, 1), dtype=np.float32),
        np.zeros(1, dtype=np.uint8), np.zeros(1, dtype=np.float32),
        np.zeros(1, dtype=np.float32), 10 * MS,
    )  # fmt: skip
    shown.trail.note(20 * MS, 21 * MS, 1, 22 * MS)
    journey.note(shown, 0, 30 * MS)
    parts = journey.parts(None, 0.0)
    assert [parts[name]["p50"] for name in ("ring_wait", "engine", "paint")] == [2.0, 10.0, 8.0]  # type: ignore[index]


def test_a_column_from_before_anybody_looked_counts_as_a_whole_only() -> None:
    shown, journey = feed(), Journey()
    for number in range(200):
        deliver(shown, number * 10 * MS, number * 10 * MS + MS, number * 10 * MS + 2 * MS)
    journey.note(shown, 5, 2000 * MS)
    assert journey.arrived.percentiles(50) == {"p50": 1950.0}
    parts = journey.parts(None, 0.0)
    assert parts["ring_wait"] == parts["paint"] == {"p50": 0.0, "p95": 0.0, "p99": 0.0}
