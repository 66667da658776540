"""The strip of all that is kept, with what is on the screen as a handle."""

import math
from dataclasses import replace

from PySide6.QtCore import QElapsedTimer, QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from livemel.engine import Feed
from livemel.ui.canvas import Canvas, device_size
from livemel.ui.pixel_ring import Inks
from livemel.ui.spectrogram_view import SpectrogramView
from livemel.ui.stream_time import kept_s, seconds_of
from livemel.ui.theme import UNIT, Theme
from livemel.ui.view_state import ViewState
from livemel.ui.viewport import Viewport

_HEIGHT = 3 * UNIT
_FIRST_S = 30.0  # it shows at least as much
_LEAST_PX = 6  # of the handle
_LIVE_MS = 250
_NOTCH = 120.0
_ZOOM = 1.25


class Overview(QWidget):
    """The whole history in little; it grows from half a minute on, twice as long each time. A
    press or a drag takes the picture there. Runs on: the GUI thread.
    """

    moved = Signal(float)  # seconds of the stream that are to be in the middle
    turned = Signal(float)  # times as many seconds

    def __init__(self, theme: Theme, history_s: float) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Overview of all sound that is kept"))
        self.setToolTip(self.tr("All that is kept. Drag: go there. Wheel: zoom. O hides it."))
        self._theme, self._history_s = theme, history_s
        self._canvas = Canvas()
        self._feed: Feed | None = None
        self._inks: Inks | None = None
        self._whole: ViewState | None = None  # of the picture, but for its place and size
        self._handle = (0.0, 0.0)  # seconds of the stream
        self._stale = True
        self._lost = False  # sound was missing when it was followed last
        self._viewport: Viewport | None = None  # as it was followed last
        self._since = QElapsedTimer()
        self._held_by = 0.0  # seconds from the handle's middle to the pointer

    def sizeHint(self) -> QSize:
        return QSize(100, _HEIGHT)

    @property
    def span_s(self) -> float:
        """Seconds across it."""
        view = self._canvas.view
        return _FIRST_S if view is None else view.span_s

    @property
    def handle_x(self) -> tuple[float, float]:
        """The handle's edges, in logical pixels from the left."""
        left, right = (self._x_of(seconds) for seconds in self._handle)
        if right - left < _LEAST_PX:
            middle = min(max((left + right) / 2, _LEAST_PX / 2), self.width() - _LEAST_PX / 2)
            left, right = middle - _LEAST_PX / 2, middle + _LEAST_PX / 2
        return left, right

    def set_theme(self, theme: Theme) -> None:
        """The theme's colours; those of the sound come with what is followed."""
        self._theme = theme
        self.update()

    def follow(self, image: SpectrogramView) -> None:
        """Bring it up to date with the picture."""
        feed = image.feed
        # What moves by itself moves slowly here; what is moved by hand follows at once.
        same = image.viewport is self._viewport and feed is self._feed and not self._stale
        if same and self._since.elapsed() < _LIVE_MS:
            return
        view = image.view
        if view is None or feed is None or not self.isVisible():
            return
        self._viewport = image.viewport
        self._since.start()
        whole = replace(view, width=1, height=1, span_s=1.0, bottom=0.0, top=1.0)
        arrived, kept = feed.columns.written + image.missing, self._kept(feed, image.missing)
        lost, was_lost = image.missing > 0, self._lost
        grown = kept > self.span_s * (1 + 1e-9)
        other = feed is not self._feed or image.inks is not self._inks
        # What was hatched has columns once sound is back, or was never lost.
        back = was_lost and not lost
        self._lost = lost
        if self._stale or grown or other or back or whole != self._whole:
            self._whole, self._inks = whole, image.inks
            self._begin(feed, kept, arrived)
        self._feed = feed
        shown = self._canvas.view
        assert shown is not None
        newest = shown.newest_pixel(arrived)
        if newest > self._canvas.newest or not self._canvas.complete:
            self._canvas.go_on(feed.columns, lost)
            self._canvas.advance(feed.columns, newest, lost)
            self.update()
        before, self._handle = self.handle_x, image.visible_s
        if any(abs(a - b) > 0.25 for a, b in zip(before, self.handle_x, strict=True)):
            self.update()

    def _kept(self, feed: Feed, missing: float) -> float:
        """Seconds that there are to show: a gap that grows makes them no more than are ever kept.

        missing : columns after the newest one
        """
        oldest_s, newest_s = kept_s(feed)
        kept = newest_s - oldest_s
        return min(kept + missing / feed.frontend.columns_per_s, max(kept, self._history_s))

    def _begin(self, feed: Feed, kept: float, arrived: float) -> None:
        """Colour all of it: as long as it must be."""
        assert self._whole is not None
        assert self._inks is not None
        doubled = _FIRST_S * 2.0 ** max(0, math.ceil(math.log2(max(kept, 1e-9) / _FIRST_S)))
        span_s = max(min(doubled, self._history_s), kept)
        ratio = self.devicePixelRatioF()
        width, height = device_size(self.width(), self.height(), ratio)
        view = replace(self._whole, width=width, height=height, span_s=span_s)
        newest = view.newest_pixel(arrived)
        self._canvas.show(view, self._inks, ratio, feed.columns, newest, self._lost)
        self._stale = False
        self.update()

    @property
    def _edge_s(self) -> float:
        return 0.0 if self._feed is None else seconds_of(self._feed, self._canvas.edge)

    def _x_of(self, seconds: float) -> float:
        return (1 + (seconds - self._edge_s) / self.span_s) * self.width()

    def _seconds_at(self, x: float) -> float:
        return self._edge_s + (x / max(1, self.width()) - 1) * self.span_s

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self._canvas.draw(painter):
            painter.fillRect(self.rect(), QColor(self._theme.empty))
            return
        left, right = self.handle_x
        height = self.height()
        shade = QColor(self._theme.background)
        shade.setAlpha(150)
        painter.fillRect(QRectF(0, 0, left, height), shade)
        painter.fillRect(QRectF(right, 0, self.width() - right, height), shade)
        painter.setPen(QColor(self._theme.accent))
        painter.drawRect(QRectF(round(left) + 0.5, 0.5, round(right - left) - 1, height - 1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._stale = True

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._stale = True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.turned.emit(_ZOOM ** (-event.angleDelta().y() / _NOTCH))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        left, right = self.handle_x
        middle = sum(self._handle) / 2
        self._held_by = self._seconds_at(x) - middle if left <= x <= right else 0.0
        if not left <= x <= right:
            self.moved.emit(self._seconds_at(x))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.moved.emit(self._seconds_at(event.position().x()) - self._held_by)
