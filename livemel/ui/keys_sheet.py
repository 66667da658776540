"""The sheet that shows all keys."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from livemel.ui.actions import GROUP
from livemel.ui.theme import UNIT

_CLOSE = (Qt.Key.Key_Question, Qt.Key.Key_F1)


class KeysSheet(QFrame):
    """Every action of a window with its keys, in groups; made anew each time from the actions
    themselves. Esc, the key that opened it or a click elsewhere closes it.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, Qt.WindowType.Popup)
        self._window = window
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("panel")
        self.setAccessibleName("Keys")
        groups = _grouped(window.actions())
        # Two columns of about the same height, a line more for each heading.
        heights = {name: len(actions) + 2 for name, actions in groups.items()}
        left, right = QVBoxLayout(), QVBoxLayout()
        used = 0
        for name, actions in groups.items():
            column = left if used < sum(heights.values()) / 2 else right
            used += heights[name]
            column.addLayout(_listed(name, actions))
            column.addSpacing(2 * UNIT)
        row = QHBoxLayout(self)
        row.setContentsMargins(3 * UNIT, 2 * UNIT, 3 * UNIT, UNIT)
        row.setSpacing(5 * UNIT)
        for column in (left, right):
            column.addStretch(1)
            row.addLayout(column)

    def open(self) -> None:
        """Show it in the middle of the window."""
        self.adjustSize()
        window = self._window
        self.move(window.mapToGlobal(window.rect().center() - self.rect().center()))
        self.show()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _CLOSE:
            self.close()
        else:
            super().keyPressEvent(event)  # Esc closes a pop-up


def _grouped(actions: list[QAction]) -> dict[str, list[QAction]]:
    groups: dict[str, list[QAction]] = {}
    for action in actions:
        groups.setdefault(str(action.property(GROUP) or ""), []).append(action)
    return groups


def _listed(name: str, actions: list[QAction]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(3 * UNIT)
    grid.setVerticalSpacing(UNIT // 2)
    grid.setColumnStretch(1, 1)
    heading = QLabel(name)
    heading.setProperty("role", "heading")
    grid.addWidget(heading, 0, 0, 1, 2)
    for row, action in enumerate(actions, 1):
        keys = [k.toString(QKeySequence.SequenceFormat.NativeText) for k in action.shortcuts()]
        shown = QLabel("   ".join(keys).replace("-", "−"))
        shown.setProperty("role", "key")
        text = QLabel(action.text())
        text.setToolTip(action.toolTip())
        grid.addWidget(shown, row, 0)
        grid.addWidget(text, row, 1)
    return grid
