"""The columns of a picture that stands, normalised by all of them. No Qt."""

from collections.abc import Callable
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
    """The kept columns of the lane that has the focus up to number `stop` by the statistic of them
    all, under the same numbers. The other lanes are as they were: `whole_columns` has theirs.

    feed : of raw(frontend), whose columns are mel bands
    Where all sound is kept these are the columns of log_mel with normalise="exact".
    """
    first = feed.lanes[0]
    first = replace(first, columns=whole_columns(first.columns, frontend, stop))
    return replace(feed, frontend=frontend, lanes=(first, *feed.lanes[1:]))


def whole_columns(ring: ColumnRing, frontend: FrontEnd, stop: int) -> ColumnRing:
    """One lane's kept columns up to number `stop`, as whole_feed has those of the first."""
    span = ring.read(ring.oldest, stop)
    k = len(span.values)
    columns = ColumnRing(ring.n_rows, max(1, k), first=span.start)
    zeros = np.zeros(k, dtype=np.float32)
    with np.errstate(invalid="ignore"):
        values = normalise(span.values.T, frontend)
    columns.append(values, span.flags, zeros, zeros, 0)
    return columns


def wholes(stop: int, frontend: FrontEnd) -> Callable[[Lane], ColumnRing]:
    """Of any lane what whole_feed has of the first, computed when it is first asked for."""
    known: dict[ColumnRing, ColumnRing] = {}

    def of(lane: Lane) -> ColumnRing:
        if lane.columns not in known:
            known[lane.columns] = whole_columns(lane.columns, frontend, stop)
        return known[lane.columns]

    return of
