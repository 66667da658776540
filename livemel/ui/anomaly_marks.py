"""Where the sound is not normal: marks at the picture's lower edge."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from livemel.diagnosis.finding import Finding
from livemel.ui.spectrogram_view import SpectrogramView

_HEIGHT, _SEAM = 4.0, 1.0
_PEAK = 5.0  # half the width of a mark's triangle, px
_AMBER, _DARK = QColor("#e9b04a"), QColor(0, 0, 0, 150)


class AnomalyMarks:
    """A bar as long as each anomaly, with a triangle where it begins. An Overlay."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def paint(self, painter: QPainter, image: SpectrogramView) -> None:
        """Draw them, in logical pixels; the painter is left as it was found."""
        left_s, right_s = image.visible_s
        shown = [f for f in self.findings if f.end_s >= left_s and f.start_s <= right_s]
        if not shown:
            return
        painter.save()
        per_s, below = image.width() / (right_s - left_s), float(image.height())
        painter.setPen(Qt.PenStyle.NoPen)
        for finding in shown:
            x = (finding.start_s - left_s) * per_s
            width = max(2.0, (finding.end_s - finding.start_s) * per_s)
            bar = QRectF(x, below - _HEIGHT, width, _HEIGHT)
            painter.fillRect(bar.adjusted(-_SEAM, -_SEAM, _SEAM, 0), _DARK)
            painter.fillRect(bar, _AMBER)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for colour, more in ((_DARK, 1.5), (_AMBER, 0.0)):
                painter.setBrush(colour)
                half = _PEAK + more
                tip = QPointF(x, below - _HEIGHT - 2 * half + more)
                feet = [QPointF(x - half, below - _HEIGHT), QPointF(x + half, below - _HEIGHT)]
                painter.drawPolygon(QPolygonF([tip, *feet]))
        painter.restore()
