"""How the processes that load PortAudio are started."""

import os
import sys
from pathlib import Path

# The folder that this very package lies in, installed or not.
ROOT = Path(__file__).resolve().parents[2]


def child_command(module: str) -> list[str]:
    """`python -m module`, but never from the current folder: whose files lie there is unknown."""
    return [sys.executable, "-P", "-m", module]


def child_environment() -> dict[str, str]:
    """This environment, with this package found first."""
    path = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{path}" if path else str(ROOT)}
