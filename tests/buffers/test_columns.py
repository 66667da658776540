"""ColumnRing: the newest columns, never torn and never under another's number."""

import sys
import threading
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from livemel.buffers.columns import CLIPPED, GAP, TOUCHES_GAP, ColumnRing, ColumnRings

N_MELS = 3


def columns(start: int, k: int, n_mels: int = N_MELS) -> np.ndarray:
    """Columns start to start + k: each band of each says which column it belongs to."""
    numbers = np.arange(start, start + k, dtype=np.float32)
    return np.stack([numbers + band * 0.25 for band in range(n_mels)]).reshape(n_mels, k)


def flags(start: int, k: int) -> np.ndarray:
    return (np.arange(start, start + k) % 8).astype(np.uint8)


def append(ring: ColumnRing, k: int, arrived_ns: int = 0) -> None:
    start = ring.written
    numbers = np.arange(start, start + k, dtype=np.float32)
    ring.append(columns(start, k, ring.n_rows), flags(start, k), numbers, 2 * numbers, arrived_ns)


class RingAgainstModel(RuleBasedStateMachine):
    """Every number is known from the column's own, so the model is three counts."""

    @initialize(capacity=st.integers(1, 300))
    def begin(self, capacity: int) -> None:
        self.ring = ColumnRing(N_MELS, capacity)
        self.capacity, self.written = capacity, 0
        self.arrived: list[int] = []

    @rule(k=st.integers(0, 3) | st.integers(0, 5000))
    def append(self, k: int) -> None:
        append(self.ring, k, arrived_ns=len(self.arrived) + 1)
        self.arrived += [len(self.arrived) + 1] * k
        self.written += k

    @rule(back=st.integers(-50, 700), length=st.integers(-20, 700))
    def read(self, back: int, length: int) -> None:
        start = self.written - back
        span = self.ring.read(start, start + length)
        wanted = range(
            max(start, self.written - self.capacity, 0), min(start + length, self.written)
        )
        assert span.stop - span.start == len(wanted) == len(span.flags) == len(span.values)
        if wanted:
            assert (span.start, span.stop) == (wanted.start, wanted.stop)
        np.testing.assert_array_equal(span.values, columns(span.start, len(wanted)).T)
        np.testing.assert_array_equal(span.flags, flags(span.start, len(wanted)))
        assert (span.values.dtype, span.flags.dtype) == (np.float32, np.uint8)
        for flag in (GAP, TOUCHES_GAP, CLIPPED):
            carried = any(k % 8 & flag for k in wanted)
            assert self.ring.any_flag(start, start + length, flag) == carried
        peak, mean_square = self.ring.level(start, start + length)
        assert peak == (wanted[-1] if wanted else 0)
        wanted_mean = np.mean([2 * k for k in wanted]) if wanted else 0
        np.testing.assert_allclose(mean_square, wanted_mean, rtol=1e-5)
        for k in wanted[:2]:
            assert self.ring.arrived_ns(k) == self.arrived[k]
        span.values[:] = -1  # the caller's own
        span.flags[:] = 0

    @invariant()
    def columns_are_counted_for_ever(self) -> None:
        if hasattr(self, "ring"):
            assert self.ring.written == self.written
            assert self.ring.oldest == max(0, self.written - self.capacity)


TestAnyAppendsAndReads = RingAgainstModel.TestCase
TestAnyAppendsAndReads.settings = settings(max_examples=80, stateful_step_count=30, deadline=None)


@pytest.mark.parametrize("capacity", [0, -1])
def test_a_ring_for_no_columns_is_refused(capacity: int) -> None:
    with pytest.raises(ValueError, match=f"capacity={capacity}"):
        ColumnRing(4, capacity)


def test_columns_and_flags_given_are_not_changed_and_not_kept() -> None:
    ring = ColumnRing(N_MELS, 10)
    values, marks = columns(0, 5), flags(0, 5)
    ring.append(values, marks, np.zeros(5, np.float32), np.zeros(5, np.float32), 0)
    np.testing.assert_array_equal(values, columns(0, 5))
    values[:], marks[:] = -1, 99
    np.testing.assert_array_equal(ring.read(0, 5).values, columns(0, 5).T)
    np.testing.assert_array_equal(ring.read(0, 5).flags, flags(0, 5))


