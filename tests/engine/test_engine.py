"""The engine without a window: a source's sound becomes columns, and every count is true."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
import soxr
from hypothesis import given
from hypothesis import strategies as st
from livemel.buffers.columns import GAP
from livemel.buffers.writer import GapCause
from livemel.channel import Channel, Difference, Lanes, lanes_of
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.stream import log_mel
from livemel.engine import Engine, EngineStatus
from livemel.engine import engine as engine_module
from livemel.engine.pipeline import Pipeline
from livemel.errors import NoDeviceError, SourceError
from livemel.sources.base import Source, SourceState, SourceStatus
from livemel.sources.paced import AT_ONCE, PacedSource

from tests.dsp.strategies import examples, noise, sound
from tests.engine.sources import PATIENCE_S, ArrayReader, ArraySource, Missing
from tests.waiting import wait_for

FE = FrontEnd(sr=16000, n_fft=400, hop_length=160, n_mels=20)


def build(sr: int) -> FrontEnd:
    """Without an expectation of the source's rate: 16 kHz, whatever it is."""
    assert sr > 0
    return FE


@contextmanager
def running(
    source: Source, builder: Callable[[int], FrontEnd] = build, **options: Any
) -> Iterator[Engine]:
    """An engine that is stopped in the end, and leaves no thread."""
    engine = Engine(source, builder, **options)
    source.start()
    engine.start()
    try:
        yield engine
    finally:
        engine.stop()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("livemel")]


def run_through(source: ArraySource, **options: Any) -> Engine:
    """An engine that took all of a source's sound."""
    source.end()
    with running(source, **options) as engine:
        assert engine.ended.wait(PATIENCE_S)
    return engine


def columns_of(engine: Engine) -> np.ndarray:
    assert engine.feed is not None
    return engine.feed.columns.read(0, engine.feed.columns.written).values.T


# --- columns --------------------------------------------------------------------------------------


@pytest.mark.parametrize("fe", [FE, FE.replace(center=True, pad_mode="reflect")])
def test_a_paced_source_gives_the_columns_of_its_signal_bit_for_bit(fe: FrontEnd) -> None:
    y = sound(5000)  # a third of a second: the pace is real time
    reader = ArrayReader(y[:, np.newaxis], 16000)
    with running(PacedSource(reader), lambda sr: fe.replace(sr=sr)) as engine:
        assert engine.ended.wait(PATIENCE_S)
        assert engine.status == EngineStatus(SourceState.ENDED, "The array ended")
    np.testing.assert_array_equal(columns_of(engine), log_mel(y, fe))
    assert reader.closed == 1


def test_a_source_at_once_gives_the_columns_of_its_signal_bit_for_bit() -> None:
    y = sound(200_000)  # several rings of 2 s
    source = PacedSource(ArrayReader(y[:, np.newaxis], 16000), pace=AT_ONCE)
    with running(source, lambda sr: FE.replace(sr=sr)) as engine:
        assert engine.ended.wait(PATIENCE_S)
        assert engine.status == EngineStatus(SourceState.ENDED)
        assert engine.stats()["gaps"] == []
    np.testing.assert_array_equal(columns_of(engine), log_mel(y, FE))
    assert engine.history is not None
    np.testing.assert_array_equal(engine.history.read(0, 200_000).samples[:, 0], y)


def test_an_engine_whose_source_has_ended_looks_no_more_until_there_is_a_change() -> None:
    source = ArraySource(sound(20_000))
    source.end()
    with running(source, look_s=1e-5) as engine:
        assert engine.ended.wait(PATIENCE_S)
        first, looks = engine.feed, source.looks
        log_mel(sound(400_000), FE)  # time for a thousand looks
        assert source.looks - looks <= 1
        engine.change(lambda _sr: FE.replace(n_mels=10), None)
        while engine.feed is first:
            pass
    assert columns_of(engine).shape[0] == 10


