"""The microphone, as the parent of the capture process sees it."""

import contextlib
import json
import queue
import subprocess
import threading
import time
from dataclasses import replace
from typing import IO, Any, Literal

from livemel.buffers.memory import Block, MemoryFile, shared_block
from livemel.buffers.samples import SampleRing
from livemel.buffers.writer import GapCause, ring_capacity
from livemel.errors import NoDeviceError, SourceError
from livemel.sources import capture
from livemel.sources.base import DeliveryStats, SourceFormat, SourceState, SourceStatus
from livemel.sources.child import child_command, child_environment
from livemel.sources.watchdog import Watchdog
from livemel.timing import memory_mb

# Ten seconds of 16 channels at 96 kHz; pages never written to cost nothing.
_SHARED_BYTES = 64 << 20
# A sound server that hangs while PortAudio starts is given this long.
_OPEN_NS = 8_000_000_000
# A stall this long is no hiccup: the capture process is replaced.
_REPLACE_NS = 2_000_000_000
_RETRY_NS = 1_500_000_000


class Microphone:
    """An input device, recorded by a process of its own that can be lost and replaced."""

    def __init__(
        self, device: str | None, channel: int | Literal["all"] | None, sr: int | None
    ) -> None:
        """channel : the highest that is to be there; None is 1, "all" as many as there are"""
        self._request: dict[str, Any] = {
            "device": device,
            "channel": channel,
            "sr": sr or 0,
            "bytes": _SHARED_BYTES,
        }
        self._block: Block = shared_block(_SHARED_BYTES)
        self._process: subprocess.Popen[bytes] | None = None
        self._spawned_ns = 0
        self._opened_ns = 0
        self._opened: SourceFormat | None = None
        self._ring: SampleRing | None = None
        self._watchdog: Watchdog | None = None
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._answered = False
        self._reason = ""
        self._earlier_cpu_s = 0.0

    @property
    def label(self) -> str:
        return self._request["device"] or "Microphone"

    @property
    def ring(self) -> SampleRing:
        assert self._ring is not None, "wait_open has not given a format yet"
        return self._ring

    def start(self) -> None:
        """Start the capture process; it opens the device while the caller goes on."""
        self._spawn()

    def wait_open(self, timeout_s: float) -> SourceFormat | None:
        if self._opened is not None:
            return self._opened
        answer = self._read_answer(timeout_s)
        if answer is None:
            if time.monotonic_ns() - self._spawned_ns > _OPEN_NS:
                self._kill()
                kind = NoDeviceError if self._request["device"] is None else SourceError
                raise kind("the sound server does not answer: restart it")
            return None
        if "error" in answer:
            raise (NoDeviceError if answer.get("no_device") else SourceError)(answer["error"])
        # What replaces this process must be the same device and deliver the same.
        self._request |= {"pinned": [answer["name"], answer.pop("host_api")]}
        self._opened = SourceFormat(**answer)
        self._opened_ns = time.monotonic_ns()
        sr, channels = self._opened.sr, self._opened.channels
        self._ring = SampleRing(self._block, ring_capacity(_SHARED_BYTES, sr, channels), channels)
        self._watchdog = Watchdog(sr)
        self._request |= {"sr": sr, "exact": True, "channels": channels}
        return self._opened

    def poll(self, now_ns: int) -> SourceStatus:
        """Runs on: the engine thread. Replaces a capture process that died or hangs."""
        if self._opened is None or self._watchdog is None:
            return SourceStatus(SourceState.OPENING)
        self._take_answer()
        written_at_ns = self.ring.written_at_ns or self._opened_ns
        died = self._process is None or self._process.poll() is not None
        if died and not self._reason:
            self._reason = f"{self._opened.name} is gone"
        reason = self._reason or f"{self._opened.name} delivers nothing"
        status = self._watchdog.look(
            now_ns, self.ring.written + self.ring.marked_missing, written_at_ns, reason
        )
        if self._reason:
            status = replace(status, cause=GapCause.DISCONNECTED)
        if status.state is SourceState.RUNNING:
            if not died and not status.hold:
                self._reason = ""
            return status
        stuck = now_ns - max(status.lost_since_ns, self._spawned_ns) > (
            _REPLACE_NS if self._answered else _OPEN_NS
        )
        if (died and now_ns - self._spawned_ns > _RETRY_NS) or stuck:
            self._spawn()
        return status

    def delivery(self) -> DeliveryStats:
        if self._ring is None:
            return DeliveryStats()
        callback_ms = {
            "p50": round(self._ring.published_float(capture.CALLBACK_P50_MS), 4),
            "p99": round(self._ring.published_float(capture.CALLBACK_P99_MS), 4),
            "max": round(self._ring.published_float(capture.CALLBACK_MAX_MS), 4),
        }
        cpu_s = self._earlier_cpu_s + self._ring.published_float(capture.CPU_S)
        rss, private = memory_mb(self._process.pid) if self._process else (0.0, 0.0)
        return DeliveryStats(callback_ms, cpu_s, rss, private)

    def stop(self) -> None:
        self._kill(patience_s=0.9)
        if self._ring is not None:
            self._ring.close()
            self._ring = None
        elif self._opened is None:
            with contextlib.suppress(ValueError):
                self._block.close()

    def _spawn(self) -> None:
        self._kill()
        if self._ring is not None:
            self._earlier_cpu_s += self._ring.published_float(capture.CPU_S)
            self._ring.clear_published(capture.CPU_S)
        descriptors = (self._block.descriptor,) if isinstance(self._block, MemoryFile) else ()
        request = json.dumps(self._request | {"token": self._block.token})
        self._spawned_ns = time.monotonic_ns()
        self._answered = False
        self._process = subprocess.Popen(
            [*child_command("livemel.sources.capture"), request],
            env=child_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # ALSA talks a lot, and none of it is for a person
            pass_fds=descriptors,
            start_new_session=True,  # Ctrl-C in the terminal is ours to answer
        )
        self._answers = queue.SimpleQueue()
        threading.Thread(
            target=_listen, args=(self._process.stdout, self._answers), daemon=True
        ).start()

    def _read_answer(self, timeout_s: float) -> dict[str, Any] | None:
        """The capture process's one line, or None if it has not spoken in that time."""
        try:
            line = self._answers.get(timeout=timeout_s) if timeout_s else self._answers.get_nowait()
        except queue.Empty:
            return None
        self._answered = True
        if not line:
            return {"error": "the capture process ended without a word"}
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _take_answer(self) -> None:
        """What a replacement said: nothing to do if it opened, its error otherwise."""
        if self._answered:
            return
        answer = self._read_answer(0)
        if answer is None or self._opened is None:
            return
        if "error" in answer:
            self._reason = answer["error"]
        else:
            self._opened = replace(self._opened, note=answer["note"])

    def _kill(self, patience_s: float = 0.0) -> None:
        """End the capture process: by closing its stdin first, by SIGKILL after that."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(patience_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _listen(pipe: IO[bytes], answers: "queue.SimpleQueue[bytes]") -> None:
    """Hand on the one line a capture process says. Runs on: a thread that ends with it."""
    with pipe:
        answers.put(pipe.readline())
        pipe.read()  # until the process is gone, so that it never writes into a closed pipe
