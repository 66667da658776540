"""The scrolling image."""

import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from livemel.dsp.frontend import FrontEnd
from livemel.engine import EngineStatus, Feed
from livemel.sources.base import SourceState
from livemel.timing import Durations
from livemel.ui.colormaps import lookup_table
from livemel.ui.marks import Marks
from livemel.ui.pixel_ring import Inks, PixelRing
from livemel.ui.scroll_clock import ScrollClock
from livemel.ui.stream_time import columns_at, seconds_of
from livemel.ui.theme import Theme
from livemel.ui.value_range import first_range
from livemel.ui.view_state import ViewState
from livemel.ui.views import view_of

_MOST_LEVELS = 1 << 22  # a fit to them takes a tenth of a second


class Overlay(Protocol):
    """Something that is drawn over the picture."""

    def paint(self, painter: QPainter, image: "SpectrogramView") -> None:
        """Draw it, in logical pixels; the painter is left as it was found."""


class SpectrogramView(QWidget):
    """Colours new columns into a ring of device pixels and puts the ring on the screen: two
    unscaled copies, nothing else. Runs on: the GUI thread.
    """

    changed = Signal()  # the view state: span, range, size or front-end
    moved = Signal()  # about to be painted further on: what goes with it calls its update()
    fit_wanted = Signal()

    def __init__(
        self,
        theme: Theme,
        cmap: str,
        span_s: float,
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        super().__init__()
        self._clock_ns = clock_ns
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 120)
        self.setAccessibleName("Spectrogram")
        self.latency = Durations()
        self.first_paint_s: float | None = None
        self.message = "Opening …"
        self.paused_at: float | None = None  # seconds of stream at the right edge
        self.marks = Marks()
        self.overlays: list[Overlay] = []  # the last lies on top
        self._theme = theme
        self._cmap = cmap
        self._span_s = span_s
        self._low_db, self._high_db = -70.0, 30.0
        self._ranges: dict[object, tuple[float, float]] = {}  # of kinds that were shown before
        self._feed: Feed | None = None
        self._running: Feed | None = None
        self._clock = ScrollClock(1.0)
        self._ring: PixelRing | None = None
        self._image: QImage | None = None
        self._newest_painted = -1
        self._lost = False
        self._ended = False
        self._stale = False
        self._notice = ""

    @property
    def view(self) -> ViewState | None:
        """What is shown, or None before there is sound."""
        return self._ring.view if self._ring else None

    @property
    def feed(self) -> Feed | None:
        return self._feed

    @property
    def db_range(self) -> tuple[float, float]:
        return self._low_db, self._high_db

    @property
    def span_s(self) -> float:
        return self._span_s

    @property
    def edge_s(self) -> float:
        """The stream's time at the right edge, in seconds."""
        if self._ring is None or self._feed is None:
            return 0.0
        return seconds_of(self._feed, (self._ring.newest + 1) * self._ring.view.columns_per_pixel)

    @property
    def visible_s(self) -> tuple[float, float]:
        """The stream's time at the left and at the right edge, in seconds."""
        return self.edge_s - self._span_s, self.edge_s

    def seconds_at(self, x: float) -> float:
        """The stream's time at so many logical pixels from the left."""
        return self.edge_s + (x / max(1, self.width()) - 1) * self._span_s

    def x_of(self, seconds: float) -> float:
        """Where a time of the stream stands, in logical pixels from the left; may be outside."""
        return (1 + (seconds - self.edge_s) / self._span_s) * self.width()

    def hz_at(self, y: float) -> float:
        """The frequency at so many logical pixels from the top; NaN where rows have none."""
        view = self.view
        if view is None or view_of(view.frontend).axis != "Hz":
            return math.nan
        return view.row_hz(1 - y / max(1, self.height()))

    def y_of(self, hz: float) -> float:
        """Where a frequency above 0 stands, in logical pixels from the top; may be outside.

        There must be a picture, and its rows have frequencies.
        """
        assert self._ring is not None
        return (1 - self._ring.view.fraction_of(hz)) * self.height()

    @property
    def standing_at(self) -> float | None:
        """The right edge in seconds of stream while the picture stands; None while it moves."""
        return self.edge_s if self._ended and self.paused_at is None else self.paused_at

    @property
    def shown_to(self) -> int:
        """The number of the column after the newest one shown."""
        return 0 if self._ring is None else self._ring.view.last_column(self._ring.newest) + 1

    @property
    def has_ended(self) -> bool:
        """True once the last column of a source that has ended is on the screen."""
        return self._ended

    def shows(self, feed: Feed, at_s: float) -> bool:
        """Whether a feed has columns under a picture that stands at that time."""
        return self._column_at(feed, at_s) > 0

    @staticmethod
    def _column_at(feed: Feed, at_s: float) -> int:
        """The number of columns up to that time of the stream."""
        return min(feed.columns.written, round(columns_at(feed, at_s)))

    def set_feed(
        self, feed: Feed, running: Feed | None = None, stands_at: float | None = None
    ) -> None:
        """Show another feed, from its beginning.

        running : what goes on meanwhile, where `feed` is a picture of it that stands
        stands_at : seconds of the stream at the right edge, for a picture that stands
        """
        kind = _kind(feed.frontend)
        if self._feed is None or kind != _kind(self._feed.frontend):
            if self._feed is not None:
                self._ranges[_kind(self._feed.frontend)] = self.db_range
            known = self._ranges.get(kind)
            self._low_db, self._high_db = known or first_range(feed.frontend)
        self.setAccessibleName(view_of(feed.frontend).title)
        self._feed, self._running = feed, running or feed
        self._clock = ScrollClock(feed.frontend.columns_per_s)
        self._newest_painted = -1
        self.paused_at = None
        self._lost = self._ended = False
        self._notice = ""
        self._rebuild(None if stands_at is None else self._column_at(feed, stands_at))
        if stands_at is not None:
            self.paused_at = self.edge_s
            self.changed.emit()  # the time axis tells the stream's time

    def set_span(self, span_s: float) -> None:
        """Show so many seconds."""
        self._span_s = span_s
        self._rebuild()

    def set_range(self, low_db: float, high_db: float) -> None:
        """Put the ends of the colour map at these values; all history recolours."""
        self._low_db, self._high_db = low_db, max(high_db, low_db + 1e-3)
        self._stale = True  # coloured anew with the next paint: a drag asks for hundreds a second
        self.changed.emit()
        self.update()

    def set_look(self, theme: Theme, cmap: str) -> None:
        """Other colours; all history recolours."""
        self._theme, self._cmap = theme, cmap
        self._rebuild()

    def visible_levels(self) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        """The values on the screen, for fitting the range to them. The caller owns them.

        Of more than four million, those of evenly spaced columns. Shape (k, n_rows).
        """
        if self._feed is None or self._ring is None:
            return np.empty(0, dtype=np.float32)
        last = self._ring.view.last_column(self._ring.newest)
        first = max(0, last - round(self._span_s * self._feed.frontend.columns_per_s))
        columns = self._feed.columns
        step = math.ceil((last + 1 - first) * columns.n_rows / _MOST_LEVELS)
        if step <= 1:
            return columns.read(first, last + 1).values
        return np.concatenate([columns.read(k, k + 1).values for k in range(first, last + 1, step)])

    def set_paused(self, paused: bool) -> None:
        """Let the picture stand, or go back to the newest sound. The engine goes on."""
        self.paused_at = self.edge_s if paused else None
        if not paused and self._feed is not None:
            self._clock = ScrollClock(self._feed.frontend.columns_per_s)
        self.update()

    def tick(self, status: EngineStatus) -> bool:
        """Bring the picture up to date and paint it, if there is anything new. True if painted."""
        if self._feed is None or self._ring is None or self.paused_at is not None:
            return False
        self._freshen()
        now_ns = self._clock_ns()
        view, columns = self._ring.view, self._feed.columns
        arrived = float(columns.written)
        lost = status.lost_since_ns > 0  # also while it is being judged what a stall cost
        if lost:
            arrived += (now_ns - status.lost_since_ns) / 1e9 * view.frontend.columns_per_s
        elif self._lost:  # what was hatched meanwhile now has columns, or was never lost
            self._clock = ScrollClock(view.frontend.columns_per_s)
            self._lost = False
            self._rebuild()
            view = self._ring.view
        self._look_whether_ended(status, arrived)
        notice = self._notice_for(status, lost)
        self._lost = lost
        newest = view.newest_pixel(self._clock.at(now_ns / 1e9, arrived))
        if newest <= self._ring.newest and notice == self._notice:
            return False
        self._notice = notice
        self._ring.advance(columns, newest, lost=lost)
        self.moved.emit()
        self.repaint()
        self._note_latency(newest)
        return True

    def _notice_for(self, status: EngineStatus, lost: bool) -> str:
        """What stands over the moving picture."""
        assert self._feed is not None
        if lost:
            return f"no sound: {status.reason}" if status.reason else self._notice
        if status.state is not SourceState.ENDED:
            return ""
        if self._feed.columns.written:
            return status.reason
        fe = self._feed.frontend
        return f"{status.reason}: shorter than one frame ({1000 * fe.n_fft / fe.sr:.0f} ms)"

    def _look_whether_ended(self, status: EngineStatus, arrived: float) -> None:
        """Once the last column is on the screen, the time axis tells the stream's time."""
        assert self._ring is not None
        all_there = self._ring.newest >= self._ring.view.newest_pixel(arrived)
        ended = status.state is SourceState.ENDED and all_there
        if ended != self._ended:
            self._ended = ended
            self.changed.emit()

    def _note_latency(self, newest: int) -> None:
        """How long after its last sample the newest column was painted."""
        if self._feed is None or self._ring is None or self._feed is not self._running:
            return
        column = min(self._ring.view.last_column(newest), self._feed.columns.written - 1)
        if column <= self._newest_painted:
            return
        self._newest_painted = column
        now_ns = time.monotonic_ns()
        self.latency.add((now_ns - self._feed.columns.arrived_ns(column)) / 1e6)
        if self.first_paint_s is None:
            self.first_paint_s = now_ns / 1e9

    def _rebuild(self, columns_shown: float | None = None) -> None:
        """Another size, span, range or look: colour the same moment anew, or that one."""
        if self._feed is None or self.width() < 1 or self.height() < 1:
            return
        edge, ring = columns_shown, self._ring
        if edge is None and ring is not None and ring.view.frontend is self._feed.frontend:
            edge = (ring.newest + 1) * ring.view.columns_per_pixel
        ratio = self.devicePixelRatioF()
        state = ViewState(
            frontend=self._feed.frontend,
            width=max(1, math.ceil(self.width() * ratio - 1e-6)),
            height=max(1, math.ceil(self.height() * ratio - 1e-6)),
            span_s=self._span_s,
            low_db=self._low_db,
            high_db=self._high_db,
        )
        self._ring = PixelRing(state, self._inks())
        self._image = QImage(
            self._ring.pixels.data,
            state.width,
            state.height,
            state.width * 4,
            QImage.Format.Format_RGB32,
        )
        self._image.setDevicePixelRatio(ratio)
        columns = self._feed.columns
        if edge is None or not self._lost:
            edge = min(columns.written if edge is None else edge, columns.written)
        newest = state.newest_pixel(edge)
        self._ring.redraw(columns, newest, lost=self._lost)
        self.changed.emit()
        self.update()

    def _freshen(self) -> None:
        """Colour by the range that was asked for last."""
        if self._stale and self._ring is not None and self._feed is not None:
            self._stale = False
            view = replace(self._ring.view, low_db=self._low_db, high_db=self._high_db)
            self._ring.recolour(self._feed.columns, view, lost=self._lost)

    def _inks(self) -> Inks:
        theme = self._theme
        return Inks(
            lut=lookup_table(self._cmap),
            empty=QColor(theme.empty).rgb(),
            hatch=(QColor(theme.hatch[0]).rgb(), QColor(theme.hatch[1]).rgb()),
            clip=QColor(theme.red).rgb(),
            wave=QColor(theme.muted).rgb(),
        )

    @property
    def caption(self) -> str:
        """What stands over the picture, if anything."""
        if self._feed is None or self._feed.columns.written == 0:
            return self._notice or self.message
        if self.paused_at is not None:
            running = self._running or self._feed
            newest_s = running.columns.written / running.frontend.columns_per_s + running.begin_s
            behind_s = max(0.0, newest_s - self.paused_at)
            return f"paused · {behind_s:.0f} s behind · Space returns"
        return self._notice

    def paintEvent(self, event: QPaintEvent) -> None:
        self._freshen()
        painter = QPainter(self)
        if self._image is None or self._ring is None:
            painter.fillRect(self.rect(), QColor(self._theme.empty))
        else:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
            width, height = self._ring.view.width, self._ring.view.height
            ratio = self._image.devicePixelRatio()
            split = (self._ring.newest + 1) % width
            if ratio == 1:
                painter.drawImage(0, 0, self._image, split, 0, width - split, height)
                if split:
                    painter.drawImage(width - split, 0, self._image, 0, 0, split, height)
            else:  # in logical units, which may be fractions of a pixel
                old = QRectF(split, 0, width - split, height)
                painter.drawImage(QPointF(0, 0), self._image, old)
                new = QRectF(0, 0, split, height)
                painter.drawImage(QPointF((width - split) / ratio, 0), self._image, new)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            for overlay in self.overlays:
                overlay.paint(painter, self)
        if caption := self.caption:
            self._paint_pill(painter, caption)

    def _paint_pill(self, painter: QPainter, text: str) -> None:
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = painter.fontMetrics()
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, self.width() - 64)
        width = metrics.horizontalAdvance(text) + 32
        pill = QRectF((self.width() - width) / 2, 16, width, metrics.height() + 14)
        ground = QColor(self._theme.raised)
        ground.setAlpha(235)
        painter.setBrush(ground)
        painter.setPen(QColor(self._theme.red if self._lost else self._theme.line))
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        painter.setPen(QColor(self._theme.text))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._rebuild()
        if self._ring is None:
            self.changed.emit()


def _kind(frontend: FrontEnd) -> tuple[object, ...]:
    """What decides which values the columns take: for each a person's range is kept."""
    fe = frontend
    if fe.representation == "waveform":
        return (fe.representation,)
    if fe.representation in ("linear", "log"):
        return fe.representation, fe.n_fft, fe.frame_length, fe.scale
    bands = fe.n_mels if fe.representation == "mfcc" else 0
    return fe.representation, bands, *_mel_kind(fe)


def _mel_kind(frontend: FrontEnd) -> tuple[object, ...]:
    fe = frontend
    afterwards = fe.mean, fe.std, fe.normalise, fe.statistic, fe.scaler
    return fe.log, fe.power, fe.scale, fe.norm, fe.ref, *afterwards