@pytest.mark.parametrize("source_sr", [8000, 16000, 44100, 48000])
def test_another_rate_is_resampled_as_soxr_does_the_whole(source_sr: int) -> None:
    y = sound(50_000)
    engine = run_through(ArraySource(y, sr=source_sr))
    whole = y if source_sr == 16000 else soxr.resample(y, source_sr, 16000, "HQ")
    np.testing.assert_array_equal(columns_of(engine), log_mel(whole, FE))
    stats = engine.stats()
    assert (stats["sr"], stats["samples"]) == (source_sr, 50_000)
    assert (stats["columns"], stats["columns_lost"]) == (columns_of(engine).shape[1], 0)


@pytest.mark.parametrize("channels", [2, 3, 9])
@pytest.mark.parametrize("channel", [1, 2, None])
def test_one_channel_is_chosen_or_all_are_averaged(channels: int, channel: int | None) -> None:
    y = noise(8000 * channels).reshape(-1, channels)
    source = ArraySource(channels=channels)
    with running(source, channel=channel) as engine:
        for part in np.array_split(y, 7):
            source.deliver(part)
            source.settle()
        source.end()
        assert engine.ended.wait(PATIENCE_S)
    heard = y.mean(axis=1, dtype=np.float32) if channel is None else y[:, channel - 1]
    np.testing.assert_array_equal(columns_of(engine), log_mel(heard, FE))
    assert engine.feed is not None
    assert engine.feed.channel == channel


def test_a_change_begins_a_new_feed_and_leaves_the_old_one_as_it_was() -> None:
    first, second, third = noise(4000, 1), noise(5000, 2), noise(6000, 3)
    wide, source = FE.replace(n_mels=40), ArraySource(np.stack([first, -first / 2], 1), channels=2)
    with running(source, channel=1) as engine:
        source.settle()
        before = engine.feed
        engine.change(build, 2)  # which the next one overtakes, or not
        engine.change(lambda _: wide, 2)
        source.settle()
        during = engine.feed
        source.deliver(np.stack([second, second / 3], 1))
        source.settle()
        engine.change(build, None)
        source.settle()
        source.deliver(np.stack([third, third], 1))
        source.end()
        assert engine.ended.wait(PATIENCE_S)
    after = engine.feed
    assert before is not None
    assert during is not None
    assert after is not None
    left, right = (
        np.concatenate(side) for side in ((first, second, third), (-first / 2, second / 3))
    )
    mean = (left + np.concatenate([right, third])) / np.float32(2)
    wanted = [(before, first, FE), (during, right, wide), (after, mean, FE)]
    for feed, heard, fe in wanted:
        assert feed.frontend == fe
        values = feed.columns.read(0, feed.columns.written).values.T
        np.testing.assert_array_equal(values, log_mel(heard, fe))
    assert (before.channel, during.channel, after.channel) == (1, 2, None)
    stats = engine.stats()
    assert stats["columns"] == after.columns.written  # what is computed again counts once
    assert (stats["columns_lost"], stats["samples"]) == (0, 15_000)


def test_another_view_begins_with_what_was_heard_and_nothing_is_counted_twice() -> None:
    first, second = noise(8000, 1), noise(5000, 2)
    wave = FE.replace(representation="waveform", hop_length=80)
    source = ArraySource(first, Missing(1600))
    with running(source) as engine:
        source.settle()
        before = engine.stats()
        engine.change(lambda _: wave, None)
        source.settle()
        assert engine.stats() == before
        source.deliver(second)
        source.end()
        assert engine.ended.wait(PATIENCE_S)
    whole = np.concatenate([first, np.zeros(1600, np.float32), second])
    np.testing.assert_array_equal(columns_of(engine), log_mel(whole, wave))
    assert engine.feed is not None
    assert engine.feed.replayed == (9600 - 400) // 80 + 1
    newest = engine.feed.columns.arrived_ns(engine.feed.replayed - 1)
    assert newest == source.ring.written_at_ns
    later = engine.feed.columns.written - engine.feed.replayed
    stats = engine.stats()
    assert (stats["columns"], stats["columns_lost"]) == (before["columns"] + later, 0)
    assert (stats["samples"], stats["samples_lost"]) == (13_000, 1600)


