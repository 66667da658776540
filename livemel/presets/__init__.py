"""Front-ends by name: the rows of the table, and those a person has saved as TOML files."""

from livemel.presets.folder import (
    Unreadable,
    delete,
    find,
    folder,
    frontend,
    load,
    saved,
    write,
)
from livemel.presets.preset import Preset, check_name
from livemel.presets.text import dumps, parse

__all__ = [
    "Preset",
    "Unreadable",
    "check_name",
    "delete",
    "dumps",
    "find",
    "folder",
    "frontend",
    "load",
    "parse",
    "saved",
    "write",
]
