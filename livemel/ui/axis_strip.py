"""A strip beside the image with ticks and labels."""

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QWidget

from livemel.ui.theme import Theme
from livemel.ui.ticks import Tick


class AxisStrip(pg.GraphicsView):  # type: ignore[misc]  # pyqtgraph has no types
    """pyqtgraph's AxisItem over [0, 1], in a strip that may be longer than the axis.

    side : "left", "right" or "bottom" of the image
    overhang : px of strip before and after the axis, room for labels at its ends
    """

    def __init__(self, side: str, theme: Theme, *, overhang: int, parent: QWidget | None = None):
        super().__init__(parent, background=theme.background)
        self.setAntialiasing(False)
        self._overhang = self._room = overhang
        self._scale = 1.0
        self._ticks: list[Tick] = []
        self._vertical = side != "bottom"
        self._axis = pg.AxisItem(side, showValues=True)
        self._axis.setStyle(hideOverlappingLabels=False, autoExpandTextSpace=False)
        self.addItem(self._axis)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.set_theme(theme)

    def set_ticks(self, ticks: list[Tick]) -> None:
        """Show these and no others."""
        if ticks == self._ticks:
            return
        self._ticks = ticks
        self._axis.setTicks([[(tick.at, tick.label) for tick in ticks]])

    def set_scale(self, scale: float) -> None:
        """The size of the labels, where 1 is 12 px; the overhang grows with them."""
        self._scale, self._overhang = scale, round(self._room * scale)
        self._set_font()
        self.resizeEvent(None)

    def set_overhang(self, overhang: int) -> None:
        """Another room for labels at the ends, px at the usual size of the type."""
        if overhang != self._room:
            self._room = overhang
            self.set_scale(self._scale)

    def set_theme(self, theme: Theme) -> None:
        """The theme's colours."""
        self.setBackground(theme.background)
        self._axis.setPen(pg.mkPen(None))
        self._axis.setTickPen(pg.mkPen(theme.muted))
        self._axis.setTextPen(pg.mkPen(theme.muted))
        self._set_font()

    def _set_font(self) -> None:
        font = QFont(self.font())
        font.setPixelSize(round(12 * self._scale))
        self._axis.setTickFont(font)
        self._axis.setStyle(
            tickLength=round(4 * self._scale), tickTextOffset=round(3 * self._scale)
        )

    @property
    def axis_length(self) -> int:
        """The length of the axis in px."""
        strip: int = self.height() if self._vertical else self.width()
        return strip - 2 * self._overhang

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if event is None or not hasattr(self, "_axis"):  # pyqtgraph calls it while it is built
            return
        over, axis = self._overhang, self._axis
        (axis.setWidth if self._vertical else axis.setHeight)(
            self.width() if self._vertical else self.height()
        )
        rect = QRectF(0, 0, self.width(), self.height())
        axis.setGeometry(rect)
        margin = over / max(1, self.axis_length)
        axis.setRange(-margin, 1 + margin)

    def wheelEvent(self, event: Any) -> None:
        event.ignore()
