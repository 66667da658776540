"""The player: a stretch of samples on an output device, while everything else goes on."""

import json
import queue
import subprocess
import threading
import time
from collections.abc import Iterator
from fractions import Fraction
from typing import IO, Any

import numpy as np
import soxr
from numpy.typing import NDArray

from livemel.errors import ParameterError, SourceError
from livemel.sources.child import child_command, child_environment

# A sound server that hangs while PortAudio starts is given this long.
_OPEN_S = 8.0
_LEAVE_S = 0.9

Samples = NDArray[np.float32]


class Player:
    """Plays one stretch at a time, in a process of its own. Nothing of it blocks.

    device : an output device's number or name, or None for the default: for the next play()
    """

    def __init__(self, device: str | None = None) -> None:
        self.device = device
        self._playing: _Playing | None = None
        self._said = ""

    def play(self, samples: Samples, sr: int, *, loop: bool = False) -> None:
        """Play these instead of what plays now: shape (n,) or (n, channels), float32, at sr Hz.

        More than two channels are played as their mean. Sound starts 0.2 s later or so. The array
        must stay as it is while it plays. Raises ParameterError if there are no samples.
        """
        if len(samples) == 0:
            raise ParameterError("there are no samples to play")
        self.stop()
        self._said = ""
        self._playing = _Playing(self.device, samples.reshape(len(samples), -1), sr, loop)

    def stop(self) -> None:
        """Silence, within a tenth of a second. Returns at once."""
        if self._playing is not None:
            self._playing.stopping.set()
            self._playing = None

    @property
    def playing(self) -> bool:
        """True from play() until stop(), the end or a failure."""
        self._look()
        return self._playing is not None

    @property
    def position(self) -> float | None:
        """The sample that is heard now, from 0, by the device's clock; None when nothing plays.

        0 until the first is heard.
        """
        self._look()
        return None if self._playing is None else self._playing.position

    @property
    def device_name(self) -> str:
        """What it plays on, once that is open, or ""."""
        return "" if self._playing is None else self._playing.device_name

    @property
    def complaint(self) -> str:
        """Why the last stretch was not played to its end, one line, or ""."""
        self._look()
        return self._said

    def _look(self) -> None:
        playing = self._playing
        if playing is not None and playing.ended.is_set():
            self._said, self._playing = playing.complaint, None


class _Playing:
    """One stretch on its way out, with the thread that sends it."""

    def __init__(self, device: str | None, samples: Samples, sr: int, loop: bool) -> None:
        self.stopping = threading.Event()  # set by whoever has had enough, or when all is heard
        self.ended = threading.Event()
        self.complaint = ""
        self.device_name = ""
        self._device = device
        self._samples = samples
        self._sr = sr
        self._loop = loop
        self._origin_ns = 0
        self._latest = 0.0
        self._listener: threading.Thread | None = None
        self._answers: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        threading.Thread(target=self._run, name="livemel-player", daemon=True).start()

    @property
    def position(self) -> float:
        """Samples from the beginning of the stretch."""
        if not self._origin_ns:
            return 0.0
        at = (time.monotonic_ns() - self._origin_ns) / 1e9 * self._sr
        n = len(self._samples)
        if self._loop:
            return at % n
        # The device's clock is known to some ms: a playhead never goes back for that.
        self._latest = max(self._latest, min(at, float(n)))
        return self._latest

    def _run(self) -> None:
        """Runs on: the player thread."""
        process: subprocess.Popen[bytes] | None = None
        gone = ""
        try:
            process = self._spawn()
            self._send(process)
            self.stopping.wait()
        except SourceError as error:
            self.complaint = str(error)
        except OSError as error:
            gone = error.strerror or str(error)
        finally:
            if process is not None:
                _end(process)
            if self._listener is not None:
                self._listener.join()
            if gone and not self.complaint:  # what the process said last tells more
                self.complaint = f"the playback process ended: {gone}"
            self.ended.set()

    def _spawn(self) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            [
                *child_command("livemel.sources.playback"),
                json.dumps({"device": self._device, "sr": self._sr}),
            ],
            env=child_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # ALSA talks a lot, and none of it is for a person
            bufsize=0,
            start_new_session=True,  # Ctrl-C in the terminal is ours to answer
        )
        self._listener = threading.Thread(target=self._listen, args=(process.stdout,), daemon=True)
        self._listener.start()
        return process

    def _send(self, process: "subprocess.Popen[bytes]") -> None:
        """The samples, as the device wants them. Raises SourceError if it does not open."""
        opened = self._opened()
        if opened is None:
            return
        self.device_name = opened["name"]
        sr, channels = opened["sr"], opened["channels"]
        n, pipe = len(self._samples), process.stdin
        assert pipe is not None
        told = {"bytes": played_length(n, self._sr, sr) * channels * 4, "loop": self._loop}
        _write(pipe, json.dumps(told).encode() + b"\n")
        for part in played_parts(self._samples, self._sr, sr, channels):
            if self.stopping.is_set():
                return
            _write(pipe, part.tobytes())

    def _opened(self) -> dict[str, Any] | None:
        """The device's answer; None if nobody waits for it any more."""
        give_up = time.monotonic() + _OPEN_S
        while not self.stopping.is_set():
            try:
                answer = self._answers.get(timeout=0.05)
            except queue.Empty:
                if time.monotonic() > give_up:
                    raise SourceError("the sound server does not answer: restart it") from None
                continue
            if "error" in answer:
                raise SourceError(answer["error"])
            return answer
        return None

    def _listen(self, pipe: IO[bytes]) -> None:
        """What the process says. Runs on: a thread that ends with it."""
        with pipe:
            opened = False
            while line := pipe.readline():
                answer = json.loads(line)
                if not opened:
                    opened = True
                    self._answers.put(answer)
                elif "error" in answer:
                    self.complaint = answer["error"]
                else:
                    self._origin_ns = answer["origin_ns"]
        if not opened:
            self._answers.put({"error": "the playback process ended without a word"})
        self.stopping.set()


def played_length(n: int, sr: int, device_sr: int) -> int:
    """How many samples of the device n samples at sr Hz are."""
    return round(Fraction(n * device_sr, sr))


def played_parts(samples: Samples, sr: int, device_sr: int, channels: int) -> Iterator[Samples]:
    """The samples, shape (n, any), a second at a time, as a device wants them: in 1 or 2 channels.

    Together they are of played_length, in the device's rate and channels.
    """
    left = played_length(len(samples), sr, device_sr)
    resampler = (
        None
        if device_sr == sr
        else soxr.ResampleStream(sr, device_sr, channels, dtype="float32", quality="HQ")
    )
    for start in range(0, len(samples), sr):
        part = _as_channels(samples[start : start + sr], channels)
        if resampler is not None:
            part = resampler.resample_chunk(part, last=start + sr >= len(samples))
        yield part[:left]
        left -= len(part[:left])
    if left:  # where the resampler rounds otherwise
        yield np.zeros((left, channels), dtype=np.float32)


def _as_channels(samples: Samples, channels: int) -> Samples:
    """One channel goes to all of the device's, as does the mean of more than it has."""
    if samples.shape[1] not in (1, channels):
        samples = samples.mean(axis=1, keepdims=True, dtype=np.float32)
    return np.ascontiguousarray(np.broadcast_to(samples, (len(samples), channels)))


def _write(pipe: IO[bytes], data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[pipe.write(left) :]


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Closing its stdin tells it; SIGKILL if it does not hear."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(_LEAVE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
