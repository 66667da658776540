"""The colour bar: which colour is how many decibels."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from livemel.ui.bar_scale import BarScale
from livemel.ui.colormaps import lookup_table
from livemel.ui.range_handle import HEIGHT, TAB, RangeHandle
from livemel.ui.theme import UNIT, Theme
from livemel.ui.value_range import step_of

WIDTH = TAB + 2 * UNIT
TOP = 2 * UNIT  # px above the colours, where the unit stands
_MARGIN = 10  # px from an end of the colours to a handle that rests
_NOTCH = 120  # eighths of a degree
_FURTHEST = 1000.0  # from 0, in the columns' unit
_FINE = 5  # fine steps in a step
_TOLD_MS = 1200  # how long a value is told after a key


class ColourBar(QWidget):
    """The colour map between two handles, one for each end of the range. A handle is dragged, or
    moved with ↑ and ↓; beside the handles, a drag in the upper or lower half moves that end. The
    wheel shifts the range, a double click fits it to what is on the screen.

    While a handle is dragged the scale stands; then it is laid out anew between the two.
    """

    range_wanted = Signal(float, float)
    fit_wanted = Signal()
    scale_changed = Signal()  # the scale is laid out anew: the ticks beside it move

    def __init__(self, theme: Theme, cmap: str) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.SizeVerCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Colour range"))
        self.setToolTip(
            self.tr(
                "Drag a handle to move that end of the range; Tab and ↑ ↓ do it too, with Shift in "
                "fine steps.\nWheel or ↑ ↓: shift the range. Double click or F: fit to the sound "
                "on the screen."
            )
        )
        self._range = (-70.0, 30.0)
        self._shift, self._unit = 0.0, "dB"
        self._turned = 0
        self._drag: tuple[float, float, float, bool] | None = None  # y, low, high, upper
        self._scale = BarScale(*self._range, 100.0, TOP, _MARGIN)
        self.low_end = self._handle(self.tr("Lower end of the range"), False, theme)
        self.high_end = self._handle(self.tr("Upper end of the range"), True, theme)
        self.setTabOrder(self.high_end, self.low_end)
        self._told = QLabel(self)
        self._told.setObjectName("told")
        self._told.hide()
        self._telling = QTimer(self)
        self._telling.setSingleShot(True)
        self._telling.setInterval(_TOLD_MS)
        self._telling.timeout.connect(self._told.hide)
        self.set_look(theme, cmap)

    @property
    def scale(self) -> BarScale:
        """Where values stand on the bar now."""
        return self._scale

    @property
    def told(self) -> str:
        """The value that is told beside a handle, or ""."""
        return "" if self._told.isHidden() else self._told.text()

    def set_look(self, theme: Theme, cmap: str) -> None:
        """The theme's line colour and the colour map."""
        self._line, self._focus = QColor(theme.line), QColor(theme.accent)
        self._lut = np.ascontiguousarray(lookup_table(cmap)[::-1, np.newaxis])
        data = self._lut.data
        self._image = QImage(data, 1, 256, 4, QImage.Format.Format_RGB32)
        for handle in (self.high_end, self.low_end):
            handle.set_theme(theme)
        self.update()

    def set_range(self, low_db: float, high_db: float) -> None:
        """What the ends now stand for."""
        self._range = (low_db, high_db)
        self._lay_out()

    def set_reading(self, shift: float, unit: str) -> None:
        """How values are told: so much more than in the columns' unit, and in what."""
        self._shift, self._unit = shift, unit

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 100)

    def _handle(self, name: str, upper: bool, theme: Theme) -> RangeHandle:
        tip = self.tr("%1: drag it, or ↑ ↓; Shift ↑ ↓ in fine steps").replace("%1", name)
        handle = RangeHandle(name, tip, theme, self)
        handle.pressed.connect(lambda y: self._begin(y, upper))
        handle.dragged.connect(self._move)
        handle.released.connect(self._end)
        handle.stepped.connect(lambda steps, fine: self._step(steps, fine, upper))
        handle.fit_wanted.connect(self.fit_wanted)
        return handle

    def _lay_out(self) -> None:
        """Put scale and handles where the range wants them."""
        low, high = self._range
        if self._drag is None:
            laid = replace(self._scale, low=low, high=high, height=float(self.height()))
            if laid != self._scale:
                self._scale = laid
                self.scale_changed.emit()
        for handle, value in ((self.high_end, high), (self.low_end, low)):
            y = round(self._scale.held(value) - HEIGHT / 2)
            y = min(y, self.height() - HEIGHT // 2 - 2)
            handle.setGeometry(0, y, self.width(), HEIGHT)
        self.update()

    def _begin(self, y: float, upper: bool) -> None:
        self._drag = (y, *self._range, upper)
        self._tell(upper)

    def _move(self, y: float) -> None:
        if self._drag is None:
            return
        began, low, high, upper = self._drag
        # One pixel is the same share of the range wherever the drag began.
        self._want(self._scale.moved(high if upper else low, began - y), upper, low, high)
        self._tell(upper)

    def _end(self) -> None:
        self._drag = None
        self._told.hide()
        self._lay_out()

    def _step(self, steps: int, fine: bool, upper: bool) -> None:
        low, high = self._range
        step = steps * step_of(low, high) / (_FINE if fine else 1)
        self._want((high if upper else low) + step, upper, low, high)
        self._tell(upper)
        self._telling.start()

    def _want(self, value: float, upper: bool, low: float, high: float) -> None:
        """That end at a value, a little away from the other one at least."""
        least = step_of(low, high)
        if upper:
            high = min(max(low + least, value), _FURTHEST)
        else:
            low = max(min(high - least, value), -_FURTHEST)
        if (low, high) != self._range:
            self.range_wanted.emit(low, high)

    def _tell(self, upper: bool) -> None:
        """The value of an end, beside its handle."""
        self._telling.stop()
        value = self._range[upper] + self._shift
        digits = 1 if self._scale.per_px >= 0.1 else 3
        number = f"{value:.{digits}f}".replace("-", "−")
        self._told.setText(f"{number} {self._unit}".rstrip())
        self._told.setParent(self.parentWidget())
        self._told.adjustSize()
        handle = self.high_end if upper else self.low_end
        middle = self.mapToParent(handle.geometry().center())
        y = middle.y() - self._told.height() // 2
        self._told.move(self.x() - self._told.width() - UNIT // 2, y)
        self._told.show()
        self._told.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        low, high = (self._scale.y_of(value) for value in self._range)
        colours = QRectF(TAB, TOP, self.width() - TAB, self.height() - TOP)
        painter.setClipRect(colours)
        # Beyond its ends the range has no more colours.
        painter.fillRect(colours, QColor(int(self._lut[0, 0])))
        below = QRectF(TAB, low, colours.width(), max(0.0, self.height() - low))
        painter.fillRect(below, QColor(int(self._lut[-1, 0])))
        between = QRectF(TAB, high, colours.width(), low - high)
        painter.drawImage(between, self._image, QRectF(0, 0, 1, 256))
        painter.setPen(self._focus if self.hasFocus() else self._line)
        outline = QRect(TAB, TOP, self.width() - TAB, self.height() - TOP)
        painter.drawRect(outline.adjusted(0, 0, -1, -1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._turned += event.angleDelta().y()  # touchpads send fractions of a notch
        notches = int(self._turned / _NOTCH)
        self._turned -= notches * _NOTCH
        if notches:
            self._shift_by(notches)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._shift_by(1 if event.key() == Qt.Key.Key_Up else -1)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        y = event.position().y()
        middle = (self.high_end.geometry().center().y() + self.low_end.geometry().center().y()) / 2
        if event.button() == Qt.MouseButton.LeftButton:
            self._begin(y, y < middle)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._move(event.position().y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._end()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.fit_wanted.emit()

    def _shift_by(self, steps: int) -> None:
        low, high = self._range
        by = steps * step_of(low, high)
        if low + by >= -_FURTHEST and high + by <= _FURTHEST:
            self.range_wanted.emit(low + by, high + by)
