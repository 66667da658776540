"""Samples and gaps of one or more channels → their columns. No threads, no clock."""

from collections import deque
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from livemel.buffers.columns import CLIPPED, GAP, TOUCHES_GAP, ColumnRing, ColumnRings
from livemel.dsp.bank import LogMelBank
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.level import LevelMeter, Levels
from livemel.engine.intake import Resampler

Samples = NDArray[np.float32]

# Of a column whose whole window lies where sound is missing.
_IN_GAP = GAP | TOUCHES_GAP


class Pipeline:
    """Resamples where needed, transforms, measures the level, and flags what is missing.

    Missing sound enters as zeros, so that time stays true: the columns whose middle lies in it, and
    the one under its own middle, are flagged GAP; those whose window only reaches into it
    TOUCHES_GAP. All lanes go through together, and each as it would alone.
    """

    def __init__(
        self,
        frontend: FrontEnd,
        source_sr: int,
        columns: ColumnRing | ColumnRings,
        *,
        cut: bool = False,
    ) -> None:
        """columns : of one lane, or of several
        cut : the sound did not begin here: columns that reach before it are flagged too
        """
        self._frontend = frontend
        self._source_sr = source_sr
        self._columns = columns.rings if isinstance(columns, ColumnRing) else columns
        self._lanes = self._columns.count
        self._bank = LogMelBank(frontend, self._lanes)
        self._resampler = Resampler(source_sr, frontend.sr, self._lanes)
        # Source samples to one sample of the front-end.
        self._ratio = Fraction(source_sr, frontend.sr)
        # Stretch k of the meter lies within half a hop of column k's middle.
        first = Fraction(frontend.first_centre) - Fraction(frontend.hop_length, 2)
        lanes = (self._lanes,)
        self._meter = LevelMeter(self._ratio * frontend.hop_length, self._ratio * first, lanes)
        self._levels = Levels.silent(0, lanes)
        self._first_level = 0  # the number of the stretch that _levels begins with
        # (start, stop) in source samples
        self._gaps: list[tuple[int, int]] = [(-source_sr * 3600, 0)] if cut else []
        # The source position after each block whose columns may be to come, and when it came.
        self._arrivals: deque[tuple[int, int]] = deque()
        self.position = 0  # source samples so far, missing ones included
        self._transformed = 0  # samples that reached the transform

    def push(self, samples: Samples, arrived_ns: int) -> None:
        """Go on with these samples: shape (lanes, n), or (n,) of one lane; float32."""
        if samples.ndim == 1:
            samples = samples[np.newaxis]
        self._arrive(samples.shape[1], arrived_ns)
        self._levels = self._levels.then(self._meter.push(samples))
        self._transform(self._resampler.push(samples), arrived_ns)

    def push_gap(self, length: int, arrived_ns: int) -> None:
        """Go on with `length` missing samples. A long gap costs hardly more than a short one."""
        stop = self.position + length
        self._gaps.append((self.position, stop))
        fe = self._frontend
        settling = int((self._bank.settling + 2 * fe.hop_length) * self._ratio) + self._source_sr
        if length > 2 * settling:
            self._push_zeros(settling, arrived_ns)
            if not self._resampler.passes:
                self._restart_resampler(arrived_ns)
            self._pass_silence(stop - self.position, arrived_ns)
        self._push_zeros(stop - self.position, arrived_ns)

    def finish(self, arrived_ns: int) -> None:
        """The sound has ended: bring out what resampler and centred frames still hold."""
        self._levels = self._levels.then(self._meter.flush())
        self._transform(self._resampler.finish(), arrived_ns)
        self._append(self._bank.flush(), arrived_ns)

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

    def _arrive(self, n: int, arrived_ns: int) -> None:
        self.position += n
        self._arrivals.append((self.position, arrived_ns))

    def _push_zeros(self, n: int, arrived_ns: int) -> None:
        """In seconds, so that a gap takes no memory of its length."""
        second = np.zeros((self._lanes, min(n, self._source_sr)), dtype=np.float32)
        for start in range(0, n, self._source_sr):
            self.push(second[:, : n - start], arrived_ns)

    def _restart_resampler(self, arrived_ns: int) -> None:
        """In silence, at a whole second of the stream: a resampler takes as long over zeros as over
        sound, and a new one goes on where this one stands, within its rounding.
        """
        self._push_zeros(-self.position % self._source_sr, arrived_ns)
        held = self.position // self._source_sr * self._frontend.sr - self._transformed
        rest = self._resampler.finish()[:, :held]
        zeros = np.zeros((self._lanes, held - rest.shape[1]), dtype=np.float32)
        self._transform(np.concatenate([rest, zeros], axis=1), arrived_ns)
        self._resampler = Resampler(self._source_sr, self._frontend.sr, self._lanes)

    def _pass_silence(self, n: int, arrived_ns: int) -> None:
        """Up to n zeros while all that is held is zero: of those that are resampled whole seconds.

        The same columns as by push(), without the work.
        """
        fe, left = self._frontend, n
        if not self._resampler.passes:
            n = n // self._source_sr * self._source_sr
            left = n // self._source_sr * fe.sr
        self._arrive(n, arrived_ns)
        self._meter.pass_silence(n)
        settling = np.zeros((self._lanes, min(left, self._bank.settling)), dtype=np.float32)
        self._transform(settling, arrived_ns)
        k, rest = divmod(left - settling.shape[1], fe.hop_length)
        for some, columns in self._bank.silence(k):
            if columns.shape[-1] == 1:
                self._columns.repeat(some, columns, _IN_GAP, arrived_ns)
            else:
                zeros = np.zeros(some, dtype=np.float32)
                self._columns.append(columns, np.full(some, _IN_GAP), zeros, zeros, arrived_ns)
            self._transformed += some * fe.hop_length
        self._transform(np.zeros((self._lanes, rest), dtype=np.float32), arrived_ns)
        self._first_level = self._columns.written
        waiting = max(0, self._meter.measured - self._first_level)
        self._levels = Levels.silent(waiting, (self._lanes,))

    def _transform(self, samples: Samples, arrived_ns: int) -> None:
        self._append(self._bank.push(samples), arrived_ns)
        # Afterwards, so that who counts from another thread never finds columns due too early.
        self._transformed += samples.shape[1]

    def _append(self, columns: NDArray[np.float32], arrived_ns: int) -> None:
        k = columns.shape[-1]
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
            return Levels.silent(k, (self._lanes,))
        begin = first - self._first_level
        if begin >= 0 and begin + k <= have:
            return self._levels.take(slice(begin, begin + k))
        which = np.arange(begin, begin + k)
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
