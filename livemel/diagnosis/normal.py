"""What a sound is like when all is well: learned from its columns, and told in σ from then on."""

from dataclasses import dataclass, fields

import numpy as np

from livemel.diagnosis.cells import Bank, Values
from livemel.diagnosis.tail import Tail
from livemel.dsp.frontend import FrontEnd
from livemel.errors import LONGEST_NAME, ParameterError, one_line

# No threshold is lower: of a sound that never moved (digital silence) chance tells nothing.
_LEAST_THRESHOLD = 4.0
_BLOCKS_AT_ONCE = 64


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """What one family's cells are: middle, and one σ below and above. Shapes (cells,)"""

    middle: Values
    below: Values
    above: Values

    def sigmas(self, means: Values) -> Values:
        """How far off they are: shape (…, cells)."""
        off = means - self.middle
        return np.asarray(np.where(off < 0, off / self.below, off / self.above))


@dataclass(frozen=True, slots=True, eq=False)
class Normal:
    """Learned from normal sound: of each row its median and spread, how means over time and
    frequency scatter, and how high the score goes by chance.

    frontend : of the columns
    median, spread : of each row, in the columns' unit; spread is 1.4826 times the median absolute
        deviation, which is σ of Gaussian values; shape (n_rows,)
    bank, sides : the cells, and of each family what they are when all is well, in σ of rows
    tail : of the score
    learned_s : seconds it was learned from
    source : name of the sound, or ""; of it one line
    """

    frontend: FrontEnd
    median: Values
    spread: Values
    bank: Bank
    sides: tuple[Side, ...]
    tail: Tail
    learned_s: float
    source: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "source", one_line(self.source, LONGEST_NAME))

    def misfit(self, frontend: FrontEnd) -> str:
        """What another front-end has otherwise: "n_fft 512, not 2048"; "" where it fits."""
        pairs = [
            (f.name, getattr(frontend, f.name), getattr(self.frontend, f.name))
            for f in fields(FrontEnd)
        ]
        other = [(name, here, there) for name, here, there in pairs if here != there]
        return ", ".join(
            name if name == "scaler" else f"{name} {here}, not {there}"
            for name, here, there in other
        )

    def check(self, frontend: FrontEnd) -> None:
        """Raises ParameterError if the normal is of other columns than this front-end's."""
        if differences := self.misfit(frontend):
            raise ParameterError(f"the normal was learned with other columns: {differences}")

    def deviation(self, columns: Values) -> Values:
        """How many σ the columns are off, each row by itself: shape (n_rows, k) → the same."""
        if columns.ndim != 2 or len(columns) != len(self.median):
            raise ParameterError(
                f"columns of shape {columns.shape} are not ({len(self.median)}, k): "
                "the normal was learned with other columns"
            )
        off = columns.astype(np.float32, copy=False) - self.median[:, np.newaxis]
        return np.asarray(off / self.spread[:, np.newaxis])

    def scores(self, columns: Values) -> Values:
        """How far off normal each block of `bank.block` columns is, in σ: shape (n_rows, k) →
        (k // block,). It is the largest of all cells that end in the block.

        NaN where columns are not finite.
        """
        blocks = self.blocks(columns)
        before, scores = self.nothing_before(), np.empty(len(blocks), dtype=np.float32)
        for first in range(0, len(blocks), _BLOCKS_AT_ONCE):
            piece = blocks[first : first + _BLOCKS_AT_ONCE]
            scores[first : first + len(piece)] = score_of(self.sigmas(piece, before))
            before = self.after(piece, before)
        return scores

    def threshold(self, false_alarms_per_hour: float = 1.0) -> float:
        """The score that normal sound goes over so often, in σ.

        Raises ParameterError if the rate is not above 0.
        """
        return max(_LEAST_THRESHOLD, self.tail.threshold(false_alarms_per_hour))

    @property
    def block_s(self) -> float:
        """Seconds that a score is of."""
        return self.bank.block / self.frontend.columns_per_s

    def blocks(self, columns: Values) -> Values:
        """Whole blocks of deviations: shape (n_rows, k) → (k // block, block, n_rows)."""
        k = columns.shape[1] // self.bank.block * self.bank.block
        off = self.deviation(columns[:, :k]).T
        return _finite(off.reshape(-1, self.bank.block, self.bank.n_rows))

    def sigmas(self, blocks: Values, before: Values) -> list[Values]:
        """Of each family, how many σ its cells are off: shapes (k, n, cells), as Bank.means."""
        means = self.bank.means(blocks, before)
        return [side.sigmas(each) for side, each in zip(self.sides, means, strict=True)]

    def nothing_before(self) -> Values:
        """`before` where the sound begins."""
        return self.bank.nothing_before()

    def after(self, blocks: Values, before: Values) -> Values:
        """What `before` is after these blocks."""
        sums = np.concatenate([before, self.bank.sums(blocks)])
        return sums[len(sums) - self.bank.context :]


def score_of(sigmas: list[Values]) -> Values:
    """The largest of each block, of all families: shape (k,); NaN where nothing is to be judged."""
    largest = np.full(len(sigmas[0]), np.nan, dtype=np.float32)
    for each in sigmas:
        by_block = np.abs(each).reshape(len(each), -1)
        largest = np.fmax(largest, np.fmax.reduce(by_block, axis=1))
    return largest


def _finite(blocks: Values) -> Values:
    """NaN for whole columns that are not finite: they are not judged."""
    bad = ~np.isfinite(blocks).all(axis=2)
    if bad.any():
        blocks = blocks.copy()
        blocks[bad] = np.nan
    return np.ascontiguousarray(blocks)
