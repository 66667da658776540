"""How the processes that load PortAudio are started, and what they say."""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

# The folder that this very package lies in, installed or not.
ROOT = Path(__file__).resolve().parents[2]


def child_command(module: str) -> list[str]:
    """`python -m module`, but never from the current folder: whose files lie there is unknown."""
    return [sys.executable, "-P", "-m", module]


def child_environment() -> dict[str, str]:
    """This environment, with this package found first."""
    path = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{path}" if path else str(ROOT)}


def answers(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """What such a process says in lines of JSON, whatever drivers in it print between them, and but
    for one that it did not finish.

    lines : with their ends, as a pipe gives them
    """
    for line in lines:
        if line.startswith(b"{") and line.endswith(b"\n"):
            try:
                yield json.loads(line)
            except ValueError:  # a driver's
                continue
