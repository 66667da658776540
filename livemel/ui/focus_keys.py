"""What the key of a shortcut does on a control that was reached with Tab."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QTabBar, QWidget

from livemel.ui.grip import Grip
from livemel.ui.level_meter import LevelMeter

_PRESS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_STEPS = (Qt.Key.Key_Left, Qt.Key.Key_Right)


class FocusKeys(QObject):
    """Space presses the button that has the focus and opens the list, also where it is a key of the
    window; ← and → go from tab to tab and move an edge. Enter presses a button too.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.installEventFilter(self)  # what a control does not take comes to its window

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            focus, plain = QApplication.focusWidget(), not event.modifiers()
            if event.type() == QEvent.Type.ShortcutOverride and plain and _own(focus, event.key()):
                event.accept()
                return True
            pressed = event.type() == QEvent.Type.KeyPress and event.key() in _PRESS
            if pressed and isinstance(focus, QAbstractButton):
                focus.click()
                return True
        return super().eventFilter(watched, event)


def _own(focus: QWidget | None, key: int) -> bool:
    """Whether the control has a use of its own for the key."""
    if key == Qt.Key.Key_Space:
        return isinstance(focus, (QAbstractButton, QComboBox, LevelMeter))
    return key in _STEPS and isinstance(focus, (QTabBar, Grip))
