"""The colour bar: which colour is how many decibels."""

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from livemel.ui.colormaps import lookup_table
from livemel.ui.theme import Theme
from livemel.ui.value_range import step_of

_WIDTH = 16
_NOTCH = 120  # eighths of a degree
_FURTHEST = 1000.0  # from 0, in the columns' unit


class ColourBar(QWidget):
    """The colour map from low to high. The wheel shifts the range, a drag in the upper or lower
    half moves that end, a double click fits the range to what is on the screen.
    """

    range_wanted = Signal(float, float)
    fit_wanted = Signal()

    def __init__(self, theme: Theme, cmap: str) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.SizeVerCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Colour range")
        self.setToolTip(
            "Wheel or ↑ ↓: shift the range. Drag the upper or lower half: move that end.\n"
            "Double click or F: fit to the sound on the screen."
        )
        self._range = (-70.0, 30.0)
        self._turned = 0
        self._drag_from: tuple[float, float, float, bool] | None = None
        self.set_look(theme, cmap)

    def set_look(self, theme: Theme, cmap: str) -> None:
        """The theme's line colour and the colour map."""
        self._line, self._focus = QColor(theme.line), QColor(theme.accent)
        self._lut = np.ascontiguousarray(lookup_table(cmap)[::-1, np.newaxis])
        data = self._lut.data
        self._image = QImage(data, 1, 256, 4, QImage.Format.Format_RGB32)
        self.update()

    def set_range(self, low_db: float, high_db: float) -> None:
        """What the ends now stand for."""
        self._range = (low_db, high_db)

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, 100)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawImage(self.rect(), self._image, QRect(0, 0, 1, 256))
        if self.hasFocus():
            painter.setPen(self._focus)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._turned += event.angleDelta().y()  # touchpads send fractions of a notch
        notches = int(self._turned / _NOTCH)
        self._turned -= notches * _NOTCH
        if notches:
            self._shift(notches)

    def keyPressEvent(self, event: object) -> None:
        key = event.key()  # type: ignore[attr-defined]
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._shift(1 if key == Qt.Key.Key_Up else -1)
        else:
            super().keyPressEvent(event)  # type: ignore[arg-type]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        y = event.position().y()
        self._drag_from = (y, *self._range, y < self.height() / 2)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag_from is None:
            return
        y, low, high, upper = self._drag_from
        # One pixel is the same share of the range wherever the drag began.
        moved = (event.position().y() - y) * (high - low) / max(1, self.height())
        if upper:
            self.range_wanted.emit(low, max(low + step_of(low, high), high - moved))
        else:
            self.range_wanted.emit(min(high - step_of(low, high), low - moved), high)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag_from = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.fit_wanted.emit()

    def _shift(self, steps: int) -> None:
        low, high = self._range
        by = steps * step_of(low, high)
        if low + by >= -_FURTHEST and high + by <= _FURTHEST:
            self.range_wanted.emit(low + by, high + by)
