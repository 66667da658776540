"""The scrolling image."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from livemel.dsp.frontend import FrontEnd
from livemel.dsp.weighting import LevelScale
from livemel.engine import EngineStatus, Feed
from livemel.engine.journey import Journey
from livemel.sources.base import SourceState
from livemel.ui.canvas import Canvas, device_size
from livemel.ui.colouring import Colouring
from livemel.ui.marked_picture import MarkedPicture
from livemel.ui.notice_text import frozen_text, notice_text
from livemel.ui.outage import Outage
from livemel.ui.pill import paint_pill
from livemel.ui.pixel_ring import Inks
from livemel.ui.scroll_clock import ScrollClock
from livemel.ui.stream_time import columns_at, kept_s, seconds_of
from livemel.ui.theme import Theme
from livemel.ui.view_state import RowScale, ViewState
from livemel.ui.viewport import Bounds, Viewport
from livemel.ui.views import view_of
from livemel.ui.words import translate


class Overlay(Protocol):
    """Something that is drawn over the picture."""

    def paint(self, painter: QPainter, image: "SpectrogramView") -> None:
        """Draw it, in logical pixels; the painter is left as it was found."""


class SharedOverlay(Protocol):
    """Something that is drawn over each of several pictures on one time axis."""

    def paint(self, painter: QPainter, image: MarkedPicture) -> None:
        """Draw it, in logical pixels; the painter is left as it was found."""


class SpectrogramView(MarkedPicture):
    """Colours new columns into a ring of device pixels and puts the ring on the screen: two
    unscaled copies, nothing else. Runs on: the GUI thread.
    """

    changed = Signal()  # the view state: span, range, size or front-end
    moved = Signal()  # about to be painted further on: what goes with it calls its update()

    def __init__(
        self,
        theme: Theme,
        cmap: str,
        span_s: float,
        history_s: float = 300.0,
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        super().__init__()
        self._clock_ns = clock_ns
        self.outage = Outage(clock_ns)  # of what runs, also while the picture stands
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 120)
        self.setAccessibleName(self.tr("Spectrogram"))
        self.journey = Journey()
        self.first_paint_s: float | None = None
        self.message = self.tr("Opening …")
        self.overlays: list[Overlay] = []  # painted over the picture, in this order
        self.shared_overlays: list[SharedOverlay] = []  # those that other lanes paint too
        self.reach_s = 0.0  # of whole files: the picture may go as far, beyond its own end
        self._colours = Colouring(theme, cmap)
        self._history_s = max(history_s, span_s)
        self._viewport = Viewport(span_s)
        self._feed: Feed | None = None
        self._running: Feed | None = None
        self._clock = ScrollClock(1.0)
        self._canvas = Canvas()
        self._newest_painted = -1
        self._lost = False
        self._ended = False
        self._stale = self._elsewhere = False  # range and viewport are not the ring's
        self._notice = ""
        self._returns = False  # to the newest sound
        self.generation = 0  # counts the times that all pixels were coloured anew
        self.has_pill = True  # False where the caption stands over another lane

    @property
    def view(self) -> ViewState | None:
        """What is shown, or None before there is sound."""
        if self._canvas.view is None or self._feed is None:
            return None
        return self._state() if self._elsewhere or self._stale else self._canvas.view

    @property
    def feed(self) -> Feed | None:
        return self._feed

    @property
    def db_range(self) -> tuple[float, float]:
        """The ends of the colours for the columns' values, also while deviations are shown."""
        return self._colours.db_range

    @property
    def shown_range(self) -> tuple[float, float]:
        """The ends of the colours that are shown: of deviations in σ."""
        return self._colours.shown_range

    @property
    def deviation(self) -> RowScale | None:
        """What makes values deviations; None while they are shown themselves."""
        return self._colours.deviation

    @property
    def cmap(self) -> str:
        """The colour map that is shown."""
        return self._colours.cmap

    @property
    def inks(self) -> Inks:
        """The colours that are shown."""
        return self._colours.inks

    @property
    def scale(self) -> LevelScale:
        """What levels read in."""
        return self._colours.scale

    @property
    def span_s(self) -> float:
        return self._viewport.span_s

    @property
    def viewport(self) -> Viewport:
        """The part of the picture that is shown."""
        return self._viewport

    @property
    def paused_at(self) -> float | None:
        """Seconds of stream at the right edge, once the picture was told to stand; else None."""
        return self._viewport.right_s

    @property
    def bounds(self) -> Bounds:
        """How far the viewport may go."""
        if self._feed is None:
            return Bounds(0.0, 0.0, self._history_s, 1)
        oldest_s, newest_s = kept_s(self._feed)
        newest_s += self.missing / self._feed.frontend.columns_per_s
        newest_s, most_s = max(newest_s, self.reach_s), max(self._history_s, self.reach_s)
        return Bounds(oldest_s, newest_s, most_s, self._feed.frontend.n_rows)

    @property
    def edge_s(self) -> float:
        """The stream's time at the right edge, in seconds."""
        if self._viewport.right_s is not None:
            return self._viewport.right_s
        return 0.0 if self._feed is None else seconds_of(self._feed, self._canvas.edge)

    @property
    def standing_at(self) -> float | None:
        """The right edge in seconds of stream while the picture stands; None while it moves."""
        return self.edge_s if self._ended else self.paused_at

    @property
    def shown_to(self) -> int:
        """The number of the column after the newest one shown."""
        view = self._canvas.view
        return 0 if view is None else view.last_column(self._canvas.newest) + 1

    @property
    def has_ended(self) -> bool:
        """True once the last column of a source that has ended is on the screen."""
        return self._ended

    @property
    def drawn(self) -> ViewState | None:
        """What the pixels show, as soon as it is brought up to date: never late, unlike `view`."""
        self._freshen()
        return self._canvas.view

    @property
    def newest(self) -> int:
        """The number of the pixel at the right edge."""
        return self._canvas.newest

    @property
    def is_lost(self) -> bool:
        """Whether sound is missing now: a gap grows after the newest column."""
        return self.outage.is_on

    @property
    def missing(self) -> float:
        """How many columns are missing by now after the newest one of its feed."""
        feed = self._feed
        if feed is None or feed is not self._running:  # of a copy that ends nothing is missing
            return 0.0
        return self.outage.seconds * feed.frontend.columns_per_s

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
        self._colours.begin(feed.frontend)
        self.setAccessibleName(translate("Views", view_of(feed.frontend).title))
        bottom, top = self._rows_in(feed.frontend)
        self._feed, self._running = feed, running or feed
        self._restart_clock()
        self._newest_painted = -1
        # Where a picture stands in a gap that grows, it goes on standing there; of another sound
        # it is not known yet whether any is missing.
        if stands_at is None:
            self.outage = Outage(self._clock_ns)
        self._lost = self.missing > 0
        self._ended = False
        self._notice = ""
        self._viewport = Viewport(self.span_s, stands_at, bottom, top).within(self.bounds)
        self._begin_anew()

    def show_lane(self, feed: Feed, running: Feed | None = None) -> None:
        """Show another lane of the same sound in the very place, with nothing else changed.

        feed, running : as for set_feed()
        """
        newest = self._canvas.newest
        self._feed, self._running = feed, running or feed
        self._canvas = Canvas(self._canvas.share)
        self._rebuild(newest)
        self.changed.emit()
        self.update()

    def set_share(self, lanes: int) -> None:
        """How many pictures share the time that a paint has for colouring anew."""
        self._canvas.share = 1 / lanes

    def _rows_in(self, frontend: FrontEnd) -> tuple[float, float]:
        """Where in another front-end's rows the frequencies lie that are shown now."""
        view = self.view
        if view is None or self._viewport.shows_all_rows:
            return 0.0, 1.0
        if view_of(view.frontend).axis != "Hz" or view_of(frontend).axis != "Hz":
            return 0.0, 1.0
        other = replace(view, frontend=frontend, bottom=0.0, top=1.0)
        low, high = (max(view.row_hz(at), 1e-3) for at in (0, 1))
        return other.fraction_of(low), other.fraction_of(high)

    def set_viewport(self, viewport: Viewport) -> None:
        """Show another part; what is out of bounds becomes the nearest that is not.

        It is coloured with the next paint, as much as a paint has time for: what is left shows the
        old picture, stretched, until the next paints have done it.
        """
        viewport = viewport.within(self.bounds)
        if viewport == self._viewport:
            return
        if self._viewport.right_s is not None and viewport.right_s is None:
            self._restart_clock()
            self._returns = True
        self._viewport, self._elsewhere = viewport, True
        self.changed.emit()
        self.update()

    def set_span(self, span_s: float) -> None:
        """Show so many seconds."""
        self.set_viewport(self._viewport.zoomed_in_time(span_s / self.span_s, 1.0, self.bounds))

    def _restart_clock(self) -> None:
        if self._feed is not None:
            self._clock = ScrollClock(self._feed.frontend.columns_per_s)

    def set_range(self, low_db: float, high_db: float) -> None:
        """Put the ends of the colour map at these values; all history recolours."""
        self._colours.set_range(low_db, high_db)
        self._recolour()

    def set_scale(self, scale: LevelScale) -> None:
        """Let levels read in this; all history recolours."""
        if scale != self._colours.scale:
            self._colours.scale = scale
            self._recolour()

    def set_sigmas(self, low: float, high: float) -> None:
        """Put the ends of the colours at these deviations, in σ."""
        self._colours.set_sigmas(low, high)
        self._recolour()

    def _recolour(self) -> None:
        """With the next paint: a drag asks for hundreds a second."""
        self._stale = True
        self.changed.emit()
        self.update()

    def set_deviation(self, deviation: RowScale | None) -> None:
        """Show deviations in place of values, or values again; all history recolours.

        deviation : of as many rows as the columns have
        """
        if deviation is not self._colours.deviation:
            self._colours.set_deviation(deviation)
            self._begin_anew()

    def set_look(self, theme: Theme, cmap: str) -> None:
        """Other colours; all history recolours."""
        self._colours.set_look(theme, cmap)
        self._begin_anew()

    def set_paused(self, paused: bool) -> None:
        """Let the picture stand, or go back to the newest sound. The engine goes on."""
        if paused != (self.paused_at is not None):
            self.set_viewport(replace(self._viewport, right_s=self.edge_s if paused else None))

    def tick(self, status: EngineStatus) -> bool:
        """Bring the picture up to date and paint it, if there is anything new. True if painted."""
        if self._feed is None or self._canvas.view is None:
            return False
        self.outage.look(status)
        if self.paused_at is not None:
            self._note_outage()
            return self.finish()
        self._freshen()
        now_ns = self._clock_ns()
        view, columns = self._canvas.view, self._feed.columns
        lost, arrived = self.outage.is_on, columns.written + self.missing
        if self._lost and not lost:  # what was hatched meanwhile now has columns, or was never lost
            self._restart_clock()
            self._lost = False
            self._rebuild()
        self._look_whether_ended(status, arrived)
        notice = notice_text(status, self._feed, lost, self._notice)
        self._lost = lost
        newest = view.newest_pixel(self._clock.at(now_ns / 1e9, arrived))
        if newest <= self._canvas.newest and notice == self._notice and self._canvas.complete:
            return False
        self._notice = notice
        self._canvas.go_on(columns, lost)
        self._canvas.advance(columns, newest, lost)
        self.moved.emit()
        self.repaint()
        self._note_latency(newest)
        return True

    def _note_outage(self) -> None:
        """Of a picture that stands: what was hatched has columns now, or was never lost."""
        lost = self.outage.is_on and self._feed is self._running
        if self._lost and not lost:
            self._elsewhere = True
            self.changed.emit()
        self._lost = lost

    def finish(self) -> bool:
        """Of a picture that stands: what the last paint had no time for. True if painted."""
        assert self._feed is not None
        if self._elsewhere or self._stale:
            self._freshen()
        elif self._canvas.complete:
            return False
        else:
            self._canvas.go_on(self._feed.columns, self._lost)
        self.repaint()
        return True

    def _look_whether_ended(self, status: EngineStatus, arrived: float) -> None:
        """Once the last column is on the screen, the time axis tells the stream's time."""
        view = self._canvas.view
        all_there = view is not None and self._canvas.newest >= view.newest_pixel(arrived)
        ended = status.state is SourceState.ENDED and all_there
        if ended != self._ended:
            self._ended = ended
            self.changed.emit()

    def _note_latency(self, newest: int) -> None:
        """How long after its last sample the newest column was painted."""
        view = self._canvas.view
        if self._feed is None or view is None or self._feed is not self._running:
            return
        column = min(view.last_column(newest), self._feed.columns.written - 1)
        if column <= self._newest_painted:
            return
        self._newest_painted = column
        now_ns = time.monotonic_ns()
        self.journey.note(self._feed, column, now_ns)
        if self.first_paint_s is None:
            self.first_paint_s = now_ns / 1e9

    def _state(self) -> ViewState:
        """What is to be painted, at the screen's own resolution."""
        assert self._feed is not None
        width, height = device_size(self.width(), self.height(), self.devicePixelRatioF())
        viewport = self._viewport
        return ViewState(
            frontend=self._feed.frontend,
            width=width,
            height=height,
            span_s=viewport.span_s,
            low_db=self.shown_range[0],
            high_db=self.shown_range[1],
            bottom=viewport.bottom,
            top=viewport.top,
            scale=self._colours.scale,
            deviation=self._colours.deviation,
        )

    def _rebuild(self, newest: int | None = None) -> None:
        """Another size, viewport or look: colour it anew, as much as a paint has time for. Whoever
        has it done says that something changed: this may be in the midst of a paint.

        newest : the pixel at the right edge, where it is known
        """
        if self._feed is None or self.width() < 1 or self.height() < 1:
            return
        state = self._state()
        if newest is None:
            newest = self._newest_pixel(self._feed, state)
        self.generation += 1
        self._elsewhere = self._stale = self._returns = False
        columns, ratio = self._feed.columns, self.devicePixelRatioF()
        self._canvas.show(state, self._colours.inks, ratio, columns, newest, self._lost)

    def _begin_anew(self) -> None:
        self._rebuild()
        self.changed.emit()
        self.update()

    def _newest_pixel(self, feed: Feed, state: ViewState) -> int:
        """The pixel at the right edge: where a picture stands, or where the last paint was."""
        last = state.newest_pixel(feed.columns.written)
        shown = self._canvas.view
        if self.paused_at is not None:
            newest = round(columns_at(feed, self.paused_at) / state.columns_per_pixel) - 1
            if self.reach_s:
                return newest
        elif shown is None or shown.frontend is not feed.frontend or self._returns:
            return last
        else:
            newest = state.newest_pixel(self._canvas.edge)
        return newest if self._lost else min(newest, last)

    def _freshen(self) -> None:
        """Show the part and the range that were asked for last."""
        if self._elsewhere:
            self._rebuild()
        elif self._stale and self._feed is not None and self._canvas.view is not None:
            self._stale = False
            self.generation += 1
            self._canvas.recolour(self._feed.columns, self._state(), self._lost)

    @property
    def caption(self) -> str:
        """What stands over the picture, if anything."""
        if self._feed is None or self._feed.columns.written == 0:
            return self._notice or self.message
        if self.paused_at is not None and not self.reach_s:
            running = self._running or self._feed
            return frozen_text(running, self.paused_at, self.outage.seconds)
        return self._notice

    def paintEvent(self, event: QPaintEvent) -> None:
        self._freshen()
        painter = QPainter(self)
        if not self._canvas.draw(painter):
            painter.fillRect(self.rect(), QColor(self._colours.theme.empty))
        for overlay in self.overlays:
            overlay.paint(painter, self)
        self.paint_frame(painter, self._colours.theme)
        if self.has_pill and (caption := self.caption):
            paint_pill(painter, caption, self.width(), self._colours.theme, alarming=self.is_lost)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._begin_anew()

    def event(self, event: QEvent) -> bool:
        # Another screen may have other pixels for the same size.
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._begin_anew()
        return super().event(event)
