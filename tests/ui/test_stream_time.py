"""The time of day at which a sound was heard, whatever happens to the computer's clock."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.buffers.columns import ColumnRing
from livemel.dsp.models import frontend
from livemel.engine import Feed, Lane
from livemel.sources.base import SourceFormat
from livemel.ui.stream_time import columns_at, kept_s, seconds_of, time_of_day

SR = 48_000
BEGAN_NS = 1_000_000_000_000


def feed(columns: int = 500) -> Feed:
    """Five seconds that began to arrive at BEGAN_NS of the monotonic clock."""
    fe = frontend("live", sr=SR)
    ring = ColumnRing(fe.n_rows, 1000)
    k = np.zeros(columns, dtype=np.float32)
    last = fe.first_centre + np.arange(columns) * fe.hop_length + fe.lookahead
    arrived = BEGAN_NS + last * 1_000_000_000 // SR
    values = np.zeros((fe.n_rows, columns), dtype=np.float32)
    ring.append(values, k.astype(np.uint8), k, k, arrived.astype(np.int64))
    return Feed(fe, (Lane(None, ring),), SourceFormat(SR, 1, "mic", 1))


def told(now: datetime, seconds: float, asked_s: float = 10.0) -> datetime:
    """What is said `asked_s` after the beginning of a second of the stream, at that time of day."""
    heard = time_of_day(feed(), seconds, lambda: now, lambda: BEGAN_NS + round(asked_s * 1e9))
    assert heard is not None
    return heard


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@given(seconds=st.floats(0, 5), jump_s=st.integers(-(10**8), 10**8), asked_s=st.floats(5, 1e5))
def test_a_clock_that_is_set_moves_all_times_alike(
    seconds: float, jump_s: int, asked_s: float
) -> None:
    now = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
    before, after = (
        told(now, seconds, asked_s),
        told(now + timedelta(seconds=jump_s), seconds, asked_s),
    )
    assert after - before == timedelta(seconds=jump_s)
    assert (now - before).total_seconds() == pytest.approx(asked_s - seconds, abs=1e-4)
    assert told(now, 0.0, asked_s) + timedelta(seconds=seconds) == pytest.approx(
        before, abs=timedelta(microseconds=2)
    )


def test_a_clock_that_is_set_does_not_move_the_axis(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = feed()
    before = kept_s(shown), seconds_of(shown, 250), columns_at(shown, 2.5)
    monkeypatch.setattr(time, "time", lambda: 0.0)
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    assert before == (kept_s(shown), seconds_of(shown, 250), columns_at(shown, 2.5))


@pytest.mark.usefixtures("berlin")
def test_a_time_before_the_clock_change_is_told_as_it_was_then() -> None:
    """On 2026-10-25 at 3:00 of summer it becomes 2:00 of winter."""
    winter = timezone(timedelta(hours=1))
    now = datetime(2026, 10, 25, 2, 0, 2, tzinfo=winter)
    first, last = told(now, 0.0, asked_s=5.0), told(now, 4.0, asked_s=5.0)
    assert (first.strftime("%H:%M:%S"), first.utcoffset()) == ("02:59:57", timedelta(hours=2))
    assert (last.strftime("%H:%M:%S"), last.utcoffset()) == ("02:00:01", timedelta(hours=1))
    assert (last - first).total_seconds() == pytest.approx(4, abs=1e-4)


def test_before_the_first_column_nothing_was_heard() -> None:
    fe = frontend("live", sr=SR)
    empty = Feed(fe, (Lane(None, ColumnRing(fe.n_rows, 10)),), SourceFormat(SR, 1, "mic", 1))
    assert time_of_day(empty, 0.0) is None
