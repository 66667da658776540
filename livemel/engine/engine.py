"""The engine: a thread that reads a source's ring and writes columns."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from livemel.buffers.columns import ColumnRings
from livemel.buffers.history import SampleHistory
from livemel.buffers.samples import Gap, SampleRing
from livemel.buffers.writer import CAUSES, GapCause
from livemel.channel import ALL, Channel, Lanes, check_channel, check_lanes, lanes_of
from livemel.dsp.frontend import FrontEnd
from livemel.engine.clock_drift import ClockDrift
from livemel.engine.feed import Feed, Lane, columns_kept
from livemel.engine.intake import side_by_side
from livemel.engine.pipeline import Pipeline
from livemel.engine.sleep_watch import ClockNs, SleepWatch, clock_through_sleep
from livemel.errors import LivemelError, NoDeviceError
from livemel.sources.base import Source, SourceFormat, SourceState, SourceStatus

# Between two looks: columns come every 10 ms, so this adds at most a half to their latency.
_LOOK_S = 0.005
# While nobody sees the columns as they come: three at a time cost a third.
_EASY_LOOK_S = 0.03
_OPEN_POLL_S = 0.02
# Who stops it waits for a look to end no longer than this.
_JOIN_S = 2.0
# Gaps kept one by one for the statistics; older ones stay in the totals.
_GAPS_KEPT = 10_000
_NO_MEMORY = "there is not enough memory for this front-end and history"
# Of the sound itself, packed: 3 minutes of stereo float at 48 kHz, 6 of 16 bits. With it a run of
# 5 minutes stays within 220 MB of memory of its own, the capture process's 20 MB included.
_MOST_SOUND_BYTES = 72 << 20
# However short a history is wanted: so long may a disk stall without harm to a recording.
_LEAST_SOUND_S = 30.0
# Of however many channels: 123 MB of 64 at 48 kHz, in full float.
_LEAST_FLOAT_S = 10.0
# Of sound that another front-end begins with: of one lane, and of all together, a third of a second
# of work.
_REPLAYED_S, _REPLAYED_LANES_S = 30.0, 640.0
# More lanes than fit on a screen are looked at less often: large batches cost less.
_FEW_LANES, _LOOK_MANY_S = 8, 0.02
_SLEEP_CLOCKS = clock_through_sleep()


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """How it goes, in the words of SourceStatus. no_device: nothing there is to record with."""

    state: SourceState
    reason: str = ""
    cause: GapCause = GapCause.STALL
    lost_since_ns: int = 0
    no_device: bool = False
    fault: bool = False


@dataclass(frozen=True, slots=True)
class _Turn:
    """A feed, what feeds it, and the counts of the feeds before it: replaced as a whole."""

    feed: Feed
    pipeline: Pipeline
    columns_before: int
    due_before: int


class Engine:
    """Reads `source` and computes columns until stopped. The only writer of the ColumnRing.

    The sound itself is kept as well, all channels as they came, in `history` (None until the source
    is open), whatever becomes of the front-end; another one begins with the newest of it.

    build : sr of the source in Hz → the front-end; called on the engine thread
    channel : from 1, None for the mean of all, or a Difference
    channels : several of those instead, or "all" that the source delivers
    history_s : seconds of columns and of sound to keep; or the source's format → those, called on
        the engine thread once it is open
    keeps_sound : False where nobody will ask for it: `history` stays None
    replays : False where another front-end begins with the sound that comes then
    look_s : seconds between two looks at the source; fewer looks take less processor time
    clock_ns : a monotonic clock
    sleep_clocks : by which a device's sound is missed that the computer slept through
    """

    def __init__(
        self,
        source: Source,
        build: Callable[[int], FrontEnd],
        *,
        channel: Channel = None,
        channels: Lanes = (),
        history_s: float | Callable[[SourceFormat], float] = 300.0,
        keeps_sound: bool = True,
        replays: bool = True,
        look_s: float = _LOOK_S,
        clock_ns: ClockNs = time.monotonic_ns,
        sleep_clocks: tuple[ClockNs, ClockNs] | None = _SLEEP_CLOCKS,
    ) -> None:
        self.source = source
        self.feed: Feed | None = None
        self.history: SampleHistory | None = None
        self.status = EngineStatus(SourceState.OPENING)
        self.drift: ClockDrift | None = None  # of the device, once there is one
        self.complaint = ""  # why the last change was not taken; whoever says it clears it
        self.ended = threading.Event()
        self._build = build
        self._channels: tuple[Channel, ...] = ()
        self._first_channels: Lanes = channels or (channel,)
        self._wanted_s = history_s
        self._history_s = 0.0  # once it is open
        self._keeps_sound = keeps_sound
        self._replays = replays and keeps_sound
        self._usual_look_s = self._look_s = look_s
        self._clock_ns = clock_ns
        self._sleep = SleepWatch(sleep_clocks)
        self._slept_ns = 0  # whose sound is still to be missed
        self._changes: deque[tuple[Callable[[int], FrontEnd], Lanes]] = deque(maxlen=1)
        self._stopping = threading.Event()
        self._stirred = threading.Event()  # there is a change, or it is to stop
        # Reentrant: who forgets an engine may stop it on its own thread, at any line.
        self._leaving = threading.RLock()
        self._reads = False  # the thread may look at the source
        self._left = False  # to the thread: it stops the source when it ends
        self._thread = threading.Thread(target=self._run, name="livemel-engine", daemon=True)
        self._turn: _Turn | None = None
        self._format: SourceFormat | None = None
        self._gaps: deque[dict[str, Any]] = deque(maxlen=_GAPS_KEPT)
        self._samples = 0
        self._samples_lost = 0
        self._not_finite = 0

    def start(self) -> None:
        """Start the thread. The source must have been started."""
        self._reads = True
        self._thread.start()

    def stop(self) -> None:
        """Stop thread and source; returns within about a second. Runs on: any thread.

        A thread that is held up for two seconds stops the source itself, once it has ended: no
        memory is taken from under it.
        """
        self._stopping.set()
        self._stirred.set()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(_JOIN_S)
        with self._leaving:
            self._left = self._reads
        if not self._left:
            self.source.stop()

    def change(self, build: Callable[[int], FrontEnd], channels: Channel | Lanes) -> None:
        """Go on with another front-end or other channels, in a new feed. Runs on: any thread.

        The feed begins with the last half minute: all channels are kept, whichever were computed.
        """
        lanes = channels if channels == ALL or isinstance(channels, tuple) else (channels,)
        self._changes.append((build, lanes))
        self._stirred.set()

    def ease(self, eases: bool) -> None:
        """Whether nobody sees the columns as they come: then it looks less often, and computes as
        many. Runs on: any thread.
        """
        self._look_s = max(self._usual_look_s, _EASY_LOOK_S) if eases else self._usual_look_s

    @property
    def format(self) -> SourceFormat | None:
        """Of the source as it is now, once it is open: name, note and latency may be others than
        when a feed began. Runs on: any thread.
        """
        return self._format

    def stats(self) -> dict[str, Any]:
        """Counts so far: samples, columns, columns_lost, samples_lost, samples_not_finite, gaps,
        sr, source.
        """
        turn, form = self._turn, self._format
        sr = form.sr if form else 0
        gaps, lost = list(self._gaps), self._samples_lost
        since_ns = self.status.lost_since_ns
        if since_ns and form and self.status.state.is_silent:
            length_s = (self._clock_ns() - since_ns) / 1e9
            gaps.append(gap_row(self._position / sr, length_s, CAUSES[self.status.cause]))
            lost += round(length_s * sr)
        columns = missing = 0
        if turn:
            # The due first: what is written meanwhile must not count as missing.
            due = turn.due_before + turn.pipeline.columns_due
            columns = turn.columns_before + turn.feed.columns.written
            missing = 0 if self.ended.is_set() else max(0, due - columns)
        return {
            "samples": self._samples,
            "columns": columns,
            "columns_lost": missing,
            "samples_lost": lost,
            "samples_not_finite": self._not_finite,
            "gaps": gaps,
            "sr": sr,
            "source": form.name if form else self.source.label,
        }

    def _run(self) -> None:
        """Runs on: the engine thread."""
        try:
            # Sound may hold NaN and infinities; so do its columns then, without a warning.
            with np.errstate(invalid="ignore", over="ignore"):
                if self._wait_until_open():
                    while not self._wait_for_next_look():
                        self._look()
        except LivemelError as error:
            self.status = EngineStatus(
                SourceState.FAILED, str(error), no_device=isinstance(error, NoDeviceError)
            )
        except MemoryError:
            self.status = EngineStatus(SourceState.FAILED, _NO_MEMORY)
        except Exception as error:
            self.status = EngineStatus(SourceState.FAILED, f"internal error: {error!r}")
            raise
        finally:
            self.ended.set()
            try:
                if self._turn is not None:
                    self._turn.pipeline.close()
            finally:  # whatever is wrong with that, somebody stops the source
                with self._leaving:
                    self._reads = False
                if self._left:
                    self.source.stop()

    def _wait_until_open(self) -> bool:
        while not self._stopping.is_set():
            self._format = self.source.wait_open(_OPEN_POLL_S)
            if self._format is not None:
                wanted_s = self._wanted_s
                self._history_s = wanted_s(self._format) if callable(wanted_s) else wanted_s
                if self._format.input_latency_s is not None:
                    self.drift = ClockDrift(self._format.sr)
                if self._keeps_sound:
                    self.history = self._new_history(self._format)
                self._begin_feed(self._build, self._first_channels)
                return True
        return False

    def _wait_for_next_look(self) -> bool:
        """True if it is to stop. Once the sound has ended only a change is worth a look."""
        many = len(self._channels) > _FEW_LANES
        look_s = max(self._look_s, _LOOK_MANY_S) if many else self._look_s
        self._stirred.wait(None if self.ended.is_set() else look_s)
        self._stirred.clear()
        return self._stopping.is_set()

    def _new_history(self, form: SourceFormat) -> SampleHistory:
        capacity = round(max(self._history_s, _LEAST_SOUND_S) * form.sr)
        least_bytes = round(_LEAST_FLOAT_S * form.sr) * form.channels * 4
        return SampleHistory(form.channels, capacity, max(_MOST_SOUND_BYTES, least_bytes))

    def _begin_feed(self, build: Callable[[int], FrontEnd], wanted: Lanes) -> None:
        assert self._format is not None
        channels = check_lanes(lanes_of(wanted, self._format.channels))
        for channel in channels:
            check_channel(channel, self._format.name, self._format.channels)
        frontend = build(self._format.sr)
        capacity = columns_kept(frontend, len(channels), self._history_s)
        rings = ColumnRings(len(channels), frontend.n_rows, capacity)
        begins_at = self._replayed_from(len(channels))
        cut = begins_at > 0 and self._replays
        pipeline = Pipeline(frontend, self._format.sr, rings, cut=cut)
        self._replay(pipeline, channels, begins_at)
        if self._stopping.is_set():  # nobody will see it, and it may not be whole
            pipeline.close()
            return
        if self.ended.is_set():
            pipeline.finish(self._clock_ns())
        replayed = rings.written
        lanes = tuple(map(Lane, channels, rings.lanes))
        feed = Feed(frontend, lanes, self._format, replayed, begins_at)
        before = self._turn
        # What is computed once more is not counted once more.
        self._turn = _Turn(
            feed,
            pipeline,
            before.columns_before + before.feed.columns.written - replayed if before else 0,
            before.due_before + before.pipeline.columns_due - replayed if before else 0,
        )
        self._channels = channels
        self.feed = feed

    def _replayed_from(self, lanes: int) -> int:
        """The number of the first sample that another feed begins with."""
        form, history = self._format, self.history
        assert form is not None
        if history is None or not self._replays:
            return self._position
        seconds = min(_REPLAYED_S, self._history_s, _REPLAYED_LANES_S / lanes)
        longest = round(seconds * form.sr)
        return max(history.oldest, history.written - longest)

    def _replay(self, pipeline: Pipeline, channels: tuple[Channel, ...], at: int) -> None:
        """The sound from sample number `at` on through a new pipeline.

        A second at a time: that is quicker than the blocks it came in.
        """
        form, history, arrived_ns = self._format, self.history, self.source.ring.written_at_ns
        if form is None or history is None:
            return
        for gap in (*history.gaps(at, history.written), None):
            stop = history.written if gap is None else gap.start
            for start in range(at, stop, form.sr):
                if self._stopping.is_set():
                    return
                part = history.read(start, min(stop, start + form.sr)).samples
                pipeline.push(side_by_side(part, channels), arrived_ns)
            at = max(at, stop)
            if gap is not None:
                pipeline.push_gap(gap.stop - at, arrived_ns)
                at = gap.stop

    def _try_change(self, build: Callable[[int], FrontEnd], channels: Lanes) -> None:
        """Begin another feed; one that is impossible leaves the present one, and a complaint."""
        try:
            self._begin_feed(build, channels)
        except LivemelError as error:
            self.complaint = str(error)
        except MemoryError:
            self.complaint = _NO_MEMORY

    def _look(self) -> None:
        """One look at the source: take what is there."""
        self._look_at_format()
        if self._changes:
            self._try_change(*self._changes.popleft())
        status = self.source.poll(self._clock_ns())
        if status.missing:
            self._lose(status.missing, status.cause)
        elif status.jumped and self.drift is not None:
            self.drift.restart()
        self._slept_ns += self._sleep.look()
        if not status.hold:
            self._note_drift(self.source.ring)
            self._drain(self.source.ring)
            self._lose_sleep()
        ending = status.state is SourceState.ENDED and not self.ended.is_set()
        if ending:
            self._drain(self.source.ring)
            assert self._turn is not None
            self._turn.pipeline.finish(self._clock_ns())
        self._say(status)
        if ending:  # last, so that who waits for it finds all else as it stays
            self.ended.set()

    def _look_at_format(self) -> None:
        """A device that was lost may be back with other facts, or another may be heard in its
        place, whose clock is another one.
        """
        form, before = self.source.wait_open(0), self._format
        assert before is not None
        if form is None or form is before:
            return
        self._format = form
        if self.drift is not None and form.device != before.device:
            self.drift = ClockDrift(form.sr)

    def _say(self, status: SourceStatus) -> None:
        said = EngineStatus(
            status.state, status.reason, status.cause, status.lost_since_ns, fault=status.fault
        )
        if said != self.status:
            self.status = said

    def _drain(self, ring: SampleRing) -> None:
        """What has come, a second at a time: who is to stop does not take all of it first."""
        assert self._turn is not None
        assert self._format is not None
        pipeline, most = self._turn.pipeline, self._format.sr
        while not self._stopping.is_set() and (part := ring.read(most)) is not None:
            if isinstance(part, Gap):
                self._lose(part.length, part.cause)
            else:
                self._samples += len(part)
                if self.history is not None:  # first: who sees columns can have their sound
                    self.history.append(part)
                lanes = side_by_side(part, self._channels)
                self._not_finite += len(part) - int(np.count_nonzero(np.isfinite(lanes[0])))
                arrived_ns, read_ns = ring.written_at_ns, self._clock_ns()
                pipeline.push(lanes, arrived_ns)
                feed = self._turn.feed
                feed.trail.note(arrived_ns, read_ns, feed.columns.written, self._clock_ns())

    def _note_drift(self, ring: SampleRing) -> None:
        if self.drift is not None:
            written, at_ns = ring.arrival
            if at_ns:
                self.drift.add(at_ns, written)

    def _lose_sleep(self) -> None:
        """What the computer slept through comes after the sound from before. Files, scenes and
        pipes sleep too: only a device's sound went on.
        """
        slept_ns, self._slept_ns = self._slept_ns, 0
        if slept_ns and self.drift is not None:
            assert self._format is not None
            self._lose(round(slept_ns * self._format.sr / 1e9), GapCause.ASLEEP)

    @property
    def _position(self) -> int:
        """Samples since the start of the run, missing ones included."""
        return self._samples + self._samples_lost

    def _lose(self, length: int, cause: GapCause) -> None:
        turn, form = self._turn, self._format
        assert turn is not None
        assert form is not None
        self._gaps.append(gap_row(self._position / form.sr, length / form.sr, CAUSES[cause]))
        self._samples_lost += length
        if self.drift is not None:
            self.drift.restart()
        if self.history is not None:
            self.history.append_gap(length, cause)
        turn.pipeline.push_gap(length, self._clock_ns())


def gap_row(start_s: float, length_s: float, cause: str) -> dict[str, Any]:
    """One gap as the statistics and the recordings' notes list it."""
    return {"start_s": round(start_s, 6), "length_s": round(length_s, 6), "cause": cause}
