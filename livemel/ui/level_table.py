"""A small table of numbers, right-aligned."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from livemel.ui.theme import Theme

_MOST = 16  # rows below the heading; what follows is in the copy


class LevelTable(QWidget):
    """Heading and rows in muted and plain type; numbers never make it jump."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.rows: list[list[str]] = []
        self._scale = 1.0
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """The theme's colours."""
        self._theme = theme
        self.update()

    def set_scale(self, scale: float) -> None:
        """The size of the type; 1 is the usual one."""
        self._scale = scale
        self._size()

    def show_rows(self, rows: list[list[str]]) -> None:
        """Heading first. Only a change costs a repaint."""
        if rows == self.rows:
            return
        taller = len(rows) != len(self.rows)
        self.rows = rows
        if taller:
            self._size()
        heading, *others = rows or [[]]
        told = (", ".join(map(" ".join, zip(heading, row, strict=True))) for row in others)
        self.setAccessibleDescription("; ".join(told))
        self.update()

    def _size(self) -> None:
        self.setFixedHeight(self._row_height * min(len(self.rows), _MOST + 1))
        self.updateGeometry()

    @property
    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(round(12 * self._scale))
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    @property
    def _row_height(self) -> int:
        return QFontMetrics(self._font).height() + 2

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.rows:
            return
        painter = QPainter(self)
        painter.setFont(self._font)
        height = self._row_height
        first = round(24 * self._scale)
        column = (self.width() - first) / max(1, len(self.rows[0]) - 1)
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        for n, row in enumerate(self.rows[: _MOST + 1]):
            painter.setPen(QColor(self._theme.muted if n == 0 else self._theme.text))
            for k, text in enumerate(row):
                left, width = (0, first) if k == 0 else (first + (k - 1) * column, column)
                painter.drawText(QRectF(left, n * height, width, height), right, text)
