"""One lane of several under each other."""

from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy

from livemel.buffers.columns import ColumnRing
from livemel.channel import Channel
from livemel.ui.canvas import Canvas, device_size
from livemel.ui.lane_label import LaneLabel
from livemel.ui.marked_picture import MarkedPicture
from livemel.ui.marks import Marks
from livemel.ui.pill import paint_pill
from livemel.ui.spectrogram_view import SharedOverlay, SpectrogramView
from livemel.ui.theme import Theme
from livemel.ui.view_state import ViewState


class LaneView(MarkedPicture):
    """The columns of a lane that has not the focus: at the same times, in the same rows, colours
    and marks as the picture of the lane that has it, which leads. Each paint of the leader is one
    of this picture too, up to the very same pixel. What is pressed in it gives it the focus.
    """

    pressed = Signal()  # before the leader, which comes here, gets the event

    def __init__(self, leader: SpectrogramView, theme: Theme) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its label is what Tab reaches
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.channel: Channel = None
        self.label = LaneLabel(self, theme)
        self.has_pill = False
        self.overlays: list[SharedOverlay] = []  # of its own, below those of all lanes
        self._leader, self._theme = leader, theme
        self._columns: ColumnRing | None = None
        self._canvas = Canvas()
        self._drawn_at: tuple[int, object] = (-1, None)  # the leader's generation, and the size
        leader.moved.connect(self.update)
        leader.changed.connect(self.update)
        leader.marks_changed.connect(self.update)

    @property
    def columns(self) -> ColumnRing | None:
        """What is shown."""
        return self._columns

    @property
    def view(self) -> ViewState | None:
        view = self._leader.view
        if view is None:
            return None
        return replace(view, height=self._rows)

    @property
    def _rows(self) -> int:
        """Its height in device pixels; it is as wide as the leader."""
        return device_size(self.width(), self.height(), self.devicePixelRatioF())[1]

    @property
    def edge_s(self) -> float:
        return self._leader.edge_s

    @property
    def span_s(self) -> float:
        return self._leader.span_s

    @property
    def marks(self) -> Marks:
        return self._leader.marks

    @marks.setter
    def marks(self, marks: Marks) -> None:
        self._leader.marks = marks

    @property
    def caption(self) -> str:
        """What stands over the pictures, if it stands here."""
        return self._leader.caption if self.has_pill else ""

    @property
    def standing_at(self) -> float | None:
        """The right edge in seconds of stream while the picture stands; None while it moves."""
        return self._leader.standing_at

    @property
    def is_lost(self) -> bool:
        """Whether sound is missing now: a gap grows after the newest column."""
        return self._leader.is_lost

    def show_columns(self, channel: Channel, columns: ColumnRing, share: float) -> None:
        """Show these from now on. share : of the time that a paint has for colouring anew"""
        self.channel = channel
        self._canvas.share = share
        if columns is not self._columns:
            self._columns = columns
            self._canvas = Canvas(share)
            self._drawn_at = (-1, None)
            self.update()

    def forget(self) -> None:
        """Hold on to no columns while it is not shown."""
        self._columns, self._canvas = None, Canvas()

    def set_theme(self, theme: Theme) -> None:
        """The theme's colours."""
        self._theme = theme
        self.update()

    def _freshen(self) -> bool:
        """Bring the pixels to where the leader's are. False if there are none."""
        leader, columns, view = self._leader, self._columns, self._leader.drawn
        if columns is None or view is None:
            return False
        height = self._rows
        drawn_at = leader.generation, (view.width, height)
        if drawn_at != self._drawn_at:
            self._drawn_at = drawn_at
            self._canvas.show(
                replace(view, height=height),
                leader.inks,
                leader.devicePixelRatioF(),
                columns,
                leader.newest,
                leader.is_lost,
            )
        else:
            self._canvas.go_on(columns, leader.is_lost)
            self._canvas.advance(columns, leader.newest, leader.is_lost)
        if not self._canvas.complete:
            self.update()  # the next paint does more of it
        return True

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.NativeGesture:
            return QCoreApplication.sendEvent(self._leader, event)
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not (self._freshen() and self._canvas.draw(painter)):
            painter.fillRect(self.rect(), QColor(self._leader.inks.empty))
        for overlay in (*self.overlays, *self._leader.shared_overlays):
            overlay.paint(painter, self)
        if caption := self.caption:
            alarming = self._leader.is_lost
            paint_pill(painter, caption, self.width(), self._theme, alarming=alarming)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        QCoreApplication.sendEvent(self._leader, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()
        self._pass_on(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pass_on(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pass_on(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._pass_on(event)

    def _pass_on(self, event: QMouseEvent) -> None:
        """To the leader, which is here, or has come here with the press."""
        at = event.globalPosition()
        passed = QMouseEvent(
            event.type(),
            self._leader.mapFromGlobal(at),
            at,
            event.button(),
            event.buttons(),
            event.modifiers(),
        )
        QCoreApplication.sendEvent(self._leader, passed)
