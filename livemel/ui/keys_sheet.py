"""The sheet that shows all keys."""

from PySide6.QtCore import QMargins, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from livemel.ui.actions import GROUP
from livemel.ui.theme import UNIT
from livemel.ui.words import translate

_COLUMNS = 4
# Smaller than elsewhere, in presenter mode too: all keys are to be seen at a look.
_TYPE = f"""
QLabel {{ font-size: 12px; }}
QFrame#panel QLabel[role="key"] {{ padding: 0 {UNIT - 3}px; }}
"""
_CLOSE = (Qt.Key.Key_Question, Qt.Key.Key_F1)


class KeysSheet(QFrame):
    """Every action of a window with its keys, in groups; made anew each time from the actions
    themselves. Esc, the key that opened it or a click elsewhere closes it. It scrolls on a screen
    that is too small for it.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, Qt.WindowType.Popup)
        self._window = window
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("panel")
        self.setAccessibleName(self.tr("Keys"))
        self.setStyleSheet(_TYPE)
        self._keys = QWidget()
        self._keys.setObjectName("plain")
        self._grid = QGridLayout(self._keys)
        self._grid.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, UNIT)
        self._grid.setHorizontalSpacing(UNIT + UNIT // 2)
        self._grid.setVerticalSpacing(UNIT // 4)
        self._list(_grouped(window.actions()))
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setWidget(self._keys)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._area)

    def open(self) -> None:
        """Show it in the middle of the window, and no larger than that: it scrolls then."""
        for widget in (self, *self.findChildren(QLabel)):
            widget.ensurePolished()  # only then it knows its size
        self._grid.invalidate()
        self._grid.activate()
        window = self._window
        room = window.size().shrunkBy(QMargins(UNIT, UNIT, UNIT, UNIT))
        ring = QMargins(2, 2, 2, 2)  # of the focus, and the line of the panel
        wanted = self._keys.sizeHint().grownBy(self.contentsMargins() + ring)
        bar = self._area.verticalScrollBar().sizeHint().width()
        if wanted.height() > room.height():
            wanted.setWidth(wanted.width() + bar)
        self.resize(wanted.boundedTo(room))
        self.move(window.mapToGlobal(window.rect().center() - self.rect().center()))
        self.show()
        self._area.setFocus()  # what it has no use for comes here

    def _list(self, groups: dict[str, list[QAction]]) -> None:
        """Columns of about the same height; of each group a heading, its actions and room."""
        for column, names in enumerate(_columns(groups)):
            row, left = 0, 3 * column
            if column:
                self._grid.setColumnMinimumWidth(left - 1, UNIT)
            for name in names:
                heading = QLabel(translate("Groups", name))
                heading.setProperty("role", "heading")
                self._grid.addWidget(heading, row, left, 1, 2)
                for at, action in enumerate(groups[name], row + 1):
                    self._grid.addLayout(_keys(action), at, left)
                    text = QLabel(action.text().replace("&&", "&"))
                    text.setToolTip(action.toolTip())
                    self._grid.addWidget(text, at, left + 1)
                row += len(groups[name]) + 2
                self._grid.setRowMinimumHeight(row - 1, UNIT)

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


def _columns(groups: dict[str, list[QAction]]) -> list[list[str]]:
    """The groups' names, column by column, evenly filled."""
    heights = {name: len(actions) + 2 for name, actions in groups.items()}
    total = sum(heights.values())
    columns: list[list[str]] = [[]]
    filled = 0.0
    for name, height in heights.items():
        # A group goes where its middle does.
        if columns[-1] and filled + height / 2 > len(columns) * total / _COLUMNS:
            columns.append([])
        columns[-1].append(name)
        filled += height
    return columns


def _keys(action: QAction) -> QHBoxLayout:
    """Each of its keys as a cap."""
    row = QHBoxLayout()
    row.setSpacing(UNIT // 2)
    for keys in action.shortcuts():
        cap = QLabel(keys.toString(QKeySequence.SequenceFormat.NativeText).replace("-", "−"))
        cap.setProperty("role", "key")
        cap.setTextFormat(Qt.TextFormat.PlainText)
        row.addWidget(cap)
    row.addStretch(1)
    return row
