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


def of_another(variable: str) -> str:
    """What to do where that variable of the environment names another user's folder, which may not
    be entered; or "". `su` without - leaves such behind.
    """
    folder = os.environ.get(variable, "")
    try:
        owner = os.stat(folder).st_uid  # noqa: PTH116  # "" is no path of its own
        kept = owner != os.getuid() and not os.access(folder, os.X_OK)
    except PermissionError:
        kept = True
    except (OSError, AttributeError):  # it is not there; Windows numbers no users
        kept = False
    return f"{variable} belongs to another user: log in with `su -`" if kept else ""


def size(n: float) -> str:
    """Bytes for a person: 512 MB, 3.2 GB."""
    return f"{n / 1e9:.1f} GB" if n >= 1e9 else f"{n / 1e6:.0f} MB"
