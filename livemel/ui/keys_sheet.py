"""The sheet that shows all keys."""

from PySide6.QtCore import QMargins, QSize, Qt
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

_MOST_COLUMNS = 4
# Smaller than elsewhere, in presenter mode too: all keys are to be seen at a look.
_TYPE = f"""
QLabel {{ font-size: 12px; }}
QFrame#panel QLabel[role="key"] {{ padding: 0 {UNIT - 3}px; }}
"""
_CLOSE = (Qt.Key.Key_Question, Qt.Key.Key_F1)


class KeysSheet(QFrame):
    """Every action of a window with its keys, in groups; made anew each time from the actions
    themselves, in as many columns as the window's width holds. Esc, the key that opened it or a
    click elsewhere closes it. It scrolls up and down in a window that is too low for it.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, Qt.WindowType.Popup)
        self._window = window
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("panel")
        self.setAccessibleName(self.tr("Keys"))
        self.setStyleSheet(_TYPE)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._area)

    def open(self) -> None:
        """Show it in the middle of the window, and no larger than that: it scrolls then."""
        window = self._window
        room = window.size().shrunkBy(QMargins(UNIT, UNIT, UNIT, UNIT))
        for columns in range(_MOST_COLUMNS, 0, -1):
            wanted = self._fill(columns)
            if wanted.height() > room.height():
                wanted.setWidth(wanted.width() + self._area.verticalScrollBar().sizeHint().width())
            if wanted.width() <= room.width():
                break
        self.resize(wanted.boundedTo(room))
        self.move(window.mapToGlobal(window.rect().center() - self.rect().center()))
        self.show()
        self._area.setFocus()  # what it has no use for comes here

    def _fill(self, columns: int) -> QSize:
        """List all keys in so many columns. Returns what room that takes."""
        keys = QWidget()
        keys.setObjectName("plain")
        grid = QGridLayout(keys)
        grid.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, UNIT)
        grid.setHorizontalSpacing(UNIT + UNIT // 2)
        grid.setVerticalSpacing(UNIT // 4)
        _list(grid, _grouped(self._window.actions()), columns)
        self._area.setWidget(keys)
        for widget in (self, *self.findChildren(QLabel)):
            widget.ensurePolished()  # only then it knows its size
        grid.invalidate()
        grid.activate()
        ring = QMargins(2, 2, 2, 2)  # of the focus, and the line of the panel
        return keys.sizeHint().grownBy(self.contentsMargins() + ring)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _CLOSE:
            self.close()
        else:
            super().keyPressEvent(event)  # Esc closes a pop-up


def _list(grid: QGridLayout, groups: dict[str, list[QAction]], columns: int) -> None:
    """Columns of about the same height; of each group a heading, its actions and room."""
    for column, names in enumerate(_columns(groups, columns)):
        row, left = 0, 3 * column
        if column:
            grid.setColumnMinimumWidth(left - 1, UNIT)
        for name in names:
            heading = QLabel(translate("Groups", name))
            heading.setProperty("role", "heading")
            grid.addWidget(heading, row, left, 1, 2)
            for at, action in enumerate(groups[name], row + 1):
                grid.addLayout(_keys(action), at, left)
                text = QLabel(action.text().replace("&&", "&"))
                text.setToolTip(action.toolTip())
                grid.addWidget(text, at, left + 1)
            row += len(groups[name]) + 2
            grid.setRowMinimumHeight(row - 1, UNIT)


def _grouped(actions: list[QAction]) -> dict[str, list[QAction]]:
    groups: dict[str, list[QAction]] = {}
    for action in actions:
        groups.setdefault(str(action.property(GROUP) or ""), []).append(action)
    return groups


def _columns(groups: dict[str, list[QAction]], most: int) -> list[list[str]]:
    """The groups' names, column by column, evenly filled."""
    heights = {name: len(actions) + 2 for name, actions in groups.items()}
    total = sum(heights.values())
    columns: list[list[str]] = [[]]
    filled = 0.0
    for name, height in heights.items():
        # A group goes where its middle does.
        if columns[-1] and filled + height / 2 > len(columns) * total / most:
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
