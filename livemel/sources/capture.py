"""The capture process: opens the device and copies its sound into shared memory.

A process of its own, because PortAudio can hang beyond rescue and only a process can be killed;
because nobody holds its interpreter lock; and because it starts while the window still loads. It
imports the standard library and sounddevice, nothing else; and not even that for what is the sound
server's own.

Run as `python -m livemel.sources.capture REQUEST`, REQUEST being JSON. It answers with one line
of JSON on stdout, and ends when its stdin ends: it cannot outlive its parent.
"""

import json
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from livemel.buffers.memory import attach_block
from livemel.buffers.writer import SAMPLE_BYTES, SampleWriter, ring_capacity
from livemel.errors import NoDeviceError, SourceError
from livemel.sources.choosing import GoneError, choose_input, native_format, opened_channels
from livemel.sources.input_stream import accepts, native_rate, open_input
from livemel.sources.portaudio import load_portaudio
from livemel.sources.pulse import HOST_API as PULSE

# What is published beside the sound.
CALLBACK_P50_MS: Final = 0
CALLBACK_P99_MS: Final = 1
CALLBACK_MAX_MS: Final = 2
CPU_S: Final = 3
OVERFLOWS: Final = 9  # that PortAudio reported, or that its clock shows

_PUBLISH_EVERY_S = 0.5
# How long the end may take: PortAudio's part, and all of it.
_CLOSING_S = 0.6
_PATIENCE_S = 1.2
# Of 99, far below sound servers (PulseAudio 5, PipeWire 88, JACK 10 and its clients 5); or nice.
_PRIORITY = 4
_NICE = -11
_MOST_CPU = 0.5


class Capture:
    """One open input stream, writing into one ring."""

    def __init__(
        self, request: dict[str, Any], device: dict[str, Any], finished: Callable[[], None]
    ) -> None:
        """device : a row of choose_input; finished : called if the stream ends by itself.

        Raises SourceError, NoDeviceError.
        """
        self._wanted = request["device"]
        self._finished = finished
        self._sounddevice: Any = load_portaudio() if device["index"] is not None else None
        self._name = device["name"]
        channels = request.get("channels") or opened_channels(device, request["channel"])
        if device["host_api"] == PULSE and channels > device["channels"]:  # it would invent them
            fewer = f"{device['channels']} of the {channels} channels that it had"
            raise SourceError(f"cannot open {self._name!r}: it has {fewer}")
        rates = request["sr"], request.get("held_sr")
        self.sr, note = self._rate(device, channels, *rates)
        block = attach_block(request["token"])
        capacity = ring_capacity(request["bytes"], self.sr, channels)
        self._writer = SampleWriter(block.view, capacity, channels)
        self._durations_ns: deque[int] = deque(maxlen=2048)
        self._longest_ns = 0
        self._overflows = 0
        self._has_lost = False
        self._is_first = False
        self._cpu_s = time.process_time()
        self._last_ns = 0
        self._last_adc = 0.0
        self._last_frames = 0
        self._sample_bytes = channels * SAMPLE_BYTES
        self.stream = self._open(device, channels)
        if note and "pinned" in request and device["host_api"] == PULSE:
            # What nobody else hears the server sets to the rate it is opened at, where it can.
            device = choose_input(self._wanted, request["pinned"])
            _, note = self._rate(device, channels, *rates)
        self.hello = {
            "sr": self.sr,
            "channels": channels,
            "max_channels": device["channels"],
            "name": device["name"],
            "pinned": [device["id"], device["host_api"], device["name"]],
            "native": native_format(device),
            "note": note,
            "input_latency_s": self.stream.latency,
        }

    def _rate(
        self, device: dict[str, Any], channels: int, wanted: int, held: int | None
    ) -> tuple[int, str]:
        """The rate to open at, and what is to be told of it: the wanted rate, or the device's own
        where that is refused.

        held : what the stream that goes on was opened at; None for a new one
        """
        name = device["name"]
        if device["host_api"] == PULSE:  # it would resample unasked
            native = native_rate(self._sounddevice, device, channels)
            sr = held or native
            to = sr if sr != native else wanted or sr
            return sr, "" if to == native else f"resampled to {to} Hz: {name} runs at {native} Hz"
        sr = held or native_rate(self._sounddevice, device, channels)
        if not wanted or wanted == sr:
            return sr, ""
        if held is None and accepts(self._sounddevice, device, channels, wanted):
            return wanted, ""
        return sr, f"resampled from {sr} Hz: {name} refuses {wanted} Hz"

    def _open(self, device: dict[str, Any], channels: int) -> Any:
        try:
            return open_input(
                self._sounddevice,
                device,
                channels=channels,
                sr=self.sr,
                callback=self._callback,
                overflowed=self._lose,
                finished=self._finished,
            )
        except SourceError as error:
            raise self._refusal(error) from None

    def begin(self) -> None:
        """Let the sound come. Raises SourceError if the device refuses at this last moment."""
        if self._sounddevice is None:
            self.stream.start()
            return
        try:
            self.stream.start()
        except self._sounddevice.PortAudioError as error:
            reason = " ".join(str(error).split())
            raise self._refusal(SourceError(f"cannot open {self._name!r}: {reason}")) from None
        set_priority(first=True)
        self._is_first = True

    def _refusal(self, reason: Exception) -> SourceError:
        # Nobody asked for this very device: having none that opens is like having none.
        return (NoDeviceError if self._wanted is None else SourceError)(str(reason))

    def _callback(self, data: Any, frames: int, times: Any, status: Any) -> None:
        """One copy, two counters.

        Runs on: PortAudio thread, capture process. Must not block, log or raise.
        """
        began_ns = time.monotonic_ns()
        adc = times.inputBufferAdcTime
        has_lost = status.input_overflow or self._has_lost or self._jumped(frames, adc, began_ns)
        self._writer.write(data, began_ns)
        if has_lost:  # told after the sound that came after it: who is told finds that
            self._has_lost = False
            self._overflows += 1
            self._writer.publish(OVERFLOWS, self._overflows)
        self._last_ns, self._last_adc = began_ns, adc
        self._last_frames = frames
        spent_ns = time.monotonic_ns() - began_ns
        self._durations_ns.append(spent_ns)
        self._longest_ns = max(self._longest_ns, spent_ns)

    def _lose(self) -> None:
        """The server says that it lost what is before the next block. Runs on: as _callback."""
        self._has_lost = True

    def _jumped(self, frames: int, adc: float, now_ns: int) -> bool:
        """Whether sound may have been lost before this block, though nobody says so.

        JACK sets no flag, and lets the converter's clock jump. One clock alone says nothing. How
        much was lost the parent measures: what is late now may be made up for by the next block.
        """
        if self._last_ns == 0 or not adc > self._last_adc > 0:
            return False
        ours = (now_ns - self._last_ns) / 1e9 * self.sr - frames
        theirs = (adc - self._last_adc) * self.sr - self._last_frames
        return theirs > frames and ours > frames

    def close(self) -> None:
        """Close stream and PortAudio. May never return. Runs on: a thread of its own."""
        self.stream.abort()
        self.stream.close()
        if self._sounddevice is not None:
            self._sounddevice._terminate()

    def publish(self) -> None:
        """Put the statistics beside the sound. Runs on: main thread, capture process."""
        sorted_ns = sorted(self._durations_ns)
        if sorted_ns:
            for slot, share in ((CALLBACK_P50_MS, 0.50), (CALLBACK_P99_MS, 0.99)):
                at = min(len(sorted_ns) - 1, int(share * len(sorted_ns)))
                self._writer.publish_float(slot, sorted_ns[at] / 1e6)
        self._writer.publish_float(CALLBACK_MAX_MS, self._longest_ns / 1e6)
        cpu_s = time.process_time()
        self._writer.publish_float(CPU_S, cpu_s)
        if self._is_first and cpu_s - self._cpu_s > _MOST_CPU * _PUBLISH_EVERY_S:
            self._is_first = False  # a device that keeps no time: nobody else would get a turn
            set_priority(first=False)
        self._cpu_s = cpu_s


