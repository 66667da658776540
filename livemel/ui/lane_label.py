"""The name of a lane, in its corner."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractButton, QWidget

from livemel.ui.theme import UNIT, Theme

_PAD, _BAR = 6, 3  # px


class LaneLabel(QAbstractButton):
    """A click gives its lane the focus, a double click shows it alone. It is drawn once, and put
    on the screen with each paint of the picture below it.
    """

    alone_wanted = Signal()
    turned = Signal(int)  # lanes down, by the wheel

    def __init__(self, picture: QWidget, theme: Theme) -> None:
        super().__init__(picture)
        self._theme = theme
        self._scale = 1.0
        self._has_focus_of_lanes = False
        self._drawn: QPixmap | None = None
        self._drawn_for: tuple[object, ...] = ()
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(self.tr("Click: cursors and panels read this one. Double click: it alone"))
        self.move(UNIT // 2, UNIT // 2)
        self.hide()

    def say(self, text: str, title: str, *, focused: bool) -> None:
        """The lane's name, in short and in full. focused : cursors and panels read it"""
        if (text, title, focused) != (self.text(), self.accessibleName(), self._has_focus_of_lanes):
            self.setText(text)
            self.setAccessibleName(title)
            self._has_focus_of_lanes = focused
            self.adjustSize()
            self.update()

    def set_look(self, theme: Theme, scale: float) -> None:
        """Colours, and the size of the type; 1 is the usual one."""
        self._theme, self._scale = theme, scale
        self._drawn = None
        self.adjustSize()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._font())
        width = metrics.horizontalAdvance(self.text()) + 2 * _PAD + _BAR
        return QSize(width, metrics.height() + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        drawn_for = self.text(), self.size(), self._has_focus_of_lanes, self.devicePixelRatioF()
        if self._drawn is None or drawn_for != self._drawn_for:
            self._drawn, self._drawn_for = self._draw(), drawn_for
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._drawn)
        if self.hasFocus():
            painter.setPen(QColor(self._theme.accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.alone_wanted.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        up = event.angleDelta().y()
        if up:
            self.turned.emit(-1 if up > 0 else 1)

    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(round(12 * self._scale))
        font.setBold(self._has_focus_of_lanes)
        return font

    def _draw(self) -> QPixmap:
        theme, ratio = self._theme, self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(0, 0, self.width(), self.height())
        ground = QColor(theme.raised)
        ground.setAlpha(225)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(area, 3, 3)
        if self._has_focus_of_lanes:
            painter.fillRect(QRectF(0, 0, _BAR, area.height()), QColor(theme.accent))
        painter.setFont(self._font())
        painter.setPen(QColor(theme.text if self._has_focus_of_lanes else theme.muted))
        painter.drawText(area.adjusted(_BAR, 0, 0, 0), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()
        return picture
