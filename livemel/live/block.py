"""ColumnBlock: consecutive live columns, and what is known of each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livemel.buffers.columns import CLIPPED, GAP, TOUCHES_GAP
from livemel.channel import Channel
from livemel.dsp.frontend import FrontEnd


@dataclass(frozen=True, slots=True, eq=False)
class ColumnBlock:
    """Columns first to first + len(block) - 1 of one front-end; arrays the caller owns.

    values : shape (n_rows, k), float32; k is 1 or more. Where lanes were asked for, shape
        (lanes, n_rows, k), and flags and what is taken of them (lanes, k)
    first : the number of the first column, counted from 0 since columns() was called
    flags : shape (k,), uint8: bits, which gap, touches_gap and clipped take apart
    frontend : what computed them
    lanes : which channels they are of, where lanes were asked for, else ()
    """

    values: NDArray[np.float32]
    first: int
    flags: NDArray[np.uint8]
    frontend: FrontEnd
    lanes: tuple[Channel, ...] = ()

    def __len__(self) -> int:
        return int(self.flags.shape[-1])

    @property
    def positions(self) -> NDArray[np.float64]:
        """Where the columns' windows are centred: samples at frontend.sr since the beginning."""
        numbers = np.arange(self.first, self.first + len(self), dtype=np.float64)
        return self.frontend.first_centre + numbers * self.frontend.hop_length

    @property
    def times(self) -> NDArray[np.float64]:
        """The same in seconds. Sound that went missing counts as time."""
        return self.positions / self.frontend.sr

    @property
    def gap(self) -> NDArray[np.bool_]:
        """Columns whose middle lies where sound is missing."""
        return _has(self.flags, GAP)

    @property
    def touches_gap(self) -> NDArray[np.bool_]:
        """Columns whose window reaches into missing sound, taken for zeros there."""
        return _has(self.flags, TOUCHES_GAP)

    @property
    def clipped(self) -> NDArray[np.bool_]:
        """Columns at whose middle the sound reached full scale."""
        return _has(self.flags, CLIPPED)


def _has(flags: NDArray[np.uint8], bit: np.uint8) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (flags & bit) != 0
    return found
