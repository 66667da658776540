"""Cursors, the selection and the harmonic cursor, by mouse and by key."""

import math

import numpy as np
import pytest
from livemel.app import App
from livemel.config import RunConfig
from livemel.sources.opening import SourceRequest
from livemel.ui.marks import Marks
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from tests.ui.conftest import OpenApp

SR = 48_000
F0 = 440.3
LEFT = Qt.MouseButton.LeftButton
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
def app(qtbot: QtBot, open_app: OpenApp) -> App:
    """Two seconds of eight harmonics and a little noise, frozen."""
    t = np.arange(2 * SR) / SR
    y = sum(0.1 / n * np.sin(2 * np.pi * F0 * n * t + n) for n in range(1, 9))
    y = y + 1e-4 * np.random.default_rng(0).standard_normal(len(t))
    config = RunConfig(source=SourceRequest(name="signal"), span_s=1.5)
    app = open_app(np.asarray(y, dtype=np.float32), config, head_s=1.5)
    qtbot.waitUntil(lambda: app.window.plot.image.edge_s > 1.6, timeout=8000)
    qtbot.keyClick(app.window, Qt.Key.Key_Space)
    return app


def place(app: App, seconds: float, hz: float) -> QPoint:
    image = app.window.plot.image
    return QPoint(round(image.x_of(seconds)), round(image.y_of(hz)))


def firsts(app: App) -> list[str]:
    card = app.window.readings.card
    return [] if card is None else [row[0] for table in card.tables for row in table]


def rows_of(app: App, first: str) -> tuple[str, ...]:
    card = app.window.readings.card
    assert card is not None
    return next(row for table in card.tables for row in table if row[0] == first)


def test_a_click_sets_cursor_a_on_the_tone_that_is_meant(qtbot: QtBot, app: App) -> None:
    image = app.window.plot.image
    at = place(app, 1.0, 3 * F0) + QPoint(0, 2)
    qtbot.mouseClick(image, LEFT, pos=at)
    a = image.marks.a
    assert a is not None
    assert a.seconds == image.seconds_at(at.x())
    assert a.hz == pytest.approx(3 * F0, abs=0.1)
    assert image.marks.b is None


def test_ctrl_and_a_click_set_cursor_b_and_the_card_tells_the_difference(
    qtbot: QtBot, app: App
) -> None:
    image = app.window.plot.image
    qtbot.mouseClick(image, LEFT, pos=place(app, 0.8, F0))
    qtbot.mouseClick(image, LEFT, CTRL, pos=place(app, 1.2, 2 * F0))
    qtbot.waitUntil(lambda: app.window.readings.card is not None and len(rows_of(app, "Time")) > 3)
    assert float(rows_of(app, "Frequency")[-1].split()[0]) == pytest.approx(F0, abs=0.1)
    assert rows_of(app, "Time")[-1].startswith("0.4")


def test_shift_and_a_drag_select_a_box_without_moving_the_picture(qtbot: QtBot, app: App) -> None:
    image = app.window.plot.image
    before = image.viewport
    start, stop = place(app, 0.6, 600.0), place(app, 1.1, 300.0)
    qtbot.mousePress(image, LEFT, SHIFT, pos=start)
    qtbot.mouseMove(image, (start + stop) / 2)
    qtbot.mouseMove(image, stop)
    qtbot.mouseRelease(image, LEFT, SHIFT, pos=stop)
    box = image.marks.selection
    assert box is not None
    assert (box.start_s, box.stop_s) == (image.seconds_at(start.x()), image.seconds_at(stop.x()))
    assert (box.low_hz, box.high_hz) == (image.hz_at(stop.y()), image.hz_at(start.y()))
    assert image.viewport == before
    qtbot.waitUntil(lambda: app.window.readings.card is not None)
    qtbot.waitUntil(lambda: "RMS" in firsts(app))
    level = float(rows_of(app, "RMS")[1].replace("−", "-").split()[0])
    assert level == pytest.approx(20 * math.log10(0.1 / math.sqrt(2)), abs=0.5)
    qtbot.keyClick(app.window, "Z")
    assert image.visible_s == pytest.approx((box.start_s, box.stop_s))


