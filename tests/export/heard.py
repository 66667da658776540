"""What an engine would have heard: a feed and a history of a known signal, without threads."""

from dataclasses import dataclass

import numpy as np
from livemel.buffers.columns import ColumnRing
from livemel.buffers.history import SampleHistory
from livemel.buffers.writer import GapCause
from livemel.dsp.frontend import FrontEnd
from livemel.engine import Feed, Lane
from livemel.engine.intake import one_channel
from livemel.engine.pipeline import Pipeline
from livemel.sources.base import SourceFormat


@dataclass(frozen=True)
class Heard:
    feed: Feed
    history: SampleHistory

    def columns(self, first: int, stop: int) -> np.ndarray:
        """Of the stream: shape (rows, k)."""
        return self.feed.columns.read(first, stop).values.T


def heard(
    y: np.ndarray,
    frontend: FrontEnd,
    *,
    sr: int | None = None,
    channel: int | None = None,
    gaps: tuple[tuple[int, int], ...] = (),
    begins_at: int = 0,
    capacity: int | None = None,
) -> Heard:
    """y : shape (n, channels); gaps : (start, stop) of samples that never came"""
    rate = frontend.sr if sr is None else sr
    history = SampleHistory(y.shape[1], capacity or len(y))
    ring = ColumnRing(frontend.n_rows, len(y) // frontend.hop_length + 3)
    pipeline = Pipeline(frontend, rate, ring)
    at = 0
    for start, stop in (*gaps, (len(y), len(y))):
        history.append(y[at:start])
        pipeline.push(one_channel(y[max(at, begins_at) : start], channel), 0)
        if stop > start:
            history.append_gap(stop - start, GapCause.STALL)
            pipeline.push_gap(stop - start, 0)
        at = stop
    form = SourceFormat(rate, y.shape[1], "Built-in Microphone", y.shape[1])
    return Heard(Feed(frontend, (Lane(channel, ring),), form, begins_at=begins_at), history)
