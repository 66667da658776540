"""What was looked at, and what came of it."""

import os
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """ok; note: worth knowing, and no reason to do anything; wrong: something does not work."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    found : what there is, in a line; advice : what to do, in a line, or ""
    """

    group: str
    name: str
    state: State
    found: str
    advice: str = ""


def without_home(text: str) -> str:
    """The text with ~ for the home folder, whose name is a person's."""
    home = os.path.expanduser("~")  # noqa: PTH111  # Path.home() raises where there is none
    if len(home) < 3:
        return text
    return text.replace(f"{home}/", "~/") if home in text else text


def size(n: float) -> str:
    """Bytes for a person: 512 MB, 3.2 GB."""
    return f"{n / 1e9:.1f} GB" if n >= 1e9 else f"{n / 1e6:.0f} MB"
