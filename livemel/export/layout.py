"""In which order of axes columns are written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from types import MappingProxyType
from typing import Final, Self

from livemel.dsp.row import FrontEndRow
from livemel.errors import ParameterError

AS_MODEL: Final = "as-model"
# Names on the command line → patterns as FrontEndRow.layout has them.
NAMED: Mapping[str, str] = MappingProxyType(
    {"mel-time": "(F, T)", "time-mel": "(T, F)", "nchw": "(1, 1, F, T)"}
)
LAYOUTS = (AS_MODEL, *NAMED)

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

    def shape(self, t: int, f: int) -> tuple[int, ...]:
        """Of the array that t columns of f bands make. Raises ParameterError for too few."""
        if self.patch:
            if t < self.patch:
                raise ParameterError(f"{t} columns do not fill a patch of {self.patch}")
            return (t - self.patch) // self.patch_hop + 1, self.patch, f
        if self.pairs:
            return (t + 1) // 2, 2 * f
        sizes = {"T": t, "F": f}
        return tuple(sizes.get(a) or int(a) for a in self.pattern.strip("()").split(", "))


def layout_of(name: str, row: FrontEndRow) -> Layout:
    """The layout of that name; "as-model" is the row's own. All columns are written, whatever
    length the model cuts or fills its input to.
    """
    return Layout.parse(row.layout if name == AS_MODEL else NAMED[name])
