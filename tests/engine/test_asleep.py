"""The time that the computer slept is missing sound: as long, and where it belongs."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from livemel.buffers.columns import GAP
from livemel.dsp.models import frontend
from livemel.engine import Engine
from livemel.sources.base import SourceState, SourceStatus

from tests.engine.sources import ArraySource
from tests.waiting import wait_for

SR = 16_000
SECOND = 1_000_000_000


class Device(ArraySource):
    """A source with a converter of its own."""

    def __init__(self, *parts: np.ndarray, has_device: bool = True) -> None:
        super().__init__(*parts, sr=SR)
        assert self._format is not None
        self._format = replace(self._format, input_latency_s=0.03 if has_device else None)


class Night:
    """Clocks of a computer that sleeps when it is told to."""

    slept_ns = 0

    @property
    def clocks(self) -> tuple:
        return (lambda: self.slept_ns), (lambda: 0)


@pytest.fixture
def night() -> Night:
    return Night()


@pytest.fixture
def engines() -> Iterator[list[Engine]]:
    running: list[Engine] = []
    yield running
    for engine in running:
        engine.stop()


def start(engines: list[Engine], source: ArraySource, night: Night) -> Engine:
    engine = Engine(source, lambda sr: frontend("live", sr=sr), sleep_clocks=night.clocks)
    engines.append(engine)
    engine.start()
    return engine


def noise(seconds: float) -> np.ndarray:
    return np.random.default_rng(1).standard_normal((round(seconds * SR), 1)) * 0.1


def test_sleep_is_a_gap_as_long_as_it_lasted(engines: list[Engine], night: Night) -> None:
    source = Device(noise(2.0))
    engine = start(engines, source, night)
    source.settle()
    night.slept_ns += 3 * SECOND
    source.settle()
    source.deliver(noise(1.0))
    source.settle()
    stats = engine.stats()
    assert stats["gaps"] == [{"start_s": 2.0, "length_s": 3.0, "cause": "computer asleep"}]
    assert stats["samples_lost"] == 3 * SR
    assert stats["columns_lost"] == 0
    assert engine.feed is not None
    fe, columns = engine.feed.frontend, engine.feed.columns
    centres = fe.first_centre + np.arange(columns.written) * fe.hop_length
    missing = np.flatnonzero(columns.read(0, columns.written).flags & GAP)
    assert centres[missing[0]] == pytest.approx(2 * SR, abs=fe.hop_length)
    assert centres[missing[-1]] == pytest.approx(5 * SR, abs=fe.hop_length)
    assert engine.history is not None
    assert [(gap.start, gap.stop) for gap in engine.history.gaps(0, 6 * SR)] == [(2 * SR, 5 * SR)]


def test_what_came_before_the_sleep_and_was_not_yet_read_stands_before_the_gap(
    engines: list[Engine], night: Night
) -> None:
    source = Device(noise(1.0))
    engine = start(engines, source, night)
    source.settle()
    source.status = SourceStatus(SourceState.RUNNING, hold=True)
    source.settle()
    source.deliver(noise(0.5))
    night.slept_ns += SECOND
    source.settle()
    assert engine.stats()["gaps"] == []
    source.status = None
    source.settle()
    assert [gap["start_s"] for gap in engine.stats()["gaps"]] == [1.5]


def test_files_and_pipes_sleep_with_the_computer(engines: list[Engine], night: Night) -> None:
    source = Device(noise(1.0), has_device=False)
    engine = start(engines, source, night)
    source.settle()
    night.slept_ns += 3600 * SECOND
    source.settle()
    source.deliver(noise(1.0))
    source.end()
    wait_for(engine.ended.is_set)
    assert engine.stats()["gaps"] == []
    assert engine.stats()["samples"] == 2 * SR
