"""LiveSource: an open source of sound whose columns a loop takes as they come."""

import math
import os
import time
import weakref
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from livemel.buffers.columns import ColumnSpan
from livemel.channel import (
    MOST_CHANNELS,
    Channel,
    Difference,
    Lanes,
    check_lanes,
    parse_channel,
    parse_lanes,
)
from livemel.config import FrontEndChoice, RunConfig
from livemel.diagnosis.report import Report
from livemel.dsp.checks import check, whole, yes_or_no
from livemel.dsp.frontend import FrontEnd
from livemel.engine import Engine, Feed
from livemel.engine.diagnosing import Diagnoser
from livemel.errors import ParameterError, SourceError
from livemel.live.block import ColumnBlock
from livemel.live.patience import Patience, let_go
from livemel.presets import frontend as named_frontend
from livemel.sources import opening
from livemel.sources.base import SourceFormat, SourceState
from livemel.sources.opening import SourceRequest

# Three columns at a time cost a third of what they cost one by one, and a loop is no picture.
_LOOK_S = 0.03
_POLL_S = 0.01
_OPEN_POLL_S = 0.1
# For what is still to be looked at when the sound has ended: a second of it takes a few ms.
_REPORT_PATIENCE_S = 1.0


class LiveSource:
    """A source of sound, open until its `with` block or close() ends it; open_source makes it.

    One columns() at a time; the next one goes on with the sound that comes then. Not safe to
    share between threads.
    """

    def __init__(
        self,
        request: SourceRequest,
        *,
        history_s: float = 60.0,
        diagnose: bool = False,
        by_lane: bool = False,
    ) -> None:
        self._request = request
        self._by_lane = by_lane
        self._diagnose = diagnose
        self._history_s = history_s
        self._source = opening.open_source(request)
        self._finalizer = weakref.finalize(self, self._source.stop)  # for who forgets to close
        self._engine: Engine | None = None
        self._diagnoser: Diagnoser | None = None
        try:
            self._format = self._wait_until_open()
        except BaseException:
            self.close()
            raise

    @property
    def name(self) -> str:
        """The device's, the file's or the scene's."""
        return self._format.name

    @property
    def sr(self) -> int:
        """The source's own rate in Hz."""
        return self._format.sr

    @property
    def note(self) -> str:
        """What differs from what was asked, or "": also of a device that was lost and is back."""
        return (self._source.wait_open(0) or self._format).note

    def columns(
        self,
        frontend: FrontEnd | str | None = None,
        seconds: float | None = None,
        *,
        every_s: float = 0.0,
        patience_s: float | None = 10.0,
    ) -> Iterator[ColumnBlock]:
        """The columns of the sound from this call on, in blocks, as they come. None is left out.
        Where a device is gone when it is called, it waits for it: they begin with its return.

        frontend : a FrontEnd, the name of one, or None for "live". One of another rate than the
            source's is resampled to. "exact" statistics, which no stream can know, are not
            applied: the columns are then the logarithm as it is
        seconds : ends after the columns of so much sound; None is when the source ends
        every_s : seconds of columns that a block has at least; 0 is as soon as there are any
        patience_s : how long a device may be gone before that is an error; None is for ever.
            When it comes back, the missing time is there, as columns flagged `gap`
        Raises ParameterError for an impossible front-end; while it runs SourceError if the source
        fails, or if the loop fell behind by more than the history, which would lose columns.

        >>> import livemel
        >>> with livemel.open_source("demo:chirp") as source:
        ...     blocks = list(source.columns("whisper-80", seconds=0.25))
        >>> blocks[0].values.shape[0], sum(map(len, blocks)), blocks[0].first
        (80, 25, 0)
        """
        chosen = self._front_end(frontend)
        check("every_s", every_s, lambda s: s >= 0, "must be 0 s or more")
        if patience_s is not None:
            check("patience_s", patience_s, lambda s: s >= 0, "must be 0 s or more")
        total = None
        if seconds is not None:
            check("seconds", seconds, lambda s: s > 0, "must be more than 0 s")
            total = max(1, round(seconds * chosen.columns_per_s))
        patience = Patience(math.inf if patience_s is None else patience_s)
        feed = self._feed(chosen, patience)
        least = max(1, round(every_s * chosen.columns_per_s))
        return self._blocks(feed, total, least, patience)

    def stats(self) -> dict[str, Any]:
        """Counts since the first columns(): samples, columns, samples_lost, gaps (start_s,
        length_s, cause) and more, as `livemel --stats` writes them; {} before."""
        return {} if self._engine is None else self._engine.stats()

    def report(self) -> Report:
        """What is wrong with the sound since the first columns(), in all channels: half a second
        late, and what `diagnose` says of all of it once the source has ended or is closed.

        Raises ParameterError unless the source was opened with diagnose=True.
        """
        if not self._diagnose:
            raise ParameterError("diagnose=False: open the source with diagnose=True for a report")
        engine, diagnoser = self._engine, self._diagnoser
        if engine is None or diagnoser is None:
            return Report(self.sr, self._format.channels)
        if engine.ended.is_set():
            diagnoser.hurry()
            diagnoser.ended.wait(_REPORT_PATIENCE_S)
        return diagnoser.report or Report(self.sr, self._format.channels)

    def close(self) -> None:
        """End threads and capture process, within two seconds. A second call does nothing."""
        self._finalizer()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        state = "open" if self._finalizer.alive else "closed"
        return f"<{state} LiveSource {self.name!r}, {self.sr} Hz>"

    @property
    def _is_device(self) -> bool:
        """A device has to be started to be known; all else begins to play with columns()."""
        return self._request.name == "mic"

    def _wait_until_open(self) -> SourceFormat:
        if self._is_device:
            self._source.start()
        while (form := self._source.wait_open(_OPEN_POLL_S)) is None:
            pass
        return form

    def _front_end(self, wanted: FrontEnd | str | None) -> FrontEnd:
        if isinstance(wanted, FrontEnd):
            return wanted
        if wanted is None or isinstance(wanted, str):
            return named_frontend(wanted or "live", sr=self._request.sr or self.sr)
        raise ParameterError(f"frontend={wanted!r} is neither a FrontEnd nor the name of one")

    def _feed(self, frontend: FrontEnd, patience: Patience) -> Feed:
        """What the engine writes with this front-end, from now on, or once there is sound."""
        if not self._finalizer.alive:
            raise SourceError(f"{self.name} is closed: open it again")
        engine = self._engine
        before = None if engine is None else engine.feed
        if engine is None:
            engine = self._start(frontend, patience)
        else:
            running = engine
            patience.wait(lambda: running.status)
            engine.complaint = ""
            engine.change(lambda _: frontend, self._request.heard_lanes)
        while engine.feed is before:
            status = engine.status
            if engine.complaint or status.state is SourceState.FAILED:
                raise ParameterError(engine.complaint or status.reason)
            time.sleep(_POLL_S / 10)
        assert engine.feed is not None
        return engine.feed

    def _start(self, frontend: FrontEnd, patience: Patience) -> Engine:
        if self._is_device:
            patience.wait(partial(let_go, self._source))
        engine = Engine(
            self._source,
            lambda _: frontend,
            channels=self._request.heard_lanes,
            history_s=self._history_s,
            keeps_sound=self._diagnose,
            replays=False,  # the next loop goes on with the sound that comes then
            look_s=_LOOK_S,
        )
        if not self._is_device:
            self._source.start()
        self._finalizer.detach()
        self._finalizer = weakref.finalize(self, engine.stop)
        self._engine = engine
        if self._diagnose:
            diagnoser = self._diagnoser = Diagnoser(engine)
            self._finalizer.detach()
            self._finalizer = weakref.finalize(self, partial(_end, engine, diagnoser))
            diagnoser.start()
        engine.start()
        return engine

    def _blocks(
        self, feed: Feed, total: int | None, least: int, patience: Patience
    ) -> Iterator[ColumnBlock]:
        engine, ring, start = self._engine, feed.columns, 0
        assert engine is not None
        while total is None or start < total:
            over = engine.ended.is_set()  # before `written` is looked at: it is final then
            wanted = start + least if total is None else min(start + least, total)
            if ring.written < wanted and not over:
                _check_alive(engine, feed, patience)
                engine.ended.wait(_POLL_S)
                continue
            stop = min(ring.written, ring.written if total is None else total)
            spans = [lane.columns.read(start, stop) for lane in feed.lanes]
            kept_from = max(span.start for span in spans)
            if kept_from > start:
                lost_s = (kept_from - start) / feed.frontend.columns_per_s
                raise SourceError(
                    f"the loop fell behind: columns {start} to {kept_from - 1} ({lost_s:.3g} s) "
                    f"are gone, history_s={feed.history_s:.4g} was too short"
                )
            if stop == start:
                if engine.status.fault or engine.status.state is SourceState.FAILED:
                    raise SourceError(engine.status.reason)
                return
            yield self._block(feed, spans)
            start = stop

    def _block(self, feed: Feed, spans: list[ColumnSpan]) -> ColumnBlock:
        if not self._by_lane:
            (span,) = spans
            values = np.ascontiguousarray(span.values.T)
            return ColumnBlock(values, span.start, span.flags, feed.frontend)
        values = np.stack([span.values.T for span in spans])
        flags = np.stack([span.flags for span in spans])
        return ColumnBlock(values, spans[0].start, flags, feed.frontend, feed.channels)


