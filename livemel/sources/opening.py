"""A source's name → the source. The one place that knows all kinds."""

import sys
from dataclasses import dataclass
from pathlib import Path

from livemel.errors import ParameterError, SourceError
from livemel.sources.base import Source
from livemel.sources.paced import AT_ONCE, PacedSource, Reader

DEFAULT_SR = 48_000
# A pipe is looked at before the window opens, if its sound comes this soon.
_FIRST_SOUND_S = 1.0
_PIPE_PACE = 1.001


@dataclass(frozen=True, slots=True)
class SourceRequest:
    """What a person asked for.

    name : "mic", "demo", "demo:NAME", "-" or a file's path
    device : a device's number or name; channel : from 1; None where none was chosen
    sr : Hz, wanted; channels and sample_format : of raw PCM
    at_once : of all but a device: as fast as it goes, instead of in real time
    """

    name: str = "mic"
    device: str | None = None
    channel: int | None = None
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
    def heard_channel(self) -> int | None:
        """The chosen channel; else the first of a device, and the mean of all of anything else."""
        if self.channel is not None:
            return self.channel
        return 1 if self.name == "mic" else None


def open_source(request: SourceRequest) -> Source:
    """The source, not started. Raises SourceError or ParameterError where that can be told now.

    The kinds are imported when chosen: a microphone needs neither libsndfile nor the scenes.
    """
    if request.name == "mic":
        from livemel.sources.microphone import Microphone

        return Microphone(request.device, request.channel, request.sr)
    source = _pipe(request) if request.name == "-" else _played(request)
    _check_channel(source, request.channel)
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


def _check_channel(source: PacedSource, channel: int | None) -> None:
    form = source.wait_open(0)
    if channel is not None and form is not None and channel > form.channels:
        raise SourceError(f"channel {channel} is out of range: {form.name} has {form.channels}")
