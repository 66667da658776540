"""The window without a mouse: where Tab goes, what shows it, and what keys do there."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from livemel.app import App
from livemel.config import RunConfig, SavingChoice
from livemel.sources.opening import SourceRequest
from livemel.ui.bundle_dialog import BundleDialog
from livemel.ui.calibration_dialog import CalibrationDialog
from livemel.ui.picture_dialog import PictureDialog
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.ui.conftest import OpenApp

QUIET = np.zeros(48_000, dtype=np.float32)
TAB, BACK = Qt.Key.Key_Tab, Qt.Key.Key_Backtab


def stops(parent: QWidget) -> list[QWidget]:
    """What Tab can reach, in no order."""
    return [
        widget
        for widget in parent.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisibleTo(parent)
        and widget.isEnabledTo(parent)
        and widget.focusProxy() is None
        # The editor of a list or a number is the list or number itself; a text is read, not used.
        and not isinstance(widget.parent(), (QAbstractSpinBox, QComboBox))
        and not isinstance(widget, QLabel)
        and type(widget) is not QWidget
    ]


def name_of(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text


def walk(qtbot: QtBot, first: QWidget, key: Qt.Key) -> list[QWidget]:
    """Where the focus goes, until it is at the first again."""
    first.setFocus(Qt.FocusReason.TabFocusReason)
    seen: list[QWidget] = []
    while (now := QApplication.focusWidget()) is not None and now not in seen:
        seen.append(now)
        qtbot.keyClick(now, key)
    assert now is first
    return seen


@pytest.fixture
def full(qtbot: QtBot, open_app: OpenApp) -> App:
    """With every panel, a notice, and tabs."""
    app = open_app(QUIET)
    window = app.window
    window.panels.show(("slice", "waveform", "levels", "f0"))
    window.findings.show(True)
    window.banner.say("a notice")
    window.tabs.show_tabs((("one", "1", True), ("two", "2", True)), 0)
    qtbot.waitUntil(lambda: window.isActiveWindow())
    return app


@pytest.fixture
def dialogs(qtbot: QtBot, open_app: OpenApp, tmp_path: Path) -> Iterator[list[QWidget]]:
    window = open_app(QUIET).window
    choice, path = SavingChoice(), tmp_path / "1"
    made: list[QWidget] = [
        PictureDialog(window, choice, path.with_suffix(".png")),
        BundleDialog(window, choice, path, seconds=1.0, longest_s=9.0),
        CalibrationDialog("signal", 94.0, lambda: (-20.0, ""), window),
    ]
    window.controls._open_panel()
    window.controls._panel.hide()  # a pop-up keeps the focus from all others
    made.append(window.controls._panel)
    yield made
    for dialog in made:
        dialog.close()


def test_tab_reaches_every_control_and_goes_from_left_to_right_and_down(
    qtbot: QtBot, full: App
) -> None:
    window = full.window
    order = walk(qtbot, window.controls.source, TAB)
    assert set(order) == set(stops(window))
    controls = [widget for widget in order if window.controls.isAncestorOf(widget)]
    lefts = [widget.mapTo(window, widget.rect().topLeft()).x() for widget in controls]
    assert lefts == sorted(lefts)
    bar = window.plot.bar
    parts: list[QWidget] = [window.controls, window.banner, window.tabs, window.plot.image]
    firsts = [n for part in parts for n, w in enumerate(order) if w is part or part.isAncestorOf(w)]
    assert firsts == sorted(firsts)
    at = order.index(window.plot.image)
    assert order[at + 1 : at + 4] == [bar, bar.high_end, bar.low_end]
    slice_, levels = window.panels.slice, window.panels.levels
    assert slice_ is not None
    assert levels is not None
    in_slice = [name_of(widget) for widget in order if slice_.isAncestorOf(widget)]
    assert in_slice == ["Reset peak hold and average", "Close Slice", "Width of the slice"]
    assert max(n for n, w in enumerate(order) if slice_.isAncestorOf(w)) < min(
        n for n, w in enumerate(order) if levels.isAncestorOf(w)
    )


def test_tab_goes_from_lane_to_lane_and_space_gives_it_the_focus(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    source = SourceRequest(name="signal", lanes="all")
    window = open_app(np.zeros((48_000, 9), dtype=np.float32), RunConfig(source=source)).window
    qtbot.waitUntil(lambda: window.isActiveWindow())
    order = walk(qtbot, window.controls.source, TAB)
    assert set(order) == set(stops(window))
    at = order.index(window.plot.image)
    names = [name_of(widget) for widget in order[at + 1 : at + 10]]
    assert names == [*(f"channel {n}" for n in range(1, 9)), "Lanes on the screen"]
    assert order[at + 10] is window.plot.bar
    order[at + 3].setFocus()
    qtbot.keyClick(order[at + 3], Qt.Key.Key_Space)
    assert window.feed is not None
    assert window.feed.channel == 3
    assert walk(qtbot, window.controls.source, TAB)[at + 3] is window.plot.lanes.label


def test_shift_tab_goes_the_same_way_back(qtbot: QtBot, full: App) -> None:
    source = full.window.controls.source
    there, back = walk(qtbot, source, TAB), walk(qtbot, source, BACK)
    assert back == [there[0], *there[:0:-1]]


def test_each_stop_of_the_window_has_a_name(full: App) -> None:
    assert [type(widget) for widget in stops(full.window) if not name_of(widget).strip()] == []


def test_each_stop_of_the_dialogs_has_a_name(dialogs: list[QWidget]) -> None:
    for dialog in dialogs:
        found = stops(dialog)
        assert found
        assert [type(widget) for widget in found if not name_of(widget).strip()] == [], dialog


def looks_focused(widget: QWidget) -> bool:
    """Whether it is another picture with the focus than without."""
    with_and_without = []
    for focused in (True, False):
        if focused:
            widget.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            widget.clearFocus()
        with_and_without.append(widget.grab().toImage())
    return bool(with_and_without[0] != with_and_without[1])


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_each_stop_of_the_window_shows_that_it_has_the_focus(
    qtbot: QtBot, open_app: OpenApp, full: App, theme: str
) -> None:
    window = full.window
    window.theme_choice.choose(theme)
    window.controls.pause.click()  # the picture stands
    assert [name_of(widget) for widget in stops(window) if not looks_focused(widget)] == []


def test_each_stop_of_the_dialogs_shows_that_it_has_the_focus(
    qtbot: QtBot, dialogs: list[QWidget]
) -> None:
    for dialog in dialogs:
        dialog.show()
        dialog.activateWindow()
        qtbot.waitUntil(lambda d=dialog: d.isActiveWindow())  # type: ignore[misc]
        plain = [name_of(w) for w in stops(dialog) if not looks_focused(w)]
        assert plain == [], dialog
        dialog.hide()


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_a_button_that_has_the_focus_is_pressed_by_space_and_enter(
    qtbot: QtBot, full: App, key: Qt.Key
) -> None:
    window = full.window
    [close] = window.banner.findChildren(QAbstractButton)
    close.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(close, key)
    assert not window.banner.text
    assert not window.controls.pause.isChecked()


def test_space_freezes_where_no_button_has_the_focus(qtbot: QtBot, full: App) -> None:
    window = full.window
    qtbot.keyClick(window.plot.image, Qt.Key.Key_Space)
    assert window.controls.pause.isChecked()


def test_the_arrows_go_from_tab_to_tab(qtbot: QtBot, full: App) -> None:
    window = full.window
    bar = window.tabs.findChild(QTabBar)
    bar.setFocus(Qt.FocusReason.TabFocusReason)
    window.tabs.chosen.disconnect()
    for key, at in ((Qt.Key.Key_Right, 1), (Qt.Key.Key_Left, 0)):
        window.tabs.show_tabs((("one", "1", True), ("two", "2", True)), 1 - at)
        with qtbot.waitSignal(window.tabs.chosen) as asked:
            qtbot.keyClick(bar, key)
        assert asked.args == [at]


def test_the_arrows_move_a_panels_edge(qtbot: QtBot, full: App) -> None:
    panels = full.window.panels
    assert panels.slice is not None
    grip, before = panels.slice.grip, panels.settings()["slice_width"]
    grip.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(grip, Qt.Key.Key_Left)
    assert panels.settings()["slice_width"] > before
    qtbot.keyClick(grip, Qt.Key.Key_Right)
    assert panels.settings()["slice_width"] == before


def test_space_puts_the_clip_light_out(qtbot: QtBot, full: App) -> None:
    meter = full.window.status.meter
    meter.show_level(1.0, 0.5, clipped=True)
    meter.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(meter, Qt.Key.Key_Space)
    assert not meter.clipped
    assert not full.window.controls.pause.isChecked()
