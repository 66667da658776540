"""The columns of a file from its beginning to its end as a picture."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from livemel.buffers.columns import ColumnRing
from livemel.buffers.pool import ColumnPool
from livemel.dsp.bank import OF_MEL
from livemel.dsp.frontend import FrontEnd
from livemel.engine import Feed, Lane
from livemel.engine.offline import FileColumns
from livemel.errors import SourceError
from livemel.ui.figure import Figure, Paper, Shown
from livemel.ui.figure_file import file_of_figure
from livemel.ui.theme import DARK, LIGHT, PAPER
from livemel.ui.value_range import first_range, fitted_range
from livemel.ui.views import size_text
from livemel.ui.words import translate
from livemel.version import __version__

# Columns that are kept for a pixel: a group of them may lie beside its place by an eighth of one.
_FINENESS = 8
_MOST_LEVELS = 1 << 22  # a fit to them takes a tenth of a second
THEMES = {theme.name: theme for theme in (DARK, LIGHT, PAPER)}


@dataclass(frozen=True, slots=True)
class Look:
    """How a picture looks.

    theme : a key of THEMES; size : px; dpi : which the text is set by
    low, high : ends of the colours, None fits them
    """

    cmap: str = "magma"
    theme: str = "dark"
    size: tuple[int, int] = (1280, 720)
    dpi: int = 96
    low: float | None = None
    high: float | None = None


def image_of(
    file: FileColumns, name: str, look: Look, suffix: str, progress: Callable[[float], None]
) -> bytes:
    """The picture of a file's columns as a file of that kind: ".png", ".svg", ".pdf", …

    name : of the front-end; progress : told how far it is, from 0 to 1
    Needs Qt's platform "offscreen", or a display. Raises SourceError if there is no column.
    """
    feed = pooled(file, look.size[0], progress)
    application = QApplication.instance() or QApplication(["livemel"])  # fonts need one
    assert isinstance(application, QGuiApplication)
    return file_of_figure(figure_of(feed, what(file.frontend, name), look), suffix)


def figure_of(feed: Feed, words: str, look: Look) -> Figure:
    """All of a feed. words : what its columns are"""
    n, fe = feed.columns.written, feed.frontend
    # A little more than they take: no column may fall off by rounding.
    span_s = n / fe.columns_per_s * (1 + 1e-9)
    begin_s = feed.begin_s
    low, high = range_of(feed, look)
    stretch = translate("Figure", "{:.2f} to {:.2f} s").format(begin_s, begin_s + span_s)
    shown = Shown(
        feed=feed,
        stop=n,
        span_s=span_s,
        low=low,
        high=high,
        source=feed.format.name,
        what=words,
        caption=f"{stretch} · livemel {__version__}",
    )
    return Figure(shown, Paper(look.size, look.dpi, THEMES[look.theme], look.cmap))


def range_of(feed: Feed, look: Look) -> tuple[float, float]:
    """The chosen ends; the other one is where it fits the sound, or just beyond."""
    columns, low, high = feed.columns, look.low, look.high
    if low is None or high is None:
        step = math.ceil(columns.written * columns.n_rows / _MOST_LEVELS)
        values = columns.read(0, columns.written).values[:: max(1, step)]
        ends = fitted_range(values, feed.frontend) or first_range(feed.frontend)
        if low is None and high is None:
            low, high = ends
        elif low is None:
            low = min(ends[0], look.high - 1 if look.high is not None else ends[0])
        else:
            high = max(ends[1], low + 1)
    assert low is not None
    assert high is not None
    return low, high


def pooled(file: FileColumns, width: int, progress: Callable[[float], None]) -> Feed:
    """All columns of a file as a feed that is fine enough for `width` pixels.

    A feed's column is the maximum of a group of the file's, and its hop as much longer.
    Raises SourceError if there is no column.
    """
    pool = ColumnPool(2 * max(1, _FINENESS * width // 2))
    fe = file.frontend
    # The least sample of a group is the greatest of what is below zero, turned round.
    sign = np.ones((fe.n_rows, 1), dtype=np.float32)
    if fe.representation == "waveform":
        sign[0] = -1
    for block in file:
        pool.push(block * sign)
        progress(file.progress)
    if short := file.shortness:
        raise SourceError(f"{file.format.name} is {short}")
    values = pool.values * sign.T
    ring = ColumnRing(values.shape[1], len(values))
    zeros = np.zeros(len(values), dtype=np.float32)
    ring.append(values.T, zeros.astype(np.uint8), zeros, zeros, 0)
    shown = fe.replace(
        hop_length=fe.hop_length * pool.group,
        drop_last=False,  # which it could not be with such a hop
    )
    return Feed(shown, (Lane(file.channel, ring),), file.format, begins_at=file.start)


def what(frontend: FrontEnd, name: str) -> str:
    """What the columns are, in a line."""
    fe = frontend
    parts = [name, f"{fe.sr / 1000:g} kHz", size_text(fe)]
    if fe.normalise != "none" and fe.representation in OF_MEL:
        parts.append(translate("Figure", "normalised: {}").format(fe.normalise))
    return " · ".join(parts)
