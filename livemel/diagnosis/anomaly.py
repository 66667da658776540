"""What is not as a learned normal is: anomalies, and when and at which frequencies they are."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from livemel.diagnosis.anomaly_event import AnomalyEvent, halved, merged
from livemel.diagnosis.cells import Values
from livemel.diagnosis.finding import Finding
from livemel.diagnosis.normal import Normal, score_of
from livemel.dsp.frontend import FrontEnd

# Events nearer to each other than this are one.
_APART_S = 1.0
_MOST_EVENTS = 256
# Blocks that are judged at once: what lies between must not be large.
_AT_ONCE = 64


class AnomalyDetector:
    """Judges columns by a normal, block by block. Any chunks give the same findings.

    normal : learned from the same front-end
    false_alarms_per_hour : what is to be borne in sound that is normal: it decides the threshold
    frontend : of the columns that will come, to be sure; None for the normal's
    begin_s : seconds of the stream before it
    Raises ParameterError if the normal was learned with other columns, or the rate is not above 0.
    """

    def __init__(
        self,
        normal: Normal,
        false_alarms_per_hour: float = 1.0,
        *,
        frontend: FrontEnd | None = None,
        begin_s: float = 0.0,
    ) -> None:
        if frontend is not None:
            normal.check(frontend)
        self.normal, self.rate = normal, float(false_alarms_per_hour)
        self.threshold = normal.threshold(self.rate)
        self.judged = 0  # blocks so far
        self._begin_s = begin_s
        self._left = np.empty((normal.bank.n_rows, 0), dtype=np.float32)
        self._before = normal.nothing_before()
        self._events: list[AnomalyEvent] = []
        self._apart = max(normal.bank.longest, round(_APART_S / normal.block_s))

    def push(self, columns: Values, missing: NDArray[np.bool_] | None = None) -> Values:
        """Go on with these columns: shape (n_rows, k).

        missing : shape (k,): those that reach into missing sound, which are not judged
        Returns : the score of each block that is full now, in σ; NaN where it is not judged
        Raises ParameterError if they have another shape.
        """
        block = self.normal.bank.block
        if missing is not None and missing.any():
            columns = np.where(missing, np.float32(np.nan), columns)
        if columns.ndim == 2 and len(columns) == len(self._left):
            columns = np.concatenate([self._left, columns], axis=1)
        blocks = self.normal.blocks(columns)
        self._left = columns[:, len(blocks) * block :].copy()
        scores = np.empty(len(blocks), dtype=np.float32)
        for first in range(0, len(blocks), _AT_ONCE):
            piece = blocks[first : first + _AT_ONCE]
            scores[first : first + len(piece)] = self._judge(piece)
        return scores

    def findings(self) -> list[Finding]:
        """What was over the threshold so far, in order of time."""
        return [
            event.finding(self.normal, self.threshold, self.rate, self.judged, self._begin_s)
            for event in self._events
        ]

    def _judge(self, blocks: Values) -> Values:
        sigmas = self.normal.sigmas(blocks, self._before)
        scores = score_of(sigmas)
        for i in np.flatnonzero(scores > self.threshold):
            there = [each[i] for each in sigmas]
            found = AnomalyEvent.of(
                self.normal, self.judged + int(i), blocks[i], there, self.threshold
            )
            self._add(found)
        self._before = self.normal.after(blocks, self._before)
        self.judged += len(blocks)
        return scores

    def _add(self, event: AnomalyEvent) -> None:
        """Where there are too many, those that lie closest become one: memory does not grow."""
        self._events[-1:] = merged([*self._events[-1:], event], self._apart)
        if len(self._events) > _MOST_EVENTS:
            self._events = halved(self._events)


def anomalies(
    columns: Iterable[Values],
    normal: Normal,
    false_alarms_per_hour: float = 1.0,
    *,
    frontend: FrontEnd | None = None,
    begin_s: float = 0.0,
) -> list[Finding]:
    """What is anomalous in a stream of columns, each item of shape (n_rows, k).

    Raises ParameterError as AnomalyDetector does.
    """
    detector = AnomalyDetector(normal, false_alarms_per_hour, frontend=frontend, begin_s=begin_s)
    for each in columns:
        detector.push(each)
    return detector.findings()
