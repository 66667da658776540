"""A stretch of sound with what lies before and behind it, block after block."""

from dataclasses import dataclass

import numpy as np

from livemel.diagnosis.block import Block, Samples

Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is to be looked at now.

    start : number of samples[0] of each channel; negative before the sound began
    channels : one array a channel, float32, contiguous
    first, stop : indices of the samples that nobody has looked at yet; others are context
    lost : (start, stop), indices of what is missing or lies outside of the sound; in order
    """

    start: int
    channels: tuple[Samples, ...]
    first: int
    stop: int
    lost: Ranges

    def clear(self, start: int, stop: int) -> bool:
        """Whether nothing is missing from index `start` to `stop`."""
        return all(b <= start or stop <= a for a, b in self.lost)


class Tape:
    """Keeps the end of one block for the next.

    before, after : samples of context that a detector needs on either side of what it looks at
    """

    def __init__(self, channels: int, before: int, after: int) -> None:
        self._before, self._after = before, after
        # What has been decided about ends `before` samples into it.
        self._kept = [np.zeros(before, dtype=np.float32) for _ in range(channels)]
        self._lost: list[tuple[int, int]] = []
        self._begun = False

    def push(self, block: Block) -> Stretch:
        """What can be looked at now that this block is there."""
        ends = [np.zeros(self._after, dtype=np.float32)] if block.last else []
        start = block.start - len(self._kept[0])
        if not self._begun:
            self._begun = True
            self._lost.append((start, block.start))
        channels = tuple(
            np.concatenate([kept, samples, *ends])
            for kept, samples in zip(self._kept, block.channels, strict=True)
        )
        self._lost += block.lost
        if block.last:
            self._lost.append((block.stop, block.stop + self._after))
        self._lost = [(a, b) for a, b in self._lost if b > start]
        lost = tuple((max(0, a - start), b - start) for a, b in self._lost)
        n = len(channels[0])
        stop = max(self._before, n - self._after)
        self._kept = [samples[stop - self._before :] for samples in channels]
        return Stretch(start, channels, self._before, stop, lost)
