"""The end of the log."""

import os
from pathlib import Path

_BYTES = 1 << 14


def last_lines(path: Path | None, most: int = 40) -> list[str]:
    """The last lines of a text file; [] where there is none. Raises nothing."""
    if path is None:
        return []
    try:
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(number, "rb") as file:
            size = os.fstat(number).st_size
            file.seek(max(0, size - _BYTES))
            lines = file.read(_BYTES).decode("utf-8", errors="replace").splitlines()
    except OSError:
        return []
    return (lines[1:] if size > _BYTES else lines)[-most:]
