"""Actions of the window: each has a place in the menu, a key and a tooltip."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from livemel.ui.words import translate

# The sheet of keys puts actions together by this property of theirs.
GROUP = "group"
_GROUPED = "grouped"


def add_action(
    window: QWidget,
    menu: QMenu,
    group: str,
    text: str,
    keys: str,
    tip: str,
    act: Callable[[], object],
) -> QAction:
    """An action in the menu whose keys count in the whole window.

    menu : one that is marked by grouped() has a menu of its own for each group
    group : what it is listed under in the sheet of keys, by mark("Groups", …)
    keys : one or several, divided by a space; "" where there is none
    tip : one sentence
    """
    action = QAction(text, window)
    action.setShortcuts([QKeySequence(key) for key in keys.split()])
    action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
    action.setToolTip(tip)
    action.setProperty(GROUP, group)
    action.triggered.connect(lambda: act())
    window.addAction(action)
    (menu_of_group(menu, group) if menu.property(_GROUPED) else menu).addAction(action)
    return action


def grouped(menu: QMenu) -> None:
    """Have the actions of this menu put into menus of their groups."""
    menu.setProperty(_GROUPED, True)


def menu_of_group(menu: QMenu, group: str) -> QMenu:
    """The group's menu in a grouped one."""
    for child in menu.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly):
        if child.property(GROUP) == group:
            return child
    child = QMenu(translate("Groups", group), menu)
    child.setProperty(GROUP, group)
    child.setToolTipsVisible(True)
    menu.addMenu(child)
    return child
