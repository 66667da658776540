"""Each engine that was shown has one diagnoser, and nothing is left of it afterwards."""

import gc
import threading
import weakref
from collections.abc import Iterator

import numpy as np
import pytest
from livemel.dsp.models import frontend
from livemel.engine import Engine
from livemel.engine.diagnosers import Diagnosers
from livemel.sources.scenes import Scene

from tests.engine.sources import ArraySource
from tests.waiting import wait_for

SR = 16_000


def quiet(seconds: int) -> np.ndarray:
    return Scene("silence", sr=SR).read(seconds * SR)[:, np.newaxis]


def engine_of(source: ArraySource) -> Engine:
    engine = Engine(source, lambda sr: frontend(sr=sr))
    engine.start()
    return engine


def threads() -> int:
    return sum(thread.name == "livemel-diagnoser" for thread in threading.enumerate())


@pytest.fixture
def diagnosers() -> Iterator[Diagnosers]:
    made = Diagnosers()
    yield made
    made.stop()
    assert threads() == 0


def test_two_engines_have_two_reports_and_following_again_begins_no_other(
    diagnosers: Diagnosers,
) -> None:
    one, other = engine_of(ArraySource(quiet(3), sr=SR)), engine_of(ArraySource(quiet(2), sr=SR))
    for engine in (one, other, one, other):
        diagnosers.follow(engine)
    assert threads() == 2

    def seconds(engine: Engine) -> float:
        report = diagnosers.report(engine)
        return -1.0 if report is None else report.seconds

    wait_for(lambda: (seconds(one), seconds(other)) == (3.0, 2.0))
    for engine in (one, other):
        engine.stop()


def test_the_report_of_what_has_ended_stays_as_long_as_the_engine(diagnosers: Diagnosers) -> None:
    source = ArraySource(quiet(3), sr=SR)
    source.end()
    engine = engine_of(source)
    diagnosers.follow(engine)

    gone = weakref.ref(engine)

    def has_ended() -> bool:
        diagnosers.tidy()
        shown = gone()
        return shown is not None and diagnosers.has_ended(shown)

    wait_for(has_ended)
    wait_for(lambda: threads() == 0)
    report = diagnosers.report(engine)
    assert report is not None
    assert [finding.code for finding in report.findings] == ["low-level"]
    diagnosers.follow(engine)
    assert threads() == 0
    engine.stop()
    del engine, source

    def is_gone() -> bool:
        gc.collect()
        return gone() is None

    wait_for(is_gone)


def test_an_engine_that_never_opened_leaves_no_thread(diagnosers: Diagnosers) -> None:
    engine = engine_of(ArraySource(opens=False))
    diagnosers.follow(engine)
    engine.stop()
    diagnosers.tidy()
    wait_for(lambda: threads() == 0)
    assert diagnosers.report(engine) is None


def test_stopping_ends_all_threads(diagnosers: Diagnosers) -> None:
    engine = engine_of(ArraySource(quiet(2), sr=SR))
    diagnosers.follow(engine)
    diagnosers.stop()
    assert threads() == 0
    assert diagnosers.report(engine) is None
    engine.stop()
