"""A stretch of the sound that is kept, as the player wants it."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from livemel.channel import Channel
from livemel.dsp.band_filter import BandFilter
from livemel.engine.engine import Engine
from livemel.engine.intake import as_heard

Samples = NDArray[np.float32]

_BLOCKS_PER_S = 10


class Stretch:
    """Samples start to stop of an engine's history: what is missing of them is silence.

    start, stop : numbers of samples; a stop of None goes on with what comes
    channel : what is heard of it, or None for all as they came
    band_hz : only what is between these frequencies, or None for all
    loop : whether it begins again at its end; may be changed while it plays
    """

    def __init__(
        self,
        engine: Engine,
        start: int,
        stop: int | None,
        *,
        channel: Channel = None,
        band_hz: tuple[float, float] | None = None,
        loop: bool = False,
    ) -> None:
        assert engine.feed is not None
        assert engine.history is not None
        self.engine = engine
        self.start, self.stop = start, stop
        self.loop = loop
        self.sr = engine.feed.format.sr
        self.gone = 0  # samples that were kept no longer when they were to be played
        self._history = engine.history
        self._channel = channel
        self._band_hz = band_hz
        self._filter: BandFilter | None = None

    def at(self, position: float) -> float:
        """The number of the sample that a player has come to."""
        if self.stop is None or position <= 0:
            return self.start + position
        length = self.stop - self.start
        return self.start + (position % length or length)

    def __iter__(self) -> Iterator[Samples]:
        """Blocks of a tenth of a second; empty ones where there is nothing yet.

        Runs on: the player thread.
        """
        if self._band_hz is not None:
            self._filter = BandFilter(*self._band_hz, self.sr)
        size = max(1, self.sr // _BLOCKS_PER_S)
        at = self.start
        while True:
            ended = self.engine.ended.is_set()  # asked first: all has been written then
            there = self._history.written if self.stop is None else self.stop
            if at < there:
                stop = min(at + size, there)
                yield self._block(at, stop)
                at = stop
            elif self.loop and self.stop is not None:
                at = self.start
            elif self.stop is None and not ended:
                yield self._block(at, at)
            else:
                return

    def _block(self, start: int, stop: int) -> Samples:
        """Samples start to stop, shape (stop - start, 1 or all channels)."""
        margin = 0 if self._filter is None or start == stop else self._filter.margin
        first = start - margin
        span = self._history.read(first, stop + margin)
        found = as_heard(span.samples, self._channel)
        block = np.zeros((stop - start + 2 * margin, found.shape[1]), np.float32)
        block[span.start - first : span.stop - first] = found
        self.gone += min(max(0, span.start - start), stop - start)
        return self._filter(block) if self._filter is not None and margin else block
