"""The newest seconds of one channel, decimated."""

from collections import deque

import numpy as np

from livemel.diagnosis.block import Block, Grid, Samples

# Blocks of half a second: 8 s at about 1 kHz, 4 s at about 8 kHz.
KEPT, KEPT_LOW = 16, 8


class RecentSound:
    """What came last without a gap.

    blocks : how many have come since the gap, or the beginning
    stop_s : when the newest one ends, in seconds of the stream
    """

    def __init__(self, grid: Grid, channel: int) -> None:
        self._grid, self._channel = grid, channel
        self.block_s = grid.length / grid.sr
        self._lowest: deque[Samples] = deque(maxlen=KEPT)
        self._low: deque[Samples] = deque(maxlen=KEPT_LOW)
        self._powers: deque[float] = deque(maxlen=KEPT)
        self.clear()

    def push(self, block: Block) -> None:
        """Go on with a block of which nothing is missing."""
        self._lowest.append(block.lowest[self._channel])
        self._low.append(block.low[self._channel])
        self._powers.append(block.energies[self._channel] / len(block))
        self.blocks += 1
        self.stop_s = block.stop / self._grid.sr

    def clear(self) -> None:
        """Sound is missing."""
        for kept in (self._lowest, self._low, self._powers):
            kept.clear()
        self.blocks, self.stop_s = 0, 0.0

    @property
    def start_s(self) -> float:
        """When the oldest that is kept at the lowest rate begins."""
        return max(0.0, self.stop_s - min(self.blocks, KEPT) * self.block_s)

    @property
    def lowest(self) -> Samples:
        """At about 1 kHz, up to 8 s."""
        return np.concatenate(self._lowest)

    @property
    def low(self) -> Samples:
        """At about 8 kHz, up to 4 s."""
        return np.concatenate(self._low)

    @property
    def low_sr(self) -> float:
        return self._grid.low_sr

    def power(self, seconds: float) -> float:
        """Mean square of the newest."""
        blocks = max(1, round(seconds / self.block_s))
        return float(np.mean(list(self._powers)[-blocks:]))
