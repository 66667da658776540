"""A wheel step over a frozen history of five minutes, against one full render of pyqtgraph's
ImageItem of the same columns, on the screen there is.

Run as `python -m livemel.bench.zoom`. Prints the rows as JSON.
"""

import time

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QApplication, QStackedWidget

from livemel.bench.contestants import levels
from livemel.bench.paint import settle
from livemel.bench.rounds import ratios
from livemel.bench.rows import Row, say, to_json
from livemel.buffers.columns import ColumnRing
from livemel.doctor.display import check_display
from livemel.dsp.models import frontend
from livemel.engine import Feed, Lane
from livemel.errors import LivemelError
from livemel.sources.base import SourceFormat
from livemel.ui.colormaps import color_map
from livemel.ui.plot_area import PlotArea
from livemel.ui.theme import DARK
from livemel.ui.viewport import LEAST_SPAN_S

_SIZE = (1920, 1080)
_HISTORY_S = 300.0
_SR = 48_000
_RANGE = (-70.0, 30.0)
_CMAP = "magma"
_ROUNDS = 4
_RENDERS = 15  # of ImageItem a round
_ZOOM = 1.25
_LIMIT = 1.0
_PAINTS_BETWEEN = 4  # of the screen, between two notches; they finish what a paint left undone


def zoom_rows(rounds: int = _ROUNDS) -> list[Row]:
    """From five minutes down to 50 ms about a place, and out again; each step is one paint.

    Their figure is one render of all columns, as ImageItem does it when its levels change.
    """
    what = "wheel step p95 ÷ one ImageItem render"
    try:
        check_display()
    except LivemelError as error:
        return [Row("zoom", what, "×", limit=_LIMIT, note=str(error))]
    application = QApplication.instance() or QApplication(["livemel"])
    assert isinstance(application, QApplication)
    pages = QStackedWidget()
    ours, theirs = _plot(), _ImageItem()
    pages.addWidget(ours)
    pages.addWidget(theirs.widget)
    pages.resize(*_SIZE)
    pages.show()
    step_ms: list[float] = []
    render_ms: list[float] = []
    for number in range(1, rounds + 1):
        say(f"  round {number} of {rounds}")
        pages.setCurrentWidget(ours)
        settle(application)
        step_ms.append(float(np.percentile(_steps(application, ours, number), 95)))
        pages.setCurrentWidget(theirs.widget)
        settle(application)
        render_ms.append(float(np.median([theirs.render() for _ in range(_RENDERS)])))
    size = f"{ours.image.width()}×{ours.image.height()} px on {application.platformName()}"
    pages.close()
    figures = f"{np.median(step_ms):.1f} ms, ImageItem {np.median(render_ms):.1f} ms; {size}"
    return [
        Row.of_rounds("zoom", what, "×", ratios(step_ms, render_ms), limit=_LIMIT, note=figures)
    ]


def _plot() -> PlotArea:
    fe = frontend("live", sr=_SR)
    n = round(_HISTORY_S * fe.columns_per_s)
    ring = ColumnRing(fe.n_mels, n)
    zeros = np.zeros(n, dtype=np.float32)
    ring.append(levels(fe.n_mels, n).T, zeros.astype(np.uint8), zeros, zeros, 0)
    plot = PlotArea(DARK, _CMAP, _HISTORY_S, _HISTORY_S)
    plot.image.set_feed(Feed(fe, (Lane(None, ring),), SourceFormat(_SR, 1, "noise", 1)))
    plot.image.set_range(*_RANGE)
    plot.image.set_paused(True)
    return plot


def _steps(application: QApplication, plot: PlotArea, seed: int) -> list[float]:
    """ms from each notch to the painted plot, axes and overview included."""
    image = plot.image
    durations = []
    at = float(np.random.default_rng(seed).uniform(0.2, 0.8))
    notches = int(np.log(_HISTORY_S / LEAST_SPAN_S) / np.log(_ZOOM))
    for factor in (*(1 / _ZOOM,) * notches, *(_ZOOM,) * notches):
        application.sync()  # the server is done with the last one
        began = time.perf_counter()
        image.set_viewport(image.viewport.zoomed_in_time(factor, at, image.bounds))
        plot.follow()
        application.processEvents()  # the paints that it asked for: image, axes, overview
        durations.append((time.perf_counter() - began) * 1000)
        for _ in range(_PAINTS_BETWEEN):
            image.finish()
    return durations


class _ImageItem:
    """All columns in pyqtgraph's image, in its fastest layout."""

    def __init__(self) -> None:
        fe = frontend("live", sr=_SR)
        n = round(_HISTORY_S * fe.columns_per_s)
        self._columns = np.ascontiguousarray(levels(fe.n_mels, n).T)
        self.widget = pg.GraphicsView(background=DARK.background)
        plot = pg.PlotItem()
        self.widget.setCentralItem(plot)
        self._item = pg.ImageItem(axisOrder="row-major")
        self._item.setLookupTable(color_map(_CMAP).getLookupTable(nPts=256, alpha=False))
        plot.addItem(self._item)
        self._item.setImage(self._columns, autoLevels=False, levels=_RANGE)
        plot.setRange(xRange=(0, n), yRange=(0, fe.n_mels), padding=0)

    def render(self) -> float:
        """ms for one."""
        began = time.perf_counter()
        self._item.setImage(self._columns, autoLevels=False)
        self.widget.viewport().repaint()
        return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    print(to_json(zoom_rows()))