def open_source(
    name: str | os.PathLike[str] = "mic",
    *,
    device: str | int | None = None,
    channel: Channel | str = None,
    lanes: Sequence[Channel | str] | str = (),
    sr: int | None = None,
    loop: bool = False,
    channels: int = 1,
    sample_format: str = "s16le",
    history_s: float = 60.0,
    diagnose: bool = False,
) -> LiveSource:
    """Open a source of sound, by the names of the command line. Use it in a `with` block.

    name : "mic", "demo", "demo:NAME", a sound file's path, or "-" for raw PCM on stdin. Files play
        in real time, from the first columns() on; log_mel is for whole signals
    device : an input device's number, its name or a part of it
    channel : from 1, or as the command line has it: "mix" is the mean of all, "L-R" or "1-2" half
        of a difference. None is a device's first, and the mean of a file's
    lanes : several of those, which are computed together, up to 64, such as (1, 2, "L-R"), or a
        text: "1,3,5..8", "all". Blocks then have values of shape (lanes, n_rows, k). Memory is
        bounded: of many lanes less than history_s is kept
    sr : Hz; None is the source's own. A device that refuses it is resampled, and so is a file
        for a front-end that has no rate of its own
    loop : begin a file again when it ends
    channels, sample_format : of raw PCM
    history_s : seconds of columns that a loop may fall behind before it is an error
    diagnose : keep a report() of what is wrong with the sound, on a thread of its own
    Raises SourceError if it cannot be opened (NoDeviceError where nothing records, or PortAudio is
    missing), ParameterError for an impossible value.

    >>> import livemel
    >>> with livemel.open_source("demo", sr=16_000) as source:
    ...     for block in source.columns(seconds=0.1, every_s=0.1):
    ...         print(source.sr, block.values.shape, block.times[[0, -1]].round(3))
    16000 (128, 10) [0.064 0.154]
    """
    heard = _lanes(channel, lanes)
    RunConfig(frontend=FrontEndChoice(sr=sr))  # which checks sr as the command line has it
    yes_or_no("loop", loop)
    yes_or_no("diagnose", diagnose)
    check("history_s", history_s, lambda s: 1 <= s <= 86_400, "is not between 1 and 86400 s")
    request = SourceRequest(
        # A path is a file, whatever it is called.
        name=name if isinstance(name, str) else str(Path(name).absolute()),
        device=None if device is None else str(device),
        sr=sr,
        channels=channels,
        sample_format=sample_format,
        loop=loop,
    )
    if heard:
        request = request.hearing(heard)
    return LiveSource(request, history_s=history_s, diagnose=diagnose, by_lane=bool(lanes))


