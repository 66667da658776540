"""Trail: when the newest blocks were read, and when their columns were there. No clock."""

from bisect import bisect_left, bisect_right
from collections import deque
from typing import NamedTuple

# 0.6 s of blocks of 10 ms: a paint shows a column that is far younger.
_KEPT = 64


class _Mark(NamedTuple):
    arrived_ns: int
    read_ns: int
    columns: int
    there_ns: int


class Trail:
    """The newest blocks of one feed. Times are monotonic, in ns.

    Runs on: the engine thread notes, the GUI thread asks.
    """

    def __init__(self) -> None:
        self._marks: deque[_Mark] = deque(maxlen=_KEPT)

    def note(self, arrived_ns: int, read_ns: int, columns: int, there_ns: int) -> None:
        """A block that came into the ring at arrived_ns was read from it at read_ns; at there_ns
        so many columns had been written in all.
        """
        self._marks.append(_Mark(arrived_ns, read_ns, columns, there_ns))

    def of(self, column: int, arrived_ns: int) -> tuple[int, int] | None:
        """When the block was read that a column was waiting for, and when the column was there.

        arrived_ns : when that block came
        Returns : None for a column of a block that is remembered no more
        """
        marks = list(self._marks)
        at = bisect_right(marks, column, key=lambda mark: mark.columns)
        if at == len(marks) or (at == 0 and len(marks) == _KEPT):
            return None
        # A resampler holds sound back: the block was read earlier than the one that brought it out.
        read = min(bisect_left(marks, arrived_ns, key=lambda mark: mark.arrived_ns), at)
        return marks[read].read_ns, marks[at].there_ns
