"""In which order of axes a model takes its columns."""

import re
from dataclasses import dataclass
from math import prod
from typing import Self

import numpy as np
from numpy.typing import NDArray

from livemel.errors import ParameterError

_PATCHES = re.compile(r"\((\d+), F\) patches, hop (\d+)")
_AXES = re.compile(r"\((?:\d+, )*(?:T, F|F, T)\)")


@dataclass(frozen=True, slots=True)
class Layout:
    """An order of axes; T columns, F bands.

    pattern : "(F, T)", "(1, T, F)" and the like; a number before them repeats the columns, as a
        model that takes several copies has it
    bands_first : True where a band's values lie side by side, not a column's
    copies : how often the columns are there
    patch, patch_hop : columns of a patch, and from one patch to the next; 0 where there are none
    pairs : True where two columns make one row, "(T / 2, 2 F)"
    """

    pattern: str
    bands_first: bool = False
    copies: int = 1
    patch: int = 0
    patch_hop: int = 0
    pairs: bool = False

    @classmethod
    def parse(cls, pattern: str) -> Self:
        """The layout of a pattern. Raises ValueError for one that is not known."""
        if found := _PATCHES.fullmatch(pattern):
            return cls(pattern, patch=int(found[1]), patch_hop=int(found[2]))
        if pattern == "(T / 2, 2 F)":
            return cls(pattern, pairs=True)
        if not _AXES.fullmatch(pattern):
            raise ValueError(f"unknown layout {pattern!r}")
        copies = prod(map(int, re.findall(r"\d+", pattern)))
        return cls(pattern, bands_first=pattern.endswith("F, T)"), copies=copies)

    @property
    def as_they_come(self) -> bool:
        """True where the columns one after the other are the array already."""
        return not self.bands_first and self.copies == 1 and not self.patch

    def arrange(self, columns: NDArray[np.float32]) -> NDArray[np.float32]:
        """The columns in this layout: shape (n, k) → shape(k, n), C order; the caller owns them.

        A patch that is not whole is left out, and there may be none; an odd column that has to be
        one of a pair gets zeros beside it.
        """
        f, t = columns.shape
        if t < self.patch:
            return np.empty((0, self.patch, f), dtype=np.float32)
        shape = self.shape(t, f)
        rows = columns if self.bands_first else columns.T
        if self.patch:
            views = np.lib.stride_tricks.sliding_window_view(rows, self.patch, axis=0)
            rows = views[:: self.patch_hop].transpose(0, 2, 1)
        elif self.pairs:
            rows = np.pad(rows, ((0, t % 2), (0, 0))).reshape(shape)
        else:
            rows = np.broadcast_to(rows, (*shape[:-2], *rows.shape))
        return np.array(rows, dtype=np.float32, order="C")

    def shape(self, t: int, f: int) -> tuple[int, ...]:
        """Of the array that t columns of f bands make. Raises ParameterError for too few."""
        if self.patch:
            if t < self.patch:
                raise ParameterError(f"{t} columns do not fill a patch of {self.patch}")
            return (t - self.patch) // self.patch_hop + 1, self.patch, f
        if self.pairs:
            return (t + 1) // 2, 2 * f
        sizes = {"T": t, "F": f}
        return tuple(
            sizes[a] if a in sizes else int(a) for a in self.pattern.strip("()").split(", ")
        )