@pytest.fixture
def threads_take_turns_often() -> Iterator[None]:
    """Between any two bytecodes, as far as the interpreter goes, rather than every 5 ms."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("threads_take_turns_often")
@pytest.mark.parametrize("capacity", [1, 40, 700])
def test_a_reader_on_another_thread_sees_no_torn_and_no_misnumbered_column(capacity: int) -> None:
    """The writer goes round as fast as it can; each column says its number in every band."""
    ring = ColumnRing(16, capacity)
    sizes = [1, 2, 500, 3, 5000, 40]
    base = columns(0, max(sizes), 16)
    zeros = np.zeros(max(sizes), dtype=np.float32)
    done = threading.Event()

    def write() -> None:
        turn = 0
        while not done.is_set():
            k = sizes[turn % len(sizes)]
            # Modulo 2^20, so that a number and its quarters stay exact in float32.
            numbers = base[:, :k] + ring.written % (1 << 20)
            ring.append(numbers, flags(ring.written, k), zeros[:k], zeros[:k], 0)
            turn += 1

    writer = threading.Thread(target=write)
    writer.start()
    reads = 0
    try:
        while reads < 1500 or ring.written < 100 * (capacity + 1024):
            oldest = ring.oldest
            span = ring.read(oldest - 3, oldest + capacity + 10)
            assert oldest <= span.start or span.start == span.stop
            assert span.stop - span.start == len(span.values) == len(span.flags) <= capacity
            numbers = span.values[:, :1]
            np.testing.assert_array_equal(span.values, numbers + base[:, :1].T)
            off = (np.arange(span.start, span.stop) - numbers[:, 0]) % (1 << 20)
            np.testing.assert_array_equal(off, 0)
            np.testing.assert_array_equal(span.flags, flags(span.start, len(span.flags)))
            reads += 1
    finally:
        done.set()
        writer.join()


# --- lanes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("lanes", [1, 2, 64])
def test_lanes_that_are_written_together_hold_what_they_would_alone(lanes: int) -> None:
    rings = ColumnRings(lanes, N_MELS, 50)
    apart = [ColumnRing(N_MELS, 50) for _ in range(lanes)]
    for k in (1, 30, 0, 2000, 7):
        start = rings.written
        each = [columns(start, k) + 1000 * lane for lane in range(lanes)]
        levels = np.stack([np.full(k, lane, dtype=np.float32) for lane in range(lanes)])
        rings.append(np.stack(each, axis=1), flags(start, k), levels, 2 * levels, start)
        for lane, ring in enumerate(apart):
            ring.append(each[lane], flags(start, k), levels[lane], 2 * levels[lane], start)
    for one, other in zip(rings.lanes, apart, strict=True):
        assert (one.written, one.oldest, one.capacity) == (other.written, other.oldest, 50)
        a, b = one.read(0, one.written), other.read(0, other.written)
        np.testing.assert_array_equal(a.values, b.values)
        np.testing.assert_array_equal(a.flags, b.flags)
        assert one.level(one.oldest, one.written) == other.level(other.oldest, other.written)
        assert one.arrived_ns(one.written - 1) == other.arrived_ns(other.written - 1)


@pytest.mark.parametrize("before", [0, 3, 5000])
@pytest.mark.parametrize("k", [0, 1, 60, 1024, 1083, 1084, 1085, 2167, 2168, 100_003])
def test_a_column_that_repeats_is_there_as_often_as_it_came(k: int, before: int) -> None:
    """Beside a ring that was given each of them; 60 columns have 1084 places."""
    short, long = ColumnRings(2, N_MELS, 60), ColumnRings(2, N_MELS, 60)
    silent, zeros = np.full((N_MELS, 2, 1), -80, dtype=np.float32), np.zeros(k, dtype=np.float32)
    for rings in (short, long):
        values = np.repeat(columns(0, before)[:, np.newaxis], 2, axis=1)
        loud = np.ones(before, dtype=np.float32)
        rings.append(values, flags(0, before), loud, loud, 1)
    short.repeat(k, silent, GAP, 2)
    long.append(silent.repeat(k, axis=-1), np.full(k, GAP), zeros, zeros, 2)
    for rings in (short, long):
        ones = np.ones(2, np.float32)
        rings.append(np.ones((N_MELS, 2, 2), np.float32), flags(0, 2), ones, ones, 3)
    for one, other in zip(short.lanes, long.lanes, strict=True):
        assert (one.written, one.oldest) == (other.written, other.oldest)
        a, b = one.read(0, one.written), other.read(0, other.written)
        assert (a.start, a.stop) == (b.start, b.stop)
        np.testing.assert_array_equal(a.values, b.values)
        np.testing.assert_array_equal(a.flags, b.flags)
        for number in range(one.oldest, one.written):
            assert one.arrived_ns(number) == other.arrived_ns(number)
            assert one.level(number, number + 1) == other.level(number, number + 1)
