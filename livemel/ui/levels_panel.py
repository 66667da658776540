"""Levels of all channels as bars with numbers."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from livemel.buffers.history import SampleHistory
from livemel.channel import Channel
from livemel.dsp.level import FULL_SCALE
from livemel.dsp.loudness import WINDOW_S, ChannelLevels, channel_levels, samples_needed
from livemel.ui.panel_header import HEIGHT, PanelHeader
from livemel.ui.theme import UNIT, Theme

MOST_CHANNELS = 8
_FLOOR_DB = -60.0
_FULL_SCALE_DB = 20 * math.log10(float(FULL_SCALE)) - 1e-9
_ROW, _COLUMN, _NAME = 18, 9 * UNIT, 6 * UNIT  # px
_TICKS_DB = (-60, -40, -20, -10, 0)


class LevelsPanel(QWidget):
    """Peak, RMS, crest and momentary loudness of the last 400 ms, of up to eight channels.

    lanes : those on the screen: of more than eight channels theirs are shown, where it is several
    """

    def __init__(self, theme: Theme, lanes: Callable[[], Sequence[Channel]] = tuple) -> None:
        super().__init__()
        self._lanes = lanes
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Levels"))
        self.setToolTip(
            self.tr(
                "Of the last 400 ms: RMS (bar) and peak (mark) in dB FS, crest: peak over RMS, and "
                "momentary loudness (ITU-R BS.1770).\n"
                "All: the channels together, each counted the same. "
                "A sine that just reaches full scale reads −3.0 dB FS RMS."
            )
        )
        self.header = PanelHeader(self.tr("Levels"), narrow=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(UNIT, UNIT, 0, 0)
        row.addWidget(self.header, 0, Qt.AlignmentFlag.AlignTop)
        row.addStretch(1)
        self.levels: ChannelLevels | None = None
        self._has_sound = True
        self._channels: tuple[int, ...] = (1,)  # of the rows, from the top
        self._more = 0
        self._waits = False
        self._scale = 1.0
        self._at: tuple[object, int, tuple[int, ...]] = (None, -1, ())
        self.set_theme(theme)
        self._size()

    def set_theme(self, theme: Theme) -> None:
        """The theme's colours."""
        self._theme = theme
        self.update()

    def set_scale(self, scale: float) -> None:
        """The size of the type; 1 is the usual one."""
        self._scale = scale
        self._size()

    def set_waiting(self) -> None:
        """They are not brought up to date for now: it says so, and shows none that are old."""
        if not self._waits:
            self._waits, self._at = True, (None, -1, ())
            self.setAccessibleDescription(self._waiting())
            self.update()

    def show_levels(self, history: SampleHistory, sr: int, stop: int) -> None:
        """The levels of the sound before sample number `stop`; none where all of it is missing."""
        stop = min(stop, history.written)
        shown = channels_shown(history.channels, self._lanes())
        if self._at == (history, stop, shown):
            return
        first = stop - round(WINDOW_S * sr)
        if any(gap.start <= first and gap.stop >= stop for gap in history.gaps(first, stop)):
            self.show_no_sound()
            return
        self._at, self._has_sound, self._waits = (history, stop, shown), True, False
        before, self._channels = len(self._channels) + self._more, shown
        self._more = history.channels - len(shown)
        if len(shown) + self._more != before:
            self._size()
        span = history.read(stop - samples_needed(sr), stop)
        self.levels = channel_levels(span.samples, sr)
        self.setAccessibleDescription(self._text())
        self.update()

    def show_no_sound(self) -> None:
        """None is heard: there are no levels."""
        if self._has_sound or self._waits:
            self.levels, self._at = None, (None, -1, ())
            self._has_sound = self._waits = False
            self.setAccessibleDescription(self.tr("no sound"))
            self.update()

    def texts(self) -> list[list[str]]:
        """The numbers of each row, padded so that they never jump; the last row is of all."""
        levels = self.levels
        if levels is None:
            return []
        rows = [
            [number(levels.peak_db[n - 1]), number(levels.rms_db[n - 1]),
             number(levels.crest_db[n - 1]), number(levels.lufs[n - 1])]
            for n in self._channels
        ]  # fmt: skip
        if self._has_all:
            rows.append(["", "", "", number(levels.all_lufs)])
        return rows

    def _waiting(self) -> str:
        return self.tr("waits: the computer is busy")

    def _text(self) -> str:
        parts = []
        for name, row in zip(self._names(), self.texts(), strict=True):
            told = zip(self._headings(), row, strict=True)
            parts.append(f"{name}: " + ", ".join(f"{what} {value.strip()}" for what, value in told))
        return "; ".join(parts)

    def _names(self) -> list[str]:
        names = [self.tr("ch {0}").format(n) for n in self._channels]
        more = f" (+{self._more})" if self._more else ""
        return [*names, self.tr("all") + more] if self._has_all else names

    @property
    def _has_all(self) -> bool:
        return len(self._channels) + self._more > 1

    def _headings(self) -> tuple[str, ...]:
        return self.tr("Peak"), self.tr("RMS"), self.tr("Crest"), self.tr("LUFS-M")

    def _size(self) -> None:
        rows = 1 + len(self._channels) + (1 if self._has_all else 0)
        height = rows * _ROW + 2 * UNIT
        self.setFixedHeight(max(round(height * self._scale), round(2 * HEIGHT * self._scale)))
        self.header.setFixedWidth(round(6 * UNIT * self._scale))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(60 * UNIT, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme, scale = QPainter(self), self._theme, self._scale
        font = QFont(self.font())
        font.setPixelSize(round(12 * scale))
        font.setFeature(QFont.Tag("tnum"), 1)
        painter.setFont(font)
        painter.setPen(QColor(theme.muted))
        painter.translate(0, UNIT)
        row, column = round(_ROW * scale), round(_COLUMN * scale)
        widths = [QFontMetrics(font).horizontalAdvance(name) for name in self._names()]
        name = max(round(_NAME * scale), max(widths) + round(UNIT * scale))
        left = round(7 * UNIT * scale)
        numbers = self.width() - 2 * UNIT - 4 * column
        middle = Qt.AlignmentFlag.AlignVCenter
        right = middle | Qt.AlignmentFlag.AlignRight
        for n, heading in enumerate(self._headings()):
            painter.drawText(QRectF(numbers + n * column, 0, column, row), right, heading)
        bar = QRectF(left + name, 0, numbers - left - name, row)
        self._paint_scale(painter, bar)
        if self._waits:
            under = self.rect().adjusted(left, row, 0, -UNIT)
            painter.drawText(under, Qt.AlignmentFlag.AlignCenter, self._waiting())
            return
        if not self._has_sound:
            painter.drawText(bar.translated(0, row), middle, self.tr("no sound"))
        rows = zip(self._names(), self.texts(), strict=False)
        for n, (channel, texts) in enumerate(rows):
            top = (n + 1) * row
            painter.setPen(QColor(theme.muted))
            painter.drawText(QRectF(left, top, name, row), middle, channel)
            if texts[0]:
                self._paint_bar(painter, bar.translated(0, top), self._channels[n] - 1)
            painter.setPen(QColor(theme.text))
            for k, text in enumerate(texts):
                painter.drawText(QRectF(numbers + k * column, top, column, row), right, text)

    def _paint_scale(self, painter: QPainter, bar: QRectF) -> None:
        width = round(_NAME * self._scale)
        for db in _TICKS_DB:
            x = bar.left() + _part(db) * bar.width()
            painter.drawText(
                QRectF(x - width / 2, bar.top(), width, bar.height()),
                Qt.AlignmentFlag.AlignCenter,
                str(db).replace("-", "−"),
            )

    def _paint_bar(self, painter: QPainter, bar: QRectF, channel: int) -> None:
        levels, theme = self.levels, self._theme
        if levels is None:
            return
        thick = round(UNIT * self._scale)
        ground = QRectF(bar.left(), bar.center().y() - thick / 2, bar.width(), thick)
        painter.fillRect(ground, QColor(theme.line))
        lit = QRectF(ground)
        lit.setWidth(_part(levels.rms_db[channel]) * ground.width())
        painter.fillRect(lit, QColor(theme.accent))
        peak = levels.peak_db[channel]
        if peak > _FLOOR_DB:
            clipped = peak >= _FULL_SCALE_DB
            x = ground.left() + _part(peak) * (ground.width() - 2)
            mark = QRectF(x, ground.top() - 2, 4 if clipped else 2, thick + 4)
            painter.fillRect(mark, QColor(theme.red if clipped else theme.text))


def channels_shown(channels: int, lanes: Sequence[Channel]) -> tuple[int, ...]:
    """The channels that have a row, eight at most: those of the lanes, and those after them."""
    own = sorted({n for n in lanes if isinstance(n, int) and n <= channels})
    if channels <= MOST_CHANNELS or len(lanes) < 2 or not own:
        return tuple(range(1, min(channels, MOST_CHANNELS) + 1))
    # As many as there ever are: were they fewer, there would be room for more lanes, and so on.
    last = own[-1]
    after = [n for n in (*range(last + 1, channels + 1), *range(last, 0, -1)) if n not in own]
    return tuple(sorted([*own, *after][:MOST_CHANNELS]))


def _part(db: float | NDArray[np.float64]) -> float:
    """Of a bar's length."""
    return min(1.0, max(0.0, (float(db) - _FLOOR_DB) / -_FLOOR_DB)) if db == db else 0.0


def number(value: float | NDArray[np.float64]) -> str:
    """−18.2, of constant width; −∞ for silence and a dash for what is no number."""
    if value != value:
        text = "–"
    elif value == -math.inf:
        text = "−∞"
    else:
        text = f"{float(value):.1f}".replace("-", "−")
    return text.rjust(5, "\u2007")
