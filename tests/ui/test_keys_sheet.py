"""The sheet of keys: all that the keyboard does, from the actions themselves."""

import numpy as np
import pytest
from livemel.ui.actions import GROUP
from livemel.ui.keys_sheet import KeysSheet
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMenu, QScrollArea
from pytestqt.qtbot import QtBot

from tests.ui.conftest import OpenApp

QUIET = np.zeros(48_000, dtype=np.float32)


def sheet_of(app: object) -> KeysSheet:
    return app.window.findChildren(KeysSheet)[-1]  # type: ignore[attr-defined]


@pytest.mark.parametrize("key", [Qt.Key.Key_Question, Qt.Key.Key_F1])
def test_it_lists_every_action_with_its_keys(qtbot: QtBot, open_app: OpenApp, key: Qt.Key) -> None:
    app = open_app(QUIET)
    qtbot.keyClick(app.window, key)
    sheet = sheet_of(app)
    assert sheet.isVisible()
    labels = sheet.findChildren(QLabel)
    texts = [label.text() for label in labels if label.property("role") is None]
    caps = [label.text() for label in labels if label.property("role") == "key"]
    groups = list(dict.fromkeys(action.property(GROUP) for action in app.window.actions()))
    actions = sorted(app.window.actions(), key=lambda a: groups.index(a.property(GROUP)))
    assert texts == [action.text() for action in actions]
    keys = [k.toString().replace("-", "−") for action in actions for k in action.shortcuts()]
    assert caps == keys
    assert {"Space", "F", "+", "−", "T", "F11", "?", "F1", "Ctrl+Q", "W"} <= set(caps)
    sheet.close()


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_all_of_it_fits_in_the_window(
    qtbot: QtBot, open_app: OpenApp, size: tuple[int, int], scale: float
) -> None:
    window = open_app(QUIET).window
    window.resize(*size)
    window.set_scale(scale)  # as in presenter mode
    qtbot.waitUntil(lambda: (window.width(), window.height()) == size)
    qtbot.keyClick(window, Qt.Key.Key_F1)
    sheet = window.findChildren(KeysSheet)[-1]
    assert sheet.width() < window.width()
    assert sheet.height() < window.height()
    area = sheet.findChild(QScrollArea)
    assert area.verticalScrollBar().maximum() == area.horizontalScrollBar().maximum() == 0
    for label in sheet.findChildren(QLabel):
        assert label.width() >= label.sizeHint().width(), label.text()
        assert label.height() >= label.sizeHint().height(), label.text()
    sheet.close()


def test_in_a_low_window_it_scrolls(qtbot: QtBot, open_app: OpenApp) -> None:
    window = open_app(QUIET).window
    window.resize(1280, 400)
    qtbot.waitUntil(lambda: window.height() == 400)
    qtbot.keyClick(window, Qt.Key.Key_F1)
    sheet = window.findChildren(KeysSheet)[-1]
    assert sheet.height() < window.height()
    area = sheet.findChild(QScrollArea)
    assert area.horizontalScrollBar().maximum() == 0
    qtbot.keyClick(area, Qt.Key.Key_Down)
    assert area.verticalScrollBar().value() > 0
    with qtbot.waitSignal(sheet.destroyed):
        qtbot.keyClick(area, Qt.Key.Key_Escape)


@pytest.mark.parametrize("width", [760, 800, 960, 1100])
def test_in_a_narrow_window_it_has_fewer_columns_and_nothing_is_cut_sideways(
    qtbot: QtBot, open_app: OpenApp, width: int
) -> None:
    window = open_app(QUIET).window
    window.resize(width, 500)
    qtbot.waitUntil(lambda: window.width() == width)
    qtbot.keyClick(window, Qt.Key.Key_F1)
    sheet = window.findChildren(KeysSheet)[-1]
    assert sheet.width() < window.width()
    area = sheet.findChild(QScrollArea)
    assert area.horizontalScrollBar().maximum() == 0
    assert area.widget().width() <= area.viewport().width()
    labels = sheet.findChildren(QLabel)
    assert len(labels) > len(window.actions())
    for label in labels:
        assert label.width() >= label.sizeHint().width(), label.text()
    sheet.close()


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_F1, Qt.Key.Key_Question])
def test_esc_and_the_key_that_opened_it_close_it(
    qtbot: QtBot, open_app: OpenApp, key: Qt.Key
) -> None:
    app = open_app(QUIET)
    qtbot.keyClick(app.window, Qt.Key.Key_F1)
    sheet = sheet_of(app)
    with qtbot.waitSignal(sheet.destroyed):
        qtbot.keyClick(sheet, key)


def test_every_action_has_a_key_a_tooltip_and_a_place_in_the_menu(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    window = open_app(QUIET).window
    listed: set[QAction] = set()
    menus: list[QMenu] = [window.controls.menu]
    while menus:
        actions = menus.pop().actions()
        listed |= set(actions)
        menus += [menu for action in actions if isinstance(menu := action.menu(), QMenu)]
    for action in window.actions():
        assert action.shortcuts(), action.text()
        assert action.toolTip() not in ("", action.text()), action.text()
        assert action in listed, action.text()
    keys = [keys.toString() for action in window.actions() for keys in action.shortcuts()]
    assert len(keys) == len(set(keys))
