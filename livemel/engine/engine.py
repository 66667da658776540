"""The engine: a thread that reads a source's ring and writes columns."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from livemel.buffers.columns import ColumnRing
from livemel.buffers.samples import Gap, SampleRing
from livemel.buffers.writer import GapCause
from livemel.dsp.frontend import FrontEnd
from livemel.engine.pipeline import Pipeline
from livemel.errors import LivemelError, NoDeviceError, ParameterError
from livemel.sources.base import Source, SourceFormat, SourceState, SourceStatus

# Looks a second: columns come every 10 ms, so this adds at most a half to their latency.
_POLL_S = 0.005
_OPEN_POLL_S = 0.02
# Gaps kept one by one for the statistics; older ones stay in the totals.
_GAPS_KEPT = 10_000
_MOST_HISTORY_BYTES = 4 << 30

_CAUSES = {
    GapCause.OVERFLOW: "overflow",
    GapCause.STALL: "stall",
    GapCause.LATE_READER: "late reader",
    GapCause.DISCONNECTED: "device lost",
}


@dataclass(frozen=True, slots=True)
class Feed:
    """What the window shows: replaced as a whole when the front-end or the channel changes."""

    frontend: FrontEnd
    columns: ColumnRing
    format: SourceFormat
    channel: int | None


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """How it goes. lost_since_ns: the last sample's monotonic time while sound is missing, or 0."""

    state: SourceState
    reason: str = ""
    cause: GapCause = GapCause.STALL
    lost_since_ns: int = 0
    no_device: bool = False


class Engine:
    """Reads `source` and computes columns until stopped. The only writer of the ColumnRing.

    build : sr of the source in Hz → the front-end; called on the engine thread
    channel : from 1, or None for the mean of all channels
    history_s : seconds of columns to keep
    clock_ns : a monotonic clock
    """

    def __init__(
        self,
        source: Source,
        build: Callable[[int], FrontEnd],
        *,
        channel: int | None = None,
        history_s: float = 300.0,
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self.source = source
        self.feed: Feed | None = None
        self.status = EngineStatus(SourceState.OPENING)
        self.ended = threading.Event()
        self._build = build
        self._channel = channel
        self._history_s = history_s
        self._clock_ns = clock_ns
        self._change: tuple[Callable[[int], FrontEnd], int | None] | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="livemel-engine", daemon=True)
        self._pipeline: Pipeline | None = None
        self._format: SourceFormat | None = None
        self._columns_before = 0  # of feeds that were replaced
        self._due_before = 0
        self._gaps: deque[dict[str, Any]] = deque(maxlen=_GAPS_KEPT)
        self._samples = 0
        self._samples_lost = 0

    def start(self) -> None:
        """Start the thread. The source must have been started."""
        self._thread.start()

    def stop(self) -> None:
        """Stop thread and source; returns within about a second."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(2.0)
        self.source.stop()

    def change(self, build: Callable[[int], FrontEnd], channel: int | None) -> None:
        """Go on with another front-end or channel, in a new feed. Runs on: any thread."""
        self._change = (build, channel)

    def stats(self) -> dict[str, Any]:
        """Counts so far: samples, columns, columns_lost, samples_lost, gaps, sr, source."""
        pipeline, form = self._pipeline, self._format
        sr = form.sr if form else 0
        gaps, lost = list(self._gaps), self._samples_lost
        since_ns = self.status.lost_since_ns
        if since_ns and pipeline and self.status.state is SourceState.LOST:
            length_s = (self._clock_ns() - since_ns) / 1e9
            gaps.append(_gap_row(pipeline.position / sr, length_s, _CAUSES[self.status.cause]))
            lost += round(length_s * sr)
        written = self.feed.columns.written if self.feed else 0
        due = pipeline.columns_due if pipeline and not self.ended.is_set() else written
        return {
            "samples": self._samples,
            "columns": self._columns_before + written,
            "columns_lost": max(0, self._due_before + due - self._columns_before - written),
            "samples_lost": lost,
            "gaps": gaps,
            "sr": sr,
            "source": form.name if form else self.source.label,
        }

    def _run(self) -> None:
        """Runs on: the engine thread."""
        try:
            if self._wait_until_open():
                while not self._stopping.wait(_POLL_S):
                    self._look()
        except LivemelError as error:
            self.status = EngineStatus(
                SourceState.FAILED, str(error), no_device=isinstance(error, NoDeviceError)
            )
        except Exception as error:
            self.status = EngineStatus(SourceState.FAILED, f"internal error: {error!r}")
            raise
        finally:
            self.ended.set()

    def _wait_until_open(self) -> bool:
        while not self._stopping.is_set():
            self._format = self.source.wait_open(_OPEN_POLL_S)
            if self._format is not None:
                self._begin_feed(self._build, self._channel)
                return True
        return False

    def _begin_feed(self, build: Callable[[int], FrontEnd], channel: int | None) -> None:
        assert self._format is not None
        frontend = build(self._format.sr)
        if self.feed is not None and self._pipeline is not None:
            self._columns_before += self.feed.columns.written
            self._due_before += self._pipeline.columns_due
        capacity = max(1, round(self._history_s * frontend.columns_per_s))
        if capacity * frontend.n_mels * 4 > _MOST_HISTORY_BYTES:
            raise ParameterError(
                f"history={self._history_s:g} s of {frontend.n_mels} mels every "
                f"{frontend.hop_length} samples would take more than 4 GiB"
            )
        columns = ColumnRing(frontend.n_mels, capacity)
        self._pipeline = Pipeline(frontend, self._format.sr, columns)
        self._channel = channel
        self.feed = Feed(frontend, columns, self._format, channel)

    def _look(self) -> None:
        """One look at the source: take what is there."""
        if self._change is not None:
            (build, channel), self._change = self._change, None
            self._begin_feed(build, channel)
        status = self.source.poll(self._clock_ns())
        if status.missing:
            self._lose(status.missing, status.cause)
        if not status.hold:
            self._drain(self.source.ring)
        if status.state is SourceState.ENDED and not self.ended.is_set():
            self._drain(self.source.ring)
            assert self._pipeline is not None
            self._pipeline.finish(self._clock_ns())
            self.ended.set()
        self._say(status)

    def _say(self, status: SourceStatus) -> None:
        said = EngineStatus(status.state, status.reason, status.cause, status.lost_since_ns)
        if said != self.status:
            self.status = said

    def _drain(self, ring: SampleRing) -> None:
        pipeline = self._pipeline
        assert pipeline is not None
        while (part := ring.read()) is not None:
            if isinstance(part, Gap):
                self._lose(part.length, part.cause)
            else:
                self._samples += len(part)
                pipeline.push(self._one_channel(part), ring.written_at_ns)

    def _one_channel(self, samples: np.ndarray[Any, np.dtype[np.float32]]) -> Any:
        if samples.shape[1] == 1:
            return samples[:, 0]
        if self._channel is None:
            return samples.mean(axis=1, dtype=np.float32)
        return np.ascontiguousarray(samples[:, self._channel - 1])

    def _lose(self, length: int, cause: GapCause) -> None:
        pipeline, form = self._pipeline, self._format
        assert pipeline is not None
        assert form is not None
        self._gaps.append(_gap_row(pipeline.position / form.sr, length / form.sr, _CAUSES[cause]))
        self._samples_lost += length
        pipeline.push_gap(length, self._clock_ns())


def _gap_row(start_s: float, length_s: float, cause: str) -> dict[str, Any]:
    return {"start_s": round(start_s, 6), "length_s": round(length_s, 6), "cause": cause}
