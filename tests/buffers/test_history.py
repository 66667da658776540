"""SampleHistory: the newest samples bit for bit, under their own numbers, missing ones as zeros."""

import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from livemel.buffers.history import HistoryGap, SampleHistory
from livemel.buffers.writer import GapCause

BLOCK = 32_768

# What sound may be: of 16 bits, of more, beyond full scale, and no number at all.
KINDS: dict[str, Any] = {
    "16 bits": lambda rng, n, ch: rng.integers(-32_768, 32_768, (n, ch)) / 32_768,
    "float": lambda rng, n, ch: rng.standard_normal((n, ch)),
    "same in all channels": lambda rng, n, ch: np.tile(rng.standard_normal((n, 1)), ch),
    "silence": lambda _, n, ch: np.zeros((n, ch)),
    "negative zeros": lambda _, n, ch: np.full((n, ch), -0.0),
    "no numbers": lambda rng, n, ch: rng.choice([np.nan, np.inf, -np.inf, 0.5, 1.0], (n, ch)),
}


def sound(kind: str, n: int, channels: int, seed: int = 0) -> np.ndarray:
    return KINDS[kind](np.random.default_rng(seed), n, channels).astype(np.float32)


def same_bits(a: np.ndarray, b: np.ndarray) -> bool:
    return a.shape == b.shape and a.tobytes() == b.tobytes()


class HistoryAgainstAnArray(RuleBasedStateMachine):
    """The model is all the sound there ever was, and a list of gaps."""

    @initialize(channels=st.integers(1, 3), capacity=st.integers(1, 5 * BLOCK))
    def begin(self, channels: int, capacity: int) -> None:
        self.history = SampleHistory(channels, capacity)
        self.channels, self.capacity = channels, capacity
        self.all = np.empty((0, channels), dtype=np.float32)
        self.gaps: list[HistoryGap] = []

    @rule(
        kind=st.sampled_from(sorted(KINDS)),
        n=st.integers(0, 700) | st.integers(0, 3 * BLOCK) | st.just(BLOCK),
        seed=st.integers(0, 99),
    )
    def append(self, kind: str, n: int, seed: int) -> None:
        samples = sound(kind, n, self.channels, seed)
        self.history.append(samples)
        self.all = np.concatenate([self.all, samples])
        samples[:] = 9  # the caller's own

    @rule(
        length=st.integers(0, 700) | st.integers(0, 9 * BLOCK) | st.just(BLOCK),
        cause=st.sampled_from(GapCause),
    )
    def append_gap(self, length: int, cause: GapCause) -> None:
        self.history.append_gap(length, cause)
        begin = len(self.all)
        if length:
            self.gaps.append(HistoryGap(begin, begin + length, cause))
        self.all = np.concatenate([self.all, np.zeros((length, self.channels), np.float32)])

    @precondition(lambda self: hasattr(self, "history"))
    @rule(back=st.integers(-50, 6 * BLOCK), length=st.integers(-20, 4 * BLOCK))
    def read(self, back: int, length: int) -> None:
        start = len(self.all) - back
        stop = start + length
        span = self.history.read(start, stop)
        oldest = self.history.oldest
        wanted = range(max(start, oldest, 0), min(stop, len(self.all)))
        assert len(span.samples) == len(wanted)
        if wanted:
            assert (span.start, span.stop) == (wanted.start, wanted.stop)
        assert same_bits(span.samples, self.all[span.start : span.stop])
        known = [gap for gap in self.gaps if gap.start < stop and gap.stop > max(start, oldest)]
        assert [gap for gap in self.history.gaps(start, stop) if gap.stop > oldest] == known
        span.samples[:] = 9  # the reader's own

    @invariant()
    def enough_is_kept_and_not_much_more(self) -> None:
        if hasattr(self, "history"):
            assert self.history.written == len(self.all)
            kept = self.history.written - self.history.oldest
            assert kept >= min(self.capacity, len(self.all))
            assert kept < self.capacity + 2 * BLOCK
            assert self.history.bytes <= (kept + 2 * BLOCK) * 4 * self.channels


TestAnyAppendsAndReads = HistoryAgainstAnArray.TestCase
TestAnyAppendsAndReads.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)


@pytest.mark.parametrize("capacity", [0, -1])
def test_a_history_of_no_samples_is_refused(capacity: int) -> None:
    with pytest.raises(ValueError, match=f"capacity={capacity}"):
        SampleHistory(1, capacity)


@pytest.mark.parametrize(
    ("kind", "channels", "bytes_a_sample"),
    [
        ("16 bits", 1, 2),
        ("16 bits", 2, 4),
        ("float", 2, 8),
        ("same in all channels", 8, 4),
        ("silence", 1, 2),
    ],
)
def test_sound_takes_no_more_memory_than_it_says_something(
    kind: str, channels: int, bytes_a_sample: int
) -> None:
    history = SampleHistory(channels, 10 * BLOCK)
    before = history.bytes
    history.append(sound(kind, 8 * BLOCK, channels))
    assert history.bytes - before == 8 * BLOCK * bytes_a_sample


def test_a_gap_of_a_day_takes_no_memory_and_loses_only_what_is_too_old() -> None:
    history = SampleHistory(2, 10 * BLOCK)
    before = history.bytes
    day = 86_400 * 48_000
    history.append(sound("float", 2 * BLOCK, 2))
    history.append_gap(day, GapCause.STALL)
    assert history.bytes == before
    assert history.written == day + 2 * BLOCK
    assert not history.read(history.oldest, history.written).samples.any()
    assert history.gaps(history.written - 1, history.written) == (
        HistoryGap(2 * BLOCK, 2 * BLOCK + day, GapCause.STALL),
    )
    assert history.written - history.oldest >= 10 * BLOCK


def test_what_would_take_too_much_memory_is_let_go_though_it_is_not_too_old() -> None:
    history = SampleHistory(1, 100 * BLOCK, most_bytes=6 * BLOCK * 4)
    y = sound("float", 20 * BLOCK + 5, 1)
    history.append(y)
    assert history.oldest == 14 * BLOCK
    assert same_bits(history.read(0, 1 << 40).samples, y[14 * BLOCK :])


def test_a_reader_on_another_thread_never_sees_a_torn_or_misnumbered_sample() -> None:
    """The writer goes round as fast as it can; each sample is its own number."""
    history = SampleHistory(1, 3 * BLOCK)
    done = threading.Event()

    def write() -> None:
        size = 1
        while not done.is_set():
            numbers = np.arange(history.written, history.written + size) % (1 << 20)
            history.append(numbers.astype(np.float32)[:, np.newaxis])
            size = size * 7 % 50_021

    writer = threading.Thread(target=write)
    writer.start()
    reads = 0
    try:
        while reads < 1000 or history.written < 100 * BLOCK:
            oldest, written = history.oldest, history.written
            span = history.read(oldest - 3, written + 10)
            assert span.start >= oldest
            assert span.stop >= written or len(span.samples) == 0
            expected = np.arange(span.start, span.stop) % (1 << 20)
            np.testing.assert_array_equal(span.samples[:, 0], expected)
            reads += 1
    finally:
        done.set()
        writer.join()
