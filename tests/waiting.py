"""Waiting for something that another thread or process does."""

import time
from collections.abc import Callable

PATIENCE_S = 10.0  # for what takes milliseconds, on a busy machine


def wait_for(condition: Callable[[], object], deadline_s: float = PATIENCE_S) -> None:
    """Return once it holds; fail if it does not in that time."""
    give_up = time.monotonic() + deadline_s
    while not condition():
        assert time.monotonic() < give_up, "it did not happen in time"
        time.sleep(0.005)
