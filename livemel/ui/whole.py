"""The columns of a picture that stands, normalised by all of them. No Qt."""

from dataclasses import replace

import numpy as np

from livemel.buffers.columns import ColumnRing
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.normalise import normalise
from livemel.engine import Feed, Lane


def raw(frontend: FrontEnd) -> FrontEnd:
    """What can be computed while sound runs: the statistic of the whole is not there yet."""
    return frontend.replace(normalise="none") if frontend.normalise == "exact" else frontend


def whole_feed(feed: Feed, stop: int, frontend: FrontEnd) -> Feed:
    """The kept columns up to number `stop` by the statistic of them all, under the same numbers.

    feed : of raw(frontend), whose columns are mel bands
    Where all sound is kept these are the columns of log_mel with normalise="exact".
    """
    lanes = (Lane(lane.channel, _whole(lane.columns, frontend, stop)) for lane in feed.lanes)
    return replace(feed, frontend=frontend, lanes=tuple(lanes))


def _whole(ring: ColumnRing, frontend: FrontEnd, stop: int) -> ColumnRing:
    span = ring.read(ring.oldest, stop)
    k = len(span.values)
    columns = ColumnRing(ring.n_rows, max(1, k), first=span.start)
    zeros = np.zeros(k, dtype=np.float32)
    with np.errstate(invalid="ignore"):
        values = normalise(span.values.T, frontend)
    columns.append(values, span.flags, zeros, zeros, 0)
    return columns
