"""Ring → columns. No Qt."""

from livemel.engine.engine import Engine, EngineStatus, Feed

__all__ = ["Engine", "EngineStatus", "Feed"]
