"""A line of text on a rounded ground, over the picture."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from livemel.ui.theme import Theme


def pill_rect(text: str, width: int, metrics: QFontMetrics) -> QRectF:
    """Near the top, in the middle of a picture of that width."""
    across = min(metrics.horizontalAdvance(text), width - 64) + 32
    return QRectF((width - across) / 2, 16, across, metrics.height() + 14)


def paint_pill(painter: QPainter, text: str, width: int, theme: Theme, *, alarming: bool) -> None:
    """The pill of a picture of that width; too long a text is shortened."""
    painter.save()
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    metrics = painter.fontMetrics()
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width - 64)
    pill = pill_rect(text, width, metrics)
    ground = QColor(theme.raised)
    ground.setAlpha(235)
    painter.setBrush(ground)
    painter.setPen(QColor(theme.red if alarming else theme.line))
    painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
    painter.setPen(QColor(theme.text))
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
