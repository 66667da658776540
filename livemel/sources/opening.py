"""A source's name → the source. The one place that knows all kinds."""

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from livemel.channel import ALL, Channel, Lanes, check_channel, highest, lanes_of
from livemel.errors import ParameterError, SourceError
from livemel.sources.base import Source
from livemel.sources.paced import AT_ONCE, PacedSource, Reader

DEFAULT_SR = 48_000
# Of sound files, where they are looked for or offered: what libsndfile reads by itself.
SUFFIXES = (
    *(".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff", ".au", ".caf", ".w64"),
    ".rf64",
)
# A pipe is looked at before the window opens, if its sound comes this soon.
_FIRST_SOUND_S = 1.0
_PIPE_PACE = 1.001


@dataclass(frozen=True, slots=True)
class SourceRequest:
    """What a person asked for.

    name : "mic", "demo", "demo:NAME", "-" or a file's path
    device : a device's number or name
    channel : None where none was chosen
    lanes : all that are computed, the first of which has the focus; () is the channel alone
    sr : Hz, wanted; channels and sample_format : of raw PCM
    at_once : of all but a device: as fast as it goes, instead of in real time
    """

    name: str = "mic"
    device: str | None = None
    channel: Channel = None
    lanes: Lanes = ()
    sr: int | None = None
    channels: int = 1
    sample_format: str = "s16le"
    loop: bool = False
    at_once: bool = False

    @property
    def is_file(self) -> bool:
        """Whether the name is a file's path."""
        return self.name not in ("mic", "demo", "-") and not self.name.startswith("demo:")

    @property
    def heard_channel(self) -> Channel:
        """The chosen channel, or the first of those; else the first of a device, and the mean of
        all of anything else.
        """
        if self.lanes == ALL:
            return 1
        if self.lanes:
            return self.lanes[0]
        if self.channel is not None:
            return self.channel
        return 1 if self.name == "mic" else None

    @property
    def heard_lanes(self) -> Lanes:
        """All that are to be computed."""
        return self.lanes or (self.heard_channel,)

    def hearing(self, lanes: Lanes) -> Self:
        """The same source, with these lanes and no other."""
        if lanes != ALL and len(lanes) == 1 and lanes[0] is not None:
            return replace(self, channel=lanes[0], lanes=())
        return replace(self, channel=None, lanes=lanes)

    @property
    def needed_channels(self) -> int:
        """As many channels has a source at least that can be heard so."""
        return max(map(highest, lanes_of(self.heard_lanes, 1)))


def open_source(request: SourceRequest) -> Source:
    """The source, not started. Raises SourceError or ParameterError where that can be told now.

    The kinds are imported when chosen: a microphone needs neither libsndfile nor the scenes.
    """
    if request.name == "mic":
        from livemel.sources.microphone import Microphone

        return Microphone(
            request.device,
            request.lanes if request.lanes == ALL else request.needed_channels,
            request.sr,
        )
    source = _pipe(request) if request.name == "-" else _played(request)
    _check_lanes(source, request)
    return source


def can_be_heard(request: SourceRequest) -> bool:
    """Whether it is something to be played on an output device as it scrolls."""
    return request.name not in ("mic", "-") and not request.at_once


def open_reader(request: SourceRequest) -> Reader:
    """The reader of a source that can be heard. Raises as open_source."""
    if request.name == "demo" or request.name.startswith("demo:"):
        from livemel.sources.demo import SceneReader
        from livemel.sources.scenes import DEFAULT_SCENE

        scene = request.name.partition(":")[2] or DEFAULT_SCENE
        return SceneReader(scene, sr=request.sr or DEFAULT_SR)
    from livemel.sources.nursery import prepare

    prepare()  # it starts while numpy is being loaded
    from livemel.sources.file import FileReader

    return FileReader(Path(request.name), loop=request.loop)


def _played(request: SourceRequest) -> PacedSource:
    return PacedSource(open_reader(request), pace=AT_ONCE if request.at_once else 1.0)


def _pipe(request: SourceRequest) -> PacedSource:
    from livemel.sources.pipe import PipeReader

    if request.channels < 1 or request.channels > 64:
        raise ParameterError(f"channels={request.channels} is not between 1 and 64")
    if sys.stdin is None:
        raise SourceError("stdin is closed: pipe raw sound into it")
    reader = PipeReader(
        sys.stdin.fileno(),
        sr=request.sr or DEFAULT_SR,
        channels=request.channels,
        sample_format=request.sample_format,
    )
    reader.look(_FIRST_SOUND_S)
    return PacedSource(reader, pace=AT_ONCE if request.at_once else _PIPE_PACE)


def _check_lanes(source: PacedSource, request: SourceRequest) -> None:
    form = source.wait_open(0)
    if form is not None:
        check_channel(request.needed_channels, form.name, form.channels)
