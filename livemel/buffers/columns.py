"""ColumnRing: the history of columns. Pixels are a cache of it."""

from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

_Kind = TypeVar("_Kind", bound=np.generic)

# Flags of a column, as bits.
GAP: Final = np.uint8(1)  # its middle lies where sound is missing
TOUCHES_GAP: Final = np.uint8(2)  # its window reaches into missing sound
CLIPPED: Final = np.uint8(4)  # the sound at its middle reached full scale


@dataclass(frozen=True, slots=True)
class ColumnSpan:
    """Consecutive columns, start to stop by their running number; arrays the caller owns.

    values : shape (stop - start, n_rows), float32; in memory a column is a row
    flags : shape (stop - start,), uint8 bits
    """

    start: int
    stop: int
    values: NDArray[np.float32]
    flags: NDArray[np.uint8]


class ColumnRing:
    """The newest `capacity` columns with what is known of each; one writer, any readers.

    Columns are numbered from 0 for ever, without holes: column k's middle is at sample position
    first_centre + k * hop_length of the stream, missing sound included. Readers copy, then look
    whether the writer came round meanwhile. Runs on: the engine thread writes, others read.
    """

    def __init__(
        self,
        n_rows: int,
        capacity: int,
        first: int = 0,
        *,
        lane: "tuple[ColumnRings, int] | None" = None,
    ) -> None:
        """lane : the rings that it is one of, and which; None: it is alone"""
        self.n_rows = n_rows
        self.capacity = capacity
        self.rings, number = lane or (ColumnRings(1, n_rows, capacity, first), 0)
        self._values, self._flags, self._peak, self._mean_square = self.rings.kept_of(number)
        self._slots = len(self._values)
        self._first = first

    @property
    def written(self) -> int:
        """The columns written, for ever."""
        return self.rings.written

    @property
    def oldest(self) -> int:
        """The number of the oldest column kept."""
        return max(self._first, self.written - self.capacity)

    def append(
        self,
        columns: NDArray[np.float32],
        flags: NDArray[np.uint8],
        peak: NDArray[np.float32],
        mean_square: NDArray[np.float32],
        arrived_ns: NDArray[np.int64] | int,
    ) -> None:
        """Add columns at the end of a ring that is alone. Runs on: the engine thread.

        columns : shape (n_rows, k), float32
        flags, peak, mean_square : shape (k,)
        arrived_ns : when the last sample they need came in, monotonic; of each, or of all
        """
        self.rings.append(columns[:, np.newaxis], flags, peak, mean_square, arrived_ns)

    def read(self, start: int, stop: int) -> ColumnSpan:
        """Columns start to stop, less those not there yet and those gone already."""
        stop = min(stop, self.written)
        start = min(max(start, self.oldest, 0), stop)
        values, flags = self._copy(self._values, start, stop), self._copy(self._flags, start, stop)
        gone = max(0, min(self.oldest, stop) - start)
        return ColumnSpan(start + gone, stop, values[gone:], flags[gone:])

    def level(self, start: int, stop: int) -> tuple[float, float]:
        """The peak and the mean square of the sound under these columns; 0, 0 where none is."""
        stop = min(stop, self.written)
        start = max(start, self.oldest)
        if start >= stop:
            return 0.0, 0.0
        slots = np.arange(start, stop) % self._slots
        return float(self._peak[slots].max()), float(self._mean_square[slots].mean())

    def any_flag(self, start: int, stop: int, flag: np.uint8) -> bool:
        """True if one of these columns carries the flag."""
        span = np.arange(max(start, self.oldest), min(stop, self.written)) % self._slots
        return bool(np.any(self._flags[span] & flag))

    def arrived_ns(self, column: int) -> int:
        """When the last sample that the column needs came in. The column must still be there."""
        return self.rings.arrived_ns(column)

    def _copy(self, array: NDArray[_Kind], start: int, stop: int) -> NDArray[_Kind]:
        """Those slots: in two pieces at most, which is far quicker than one by one."""
        first, n = start % self._slots, stop - start
        if first + n <= self._slots:
            return array[first : first + n].copy()
        return np.concatenate([array[first:], array[: first + n - self._slots]])


