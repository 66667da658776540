"""Drivers that print."""

import os
from pathlib import Path

import pytest


def let_drivers_talk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each Python that is started from now on prints two lines before it says anything else."""
    (folder / "sitecustomize.py").write_text(
        "print('a driver says hello\\n{and more}', flush=True)\n"
    )
    path = os.environ.get("PYTHONPATH", "")
    monkeypatch.setenv("PYTHONPATH", f"{folder}{os.pathsep}{path}")
