"""A window that nobody sees computes and does not paint; screens that change are followed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.app import App
from livemel.buffers.columns import ColumnRing
from livemel.config import RunConfig
from livemel.dsp.models import frontend
from livemel.engine import Feed, Lane
from livemel.sources.base import SourceFormat
from livemel.sources.opening import SourceRequest
from livemel.ui.load import Load, PanelRate
from livemel.ui.screen_watch import paint_rate
from livemel.ui.spectrogram_view import SpectrogramView
from livemel.ui.theme import DARK
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip
from pytestqt.qtbot import QtBot

from tests.ui.conftest import OpenApp

SR = 48_000


def noise(seconds: float) -> np.ndarray:
    rng = np.random.default_rng(0)
    return (0.1 * rng.standard_normal(round(seconds * SR))).astype(np.float32)


def config(*panels: str) -> RunConfig:
    return RunConfig(source=SourceRequest(name="signal"), panels=panels)


class FirstPaint(QObject):
    """How far the picture goes that is painted first, from now on."""

    def __init__(self, app: App) -> None:
        super().__init__()
        self._app, self.columns = app, 0
        app.window.plot.image.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.columns = self.columns or edge_columns(self._app)
        return False


def edge_columns(app: App) -> int:
    return app.window.plot.image.shown_to


def test_hidden_it_goes_on_and_shown_again_it_is_right_at_once(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_app(noise(60.0), config("waveform", "slice"))
    window = app.window
    qtbot.waitUntil(lambda: window.frames.paints > 5)
    window.hide()
    qtbot.waitUntil(lambda: window.frames.rests)
    paints, shown, columns = window.frames.paints, edge_columns(app), window.feed.columns.written
    qtbot.waitUntil(lambda: window.feed.columns.written > columns + 100)
    assert window.frames.paints == paints
    assert edge_columns(app) == shown
    assert window.frames.panels is PanelRate.UNSEEN
    there, first_seen = window.feed.columns.written, FirstPaint(app)
    window.show()
    qtbot.waitUntil(lambda: first_seen.columns > 0)
    assert first_seen.columns > there - 50
    assert window.frames.paints > paints
    assert app.stats()["columns_lost"] == 0


@given(refresh_hz=st.floats(0, 500))
def test_it_paints_as_often_as_the_screen_and_sixty_times_a_second_at_most(
    refresh_hz: float,
) -> None:
    rate = paint_rate(refresh_hz)
    assert rate == (min(refresh_hz, 60) if refresh_hz >= 10 else 60)


def test_a_screen_that_becomes_slower_is_painted_less_often(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    window = open_app(noise(60.0)).window
    qtbot.waitUntil(lambda: window.frames.paints > 2)
    screen = window.windowHandle().screen()
    screen.refreshRateChanged.emit(30.0)
    assert window.frames.load.full_hz == 30.0
    screen.refreshRateChanged.emit(144.0)
    assert window.frames.load.full_hz == 60.0
    window.windowHandle().screenChanged.emit(None)  # the last screen was removed
    window.windowHandle().screenChanged.emit(screen)
    screen.refreshRateChanged.emit(24.0)
    assert window.frames.load.full_hz == 24.0


def give_up(load: Load, steps: int) -> None:
    """As if turns were late until so much was given up."""
    now_s = 0.0
    while steps:
        now_s += 0.5
        steps -= load.turn(now_s, now_s + 0.4)


@pytest.mark.parametrize(
    ("steps", "panels", "words"),
    [
        (1, ("waveform",), "panels slower: the computer is busy"),
        (2, ("waveform",), "panels wait: the computer is busy"),
        (2, (), ""),
    ],
)
def test_the_status_line_says_what_is_given_up(
    steps: int,
    panels: tuple[str, ...],
    words: str,
    qtbot: QtBot,
    open_app: OpenApp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = open_app(noise(60.0), config(*panels)).window
    qtbot.waitUntil(lambda: window.frames.paints > 2)
    window.frames.stop()
    with monkeypatch.context() as patch:
        patch.setattr("livemel.ui.load._WORSE_SHARE", 0.25)
        give_up(window.frames.load, steps)
    window._refresh_figures()
    label = window.status._busy
    assert (label.text(), label.isVisible()) == (words, bool(words))


@pytest.mark.parametrize(("steps", "rate_hz"), [(4, 20), (6, 10)])
def test_the_rate_that_is_said_is_the_one_that_was_measured(
    steps: int, rate_hz: int, qtbot: QtBot, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_app(noise(60.0), config("slice")).window
    qtbot.waitUntil(lambda: window.frames.paints > 2)
    window.frames.stop()
    with monkeypatch.context() as patch:
        patch.setattr("livemel.ui.load._WORSE_SHARE", 0.25)
        give_up(window.frames.load, steps)
    said = []

    def look() -> int:
        window._refresh_figures()
        rate = int(window.status._figures.text().partition("/s")[0])
        assert window.status._busy.text() == f"painting at {rate}/s: the computer is busy"
        said.append(rate)
        return rate

    qtbot.waitUntil(lambda: look() == 0)  # the computer is so busy that it paints no more
    assert max(said) <= rate_hz
    qtbot.keyClick(window, Qt.Key.Key_Space)
    window._refresh_figures()
    assert window.status._busy.text() == ""


def test_panels_that_wait_say_so_and_come_back(
    qtbot: QtBot, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_app(noise(60.0), config("waveform", "slice", "levels", "f0")).window
    panels = window.panels
    qtbot.waitUntil(lambda: panels.wave.ring is not None)
    monkeypatch.setattr(type(window.frames), "panels", PanelRate.NONE)
    qtbot.waitUntil(lambda: panels.slice.header.title.text() == "Slice · waits")
    qtbot.waitUntil(lambda: panels.wave.ring is None and panels.f0.waits)
    assert panels.levels.header.title.text() == "Levels"
    waiting = panels.levels.grab().toImage()
    monkeypatch.setattr(type(window.frames), "panels", PanelRate.ALL)
    qtbot.waitUntil(lambda: panels.slice.header.title.text() == "Slice · now")
    qtbot.waitUntil(lambda: panels.wave.ring is not None and not panels.f0.waits)
    qtbot.waitUntil(lambda: panels.levels.levels is not None)
    assert panels.levels.grab().toImage() != waiting


def test_the_latencys_tooltip_tells_its_parts(qtbot: QtBot, open_app: OpenApp) -> None:
    window = open_app(noise(60.0)).window
    qtbot.waitUntil(lambda: window.status._latency.text() != "")
    label = window.status._latency
    at = QPoint(3, 3)
    event = QHelpEvent(QEvent.Type.ToolTip, at, label.mapToGlobal(at))
    assert label.event(event)
    text = QToolTip.text().replace("\u00a0", " ").replace("\u2011", "-")
    QToolTip.hideText()
    for words in ("Ring wait", "callback → engine", "Window centre", "21.3", "Sum", "p95"):
        assert words in text
    assert "Device clock" not in text  # a file has none
    parts = window.plot.image.journey.parts(None, 1024 / SR)
    assert all(parts["sum"][p] > 21.3 for p in ("p50", "p95", "p99"))


class Dense(SpectrogramView):
    """On a screen whose pixels change under it."""

    ratio = 1.0

    def devicePixelRatioF(self) -> float:
        return self.ratio


def test_where_the_pixels_alone_change_the_picture_is_drawn_anew(qtbot: QtBot) -> None:
    view = Dense(DARK, "magma", 2.0)
    qtbot.addWidget(view)
    view.resize(300, 200)
    fe = frontend("live", sr=SR)
    view.set_feed(Feed(fe, (Lane(1, ColumnRing(fe.n_rows, 10)),), SourceFormat(SR, 1, "mic", 1)))
    assert view.view is not None
    for ratio, size in ((2.0, (600, 400)), (1.25, (375, 250))):
        view.ratio = ratio
        QCoreApplication.sendEvent(view, QEvent(QEvent.Type.DevicePixelRatioChange))
        assert (view.view.width, view.view.height) == size


MOVES = """
import json, sys
import numpy as np
from PySide6.QtWidgets import QApplication
from livemel.buffers.columns import ColumnRing
from livemel.dsp.models import frontend
from livemel.engine import EngineStatus, Feed, Lane
from livemel.sources.base import SourceFormat, SourceState
from livemel.ui.canvas import device_size
from livemel.ui.spectrogram_view import SpectrogramView
from livemel.ui.theme import DARK