class ColumnRings:
    """A ColumnRing for each of several lanes that are written together.

    One append serves all, so that a lane costs little more than its numbers, and a reader finds the
    same columns in each.
    """

    # The writer may be this many columns into the oldest ones while a reader copies them.
    _SLACK = 1024

    def __init__(self, lanes: int, n_rows: int, capacity: int, first: int = 0) -> None:
        if capacity < 1:
            raise ValueError(f"capacity={capacity} is not 1 or more")
        self._slots = capacity + self._SLACK
        self._values = np.empty((lanes, self._slots, n_rows), dtype=np.float32)
        self._flags = np.empty((lanes, self._slots), dtype=np.uint8)
        self._peak = np.empty((lanes, self._slots), dtype=np.float32)
        self._mean_square = np.empty((lanes, self._slots), dtype=np.float32)
        self._arrived_ns = np.empty(self._slots, dtype=np.int64)
        self.written = first
        self._made = (n_rows, capacity, first)
        self.count = lanes

    @property
    def lanes(self) -> tuple[ColumnRing, ...]:
        """The rings."""
        return tuple(ColumnRing(*self._made, lane=(self, lane)) for lane in range(self.count))

    def append(
        self,
        columns: NDArray[np.float32],
        flags: NDArray[np.uint8],
        peak: NDArray[np.float32],
        mean_square: NDArray[np.float32],
        arrived_ns: NDArray[np.int64] | int,
    ) -> None:
        """Add columns at the end of each lane. Runs on: the engine thread.

        columns : shape (n_rows, lanes, k), float32
        flags, peak, mean_square : shape (lanes, k), or (k,) for all lanes
        arrived_ns : when the last sample they need came in, monotonic; of each column, or of all
        """
        k = columns.shape[-1]
        arrived = arrived_ns if isinstance(arrived_ns, np.ndarray) else np.full(k, arrived_ns)
        done = 0
        while done < k:
            # Never more than the slack at once, or a reader's look afterwards would come too late.
            n = min(k - done, self._SLACK, self._slots - self.written % self._slots)
            at = slice(self.written % self._slots, self.written % self._slots + n)
            part = slice(done, done + n)
            self._values[:, at] = columns[..., part].transpose(1, 2, 0)
            self._flags[:, at] = flags[..., part]
            self._peak[:, at] = peak[..., part]
            self._mean_square[:, at] = mean_square[..., part]
            self._arrived_ns[at] = arrived[part]
            self.written += n
            done += n

    def repeat(self, k: int, column: NDArray[np.float32], flag: np.uint8, arrived_ns: int) -> None:
        """Add k columns of silence that are all alike. Runs on: the engine thread.

        column : shape (n_rows, lanes, 1); flag : of each
        """
        # Once all slots hold the same it does not matter which number is in which of them.
        turns = max(0, k - self._slots) // self._slots
        left = k - turns * self._slots
        while left:
            some = min(left, self._SLACK)
            zeros = np.zeros(some, dtype=np.float32)
            columns = np.broadcast_to(column, (*column.shape[:2], some))
            self.append(columns, np.full(some, flag), zeros, zeros, arrived_ns)
            left -= some
        self.written += turns * self._slots

    def kept_of(
        self, lane: int
    ) -> tuple[NDArray[np.float32], NDArray[np.uint8], NDArray[np.float32], NDArray[np.float32]]:
        """Of one lane's columns, by slot, views: values, flags, peak and mean square."""
        return self._values[lane], self._flags[lane], self._peak[lane], self._mean_square[lane]

    def arrived_ns(self, column: int) -> int:
        """As ColumnRing has it."""
        return int(self._arrived_ns[column % self._slots])
