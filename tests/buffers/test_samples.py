"""SampleRing: every sample once and in order, or accounted for as lost, to the sample."""

from collections import deque

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from livemel.buffers.samples import Gap, SampleRing
from livemel.buffers.writer import DATA_OFFSET, GapCause, ring_bytes, ring_capacity

DEVICE_CAUSES = (GapCause.OVERFLOW, GapCause.STALL, GapCause.DISCONNECTED)
# Of the gaps that were not read yet, so many are known one by one.
GAPS_KEPT = 255


def block(start: int, n: int, channels: int) -> np.ndarray:
    """Samples start to start + n of a signal that is its own running number."""
    return np.arange(start * channels, (start + n) * channels, dtype=np.float32).reshape(
        n, channels
    )


class RingAgainstModel(RuleBasedStateMachine):
    """A ring, and lists of what should come out of it."""

    def __init__(self) -> None:
        super().__init__()
        self.ring: SampleRing | None = None

    @initialize(capacity=st.integers(1, 40), channels=st.integers(1, 3))
    def begin(self, capacity: int, channels: int) -> None:
        self.ring = SampleRing.private(capacity, channels)
        self.writer = self.ring.writer()
        self.capacity, self.channels = capacity, channels
        self.written = self.read_count = self.lost = 0
        self.gaps: deque[Gap] = deque()
        self.at_ns = 0

    @property
    def position(self) -> int:
        return self.read_count + self.lost

    @rule(n=st.integers(0, 130))
    def write(self, n: int) -> None:
        self.at_ns += 1
        self.writer.write(block(self.written, n, self.channels).tobytes(), self.at_ns)
        self.written += n

    @rule(length=st.integers(1, 10**9), cause=st.sampled_from(DEVICE_CAUSES))
    def miss(self, length: int, cause: GapCause) -> None:
        self.writer.mark_gap(length, cause)
        self.gaps.append(Gap(self.written, length, cause))

    @rule(count=st.integers(250, 520), apart=st.integers(0, 3))
    def miss_often(self, count: int, apart: int) -> None:
        for i in range(count):
            self.miss(i + 1, GapCause.OVERFLOW)
            self.write(apart)

    @rule(most=st.none() | st.integers(1, 60))
    def read(self, most: int | None) -> None:
        assert self.ring is not None
        merged = 0
        while len(self.gaps) > GAPS_KEPT:
            merged += self.gaps.popleft().length
        if merged:
            first = self.gaps.popleft()
            self.gaps.appendleft(Gap(first.position, merged + first.length, first.cause))
        border = self.gaps[0].position if self.gaps else self.written
        part = self.ring.read(most)
        overwritten = min(self.written - self.capacity, border) - self.position
        if overwritten > 0:
            assert part == Gap(self.position, overwritten, GapCause.LATE_READER)
            self.lost += overwritten
        elif self.gaps and border == self.position:
            assert part == self.gaps.popleft()
        elif border == self.position:
            assert part is None
        else:
            n = border - self.position if most is None else min(most, border - self.position)
            assert isinstance(part, np.ndarray)
            np.testing.assert_array_equal(part, block(self.position, n, self.channels))
            assert part.dtype == np.float32
            part[:] = -1  # the caller's own
            self.read_count += n

    @rule()
    def read_all(self) -> None:
        while self.gaps or self.position < self.written:
            self.read(None)
        self.read(None)

    @invariant()
    def nothing_is_unaccounted_for(self) -> None:
        if self.ring is None:
            return
        assert self.ring.written == self.writer.written == self.written
        assert self.ring.lost == self.lost
        assert self.read_count + self.ring.lost + self.ring.available == self.written
        assert self.ring.written_at_ns == self.at_ns
        assert not self.ring.ended

    def teardown(self) -> None:
        if self.ring is not None:
            self.read_all()
            self.writer.end()
            assert self.ring.ended
            self.writer.release()
            self.ring.close()


TestAnyInterleavingOfWritesGapsAndReads = RingAgainstModel.TestCase
TestAnyInterleavingOfWritesGapsAndReads.settings = settings(
    max_examples=150, stateful_step_count=40, deadline=None
)


