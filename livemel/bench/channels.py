"""What the engine costs that computes 1, 2, 4 … 64 channels live: processor time of its thread.

Run as `python -m livemel.bench.channels`, in an environment that allows one thread. Prints the rows
as JSON.
"""

import threading
import time

import numpy as np

from livemel.bench.rows import Row, say, to_json
from livemel.bench.transform import noise
from livemel.buffers.samples import SampleRing
from livemel.dsp.models import frontend
from livemel.engine import Engine
from livemel.sources.base import DeliveryStats, SourceFormat, SourceState, SourceStatus

_SR, _BLOCK = 48_000, 480
_COUNTS = (1, 2, 4, 8, 16, 32, 64)
_SECONDS, _WARM_UP_S, _ROUNDS = 4.0, 0.5, 3
_HISTORY_S = 60.0
_LIMIT = 25.0  # % of one core, of all 64
# Twice the channels, at most so much more than twice the work.
_LINEAR = 1.25


class _Fed:
    """A source whose sound is handed over, in blocks of 10 ms as a device brings it."""

    label = "noise"

    def __init__(self, channels: int) -> None:
        self.ring = SampleRing.private(2 * _SR, channels)
        self._format = SourceFormat(_SR, channels, "noise", channels)
        self._writer = self.ring.writer()
        y = noise(_SR * channels).reshape(-1, channels)
        self._blocks = [np.ascontiguousarray(part) for part in np.split(y, _SR // _BLOCK)]

    def feed(self, seconds: float) -> None:
        """So much sound, in real time."""
        begun = time.monotonic()
        for i in range(round(seconds * _SR / _BLOCK)):
            time.sleep(max(0.0, begun + i * _BLOCK / _SR - time.monotonic()))
            block = self._blocks[i % len(self._blocks)]
            self._writer.write(block.data, time.monotonic_ns())

    def start(self) -> None:
        """It is fed."""

    def wait_open(self, timeout_s: float) -> SourceFormat:  # noqa: ARG002 - open already
        return self._format

    def poll(self, now_ns: int) -> SourceStatus:  # noqa: ARG002 - of the protocol
        return SourceStatus(SourceState.RUNNING)

    def delivery(self) -> DeliveryStats:
        return DeliveryStats()

    def stop(self) -> None:
        """Nothing is held."""


def channels_rows(
    seconds: float = _SECONDS, rounds: int = _ROUNDS, counts: tuple[int, ...] = _COUNTS
) -> list[Row]:
    """A row for each number of channels, and one that says how work grows at the end.

    seconds : of sound for each, in real time; rounds : of all of them in turn
    """
    if not hasattr(time, "pthread_getcpuclockid"):
        note = "this system does not tell the processor time of a thread"
        return [Row("channels", "engine", "%", note=note)]
    percents: dict[int, list[float]] = {count: [] for count in counts}
    for number in range(1, rounds + 1):
        say(f"  {', '.join(map(str, counts))} channels, round {number} of {rounds}")
        for count, found in percents.items():
            found.append(_percent(count, seconds))
    one = float(np.median(percents[counts[0]])) / counts[0]
    rows = [
        Row.of_rounds(
            "channels",
            f"engine, {count} channel{'s' if count > 1 else ''}",
            "%",
            found,
            limit=_LIMIT if count == counts[-1] else None,
            note=f"{np.median(found) / (count * one):.2f} of {count} × one channel",
        )
        for count, found in percents.items()
    ]
    last, before = counts[-1], counts[-2]
    growth = [
        more / (last / before * less)
        for more, less in zip(percents[last], percents[before], strict=True)
    ]
    what = f"{last} channels ÷ {last // before} × {before} channels"
    return [*rows, Row.of_rounds("channels", what, "×", growth, limit=_LINEAR)]


def _percent(channels: int, seconds: float) -> float:
    """Of one core, that the engine's thread takes."""
    source = _Fed(channels)
    engine = Engine(
        source, lambda sr: frontend("live", sr=sr), channels="all", history_s=_HISTORY_S
    )
    others = set(threading.enumerate())
    engine.start()
    threads = [thread for thread in threading.enumerate() if thread not in others]
    try:
        source.feed(_WARM_UP_S)
        before_s = _cpu_s(threads)
        source.feed(seconds)
        return 100 * (_cpu_s(threads) - before_s) / seconds
    finally:
        engine.stop()


def _cpu_s(threads: list[threading.Thread]) -> float:
    """Processor time of threads that run."""
    clocks = [time.pthread_getcpuclockid(thread.ident) for thread in threads if thread.ident]
    return sum(map(time.clock_gettime, clocks))


if __name__ == "__main__":
    print(to_json(channels_rows()))
