"""The waveform's pixels, one column each, straight from the kept sound. No Qt."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livemel.buffers.columns import CLIPPED, GAP, ColumnSpan
from livemel.channel import Channel
from livemel.dsp.extremes import extremes
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.level import FULL_SCALE
from livemel.engine.along import sound_of
from livemel.engine.follower import Follower
from livemel.ui.view_state import ViewState

# Sound that is looked at sample by sample within a paint: 2 to 4 ms of work. Longer stretches are
# put together from what is followed.
_SAMPLES_AT_ONCE = 250_000
# A view of which each pixel is one column: so many columns a second that all quotients are exact.
_FRONTEND = FrontEnd(sr=8192, n_fft=64, hop_length=8, n_mels=1, representation="waveform")


def pixel_view(width: int, height: int, full: float) -> ViewState:
    """The view whose columns are WavePixels. full : the amplitude at the upper edge"""
    return ViewState(_FRONTEND, width, height, width / _FRONTEND.columns_per_s, -full, full)


@dataclass(frozen=True, slots=True)
class TimeGrid:
    """Which time a pixel shows: pixel p covers origin_s + p * pixel_s to the next one's.

    width : pixels on the screen
    """

    origin_s: float
    pixel_s: float
    width: int

    def newest(self, right_s: float) -> float:
        """The number of the pixel that ends at that time; whole, if the grid is the right one."""
        return (right_s - self.origin_s) / self.pixel_s - 1

    def fits(self, left_s: float, right_s: float, width: int) -> bool:
        """Whether a picture of that time shows pixels of this grid, to within a fiftieth."""
        newest = self.newest(right_s)
        same = abs((right_s - left_s) / width / self.pixel_s - 1) * width < 0.02
        return same and width == self.width and abs(newest - round(newest)) < 0.02


def grid_of(left_s: float, right_s: float, width: int) -> TimeGrid:
    """The grid of a picture that shows that time in so many pixels."""
    pixel_s = (right_s - left_s) / width
    return TimeGrid(right_s % pixel_s, pixel_s, width)


class WavePixels:
    """Answers like a ColumnRing, with pixels for columns: least and greatest sample, and flags.

    follower : the channel's extremes, for stretches too long to be looked at in a paint
    loudest, clipped : of the newest `width` pixels that were read, at p mod width
    """

    def __init__(self, follower: Follower, channel: Channel, sr: int, grid: TimeGrid) -> None:
        self.grid = grid
        self.loudest = np.zeros(grid.width, dtype=np.float32)
        self.clipped = np.zeros(grid.width, dtype=np.bool_)
        self.complete = True  # False: some of what was read was not known yet
        self._follower, self._channel, self._sr = follower, channel, sr

    def forget(self) -> None:
        """Before all is read anew."""
        self.loudest[:] = 0
        self.clipped[:] = False
        self.complete = True

    def read(self, start: int, stop: int) -> ColumnSpan:
        """Pixels start to stop, less those whose sound is not there yet or gone already."""
        history = self._follower.history
        written, oldest = history.written, history.oldest
        edges = self._edges(start, stop)
        if edges[0] < oldest or edges[-1] > written:
            first = int(np.searchsorted(edges[:-1], oldest))
            last = int(np.searchsorted(edges[:-1], written))
            edges = np.minimum(edges[first : last + 1], written)
            start, stop = start + first, start + last
        if start >= stop:
            return ColumnSpan(start, start, np.empty((0, 2), np.float32), np.empty(0, np.uint8))
        values = self._values(edges)
        loudest = np.maximum(-values[:, 0], values[:, 1])
        clipped = loudest >= FULL_SCALE
        slots = np.arange(start, stop)[-self.grid.width :] % self.grid.width
        self.loudest[slots] = np.fmax(loudest[-self.grid.width :], 0)
        self.clipped[slots] = clipped[-self.grid.width :]
        flags = clipped * CLIPPED
        for gap in history.gaps(int(edges[0]), int(edges[-1])):
            flags[(edges[1:] > gap.start) & (edges[:-1] < gap.stop)] |= GAP
        return ColumnSpan(start, stop, values, flags)

    def _edges(self, start: int, stop: int) -> NDArray[np.int64]:
        seconds = self.grid.origin_s + np.arange(start, stop + 1) * self.grid.pixel_s
        edges: NDArray[np.int64] = np.rint(seconds * self._sr).astype(np.int64)
        return edges

    def _values(self, edges: NDArray[np.int64]) -> NDArray[np.float32]:
        begin, end = int(edges[0]), int(edges[-1])
        if end - begin <= _SAMPLES_AT_ONCE:
            sound = sound_of(self._follower.history, self._channel, begin, max(end, begin + 1))
            return extremes(sound, edges - begin)
        step = self._follower.step
        first, stop = begin // step, -(-end // step)
        self._follower.want(first, stop)
        known = self._follower.values(first, stop)
        starts = np.minimum(edges[:-1] // step - first, len(known) - 1)
        # Up to the next pixel's first, which may hold the end of this one's.
        values = np.stack(
            [np.fmin.reduceat(known[:, 0], starts), np.fmax.reduceat(known[:, 1], starts)], axis=1
        )
        unknown = np.isnan(values[:, 0])
        self.complete &= not np.isnan(known[:-1]).any()
        values[unknown] = 0.0  # a line until it is known
        return values