def _answer(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _leave(capture: Capture) -> None:
    """End now. A hanging PortAudio gets a moment to take its leave, then the kernel does it.

    A JACK client that just vanishes leaves its semaphore behind in shared memory.
    """
    closing = threading.Thread(target=capture.close, daemon=True)
    closing.start()
    closing.join(_CLOSING_S)
    os._exit(0)


def main() -> None:
    """Runs in: the capture process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    ended = threading.Event()  # the parent, or the stream
    # Before the device is opened, which may never return.
    threading.Thread(target=_wait_for_end, args=(ended,), daemon=True).start()
    request: dict[str, Any] = json.loads(sys.argv[1])
    native: list[int] | None = None
    try:
        device = choose_input(request["device"], request.get("pinned"))
        native = native_format(device)
        capture = Capture(request, device, ended.set)
        capture.begin()
    except SourceError as error:
        kinds = {
            "no_device": isinstance(error, NoDeviceError),
            "gone": isinstance(error, GoneError),
        }
        _answer({"error": str(error), "native": native, **kinds})
        return
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        reason = f"cannot listen: {error.strerror or error}{where}"
        _answer({"error": reason, "no_device": request["device"] is None, "native": native})
        return
    _answer(capture.hello)
    while not ended.wait(_PUBLISH_EVERY_S):
        capture.publish()
    _leave(capture)


def set_priority(*, first: bool) -> None:
    """Whether all threads of this process run before what only computes, where that is permitted.

    A callback needs 0.1 ms every 10 ms, but JACK drops what is not taken within a period.
    """
    if not hasattr(os, "sched_setscheduler"):
        return
    policy, priority = (os.SCHED_RR, _PRIORITY) if first else (os.SCHED_OTHER, 0)
    for task in (int(entry.name) for entry in Path("/proc/self/task").iterdir()):
        try:
            os.sched_setscheduler(task, policy, os.sched_param(priority))
        except OSError:
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, task, _NICE if first else 0)


def _wait_for_end(ended: threading.Event) -> None:
    """Blocks until the parent closes our stdin; the process ends soon after, hanging or not.

    Runs on: a thread of the capture process.
    """
    while os.read(0, 64):
        pass
    ended.set()
    time.sleep(_PATIENCE_S)  # the main thread takes its leave, if it can
    os._exit(0)


if __name__ == "__main__":
    main()
