"""The anomaly score along a feed. No Qt."""

import numpy as np
from numpy.typing import NDArray

from livemel.buffers.columns import GAP, TOUCHES_GAP
from livemel.diagnosis.anomaly import AnomalyDetector
from livemel.diagnosis.finding import Finding
from livemel.diagnosis.normal import Normal
from livemel.engine import Feed

# Of 128 rows they take about 4 ms.
_VALUES_AT_ONCE = 1 << 18


class ScoreTrack:
    """Scores a feed's columns by a normal, from the oldest that are kept on, and keeps as many
    scores as columns are kept.

    feed : whose front-end the normal fits
    """

    def __init__(self, feed: Feed, normal: Normal, false_alarms_per_hour: float) -> None:
        fe = feed.frontend
        self.feed, self.normal = feed, normal
        self._first = self._read = feed.columns.oldest
        begin_s = feed.begin_s + self._first * fe.hop_length / fe.sr
        self.detector = AnomalyDetector(normal, false_alarms_per_hour, begin_s=begin_s)
        slots = feed.columns.capacity // normal.bank.block + 2
        self._scores = np.full(slots, np.nan, dtype=np.float32)
        self.findings: list[Finding] = []

    def look(self) -> bool:
        """Take columns that came since, as many as there is time for. True if there were any."""
        feed = self.feed
        most = max(self.normal.bank.block, _VALUES_AT_ONCE // feed.frontend.n_rows)
        stop = min(feed.columns.written, self._read + most)
        if stop <= self._read:
            return False
        span = feed.columns.read(self._read, stop)
        gone = span.start - self._read
        before = self.detector.judged
        parts = [self._push(np.full((gone, feed.frontend.n_rows), np.nan, np.float32), None)]
        missing = (span.flags & (GAP | TOUCHES_GAP)) != 0
        parts.append(self._push(span.values, missing))
        scores = np.concatenate(parts)[-len(self._scores) :]
        numbers = np.arange(self.detector.judged - len(scores), self.detector.judged)
        self._scores[numbers % len(self._scores)] = scores
        self._read = stop
        if self.detector.judged > before:
            self.findings = self.detector.findings()
        return self.detector.judged > before

    def between(
        self, start_s: float, stop_s: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
        """Of the blocks from one time of the stream to another: their ends in seconds of the
        stream, and their scores in σ, NaN where there is none. Shapes (k + 1,), (k,)
        """
        block_s, begin_s = self.normal.block_s, self._begin_s
        judged = self.detector.judged
        oldest = max(0, judged - len(self._scores))
        first = min(max(int((start_s - begin_s) / block_s), oldest), judged)
        stop = min(max(int((stop_s - begin_s) / block_s) + 1, first), judged)
        edges = begin_s + np.arange(first, stop + 1, dtype=np.float64) * np.float64(block_s)
        return edges, self._scores[np.arange(first, stop) % len(self._scores)]

    @property
    def _begin_s(self) -> float:
        """Where block 0 begins: half a hop before the middle of its first column."""
        fe = self.feed.frontend
        middle = fe.first_centre + (self._first - 0.5) * fe.hop_length
        return self.feed.begin_s + middle / fe.sr

    def _push(
        self, values: NDArray[np.float32], missing: NDArray[np.bool_] | None
    ) -> NDArray[np.float32]:
        if len(values) == 0:
            return np.empty(0, dtype=np.float32)
        return self.detector.push(values.T, missing)
