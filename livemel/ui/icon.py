"""The program's icon, drawn from its own colour map."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from livemel.ui.colormaps import lookup_table
from livemel.ui.theme import DARK

_HEIGHTS = (0.35, 0.7, 1.0, 0.55, 0.8, 0.3)  # a syllable, roughly


def icon(size: int = 128) -> QIcon:
    """Bars of sound on a dark tile, size px square."""
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(DARK.background))
    painter.drawRoundedRect(QRectF(0, 0, size, size), size * 0.2, size * 0.2)
    lut = lookup_table("magma")
    step, inner = size * 0.68 / len(_HEIGHTS), size * 0.64
    for i, height in enumerate(_HEIGHTS):
        painter.setBrush(QColor.fromRgb(int(lut[110 + int(130 * height)])))
        bar = QRectF(size * 0.16 + i * step, size * 0.82 - inner * height, step * 0.7, 0)
        bar.setBottom(size * 0.82)
        painter.drawRoundedRect(bar, step * 0.25, step * 0.25)
    painter.end()
    return QIcon(pixmap)
