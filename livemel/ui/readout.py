"""The card of readings in a corner of the picture."""

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap

from livemel.ui.pill import pill_rect
from livemel.ui.readout_text import Row
from livemel.ui.spectrogram_view import SpectrogramView
from livemel.ui.theme import UNIT, Theme

_GAP = 2 * UNIT  # between columns
_PAD = UNIT
_LEAST_PX = 9  # of type; smaller is not to be read


class Readout:
    """Tables under each other, on a ground that lets the picture through a little. It stands in
    the upper left corner, or in the right one while the pointer is there.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._tables: tuple[tuple[Row, ...], ...] = ()
        self._card: QPixmap | None = None
        self._drawn_for: tuple[object, ...] = ()
        self.pointer: QPointF | None = None

    def set_theme(self, theme: Theme) -> None:
        """The theme's colours."""
        self._theme, self._card = theme, None

    def show_tables(self, tables: tuple[tuple[Row, ...], ...]) -> bool:
        """What is to be read. True if that is something else than before."""
        if tables == self._tables:
            return False
        self._tables, self._card = tables, None
        return True

    def paint(self, painter: QPainter, image: SpectrogramView) -> None:
        """Draw the card. Runs on: the GUI thread, in the picture's paint."""
        if image.inset:  # a lane of several is too low for it: a ReadoutPane shows it
            return
        pill = None
        if image.caption:
            pill = pill_rect(image.caption, image.width(), painter.fontMetrics())
        drawn = self.card(image, image.height() - (0.0 if pill is None else pill.bottom()))
        if drawn is None:
            return
        card = drawn.deviceIndependentSize()
        place = QRectF(QPointF(UNIT, UNIT), card)
        if self.is_near(place):
            place.moveLeft(image.width() - card.width() - UNIT)
        if pill is not None and pill.adjusted(-UNIT, 0, UNIT, 0).intersects(place):
            place.moveTop(pill.bottom() + UNIT)
        painter.drawPixmap(place.topLeft(), drawn)

    def card(self, image: SpectrogramView, room: float) -> QPixmap | None:
        """What is to be read, drawn; None where that is nothing. room : px for its height"""
        if not self._tables:
            return None
        drawn_for = (image.devicePixelRatioF(), image.size(), image.font(), room)
        if self._card is None or drawn_for != self._drawn_for:
            self._card, self._drawn_for = self._drawn(image, room), drawn_for
        return self._card

    def is_near(self, place: QRectF) -> bool:
        """Whether the pointer is at that place of the picture, or close to it."""
        near = place.adjusted(0, 0, 3 * UNIT, 3 * UNIT)
        return self.pointer is not None and near.contains(self.pointer)

    def _drawn(self, image: SpectrogramView, room: float) -> QPixmap:
        """room : px that there are for its height"""
        font = QFont(image.font())
        width, height = _size(self._tables, QFontMetricsF(font))
        px = image.fontInfo().pixelSize()
        # In large type, or a small picture.
        while px > _LEAST_PX and (
            width > image.width() - 4 * UNIT or height > room - 2 * UNIT - 2 * _PAD
        ):
            px -= 1
            font.setPixelSize(px)
            width, height = _size(self._tables, QFontMetricsF(font))
        metrics = QFontMetricsF(font)
        line = metrics.height() + 2
        gaps = UNIT * (len(self._tables) - 1)
        tables = _fitting(self._tables, int((room - 2 * UNIT - 2 * _PAD - gaps) / line))
        width, height = _size(tables, metrics)
        layouts = [_widths(table, metrics) for table in tables]
        ratio = image.devicePixelRatioF()
        size = QSizeF(width + 2 * _PAD, height + 2 * _PAD)
        card = QPixmap((size * ratio).toSize())
        card.setDevicePixelRatio(ratio)
        card.fill(Qt.GlobalColor.transparent)
        painter = QPainter(card)
        painter.setFont(font)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(self._theme.raised)
        ground.setAlpha(225)
        painter.setBrush(ground)
        painter.setPen(QColor(self._theme.line))
        painter.drawRoundedRect(QRectF(0.5, 0.5, size.width() - 1, size.height() - 1), 6, 6)
        y = float(_PAD)
        for table, widths in zip(tables, layouts, strict=True):
            for row in table:
                x = float(_PAD)
                for n, (cell, across) in enumerate(zip(row, widths, strict=True)):
                    heading = n == 0 or (row is table[0] and not row[0])
                    painter.setPen(QColor(self._theme.muted if heading else self._theme.text))
                    side = Qt.AlignmentFlag.AlignLeft if n == 0 else Qt.AlignmentFlag.AlignRight
                    painter.drawText(
                        QRectF(x, y, across, line), side | Qt.AlignmentFlag.AlignVCenter, cell
                    )
                    x += across + _GAP
                y += line
            y += UNIT
        painter.end()
        return card


def _size(tables: tuple[tuple[Row, ...], ...], metrics: QFontMetricsF) -> tuple[float, float]:
    """What the tables need, without the room around them."""
    layouts = [_widths(table, metrics) for table in tables]
    lines = sum(len(table) for table in tables)
    width = max(sum(widths) + _GAP * (len(widths) - 1) for widths in layouts)
    return width, lines * (metrics.height() + 2) + UNIT * (len(tables) - 1)


def _widths(table: tuple[Row, ...], metrics: QFontMetricsF) -> list[float]:
    columns = zip(*table, strict=True)
    return [max(metrics.horizontalAdvance(cell) for cell in column) + 1 for column in columns]


def _fitting(tables: tuple[tuple[Row, ...], ...], most: int) -> tuple[tuple[Row, ...], ...]:
    """As many rows as there is room for; dots stand for the others, which can be copied."""
    fitting: list[tuple[Row, ...]] = []
    for table in tables:
        if len(table) > most:
            dots = ("…", *("" for _ in table[0][1:]))
            fitting += [(*table[: most - 1], dots)] if most > 0 else []
            break
        fitting.append(table)
        most -= len(table)
    return tuple(fitting) or (tables[0][:1],)
