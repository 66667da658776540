"""A line of text on a rounded ground, over the picture."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from livemel.ui.theme import Theme


def paint_pill(painter: QPainter, text: str, width: int, theme: Theme, *, alarming: bool) -> None:
    """Near the top, in the middle of a picture of that width; too long a text is shortened."""
    painter.save()
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    metrics = painter.fontMetrics()
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width - 64)
    across = metrics.horizontalAdvance(text) + 32
    pill = QRectF((width - across) / 2, 16, across, metrics.height() + 14)
    ground = QColor(theme.raised)
    ground.setAlpha(235)
    painter.setBrush(ground)
    painter.setPen(QColor(theme.red if alarming else theme.line))
    painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
    painter.setPen(QColor(theme.text))
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
