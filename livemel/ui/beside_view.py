"""The picture beside the picture."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from livemel.engine import Feed
from livemel.ui.pixel_ring import Inks, PixelRing, Pixels
from livemel.ui.spectrogram_view import SpectrogramView
from livemel.ui.stream_time import columns_at
from livemel.ui.view_state import ViewState


class BesideView(QWidget):
    """Another feed's columns at the same times, in the same rows and colours as a picture that it
    follows. Times count from each one's own beginning. What turns the wheel here, turns it there.
    """

    def __init__(self, leader: SpectrogramView) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Spectrogram beside"))
        self._leader = leader
        self._feed: Feed | None = None
        self._image: QImage | None = None
        self._pixels: Pixels | None = None
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

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._stale:
            self._render()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._leader.inks.empty))
        if self._image is not None:
            # As wide as the leader's, whatever the layout made of an odd number of pixels.
            painter.drawImage(QPointF(0, 0), self._image)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.refresh()

    def wheelEvent(self, event: QWheelEvent) -> None:
        QCoreApplication.sendEvent(self._leader, event)

    def _render(self) -> None:
        self._stale = False
        view = self._leader.view
        self._image = self._pixels = None
        if self._feed is None or view is None:
            return
        low_db, high_db = self._leader.db_range  # the view's own may be a paint late
        view = replace(view, low_db=low_db, high_db=high_db)
        pixels = rendered(self._feed, view, self._leader.edge_s, self._leader.inks)
        self._pixels = pixels  # the image looks at it
        form = QImage.Format.Format_RGB32
        self._image = QImage(pixels.data, view.width, view.height, 4 * view.width, form)
        self._image.setDevicePixelRatio(self._leader.devicePixelRatioF())


def rendered(feed: Feed, view: ViewState, edge_s: float, inks: Inks) -> Pixels:
    """A feed's columns up to a time of its stream, as another picture shows its own.

    view : the other's
    edge_s : seconds at the right edge
    Returns : shape (height, width), 0xffRRGGBB
    """
    ring = PixelRing(replace(view, frontend=feed.frontend), inks)
    newest = round(columns_at(feed, edge_s) / ring.view.columns_per_pixel) - 1
    ring.redraw(feed.columns, newest)
    return np.ascontiguousarray(np.roll(ring.pixels, -(newest + 1) % view.width, axis=1))
