"""A file or a scene on an output device while it scrolls."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from livemel.channel import Channel
from livemel.engine.intake import as_heard
from livemel.engine.player import Player
from livemel.sources.base import Source
from livemel.sources.opening import SourceRequest, open_reader
from livemel.sources.paced import PacedSource

_BLOCKS_PER_S = 10


def play_aloud(source: Source, request: SourceRequest, device: str | None) -> None:
    """Have a source that is not started yet heard as it scrolls.

    request : it was opened by this, and can_be_heard
    device : an output device's number or name, or None for the default
    Raises SourceError or ParameterError where it cannot be read, as open_source.
    """
    assert isinstance(source, PacedSource)
    source.lead = Aloud(request, device)


class Aloud:
    """Reads a source once more and plays it: the Lead of the one that is shown.

    request : its channel is the one to hear, or None for all as they come
    device : as play_aloud
    """

    def __init__(self, request: SourceRequest, device: str | None) -> None:
        self._player = Player(device)
        self._reader = open_reader(request)
        self._channel = request.channel
        self._begun = False
        self._reads = False  # once there is an output for it

    @property
    def complaint(self) -> str:
        """Why it is not heard any more, one line, or ""."""
        return self._player.complaint

    @property
    def heard_from_ns(self) -> int:
        """The monotonic time at which sample 0 is heard; 0 while it is not known."""
        return self._player.origin_ns

    @property
    def over(self) -> bool:
        """True once it is heard no more."""
        return self._begun and not self._player.playing

    def hear(self, channel: Channel) -> None:
        """Only that channel, a second from now; None: all."""
        self._channel = channel

    def start(self) -> None:
        self._begun = True
        self._player.play(self._blocks(), self._reader.format.sr)

    def stop(self) -> None:
        """Silence. Returns at once."""
        self._player.stop()
        if not self._reads:  # nobody has read it, who would have closed it
            self._reader.close()

    def _blocks(self) -> Iterator[NDArray[np.float32]]:
        """Runs on: the player thread."""
        self._reads = True
        size = max(1, self._reader.format.sr // _BLOCKS_PER_S)
        try:
            while len(block := self._reader.read(size)):
                yield as_heard(block, self._channel)
        finally:
            self._reader.close()
