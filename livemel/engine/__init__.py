"""Ring → columns. No Qt."""

from livemel.engine.engine import Engine, EngineStatus
from livemel.engine.feed import Feed, Lane
from livemel.engine.recorded import RecorderStatus, clock
from livemel.engine.recordings import Recordings

__all__ = ["Engine", "EngineStatus", "Feed", "Lane", "RecorderStatus", "Recordings", "clock"]
