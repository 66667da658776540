"""One end of the range, on the colour bar."""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

from livemel.ui.theme import Theme

HEIGHT = 17  # px: what a mouse hits
TAB = 8  # px that it stands out on the left
_HALF = 5.5  # px, of the tab's height


class RangeHandle(QWidget):
    """A line across the colours with a tab beside them: dragged, or moved with ↑ and ↓."""

    pressed = Signal(float)  # y, in the bar's coordinates; so is that of dragged
    dragged = Signal(float)
    released = Signal()
    stepped = Signal(int, bool)  # steps upwards; True for fine ones
    fit_wanted = Signal()

    def __init__(self, name: str, tip: str, theme: Theme, bar: QWidget) -> None:
        super().__init__(bar)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setCursor(Qt.CursorShape.SizeVerCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)  # painted anew as the mouse comes and goes
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """The theme's colours."""
        self._plain, self._pointed = QColor(theme.muted), QColor(theme.text)
        self._focus, self._ground = QColor(theme.accent), QColor(theme.background)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = self._pointed if self.underMouse() else self._plain
        if self.hasFocus():
            ink = self._focus
        middle, right = self.height() / 2, self.width()
        # Light or dark, the line stands out from any colour.
        painter.fillRect(QRectF(TAB - 1, middle - 1.5, right - TAB + 1, 3), self._ground)
        painter.fillRect(QRectF(TAB - 1, middle - 0.5, right - TAB + 1, 1), self._pointed)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        corners = ((0.5, -_HALF), (TAB - 3, -_HALF), (TAB + 2, 0), (TAB - 3, _HALF), (0.5, _HALF))
        painter.drawPolygon(QPolygonF([QPointF(x, middle + y) for x, y in corners]))

    def enterEvent(self, event: QEnterEvent) -> None:
        self.raise_()  # where both lie close together

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.raise_()
        super().focusInEvent(event)

    def event(self, event: QEvent) -> bool:
        """Shift+↑ means a fine step here, whatever it means in the window."""
        arrows = (Qt.Key.Key_Up, Qt.Key.Key_Down)
        asks = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if asks and event.key() in arrows:  # type: ignore[attr-defined]
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Up else -1, fine)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit(self._bar_y(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.dragged.emit(self._bar_y(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.released.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.fit_wanted.emit()

    def _bar_y(self, event: QMouseEvent) -> float:
        return self.mapToParent(event.position()).y()
