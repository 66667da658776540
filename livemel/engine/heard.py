"""The newest sound, kept so that another view of it can be computed."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from livemel.engine.pipeline import Pipeline

Samples = NDArray[np.float32]

_BLOCKS_AT_ONCE = 100


class Heard:
    """The newest `capacity` samples of one channel, missing ones included, to within a block.

    Not safe to share between threads. Memory: the samples, float32.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        # Sound, or the length of a gap, and when it came.
        self._parts: deque[tuple[Samples | int, int]] = deque()
        self._length = 0

    def __len__(self) -> int:
        """The samples kept."""
        return self._length

    def add(self, samples: Samples, arrived_ns: int) -> None:
        """The next block: shape (n,), float32. What is kept is a copy."""
        kept = samples[max(0, len(samples) - self._capacity) :].copy()
        self._append(kept, len(kept), arrived_ns)

    def add_gap(self, length: int, arrived_ns: int) -> None:
        """Missing sound."""
        length = min(length, self._capacity)
        self._append(length, length, arrived_ns)

    def forget(self) -> None:
        """Another sound begins."""
        self._parts.clear()
        self._length = 0

    def replay(self, pipeline: Pipeline) -> None:
        """All of it through a new pipeline, up to a hundred blocks at once: that is quicker."""
        block: list[Samples] = []
        block_ns = 0

        def push() -> None:
            if block:
                pipeline.push(np.concatenate(block), block_ns)
                block.clear()

        for part, arrived_ns in self._parts:
            if isinstance(part, int):
                push()
                pipeline.push_gap(part, arrived_ns)
                continue
            block.append(part)
            block_ns = arrived_ns
            if len(block) == _BLOCKS_AT_ONCE:
                push()
        push()

    def _append(self, part: Samples | int, length: int, arrived_ns: int) -> None:
        if length == 0:
            return
        self._parts.append((part, arrived_ns))
        self._length += length
        while self._length > self._capacity and len(self._parts) > 1:
            first = self._parts.popleft()[0]
            self._length -= first if isinstance(first, int) else len(first)
