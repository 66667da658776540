"""The fundamental frequency as a line over the picture."""

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from livemel.buffers.history import SampleHistory
from livemel.channel import Channel
from livemel.engine.along import f0_along, f0_delay_s
from livemel.engine.follower import Follower
from livemel.ui.spectrogram_view import SpectrogramView
from livemel.ui.theme import UNIT
from livemel.ui.views import view_of
from livemel.ui.words import translate

_VOICED = 0.3  # above this aperiodicity it is no pitch
_LEAP = 0.2  # a step of more than a fifth of it is no glide
# Where on the picture a frequency stands is looked up in a table of so many, an octave.
_TABLE_AN_OCTAVE = 48
_LINE, _EDGE = QColor("#ffffff"), QColor(0, 0, 0, 170)
_TAG, _TAG_TEXT = QColor(0, 0, 0, 150), QColor("#ffffff")
# px of a tag beside its text, and of the picture's width what a tag may hide.
_TAG_MORE, _TAG_PART = 34, 0.4


class F0Line:
    """Draws the pitch of what is visible, with gaps where there is none. An Overlay.

    The values are computed on a thread, and only of what is visible; of the newest sound they come
    `delay_ms` after it at the earliest.
    """

    def __init__(self) -> None:
        self.history: SampleHistory | None = None
        self.delay_ms = 0.0
        self.waits = False  # nothing more is computed for now
        self._heard: tuple[SampleHistory, Channel] | None = None
        self._follower: Follower | None = None
        self._pieces = -1
        self._table: tuple[object, NDArray[np.float64], NDArray[np.float64]] | None = None

    @property
    def has_news(self) -> bool:
        """Whether more is known than was painted."""
        return self._follower is not None and self._follower.pieces != self._pieces

    def close_down(self) -> None:
        """Nobody looks any more: end what follows the sound."""
        if self._follower is not None:
            self._follower.stop()
            self._follower.join(1.0)
        self._follower = self._heard = None

    def values(self, image: SpectrogramView) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Times of the stream and frequencies that are visible, NaN where there is no pitch.

        At most one for each logical pixel. Shapes (k,)
        """
        nothing = np.empty(0)
        feed, history = image.feed, self.history
        if feed is None or history is None:
            return nothing, nothing
        sr = feed.format.sr
        if self._heard != (history, feed.channel):
            self.close_down()
            self._heard = history, feed.channel
            self._follower = f0_along(history, feed.channel, sr)
            self.delay_ms = 1000 * f0_delay_s(sr)
        assert self._follower is not None
        step_s = self._follower.step / sr
        left_s, right_s = image.visible_s
        first, stop = int(left_s / step_s), int(right_s / step_s) + 2
        self._pieces = self._follower.pieces
        if not self.waits:
            self._follower.want(first, stop)
        every = max(1, int(image.span_s / max(1, image.width()) / step_s))
        first -= first % every  # the same ones while the picture moves
        values = self._follower.values(first, stop)[::every].astype(np.float64)
        with np.errstate(invalid="ignore"):
            hz = values[:, 0]
            hz[~(values[:, 1] < _VOICED)] = np.nan
        return np.arange(first, stop, every) * np.float64(step_s), hz

    def paint(self, painter: QPainter, image: SpectrogramView) -> None:
        """Draw it, in logical pixels; the painter is left as it was found."""
        view = image.view
        if view is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        has_hz = view_of(view.frontend).axis == "Hz"
        if has_hz:
            seconds, hz = self.values(image)
            self._paint_line(painter, image, seconds, hz)
        self._paint_tag(painter, has_hz, image)
        painter.restore()

    def _paint_line(
        self,
        painter: QPainter,
        image: SpectrogramView,
        seconds: NDArray[np.float64],
        hz: NDArray[np.float64],
    ) -> None:
        voiced = np.isfinite(hz)
        if not voiced.any():
            return
        left_s, right_s = image.visible_s
        x = (seconds - left_s) / (right_s - left_s) * image.width()
        y = np.interp(np.log2(np.where(voiced, hz, 100.0)), *self._places(image))
        goes_on = np.zeros(2 * len(hz), dtype=np.int32)
        with np.errstate(invalid="ignore"):
            goes_on[1:-1:2] = np.abs(np.log(hz[1:] / hz[:-1])) < _LEAP
        # Each value is a line of its own, so that one alone is a dot.
        goes_on[::2] = 1
        there, x, y = np.repeat(voiced, 2), np.repeat(x, 2), np.repeat(y, 2)
        x[1::2] += 0.5
        path = pg.functions.arrayToQPath(x[there], y[there], connect=goes_on[there])
        # Thin lines beside each other: one as thick as they are together takes ten times as long.
        for colour, away in ((_EDGE, -1.5), (_EDGE, 1.5), (_LINE, -0.5), (_LINE, 0.5)):
            painter.setPen(QPen(colour, 1.0))
            painter.translate(0, away)
            painter.drawPath(path)
            painter.translate(0, -away)

    def _places(self, image: SpectrogramView) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Where frequencies stand: octaves over 1 Hz, and px from the top."""
        key = (image.view, image.height())
        if self._table is None or self._table[0] != key:
            octaves = np.arange(5.0, 10.5, 1 / _TABLE_AN_OCTAVE)
            y = np.array([image.y_of(2**octave) for octave in octaves])
            self._table = key, octaves, y
        return self._table[1], self._table[2]

    def tag(self, metrics: QFontMetrics, width: int, *, has_hz: bool) -> str:
        """What stands on a picture that is so many px wide: less in a small one, or nothing.

        has_hz : whether its rows are frequencies
        """
        if self.waits:
            texts = (translate("F0Line", "F0 waits: the computer is busy"),
                     translate("F0Line", "F0 waits"))  # fmt: skip
        elif has_hz:
            behind = translate("F0Line", "F0 · {0:.0f} ms behind").format(self.delay_ms)
            texts = (behind, translate("F0Line", "F0"))
        else:
            texts = (translate("F0Line", "F0 · this view has no frequencies"),
                     translate("F0Line", "no F0"))  # fmt: skip
        room = _TAG_PART * width - _TAG_MORE
        return next((text for text in texts if metrics.horizontalAdvance(text) <= room), "")

    def _paint_tag(self, painter: QPainter, has_hz: bool, image: SpectrogramView) -> None:
        """What the line is, in the lower left corner: over the oldest sound."""
        metrics = painter.fontMetrics()
        text = self.tag(metrics, image.width(), has_hz=has_hz)
        if not text:
            return
        width, height = metrics.horizontalAdvance(text) + _TAG_MORE, metrics.height() + 6
        # In a low picture there may be a name in its corner.
        left = UNIT + (image.inset if image.height() < 4 * height else 0)
        box = QRectF(left, image.height() - height - UNIT, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_TAG)
        painter.drawRoundedRect(box, 4, 4)
        y = box.center().y()
        painter.setPen(QPen(_LINE, 2.0))
        painter.drawLine(QRectF(box.left() + 8, y, 12, 0).topLeft(),
                         QRectF(box.left() + 20, y, 0, 0).topLeft())  # fmt: skip
        painter.setPen(_TAG_TEXT)
        painter.drawText(box.adjusted(26, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter, text)
