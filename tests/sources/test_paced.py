"""PacedSource: what a Reader yields arrives in the ring, all of it, and the end is told."""

import os
import threading
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from livemel.buffers.samples import Gap
from livemel.errors import SourceError
from livemel.sources.base import SourceState, SourceStatus
from livemel.sources.paced import AT_ONCE, PacedSource
from livemel.sources.pipe import PipeReader

from tests.dsp.strategies import noise
from tests.engine.sources import ArrayReader


def hear(source: PacedSource) -> tuple[np.ndarray, SourceStatus]:
    """All that comes, and how it ended."""
    source.start()
    parts = [np.empty((0, source.ring.channels), dtype=np.float32)]
    while True:
        status = source.poll(0)
        part = source.ring.read()
        assert not isinstance(part, Gap)
        if part is not None:
            parts.append(part)
        elif status.state is SourceState.ENDED:
            break
    source.stop()
    return np.concatenate(parts), status


def living() -> list[str]:
    """Those of the program but its log's, which waits for what is still to be said."""
    names = [thread.name for thread in threading.enumerate()]
    return [name for name in names if name.startswith("livemel") and name != "livemel-log"]


@settings(max_examples=15, deadline=None)
@given(
    n=st.integers(1, 3000),
    channels=st.integers(1, 3),
    sr=st.sampled_from((44_100, 96_000, 192_000)),
)
def test_all_the_sound_arrives_once_and_in_order(n: int, channels: int, sr: int) -> None:
    y = noise(n * channels).reshape(n, channels)
    source = PacedSource(ArrayReader(y, sr))
    assert source.wait_open(0) == ArrayReader(y, sr).format
    heard, status = hear(source)
    np.testing.assert_array_equal(heard, y)
    assert status == SourceStatus(SourceState.ENDED, "The array ended")
    assert set(source.delivery().callback_ms) == {"p50", "p99", "max"}
    assert source.label == "The array"
    assert not living()


def test_a_reader_that_breaks_off_ends_the_source_with_its_reason() -> None:
    y = noise(1000)[:, np.newaxis]
    source = PacedSource(ArrayReader(y, 48_000, SourceError("the file breaks off")))
    heard, status = hear(source)
    np.testing.assert_array_equal(heard, y)
    assert status == SourceStatus(SourceState.ENDED, "the file breaks off", fault=True)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_reader_with_a_fault_of_its_own_ends_the_source_too() -> None:
    y = noise(1000)[:, np.newaxis]
    heard, status = hear(PacedSource(ArrayReader(y, 48_000, ZeroDivisionError("oops"))))
    np.testing.assert_array_equal(heard, y)
    assert (status.state, status.fault) == (SourceState.ENDED, True)
    assert "ZeroDivisionError('oops')" in status.reason


def test_a_reader_with_nothing_ends_at_once() -> None:
    heard, status = hear(PacedSource(ArrayReader(np.empty((0, 2), np.float32), 48_000)))
    assert heard.shape == (0, 2)
    assert status.state is SourceState.ENDED


def test_stopping_in_the_middle_ends_the_thread_and_closes_the_reader() -> None:
    reader = ArrayReader(np.zeros((48_000 * 60, 1), dtype=np.float32), 48_000)
    source = PacedSource(reader)
    source.start()
    while source.ring.written == 0:
        assert source.poll(0) == SourceStatus(SourceState.RUNNING)
    source.stop()
    assert not living()
    assert reader.closed
    source.stop()
    assert source.ring.written < 48_000 * 60


def test_stopping_before_the_start_closes_the_reader() -> None:
    reader = ArrayReader(np.zeros((10, 1), dtype=np.float32), 48_000)
    PacedSource(reader).stop()
    assert reader.closed == 1


def test_a_silent_pipe_does_not_hold_up_the_stop() -> None:
    out, into = os.pipe()
    source = PacedSource(PipeReader(out, sr=48_000, channels=1, sample_format="s16le"))
    source.start()
    source.stop()
    assert living() == ["livemel-source"]  # a daemon, which waits for the pipe and nothing else
    os.close(into)
    for thread in threading.enumerate():
        if thread.name == "livemel-source":
            thread.join(20)
    assert not living()
    assert source.ring.ended
    os.close(out)


class SlowClock:
    """A lead whose device takes half as much again for each second as our clock."""

    complaint = ""
    over = False
    started = stopped = False

    def __init__(self, sr: int) -> None:
        self.sr = sr
        self.began_ns = 0

    @property
    def heard_from_ns(self) -> int:
        """The first 50 ms it is not known."""
        since_ns = time.monotonic_ns() - self.began_ns
        return 0 if since_ns < 50_000_000 else self.began_ns + 50_000_000 + since_ns // 3

    def heard(self) -> float:
        return (time.monotonic_ns() - self.heard_from_ns) / 1e9 * self.sr

    def hear(self, channel: int | None) -> None:
        pass

    def start(self) -> None:
        self.started, self.began_ns = True, time.monotonic_ns()

    def stop(self) -> None:
        self.stopped = True


def test_a_source_keeps_to_the_clock_of_what_is_heard() -> None:
    y = noise(16_000)[:, np.newaxis]
    source, lead = PacedSource(ArrayReader(y, 16_000)), SlowClock(16_000)
    source.lead = lead
    source.start()
    ahead: list[float] = []
    while not source.ring.ended:
        written, heard = source.ring.written, lead.heard()
        if lead.heard_from_ns and source.ring.written == written:
            ahead.append(written - heard)
    source.stop()
    assert (lead.started, lead.stopped) == (True, True)
    # What is written is to be seen 20 ms later; then it is heard. Nothing adds up over the second.
    assert max(ahead) <= 16_000 * 0.035
    assert len(y) - lead.heard() <= 16_000 * 0.035


def test_once_nothing_is_heard_a_source_goes_on_by_our_clock_and_races_nowhere() -> None:
    y = noise(8_000)[:, np.newaxis]
    source, lead = PacedSource(ArrayReader(y, 16_000)), SlowClock(16_000)
    source.lead = lead
    source.start()
    while source.ring.written < 2_000:
        pass
    over_ns, at = time.monotonic_ns(), source.ring.written
    lead.over = True
    while not source.ring.ended:
        pass
    took_s = (time.monotonic_ns() - over_ns) / 1e9
    assert source.ring.written == len(y)
    assert took_s > (len(y) - at) / 16_000 - 0.05
    source.stop()


def test_at_once_nothing_is_overwritten_however_late_it_is_read() -> None:
    sr = 1000
    y = noise(7 * sr)[:, np.newaxis]  # more than the ring holds
    source = PacedSource(ArrayReader(y, sr), pace=AT_ONCE)
    source.start()
    full = source.ring.capacity - sr // 100
    while source.ring.available < full:
        pass
    parts = []
    while not (source.ring.ended and source.ring.available == 0):
        part = source.ring.read()
        assert not isinstance(part, Gap)
        parts += [] if part is None else [part]
    np.testing.assert_array_equal(np.concatenate(parts), y)
    assert source.poll(0) == SourceStatus(SourceState.ENDED)
    source.stop()
    assert not living()


def test_at_once_a_full_ring_does_not_hold_up_its_end() -> None:
    y = noise(7000)[:, np.newaxis]
    source = PacedSource(ArrayReader(y, 1000), pace=AT_ONCE)
    source.start()
    while source.ring.available < source.ring.capacity - 10:
        pass
    source.stop()
    assert not living()
