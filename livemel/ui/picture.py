"""Picture: the columns of a file from its beginning to its end, with axes and colour bar."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from livemel.buffers.columns import ColumnRing
from livemel.buffers.pool import ColumnPool
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.stream import OF_MEL
from livemel.engine import EngineStatus, Feed
from livemel.engine.offline import FileColumns
from livemel.errors import SourceError
from livemel.sources.base import SourceState
from livemel.ui.plot_area import PlotArea
from livemel.ui.theme import DARK, LIGHT, UNIT, style_sheet
from livemel.ui.views import size_text

# Columns that are kept for a pixel: a group of them may lie beside its place by an eighth of one.
_FINENESS = 8


@dataclass(frozen=True, slots=True)
class Look:
    """How a picture looks. size : px; low, high : ends of the colours, None fits them."""

    cmap: str = "magma"
    theme: str = "dark"
    size: tuple[int, int] = (1280, 720)
    low: float | None = None
    high: float | None = None


class Picture(QWidget):
    """The window's plot of a whole file, under a line that says what it is."""

    def __init__(self, feed: Feed, name: str, look: Look) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        theme = LIGHT if look.theme == "light" else DARK
        self.setStyleSheet(style_sheet(theme))
        # A little more than they take: no column may fall off by rounding.
        span_s = feed.columns.written / feed.frontend.columns_per_s * (1 + 1e-9)
        self.plot = PlotArea(theme, look.cmap, span_s)
        self.plot.bar.set_static()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._title(feed.format.name, name, look.size[0]))
        column.addWidget(self.plot, 1)
        self.setFixedSize(*look.size)
        self.plot.image.set_feed(feed)
        self.show()
        self.plot.image.tick(EngineStatus(SourceState.ENDED))  # the time axis tells the file's
        self.plot.fit_range()
        self._set_range(look.low, look.high)

    def _title(self, file: str, what: str, width: int) -> QHBoxLayout:
        """The file on the left, what its columns are on the right, over the image's two edges."""
        line = QHBoxLayout()
        line.setContentsMargins(7 * UNIT, UNIT, 8 * UNIT, 0)
        line.setSpacing(2 * UNIT)
        room = width - 17 * UNIT
        for text, role, share in ((what, "muted", 0.7), (file, "", 1.0)):
            label = QLabel(self)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setProperty("role", role)
            label.ensurePolished()  # the style decides the font
            metrics = label.fontMetrics()
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, round(share * room))
            room -= metrics.horizontalAdvance(shown)
            label.setText(shown)
            line.insertWidget(0, label)
        line.insertStretch(1, 1)
        return line

    def _set_range(self, low: float | None, high: float | None) -> None:
        """The chosen ends; the other one is where it fits the sound, or just beyond."""
        if low is None and high is None:
            return
        fitted_low, fitted_high = self.plot.image.db_range
        if low is None:
            assert high is not None
            low = min(fitted_low, high - 1)
        if high is None:
            high = max(fitted_high, low + 1)
        self.plot.set_range(low, high)


def image_of(
    file: FileColumns, name: str, look: Look, suffix: str, progress: Callable[[float], None]
) -> bytes:
    """The picture of a file's columns as an image file: ".png", ".jpg", ".bmp".

    name : of the front-end; progress : told how far it is, from 0 to 1
    Needs Qt's platform "offscreen", or a display. Raises SourceError if there is no column.
    """
    feed = pooled(file, look.size[0], progress)
    application = QApplication.instance() or QApplication(["livemel"])
    picture = Picture(feed, _what(file.frontend, name), look)
    application.processEvents()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.grab().toImage().save(buffer, suffix.lstrip(".").upper())  # type: ignore[call-overload]
    picture.close()
    return bytes(data.data())


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
    return Feed(shown, ring, file.format, file.channel, begins_at=file.start)


def _what(frontend: FrontEnd, name: str) -> str:
    """What the columns are, in a line."""
    fe = frontend
    parts = [name, f"{fe.sr / 1000:g} kHz", size_text(fe)]
    if fe.normalise != "none" and fe.representation in OF_MEL:
        parts.append(f"normalised: {fe.normalise}")
    return " · ".join(parts)
