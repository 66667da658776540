"""The edge of a panel that is dragged to resize it."""

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from livemel.ui.theme import UNIT, Theme

_LENGTH = 3 * UNIT
_LEFTWARDS = (Qt.Key.Key_Left, Qt.Key.Key_Right)
_UPWARDS = (Qt.Key.Key_Up, Qt.Key.Key_Down)


class Grip(QWidget):
    """A short line, 8 px wide with its surroundings: dragged, or moved with the arrows.

    vertical : it stands upright, and is dragged to the left and right
    """

    dragged = Signal(int)  # px to the left or upwards, since the last one

    def __init__(self, theme: Theme, *, vertical: bool, name: str) -> None:
        super().__init__()
        self._vertical = vertical
        self._from: QPointF | None = None
        shape = Qt.CursorShape.SplitHCursor if vertical else Qt.CursorShape.SplitVCursor
        self.setCursor(shape)
        (self.setFixedWidth if vertical else self.setFixedHeight)(UNIT)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """The theme's colours."""
        self._colour, self._focus = QColor(theme.line), QColor(theme.accent)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._from = event.globalPosition()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is None:
            return
        moved = self._from - event.globalPosition()
        by = round(moved.x() if self._vertical else moved.y())
        if by:
            self._from = event.globalPosition()
            self.dragged.emit(by)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._from = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        larger, smaller = _LEFTWARDS if self._vertical else _UPWARDS
        if key in (larger, smaller):
            self.dragged.emit(UNIT if key == larger else -UNIT)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, middle = QPainter(self), self.rect().center()
        across = self.height() if self._vertical else self.width()
        # All of the edge, in colour, where the keys move it.
        length, colour = (across, self._focus) if self.hasFocus() else (_LENGTH, self._colour)
        half = length // 2
        if self._vertical:
            painter.fillRect(middle.x(), middle.y() - half, 2, length, colour)
        else:
            painter.fillRect(middle.x() - half, middle.y(), length, 2, colour)
