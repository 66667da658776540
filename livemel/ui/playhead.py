"""The line over the picture where the sound is that is heard."""

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QRegion
from PySide6.QtWidgets import QWidget

from livemel.ui.marked_picture import MarkedPicture
from livemel.ui.theme import Theme

_HALF, _HEIGHT = 6, 8  # px, of the arrow at the top
_SHADE = 150  # of 255: the ground that sets it off from the brightest sound


class Playhead:
    """An overlay of the picture. seconds : of the stream, or None where nothing plays"""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.seconds: float | None = None
        self._painted_x: float | None = None

    def show(self, image: MarkedPicture, others: Sequence[QWidget] = ()) -> bool:
        """Paint the strips where it was and where it is, if it has moved. True if it did.

        others : as high, to a pixel, on the same time axis
        """
        x, before = self._x(image), self._painted_x
        if x == before:
            return False
        dirty = QRegion()
        for at in (x, before):
            if at is not None:
                left = int(at) - _HALF - 2
                dirty |= QRect(left, 0, 2 * _HALF + 4, image.height() + 1)
        self._painted_x = x
        for other in others:
            other.update(dirty)
        image.repaint(dirty)
        return True

    def paint(self, painter: QPainter, image: MarkedPicture) -> None:
        """Draw it, if it is within the picture."""
        self._painted_x = x = self._x(image)
        if x is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent, ground = QColor(self.theme.accent), QColor(self.theme.empty)
        ground.setAlpha(_SHADE)
        line = QLineF(x, 0, x, image.height())
        arrow = QPolygonF([QPointF(x - _HALF, 0), QPointF(x + _HALF, 0), QPointF(x, _HEIGHT)])
        painter.setPen(QPen(ground, 3))
        painter.drawLine(line)
        painter.drawPolygon(arrow)
        painter.setPen(QPen(accent, 1))
        painter.drawLine(line)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        painter.drawPolygon(arrow)
        painter.restore()

    def _x(self, image: MarkedPicture) -> float | None:
        """Where it is drawn: the middle of a device pixel, so that the line is sharp."""
        if self.seconds is None or image.view is None:
            return None
        ratio = image.devicePixelRatioF()
        x = (int(image.x_of(self.seconds) * ratio) + 0.5) / ratio
        return x if -_HALF <= x <= image.width() + _HALF else None
