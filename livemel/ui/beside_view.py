"""The picture beside the picture."""

from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from livemel.engine import Feed
from livemel.ui.canvas import Canvas
from livemel.ui.spectrogram_view import SpectrogramView
from livemel.ui.stream_time import columns_at
from livemel.ui.view_state import ViewState


class BesideView(QWidget):
    """Another feed's columns at the same times, in the same rows and colours as a picture that it
    follows. Times count from each one's own beginning. Wheel and pinch move both.
    """

    def __init__(self, leader: SpectrogramView) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Spectrogram beside"))
        self._leader = leader
        self._feed: Feed | None = None
        self._canvas = Canvas()
        self._stale = True
        leader.changed.connect(self.refresh)

    @property
    def feed(self) -> Feed | None:
        return self._feed

    def show_feed(self, feed: Feed | None) -> None:
        """Show this one's columns, or nothing."""
        if feed is not self._feed:
            self._feed = feed
            self.refresh()

    def refresh(self) -> None:
        """Draw anew, with the next paint."""
        self._stale = True
        self.update()

    def _render(self, feed: Feed) -> None:
        leader, view = self._leader, self._leader.view
        if not self._stale:
            self._canvas.go_on(feed.columns, False)
        elif view is not None:
            self._stale = False
            if view.deviation is not None and feed.frontend != view.frontend:
                low, high = leader.db_range
                view = replace(view, deviation=None, low_db=low, high_db=high)
            view = replace(view, frontend=feed.frontend)
            newest = newest_pixel(feed, view, leader.edge_s)
            ratio = leader.devicePixelRatioF()
            # As wide as the leader's, whatever the layout made of an odd number of pixels.
            self._canvas.show(view, leader.inks, ratio, feed.columns, newest, False)
        if not self._canvas.complete:
            self.update()  # the next paint does more of it

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.NativeGesture:
            return QCoreApplication.sendEvent(self._leader, event)
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._leader.inks.empty))
        if self._feed is not None:
            self._render(self._feed)
            self._canvas.draw(painter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.refresh()

    def wheelEvent(self, event: QWheelEvent) -> None:
        QCoreApplication.sendEvent(self._leader, event)


def newest_pixel(feed: Feed, view: ViewState, edge_s: float) -> int:
    """The pixel of a feed at whose right edge a time of its stream is; there may be no sound yet.

    edge_s : in seconds
    """
    return round(columns_at(feed, edge_s) / view.columns_per_pixel) - 1
