"""Waiting for something that another thread or process does, or for its end."""

import time
from collections.abc import Callable
from pathlib import Path

PATIENCE_S = 10.0  # for what takes milliseconds, on a busy machine


def wait_for(condition: Callable[[], object], deadline_s: float = PATIENCE_S) -> None:
    """Return once it holds; fail if it does not in that time."""
    give_up = time.monotonic() + deadline_s
    while not condition():
        assert time.monotonic() < give_up, "it did not happen in time"
        time.sleep(0.005)


def is_gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has waited for yet has ended too."""
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):  # the latter between opening and reading
        return True


def children(parent: int) -> set[int]:
    """The processes of a process that have not ended."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if int(fields[1]) == parent and fields[0] != "Z":
            found.add(int(status.parent.name))
    return found
