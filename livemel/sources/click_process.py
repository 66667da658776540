"""The click process: plays clicks on one device and records another meanwhile, each by a stream of
its own, with the moment of every block.

A process of its own for the capture process's reasons: PortAudio may hang. It imports the standard
library and sounddevice, nothing else.

Run as `python -m livemel.sources.click_process REQUEST`, REQUEST being JSON. It opens both devices
and says with one line of JSON on stdout at which rates; then it reads one line of JSON from stdin,
what to play and how long; and at the end it says with one more line when each block came and went,
followed by the recording itself, float32 of one channel. It ends when its stdin does.
"""

import json
import os
import queue
import signal
import struct
import sys
import threading
import time
from typing import Any

from livemel.errors import NoDeviceError, SourceError
from livemel.sources.choosing import choose_input, opened_channels
from livemel.sources.input_stream import (
    BLOCKS_PER_S,
    LATENCY_S,
    USUAL_SR,
    native_rate,
    open_input,
)
from livemel.sources.portaudio import choose, load_portaudio

_SAMPLE_BYTES = 4
# Beside what is to be played: devices that start late, and those that never do.
_PATIENCE_S = 3.0
# How long the end may take: PortAudio's part, and all of it.
_LEAVE_S = 0.6
_ALL_LEAVE_S = 1.2


