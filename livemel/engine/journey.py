"""Journey: where the time goes between a sound and its picture. No Qt, no clock."""

from livemel.engine.feed import Feed
from livemel.timing import Durations

# In the order of the way. All are told in ms; each is defined at Journey.parts.
PARTS = ("device_buffer", "ring_wait", "engine", "paint", "window_centre")
_WHICH = (50, 95, 99)
Percentiles = dict[str, float]


class Journey:
    """What the newest column of each paint has been through. One entry a paint, so that the parts
    are of the same columns and add up. Runs on: the GUI thread.

    arrived : from the moment its last sample stood in the SampleRing to the end of the paint;
        ring_wait, engine and paint are what it is made of
    """

    def __init__(self) -> None:
        self.arrived = Durations()
        self._ring_wait, self._engine, self._paint = Durations(), Durations(), Durations()

    def note(self, feed: Feed, column: int, painted_ns: int) -> None:
        """This column of a feed has been painted, monotonic time."""
        arrived_ns = feed.columns.arrived_ns(column)
        self.arrived.add((painted_ns - arrived_ns) / 1e6)
        times = feed.trail.of(column, arrived_ns)
        if times is None:  # computed before it was to be seen: replayed, or while hidden
            return
        read_ns, there_ns = times
        read_ns = max(arrived_ns, read_ns)  # the newest block's time may be a block ahead
        self._ring_wait.add((read_ns - arrived_ns) / 1e6)
        self._engine.add((there_ns - read_ns) / 1e6)
        self._paint.add((painted_ns - there_ns) / 1e6)

    def parts(self, device_s: float | None, lookahead_s: float) -> dict[str, Percentiles | None]:
        """p50, p95 and p99 of each part and of their sum, in ms.

        device_buffer : from the converter to the callback, by the driver's own figure for the
            stream's input latency: one number, not measured. None where there is no device
        ring_wait : from the callback's write into the SampleRing to the engine's read
        engine : from that read to the column in the ColumnRing; a resampler's hold included
        paint : from there to the end of the paint that shows it: the wait for the paint's turn, the
            delay by which the image moves evenly, and the paint
        window_centre : from the middle of the column's window, where it is drawn, to the last
            sample it needs: by arithmetic
        sum : of all these, column by column. Not in it: the screen's own delay

        device_s, lookahead_s : device_buffer and window_centre, in s
        """
        fixed_ms = 1000 * ((device_s or 0.0) + lookahead_s)
        whole = self.arrived.percentiles(*_WHICH)
        return {
            "device_buffer": None if device_s is None else _same(1000 * device_s),
            "ring_wait": self._ring_wait.percentiles(*_WHICH),
            "engine": self._engine.percentiles(*_WHICH),
            "paint": self._paint.percentiles(*_WHICH),
            "window_centre": _same(1000 * lookahead_s),
            "sum": {name: round(ms + fixed_ms, 3) for name, ms in whole.items()},
        }


def _same(ms: float) -> Percentiles:
    return {f"p{which}": round(ms, 3) for which in _WHICH}
