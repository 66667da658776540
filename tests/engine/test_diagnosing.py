"""The diagnoser: the report of an engine's sound is that of the same samples given to Diagnosis."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from livemel.diagnosis import Diagnosis
from livemel.dsp.models import frontend
from livemel.engine import Engine
from livemel.engine.diagnosing import Diagnoser
from livemel.sources.scenes import Scene

from tests.engine.sources import PATIENCE_S, ArraySource, Missing
from tests.waiting import wait_for

SR = 16_000
Listen = Callable[[ArraySource], Diagnoser]


@pytest.fixture
def listen() -> Iterator[Listen]:
    """Starts an engine and a diagnoser on a source, and ends both afterwards."""
    begun: list[tuple[Engine, Diagnoser]] = []

    def begin(source: ArraySource) -> Diagnoser:
        engine = Engine(source, lambda sr: frontend(sr=sr))
        engine.start()
        diagnoser = Diagnoser(engine)
        diagnoser.start()
        begun.append((engine, diagnoser))
        return diagnoser

    yield begin
    for engine, diagnoser in begun:
        diagnoser.stop()
        diagnoser.join(PATIENCE_S)
        engine.stop()


def test_its_report_is_that_of_the_same_samples_with_the_same_gaps(listen: Listen) -> None:
    y = Scene("hum60", sr=SR).read(4 * SR + 99)[:, np.newaxis]
    source = ArraySource(y[: 2 * SR], Missing(700), y[2 * SR :], sr=SR)
    source.end()
    diagnoser = listen(source)
    assert diagnoser.ended.wait(PATIENCE_S)
    offline = Diagnosis(SR)
    offline.push(y[: 2 * SR])
    offline.push_gap(700)
    offline.push(y[2 * SR :])
    offline.finish()
    assert diagnoser.report == offline.report()


def test_a_report_is_there_while_sound_runs_and_grows_with_it(listen: Listen) -> None:
    source = ArraySource(Scene("silence", sr=SR).read(3 * SR)[:, np.newaxis], sr=SR)
    diagnoser = listen(source)
    wait_for(lambda: diagnoser.report is not None and diagnoser.report.seconds == 3)
    assert diagnoser.report is not None
    assert [finding.code for finding in diagnoser.report.findings] == ["low-level"]
    source.deliver(0.1 * np.ones((SR, 1)))
    wait_for(lambda: diagnoser.report is not None and diagnoser.report.seconds == 4)


def test_a_source_that_never_opens_is_waited_for_no_longer_than_wanted(listen: Listen) -> None:
    diagnoser = listen(ArraySource(opens=False))
    assert diagnoser.report is None
    diagnoser.stop()
    diagnoser.join(PATIENCE_S)
    assert not diagnoser.ended.is_set()
