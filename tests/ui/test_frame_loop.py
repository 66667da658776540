"""When it paints: at the wanted rate, hardly ever unseen, less often while the computer is busy."""

import time

import pytest
from livemel.ui.frame_loop import FrameLoop
from livemel.ui.load import PanelRate
from pytestqt.qtbot import QtBot


class Painter:
    """Takes as long as it is told to."""

    def __init__(self) -> None:
        self.takes_s, self.paints, self.seen, self.fails = 0.0, 0, True, False

    def paint(self) -> bool:
        self.paints += 1
        if self.fails:
            self.fails = False
            raise ArithmeticError("nothing to paint with")
        time.sleep(self.takes_s)  # the load itself
        return True


@pytest.fixture
def painter() -> Painter:
    return Painter()


@pytest.fixture
def loop(qtbot: QtBot, painter: Painter) -> FrameLoop:
    frames = FrameLoop(painter.paint, lambda: painter.seen)
    yield frames
    frames.stop()


def test_what_nobody_sees_is_not_painted_and_is_right_at_once_when_it_is_seen(
    qtbot: QtBot, loop: FrameLoop, painter: Painter
) -> None:
    painter.seen = False
    loop.start()
    qtbot.waitUntil(lambda: loop.rests)
    qtbot.wait(600)
    assert painter.paints == 0
    assert loop.panels is PanelRate.UNSEEN
    painter.seen = True
    loop.wake()
    assert painter.paints == 1
    assert not loop.rests
    assert loop.panels is PanelRate.ALL
    qtbot.waitUntil(lambda: painter.paints > 5)


def test_it_notices_by_itself_that_it_is_seen(
    qtbot: QtBot, loop: FrameLoop, painter: Painter
) -> None:
    """Where the platform says nothing of it."""
    painter.seen = False
    loop.start()
    qtbot.waitUntil(lambda: loop.rests)
    painter.seen = True
    qtbot.waitUntil(lambda: painter.paints > 5)


def test_paints_that_take_long_become_fewer_and_the_budget_says_so(
    qtbot: QtBot, loop: FrameLoop, painter: Painter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("livemel.ui.load._WORSE_SHARE", 0.25)
    monkeypatch.setattr("livemel.ui.load._WORSE_S", 0.1)
    monkeypatch.setattr("livemel.ui.load._PANELS_S", 0.1)
    painter.takes_s = 0.04
    loop.start()
    qtbot.waitUntil(lambda: loop.load.is_slow)
    assert loop.panels is PanelRate.NONE
    assert loop.budget.budget_ms == pytest.approx(1000 / loop.load.step.rate_hz)
    monkeypatch.setattr("livemel.ui.load._WORSE_SHARE", 2.0)
    monkeypatch.setattr("livemel.ui.load._BETTER_S", 0.1)
    painter.takes_s = 0.0
    loop.load._patience_s = 0.1
    qtbot.waitUntil(lambda: not loop.load.is_slow, timeout=20_000)


def test_a_slower_screen_is_painted_at_its_rate(
    qtbot: QtBot, loop: FrameLoop, painter: Painter
) -> None:
    loop.set_rate(20.0)
    assert loop.budget.budget_ms == pytest.approx(50.0)
    loop.start()
    qtbot.waitUntil(lambda: painter.paints > 1)
    began_s, paints = time.monotonic(), painter.paints
    qtbot.wait(700)
    assert painter.paints - paints <= 20 * (time.monotonic() - began_s) + 2


def test_a_turn_that_fails_is_not_the_last(qtbot: QtBot, loop: FrameLoop, painter: Painter) -> None:
    loop.start()
    qtbot.waitUntil(lambda: painter.paints > 2)
    painter.fails = True
    with qtbot.captureExceptions() as errors:
        qtbot.waitUntil(lambda: not painter.fails)
        before = painter.paints
        qtbot.waitUntil(lambda: painter.paints > before + 5)
    assert [str(error[1]) for error in errors] == ["nothing to paint with"]
