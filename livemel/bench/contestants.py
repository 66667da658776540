"""The two ways of painting that are compared: livemel's own, and pyqtgraph's ImageItem."""

import time
from typing import Any, Protocol

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from livemel.buffers.columns import ColumnRings
from livemel.dsp.models import frontend
from livemel.engine import EngineStatus, Feed, Lane
from livemel.sources.base import SourceFormat, SourceState
from livemel.ui.colormaps import color_map
from livemel.ui.plot_area import PlotArea
from livemel.ui.theme import DARK
from livemel.ui.view_state import ViewState

Levels = NDArray[np.float32]

SPAN_S = 10.0
_HISTORY_S = 30.0
_LOW_DB, _HIGH_DB = -70.0, 30.0
_CMAP = "magma"
_SR = 48_000


class Contestant(Protocol):
    """A widget that can be brought up to date. Runs on: the GUI thread."""

    @property
    def widget(self) -> QWidget: ...

    def paint(self, more_s: float) -> float | None:
        """Show more_s seconds of sound more.

        Returns : ms from the new columns to the painted widget, None if nothing was new
        """


class Scrolling:
    """SpectrogramView between its axes, as the frame loop drives it.

    lanes : channels below each other
    """

    def __init__(self, lanes: int = 1) -> None:
        fe = frontend("live", sr=_SR)
        capacity = round(_HISTORY_S * fe.columns_per_s)
        self._columns = ColumnRings(lanes, fe.n_mels, capacity)
        self._rate = fe.columns_per_s
        self._sound = levels(fe.n_mels, round(SPAN_S * self._rate)).T
        self._append(self._sound.shape[1])
        self._from = self._columns.written
        self._status = EngineStatus(SourceState.RUNNING)
        self._now_s = 0.0
        self._plot = PlotArea(DARK, _CMAP, SPAN_S, clock_ns=lambda: round(self._now_s * 1e9))
        numbered = enumerate(self._columns.lanes, 1)
        kept = tuple(Lane(number, columns) for number, columns in numbered)
        feed = Feed(fe, kept, SourceFormat(_SR, lanes, "noise", lanes))
        self._plot.image.set_feed(feed)
        self._plot.lanes.show_feed(feed)

    @property
    def widget(self) -> QWidget:
        return self._plot

    @property
    def view(self) -> ViewState:
        """What is shown; there once the widget has its size."""
        view = self._plot.image.view
        assert view is not None
        return view

    def paint(self, more_s: float) -> float | None:
        self._now_s += more_s
        # The engine's part, on its own thread in the window: not timed.
        self._append(self._from + int(self._now_s * self._rate) - self._columns.written)
        began = time.perf_counter()
        painted = self._plot.image.tick(self._status)
        return (time.perf_counter() - began) * 1000 if painted else None

    def _append(self, k: int) -> None:
        start = self._columns.written % (self._sound.shape[1] - k + 1)
        zeros = np.zeros(k, dtype=np.float32)
        columns = self._sound[:, np.newaxis, start : start + k]
        columns = np.broadcast_to(columns, (len(columns), self._columns.count, k))
        self._columns.append(columns, zeros.astype(np.uint8), zeros, zeros, time.monotonic_ns())


class ImageItem:
    """pyqtgraph's live image at its fastest: uint8 pixels and a table of 256 colours, shifted.

    view : the resolution, and the band of each row, so that both show the same pixels
    """

    def __init__(self, view: ViewState) -> None:
        self._rows = view.bands_of_rows()
        self._rate = view.width / SPAN_S  # pixel columns a second
        self._sound = levels(view.frontend.n_mels, view.width)
        self._newest, self._now_s = 0, 0.0
        self._pixels = np.ascontiguousarray(self._indexes(self._sound).T[self._rows])
        self._graphics = pg.GraphicsView(background=DARK.background)
        plot = pg.PlotItem()
        self._graphics.setCentralItem(plot)
        self._item: Any = pg.ImageItem(axisOrder="row-major")
        self._item.setLookupTable(color_map(_CMAP).getLookupTable(nPts=256, alpha=False))
        self._item.setImage(self._pixels, autoLevels=False, levels=(0, 255))
        plot.addItem(self._item)
        plot.invertY(True)
        plot.setRange(xRange=(0, view.width), yRange=(0, view.height), padding=0)

    @property
    def widget(self) -> QWidget:
        widget: QWidget = self._graphics
        return widget

    def paint(self, more_s: float) -> float | None:
        self._now_s += more_s
        n = int(self._now_s * self._rate) - self._newest
        if n < 1:
            return None
        start = self._newest % (len(self._sound) - n + 1)
        values = self._sound[start : start + n]
        self._newest += n
        began = time.perf_counter()
        self._pixels[:, :-n] = self._pixels[:, n:]
        self._pixels[:, -n:] = self._indexes(values).T[self._rows]
        self._item.setImage(self._pixels, autoLevels=False)
        self._graphics.viewport().repaint()
        return (time.perf_counter() - began) * 1000

    @staticmethod
    def _indexes(values: Levels) -> NDArray[np.uint8]:
        scaled = (values - _LOW_DB) * (255.0 / (_HIGH_DB - _LOW_DB))
        indexes: NDArray[np.uint8] = np.clip(scaled, 0.0, 255.0).astype(np.uint8)
        return indexes


def levels(n_mels: int, k: int) -> Levels:
    """Noise over the whole colour map, always the same: shape (k, n_mels), dB."""
    rng = np.random.default_rng(20)
    return rng.uniform(_LOW_DB, _HIGH_DB, (k, n_mels)).astype(np.float32)
