"""What an engine writes, as the window and everybody else reads it."""

from dataclasses import dataclass, field, replace

from livemel.buffers.columns import ColumnRing
from livemel.channel import Channel
from livemel.dsp.frontend import FrontEnd
from livemel.engine.trail import Trail
from livemel.errors import ParameterError
from livemel.sources.base import SourceFormat

_MOST_HISTORY_BYTES = 4 << 30
# Of the columns of several lanes together: of 8 lanes of 128 bands, 10 ms apart, all of five
# minutes, of 64 lanes 41 s.
_MOST_LANE_BYTES, _LEAST_COLUMNS = 128 << 20, 100


@dataclass(frozen=True, slots=True)
class Lane:
    """The columns of one channel."""

    channel: Channel
    columns: ColumnRing


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Feed:
    """What the window shows: replaced as a whole when the front-end or the channels change.

    lanes : one or more, whose columns are of the same times; the first has the focus
    replayed : its first columns, of sound that an earlier feed has shown
    begins_at : the number, in the engine's history, of the source sample that its stream began with
    trail : what became of the newest blocks, and when
    """

    frontend: FrontEnd
    lanes: tuple[Lane, ...]
    format: SourceFormat
    replayed: int = 0
    begins_at: int = 0
    trail: Trail = field(default_factory=Trail, compare=False, repr=False)

    @property
    def channel(self) -> Channel:
        """Of the lane that has the focus."""
        return self.lanes[0].channel

    @property
    def columns(self) -> ColumnRing:
        """Of the lane that has the focus."""
        return self.lanes[0].columns

    @property
    def history_s(self) -> float:
        """Seconds of columns that are kept: of many lanes fewer than was asked for."""
        return self.columns.capacity / self.frontend.columns_per_s

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Of all lanes."""
        return tuple(lane.channel for lane in self.lanes)

    def focused(self, channel: Channel) -> "Feed":
        """The same with the focus on the lane of that channel, which there must be."""
        lanes = sorted(self.lanes, key=lambda lane: lane.channel != channel)
        return replace(self, lanes=tuple(lanes))

    @property
    def begin_s(self) -> float:
        """Seconds of the source before what was transformed."""
        return self.begins_at / self.format.sr


def columns_kept(frontend: FrontEnd, lanes: int, history_s: float) -> int:
    """How many columns of each lane are kept, where history_s seconds are wanted.

    Raises ParameterError where that takes too much memory.
    """
    wanted = max(1, round(history_s * frontend.columns_per_s))
    bytes_each = lanes * frontend.n_rows * 4
    if lanes > 1:
        wanted = min(wanted, max(_MOST_LANE_BYTES // bytes_each, _LEAST_COLUMNS))
    if wanted * bytes_each > _MOST_HISTORY_BYTES:
        raise ParameterError(
            f"history={history_s:g} s of {frontend.n_rows} values every "
            f"{frontend.hop_length} samples would take more than 4 GiB"
        )
    return wanted