@examples(30)
@given(
    history_s=st.floats(1.0, 3.0),
    parts=st.lists(st.tuples(st.booleans(), st.integers(1, 20_000)), min_size=1, max_size=8),
)
def test_another_front_end_begins_with_all_that_is_kept(
    history_s: float, parts: list[tuple[bool, int]]
) -> None:
    wide, source = FE.replace(n_mels=40), ArraySource()
    whole, missing = np.zeros(0, np.float32), np.zeros(0, bool)
    for number, (is_gap, n) in enumerate(parts):
        block = np.zeros(n, np.float32) if is_gap else noise(n, number)
        source.deliver(Missing(n) if is_gap else block)
        whole, missing = np.append(whole, block), np.append(missing, np.full(n, is_gap))
    with running(source, history_s=history_s) as engine:
        source.settle()
        engine.change(lambda _: wide, None)
        source.settle()
        feed = engine.feed
    assert feed is not None
    position = max(0, len(whole) - round(history_s * 16_000))
    assert (feed.begins_at, feed.begin_s) == (position, position / 16_000)
    span = feed.columns.read(0, feed.columns.written)
    np.testing.assert_array_equal(span.values.T, log_mel(whole[position:], wide))
    middles = position + 200 + 160 * np.arange(len(span.values))
    assert ((span.flags & GAP) > 0)[missing[middles]].all()


def test_a_gap_longer_than_all_that_is_kept_is_all_that_is_kept() -> None:
    source = ArraySource(noise(5000), Missing(10**7))
    with running(source, history_s=1.0) as engine:
        source.settle()
        engine.change(lambda _: FE.replace(n_mels=40), None)
        source.settle()
        feed = engine.feed
    assert feed is not None
    assert feed.replayed == (16_000 - 400) // 160 + 1
    assert (feed.columns.read(0, feed.replayed).flags & GAP).all()


def test_where_nothing_is_replayed_another_front_end_begins_with_what_comes() -> None:
    first, second = noise(8000, 1), noise(5000, 2)
    source = ArraySource(first)
    with running(source, replays=False) as engine:
        source.settle()
        engine.change(lambda _: FE.replace(n_mels=40), None)
        source.settle()
        source.deliver(second)
        source.end()
        assert engine.ended.wait(PATIENCE_S)
    assert engine.feed is not None
    assert engine.feed.begins_at == 8000
    np.testing.assert_array_equal(columns_of(engine), log_mel(second, engine.feed.frontend))


def test_the_sound_is_kept_as_it_came_whatever_becomes_of_the_front_end() -> None:
    first, second = noise(40_000, 1).reshape(-1, 2), noise(60_000, 2).reshape(-1, 2)
    source = ArraySource(first, Missing(700), channels=2)
    with running(source, channel=2) as engine:
        source.settle()
        engine.change(lambda _: FE.replace(n_mels=40), 1)
        source.settle()
        source.deliver(second)
        source.settle()
        feed, history = engine.feed, engine.history
    assert feed is not None
    assert history is not None
    whole = np.concatenate([first, np.zeros((700, 2), np.float32), second])
    np.testing.assert_array_equal(history.read(0, history.written).samples, whole)
    (gap,) = history.gaps(0, history.written)
    assert (gap.start, gap.stop, gap.cause) == (20_000, 20_700, GapCause.OVERFLOW)
    assert feed.begins_at == 0
    np.testing.assert_array_equal(columns_of(engine), log_mel(whole[:, 0], feed.frontend))


def test_a_short_history_still_keeps_half_a_minute_of_sound() -> None:
    engine = run_through(ArraySource(noise(40 * 16_000), sr=16_000), history_s=1.0)
    assert engine.history is not None
    assert 30 * 16_000 <= engine.history.written - engine.history.oldest < 36 * 16_000


