"""The edge of a panel that is dragged to resize it."""

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from livemel.ui.theme import UNIT, Theme

_LENGTH = 3 * UNIT


class Grip(QWidget):
    """A short line, 8 px wide with its surroundings.

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
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """The theme's colours."""
        self._colour = QColor(theme.line)
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

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, middle = QPainter(self), self.rect().center()
        half = _LENGTH // 2
        if self._vertical:
            painter.fillRect(middle.x(), middle.y() - half, 2, _LENGTH, self._colour)
        else:
            painter.fillRect(middle.x() - half, middle.y(), _LENGTH, 2, self._colour)
