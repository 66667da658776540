"""Draws marks over the picture."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from livemel.ui.mark_shapes import Label, Line, Patch, Ring, Shape, mark_shapes
from livemel.ui.marked_picture import MarkedPicture
from livemel.ui.marks import Marks

_RADIUS = 5.0
_NONE = Marks()


class MarkOverlay:
    """Cursors, harmonics and the selection. White on a dark seam: to be seen on every colour.

    has_labels : whether they have names and numbers
    """

    def __init__(self, *, has_labels: bool = True) -> None:
        self._has_labels = has_labels
        self._seam = QPen(QColor(0, 0, 0, 140), 3)
        self._pen = QPen(QColor(255, 255, 255, 235), 1)
        self._faint = QPen(QColor(255, 255, 255, 110), 1)

    def paint(self, painter: QPainter, image: MarkedPicture) -> None:
        """Draw them. Runs on: the GUI thread, in the picture's paint."""
        axes = None if image.marks == _NONE else image.axes
        if axes is None:
            return
        self.draw(painter, mark_shapes(image.marks, axes, _label_height(painter)))

    def draw(self, painter: QPainter, shapes: list[Shape]) -> None:
        """Draw these, in the painter's units."""
        painter.save()
        for shape in shapes:
            self._draw(painter, shape)
        painter.restore()

    def _draw(self, painter: QPainter, shape: Shape) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, isinstance(shape, Ring))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if isinstance(shape, Line):
            # Lines a pixel wide stand in the middle of their pixel.
            x0, y0, x1, y1 = (
                round(n - 0.5) + 0.5 for n in (shape.x0, shape.y0, shape.x1, shape.y1)
            )
            for pen in (self._faint,) if shape.faint else (self._seam, self._pen):
                painter.setPen(pen)
                painter.drawLine(QPointF(x0, y0), QPointF(x1, y1))
        elif isinstance(shape, Label):
            if self._has_labels:
                self._write(painter, shape)
        else:
            for pen in (self._seam, self._pen):
                painter.setPen(pen)
                if isinstance(shape, Ring):
                    painter.drawEllipse(QPointF(shape.x, shape.y), _RADIUS, _RADIUS)
                else:
                    painter.drawRect(_aligned(shape))
            if isinstance(shape, Patch):
                painter.fillRect(_aligned(shape), QColor(255, 255, 255, 28))

    def _write(self, painter: QPainter, label: Label) -> None:
        metrics = painter.fontMetrics()
        width, height = metrics.horizontalAdvance(label.text) + 6, _label_height(painter)
        left = label.x + 3 - width if label.ends else label.x - 3
        ground = QRectF(left, label.y - height / 2, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 150))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawRoundedRect(ground, 3, 3)
        painter.setPen(self._pen)
        painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, label.text)


def _label_height(painter: QPainter) -> int:
    return painter.fontMetrics().height() - 2


def _aligned(patch: Patch) -> QRectF:
    left, top = round(patch.x) + 0.5, round(patch.y) + 0.5
    right, bottom = round(patch.x + patch.width) - 0.5, round(patch.y + patch.height) - 0.5
    return QRectF(left, top, max(right - left, 1.0), max(bottom - top, 1.0))