def test_the_history_holds_as_many_columns_as_were_asked_for() -> None:
    engine = run_through(ArraySource(noise(32_000)), history_s=0.5)
    assert engine.feed is not None
    assert engine.feed.columns.capacity == 50
    assert engine.feed.columns.written - engine.feed.columns.oldest == 50


# --- what is missing ------------------------------------------------------------------------------


def test_gaps_are_counted_named_and_placed_and_the_sound_stands_around_them() -> None:
    a, b, c = noise(8000, 1), noise(4000, 2), noise(8000, 3)
    lost = Missing(3200, GapCause.OVERFLOW), Missing(1600, GapCause.STALL)
    engine = run_through(ArraySource(a, lost[0], b, lost[1], c))
    assert engine.stats() == {
        "samples": 20_000,
        "samples_lost": 4800,
        "samples_not_finite": 0,
        "columns": columns_of(engine).shape[1],
        "columns_lost": 0,
        "gaps": [
            {"start_s": 0.5, "length_s": 0.2, "cause": "overflow"},
            {"start_s": 0.95, "length_s": 0.1, "cause": "stall"},
        ],
        "sr": 16000,
        "source": "The array",
    }
    zeros = [np.zeros(gap.length, dtype=np.float32) for gap in lost]
    whole = np.concatenate([a, zeros[0], b, zeros[1], c])
    np.testing.assert_array_equal(columns_of(engine), log_mel(whole, FE))


def test_what_a_late_reader_lost_is_a_gap_of_that_length() -> None:
    y = noise(20_000)
    engine = run_through(ArraySource(y, capacity=5000))
    stats = engine.stats()
    assert stats["gaps"] == [{"start_s": 0.0, "length_s": 0.9375, "cause": "late reader"}]
    assert (stats["samples"], stats["samples_lost"], stats["columns_lost"]) == (5000, 15_000, 0)
    y[:15_000] = 0
    np.testing.assert_array_equal(columns_of(engine), log_mel(y, FE))


def test_another_front_end_after_the_end_has_the_columns_of_the_tail_too() -> None:
    y, source = noise(20_000), ArraySource(noise(20_000))
    other = FE.replace(sr=8000, fmax=None, center=True)  # resampled, and padded at the end
    source.end()
    with running(source) as engine:
        assert engine.ended.wait(PATIENCE_S)
        before = engine.feed
        engine.change(lambda _: other, None)
        wait_for(lambda: engine.feed is not before)
        columns = columns_of(engine)
    low = soxr.resample(y, 16_000, 8000, quality="HQ")
    assert columns.shape == log_mel(low, other).shape
    np.testing.assert_allclose(columns, log_mel(low, other), atol=0.05)
    assert engine.feed is not None
    assert engine.feed.begin_s == 0


def test_a_feed_that_begins_late_tells_the_streams_time() -> None:
    source = ArraySource(noise(48_000))
    with running(source, history_s=1.0) as engine:
        source.settle()
        engine.change(lambda _: FE.replace(n_mels=20), None)
        source.settle()
        feed = engine.feed
    assert feed is not None
    assert feed.begin_s == pytest.approx(2.0, abs=0.1)
    assert feed.replayed == feed.columns.written > 0


def test_a_gap_after_a_change_has_its_place_in_the_run() -> None:
    source = ArraySource(noise(16_000), Missing(8000))
    with running(source) as engine:
        source.settle()
        engine.change(build, None)
        source.settle()
        source.deliver(noise(4000), Missing(1600))
        source.settle()
        assert [gap["start_s"] for gap in engine.stats()["gaps"]] == [1.0, 1.75]


