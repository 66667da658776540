"""Wheel, drag, pinch and keys, on the window's own widgets."""

import numpy as np
import pytest
from livemel.app import App
from livemel.config import RunConfig
from livemel.sources.opening import SourceRequest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.conftest import OpenApp

SR = 48_000
CONFIG = RunConfig(source=SourceRequest(name="signal"), span_s=2.0)
NONE, CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
def app(qtbot: QtBot, open_app: OpenApp) -> App:
    """Noise in ever louder steps: no two stretches look alike."""
    n = 5 * SR
    y = np.random.default_rng(0).standard_normal(n) * np.repeat(np.logspace(-4, -1, 50), n // 50)
    app = open_app(y.astype(np.float32), CONFIG, head_s=2.5)
    qtbot.waitUntil(lambda: app.window.plot.image.edge_s > 2.6, timeout=8000)
    return app


def wheel(app: App, notches: float, at: tuple[float, float], held: object = NONE) -> None:
    """at : fractions of the picture, from its upper left"""
    image = app.window.plot.image
    place = QPointF(at[0] * image.width(), at[1] * image.height())
    event = QWheelEvent(
        place, image.mapToGlobal(place), QPoint(), QPoint(0, round(120 * notches)),
        Qt.MouseButton.NoButton, held, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(image, event)


def drag(qtbot: QtBot, app: App, start: tuple[int, int], stop: tuple[int, int]) -> None:
    image, button = app.window.plot.image, Qt.MouseButton.LeftButton
    qtbot.mousePress(image, button, pos=QPoint(*start))
    for share in (0.5, 1.0):
        x, y = (round(a + (b - a) * share) for a, b in zip(start, stop, strict=True))
        qtbot.mouseMove(image, QPoint(x, y))
    qtbot.mouseRelease(image, button, pos=QPoint(*stop))


def test_the_wheel_zooms_time_around_the_pointer(qtbot: QtBot, app: App) -> None:
    image = app.window.plot.image
    qtbot.keyClick(app.window, Qt.Key.Key_Space)
    before_s = image.seconds_at(0.25 * image.width())
    wheel(app, 2, (0.25, 0.5))
    assert image.span_s == pytest.approx(2.0 / 1.25**2)
    assert image.seconds_at(0.25 * image.width()) == pytest.approx(before_s)
    assert app.window.controls._span.currentText() == "1.28 s"


def test_the_wheel_leaves_a_moving_picture_at_the_newest_sound(qtbot: QtBot, app: App) -> None:
    wheel(app, -1, (0.25, 0.5))
    image = app.window.plot.image
    assert image.paused_at is None
    assert image.span_s == pytest.approx(2.5)
    assert not app.window.controls.pause.isChecked()


def test_ctrl_and_the_wheel_zoom_frequency_around_the_pointer(qtbot: QtBot, app: App) -> None:
    image = app.window.plot.image
    y = 0.8 * image.height()
    before_hz = image.hz_at(y)
    wheel(app, 3, (0.5, 0.8), CTRL)
    assert image.viewport.top - image.viewport.bottom == pytest.approx(1.25**-3)
    assert image.hz_at(y) == pytest.approx(before_hz)


def test_shift_and_the_wheel_go_back_and_let_the_picture_stand(qtbot: QtBot, app: App) -> None:
    image = app.window.plot.image
    edge_s = image.edge_s
    wheel(app, 2, (0.5, 0.5), SHIFT)
    assert app.window.controls.pause.isChecked()
    assert image.edge_s == pytest.approx(edge_s - 0.4, abs=0.1)
    assert image.caption.startswith("frozen · ")


def test_what_is_dragged_follows_the_pointer(qtbot: QtBot, app: App) -> None:
    image = app.window.plot.image
    qtbot.keyClick(app.window, Qt.Key.Key_Space)
    wheel(app, 4, (0.5, 0.5), CTRL)
    held = image.seconds_at(200), image.hz_at(300)
    drag(qtbot, app, (200, 300), (260, 340))
    assert image.seconds_at(260) == pytest.approx(held[0], abs=1e-6)
    assert image.hz_at(340) == pytest.approx(held[1], rel=1e-6)


def test_a_drag_lets_a_moving_picture_stand_and_end_returns(qtbot: QtBot, app: App) -> None:
    image = app.window.plot.image
    drag(qtbot, app, (200, 300), (400, 300))
    assert image.paused_at is not None
    qtbot.keyClick(app.window, Qt.Key.Key_End)
    assert image.paused_at is None
    assert not app.window.controls.pause.isChecked()
    qtbot.waitUntil(lambda: image.edge_s > 2.8)


def test_a_click_is_no_drag(qtbot: QtBot, app: App) -> None:
    qtbot.mouseClick(app.window.plot.image, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    assert app.window.plot.image.paused_at is None


def test_pinching_zooms(qtbot: QtBot, app: App) -> None:
    image = app.window.plot.image
    place = QPointF(image.width() / 2, image.height() / 2)
    event = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2,
        place, place, image.mapToGlobal(place), 0.25, QPointF(),
    )  # fmt: skip
    QApplication.sendEvent(image, event)
    assert image.span_s == pytest.approx(1.6)


def test_a_double_click_shows_all_frequencies_and_the_chosen_span(qtbot: QtBot, app: App) -> None:
    image = app.window.plot.image
    wheel(app, 3, (0.5, 0.5))
    wheel(app, 3, (0.5, 0.5), CTRL)
    qtbot.mouseDClick(image, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    assert image.viewport.shows_all_rows
    assert image.span_s == 2.0


@pytest.mark.parametrize(
    ("key", "held", "by"),
    [
        (Qt.Key.Key_Left, NONE, -0.25),
        (Qt.Key.Key_PageUp, NONE, -1.0),
    ],
)
def test_keys_go_back_by_a_share_of_the_picture(
    qtbot: QtBot, app: App, key: Qt.Key, held: Qt.KeyboardModifier, by: float
) -> None:
    image = app.window.plot.image
    qtbot.keyClick(app.window, Qt.Key.Key_Space)
    wheel(app, 4, (1.0, 0.5))
    edge_s, span_s = image.edge_s, image.span_s
    qtbot.keyClick(app.window, key, held)
    assert image.edge_s == pytest.approx(edge_s + by * span_s)
    qtbot.keyClick(app.window, Qt.Key.Key_Right)
    assert image.edge_s == pytest.approx(edge_s + (by + 0.25) * span_s)


def test_home_goes_to_the_oldest_sound(qtbot: QtBot, app: App) -> None:
    image = app.window.plot.image
    qtbot.keyClick(app.window, Qt.Key.Key_Home)
    assert image.visible_s[0] == pytest.approx(image.bounds.oldest_s)
    assert app.window.controls.pause.isChecked()


def test_keys_zoom_and_move_in_frequency(qtbot: QtBot, app: App) -> None:
    image = app.window.plot.image
    qtbot.keyClick(app.window, Qt.Key.Key_Up, CTRL)
    assert image.viewport.top - image.viewport.bottom == pytest.approx(1.25**-2)
    bottom = image.viewport.bottom
    qtbot.keyClick(app.window, Qt.Key.Key_Down, SHIFT)
    assert image.viewport.bottom == pytest.approx(bottom - 0.25 * 1.25**-2)
    qtbot.keyClick(app.window, Qt.Key.Key_0)
    assert image.viewport.shows_all_rows


def test_undo_leads_back_step_by_step_and_redo_forward_again(qtbot: QtBot, app: App) -> None:
    image, window = app.window.plot.image, app.window
    qtbot.keyClick(window, Qt.Key.Key_Space)
    views = [image.viewport]
    for act in (
        lambda: wheel(app, 2, (0.5, 0.5)),
        lambda: qtbot.keyClick(window, Qt.Key.Key_Left),
        lambda: wheel(app, 2, (0.5, 0.5), CTRL),
    ):
        act()
        views.append(image.viewport)
    assert len(set(views)) == 4
    for expected in views[-2::-1]:
        qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
        assert image.viewport == expected
    for expected in views[1:]:
        qtbot.keyClick(window, Qt.Key.Key_Z, CTRL | SHIFT)
        assert image.viewport == expected


def test_a_range_that_was_changed_can_be_undone(qtbot: QtBot, app: App) -> None:
    plot = app.window.plot
    before = plot.image.db_range
    plot.set_range(-50.0, 0.0)
    qtbot.keyClick(app.window, Qt.Key.Key_Z, CTRL)
    assert plot.image.db_range == before


def test_zooming_a_frozen_picture_paints_what_a_picture_of_that_view_is(
    qtbot: QtBot, app: App
) -> None:
    image = app.window.plot.image
    qtbot.keyClick(app.window, Qt.Key.Key_Space)
    wheel(app, 5, (0.3, 0.6))
    wheel(app, 3, (0.3, 0.6), CTRL)
    qtbot.waitUntil(lambda: image._canvas.complete and image._canvas.view == image.view)
    shown = image._canvas._ring.picture()
    image._rebuild()
    while not image._canvas.complete:
        image.finish()
    assert np.array_equal(image._canvas._ring.picture(), shown)
    assert len(np.unique(shown)) > 20


def test_the_frequency_that_is_zoomed_to_stays_in_another_view(qtbot: QtBot, app: App) -> None:
    image = app.window.plot.image
    wheel(app, 6, (0.5, 0.7), CTRL)
    low, high = image.hz_at(image.height()), image.hz_at(0)
    qtbot.keyClick(app.window, "2")
    qtbot.waitUntil(lambda: image.feed.frontend.representation == "linear")
    assert image.hz_at(image.height()) == pytest.approx(low, abs=30)
    assert image.hz_at(0) == pytest.approx(high, abs=30)


def test_the_overview_shows_all_and_its_handle_what_is_on_the_screen(
    qtbot: QtBot, app: App
) -> None:
    plot = app.window.plot
    overview, image = plot.overview, plot.image
    assert overview.width() == image.width()
    qtbot.keyClick(app.window, Qt.Key.Key_Space)
    wheel(app, 6, (1.0, 0.5))
    plot.follow()
    left, right = overview.handle_x
    assert right - left == pytest.approx(overview.width() * image.span_s / 30.0, abs=1)
    assert right == pytest.approx(overview._x_of(image.edge_s), abs=0.01)
    # A press beside it takes the picture there; a drag takes it along.
    target = QPoint(round(left - 30), 8)
    qtbot.mousePress(overview, Qt.MouseButton.LeftButton, pos=target)
    plot.follow()
    assert sum(overview.handle_x) / 2 == pytest.approx(target.x(), abs=2)
    qtbot.mouseMove(overview, target + QPoint(10, 0))
    plot.follow()
    assert sum(overview.handle_x) / 2 == pytest.approx(target.x() + 10, abs=2)


def test_o_hides_the_overview(qtbot: QtBot, app: App) -> None:
    height = app.window.plot.image.height()
    qtbot.keyClick(app.window, Qt.Key.Key_O)
    assert app.window.plot.overview.isHidden()
    qtbot.waitUntil(lambda: app.window.plot.image.height() > height)
    qtbot.keyClick(app.window, Qt.Key.Key_O)
    assert not app.window.plot.overview.isHidden()


def test_the_picture_is_framed_when_tab_leads_to_it_and_not_when_a_click_does(
    qtbot: QtBot, app: App
) -> None:
    image = app.window.plot.image

    def edge() -> set[int]:
        shot = image.grab().toImage()
        return {shot.pixel(x, shot.height() - 1) for x in range(0, shot.width(), 7)}

    qtbot.keyClick(app.window, Qt.Key.Key_Space)
    image.clearFocus()
    image.setFocus(Qt.FocusReason.TabFocusReason)
    accent = QColor(app.window._theme.accent).rgb()
    assert edge() == {accent}
    image.clearFocus()
    image.setFocus(Qt.FocusReason.MouseFocusReason)
    assert accent not in edge()
