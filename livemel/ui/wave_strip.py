"""The waveform under the picture, in time with it."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from livemel.buffers.history import SampleHistory
from livemel.channel import Channel
from livemel.engine.along import extremes_along
from livemel.engine.follower import Follower
from livemel.ui.pixel_ring import Inks, PixelRing
from livemel.ui.spectrogram_view import SpectrogramView
from livemel.ui.theme import Theme
from livemel.ui.wave_pixels import WavePixels, grid_of, pixel_view

# Amplitudes at the upper edge. A larger one is taken at once, a smaller one when what is on the
# screen leaves room in it.
_STEPS = (1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)
_ROOM = 0.9
# Clip marks nearer than this are one: px.
_MARKS_APART, _MARK = 8, 4.0


class WaveStrip(QWidget):
    """Least and greatest sample of each of the picture's pixels, of the channel that is shown. Red
    where sound reached full scale, hatched where it is missing. Runs on: the GUI thread.
    """

    scaled = Signal(float)  # the amplitude at the upper edge

    def __init__(self, image: SpectrogramView, theme: Theme) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Waveform"))
        self.setToolTip(
            self.tr(
                "The least and the greatest sample at each moment of the picture.\n"
                "Red, with a mark: sound reached full scale. Hatched: sound is missing."
            )
        )
        self.image = image
        self.full = 1.0
        self.ring: PixelRing | None = None
        self.pixels: WavePixels | None = None
        self._heard: tuple[SampleHistory, Channel] | None = None
        self._follower: Follower | None = None
        self._picture: QImage | None = None
        self._pieces = 0
        self._incomplete = False
        self._lost = self._waits = False
        self._sr = 1
        self._theme = theme

    def set_theme(self, theme: Theme) -> None:
        """The theme's colours."""
        self._theme = theme
        self.ring = None
        self.follow(self._heard[0] if self._heard else None, self._lost)

    def close_down(self) -> None:
        """Nobody looks any more: end what follows the sound."""
        if self._follower is not None:
            self._follower.stop()
            self._follower.join(1.0)
        self._follower = self._heard = self.ring = self._picture = None

    def follow(self, history: SampleHistory | None, lost: bool) -> None:
        """Show the time that the picture shows, unless it waits.

        lost : sound is missing at present: what is ahead of it is hatched
        """
        feed, view = self.image.feed, self.image.view
        if self._waits or history is None or feed is None or view is None or self.height() < 2:
            return
        if self._heard != (history, feed.channel):
            self.close_down()
            self._heard = history, feed.channel
            self._follower = extremes_along(history, feed.channel, feed.format.sr)
        left_s, right_s = self.image.visible_s
        pixels, ring = self.pixels, self.ring
        fits = pixels is not None and pixels.grid.fits(left_s, right_s, view.width)
        if ring is None or pixels is None or not fits or lost != self._lost:
            self._lost = lost
            self._begin(left_s, right_s, view.width, feed.format.sr)
            return
        newest = round(pixels.grid.newest(right_s))
        if newest < ring.newest:
            self._redraw(newest)
        elif newest > ring.newest:
            ring.advance(pixels, newest, lost=lost)
            self._incomplete |= not pixels.complete  # after a jump to now
            if pixels.loudest.max() > self.full:
                self._fit()
            self.update()

    @property
    def is_complete(self) -> bool:
        """Whether all of it is known that is shown."""
        return self.ring is None or not self._incomplete

    def set_waiting(self, waits: bool) -> None:
        """Whether it does not go with the picture for now: then it says so, and shows nothing that
        stands at another time than the picture does.
        """
        if waits != self._waits:
            self._waits = waits
            self.ring = None  # where it goes on, it begins anew
            self.update()

    def look(self) -> None:
        """A few times a second: what has become known, and a scale that fits."""
        if self._follower is None or self.ring is None or self.pixels is None:
            return
        if self._incomplete and self._follower.pieces != self._pieces:
            self._redraw(self.ring.newest)
        elif not self._incomplete:  # stay ready for a whole redraw
            left_s, right_s = self.image.visible_s
            per_s = 1 / (self._follower.step / self._sr)
            self._follower.want(int(left_s * per_s), int(right_s * per_s) + 1)
        self._fit()

    def _begin(self, left_s: float, right_s: float, width: int, sr: int) -> None:
        assert self._follower is not None
        assert self._heard is not None
        self._sr = sr
        ratio = self.devicePixelRatioF()
        height = max(2, round(self.height() * ratio))
        view = pixel_view(width, height, self.full)
        grid = grid_of(left_s, right_s, width)
        self.pixels = WavePixels(self._follower, self._heard[1], sr, grid)
        self.ring = PixelRing(view, self._inks())
        self._picture = QImage(
            self.ring.pixels.data, width, height, width * 4, QImage.Format.Format_RGB32
        )
        self._picture.setDevicePixelRatio(ratio)
        self._redraw(round(grid.newest(right_s)))

    def _redraw(self, newest: int) -> None:
        assert self.ring is not None
        assert self.pixels is not None
        assert self._follower is not None
        self._pieces = self._follower.pieces
        self.pixels.forget()
        self.ring.redraw(self.pixels, newest, lost=self._lost)
        self._incomplete = not self.pixels.complete
        self._fit()
        self.update()

    def _fit(self) -> None:
        """Another scale, if what is on the screen does not fit or leaves much room."""
        assert self.ring is not None
        assert self.pixels is not None
        loudest = min(float(self.pixels.loudest.max()), 1.0)
        least = next((full for full in reversed(_STEPS) if loudest <= full), 1.0)
        roomy = next((full for full in reversed(_STEPS) if loudest <= _ROOM * full), 1.0)
        full = least if least > self.full else min(self.full, roomy)
        if full == self.full:
            return
        self.full = full
        view = pixel_view(self.ring.view.width, self.ring.view.height, full)
        self.pixels.forget()
        self.ring.recolour(self.pixels, view, lost=self._lost)
        self._incomplete = not self.pixels.complete
        self.scaled.emit(full)
        self.update()

    def _inks(self) -> Inks:
        theme = self._theme
        return Inks(
            lut=np.zeros(256, dtype=np.uint32),
            empty=QColor(theme.empty).rgb(),
            hatch=(QColor(theme.hatch[0]).rgb(), QColor(theme.hatch[1]).rgb()),
            clip=QColor(theme.red).rgb(),
            wave=QColor(theme.muted).rgb(),
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._picture is None or self.ring is None:
            painter.fillRect(self.rect(), QColor(self._theme.empty))
            if self._waits:
                painter.setPen(QColor(self._theme.muted))
                words = self.tr("waits: the computer is busy")
                painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, words)
            return
        width, height = self.ring.view.width, self.ring.view.height
        ratio = self._picture.devicePixelRatio()
        split = (self.ring.newest + 1) % width
        old, new = QRectF(split, 0, width - split, height), QRectF(0, 0, split, height)
        painter.drawImage(QPointF(0, 0), self._picture, old)
        painter.drawImage(QPointF((width - split) / ratio, 0), self._picture, new)
        self._paint_clip_marks(painter, ratio)

    def clip_marks(self) -> list[float]:
        """Where sound reached full scale, in device pixels from the left; near ones are one."""
        if self.ring is None or self.pixels is None or not self.pixels.clipped.any():
            return []
        width = self.ring.view.width
        at = np.flatnonzero(np.roll(self.pixels.clipped, -((self.ring.newest + 1) % width)))
        runs = np.split(at, np.flatnonzero(np.diff(at) > _MARKS_APART) + 1)
        return [float(run[0] + run[-1] + 1) / 2 for run in runs]

    def _paint_clip_marks(self, painter: QPainter, ratio: float) -> None:
        marks = self.clip_marks()
        if not marks:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self._theme.empty))
        painter.setBrush(QColor(self._theme.red))
        for at in marks:
            x = at / ratio
            corners = [QPointF(x - _MARK, 0), QPointF(x + _MARK, 0), QPointF(x, 2 * _MARK)]
            painter.drawPolygon(QPolygonF(corners))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.ring = None
        self.follow(self._heard[0] if self._heard else None, self._lost)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.ring = None  # begun anew when the picture is
        return super().event(event)