def test_while_sound_is_missing_the_gap_grows_and_then_stands_where_it_was() -> None:
    now_ns = 5_000_000_000
    source = ArraySource(noise(8000, 1))
    with running(source, clock_ns=lambda: now_ns) as engine:
        source.settle()
        since_ns, cause = now_ns, GapCause.DISCONNECTED
        source.status = SourceStatus(SourceState.LOST, "gone", True, 0, cause, since_ns)
        source.settle()
        assert engine.status == EngineStatus(SourceState.LOST, "gone", cause, since_ns)
        for elapsed_s in (0.5, 2.0):
            now_ns = since_ns + round(elapsed_s * 1e9)
            growing = {"start_s": 0.5, "length_s": elapsed_s, "cause": "device lost"}
            assert engine.stats()["gaps"] == [growing]
            assert engine.stats()["samples_lost"] == 16000 * elapsed_s
        source.status = SourceStatus(SourceState.RUNNING, hold=True, lost_since_ns=since_ns)
        source.settle()
        source.deliver(noise(4000, 2))  # must wait for the verdict
        source.settle()
        assert engine.stats()["samples"] == 8000
        source.status = SourceStatus(SourceState.RUNNING, missing=30_000, cause=cause)
        source.settle()
        source.end()
        assert engine.ended.wait(PATIENCE_S)
    lost = {"start_s": 0.5, "length_s": 1.875, "cause": "device lost"}
    assert engine.stats()["gaps"] == [lost]
    whole = np.concatenate([noise(8000, 1), np.zeros(30_000, dtype=np.float32), noise(4000, 2)])
    np.testing.assert_array_equal(columns_of(engine), log_mel(whole, FE))
    assert engine.feed is not None
    assert engine.feed.columns.any_flag(60, 200, GAP)


