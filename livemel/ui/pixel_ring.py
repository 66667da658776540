"""PixelRing: the visible columns as pixels, at the screen's own resolution. No Qt."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from livemel.buffers.columns import CLIPPED, GAP, TOUCHES_GAP, ColumnSpan
from livemel.ui.view_state import ViewState

Pixels = NDArray[np.uint32]

# Stripes of a gap: this many pixels along, at 45 degrees, half of them lighter.
_HATCH_PERIOD = 12
_CLIP_ROWS = 0.008  # of the height
# Read and pooled at a time, 1 MB: minutes of a thousand bins a column are hundreds of them.
_VALUES_AT_ONCE = 1 << 18
_PIXELS_AT_ONCE = 1 << 18  # coloured in about half a millisecond


@dataclass(frozen=True, slots=True)
class Inks:
    """Colours as 0xffRRGGBB. lut : shape (256,), the colour map; wave : of the waveform."""

    lut: Pixels
    empty: int
    hatch: tuple[int, int]
    clip: int
    wave: int


class Columns(Protocol):
    """What pixels are coloured from: a ColumnRing, or what answers like one."""

    def read(self, start: int, stop: int) -> ColumnSpan:
        """Columns start to stop, less those that are not there."""


class PixelRing:
    """A ring of pixel columns: pixel p stands at x = p mod width. Each is coloured once.

    Where a pixel covers several columns or a row several bands, the maximum is shown, so that no
    click and no line falls between pixels; where a column or a band covers several, it repeats. A
    waveform is filled from its least to its greatest sample.
    """

    def __init__(self, view: ViewState, inks: Inks, pixels: Pixels | None = None) -> None:
        """pixels : shape (height, width), memory to use: for redraw() with a view before"""
        self.view = view
        if pixels is None:
            pixels = np.full((view.height, view.width), inks.empty, dtype=np.uint32)
        self.pixels = pixels
        self.newest = -1
        self._todo = -view.width  # all from here back to the oldest is to be redrawn
        self._inks = inks
        self._offsets = view.row_offsets()
        self._is_waveform = view.frontend.representation == "waveform"
        edges = view.band_edges()
        pooled = edges[-1] - edges[0] > view.height  # a pixel row covers several
        self._shown = slice(int(edges[0]), int(edges[-1]))
        self._starts = edges[:-1] - edges[0] if pooled else None
        self._rows = None if pooled else edges[-2::-1] - edges[0]
        values_a_pixel = max(1.0, view.columns_per_pixel) * view.frontend.n_rows
        most = min(_VALUES_AT_ONCE / values_a_pixel, _PIXELS_AT_ONCE / view.height)
        self._at_once = max(1, int(most))
        self._clip_rows = max(2, round(view.height * _CLIP_ROWS))

    def advance(self, columns: Columns, to: int, *, lost: bool = False) -> None:
        """Colour the pixels up to number `to`.

        lost : where there is no column yet, sound is missing: hatch it
        """
        first = max(self.newest + 1, to - self.view.width + 1)
        self.newest = max(self.newest, to)
        for start in range(first, to + 1, self._at_once):
            self._put(columns, start, min(start + self._at_once, to + 1), lost)

    @property
    def complete(self) -> bool:
        """True unless part of a redrawing is still to be done."""
        return self._todo <= self.newest - self.view.width + 1

    def go_on(self, columns: Columns, enough: Callable[[], bool], *, lost: bool = False) -> None:
        """Colour what is still to be redrawn, from the newest back, until that is enough.

        enough : asked after each part; there is one at least
        """
        while not self.complete:
            start = max(self._todo - self._at_once, self.newest - self.view.width + 1)
            self._put(columns, start, self._todo, lost)
            self._todo = start
            if enough():
                break

    def _put(self, columns: Columns, first: int, stop: int, lost: bool) -> None:
        """Colour pixels first to stop."""
        self._insert(self._render(columns, first, stop, lost), first)

    def _insert(self, block: Pixels, first: int) -> None:
        """Pixels from number `first` on: shape (height, any)."""
        x = first % self.view.width
        left = min(block.shape[1], self.view.width - x)
        self.pixels[:, x : x + left] = block[:, :left]
        self.pixels[:, : block.shape[1] - left] = block[:, left:]

    def redraw(
        self,
        columns: Columns,
        to: int,
        *,
        lost: bool = False,
        enough: Callable[[], bool] = lambda: False,
        before: "PixelRing | None" = None,
    ) -> None:
        """Colour everything anew, with pixel `to` as the newest.

        enough : asked now and then; once it is, the rest is left to go_on()
        before : another view of the same columns, which stands in for the rest meanwhile
        """
        self.newest = to
        self._todo = to + 1
        self.go_on(columns, enough, lost=lost)
        if not self.complete and before is not None:
            self._stretch(before)

    def recolour(
        self,
        columns: Columns,
        view: ViewState,
        *,
        lost: bool = False,
        enough: Callable[[], bool] = lambda: False,
    ) -> None:
        """The same moment in the same pixels, by another range or scale of values."""
        self.view = view
        self._offsets = view.row_offsets()
        self.redraw(columns, self.newest, lost=lost, enough=enough)

    def picture(self) -> Pixels:
        """The visible pixels as they stand on the screen, oldest on the left: a copy."""
        return np.roll(self.pixels, -((self.newest + 1) % self.view.width), axis=1)

    def _stretch(self, before: "PixelRing") -> None:
        """What another view shows of the time and rows that are still to be redrawn."""
        old, new = before.view, self.view
        pixels = np.arange(self.newest - new.width + 1, self._todo)
        there = np.floor((pixels + 0.5) * new.columns_per_pixel / old.columns_per_pixel)
        seen = (there > before.newest - old.width) & (there <= before.newest)
        if (new.bottom, new.top, new.height) == (old.bottom, old.top, old.height):
            source = before.pixels  # as nearly always
        else:
            source = self._moved_rows(before)
        x = pixels % new.width
        there = np.where(seen, there, before.newest).astype(np.int64) % old.width
        # In at most two pieces, straight into their places.
        wrap = int(np.argmin(x))
        for part in (slice(0, wrap), slice(wrap, len(x))):
            if part.stop > part.start:
                place = slice(int(x[part.start]), int(x[part.stop - 1]) + 1)
                np.take(source, there[part], axis=1, out=self.pixels[:, place], mode="clip")
        if not seen.all():
            self.pixels[:, x[~seen]] = self._inks.empty

    def _moved_rows(self, before: "PixelRing") -> Pixels:
        """Another view's pixels, with those rows up and down that this one shows."""
        old, new = before.view, self.view
        at = new.bottom + (1 - (np.arange(new.height) + 0.5) / new.height) * (new.top - new.bottom)
        from_top = (1 - (at - old.bottom) / (old.top - old.bottom)) * old.height
        known = (from_top >= 0) & (from_top < old.height)
        moved = before.pixels.take(from_top.astype(np.intp), axis=0, mode="clip")
        moved[~known] = self._inks.empty
        return moved

    def _render(self, columns: Columns, first: int, stop: int, lost: bool) -> Pixels:
        """Pixels first to stop: shape (height, stop - first)."""
        edges = self.view.columns_of(first, stop)
        span = columns.read(int(edges[0]), int(edges[-1]))
        starts = edges[:-1]
        there = (starts >= span.start) & (starts < span.stop)
        if there.all():  # as nearly always while live
            return self._paint(span, starts, first)
        block = np.full((self.view.height, stop - first), self._inks.empty, dtype=np.uint32)
        if there.any():
            block[:, there] = self._paint(span, starts[there], first + int(np.argmax(there)))
        if lost:
            ahead = starts >= span.stop
            if ahead.any():
                block[:, ahead] = self._hatch(np.arange(first, stop)[ahead])
        return block

    def _paint(self, span: ColumnSpan, starts: NDArray[np.int64], first: int) -> Pixels:
        """The pixels that begin at these columns, all of them in the span; first : their first's
        number.
        """
        at = starts - span.start
        deviation = self.view.deviation
        values = span.values if deviation is None else deviation.of(span.values)
        if self.view.columns_per_pixel >= 1:
            values = self._pool(values, at)
            flags = np.bitwise_or.reduceat(span.flags, at)
        else:
            values, flags = values[at], span.flags[at]
        block = self._envelope(values) if self._is_waveform else self._colour(values)
        finite = np.isfinite(values).all(axis=1)
        if not finite.all():  # as little sound as none: neither loud nor silent
            flags = np.where(finite, flags, flags | GAP)
        self._mark(block, flags, first)
        return block

    def _pool(self, values: NDArray[np.float32], starts: NDArray[np.int64]) -> NDArray[np.float32]:
        """What the pixels show that begin at these columns: shape (m, n_rows)."""
        if not self._is_waveform:
            return self._strongest(values, starts, axis=0)
        # Beside NaN, what is a number is shown.
        least = np.fmin.reduceat(values[:, 0], starts)
        return np.stack([least, np.fmax.reduceat(values[:, 1], starts)], axis=1)

    def _strongest(
        self, values: NDArray[np.float32], starts: NDArray[np.int64], axis: int
    ) -> NDArray[np.float32]:
        """The greatest of each group; of deviations the one that is furthest from 0."""
        most = np.maximum.reduceat(values, starts, axis=axis)
        if self.view.deviation is None:
            return most
        least = np.minimum.reduceat(values, starts, axis=axis)
        return np.where(most >= -least, most, least)

    def _envelope(self, values: NDArray[np.float32]) -> Pixels:
        """From the least to the greatest sample, one pixel at least; no number is hatched later.

        values : shape (m, 2) → shape (height, m)
        """
        view = self.view
        pixels_per_unit = view.height / (view.high_db - view.low_db)
        heard = np.fmax(np.fmin(values.astype(np.float64), 1e30), -1e30)
        from_top = (view.high_db - heard) * pixels_per_unit
        top = np.minimum(np.maximum(np.floor(from_top[:, 1]), 0), view.height - 1)
        stop = np.minimum(np.maximum(np.ceil(from_top[:, 0]), top + 1), view.height)
        rows = np.arange(view.height)[:, np.newaxis]
        inside = (rows >= top) & (rows < stop)
        return np.where(inside, self._inks.wave, self._inks.empty).astype(np.uint32)

    def _colour(self, values: NDArray[np.float32]) -> Pixels:
        """values : shape (m, n_rows) → shape (height, m)."""
        view = self.view
        if self._offsets is not None:
            values = values + self._offsets
        values = values[:, self._shown]
        if self._starts is not None:
            values = self._strongest(values, self._starts, axis=1)
        # fmax lets NaN fall to the bottom of the map
        scaled = np.fmax(values, view.low_db) - view.low_db
        scaled *= 255.0 / (view.high_db - view.low_db)
        index = np.minimum(scaled, 255.0).astype(np.uint8)
        colours = self._inks.lut[index]
        if self._rows is None:
            return colours.T[::-1]
        rows: Pixels = colours.T[self._rows]
        return rows

    def _mark(self, block: Pixels, flags: NDArray[np.uint8], first: int) -> None:
        """Missing sound and clipping, in place. first : the number of the block's first pixel."""
        if not flags.any():
            return
        touched = (flags & TOUCHES_GAP) != 0
        if touched.any():
            # Half as bright: part of what these windows saw was never heard.
            block[:, touched] = (block[:, touched] >> 1) & 0x7F7F7F | 0xFF000000
        clipped = (flags & CLIPPED) != 0
        block[: self._clip_rows, clipped] = self._inks.clip
        gap = (flags & GAP) != 0
        if gap.any():
            block[:, gap] = self._hatch(first + np.flatnonzero(gap))

    def _hatch(self, pixels: NDArray[np.int64]) -> Pixels:
        """Diagonal stripes that move with the image: shape (height, m)."""
        phase = (pixels[np.newaxis, :] + np.arange(self.view.height)[:, np.newaxis]) % _HATCH_PERIOD
        dark, light = self._inks.hatch
        return np.where(phase < _HATCH_PERIOD // 2, dark, light).astype(np.uint32)
