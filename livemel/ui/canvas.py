"""The pixel ring as something that Qt can draw."""

import math
import time
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from livemel.buffers.columns import ColumnRing
from livemel.ui.pixel_ring import Inks, PixelRing
from livemel.ui.view_state import ViewState

# Of a paint, before the rest is left to the next one: while a hand moves the picture, and once it
# only wants finishing.
_FIRST_S, _LATER_S = 0.001, 0.006


class Canvas:
    """The pixels of one view, and their copy to the screen: two unscaled copies, nothing else.
    A view that takes long to colour is done in parts. Runs on: the GUI thread.

    share : of the time that a paint has for colouring anew, where several pictures share it
    """

    def __init__(self, share: float = 1.0) -> None:
        self.share = share
        self._ring: PixelRing | None = None
        self._image: QImage | None = None
        self._spare = np.empty((0, 0), dtype=np.uint32)

    @property
    def view(self) -> ViewState | None:
        """What the pixels show, or None before there are any."""
        return self._ring.view if self._ring else None

    @property
    def newest(self) -> int:
        """The number of the pixel at the right edge."""
        return -1 if self._ring is None else self._ring.newest

    @property
    def edge(self) -> float:
        """The number of columns up to the right edge."""
        return 0.0 if self._ring is None else (self.newest + 1) * self._ring.view.columns_per_pixel

    @property
    def complete(self) -> bool:
        """True unless part of the view is still to be coloured."""
        return self._ring is None or self._ring.complete

    def show(
        self,
        view: ViewState,
        inks: Inks,
        ratio: float,
        columns: ColumnRing,
        newest: int,
        lost: bool,
    ) -> None:
        """Another view, with that pixel at the right edge. ratio : device pixels to a logical one.

        What a paint has no time for is the old view of the same columns, stretched.
        """
        before = self._ring
        if before is not None and before.view.frontend is not view.frontend:
            before = None  # of other columns
        # Fresh memory costs more than colouring it: two pieces take turns.
        size = (view.height, view.width)
        spare = self._spare if before is not None and self._spare.shape == size else None
        if before is not None:
            self._spare = before.pixels
        self._ring = PixelRing(view, inks, spare)
        self._image = QImage(
            self._ring.pixels.data,
            view.width,
            view.height,
            view.width * 4,
            QImage.Format.Format_RGB32,
        )
        self._image.setDevicePixelRatio(ratio)
        enough = _enough(_FIRST_S * self.share)
        self._ring.redraw(columns, newest, lost=lost, enough=enough, before=before)

    def recolour(self, columns: ColumnRing, view: ViewState, lost: bool) -> None:
        """The same pixels by another range or scale of values: that of a view of the same place."""
        assert self._ring is not None
        self._ring.recolour(columns, view, lost=lost, enough=_enough(_LATER_S * self.share))

    def go_on(self, columns: ColumnRing, lost: bool) -> None:
        """Colour more of what is still to be done."""
        if self._ring is not None:
            self._ring.go_on(columns, _enough(_LATER_S * self.share), lost=lost)

    def advance(self, columns: ColumnRing, to: int, lost: bool) -> None:
        """Up to that pixel; the others move to the left."""
        assert self._ring is not None
        self._ring.advance(columns, to, lost=lost)

    def draw(self, painter: QPainter) -> bool:
        """All pixels, from the painter's origin on. False if there are none."""
        if self._image is None or self._ring is None:
            return False
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        image, width, height = self._image, self._ring.view.width, self._ring.view.height
        ratio = image.devicePixelRatio()
        split = (self._ring.newest + 1) % width
        if ratio == 1:
            painter.drawImage(0, 0, image, split, 0, width - split, height)
            if split:
                painter.drawImage(width - split, 0, image, 0, 0, split, height)
        else:  # in logical units, which may be fractions of a pixel
            painter.drawImage(QPointF(0, 0), image, QRectF(split, 0, width - split, height))
            new = QRectF(0, 0, split, height)
            painter.drawImage(QPointF((width - split) / ratio, 0), image, new)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        return True


def device_size(width: int, height: int, ratio: float) -> tuple[int, int]:
    """A widget's size in device pixels, one at least."""
    return (max(1, math.ceil(width * ratio - 1e-6)), max(1, math.ceil(height * ratio - 1e-6)))


def _enough(seconds: float) -> Callable[[], bool]:
    """Whether a paint has coloured as long as it may, from now on."""
    stop_s = time.perf_counter() + seconds
    return lambda: time.perf_counter() >= stop_s