def test_no_column_counts_as_lost_while_it_is_being_computed() -> None:
    """Another thread may ask at any moment, as the window does for its figures."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        source = ArraySource()
        with running(source) as engine:
            for turn in range(15):
                source.deliver(noise(100_000))
                looks = source.looks
                while source.looks < looks + 2:
                    assert engine.stats()["columns_lost"] == 0
                if turn % 3 == 0:
                    engine.change(build, None)
            source.settle()
            assert engine.stats()["columns"] > 5000
    finally:
        sys.setswitchinterval(before)


# --- beginning and end ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("failure", "no_device"),
    [(SourceError("the file is gone"), False), (NoDeviceError("no microphone"), True)],
)
def test_a_source_that_cannot_be_opened_is_failed_with_its_reason(
    failure: SourceError, no_device: bool
) -> None:
    source = ArraySource(failure=failure)
    with running(source) as engine:
        assert engine.ended.wait(PATIENCE_S)
        assert engine.status == EngineStatus(SourceState.FAILED, str(failure), no_device=no_device)
        assert engine.feed is None
    assert source.stops == 1
    stats = engine.stats()
    assert (stats["source"], stats["columns"], stats["gaps"]) == ("Array", 0, [])


def test_a_source_that_breaks_off_ends_with_its_reason_and_what_came_is_shown() -> None:
    y = sound(3000)
    reader = ArrayReader(y[:, np.newaxis], 16000, SourceError("the file breaks off"))
    with running(PacedSource(reader)) as engine:
        assert engine.ended.wait(PATIENCE_S)
        broken = EngineStatus(SourceState.ENDED, "the file breaks off", fault=True)
        assert engine.status == broken
    np.testing.assert_array_equal(columns_of(engine), log_mel(y, FE))


def test_an_impossible_front_end_is_failed_with_the_value() -> None:
    def refuse(sr: int) -> FrontEnd:
        return FE.replace(fmax=sr)

    with running(ArraySource(noise(100)), refuse) as engine:
        assert engine.ended.wait(PATIENCE_S)
        assert engine.status.state is SourceState.FAILED
        assert "fmax=16000" in engine.status.reason


def test_a_history_past_all_memory_is_refused_with_the_value() -> None:
    with running(ArraySource(noise(100)), history_s=1e9) as engine:
        assert engine.ended.wait(PATIENCE_S)
        assert engine.status.state is SourceState.FAILED
        assert "history=1e+09 s" in engine.status.reason


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_of_our_own_is_told_and_not_swallowed() -> None:
    def fail(sr: int) -> FrontEnd:
        raise ZeroDivisionError(f"at {sr}")

    with running(ArraySource(noise(100)), fail) as engine:
        assert engine.ended.wait(PATIENCE_S)
        assert engine.status.state is SourceState.FAILED
        assert "internal error: ZeroDivisionError('at 16000')" in engine.status.reason


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_whatever_fails_at_the_end_the_source_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Pipeline) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Pipeline, "close", fail)
    source = ArraySource(noise(100))
    with running(source) as engine:
        wait_for(lambda: engine.feed is not None)
    assert source.stops == 1


def test_a_source_that_never_opens_can_be_stopped() -> None:
    source = ArraySource(opens=False)
    with running(source) as engine:
        assert engine.status == EngineStatus(SourceState.OPENING)
        assert not engine.ended.is_set()
    assert engine.ended.is_set()
    assert source.stops == 1


def test_stopping_in_the_middle_ends_it_and_stopping_again_does_nothing() -> None:
    source = ArraySource(noise(16_000))
    with running(source) as engine:
        source.settle()
        assert engine.status == EngineStatus(SourceState.RUNNING)
        assert not engine.ended.is_set()
    assert engine.ended.is_set()
    written = columns_of(engine).shape[1]
    engine.stop()
    assert columns_of(engine).shape[1] == written == (16_000 - 400) // 160 + 1


def test_a_source_outlives_a_thread_that_is_held_up_while_it_reads_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = ArraySource(noise(16_000))
    building, built = threading.Event(), threading.Event()

    def slowly(sr: int) -> FrontEnd:
        building.set()
        assert built.wait(PATIENCE_S)
        return build(sr)

    with running(source) as engine:
        source.settle()
        engine.change(slowly, None)
        assert building.wait(PATIENCE_S)
        with monkeypatch.context() as impatient:
            impatient.setattr(engine_module, "_JOIN_S", 0.01)
            engine.stop()
        assert (source.stops, engine.ended.is_set()) == (0, False)
        built.set()
        wait_for(lambda: source.stops)
        assert engine.ended.is_set()
        assert engine.status.state is SourceState.RUNNING


def test_who_is_stopped_does_not_make_up_first_for_what_lies_waiting() -> None:
    source = ArraySource(noise(20 * 16_000))
    looks = 0

    def clock_ns() -> int:
        nonlocal looks
        looks += 1
        if looks == 4:
            engine.stop()  # while sound is taken
        return looks

    engine = Engine(source, build, clock_ns=clock_ns)
    engine.start()
    assert engine.ended.wait(PATIENCE_S)
    stats = engine.stats()
    assert 0 < stats["samples"] <= 2 * 16_000
    assert stats["columns"] == columns_of(engine).shape[1] == (stats["samples"] - 400) // 160 + 1


def test_who_is_stopped_replays_nothing_for_a_front_end_that_nobody_will_see() -> None:
    source = ArraySource(noise(16_000))

    def stopped(_sr: int) -> FrontEnd:
        engine.stop()
        return FE.replace(n_mels=10)

    with running(source) as engine:
        source.settle()
        first = engine.feed
        engine.change(stopped, None)
        assert engine.ended.wait(PATIENCE_S)
    assert engine.feed is first
    assert engine.stats()["columns"] == columns_of(engine).shape[1] == (16_000 - 400) // 160 + 1


def test_an_engine_that_was_never_started_can_be_stopped() -> None:
    source = ArraySource()
    Engine(source, build).stop()
    assert source.stops == 1


# --- lanes ----------------------------------------------------------------------------------------


def lane_columns(engine: Engine, lane: int) -> np.ndarray:
    assert engine.feed is not None
    ring = engine.feed.lanes[lane].columns
    return ring.read(0, ring.written).values.T


def heard_as(y: np.ndarray, channel: Channel) -> np.ndarray:
    if channel is None:
        return y.mean(axis=1, dtype=np.float32)
    if isinstance(channel, Difference):
        return (y[:, channel.left - 1] - y[:, channel.right - 1]) * np.float32(0.5)
    return y[:, channel - 1].copy()


@pytest.mark.parametrize("source_sr", [16_000, 44_100])
@pytest.mark.parametrize(
    ("channels", "lanes"),
    [
        (2, (1, 2, None, Difference(1, 2))),
        (5, (4, Difference(5, 3))),
        (1, "all"),
        (3, "all"),
        (64, "all"),
    ],
)
def test_each_lane_has_the_columns_of_its_channel_alone(
    channels: int, lanes: Lanes, source_sr: int
) -> None:
    y = noise(9000 * channels).reshape(-1, channels)
    source = ArraySource(channels=channels, sr=source_sr)
    with running(source, channels=lanes) as engine:
        for part in np.array_split(y, 5):
            source.deliver(part)
            source.settle()
        source.deliver(Missing(777))
        source.end()
        assert engine.ended.wait(PATIENCE_S)
    feed = engine.feed
    assert feed is not None
    assert feed.channels == lanes_of(lanes, channels)
    assert (feed.channel, feed.columns) == (feed.lanes[0].channel, feed.lanes[0].columns)
    whole = np.concatenate([y, np.zeros((777, channels), np.float32)])
    for lane, channel in enumerate(feed.channels):
        alone = heard_as(whole, channel)
        if source_sr != 16_000:
            alone = soxr.resample(alone, source_sr, 16_000, "HQ")
        np.testing.assert_array_equal(lane_columns(engine, lane), log_mel(alone, FE))


def test_lanes_that_are_added_begin_with_the_sound_that_the_first_was_heard_with() -> None:
    y = noise(60_000).reshape(-1, 3)
    source = ArraySource(y[:12_000], channels=3)
    with running(source, channel=2) as engine:
        source.settle()
        for lanes in ((2, 1, Difference(1, 3)), (1, 2)):  # 1 was a lane: it may have the focus
            engine.change(build, lanes)
            wait_for(lambda lanes=lanes: engine.feed is not None and engine.feed.channels == lanes)
        source.deliver(y[12_000:])
        source.end()
        assert engine.ended.wait(PATIENCE_S)
    for lane, channel in enumerate((1, 2)):
        np.testing.assert_array_equal(lane_columns(engine, lane), log_mel(heard_as(y, channel), FE))
    assert engine.stats()["columns"] == lane_columns(engine, 0).shape[1]
    assert engine.stats()["columns_lost"] == 0


def test_lanes_that_are_not_there_leave_the_feed_and_a_complaint() -> None:
    source = ArraySource(noise(8000).reshape(-1, 2), channels=2)
    with running(source, channels=(1, 2)) as engine:
        source.settle()
        before = engine.feed
        for lanes in ((1, Difference(1, 3)), (1, 1), tuple(range(1, 66))):
            engine.complaint = ""
            engine.change(build, lanes)
            wait_for(lambda: bool(engine.complaint))
            assert engine.feed is before
        source.deliver(noise(8000).reshape(-1, 2))
        source.end()
        assert engine.ended.wait(PATIENCE_S)
    assert lane_columns(engine, 1).shape[1] == (8000 - 400) // 160 + 1


def test_a_channel_that_the_source_has_not_fails_in_one_line() -> None:
    with running(ArraySource(noise(800)), channel=Difference()) as engine:
        assert engine.ended.wait(PATIENCE_S)
        assert engine.status.state is SourceState.FAILED
        assert engine.status.reason == "channel 2 is out of range: The array has 1"


def test_of_many_lanes_as_much_is_kept_as_memory_is_meant_for_them() -> None:
    fe = FE.replace(n_mels=128, n_fft=1024)
    source = ArraySource(np.zeros((800, 64)), channels=64)
    with running(source, lambda _: fe, channels="all") as engine:
        source.settle()
        feed = engine.feed
        engine.change(lambda _: fe, (1, 2))
        wait_for(lambda: engine.feed is not feed)
    assert feed is not None
    assert engine.feed is not None
    assert 40 < feed.history_s < 42
    assert 64 * feed.columns.capacity * 128 * 4 <= 128 << 20
    assert engine.feed.history_s == 300
    history = engine.history
    assert history is not None
    assert history.capacity == 300 * 16_000
