"""Values along the kept sound, computed on a thread of their own where they are wanted."""

import threading
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from livemel.buffers.history import SampleHistory

Values = NDArray[np.float32]

# Between two pieces, so that who paints need not wait for the interpreter.
_BREATH_S = 0.001


class Follower:
    """Keeps values at every `step` samples of a history, by number: value k is for sample k * step.

    compute : (first, stop) → shape (stop - first, width), of values whose sound is kept
    width : of one value
    reach : (before, after): samples that a value needs before and from its own sample on
    at_once : values computed in one piece
    What is wanted is computed from the newest back, once; nothing is computed that nobody wants.
    """

    def __init__(
        self,
        history: SampleHistory,
        compute: Callable[[int, int], Values],
        *,
        step: int,
        width: int,
        reach: tuple[int, int],
        at_once: int,
    ) -> None:
        self.history = history
        self.step = step
        self.pieces = 0  # counts on whenever more is known
        self._compute, self._reach, self._at_once = compute, reach, at_once
        slots = history.capacity // step + 2 * at_once
        self._values = np.full((slots, width), np.nan, dtype=np.float32)
        self._numbers = np.full(slots, -1, dtype=np.int64)
        self._wanted = (0, 0)
        self._wake, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="livemel-follower", daemon=True)
        self._thread.start()

    def want(self, first: int, stop: int) -> None:
        """Values first to stop are wanted, as far as their sound is there. Runs on: any thread."""
        self._wanted = (first, stop)
        self._wake.set()

    def values(self, first: int, stop: int) -> Values:
        """What is known: shape (stop - first, width), NaN where it is not. Runs on: any thread."""
        numbers = np.arange(first, stop)
        slots = numbers % len(self._numbers)
        values = self._values[slots]
        values[self._numbers[slots] != numbers] = np.nan
        return values

    def stop(self) -> None:
        """End the thread; a piece that is begun is finished."""
        self._ended.set()
        self._wake.set()

    def join(self, timeout_s: float) -> None:
        """Wait until it has ended."""
        self._thread.join(timeout_s)

    def _run(self) -> None:
        """Runs on: a thread of its own."""
        with np.errstate(invalid="ignore", over="ignore"):
            while not self._ended.is_set():
                self._wake.clear()
                piece = self._next_piece()
                if piece is None:
                    self._wake.wait()
                    continue
                self._fill(*piece)
                self._ended.wait(_BREATH_S)

    def _next_piece(self) -> tuple[int, int] | None:
        """The newest of what is wanted, can be computed, and is not known."""
        before, after = self._reach
        first = max(self._wanted[0], -(-(self.history.oldest + before) // self.step))
        stop = min(self._wanted[1], (self.history.written - after) // self.step + 1)
        first = max(first, stop - len(self._numbers) + self._at_once)
        if first >= stop:
            return None
        numbers = np.arange(first, stop)
        unknown = np.flatnonzero(self._numbers[numbers % len(self._numbers)] != numbers)
        if len(unknown) == 0:
            return None
        end = int(unknown[-1])
        known = np.flatnonzero(np.diff(unknown) > 1)
        begin = int(unknown[known[-1] + 1]) if len(known) else int(unknown[0])
        begin = max(begin, end + 1 - self._at_once)
        return first + begin, first + end + 1

    def _fill(self, first: int, stop: int) -> None:
        values = self._compute(first, stop)
        slots = np.arange(first, stop) % len(self._numbers)
        self._numbers[slots] = -1  # while they are written they are nobody's
        self._values[slots] = values
        self._numbers[slots] = np.arange(first, stop)
        self.pieces += 1