@pytest.mark.parametrize("most", [None, 1, 7, 480])
def test_ten_thousand_wraps_come_out_as_they_went_in(most: int | None) -> None:
    ring = SampleRing.private(37, 2)
    writer = ring.writer()
    at = 0
    for turn in range(10_000):
        n = turn % 37 + 1
        # Small numbers, exact in float32, that never repeat within one ring.
        sent = np.stack([np.arange(at, at + n) % 1009, np.full(n, turn % 4001)], axis=1)
        writer.write(sent.astype(np.float32).data, turn)
        got = []
        while (part := ring.read(most)) is not None:
            assert isinstance(part, np.ndarray)
            got.append(part)
        np.testing.assert_array_equal(np.concatenate(got), sent)
        at += n
    assert ring.written == at
    assert ring.lost == ring.available == 0


def test_gaps_inside_what_was_overwritten_keep_their_place() -> None:
    ring = SampleRing.private(10, 1)
    writer = ring.writer()
    writer.write(block(0, 3, 1).data, 1)
    writer.mark_gap(100, GapCause.OVERFLOW)
    writer.write(block(3, 4, 1).data, 2)
    writer.mark_gap(200, GapCause.STALL)
    writer.mark_gap(300, GapCause.DISCONNECTED)
    writer.write(block(7, 20, 1).data, 3)
    late = GapCause.LATE_READER
    for wanted in (
        Gap(0, 3, late),
        Gap(3, 100, GapCause.OVERFLOW),
        Gap(3, 4, late),
        Gap(7, 200, GapCause.STALL),
        Gap(7, 300, GapCause.DISCONNECTED),
        Gap(7, 10, late),
    ):
        assert ring.read() == wanted
    np.testing.assert_array_equal(ring.read(), block(17, 10, 1))
    assert ring.read() is None
    assert ring.lost == 17


def test_what_was_read_belongs_to_the_reader() -> None:
    ring = SampleRing.private(8, 1)
    writer = ring.writer()
    writer.write(block(0, 8, 1).data, 1)
    got = ring.read()
    writer.write(block(100, 8, 1).data, 2)
    np.testing.assert_array_equal(got, block(0, 8, 1))


def test_a_writer_that_follows_another_goes_on_where_it_stopped() -> None:
    """As when the capture process was replaced."""
    ring = SampleRing.private(20, 1)
    first = ring.writer()
    first.write(block(0, 5, 1).data, 1)
    first.mark_gap(3, GapCause.OVERFLOW)
    first.release()
    second = ring.writer()
    assert second.written == 5
    second.mark_gap(40, GapCause.DISCONNECTED)
    second.write(block(5, 5, 1).data, 2)
    np.testing.assert_array_equal(ring.read(), block(0, 5, 1))
    assert ring.read() == Gap(5, 3, GapCause.OVERFLOW)
    assert ring.read() == Gap(5, 40, GapCause.DISCONNECTED)
    np.testing.assert_array_equal(ring.read(), block(5, 5, 1))


def test_numbers_are_published_beside_the_sound() -> None:
    ring = SampleRing.private(4, 1)
    writer = ring.writer()
    for slot in range(10):
        writer.publish(slot, -slot)
    writer.write(block(1, 40, 1).data, 1)
    assert [ring.published(slot) for slot in range(10)] == [-slot for slot in range(10)]
    for slot, number in enumerate((0.1, -1e300, float("inf"))):
        writer.publish_float(slot, number)
        assert ring.published_float(slot) == number
    assert ring.read() == Gap(0, 36, GapCause.LATE_READER)
    assert not ring.ended


@pytest.mark.parametrize("channels", [1, 2, 16, 64])
def test_a_block_of_memory_holds_ten_seconds_or_what_fits(channels: int) -> None:
    size = 1 << 20
    capacity = ring_capacity(size, 48_000, channels)
    assert ring_bytes(capacity, channels) <= size < ring_bytes(capacity + 1, channels)
    assert ring_capacity(1 << 30, 48_000, channels) == 480_000
    assert ring_bytes(0, channels) == DATA_OFFSET
