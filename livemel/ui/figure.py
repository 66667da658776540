"""Figure: an image of columns with axes, colour bar and caption, drawn by any QPainter."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QImage, QPainter, QPen

from livemel.buffers.columns import ColumnRing
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.weighting import LevelScale
from livemel.engine import Feed
from livemel.ui.axes import Axes
from livemel.ui.band_marks import WIDTH, marks_of, paint_marks
from livemel.ui.colormaps import DEVIATION, inks, lookup_table
from livemel.ui.mark_overlay import MarkOverlay
from livemel.ui.mark_shapes import mark_shapes
from livemel.ui.marks import Marks
from livemel.ui.pixel_ring import PixelRing, Pixels
from livemel.ui.stream_time import seconds_of
from livemel.ui.theme import UNIT, Theme
from livemel.ui.ticks import Tick, clock_ticks, level_ticks, side_ticks
from livemel.ui.value_range import unit
from livemel.ui.view_state import RowScale, ViewState
from livemel.ui.views import view_of
from livemel.ui.words import translate

# All distances are in px at 96 dpi, and grow with the dpi as the text does: 9 pt are 12 px.
_PX_DPI = 96
_TEXT, _SMALL = 13, 12
_TOP, _BOTTOM, _LEFT, _RIGHT = 5 * UNIT, 7 * UNIT, 7 * UNIT, 10 * UNIT
_BAR, _BAR_GAP = 2 * UNIT, 2 * UNIT
_TICK, _TICK_GAP = 4, 3
_LINE = 18  # of small text
_HZ_GAP, _TIME_GAP, _DB_GAP = 18, 64, 36
_LANE_GAP = 4


@dataclass(frozen=True, slots=True)
class Paper:
    """What a figure is drawn on. size : px; dpi : which the text is set by"""

    size: tuple[int, int]
    dpi: int
    theme: Theme
    cmap: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What a figure shows.

    stop : so many of the feed's columns, from its first, are left of the right edge
    low, high : the ends of the colour map; bottom, top : the part of the rows
    scale : what levels read in; marks : what is marked in the picture
    deviation : makes values deviations in σ, in which low and high then are; None for values
    lanes : names and columns of several channels of the feed, from the top; () for its own alone
    source, what, caption : over the image's two edges, and below
    """

    feed: Feed
    stop: float
    span_s: float
    low: float
    high: float
    source: str
    what: str
    caption: str
    bottom: float = 0.0
    top: float = 1.0
    scale: LevelScale = LevelScale()  # noqa: RUF009 (frozen)
    marks: Marks = Marks()  # noqa: RUF009 (frozen)
    deviation: RowScale | None = None
    lanes: tuple[tuple[str, ColumnRing], ...] = ()


PutPixels = Callable[[QPainter, QRect, Pixels], None]


