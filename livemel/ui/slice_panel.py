"""The spectrum at one moment, beside the picture."""

from dataclasses import replace

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QCursor, QFont, QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from livemel.buffers.columns import GAP
from livemel.buffers.history import SampleHistory
from livemel.dsp.column_peaks import highest_peaks
from livemel.dsp.hold import Hold
from livemel.engine import Feed
from livemel.ui.channel_words import channel_name
from livemel.ui.column_curve import PixelRows, fraction_of_row
from livemel.ui.grip import Grip
from livemel.ui.panel_header import HEIGHT, PanelHeader
from livemel.ui.peak_reading import exact_hz, rough_hz, sound_under
from livemel.ui.spectrogram_view import SpectrogramView
from livemel.ui.stream_time import columns_at, seconds_of
from livemel.ui.theme import UNIT, Theme
from livemel.ui.ticks import Tick, level_ticks
from livemel.ui.view_state import ViewState
from livemel.ui.views import view_of

_AVERAGE_S = 1.0
_PEAKS = 5
_PROMINENCE = 0.12  # of the range: 12 dB of 100
# Columns taken into hold and average at a look; after a long stop it takes a few looks.
_MOST_COLUMNS = 512
_LABELS_EVERY = 4  # looks, while the picture moves
_TICK_GAP, _LABEL_GAP = 36, 15  # px
_FILL = 0.3  # of the accent, under the curve
_LEGEND = 20 * UNIT  # px at most
_NOW_ROOM = 5 * UNIT  # the time axis' last label reaches under the panel

Moment = tuple[str, int]  # what it is, and the column; −1 where there is no sound, or none yet


