"""The range of the colours, following the sound."""

import math

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from livemel.channel import Channel
from livemel.dsp.autorange import AutoRange
from livemel.engine import Feed
from livemel.ui.plot_area import PlotArea
from livemel.ui.value_range import per_db
from livemel.ui.view_state import ViewState

_EVERY_MS = 100
# What it begins with, and the most that it goes back for after a pause.
_BACK_S = 2.0
# Of each second and of each column; of more, evenly spaced ones are looked at.
_MOST_COLUMNS, _MOST_ROWS = 200, 512


class AutoRanging(QObject):
    """While it is on, looks at each new column once, ten times a second, and moves the ends of the
    range where they are far off. A picture that stands is left alone; so is a view whose height
    or sign tells the value. A range set by hand turns it off. Runs on: the GUI thread.
    """

    changed = Signal(bool)

    def __init__(self, plot: PlotArea, on: bool, parent: QObject) -> None:
        super().__init__(parent)
        self._plot = plot
        self.on = on
        self._feed: Feed | None = None
        self._auto: AutoRange | None = None
        self._lanes: tuple[Channel, ...] = ()  # whose columns it takes
        self._view: ViewState | None = None  # of no size: tells the rows' offsets
        self._unit = 1.0  # what a decibel is, in the columns' unit
        self._read = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.look)
        plot.range_chosen.connect(lambda: self.choose(False))
        self._show()

    def toggle(self) -> None:
        """On or off."""
        self.choose(not self.on)

    def choose(self, on: bool) -> None:
        """On or off; at once, from the last two seconds."""
        if on == self.on:
            return
        self.on, self._feed = on, None
        self._show()
        self.changed.emit(on)
        if on:
            self.look()

    def look(self) -> None:
        """Take the columns that have come since the last look."""
        image = self._plot.image
        feed = image.feed
        if feed is None or not self.on:
            return
        known = feed is self._feed and self._plot.lanes.shown == self._lanes
        if not known or self._view is None or image.scale != self._view.scale:
            self._begin(feed)
        stop = feed.columns.written
        if image.standing_at is not None:
            stop = min(stop, image.shown_to)
        if self._auto is None or stop <= self._read:
            return
        values = np.hstack([self._values(lane, stop) for lane in self._plot.lanes.feeds])
        self._read = stop
        low, high = self._auto.push(values / np.float32(self._unit))
        found = round(low * self._unit, 6), round(high * self._unit, 6)
        if found != image.db_range:
            image.set_range(*found)

    def _begin(self, feed: Feed) -> None:
        """Another sound, front-end or scale: begin with what is there."""
        fe, image = feed.frontend, self._plot.image
        self._feed, self._auto, self._lanes = feed, None, self._plot.lanes.shown
        self._view = ViewState(fe, 1, 1, 1.0, 0.0, 1.0, scale=image.scale)
        self._read = 0
        follows = fe.representation not in ("mfcc", "waveform")
        self._plot.show_auto(follows)
        if not follows:
            return
        self._unit = per_db(fe)
        self._stride = math.ceil(fe.columns_per_s / _MOST_COLUMNS)
        low, high = (end / self._unit for end in image.db_range)
        # The columns of all lanes on the screen count, one lane's after the other's.
        rate = fe.columns_per_s / self._stride * max(1, len(self._lanes))
        self._auto = AutoRange(rate, low, high)

    def _values(self, feed: Feed, stop: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        """The columns up to that number that were not read yet: shape (rows, k)."""
        assert self._view is not None
        back = math.ceil(_BACK_S * feed.frontend.columns_per_s)
        span = feed.columns.read(max(self._read, stop - back), stop)
        thin = math.ceil(feed.columns.n_rows / _MOST_ROWS)
        values = span.values[-span.start % self._stride :: self._stride, ::thin]
        offsets = self._view.row_offsets()
        if offsets is not None:
            # Nothing stays nothing: one value from top to bottom.
            sounds = np.ptp(values, axis=1, keepdims=True) > 0
            values = np.where(sounds, values + offsets[::thin], values)
        return values.T

    def _show(self) -> None:
        self._plot.show_auto(self.on)
        if self.on:
            self._timer.start()
        else:
            self._timer.stop()