def test_the_harmonic_cursor_goes_to_the_fundamental_and_reads_each_harmonic(
    qtbot: QtBot, app: App
) -> None:
    image = app.window.plot.image
    qtbot.mouseMove(image, place(app, 1.0, F0) + QPoint(0, 1))
    qtbot.keyClick(app.window, Qt.Key.Key_H)
    qtbot.waitUntil(lambda: abs((image.marks.harmonic_hz or 0) - F0) < 0.02, timeout=8000)
    qtbot.waitUntil(lambda: "F0" in firsts(app))
    for n in range(1, 9):
        level = float(rows_of(app, str(n))[2].replace("−", "-").split()[0])
        assert level == pytest.approx(20 * math.log10(0.1 / n), abs=0.2)
    qtbot.keyClick(app.window, Qt.Key.Key_H)
    assert image.marks.harmonic_hz is None


def test_a_harmonics_line_can_be_dragged(qtbot: QtBot, app: App) -> None:
    image = app.window.plot.image
    image.marks = Marks(harmonic_hz=500.0)
    before = image.viewport
    start = place(app, 1.0, 1500.0)
    stop = place(app, 1.0, 3 * F0 + 5)
    qtbot.mousePress(image, LEFT, pos=start)
    qtbot.mouseMove(image, stop)
    assert image.marks.harmonic_hz == pytest.approx(image.hz_at(stop.y()) / 3)
    qtbot.mouseRelease(image, LEFT, pos=stop)
    assert image.viewport == before
    qtbot.waitUntil(lambda: abs((image.marks.harmonic_hz or 0) - F0) < 0.02, timeout=8000)


def test_cursors_are_set_and_moved_by_keys_alone(qtbot: QtBot, app: App) -> None:
    image, window = app.window.plot.image, app.window
    app.window.readings.point_at(None)
    qtbot.keyClick(window, Qt.Key.Key_C)
    qtbot.keyClick(window, Qt.Key.Key_C)
    a, b = image.marks.a, image.marks.b
    assert a is not None
    assert b is not None
    qtbot.keyClick(window, Qt.Key.Key_Right, ALT)
    qtbot.keyClick(window, Qt.Key.Key_Up, ALT)
    moved = image.marks.b
    assert moved is not None
    assert moved.seconds == pytest.approx(b.seconds + 0.01)
    view = image.view
    assert view.fraction_of(moved.hz) == pytest.approx(view.fraction_of(b.hz) + 1 / 128)
    qtbot.keyClick(window, Qt.Key.Key_X)
    box = image.marks.selection
    assert box is not None
    assert box.stop_s - box.start_s == pytest.approx(0.01)


def test_esc_takes_all_marks_away(qtbot: QtBot, app: App) -> None:
    image = app.window.plot.image
    qtbot.mouseClick(image, LEFT, pos=place(app, 1.0, 1000.0))
    qtbot.keyClick(app.window, Qt.Key.Key_H)
    qtbot.keyClick(app.window, Qt.Key.Key_Escape)
    assert image.marks == Marks()


def test_the_readings_can_be_copied(qtbot: QtBot, app: App) -> None:
    image = app.window.plot.image
    qtbot.mouseClick(image, LEFT, pos=place(app, 1.0, F0))
    qtbot.waitUntil(lambda: app.window.readings.card is not None)
    qtbot.keyClick(app.window, Qt.Key.Key_C, CTRL | SHIFT)
    text = QGuiApplication.clipboard().text()
    assert text == app.window.readings.card.text
    assert "Frequency\t" in text


def test_nothing_is_read_while_there_is_nothing_to_read(qtbot: QtBot, app: App) -> None:
    readings = app.window.readings
    readings.point_at(None)
    assert readings.card is None
    qtbot.waitUntil(lambda: not readings._timer.isActive())


def test_a_selection_ends_where_the_sound_does(qtbot: QtBot, app: App) -> None:
    image = app.window.plot.image
    qtbot.keyClick(app.window, Qt.Key.Key_Home)
    bounds = image.bounds
    image.set_viewport(image.viewport.zoomed_in_time(1.5, 1.0, bounds))
    start = QPoint(1, 100)
    assert image.seconds_at(1) < bounds.oldest_s
    qtbot.mousePress(image, LEFT, SHIFT, pos=start)
    qtbot.mouseMove(image, start + QPoint(600, 100))
    qtbot.mouseRelease(image, LEFT, SHIFT, pos=start + QPoint(600, 100))
    box = image.marks.selection
    assert box is not None
    assert box.start_s == bounds.oldest_s
