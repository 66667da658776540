"""Means over pieces of time and frequency: what a sound is compared with its normal by."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from livemel.dsp.frontend import FrontEnd
from livemel.errors import ParameterError

Values = NDArray[np.float32]

# A block of columns is about this long.
_BLOCK_S = 0.1
# Lengths of time in blocks; 0 is one column.
_LENGTHS = (0, 2, 10)
# A length is used where so many of it were learned: from fewer no spread can be told.
_LEAST_TIMES = 20
# The middle one of three widths is this share of the rows; the others are one row, and all.
_BANDS = 16


@dataclass(frozen=True, slots=True)
class Family:
    """Cells of one size.

    length : of time in blocks; 0 is one column
    edges : (first, stop) of the rows of each cell
    """

    length: int
    edges: tuple[tuple[int, int], ...]

    @property
    def width(self) -> int:
        """Rows of the first cell; the last may have fewer."""
        return self.edges[0][1] - self.edges[0][0]


@dataclass(frozen=True, slots=True)
class Bank:
    """All cells of a front-end: each family's cells overlap by half.

    A click is short and wide, a tone narrow and long: a mean over a piece of time and frequency as
    large as what is sought tells it from noise best (a scan statistic: Glaz, Naus and Wallenstein,
    2001). A single row of a single column is left out: in noise its logarithm falls as far as it
    likes.

    n_rows : of a column
    block : columns of a block
    longest : the longest length in blocks that is used
    """

    n_rows: int
    block: int
    longest: int

    @classmethod
    def of(cls, frontend: FrontEnd, learned_s: float) -> "Bank":
        """That for so many seconds that are learned from."""
        block = max(1, round(_BLOCK_S * frontend.columns_per_s))
        block_s = block / frontend.columns_per_s
        fits = [n for n in _LENGTHS if learned_s >= _LEAST_TIMES * n * block_s]
        return cls(frontend.n_rows, block, fits[-1])

    def shortened(self, longest: object) -> "Bank":
        """With another longest length. Raises ParameterError if there is none such."""
        if isinstance(longest, bool) or longest not in _LENGTHS:
            raise ParameterError(f"longest={longest!r} is none of {', '.join(map(str, _LENGTHS))}")
        return replace(self, longest=longest)

    @property
    def families(self) -> tuple[Family, ...]:
        """In an order that stays."""
        middle = 2 * (self.n_rows // (2 * _BANDS))
        widths = sorted({1, middle, self.n_rows} - {0})
        lengths = [n for n in _LENGTHS if n <= self.longest]
        return tuple(
            Family(length, _edges(self.n_rows, width))
            for length in lengths
            for width in widths
            if (length, width) != (0, 1) or self.n_rows == 1
        )

    @property
    def context(self) -> int:
        """Blocks before a block that its cells reach back to."""
        return max(0, self.longest - 1)

    def nothing_before(self) -> Values:
        """`before` where the sound begins: shape (context, n_rows)."""
        return np.full((self.context, self.n_rows), np.nan, dtype=np.float32)

    def means(self, blocks: Values, before: Values) -> list[Values]:
        """Of each family, the cells that end in each of these blocks.

        blocks : shape (k, block, n_rows); NaN where there is no sound to judge
        before : the sums over the blocks before: shape (context, n_rows), NaN where there are none
        Returns : shapes (k, n, cells), where n is `block` for length 0, and 1 for others. The same
        blocks give the same bits, however many come at once.
        """
        sums = np.concatenate([before, self.sums(blocks)])
        over_time: dict[int, Values] = {0: blocks}
        for length in range(1, self.longest + 1):
            if length not in _LENGTHS:
                continue
            total = np.zeros((len(blocks), self.n_rows), dtype=np.float32)
            for back in range(length):
                first = self.context - back
                total += sums[first : first + len(blocks)]
            over_time[length] = (total / np.float32(length * self.block))[:, np.newaxis]
        return [_over_rows(over_time[f.length], f.edges) for f in self.families]

    def sums(self, blocks: Values) -> Values:
        """Over the columns of each block: shape (k, n_rows). One after the other, for the bits."""
        sums = blocks[:, 0].copy()
        for i in range(1, self.block):
            sums += blocks[:, i]
        return sums


def _edges(n_rows: int, width: int) -> tuple[tuple[int, int], ...]:
    if width in (1, n_rows):
        return tuple((start, start + width) for start in range(0, n_rows, width))
    starts = range(0, n_rows - width // 2, width // 2)
    return tuple((start, min(start + width, n_rows)) for start in starts)


def _over_rows(values: Values, edges: tuple[tuple[int, int], ...]) -> Values:
    """Means over rows: shape (…, n_rows) → (…, cells)."""
    rows = np.array([stop - start for start, stop in edges], dtype=np.float32)
    if rows[0] == 1:
        return values
    if len(edges) == 1:
        return np.asarray(np.add.reduceat(values, [0], axis=-1) / rows)
    half = edges[1][0]
    halves = np.add.reduceat(values, np.arange(0, values.shape[-1], half), axis=-1)
    if len(halves[0, 0]) == len(edges):  # the last cell has no second half
        halves = np.concatenate([halves, np.zeros_like(halves[..., :1])], axis=-1)
    return np.asarray((halves[..., :-1] + halves[..., 1:]) / rows)