app = QApplication([])
fe = frontend("live", sr=48000)
ring = ColumnRing(fe.n_rows, 500)
values = np.random.default_rng(0).uniform(-60, 20, (fe.n_rows, 300)).astype(np.float32)
k = np.zeros(300, dtype=np.float32)
ring.append(values, k.astype(np.uint8), k, k, 1)
feed = Feed(fe, (Lane(1, ring),), SourceFormat(48000, 1, "mic", 1))

def view():
    shown = SpectrogramView(DARK, "magma", 2.0)
    shown.resize(300, 200)
    shown.set_feed(feed)
    return shown

def pixels(shown):
    while shown.tick(EngineStatus(SourceState.RUNNING)):
        pass
    app.processEvents()
    image = shown.grab().toImage()
    return [image.width(), image.height(), bytes(image.constBits()).hex()]

moved, said = view(), []
for screen in (app.screens()[0], app.screens()[1], app.screens()[0]):
    moved.show()
    moved.windowHandle().setScreen(screen)
    app.processEvents()
    fresh = view()
    fresh.setScreen(screen)
    fresh.show()
    fresh.windowHandle().setScreen(screen)
    app.processEvents()
    state = moved.view
    wanted = device_size(moved.width(), moved.height(), moved.devicePixelRatioF())
    said.append([moved.devicePixelRatioF(), [state.width, state.height] == list(wanted),
                 pixels(moved) == pixels(fresh)])
    fresh.close()
print(json.dumps(said))
"""


def test_on_a_screen_with_other_pixels_the_picture_is_drawn_anew(tmp_path: Path) -> None:
    """Two screens, of which the second shows two pixels for one."""
    screen = {
        "y": 0,
        "width": 1280,
        "height": 800,
        "logicalDpi": 96,
        "logicalBaseDpi": 96,
        "dpr": 1,
    }
    layout = tmp_path / "screens.json"
    layout.write_text(
        json.dumps(
            {"screens": [{"name": "one", "x": 0, **screen}, {"name": "two", "x": 1280, **screen}]}
        )
    )
    done = subprocess.run(
        [sys.executable, "-c", MOVES],
        env={
            **os.environ,
            "QT_QPA_PLATFORM": f"offscreen:configfile={layout}",
            "QT_SCREEN_SCALE_FACTORS": "1;2",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [[1.0, True, True], [2.0, True, True], [1.0, True, True]]


def test_a_picture_of_the_window_has_its_panels_up_to_date(
    qtbot: QtBot, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_app(noise(60.0), config("waveform", "slice")).window
    panels = window.panels
    qtbot.waitUntil(lambda: panels.wave.ring is not None)
    monkeypatch.setattr(type(window.frames), "panels", PanelRate.NONE)
    qtbot.waitUntil(lambda: panels.wave.ring is None)
    panels.finish()
    assert panels.wave.ring is not None
    assert panels.wave.is_complete
    assert panels.slice.header.title.text() == "Slice · now"
