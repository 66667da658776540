"""Cheap hints that devices have come or gone. None of them asks PortAudio."""

import os
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from livemel.sources.pulse import has_server, pactl_command, pactl_environment, sockets

_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 30.0
_LIVES_S = 5.0  # one that lived so long had a server
# `pactl subscribe` says a line for each turn of a volume knob; these are about devices.
_TELLING = ("'new' on source #", "'remove' on source #", "'change' on server")

_CARDS = Path("/proc/asound/cards")
_SOUND = Path("/dev/snd")
_SHARED = Path("/dev/shm")


def machine_stamp() -> tuple[object, ...]:
    """Something that is another after a card, a sound server or a JACK server has come or gone.

    Takes some 0.1 ms.
    """
    server = f"jack_{os.environ.get('JACK_DEFAULT_SERVER', 'default')}_"
    jack: list[str] = []
    with suppress(OSError):
        jack = [entry.name for entry in os.scandir(_SHARED) if entry.name.startswith(server)]
    cards = b""
    with suppress(OSError):
        cards = _CARDS.read_bytes()
    return (cards, _times(_SOUND), tuple(sorted(jack)), *map(_times, sockets()))


def _times(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except (OSError, ValueError):  # it can be no name
        return 0, 0
    return status.st_ino, status.st_mtime_ns


class ServerEvents:
    """What the sound server tells by itself: a `pactl subscribe` that is begun again when it ends.

    happened : called with False when sources have come or gone or another is the default, with
        True when the server has gone or does not answer. Runs on: a thread of this
    """

    def __init__(self, happened: Callable[[bool], None]) -> None:
        self._happened = happened
        self._process: subprocess.Popen[bytes] | None = None
        self._pause_s = _FIRST_PAUSE_S
        self._next_s = 0.0
        self._began_s = 0.0

    @property
    def running(self) -> bool:
        """Whether hints come."""
        return self._process is not None and self._process.poll() is None

    def look(self, now_s: float, *, changed: bool) -> bool:
        """Begin, or begin again after a pause. Returns at once: True if it has begun.

        changed : the machine is another than at the last look, so a pause is over
        """
        if self.running:
            return False
        if self._process is not None:  # it has ended: so has the server
            self._process = None
            lived_s = now_s - self._began_s
            longer_s = min(_LONGEST_PAUSE_S, 2 * self._pause_s)
            self._pause_s = _FIRST_PAUSE_S if lived_s > _LIVES_S else longer_s
            self._next_s = now_s + self._pause_s
        if changed:
            self._pause_s = _FIRST_PAUSE_S
        elif now_s < self._next_s:
            return False
        self._began_s = now_s
        if has_server():
            self._begin()
        else:
            self._next_s = now_s + _LONGEST_PAUSE_S  # a socket is a change of the machine
        return self._process is not None

    def _begin(self) -> None:
        try:
            process = subprocess.Popen(
                pactl_command("subscribe"),
                env=pactl_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError:
            return
        assert process.stdout is not None
        self._process = process
        threading.Thread(
            target=self._listen, args=(process.stdout,), name="livemel-events", daemon=True
        ).start()

    def _listen(self, pipe: IO[bytes]) -> None:
        """Runs on: a thread that ends with the process."""
        with pipe:
            for line in pipe:
                if any(words in line.decode(errors="replace") for words in _TELLING):
                    self._happened(False)
        self._happened(True)

    def stop(self) -> None:
        """End the process, and wait for that."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
