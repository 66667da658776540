"""How much the log keeps."""

import os

from livemel.errors import ParameterError

LEVELS = ("debug", "info", "warning", "error")
LEVEL_VARIABLE = "LIVEMEL_LOG"


def wanted_level(flag: str | None = None) -> str | None:
    """What was asked for by flag, else by $LIVEMEL_LOG; None by neither. Raises ParameterError."""
    level = (flag or os.environ.get(LEVEL_VARIABLE) or "").lower()
    if level and level not in LEVELS:
        raise ParameterError(f"{LEVEL_VARIABLE}={level} is none of {', '.join(LEVELS)}")
    return level or None
