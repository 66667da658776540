"""The sheet that shows all keys."""

from PySide6.QtCore import QSize, Qt
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

_LINE = 27  # px, of a key and its room
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
        self.setAccessibleName("Keys")
        self._area, self._sheet = QScrollArea(), QWidget()
        self._sheet.setObjectName("plain")
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        around = QVBoxLayout(self)
        around.setContentsMargins(1, 1, 1, 1)  # the line
        around.addWidget(self._area)
        self._grid = QGridLayout(self._sheet)
        self._grid.setContentsMargins(3 * UNIT, 2 * UNIT, 3 * UNIT, 2 * UNIT)
        self._grid.setHorizontalSpacing(2 * UNIT)
        self._grid.setVerticalSpacing(UNIT // 2)
        self._list(_grouped(window.actions()))
        self._area.setWidget(self._sheet)

    def open(self) -> None:
        """Show it in the middle of the window, as far as the screen lets it."""
        window = self._window
        room = window.screen().availableGeometry()
        most = room.size() - QSize(3 * UNIT, 3 * UNIT)  # without the frame
        for part in self.findChildren(QWidget):
            part.ensurePolished()  # the type's size is in the style sheet
        self._grid.invalidate()
        whole, bar = self._sheet.sizeHint(), self._area.verticalScrollBar().sizeHint().width()
        self._sheet.resize(whole)
        wide = whole.width() + bar * (whole.height() > most.height())
        high = whole.height() + bar * (whole.width() > most.width())
        self._area.setFixedSize(min(wide, most.width()), min(high, most.height()))
        self.adjustSize()
        at = window.mapToGlobal(window.rect().center() - self.rect().center())
        self.move(
            min(max(at.x(), room.left()), room.right() + 1 - self.width()),
            min(max(at.y(), room.top()), room.bottom() + 1 - self.height()),
        )
        self.show()
        self._area.setFocus()  # arrows scroll it

    def _list(self, groups: dict[str, list[QAction]]) -> None:
        """Columns of about the same height; of each group a heading, its actions and room."""
        for column, names in enumerate(_columns(groups, self._window.height() // _LINE)):
            row, left = 0, 3 * column
            if column:
                self._grid.setColumnMinimumWidth(left - 1, 2 * UNIT)
            for name in names:
                heading = QLabel(name)
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


def _columns(groups: dict[str, list[QAction]], most_lines: int) -> list[list[str]]:
    """The groups' names, column by column: as few columns as are not too high, evenly filled."""
    heights = {name: len(actions) + 2 for name, actions in groups.items()}
    total = sum(heights.values())
    count = max(2, -(-total // max(1, most_lines)))
    columns: list[list[str]] = [[]]
    filled = 0.0
    for name, height in heights.items():
        # A group goes where its middle does.
        if columns[-1] and filled + height / 2 > len(columns) * total / count:
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
