"""The sheet of keys: all that the keyboard does, from the actions themselves."""

import numpy as np
import pytest
from livemel.ui.actions import GROUP
from livemel.ui.keys_sheet import KeysSheet
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLabel, QMenu
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


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_F1, Qt.Key.Key_Question])
def test_esc_and_the_key_that_opened_it_close_it(
    qtbot: QtBot, open_app: OpenApp, key: Qt.Key
) -> None:
    app = open_app(QUIET)
    qtbot.keyClick(app.window, Qt.Key.Key_F1)
    sheet = sheet_of(app)
    with qtbot.waitSignal(sheet.destroyed):
        qtbot.keyClick(sheet, key)


@pytest.mark.parametrize("size", [(500, 400), (1200, 700), (3000, 1500)])
def test_it_stays_on_the_screen_and_all_of_it_can_be_reached(
    qtbot: QtBot, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    app = open_app(QUIET)
    room = QRect(20, 30, *size)
    monkeypatch.setattr(type(app.window.screen()), "availableGeometry", lambda _: room)
    qtbot.keyClick(app.window, Qt.Key.Key_F1)
    sheet = sheet_of(app)
    frame = QPoint(2, 2)  # that this platform gives a pop-up, past where it was put
    assert room.contains(QRect(sheet.pos() - frame, sheet.size()))
    QApplication.processEvents()  # the layout's own turn
    area, whole = sheet._area, sheet._sheet.size()
    shown = area.viewport().size()
    assert area.verticalScrollBar().maximum() == max(0, whole.height() - shown.height())
    assert area.horizontalScrollBar().maximum() == max(0, whole.width() - shown.width())
    assert (shown == whole) == (size[0] == 3000)
    sheet.close()


def test_every_action_has_a_key_a_tooltip_and_a_place_in_the_menu(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    window = open_app(QUIET).window

    def within(menu: QMenu) -> set[QAction]:
        below = [action.menu() for action in menu.actions()]
        return set(menu.actions()).union(*(within(each) for each in below if each is not None))

    listed = within(window.controls.menu)
    for action in window.actions():
        assert action.shortcuts(), action.text()
        assert action.toolTip() not in ("", action.text()), action.text()
        assert action in listed, action.text()
    keys = [keys.toString() for action in window.actions() for keys in action.shortcuts()]
    assert len(keys) == len(set(keys))