def _lanes(channel: Channel | str, lanes: Sequence[Channel | str] | str) -> Lanes:
    """The channels that were asked for; () where none was."""
    if not lanes:
        return () if channel is None else (_channel(channel),)
    if channel is not None:
        raise ParameterError(f"channel={channel!r} and lanes={lanes!r}: which of them?")
    if isinstance(lanes, str):
        return parse_lanes(lanes)
    return check_lanes(tuple(map(_channel, lanes)))


def _channel(value: Channel | str) -> Channel:
    if isinstance(value, str):
        return parse_channel(value)
    if value is None or isinstance(value, Difference):
        return value
    return whole("channel", value, 1, MOST_CHANNELS)


def _end(engine: Engine, diagnoser: Diagnoser) -> None:
    """The diagnoser last, so that its report is of all that was heard."""
    engine.stop()
    if diagnoser.report is not None:
        diagnoser.hurry()
        diagnoser.ended.wait(_REPORT_PATIENCE_S)
    diagnoser.stop()
    diagnoser.join(_REPORT_PATIENCE_S)


def _check_alive(engine: Engine, feed: Feed, patience: Patience) -> None:
    """Raises when no more columns are to be expected, though the source has not ended."""
    if engine.feed is not feed:
        raise ParameterError("columns() was called again: this loop gets no more of them")
    patience.check(engine.status)
