"""The playback process: plays sound that its parent sends on an output device.

A process of its own for the capture process's reasons: PortAudio may hang, and what plays while
the window listens must not share a PortAudio with what listens. It imports the standard library
and sounddevice, nothing else.

Run as `python -m livemel.sources.playback REQUEST`, REQUEST being JSON. It answers with one line
of JSON on stdout, what rate and channels it plays; takes one line of JSON on stdin, how many bytes
of interleaved float32 follow and whether they are repeated; and plays while they still arrive. It
says on stdout when the first sample is heard, and ends when all is heard, or when its stdin ends.
"""

import json
import os
import signal
import sys
import threading
import time
from typing import Any, Final

from livemel.errors import NoDeviceError, SourceError
from livemel.sources.portaudio import choose, load_portaudio

_SAMPLE_BYTES: Final = 4
_BLOCKS_PER_S = 100
_LATENCY_S = 0.05
_SAY_EVERY_S = 0.05
# A device that has asked for no sound for this long plays no more.
_STALLED_NS = 1_500_000_000
# The moment that a device says a block will be heard varies by a few ms from block to block.
_JITTER_NS = 30_000_000
_SMOOTHING = 16
_LEAVE_S = 0.6


class Playback:
    """One open output stream, playing one stretch of sound."""

    def __init__(self, request: dict[str, Any]) -> None:
        self._sounddevice = load_portaudio()
        wanted = request["device"]
        device = choose(self._sounddevice, wanted, "output")
        self.name: str = device["name"]
        channels = min(2, device["channels"])
        self.sr = self._rate(device, channels, request["sr"])
        self.hello = {"sr": self.sr, "channels": channels, "name": self.name}
        self._frame_bytes = channels * _SAMPLE_BYTES
        self._data = memoryview(b"")
        self._have = 0  # bytes that have arrived
        self._loop = False
        self._at = 0  # the next byte to play
        self._begun = False
        self.origin_ns = 0  # when the stretch's first sample is heard, in this pass; 0: not known
        self.asked_ns = 0  # when the device last asked for sound
        self.all_given = False
        kind = NoDeviceError if wanted is None else SourceError
        try:
            self.stream = self._sounddevice.RawOutputStream(
                device=device["index"],
                channels=channels,
                samplerate=self.sr,
                dtype="float32",
                blocksize=max(64, self.sr // _BLOCKS_PER_S),
                latency=_LATENCY_S,
                callback=self._callback,
            )
        except self._sounddevice.PortAudioError as error:
            reason = " ".join(str(error).split())
            raise kind(f"cannot play on {self.name!r}: {reason}") from None

    def _rate(self, device: dict[str, Any], channels: int, sr: int) -> int:
        """The sound's own rate, or the device's where that is refused."""
        try:
            self._sounddevice.check_output_settings(
                device=device["index"], channels=channels, dtype="float32", samplerate=sr
            )
        except self._sounddevice.PortAudioError:
            sr = round(device["default_samplerate"])
        return sr

    def begin(self, size: int, loop: bool) -> memoryview:
        """Let the sound go out as it arrives in the memory that this returns."""
        self._data = memoryview(bytearray(size))
        self._loop = loop
        try:
            self.stream.start()
        except self._sounddevice.PortAudioError as error:
            reason = " ".join(str(error).split())
            raise SourceError(f"cannot play on {self.name!r}: {reason}") from None
        return self._data

    def arrived(self, size: int) -> None:
        """So many bytes more are there."""
        self._have += size

    def _callback(self, out: Any, frames: int, times: Any, status: Any) -> None:  # noqa: ARG002
        """Runs on: PortAudio thread, playback process. Must not block, log or raise."""
        now_ns = time.monotonic_ns()
        self.asked_ns = now_ns
        whole = self._have // self._frame_bytes * self._frame_bytes
        if self._at < whole:
            self._set_origin(now_ns, times)
        wanted = len(out)
        done = 0
        while done < wanted:
            n = min(wanted - done, whole - self._at)
            if n <= 0:
                break
            out[done : done + n] = self._data[self._at : self._at + n]
            self._at += n
            done += n
            if self._at == len(self._data) and self._loop:
                self._at = 0
                # The next pass begins where this one ends.
                self.origin_ns += self._heard_ns(len(self._data))
        if done < wanted:
            out[done:wanted] = bytes(wanted - done)
            self.all_given = self._at == len(self._data)

    def _set_origin(self, now_ns: int, times: Any) -> None:
        """When this block will be heard, less what was before it."""
        ahead_s = times.outputBufferDacTime - times.currentTime
        if not 0 < ahead_s < 5:  # hosts that do not know it say 0
            ahead_s = self.stream.latency
        origin_ns = now_ns + round(ahead_s * 1e9) - self._heard_ns(self._at)
        off_ns = origin_ns - self.origin_ns
        if self.origin_ns and abs(off_ns) < _JITTER_NS:
            self.origin_ns += off_ns // _SMOOTHING
        else:
            self.origin_ns = origin_ns

    def _heard_ns(self, size: int) -> int:
        samples: int = size // self._frame_bytes
        return samples * 1_000_000_000 // self.sr

    @property
    def all_heard(self) -> bool:
        """True when the last sample has left the device, as far as the device knows."""
        end_ns = self.origin_ns + self._heard_ns(len(self._data))
        return self.all_given and time.monotonic_ns() > end_ns

    def close(self) -> None:
        """Close stream and PortAudio. May never return. Runs on: a thread of its own."""
        self.stream.abort()
        self.stream.close()
        self._sounddevice._terminate()


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _receive(data: memoryview, playback: Playback, ended: threading.Event) -> None:
    """Runs on: a thread of the playback process. Ends when the parent closes our stdin."""
    at = 0
    while at < len(data):
        n = os.readv(0, [data[at:]]) if hasattr(os, "readv") else _read_into(data[at:])
        if n == 0:
            break
        at += n
        playback.arrived(n)
    while os.read(0, 64):
        pass
    ended.set()


def _read_into(data: memoryview) -> int:
    part = os.read(0, min(len(data), 1 << 16))
    data[: len(part)] = part
    return len(part)


def _read_line() -> dict[str, Any] | None:
    """One line of JSON from the bare stdin: what follows it must not be swallowed by a buffer."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            return None
        line += byte
    message: dict[str, Any] = json.loads(line)
    return message


def _leave(playback: Playback) -> None:
    """End now; a hanging PortAudio gets a moment to take its leave, then the kernel does it."""
    closing = threading.Thread(target=playback.close, daemon=True)
    closing.start()
    closing.join(_LEAVE_S)
    os._exit(0)


def main() -> None:
    """Runs in: the playback process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    try:
        playback = Playback(json.loads(sys.argv[1]))
        _say(playback.hello)
        told = _read_line()
        if told is None:
            _leave(playback)
            return
        data = playback.begin(told["bytes"], told["loop"])
    except SourceError as error:
        _say({"error": str(error)})
        return
    ended = threading.Event()
    threading.Thread(target=_receive, args=(data, playback, ended), daemon=True).start()
    began_ns = time.monotonic_ns()
    while not ended.wait(_SAY_EVERY_S):
        if time.monotonic_ns() - max(began_ns, playback.asked_ns) > _STALLED_NS:
            _say({"error": f"{playback.name} takes no sound"})
            break
        if playback.origin_ns:
            _say({"origin_ns": playback.origin_ns})
        if playback.all_heard:
            break
    _leave(playback)


if __name__ == "__main__":
    main()
