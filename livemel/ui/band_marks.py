"""Marks beside the image at the bands that the transform does not resolve."""

from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget

from livemel.dsp.frontend import FrontEnd
from livemel.dsp.narrow import NarrowBands, narrow_bands
from livemel.ui.theme import Theme
from livemel.ui.view_state import ViewState

WIDTH = 7
# px: lower marks would be specks; the pointer finds those within so much.
_LEAST, _NEAR = 3.0, 4.0


class Mark(NamedTuple):
    """Bands, and where they stand: px from the widget's top, which is the image's."""

    bands: NarrowBands
    top: float
    bottom: float


class BandMarks(QWidget):
    """A hollow box where no FFT bin feeds a band, a thin bracket over bands of one bin each. What
    a mark means is said when the pointer rests on it. Lies over the frequency axis' ticks.
    """

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Bands the transform does not resolve"))
        self._frontend: FrontEnd | None = None
        self._shown = (0.0, 1.0)  # of all rows
        self.marks: list[Mark] = []
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """The theme's colours."""
        self._theme = theme
        self.update()

    def show_view(self, view: ViewState) -> None:
        """Mark the bands of this view's front-end, where it shows them."""
        shown = (view.bottom, view.top)
        if view.frontend is not self._frontend or shown != self._shown:
            self._frontend, self._shown = view.frontend, shown
            self._place()

    def mark_at(self, y: float) -> Mark | None:
        """The mark at a height, or the nearest one close to it."""
        away = {max(mark.top - y, y - mark.bottom, 0.0): mark for mark in reversed(self.marks)}
        nearest = min(away, default=_NEAR)
        return away[nearest] if nearest < _NEAR else None

    def _place(self) -> None:
        if self._frontend is None:
            return
        self.marks = marks_of(self._frontend, max(1, self.height()), *self._shown)
        self.setAccessibleDescription("; ".join(mark.bands.text for mark in self.marks))
        self.setVisible(bool(self.marks))
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            mark = self.mark_at(event.pos().y())
            QToolTip.showText(event.globalPos(), mark.bands.text if mark else "", self)
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_marks(QPainter(self), self.marks, self._theme)


def marks_of(
    frontend: FrontEnd, height: float, bottom: float = 0.0, top: float = 1.0
) -> list[Mark]:
    """The marks beside an image so many px high. bottom, top : the part of all rows it shows"""
    row = height / (frontend.n_mels * (top - bottom))
    foot = height + bottom * frontend.n_mels * row  # of the lowest band
    bands = narrow_bands(frontend, least=round(_LEAST / row))
    marks = [Mark(run, foot - (run.last + 1) * row, foot - run.first * row) for run in bands]
    return [mark for mark in marks if mark.bottom > 0 and mark.top < height]


def paint_marks(painter: QPainter, marks: list[Mark], theme: Theme) -> None:
    """Between x = 0 and WIDTH, where the image begins."""
    right = WIDTH - 0.5
    for mark in marks:
        middle = (mark.top + mark.bottom) / 2
        half = max(mark.bottom - mark.top, _LEAST) / 2
        top, bottom = round(middle - half) + 0.5, round(middle + half) - 0.5
        if mark.bands.dead:
            painter.setPen(QColor(theme.text))
            painter.setBrush(QColor(theme.background))
            painter.drawRect(QRectF(1.5, top, right - 2.5, bottom - top))
            continue
        painter.setPen(QColor(theme.muted))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(
            [
                QPointF(right - 1, top),
                QPointF(right - 3, top),
                QPointF(right - 3, bottom),
                QPointF(right - 1, bottom),
            ]
        )
