"""A picture with axes, in which places can be marked."""

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QPainter
from PySide6.QtWidgets import QWidget

from livemel.ui.axes import Axes
from livemel.ui.marks import Marks
from livemel.ui.theme import Theme
from livemel.ui.view_state import ViewState


class MarkedPicture(QWidget):
    """What times and frequencies stand where, what is marked, and whether the keys go here. What is
    painted is the business of those that derive from it.

    inset : px from the left that a name in the upper corner takes
    """

    marks_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._marks = Marks()
        self.inset = 0
        self._framed = False

    @property
    def view(self) -> ViewState | None:
        """What is shown, or None before there is sound."""
        raise NotImplementedError

    @property
    def edge_s(self) -> float:
        """The stream's time at the right edge, in seconds."""
        raise NotImplementedError

    @property
    def span_s(self) -> float:
        """Seconds across."""
        raise NotImplementedError

    @property
    def marks(self) -> Marks:
        """What a person has marked."""
        return self._marks

    @marks.setter
    def marks(self, marks: Marks) -> None:
        if marks != self._marks:
            self._marks = marks
            self.marks_changed.emit()
            self.update()

    @property
    def visible_s(self) -> tuple[float, float]:
        """The stream's time at the left and at the right edge, in seconds."""
        return self.edge_s - self.span_s, self.edge_s

    @property
    def axes(self) -> Axes | None:
        """Where times and frequencies stand, or None before there is sound."""
        view = self.view
        return None if view is None else Axes(view, self.width(), self.height(), self.edge_s)

    def seconds_at(self, x: float) -> float:
        """The stream's time at so many logical pixels from the left."""
        return self.edge_s + (x / max(1, self.width()) - 1) * self.span_s

    def x_of(self, seconds: float) -> float:
        """Where a time of the stream stands, in logical pixels from the left; may be outside."""
        return (1 + (seconds - self.edge_s) / self.span_s) * self.width()

    def hz_at(self, y: float) -> float:
        """The frequency at so many logical pixels from the top; NaN where rows have none."""
        axes = self.axes
        return math.nan if axes is None else axes.hz_at(y)

    def y_of(self, hz: float) -> float:
        """Where a frequency above 0 stands, in logical pixels from the top; may be outside. NaN
        where rows have none.
        """
        axes = self.axes
        return math.nan if axes is None else axes.y_of(hz)

    def paint_frame(self, painter: QPainter, theme: Theme) -> None:
        """Where the keys go, once somebody walks with Tab."""
        if self._framed:
            painter.setPen(QColor(theme.accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._framed = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
        )
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._framed = False
        self.update()