class Clicks:
    """An input and an output stream, opened as livemel opens its own."""

    def __init__(self, request: dict[str, Any]) -> None:
        self._sounddevice = load_portaudio()
        heard = choose_input(request["device"], None)
        played = choose(self._sounddevice, request["output_device"], "output")
        self._channel = (request["channel"] or 1) - 1
        self._channels = opened_channels(heard, request["channel"])
        self._played_channels = min(2, played["channels"])
        input_sr = native_rate(self._sounddevice, heard, self._channels)
        output_sr = self._output_rate(played)
        self.calls: dict[str, list[tuple[int, int]]] = {"input": [], "output": []}
        self.flags = {"input": 0, "output": 0}  # overflows and underflows
        self.until_ns = 0  # when both streams were to go on no longer
        self._recorded = memoryview(bytearray()).cast("f")
        self._at = self._played = 0
        self._click = b""
        self._places: list[int] = []
        self.record = open_input(
            self._sounddevice,
            heard,
            channels=self._channels,
            sr=input_sr,
            callback=self._on_input,
            overflowed=self._on_overflow,
            finished=lambda: None,  # what does not come is missed at the end
        )
        self.play = self._open_output(played, output_sr)
        self.hello = {
            "input": _described(heard, input_sr, self.record),
            "output": _described(played, output_sr, self.play),
        }

    def _output_rate(self, device: dict[str, Any]) -> int:
        try:
            self._sounddevice.check_output_settings(
                device=device["index"],
                channels=self._played_channels,
                dtype="float32",
                samplerate=USUAL_SR,
            )
        except self._sounddevice.PortAudioError:
            default: float = device["default_samplerate"]
            return round(default)
        return USUAL_SR

    def _open_output(self, device: dict[str, Any], sr: int) -> Any:
        try:
            return self._sounddevice.RawOutputStream(
                device=device["index"],
                channels=self._played_channels,
                samplerate=sr,
                dtype="float32",
                blocksize=max(64, sr // BLOCKS_PER_S),
                latency=LATENCY_S,
                callback=self._on_output,
            )
        except self._sounddevice.PortAudioError as error:
            raise _refusal(device["name"], error) from None

    def run(self, sound: dict[str, Any], ended: threading.Event) -> None:
        """Play and record for so long.

        sound : click (hexadecimal, float32 of one channel), places (the first sample of each, in
            order), recorded (samples to keep), seconds
        """
        click = memoryview(bytes.fromhex(sound["click"])).cast("f")
        self._click = b"".join(
            struct.pack("f", value) * self._played_channels for value in click.tolist()
        )
        self._places = sound["places"]
        self._recorded = memoryview(bytearray(sound["recorded"] * _SAMPLE_BYTES)).cast("f")
        for stream, name in ((self.record, "input"), (self.play, "output")):
            try:
                stream.start()
            except self._sounddevice.PortAudioError as error:
                raise _refusal(self.hello[name]["name"], error) from None
        stop_s = time.monotonic() + sound["seconds"]
        give_up_s = stop_s + _PATIENCE_S
        while not ended.wait(0.02):
            now_s = time.monotonic()
            full = self._at >= len(self._recorded)
            if (now_s > stop_s and full) or now_s > give_up_s:
                break
        self.until_ns = time.monotonic_ns()

    @property
    def recording(self) -> memoryview:
        """What was recorded."""
        return self._recorded[: self._at].cast("B")

    def _on_input(self, data: Any, frames: int, times: Any, status: Any) -> None:  # noqa: ARG002
        """Runs on: PortAudio thread, click process. Must not block, log or raise."""
        self.calls["input"].append((time.monotonic_ns(), frames))
        self.flags["input"] += bool(status.input_overflow)
        n = min(frames, len(self._recorded) - self._at)
        if n > 0:
            samples = memoryview(data).cast("B").cast("f")[self._channel :: self._channels]
            self._recorded[self._at : self._at + n] = samples[:n]
            self._at += n

    def _on_overflow(self) -> None:
        """Runs on: as _on_input."""
        self.flags["input"] += 1

    def _on_output(self, out: Any, frames: int, times: Any, status: Any) -> None:  # noqa: ARG002
        """Runs on: PortAudio thread, click process. Must not block, log or raise."""
        self.calls["output"].append((time.monotonic_ns(), frames))
        self.flags["output"] += bool(status.output_underflow)
        size = self._played_channels * _SAMPLE_BYTES
        out[:] = bytes(len(out))
        while self._places:
            at = (self._places[0] - self._played) * size  # of the click's first byte, in this block
            begin, stop = max(0, at), min(len(out), at + len(self._click))
            if begin < stop:
                out[begin:stop] = self._click[begin - at : stop - at]
            if at + len(self._click) > len(out):
                break
            del self._places[0]
        self._played += frames

    def close(self) -> None:
        """Close both streams and PortAudio. May never return. Runs on: a thread of its own."""
        for stream in (self.play, self.record):
            stream.abort()
            stream.close()
        self._sounddevice._terminate()


def _described(device: dict[str, Any], sr: int, stream: Any) -> dict[str, Any]:
    return {
        "name": device["name"],
        "host_api": device["host_api"],
        "sr": sr,
        "latency_s": stream.latency,
    }


def _refusal(name: str, error: Exception) -> SourceError:
    return SourceError(f"cannot open {name!r}: {' '.join(str(error).split())}")


def _say(message: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(message).encode() + b"\n")
    sys.stdout.buffer.flush()


def main() -> None:
    """Runs in: the click process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    ended = threading.Event()
    told: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    # Before the devices are opened, which may never return.
    threading.Thread(target=_hear_parent, args=(told, ended), daemon=True).start()
    try:
        clicks = Clicks(json.loads(sys.argv[1]))
        _say(clicks.hello)
        if sound := told.get():
            clicks.run(json.loads(sound), ended)
    except NoDeviceError as error:
        _say({"error": str(error), "no_device": True})
        return
    except SourceError as error:
        _say({"error": str(error)})
        return
    if not ended.is_set():
        recording = clicks.recording
        result = {"calls": clicks.calls, "flags": clicks.flags, "until_ns": clicks.until_ns}
        _say({**result, "bytes": len(recording)})
        sys.stdout.buffer.write(recording)
        sys.stdout.buffer.flush()
    closing = threading.Thread(target=clicks.close, daemon=True)
    closing.start()
    closing.join(_LEAVE_S)
    os._exit(0)


def _hear_parent(told: "queue.SimpleQueue[bytes]", ended: threading.Event) -> None:
    """Hand on its one line, b"" if there is none. Blocks until it closes our stdin; the process
    ends soon after, hanging or not. Runs on: a thread of the click process.
    """
    line = b""
    while part := os.read(0, 1 << 16):
        line += part
        if line.endswith(b"\n"):
            told.put(line)
    ended.set()
    told.put(b"")
    time.sleep(_ALL_LEAVE_S)  # the main thread takes its leave, if it can
    os._exit(0)


if __name__ == "__main__":
    main()
