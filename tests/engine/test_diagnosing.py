"""The diagnoser: the report of an engine's sound is that of the same samples given to Diagnosis."""

import weakref
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from livemel.buffers.writer import GapCause
from livemel.channel import Difference, Lanes
from livemel.diagnosis import Diagnosis
from livemel.dsp.models import frontend
from livemel.engine import Engine
from livemel.engine.diagnosing import Diagnoser
from livemel.sources.scenes import Scene

from tests.engine.sources import PATIENCE_S, ArraySource, Missing
from tests.waiting import wait_for

SR = 16_000
Listen = Callable[..., Diagnoser]


@pytest.fixture
def listen() -> Iterator[Listen]:
    """Starts an engine and a diagnoser on a source, and ends both afterwards."""
    begun: list[tuple[Engine, Diagnoser]] = []

    def begin(source: ArraySource, channels: Lanes = (None,)) -> Diagnoser:
        engine = Engine(source, lambda sr: frontend(sr=sr), channels=channels)
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


def test_its_report_says_why_sound_is_missing(listen: Listen) -> None:
    y = Scene("silence", sr=SR).read(2 * SR)[:, np.newaxis]
    source = ArraySource(y, Missing(3 * SR, GapCause.DISCONNECTED), y, sr=SR)
    source.end()
    diagnoser = listen(source)
    assert diagnoser.ended.wait(PATIENCE_S)
    assert diagnoser.report is not None
    causes = [finding.values.get("cause") for finding in diagnoser.report.findings]
    assert "device lost" in causes
    assert "busy computer" not in causes


def test_a_report_is_there_while_sound_runs_and_grows_with_it(listen: Listen) -> None:
    source = ArraySource(Scene("silence", sr=SR).read(3 * SR)[:, np.newaxis], sr=SR)
    diagnoser = listen(source)
    wait_for(lambda: diagnoser.report is not None and diagnoser.report.seconds == 3)
    assert diagnoser.report is not None
    assert [finding.code for finding in diagnoser.report.findings] == ["low-level"]
    source.deliver(0.1 * np.ones((SR, 1)))
    wait_for(lambda: diagnoser.report is not None and diagnoser.report.seconds == 4)


def test_columns_that_are_not_shown_any_more_are_not_held_on_to(listen: Listen) -> None:
    source = ArraySource(Scene("silence", sr=SR).read(3 * SR)[:, np.newaxis], sr=SR)
    diagnoser = listen(source)
    wait_for(lambda: diagnoser.report is not None and diagnoser.report.seconds == 3)
    engine = diagnoser._engine
    assert engine.feed is not None
    before = weakref.ref(engine.feed.columns)
    engine.change(lambda sr: frontend(sr=sr).replace(n_mels=40), (None,))
    wait_for(lambda: before() is None)


def test_a_source_that_never_opens_is_waited_for_no_longer_than_wanted(listen: Listen) -> None:
    diagnoser = listen(ArraySource(opens=False))
    assert diagnoser.report is None
    diagnoser.stop()
    diagnoser.join(PATIENCE_S)
    assert not diagnoser.ended.is_set()


# --- more channels than are looked at -------------------------------------------------------------


def many(channels: int, seconds: int = 3) -> np.ndarray:
    """Quiet noise, another in each channel; channel 12 is dead, channel 5 is cut off."""
    y = np.random.default_rng(5).standard_normal((seconds * SR, channels)) * 0.05
    y[:, 11] = 0
    y[:, 4] = np.clip(4 * y[:, 4], -0.1, 0.1)
    return y.astype(np.float32)


def codes(diagnoser: Diagnoser) -> list[str]:
    report = diagnoser.report
    return [] if report is None else [finding.code for finding in report.findings]


@pytest.mark.parametrize(
    ("lanes", "looked_at"),
    [
        ((1,), (1, 2, 3, 4, 5, 6, 7, 8)),
        ((None,), (1, 2, 3, 4, 5, 6, 7, 8)),
        ((12, Difference(20, 3)), (1, 2, 3, 4, 5, 6, 12, 20)),
        (tuple(range(20, 4, -1)), (13, 14, 15, 16, 17, 18, 19, 20)),
        ("all", (1, 2, 3, 4, 5, 6, 7, 8)),
    ],
)
def test_of_many_channels_those_that_are_shown_are_looked_at(
    listen: Listen, lanes: Lanes, looked_at: tuple[int, ...]
) -> None:
    source = ArraySource(many(20), sr=SR, channels=20)
    source.end()
    diagnoser = listen(source, lanes)
    assert diagnoser.ended.wait(PATIENCE_S)
    assert diagnoser.channels == looked_at


def test_findings_have_the_numbers_that_channels_have_in_the_source(listen: Listen) -> None:
    y = many(20)
    source = ArraySource(y, sr=SR, channels=20)
    source.end()
    diagnoser = listen(source, (12,))
    assert diagnoser.ended.wait(PATIENCE_S)
    assert diagnoser.report is not None
    found = {finding.code: finding for finding in diagnoser.report.findings}
    assert found["channel-dead"].channel == 12
    assert found["channel-dead"].text.startswith("Channel 12 is dead")
    assert found["clipping"].channel == 5
    of_all = Diagnosis(SR, 20)
    of_all.push(y)
    of_all.finish()
    wanted = {finding.code: finding for finding in of_all.report().findings}
    assert found["clipping"] == wanted["clipping"]


def test_other_channels_that_are_shown_are_looked_at_from_the_oldest_sound_on(
    listen: Listen,
) -> None:
    source = ArraySource(many(20), sr=SR, channels=20)
    diagnoser = listen(source, (1,))
    wait_for(lambda: diagnoser.report is not None and diagnoser.report.seconds == 3)
    engine = diagnoser._engine
    engine.change(lambda sr: frontend(sr=sr), (2, 12))
    wait_for(lambda: "channel-dead" in codes(diagnoser))
    assert diagnoser.channels == (1, 2, 3, 4, 5, 6, 7, 12)
