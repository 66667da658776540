"""A row of the channel list: box, name, level."""

import math

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from livemel.channel import Channel
from livemel.ui.channel_meter import ChannelLevel
from livemel.ui.levels_panel import number
from livemel.ui.theme import UNIT, Theme

_ROW = 26  # px, where text is as high as _TEXT
_TEXT = 16
CHANNEL = Qt.ItemDataRole.UserRole
BOX_RIGHT = 4 * UNIT  # px: left of it a click ticks, right of it a click chooses
_BOX = 14
_TICK = ((3, 7), (6, 10), (11, 4))
_FLOOR_DB = -60.0
_BAR, _NUMBER = 16 * UNIT, 6 * UNIT

Index = QModelIndex | QPersistentModelIndex


class ChannelRow(QStyledItemDelegate):
    """Draws one channel: a box with a tick where it is computed, its name, RMS as a bar with the
    peak as a mark, and the peak in dB FS. A red square says that it clips.

    levels : replaced as a whole; a channel that is not there has no level yet
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.levels: dict[Channel, ChannelLevel] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        scale = type_scale(option.fontMetrics)
        return QSize(round(54 * UNIT * scale), round(_ROW * scale))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect, theme = QRectF(option.rect), self.theme
        painter.save()
        # The one that arrows go on from; without a mouse it is the only sign of the focus.
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(theme.line))
        ticked = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) is Qt.CheckState.Checked
        self._paint_box(painter, rect, ticked=ticked)
        font = QFont(option.font)
        font.setFeature(QFont.Tag("tnum"), 1)
        painter.setFont(font)
        painter.setPen(QColor(theme.text))
        number_width = _NUMBER * type_scale(option.fontMetrics)
        right = rect.right() - UNIT - number_width - UNIT - _BAR
        left = rect.left() + BOX_RIGHT
        name = QRectF(left, rect.top(), right - UNIT - left, rect.height())
        text = QFontMetrics(font).elidedText(
            str(index.data()), Qt.TextElideMode.ElideRight, int(name.width())
        )
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, text)
        level = self.levels.get(index.data(CHANNEL))
        if level is not None:
            bar = QRectF(right, rect.center().y() - UNIT / 2, _BAR, UNIT)
            self._paint_level(painter, bar, level)
            where = rect.adjusted(rect.width() - UNIT - number_width, 0, -UNIT, 0)
            painter.setPen(QColor(theme.red if level.clipped else theme.muted))
            both = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(where, both, number(_db(level.peak)))
        painter.restore()

    def _paint_box(self, painter: QPainter, rect: QRectF, *, ticked: bool) -> None:
        theme = self.theme
        box = QRectF(rect.left() + UNIT + 0.5, rect.center().y() - _BOX / 2, _BOX, _BOX)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.accent if ticked else theme.muted))
        painter.setBrush(QColor(theme.accent if ticked else theme.background))
        painter.drawRoundedRect(box, 3, 3)
        if ticked:
            pen = painter.pen()
            pen.setColor(QColor(theme.on_accent))
            pen.setWidthF(2)
            painter.setPen(pen)
            x, y = box.left(), box.top()
            painter.drawPolyline([QPointF(x + dx, y + dy) for dx, dy in _TICK])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

    def _paint_level(self, painter: QPainter, bar: QRectF, level: ChannelLevel) -> None:
        theme = self.theme
        painter.fillRect(bar, QColor(theme.background))
        lit = QRectF(bar)
        lit.setWidth(_part(_db(level.rms)) * bar.width())
        painter.fillRect(lit, QColor(theme.accent))
        peak = _part(_db(level.peak))
        if peak > 0:
            x = bar.left() + peak * (bar.width() - 2)
            mark = QRectF(x, bar.top() - 2, 2, bar.height() + 4)
            painter.fillRect(mark, QColor(theme.text))
        if level.clipped:
            painter.fillRect(QRectF(bar.right() + 2, bar.top(), 6, UNIT), QColor(theme.red))


def type_scale(metrics: QFontMetrics) -> float:
    """How much larger the type is than usual: in presenter mode twice."""
    return max(1.0, metrics.height() / _TEXT)


def _db(amplitude: float) -> float:
    return 20 * math.log10(amplitude) if amplitude > 0 else -math.inf


def _part(db: float) -> float:
    """Of a bar's length."""
    return min(1.0, max(0.0, (db - _FLOOR_DB) / -_FLOOR_DB))
