"""Samples and gaps of one channel → the ColumnRing. No threads, no clock."""

from collections import deque
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from livemel.buffers.columns import CLIPPED, GAP, TOUCHES_GAP, ColumnRing
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.level import LevelMeter, Levels
from livemel.dsp.stream import LogMelStream
from livemel.engine.intake import Resampler

Samples = NDArray[np.float32]


class Pipeline:
    """Resamples where needed, transforms, measures the level, and flags what is missing.

    Missing sound enters as zeros, so that time stays true: the columns whose middle lies in it, and
    the one under its own middle, are flagged GAP; those whose window only reaches into it
    TOUCHES_GAP.
    """

    def __init__(
        self, frontend: FrontEnd, source_sr: int, columns: ColumnRing, *, cut: bool = False
    ) -> None:
        """cut : the sound did not begin here: columns that reach before it are flagged too"""
        self._frontend = frontend
        self._source_sr = source_sr
        self._columns = columns
        self._stream = LogMelStream(frontend)
        self._resampler = Resampler(source_sr, frontend.sr)
        # Source samples to one sample of the front-end.
        self._ratio = Fraction(source_sr, frontend.sr)
        # Stretch k of the meter lies within half a hop of column k's middle.
        first = Fraction(frontend.first_centre) - Fraction(frontend.hop_length, 2)
        self._meter = LevelMeter(self._ratio * frontend.hop_length, self._ratio * first)
        self._levels = Levels.silent(0)
        self._first_level = 0  # the number of the stretch that _levels begins with
        # (start, stop) in source samples
        self._gaps: list[tuple[int, int]] = [(-source_sr * 3600, 0)] if cut else []
        # The source position after each block whose columns may be to come, and when it came.
        self._arrivals: deque[tuple[int, int]] = deque()
        self.position = 0  # source samples so far, missing ones included
        self._transformed = 0  # samples that reached the transform

    def push(self, samples: Samples, arrived_ns: int) -> None:
        """Go on with these samples: shape (n,), float32."""
        self.position += len(samples)
        self._arrivals.append((self.position, arrived_ns))
        self._levels = self._levels.then(self._meter.push(samples))
        self._transform(self._resampler.push(samples), arrived_ns)

    def push_gap(self, length: int, arrived_ns: int) -> None:
        """Go on with `length` missing samples."""
        self._gaps.append((self.position, self.position + length))
        second = np.zeros(min(length, self._source_sr), dtype=np.float32)
        for start in range(0, length, self._source_sr):
            self.push(second[: length - start], arrived_ns)

    def finish(self, arrived_ns: int) -> None:
        """The sound has ended: bring out what resampler and centred frames still hold."""
        self._levels = self._levels.then(self._meter.flush())
        self._transform(self._resampler.finish(), arrived_ns)
        self._append(self._stream.flush(), arrived_ns)

    def close(self) -> None:
        """Let go of what must not outlive the interpreter."""
        self._resampler.close()

    @property
    def columns_due(self) -> int:
        """The columns that the samples so far must have given, by arithmetic."""
        fe = self._frontend
        left = fe.padding[0]
        if fe.center and fe.pad_mode == "reflect" and self._transformed <= left:
            return 0  # the mirrored edge is not there yet
        lost = 1 if fe.preemphasis and fe.preemphasis_over == "signal-valid" else 0
        past = self._transformed - lost + left - fe.span
        return max(0, past // fe.hop_length + 1)

    def _transform(self, samples: Samples, arrived_ns: int) -> None:
        self._append(self._stream.push(samples), arrived_ns)
        # Afterwards, so that who counts from another thread never finds columns due too early.
        self._transformed += len(samples)

    def _append(self, columns: NDArray[np.float32], arrived_ns: int) -> None:
        k = columns.shape[1]
        if k == 0:
            return
        first = self._columns.written
        levels = self._levels_under(first, k)
        flags = levels.clipped * CLIPPED
        if self._gaps:
            flags |= self._gap_flags(first, k)
        arrived = self._arrived(first, k, arrived_ns)
        self._columns.append(columns, flags, levels.peak, levels.mean_square, arrived)

    def _arrived(self, first: int, k: int, now_ns: int) -> NDArray[np.int64]:
        """When the last sample came that each of k columns from `first` needs.

        A resampler gives its samples in bursts: that was earlier than the burst.
        """
        fe, ratio = self._frontend, float(self._ratio)
        last = fe.first_centre + fe.lookahead + np.arange(first, first + k) * fe.hop_length
        blocks = np.array(self._arrivals, dtype=np.int64).reshape(-1, 2)
        which = np.searchsorted(blocks[:, 0], np.floor(last * ratio))
        while len(self._arrivals) > 1 and self._arrivals[0][0] < last[-1] * ratio:
            self._arrivals.popleft()
        if len(blocks) == 0:
            return np.full(k, now_ns, dtype=np.int64)
        arrived: NDArray[np.int64] = blocks[np.minimum(which, len(blocks) - 1), 1]
        return arrived

    def _levels_under(self, first: int, k: int) -> Levels:
        """The levels of the stretches in the middle of the columns' windows.

        A column whose hop is longer than its window takes the newest stretch there is.
        """
        if first > self._first_level:  # those before are never asked for again
            drop = min(first - self._first_level, max(0, len(self._levels) - 1))
            self._levels = self._levels.take(slice(drop, None))
            self._first_level += drop
        have = len(self._levels)
        if have == 0:
            return Levels.silent(k)
        which = np.arange(first, first + k) - self._first_level
        return self._levels.take(np.clip(which, 0, have - 1))

    def _gap_flags(self, first: int, k: int) -> NDArray[np.uint8]:
        """Flags of k columns from `first`, and forget the gaps that lie behind them."""
        fe, ratio = self._frontend, float(self._ratio)
        centre = (fe.first_centre + np.arange(first, first + k) * fe.hop_length) * ratio
        # The waveform shows no sample but those of the hop.
        seen = fe.hop_length if fe.representation == "waveform" else fe.window_span
        half_hop, half_frame = fe.hop_length / 2 * ratio, seen / 2 * ratio
        flags = np.zeros(k, dtype=np.uint8)
        for start, stop in self._gaps:
            # So many columns as the gap has hops, to one; and one at least, where its middle lies.
            middle = (start + stop) / 2
            inside = (centre >= start) & (centre < stop)
            inside |= (centre - half_hop <= middle) & (middle < centre + half_hop)
            touched = (centre + half_frame > start) & (centre - half_frame < stop)
            flags |= np.where(inside, GAP, np.uint8(0)) | np.where(
                touched, TOUCHES_GAP, np.uint8(0)
            )
        behind = centre[-1] - half_frame
        self._gaps = [gap for gap in self._gaps if gap[1] > behind]
        return flags
