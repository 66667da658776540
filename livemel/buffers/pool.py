"""ColumnPool: any number of columns in so many places."""

import numpy as np
from numpy.typing import NDArray


class ColumnPool:
    """The maxima of equal groups of neighbouring columns. Whenever the places are full, groups
    become twice as large: memory is fixed, and the length need not be known beforehand.

    capacity : groups at most; even
    """

    def __init__(self, capacity: int) -> None:
        if capacity < 2 or capacity % 2:
            raise ValueError(f"capacity={capacity} is not an even number")
        self._capacity = capacity
        self._groups = np.empty((0, 0), dtype=np.float32)
        self._full = 0  # groups that are complete
        self._begun = 0  # columns of the one after them
        self.group = 1  # columns in each

    def push(self, columns: NDArray[np.float32]) -> None:
        """Go on with these columns: shape (n, k), float32; not changed."""
        n, k = columns.shape
        if self._groups.size == 0:
            self._groups = np.empty((self._capacity, n), dtype=np.float32)
        done = 0
        while done < k:
            if self._full == self._capacity:
                self._halve()
            if self._begun or k - done < self.group:
                taken = min(self.group - self._begun, k - done)
                self._fill(columns[:, done : done + taken].max(axis=1), taken)
            else:
                m = min((k - done) // self.group, self._capacity - self._full)
                taken = m * self.group
                parts = columns[:, done : done + taken].reshape(n, m, self.group)
                self._groups[self._full : self._full + m] = parts.max(axis=2).T
                self._full += m
            done += taken

    @property
    def values(self) -> NDArray[np.float32]:
        """The groups, the last of which may hold fewer columns: shape (groups, n); a view."""
        return self._groups[: self._full + (self._begun > 0)]

    def _fill(self, largest: NDArray[np.float32], taken: int) -> None:
        """Go on with the group that is not complete."""
        place = self._groups[self._full]
        place[:] = np.maximum(place, largest) if self._begun else largest
        self._begun += taken
        if self._begun == self.group:
            self._full, self._begun = self._full + 1, 0

    def _halve(self) -> None:
        self._full //= 2
        self._groups[: self._full] = np.maximum(self._groups[0::2], self._groups[1::2])
        self.group *= 2
