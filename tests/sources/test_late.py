"""A source that is opened on a thread of its own: what becomes of what it was told before."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from livemel.errors import ParameterError, SourceError
from livemel.sources.base import Source, SourceFormat, SourceState
from livemel.sources.late import LateSource
from livemel.sources.paced import AT_ONCE, PacedSource

from tests.waiting import wait_for

N, SR = 4800, 48_000


class Ramp:
    """A Reader of N samples that count up."""

    def __init__(self) -> None:
        self.format = SourceFormat(SR, 1, "ramp", 1)
        self.closed = threading.Event()
        self._at = 0

    def read(self, n: int) -> np.ndarray:
        at, self._at = self._at, min(N, self._at + n)
        return np.arange(at, self._at, dtype=np.float32)[:, None]

    def close(self) -> None:
        self.closed.set()


class Gate:
    """Opens a ramp once it may."""

    def __init__(self) -> None:
        self.may = threading.Event()
        self.reader = Ramp()

    def __call__(self) -> Source:
        self.may.wait()
        return PacedSource(self.reader, pace=AT_ONCE)


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.may.set()
    wait_for(lambda: not opens())


def opens() -> bool:
    """Whether any is being opened."""
    return "livemel-open" in [thread.name for thread in threading.enumerate()]


def failing(error: Exception) -> LateSource:
    def open_() -> Source:
        raise error

    return LateSource("it", open_)


def test_it_delivers_what_the_other_does_once_that_is_open(gate: Gate) -> None:
    source = LateSource("a ramp", gate)
    source.start()
    assert (source.label, source.wait_open(0), source.lead) == ("a ramp", None, None)
    assert source.poll(0).state is SourceState.OPENING
    assert source.delivery().callback_ms == {}
    gate.may.set()
    assert source.wait_open(10) == gate.reader.format
    wait_for(lambda: source.ring.ended)
    heard = source.ring.read()
    assert isinstance(heard, np.ndarray)
    np.testing.assert_array_equal(heard[:, 0], np.arange(N))
    assert source.poll(0).state is SourceState.ENDED
    source.stop()


def test_one_that_is_open_delivers_nothing_before_it_is_started(gate: Gate) -> None:
    gate.may.set()
    source = LateSource("a ramp", gate)
    assert source.wait_open(10) is not None
    assert source.ring.written == 0
    source.start()
    wait_for(lambda: source.ring.written == N)
    source.stop()
    source.stop()


@pytest.mark.parametrize("started", [False, True])
def test_one_that_is_stopped_before_it_is_open_is_closed_as_soon_as_it_is(
    gate: Gate, *, started: bool
) -> None:
    source = LateSource("a ramp", gate)
    if started:
        source.start()
    source.stop()
    assert not gate.reader.closed.is_set()
    gate.may.set()
    assert gate.reader.closed.wait(10)
    assert source.wait_open(10) is None


@pytest.mark.parametrize("error", [SourceError("gone"), ParameterError("no channel 3")])
def test_why_it_does_not_open_is_said_each_time(error: Exception) -> None:
    source = failing(error)
    for _ in range(2):
        with pytest.raises(type(error), match=str(error)):
            source.wait_open(10)
    source.stop()


def test_too_little_memory_is_one_line() -> None:
    with pytest.raises(SourceError, match=r"^it: there is not enough memory for it$"):
        failing(MemoryError()).wait_open(10)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_mistake_of_ours_is_one_line_too() -> None:
    with pytest.raises(SourceError, match=r"^internal error: KeyError\('x'\)$"):
        failing(KeyError("x")).wait_open(10)
    wait_for(lambda: not opens())


def test_one_that_opens_and_does_not_start_is_closed(gate: Gate) -> None:
    class Unstartable(PacedSource):
        def start(self) -> None:
            raise SourceError("no thread")

    def open_() -> Source:
        gate.may.wait()
        return Unstartable(gate.reader)

    source = LateSource("a ramp", open_)
    source.start()
    gate.may.set()
    with pytest.raises(SourceError, match="no thread"):
        source.wait_open(10)
    assert gate.reader.closed.is_set()