class SlicePanel(QWidget):
    """The values of one column over the picture's own frequency axis: the newest, the one at
    cursor A, or, where the picture stands, the one under the pointer. Runs on: the GUI thread.
    """

    def __init__(self, image: SpectrogramView, theme: Theme) -> None:
        super().__init__()
        self.image = image
        self.history: SampleHistory | None = None
        self.setAccessibleName(self.tr("Slice"))
        self.setToolTip(
            self.tr(
                "One column of the picture, its values to the right, in the colour bar's range: "
                "the newest, the one at cursor A, or under the pointer while the picture stands.\n"
                "Average: of the values shown, over {0:g} s, older ones less and less. "
                "Peak hold: the highest since the reset.\n"
                "Frequencies: by a parabola through the bins while it moves; while it stands, by "
                "a sine fitted to the sound."
            ).format(_AVERAGE_S)
        )
        self.header = PanelHeader(self.tr("Slice"))
        self.header.setParent(self)
        self.header.add_button("⟲", self.tr("Reset peak hold and average"), self.reset)
        self.grip = Grip(theme, vertical=True, name=self.tr("Width of the slice"))
        self.grip.setParent(self)
        self.column = -1
        self.values: NDArray[np.float32] | None = None  # of that column, as the picture has them
        self._is_missing = False  # its sound
        self.labels: list[tuple[int, str]] = []  # the rows of peaks, and what is said of them
        self.hold: Hold | None = None
        self._feed: Feed | None = None
        self._held_to = 0
        self._looks = 0
        self._shown: tuple[object, ...] = ()
        self._view: ViewState | None = None
        self._of: ViewState | None = None  # the picture's view that it was made from, if it was
        self._rows: PixelRows | None = None  # of that view
        self._exact: dict[tuple[int, int], str] = {}
        self._scale = 1.0
        self._plot = QRectF()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """The theme's colours."""
        self._theme = theme
        self._legend: QPixmap | None = None
        self._grid = np.uint32(QColor(theme.line).rgb())
        empty, accent = QColor(theme.empty), QColor(theme.accent)
        accent.setAlphaF(_FILL)
        self._outside, self._inside = np.uint32(empty.rgb()), np.uint32(_over(accent, empty).rgb())
        self.grip.set_theme(theme)
        self.update()

    def place(self, beside: QRect, width: int, scale: float, away: int = 0) -> None:
        """Beside the pictures: its rows are at the image's rows where that is alone, and have the
        height of all where there are several.

        beside : where the pictures are; width : of the plot, px; away : from them, px
        """
        self._scale = scale
        head, foot = self.head_height(scale), round(4 * UNIT * scale)
        self.setGeometry(
            beside.right() + 1 + away,
            beside.top() - head,
            width + UNIT,
            head + beside.height() + foot,
        )
        self._legend = None
        self._plot = QRectF(UNIT, head, width, beside.height())
        self.header.setGeometry(UNIT, 0, width, head)
        self.grip.setGeometry(0, head, UNIT, beside.height())
        self.update()

    @staticmethod
    def head_height(scale: float) -> int:
        """The room that the title needs above the image, px."""
        return round(HEIGHT * scale)

    def reset(self) -> None:
        """Let go of peak hold and average."""
        feed = self._feed
        self.hold = None if feed is None else Hold(feed.frontend.columns_per_s, _AVERAGE_S)
        self._held_to = self.image.shown_to
        self._shown = ()
        self.update()

    def look(self) -> None:
        """Bring it up to date; paints only what has changed."""
        feed, view = self.image.feed, self.image.view
        if feed is None or view is None:
            return
        view = self._with_own_rows(view)
        if feed is not self._feed:
            before, self._feed, self._exact = self._feed, feed, {}
            same = (
                before is not None
                and before.format is feed.format  # of another sound nothing is held
                and before.frontend == feed.frontend
                and before.channel == feed.channel
            )
            if not same:
                self.reset()
            self._held_to = min(self._held_to, self.image.shown_to)
        self._take_new(feed)
        what, column = self.moment(feed)
        self._looks += 1
        shown = (what, column, view, self.image.db_range, self._held_to, len(self._exact))
        if shown == self._shown:
            return
        self._shown = shown
        if view is not self._view:
            self._view, self._rows = view, PixelRows(view)
            self.update()
        self.column = column
        span = feed.columns.read(max(0, column), column + 1)
        lost = column < 0 and self.image.is_lost  # else nothing is shown yet
        self._is_missing = lost or bool((span.flags & GAP).any())
        self.values = None if self._is_missing or not len(span.values) else span.values[0]
        several = len(feed.lanes) > 1
        of = f"{channel_name(feed.channel, feed.format.channels)} · " if several else ""
        self.header.say(f"{self.tr('Slice')} · {of}{what}")
        self._label_peaks(feed, view)
        self.update(self._plot.toAlignedRect())

    def _with_own_rows(self, view: ViewState) -> ViewState:
        """The picture's view, with more rows where this panel is higher than that one picture."""
        if self._plot.height() <= self.image.height():
            return view
        height = round(self._plot.height() * self.devicePixelRatioF())
        if self._view is None or self._of is not view or self._view.height != height:
            self._of = view
            return replace(view, height=height)
        return self._view

    def moment(self, feed: Feed) -> Moment:
        """What it shows, in words and as a column's number."""
        image, a = self.image, self.image.marks.a
        newest = min(image.shown_to, feed.columns.written) - 1  # a file may end before the edge
        if a is not None:
            return f"A {a.seconds:.2f} s", self._column_at(feed, a.seconds)
        if image.standing_at is None:
            return (self.tr("no sound"), -1) if image.is_lost else (self.tr("now"), newest)
        pointer = image.mapFromGlobal(QCursor.pos())
        if image.rect().contains(pointer):
            seconds = image.seconds_at(pointer.x())
            return f"{seconds:.2f} s", self._column_at(feed, seconds)
        return f"{seconds_of(feed, newest + 0.5):.2f} s", newest

    def _column_at(self, feed: Feed, seconds: float) -> int:
        """The column that the picture shows at that time; the nearest where there is none, unless
        that is because its sound is missing: −1.
        """
        columns, column = feed.columns, int(columns_at(feed, seconds))
        if self.image.is_lost and column >= columns.written:
            return -1
        return min(max(column, columns.oldest), columns.written - 1)

    def _take_new(self, feed: Feed) -> None:
        """The columns that the picture has shown since the last look."""
        stop = min(self.image.shown_to, self._held_to + _MOST_COLUMNS)
        if self.hold is None or stop <= self._held_to or self.image.standing_at is not None:
            return
        span = feed.columns.read(self._held_to, stop)
        self.hold.push(span.values)
        self._held_to = max(stop, span.start)

    def _label_peaks(self, feed: Feed, view: ViewState) -> None:
        """A few times a second while it moves; exactly, one after the other, while it stands."""
        has_hz = view_of(view.frontend).axis == "Hz"
        if (
            self.values is None
            or self._rows is None
            or not has_hz
            or not np.isfinite(self.values).all()
        ):
            self.labels = []
            return
        stands = self.image.standing_at is not None or self.image.marks.a is not None
        if not stands and self._looks % _LABELS_EVERY:
            return
        rows, (low, high) = self._rows.rows, self.image.db_range
        apart = _LABEL_GAP * self._scale / max(1.0, self._plot.height()) * len(rows)
        shown = np.maximum(self.values[rows.start : rows.stop], low)
        found = highest_peaks(
            shown,
            _PEAKS,
            apart=apart,
            prominence=_PROMINENCE * (high - low),
            over_median=_PROMINENCE * (high - low),
        )
        peaks = [rows.start + at for at in found]
        self.labels = [(row, self._exact.get((self.column, row), "")) for row in peaks]
        unknown = [row for row in peaks if (self.column, row) not in self._exact]
        sound = None
        if self.history is not None and unknown:
            sound = sound_under(feed, self.column, self.history)
        if sound is None:
            return
        if stands:
            if len(self._exact) > 1000:
                self._exact.clear()
            self._exact[self.column, unknown[0]] = exact_hz(unknown[0], view, sound)
        told = dict(zip(unknown, rough_hz(unknown, view, sound), strict=True))
        self.labels = [
            (row, self._exact.get((self.column, row), "") or told.get(row, "")) for row in peaks
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme, view = QPainter(self), self._theme, self._view
        self._font(painter)
        values, rows = self.values, self._rows
        is_coloured = view is not None and view_of(view.frontend).coloured
        known = view is not None and values is not None and len(values) == view.frontend.n_rows
        if not known or not is_coloured:
            painter.fillRect(self._plot, QColor(theme.empty))
            said = self.tr("No slice in this view") if known else ""
            said = self.tr("no sound") if self._is_missing else said
            painter.setPen(QColor(theme.muted))
            painter.drawText(self._plot, Qt.AlignmentFlag.AlignCenter, said)
            if is_coloured and event.rect().bottom() > self._plot.bottom():
                self._paint_ticks(painter)
            return
        assert view is not None
        assert values is not None
        assert rows is not None
        self._paint_ground(painter, rows.values(values))
        if event.rect().bottom() > self._plot.bottom():
            self._paint_ticks(painter)
        self._paint_curve(painter, rows.values(values), QColor(theme.accent))
        held = self.hold
        if held is not None and held.average is not None and len(held.average) == len(values):
            self._paint_curve(painter, rows.values(held.average), QColor(theme.text))
        if held is not None and held.peak is not None and len(held.peak) == len(values):
            self._paint_curve(painter, rows.values(held.peak), QColor(theme.muted))
        self._paint_labels(painter, view)
        self._paint_legend(painter)

    def _paint_ground(self, painter: QPainter, values: NDArray[np.float32]) -> None:
        """The area up to the values, and the ticks' lines. In numpy, because a polygon takes ten
        times as long.

        values : of the pixel rows
        """
        width = max(1, round(self._plot.width()))
        ends = (self._x(values) - self._plot.left()).astype(np.int32)
        filled = np.arange(width, dtype=np.int32) <= ends[:, np.newaxis]
        pixels = np.where(filled, self._inside, self._outside)
        for at, _ in self._ticks():
            pixels[:, round(at * (width - 1))] = self._grid
        image = QImage(pixels.data, width, len(pixels), 4 * width, QImage.Format.Format_RGB32)
        painter.drawImage(self._plot, image)

    def _ticks(self) -> list[Tick]:
        low, high = self.image.db_range
        return level_ticks(low, high, _TICK_GAP * self._scale / max(1.0, self._plot.width()))

    def _font(self, painter: QPainter) -> None:
        font = QFont(self.font())
        font.setPixelSize(round(12 * self._scale))
        font.setFeature(QFont.Tag("tnum"), 1)
        painter.setFont(font)

    def _x(self, values: NDArray[np.float32]) -> NDArray[np.float64]:
        low, high = self.image.db_range
        part = np.fmin(np.fmax(values, low), high).astype(np.float64) - low  # NaN is the low end
        return self._plot.left() + part * ((self._plot.width() - 1) / (high - low))

    def _paint_curve(self, painter: QPainter, values: NDArray[np.float32], colour: QColor) -> None:
        x = self._x(values)
        y = self._plot.top() + (np.arange(len(x)) + 0.5) * (self._plot.height() / len(x))
        painter.setPen(colour)
        painter.drawPolyline(pg.functions.arrayToQPolygonF(x, y))

    def _paint_ticks(self, painter: QPainter) -> None:
        """Their labels, as far as there is room beside the time axis' last one."""
        plot, metrics = self._plot, painter.fontMetrics()
        painter.setPen(QColor(self._theme.muted))
        for at, label in self._ticks():
            x = plot.left() + at * (plot.width() - 1)
            width = metrics.horizontalAdvance(label)
            left, right = x - width / 2, x + width / 2
            if left < plot.left() + _NOW_ROOM * self._scale - UNIT or right > self.width():
                continue
            below = QRectF(x - width, plot.bottom() + 4, 2 * width, metrics.height())
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, label)

    def _paint_labels(self, painter: QPainter, view: ViewState) -> None:
        """A dot on each peak, and its frequency where there is room beside it."""
        if self.values is None:
            return
        plot, theme, metrics = self._plot, self._theme, painter.fontMetrics()
        ground, text_colour = QColor(theme.empty), QColor(theme.text)
        ground.setAlpha(200)
        for row, text in self.labels:
            if row >= len(self.values):
                continue
            y = plot.bottom() - fraction_of_row(row, view) * plot.height()
            x = float(self._x(self.values[row : row + 1])[0])
            painter.fillRect(QRectF(x - 2, y - 2, 4, 4), text_colour)
            if not text:
                continue
            width = metrics.horizontalAdvance(text)
            left = x + 7 if x + 7 + width < plot.right() else x - 7 - width
            top = min(max(y - metrics.height() / 2, plot.top()), plot.bottom() - metrics.height())
            box = QRectF(max(left, plot.left() + 2), top, width, metrics.height())
            painter.fillRect(box.adjusted(-2, 0, 2, 0), ground)
            painter.setPen(text_colour)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_legend(self, painter: QPainter) -> None:
        """In the upper right corner; drawn once for a look and a size of the type."""
        if self._legend is None:
            self._legend = self._draw_legend(painter.fontMetrics().height())
        size = self._legend.deviceIndependentSize()
        if size.height() > self._plot.height() / 3:  # of a low picture it would hide the spectrum
            return
        at = QPointF(self._plot.right() - size.width() - 6, self._plot.top() + 4)
        painter.drawPixmap(at, self._legend)

    def _draw_legend(self, height: int) -> QPixmap:
        theme, ratio = self._theme, self.devicePixelRatioF()
        rows = (
            (self.tr("average {0:g} s").format(_AVERAGE_S), QColor(theme.text)),
            (self.tr("peak hold"), QColor(theme.muted)),
        )
        width = round(_LEGEND * self._scale)
        legend = QPixmap(round(width * ratio), round(len(rows) * height * ratio))
        legend.setDevicePixelRatio(ratio)
        legend.fill(Qt.GlobalColor.transparent)
        painter = QPainter(legend)
        self._font(painter)
        for n, (text, colour) in enumerate(rows):
            room = painter.fontMetrics().horizontalAdvance(text)
            middle = (n + 0.5) * height
            painter.setPen(colour)
            left, right = width - room - 22, width - room - 6
            painter.drawLine(QPointF(left, middle), QPointF(right, middle))
            painter.setPen(QColor(theme.muted))
            box = QRectF(width - room, n * height, room, height)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()
        return legend


def _over(above: QColor, below: QColor) -> QColor:
    """The opaque colour that a translucent one gives."""
    part = above.alphaF()
    pairs = zip(above.getRgb()[:3], below.getRgb()[:3], strict=True)  # type: ignore[index]
    return QColor(*(round(part * a + (1 - part) * b) for a, b in pairs))
