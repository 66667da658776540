"""The level meter with its clip light."""

import math

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from livemel.dsp.weighting import LevelScale
from livemel.ui.theme import UNIT, Theme

_FLOOR_DB = -60.0
_FALL_DB = 1.0  # a look: the peak mark sinks slowly enough to be read
_SEGMENTS = 20
_NO_SOUND = "\u2007\u2007–\u2007\u2007"


class LevelMeter(QWidget):
    """RMS as a bar, peak as a mark, clipping as a light that stays until it is clicked, or
    Space puts it out."""

    cleared = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setFixedSize(self.sizeHint())
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self.tr("Level"))
        self._full_scale_spl: float | None = None
        self.set_calibration(None)
        self._theme = theme
        self._rms_db = self._peak_db = self._held_db = _FLOOR_DB
        self._has_sound = True
        self.clipped = False

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def set_calibration(self, full_scale_spl: float | None) -> None:
        """Let the numbers be dB SPL: a full-scale sine is so many. None for dB FS."""
        self._full_scale_spl = full_scale_spl
        told = [self.tr("RMS (bar) and peak (mark), −60 to 0 dB FS.")]
        if full_scale_spl is not None:
            told.append(self.tr("A full-scale sine is {:g} dB SPL.").format(full_scale_spl))
        told.append(self.tr("A click puts the clip light out."))
        self.setToolTip(" ".join(told))

    def show_level(self, peak: float, mean_square: float, clipped: bool) -> None:
        """Show these: peak in [0, 1], mean square, and whether full scale was reached."""
        self._has_sound = True
        peak_db = 20 * math.log10(max(peak, 1e-6))
        rms_db = 10 * math.log10(max(mean_square, 1e-12))
        held_db = max(peak_db, self._held_db - _FALL_DB)
        shown = (round(rms_db), round(held_db), clipped or self.clipped)
        before = (round(self._rms_db), round(self._held_db), self.clipped)
        self._rms_db, self._peak_db, self._held_db = rms_db, peak_db, held_db
        self.clipped = self.clipped or clipped
        if shown != before:
            self.update()

    def show_no_sound(self, *, clipped: bool = False) -> None:
        """None is heard, which is not silence: the numbers are dashes. The last of it may have
        clipped.
        """
        self.show_level(0.0, 0.0, clipped)
        self._has_sound = False

    def clear(self) -> None:
        """Another sound: no peak held, the light out."""
        self._held_db, self.clipped = _FLOOR_DB, False
        self.update()

    @property
    def text(self) -> str:
        """The numbers, of constant width."""
        scale = LevelScale(full_scale_spl=self._full_scale_spl)
        rms = peak = _NO_SOUND
        if self._has_sound:
            rms, peak = (_db(db, scale.offset_db) for db in (self._rms_db, self._peak_db))
        return f"{rms} {scale.label}   {self.tr('peak')} {peak}"

    def sizeHint(self) -> QSize:
        return QSize(21 * UNIT, 2 * UNIT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        bar = QRectF(0, 4, 15 * UNIT, UNIT)
        gap, theme = 1.0, self._theme
        width = (bar.width() - gap * (_SEGMENTS - 1)) / _SEGMENTS
        lit = (self._rms_db - _FLOOR_DB) / -_FLOOR_DB * _SEGMENTS
        for i in range(_SEGMENTS):
            colour = theme.accent if i < lit else theme.line
            left = bar.left() + i * (width + gap)
            painter.fillRect(QRectF(left, bar.top(), width, bar.height()), QColor(colour))
        held = min(1.0, max(0.0, (self._held_db - _FLOOR_DB) / -_FLOOR_DB))
        if held > 0:
            mark = QRectF(bar.left() + held * (bar.width() - 2), bar.top() - 2, 2, bar.height() + 4)
            painter.fillRect(mark, QColor(theme.text))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        light = QRectF(bar.right() + UNIT, 4, UNIT, UNIT)
        painter.setPen(QColor(theme.red if self.clipped else theme.muted))
        painter.setBrush(QColor(theme.red) if self.clipped else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(light)
        font = painter.font()
        font.setPixelSize(12)
        font.setBold(self.clipped)
        painter.setFont(font)
        text = QRectF(light.right() + 4, 0, 4 * UNIT, self.height())
        where = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(text, where, self.tr("clip"))

        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
            painter.setPen(QColor(theme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self._put_out()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._put_out()

    def _put_out(self) -> None:
        self.clipped = False
        self.update()
        self.cleared.emit()


def _db(value: float, added: float) -> str:
    """−18.2, padded with figure spaces so that the line never jumps.

    value : dB FS; added : what makes it dB SPL, or 0
    """
    if value <= -99.95:
        return "\u2007−∞\u2007\u2007"
    return f"{value + added:.1f}".replace("-", "−").rjust(5, "\u2007")