class Figure:
    """All that is drawn, worked out. Not bound to a thread."""

    def __init__(self, shown: Shown, paper: Paper) -> None:
        self.shown, self.paper = shown, paper
        self._unit = paper.dpi / _PX_DPI
        coloured = view_of(shown.feed.frontend).coloured
        (width, height), px = paper.size, self.px
        right = px(_RIGHT if coloured else _LEFT / 2)
        self.image = QRect(
            px(_LEFT), px(_TOP), width - px(_LEFT) - right, height - px(_TOP) - px(_BOTTOM)
        )
        self.lanes = shown.lanes or (("", shown.feed.columns),)
        self.places = self._divided(self.image, len(self.lanes))
        self.image.setBottom(self.places[-1].bottom())
        self.bar = QRect(
            self.image.right() + 1 + px(_BAR_GAP), self.image.top(), px(_BAR), self.image.height()
        )
        self.view = ViewState(
            shown.feed.frontend,
            self.image.width(),
            self.places[0].height(),
            shown.span_s,
            shown.low,
            shown.high,
            shown.bottom,
            shown.top,
            shown.scale,
            shown.deviation,
        )
        newest = self.view.newest_pixel(shown.stop)
        self.stop_s = seconds_of(shown.feed, (newest + 1) * self.view.columns_per_pixel)
        self._newest = newest

    def px(self, length: float) -> int:
        """A length at 96 dpi, in px of the paper."""
        return round(length * self._unit)

    @property
    def _cmap(self) -> str:
        return self.paper.cmap if self.shown.deviation is None else DEVIATION[self.paper.theme.name]

    def _divided(self, area: QRect, lanes: int) -> list[QRect]:
        """Places under each other, each as high as the others."""
        gap = self.px(_LANE_GAP)
        height = max(1, (area.height() - gap * (lanes - 1)) // lanes)
        tops = [area.top() + n * (height + gap) for n in range(lanes)]
        return [QRect(area.left(), top, area.width(), height) for top in tops]

    def pixels(self, lane: int = 0) -> Pixels:
        """The image of a lane, from the top: shape (height, width), 0xffRRGGBB."""
        ring = PixelRing(self.view, inks(self.paper.theme, self._cmap))
        ring.redraw(self.lanes[lane][1], self._newest)
        return ring.picture()

    def draw(self, painter: QPainter, put: PutPixels | None = None) -> None:
        """All of it, in px of the paper. Vectors, but for the image and the colour bar.

        put : what draws these two; None is pixel by pixel
        """
        put = put or draw_pixels
        theme, frontend = self.paper.theme, self.shown.feed.frontend
        # A little beyond: a PDF's page is rounded up to whole points.
        width, height = (side + self.paper.dpi // 72 + 1 for side in self.paper.size)
        painter.fillRect(QRect(0, 0, width, height), QColor(theme.background))
        for n, place in enumerate(self.places):
            put(painter, place, self.pixels(n))
            self._draw_marks(painter, place)
            self._draw_side(painter, frontend, place)
            self._draw_name(painter, self.lanes[n][0], place)
        self._draw_words(painter)
        label = translate("Views", view_of(frontend).axis)
        corner = QRect(self.px(UNIT), self._below, self.px(_LEFT), self.px(_LINE))
        self._draw_text(painter, corner, label, theme.muted, Qt.AlignmentFlag.AlignLeft)
        seconds = clock_ticks(
            self.stop_s - self.shown.span_s,
            self.shown.span_s,
            self.px(_TIME_GAP) / self.image.width(),
        )
        self._draw_below(painter, seconds)
        if view_of(frontend).coloured:
            self._draw_bar(painter, frontend, put)

    def _draw_marks(self, painter: QPainter, image: QRect) -> None:
        unit_px = self._unit
        width, height = round(image.width() / unit_px), round(image.height() / unit_px)
        shapes = mark_shapes(self.shown.marks, Axes(self.view, width, height, self.stop_s))
        if shapes:
            painter.save()
            painter.setClipRect(image)
            painter.translate(image.left(), image.top())
            painter.scale(unit_px, unit_px)
            painter.setFont(self._font(_SMALL, scaled=False))
            MarkOverlay().draw(painter, shapes)
            painter.restore()

    def _draw_words(self, painter: QPainter) -> None:
        theme, image = self.paper.theme, self.image
        right = self.paper.size[0] - self.px(UNIT)
        line = QRect(image.left(), self.px(UNIT), right - image.left(), self.px(_TOP - 1.5 * UNIT))
        painter.setFont(self._font(_TEXT))
        # Where both are too long, the source gives way first.
        kept = painter.fontMetrics().horizontalAdvance(self.shown.source)
        kept = min(kept, round(0.3 * line.width()))
        what = self._draw_text(
            painter,
            line.adjusted(kept + self.px(2 * UNIT), 0, 0, 0),
            self.shown.what,
            theme.muted,
            Qt.AlignmentFlag.AlignRight,
        )
        source = line.adjusted(0, 0, -what - self.px(2 * UNIT), 0)
        self._draw_text(painter, source, self.shown.source, theme.text, Qt.AlignmentFlag.AlignLeft)
        painter.setFont(self._font(_SMALL))
        bottom = self.paper.size[1] - self.px(UNIT / 2)
        caption = QRect(image.left(), bottom - self.px(_LINE), right - image.left(), self.px(_LINE))
        self._draw_text(
            painter, caption, self.shown.caption, theme.muted, Qt.AlignmentFlag.AlignLeft
        )

    def _draw_name(self, painter: QPainter, name: str, image: QRect) -> None:
        """A lane's, in its upper left corner."""
        if not name:
            return
        painter.setFont(self._font(_SMALL))
        metrics, pad = painter.fontMetrics(), self.px(UNIT / 2)
        width = metrics.horizontalAdvance(name) + 2 * pad
        ground = QRect(image.left() + pad, image.top() + pad, width, metrics.height())
        painter.fillRect(ground, QColor(self.paper.theme.background))
        painter.setPen(QColor(self.paper.theme.text))
        painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, name)

    def _draw_side(self, painter: QPainter, frontend: FrontEnd, image: QRect) -> None:
        """The axis of the rows, and the marks at bands that are not resolved."""
        painter.setFont(self._font(_SMALL))
        ticks = side_ticks(self.view, self.px(_HZ_GAP) / image.height())
        if len(self.places) > 1:  # a label must not reach out of its lane
            margin = (self.px(_LINE) / 2 - self.px(_LANE_GAP)) / image.height()
            ticks = [tick for tick in ticks if margin <= tick.at <= 1 - margin]
        self._draw_ticks(painter, ticks, image.left(), image, left=True)
        painter.save()
        painter.translate(image.left() - self.px(WIDTH), image.top())
        painter.scale(self._unit, self._unit)
        height = image.height() / self._unit
        marks = marks_of(frontend, height, self.shown.bottom, self.shown.top)
        paint_marks(painter, marks, self.paper.theme)
        painter.restore()

    def _draw_bar(self, painter: QPainter, frontend: FrontEnd, put: PutPixels) -> None:
        bar, shift = self.bar, self.view.shift_db
        low, high = self.shown.low + shift, self.shown.high + shift
        rows = 255 - np.arange(bar.height()) * 256 // bar.height()
        column = lookup_table(self._cmap)[rows][:, np.newaxis]
        put(painter, bar, np.repeat(column, bar.width(), axis=1))
        ticks = level_ticks(low, high, self.px(_DB_GAP) / bar.height())
        self._draw_ticks(painter, ticks, bar.right() + 1, bar, left=False)
        width, right = self.px(_RIGHT), self.paper.size[0] - self.px(UNIT)
        corner = QRect(right - width, self._below, width, self.px(_LINE))
        self._draw_text(
            painter,
            corner,
            unit(frontend, self.shown.scale) if self.shown.deviation is None else "σ",
            self.paper.theme.muted,
            Qt.AlignmentFlag.AlignRight,
        )

    @property
    def _below(self) -> int:
        """Where the labels under the image begin."""
        return self.image.bottom() + 1 + self.px(_TICK + 1)

    def _draw_ticks(
        self, painter: QPainter, ticks: list[Tick], x: int, image: QRect, *, left: bool
    ) -> None:
        """Ticks and labels of an upright axis at x, as high as the image."""
        side = -1 if left else 1
        room, half = self.px(_LEFT), self.px(_LINE) / 2
        away = side * self.px(_TICK + _TICK_GAP)
        for tick in ticks:
            y = image.top() + (1 - tick.at) * image.height()
            self._draw_line(painter, QPointF(x, y), QPointF(x + side * self.px(_TICK), y))
            begin = x + away - room if left else x + away
            flag = Qt.AlignmentFlag.AlignRight if left else Qt.AlignmentFlag.AlignLeft
            painter.drawText(
                QRectF(begin, y - half, room, 2 * half),
                flag | Qt.AlignmentFlag.AlignVCenter,
                tick.label,
            )

    def _draw_below(self, painter: QPainter, ticks: list[Tick]) -> None:
        image, room = self.image, self.px(_TIME_GAP)
        for tick in ticks:
            x = image.left() + tick.at * image.width()
            y = image.bottom() + 1
            self._draw_line(painter, QPointF(x, y), QPointF(x, y + self.px(_TICK)))
            place = QRectF(x - room / 2, self._below, room, self.px(_LINE))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, tick.label)

    def _draw_line(self, painter: QPainter, begin: QPointF, end: QPointF) -> None:
        """In the colour of labels, on whole pixels."""
        pen = QPen(QColor(self.paper.theme.muted), max(1, self.px(1)))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        inside = pen.width() / 2
        if begin.y() == end.y():
            y = min(round(begin.y()), self.image.bottom()) + inside
            painter.drawLine(QPointF(begin.x(), y), QPointF(end.x(), y))
        else:
            x = min(round(begin.x()), self.image.right()) + inside
            painter.drawLine(QPointF(x, begin.y()), QPointF(x, end.y()))

    def _draw_text(
        self, painter: QPainter, place: QRect, text: str, colour: str, side: Qt.AlignmentFlag
    ) -> int:
        """As much as there is room for; returns its width."""
        painter.setPen(QColor(colour))
        metrics = painter.fontMetrics()
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, side | Qt.AlignmentFlag.AlignVCenter, shown)
        return metrics.horizontalAdvance(shown)

    def _font(self, px: int, *, scaled: bool = True) -> QFont:
        font = QFont(QFontInfo(QFont()).family())  # what "Sans Serif" is here: files go elsewhere
        font.setPixelSize(max(1, self.px(px) if scaled else px))
        return font


def draw_pixels(painter: QPainter, place: QRect, pixels: Pixels) -> None:
    """Pixel by pixel."""
    painter.drawImage(place, image_of_pixels(pixels))


def image_of_pixels(pixels: Pixels) -> QImage:
    """They as an image of its own: shape (height, width), 0xffRRGGBB."""
    height, width = pixels.shape
    data = np.ascontiguousarray(pixels)
    return QImage(data.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()
