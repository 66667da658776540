"""The playback process: plays sound that its parent sends on an output device.

A process of its own for the capture process's reasons: PortAudio may hang, and what plays while
the window listens must not share a PortAudio with what listens. It imports the standard library
and sounddevice, nothing else.

Run as `python -m livemel.sources.playback REQUEST`, REQUEST being JSON. It answers with one line
of JSON on stdout, what rate and channels it plays; and plays the interleaved float32 that arrives
on stdin as it arrives: silence where there is none yet. It says on stdout when the first sample is
heard and how many the device has been given, so that whoever sends is never further ahead of that
than READ_AHEAD_S. It ends when its stdin does.
"""

import json
import os
import queue
import signal
import sys
import threading
import time
from typing import Any, Final

from livemel.errors import NoDeviceError, SourceError
from livemel.sources.portaudio import choose, load_portaudio

# Sound that is sent ahead: so long may the sender be held up. A stop does not wait for it.
READ_AHEAD_S: Final = 1.0
# Before the first of it goes out so much has arrived, or so long has passed since it began to: a
# pipe holds 0.17 s of stereo, what follows may be late on a busy machine, and a device that was
# kept waiting asks for all of its latency at once.
_FIRST_S = 0.6
_SAMPLE_BYTES: Final = 4
_FIRST_BYTES = 1024  # less than is sent ahead of any sound
_BLOCKS_PER_S = 100
# With 0.05 s a busy machine of two cores made four holes in 40 s, with 0.15 one now and then.
_LATENCY_S = 0.3
_SAY_EVERY_S = 0.05
# A device that has asked for no sound for this long plays no more.
_STALLED_NS = 1_500_000_000
# The moment that a device says a block will be heard varies by a few ms from block to block.
_JITTER_NS = 30_000_000
_SMOOTHING = 16
# How long the end may take: PortAudio's part, and all of it.
_LEAVE_S = 0.6
_PATIENCE_S = 1.2


class Playback:
    """One open output stream, playing one sound."""

    def __init__(self, request: dict[str, Any]) -> None:
        self._sounddevice = load_portaudio()
        wanted = request["device"]
        device = choose(self._sounddevice, wanted, "output")
        self.name: str = device["name"]
        channels = min(2, device["channels"])
        self.sr = self._rate(device, channels, request["sr"])
        self.hello = {"sr": self.sr, "channels": channels, "name": self.name}
        self._frame_bytes = channels * _SAMPLE_BYTES
        # A ring: it never holds more than what is sent ahead.
        size = (1 + round(READ_AHEAD_S * self.sr)) * self._frame_bytes
        self.data = memoryview(bytearray(size))
        self._have = 0  # bytes that have arrived
        self._begun_ns = 0  # when the first of them did
        self._at = 0  # bytes that were given to the device
        self.origin_ns = 0  # when the first sample is heard, by the device's clock; 0: not known
        self.asked_ns = 0  # when the device last asked for sound
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

    def begin(self) -> None:
        """Let the device ask for sound."""
        try:
            self.stream.start()
        except self._sounddevice.PortAudioError as error:
            reason = " ".join(str(error).split())
            raise SourceError(f"cannot play on {self.name!r}: {reason}") from None

    def arrived(self, size: int) -> None:
        """So many bytes more are there."""
        self._begun_ns = self._begun_ns or time.monotonic_ns()
        self._have += size

    @property
    def given(self) -> int:
        """Samples that the device has taken."""
        samples: int = self._at // self._frame_bytes
        return samples

    def _callback(self, out: Any, frames: int, times: Any, status: Any) -> None:  # noqa: ARG002
        """Runs on: PortAudio thread, playback process. Must not block, log or raise."""
        now_ns = time.monotonic_ns()
        self.asked_ns = now_ns
        whole = self._have // self._frame_bytes * self._frame_bytes
        if self._at == 0 and whole < _FIRST_S * self.sr * self._frame_bytes:
            waited_ns = now_ns - self._begun_ns if self._begun_ns else 0
            whole = whole if waited_ns > _FIRST_S * 1e9 else 0
        if self._at < whole:
            self._set_origin(now_ns, times)
        wanted, size = len(out), len(self.data)
        done = 0
        while done < wanted and self._at < whole:
            begin = self._at % size
            n = min(wanted - done, whole - self._at, size - begin)
            out[done : done + n] = self.data[begin : begin + n]
            self._at += n
            done += n
        if done < wanted:
            out[done:wanted] = bytes(wanted - done)

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

    def close(self) -> None:
        """Close stream and PortAudio. May never return. Runs on: a thread of its own."""
        self.stream.abort()
        self.stream.close()
        self._sounddevice._terminate()


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _receive(opened: "queue.SimpleQueue[Playback]", ended: threading.Event) -> None:
    """Take what the parent sends until it closes our stdin; then the process ends soon, hanging or
    not.

    opened : has the Playback before the parent is told that there is one, and so before any sound

    Runs on: a thread of the playback process.
    """
    sound = os.read(0, _FIRST_BYTES)
    if sound:
        _play(sound, opened.get())
    ended.set()
    time.sleep(_PATIENCE_S)  # the main thread takes its leave, if it can
    os._exit(0)


def _play(sound: bytes, playback: Playback) -> None:
    """This, and what comes after it. Runs on: as _receive."""
    data = playback.data
    n = len(sound)
    data[:n] = sound
    at = 0
    while n:
        at = (at + n) % len(data)
        playback.arrived(n)
        n = os.readv(0, [data[at:]]) if hasattr(os, "readv") else _read_into(data[at:])


def _read_into(data: memoryview) -> int:
    part = os.read(0, min(len(data), 1 << 16))
    data[: len(part)] = part
    return len(part)


def _leave(playback: Playback) -> None:
    """End now; a hanging PortAudio gets a moment to take its leave, then the kernel does it."""
    closing = threading.Thread(target=playback.close, daemon=True)
    closing.start()
    closing.join(_LEAVE_S)
    os._exit(0)


def main() -> None:
    """Runs in: the playback process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    ended = threading.Event()
    opened: queue.SimpleQueue[Playback] = queue.SimpleQueue()
    # Before the device is opened, which may never return.
    threading.Thread(target=_receive, args=(opened, ended), daemon=True).start()
    try:
        playback = Playback(json.loads(sys.argv[1]))
        opened.put(playback)
        _say(playback.hello)
        playback.begin()
    except SourceError as error:
        _say({"error": str(error)})
        return
    began_ns = time.monotonic_ns()
    while not ended.wait(_SAY_EVERY_S):
        if time.monotonic_ns() - max(began_ns, playback.asked_ns) > _STALLED_NS:
            _say({"error": f"{playback.name} takes no sound"})
            break
        if playback.origin_ns:
            _say({"origin_ns": playback.origin_ns, "given": playback.given})
    _leave(playback)


if __name__ == "__main__":
    main()
