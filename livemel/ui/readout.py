"""The card of readings in a corner of the picture."""

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPixmap

from livemel.ui.pill import pill_rect
from livemel.ui.readout_text import Row
from livemel.ui.spectrogram_view import SpectrogramView
from livemel.ui.theme import UNIT, Theme

_GAP = 2 * UNIT  # between columns
_PAD = UNIT


class Readout:
    """Tables under each other, on a ground that lets the picture through a little. It stands in
    the upper left corner, or in the right one while the pointer is there.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._tables: tuple[tuple[Row, ...], ...] = ()
        self._card: QPixmap | None = None
        self._room = 0.0  # px, the height that it was drawn for
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
        if not self._tables:
            return
        pill = None
        if image.caption:
            pill = pill_rect(image.caption, image.width(), painter.fontMetrics())
        room = image.height() - (0.0 if pill is None else pill.bottom())
        drawn = self._card if self._room == room else None
        if drawn is None or drawn.devicePixelRatio() != image.devicePixelRatioF():
            drawn, self._room = self._drawn(image, room), room
            self._card = drawn
        card = drawn.deviceIndependentSize()
        place = QRectF(QPointF(UNIT, UNIT), card)
        near = place.adjusted(0, 0, 3 * UNIT, 3 * UNIT)
        if self.pointer is not None and near.contains(self.pointer):
            place.moveLeft(image.width() - card.width() - UNIT)
        if pill is not None and pill.adjusted(-UNIT, 0, UNIT, 0).intersects(place):
            place.moveTop(pill.bottom() + UNIT)
        painter.drawPixmap(place.topLeft(), drawn)

    def _drawn(self, image: SpectrogramView, room: float) -> QPixmap:
        """room : px that there are for its height"""
        metrics = QFontMetricsF(image.font())
        line = metrics.height() + 2
        gaps = UNIT * (len(self._tables) - 1)
        most = int((room - 2 * UNIT - 2 * _PAD - gaps) / line)
        tables = _fitting(self._tables, most)
        layouts = [_widths(table, metrics) for table in tables]
        width = max(sum(widths) + _GAP * (len(widths) - 1) for widths in layouts)
        lines = sum(len(table) for table in tables)
        height = lines * line + UNIT * (len(tables) - 1)
        ratio = image.devicePixelRatioF()
        size = QSizeF(width + 2 * _PAD, height + 2 * _PAD)
        card = QPixmap((size * ratio).toSize())
        card.setDevicePixelRatio(ratio)
        card.fill(Qt.GlobalColor.transparent)
        painter = QPainter(card)
        painter.setFont(image.font())
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
                for n, (cell, room) in enumerate(zip(row, widths, strict=True)):
                    heading = n == 0 or (row is table[0] and not row[0])
                    painter.setPen(QColor(self._theme.muted if heading else self._theme.text))
                    side = Qt.AlignmentFlag.AlignLeft if n == 0 else Qt.AlignmentFlag.AlignRight
                    painter.drawText(
                        QRectF(x, y, room, line), side | Qt.AlignmentFlag.AlignVCenter, cell
                    )
                    x += room + _GAP
                y += line
            y += UNIT
        painter.end()
        return card


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
