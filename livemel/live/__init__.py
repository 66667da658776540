"""Live columns for scripts and notebooks. No window."""

from livemel.live.block import ColumnBlock
from livemel.live.source import LiveSource, open_source

__all__ = ["ColumnBlock", "LiveSource", "open_source"]
