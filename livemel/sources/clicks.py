"""Clicks played on one device and heard by another, by a process that may hang."""

import json
import subprocess
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from livemel.errors import NoDeviceError, SourceError
from livemel.sources.child import answers, child_command, child_environment
from livemel.sources.pulse import HANGS

Samples = NDArray[np.float32]
_Said = TypeVar("_Said")
# A sound server that hangs while PortAudio starts is given this long; at the end less.
_OPEN_S = 8.0
_AFTER_S = 6.0
# A stream whose last block came so long before the end has stopped: blocks come every 10 to 25 ms,
# and the last click has more time than this to come in.
_STOPPED_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class ClickStream:
    """One of the two streams.

    latency_s : PortAudio's own figure, or the sound server's
    starts : the number of the first sample of each block, shape (n + 1,), ending with all of them
    at_ns : monotonic time at which each block came or was asked for, shape (n,)
    flagged : blocks of which they said that sound before them was lost, or came too late
    stopped : its blocks came to an end before they were to
    """

    name: str
    host_api: str
    sr: int
    latency_s: float
    starts: NDArray[np.int64]
    at_ns: NDArray[np.int64]
    flagged: int
    stopped: bool = False

    @property
    def stopped_s(self) -> float | None:
        """After how much sound it stopped before it was to; None where it did not."""
        return float(self.starts[-1]) / self.sr if self.stopped else None

    def time_s(self, sample: NDArray[np.float64]) -> NDArray[np.float64]:
        """When samples of these numbers came or were asked for, in s of the monotonic clock: the
        time of their block, and later by as much as they stand behind its first sample.
        """
        block = np.searchsorted(self.starts, sample, side="right") - 1
        block = np.clip(block, 0, len(self.at_ns) - 1)
        times: NDArray[np.float64] = self.at_ns[block] / 1e9
        return times + (sample - self.starts[block]) / self.sr


@dataclass(frozen=True, slots=True)
class ClickSound:
    """What is to be played. click : shape (n,), float32; places : the first sample of each"""

    click: Samples
    places: Sequence[int]


@dataclass(frozen=True, slots=True)
class HeardClicks:
    """What came of it. recorded : shape (n,), float32, of one channel"""

    input: ClickStream
    output: ClickStream
    sound: ClickSound
    recorded: Samples


def hear_clicks(
    device: str | None,
    output_device: str | None,
    channel: int | None,
    sound_at: Callable[[int], ClickSound],
    recorded_s: float,
    seconds: float,
) -> HeardClicks:
    """Play clicks and record them. Blocks for as long; ends the process whatever happens.

    sound_at : sr of the output in Hz → what to play
    recorded_s, seconds : how much is kept, and how long the streams run
    Raises NoDeviceError, SourceError.
    """
    request = {"device": device, "output_device": output_device, "channel": channel}
    process = subprocess.Popen(
        [*child_command("livemel.sources.click_process"), json.dumps(request)],
        env=child_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    limit = _Limit(process)
    try:
        hello = limit.answer(_OPEN_S)
        sound = sound_at(hello["output"]["sr"])
        recorded = round(recorded_s * hello["input"]["sr"])
        told = {
            "click": sound.click.tobytes().hex(),
            "places": [int(place) for place in sound.places],
            "recorded": recorded,
            "seconds": seconds,
        }
        assert process.stdin is not None
        with suppress(BrokenPipeError):  # it has ended: what it says last tells why
            process.stdin.write(json.dumps(told).encode() + b"\n")
            process.stdin.flush()
        result = limit.answer(seconds + _AFTER_S)
        data = limit.take(result["bytes"], _AFTER_S)
    finally:
        limit.end()
    streams = {
        name: _stream(hello[name], result["calls"][name], result["flags"][name], result["until_ns"])
        for name in ("input", "output")
    }
    return HeardClicks(**streams, sound=sound, recorded=np.frombuffer(data, dtype=np.float32))


def _stream(
    hello: dict[str, Any], calls: list[list[int]], flagged: int, until_ns: int
) -> ClickStream:
    at_ns, frames = np.array(calls, dtype=np.int64).reshape(-1, 2).T
    starts = np.concatenate([[0], np.cumsum(frames)])
    stopped = len(at_ns) > 0 and until_ns - int(at_ns[-1]) > _STOPPED_NS
    return ClickStream(**hello, starts=starts, at_ns=at_ns.copy(), flagged=flagged, stopped=stopped)


def _whole(data: bytes, size: int) -> bytes | None:
    return data if len(data) == size else None


class _Limit:
    """Reads from a process that is killed when it takes too long."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self._late = False

    def answer(self, seconds: float) -> dict[str, Any]:
        """What it says next. Raises what it says has gone wrong."""
        answer = self._read(lambda pipe: next(answers(pipe), None), seconds)
        if "error" in answer:
            raise (NoDeviceError if answer.get("no_device") else SourceError)(answer["error"])
        return answer

    def take(self, size: int, seconds: float) -> bytes:
        """So many bytes."""
        return self._read(lambda pipe: _whole(pipe.read(size), size), seconds)

    def _read(self, read: Callable[[IO[bytes]], _Said | None], seconds: float) -> _Said:
        assert self._process.stdout is not None
        timer = threading.Timer(seconds, self._kill)
        timer.start()
        try:
            data = read(self._process.stdout)
        finally:
            timer.cancel()
        if self._late:
            raise SourceError(HANGS)
        if data is None:
            raise SourceError("the process that plays and records ended without a word")
        return data

    def _kill(self) -> None:
        self._late = True
        self._process.kill()

    def end(self) -> None:
        """Nothing of it is left."""
        if self._process.stdin is not None:
            with suppress(OSError):  # what it was not there to read cannot be written now either
                self._process.stdin.close()
        try:
            self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
