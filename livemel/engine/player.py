"""The player: sound on an output device, while everything else goes on."""

import atexit
import json
import os
import queue
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from livemel.engine.played import as_played
from livemel.errors import SourceError
from livemel.sources.child import answers, child_command, child_environment
from livemel.sources.playback import READ_AHEAD_S
from livemel.sources.pulse import HANGS

# A sound server that hangs while PortAudio starts is given this long.
_OPEN_S = 8.0
_LEAVE_S = 0.9
# And the end of the program waits no longer than this for all of them.
_LAST_S = 1.0
_WAIT_S = 0.02
# The device's clock is known to some ms: only then has it all been heard for sure.
_TAIL_S = 0.05

Samples = NDArray[np.float32]


class Player:
    """Plays one sound at a time, in a process of its own. Nothing of it blocks.

    device : an output device's number or name, or None for the default: for the next play()
    """

    def __init__(self, device: str | None = None) -> None:
        self.device = device
        self._playing: _Playing | None = None
        self._said = ""

    def play(self, sound: Iterable[Samples], sr: int) -> None:
        """Play this instead of what plays now. It is heard half a second later or so.

        sound : blocks of shape (n, channels), float32, at sr Hz, of at most a second; asked for on
            a thread of the player's, a second before they are heard. An empty one says that there
            is nothing yet. A SourceError that it raises ends it, and is the complaint
        """
        self.stop()
        self._said = ""
        self._playing = _Playing(self.device, sound, sr)

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
    def origin_ns(self) -> int:
        """The monotonic time at which sample 0 is heard, by the device's clock: it moves with that.

        0 while it is not known.
        """
        return 0 if self._playing is None else self._playing.origin_ns

    @property
    def device_name(self) -> str:
        """What it plays on, once that is open, or ""."""
        return "" if self._playing is None else self._playing.device_name

    @property
    def complaint(self) -> str:
        """Why the last sound was not played to its end, one line, or ""."""
        self._look()
        return self._said

    def _look(self) -> None:
        playing = self._playing
        if playing is not None and playing.ended.is_set():
            self._said, self._playing = playing.complaint, None


class _Playing:
    """One sound on its way out, with the thread that sends it."""

    def __init__(self, device: str | None, sound: Iterable[Samples], sr: int) -> None:
        self.stopping = threading.Event()  # set by whoever has had enough, or when all is heard
        self.ended = threading.Event()
        self.complaint = ""
        self.device_name = ""
        self.origin_ns = 0
        self._device = device
        self._sound = sound
        self._sr = sr
        self._taken = 0  # samples, of the sound
        self._given = 0  # samples that the device has taken
        self._latest = 0.0
        self._process: subprocess.Popen[bytes] | None = None
        self._listener: threading.Thread | None = None
        self._answers: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="livemel-player", daemon=True)
        _living.add(self)
        self._thread.start()

    @property
    def position(self) -> float:
        """Samples from the beginning of the sound."""
        if not self.origin_ns:
            return 0.0
        at = (time.monotonic_ns() - self.origin_ns) / 1e9 * self._sr
        # The device's clock is known to some ms: a playhead never goes back for that.
        self._latest = max(self._latest, min(at, float(self._taken)))
        return self._latest

    def kill_at(self, when_s: float) -> None:
        """Its process, if it has not ended by then, in s of the monotonic clock."""
        self._thread.join(max(0.0, when_s - time.monotonic()))
        if self._thread.is_alive() and self._process is not None:
            self._process.kill()

    def _run(self) -> None:
        """Runs on: the player thread."""
        gone = ""
        try:
            process = self._process = self._spawn()
            self._send(process)
        except SourceError as error:
            self.complaint = str(error)
        except OSError as error:
            gone = error.strerror or str(error)
        except Exception as error:
            self.complaint = f"internal error: {error!r}"
            raise
        finally:
            if self._process is not None:
                _end(self._process)
            _living.discard(self)
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
        assert process.stdin is not None
        if hasattr(os, "set_blocking"):
            os.set_blocking(process.stdin.fileno(), False)
        self._listener = threading.Thread(target=self._listen, args=(process.stdout,), daemon=True)
        self._listener.start()
        return process

    def _send(self, process: "subprocess.Popen[bytes]") -> None:
        """The sound, as the device wants it, until all is heard.

        Raises SourceError if the device does not open.
        """
        opened = self._opened()
        if opened is None:
            return
        sr, channels = opened["sr"], opened["channels"]
        parts = as_played(self._counted(), self._sr, sr, channels)
        sent, most = 0, round(READ_AHEAD_S * sr)
        assert process.stdin is not None
        for part in parts:
            if not len(part):
                self.stopping.wait(_WAIT_S)
            for at in range(0, len(part), most // 2):
                piece = part[at : at + most // 2]
                while sent + len(piece) - self._given > most and not self.stopping.is_set():
                    self.stopping.wait(_WAIT_S)
                if self.stopping.is_set():
                    return
                self._write(process.stdin.fileno(), piece.tobytes())
                sent += len(piece)
            if self.stopping.is_set():
                return
        while not self._heard(sent, sr) and not self.stopping.is_set():
            self.stopping.wait(_WAIT_S)

    def _write(self, pipe: int, data: bytes) -> None:
        """All of it, unless whoever has had enough comes first: a process may have been stopped."""
        left = memoryview(data)
        while left and not self.stopping.is_set():
            try:
                left = left[os.write(pipe, left) :]
            except BlockingIOError:  # it is full
                self.stopping.wait(_WAIT_S)

    def _counted(self) -> Iterator[Samples]:
        for block in self._sound:
            self._taken += len(block)
            yield block

    def _heard(self, sent: int, sr: int) -> bool:
        """Whether so many samples have left the device, as far as it knows."""
        end_ns = self.origin_ns + round((sent / sr + _TAIL_S) * 1e9)
        return sent == 0 or (self._given >= sent and time.monotonic_ns() > end_ns)

    def _opened(self) -> dict[str, Any] | None:
        """The device's answer; None if nobody waits for it any more."""
        give_up = time.monotonic() + _OPEN_S
        while not self.stopping.is_set():
            try:
                answer = self._answers.get(timeout=0.05)
            except queue.Empty:
                if time.monotonic() > give_up:
                    raise SourceError(HANGS) from None
                continue
            if "error" in answer:
                raise SourceError(answer["error"])
            self.device_name = answer["name"]
            return answer
        return None

    def _listen(self, pipe: IO[bytes]) -> None:
        """What the process says. Runs on: a thread that ends with it."""
        with pipe:
            opened = False
            for answer in answers(pipe):
                if not opened:
                    opened = True
                    self._answers.put(answer)
                elif "error" in answer:
                    self.complaint = answer["error"]
                else:
                    self._given = answer["given"]
                    self.origin_ns = answer["origin_ns"]
        if not opened:
            self._answers.put({"error": "the playback process ended without a word"})
        self.stopping.set()


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Closing its stdin tells it; SIGKILL if it does not hear."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(_LEAVE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


_living: set[_Playing] = set()  # those whose processes may not have ended


@atexit.register
def _end_all() -> None:
    """The player threads end with the program, and could not see to their processes any more."""
    playing = tuple(_living)
    for each in playing:
        each.stopping.set()
    when_s = time.monotonic() + _LAST_S
    for each in playing:
        each.kill_at(when_s)
