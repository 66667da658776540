"""Ring → columns. No Qt."""

from livemel.engine.engine import Engine, EngineStatus, Feed
from livemel.engine.recorded import RecorderStatus, clock
from livemel.engine.recordings import Recordings

__all__ = ["Engine", "EngineStatus", "Feed", "RecorderStatus", "Recordings", "clock"]
