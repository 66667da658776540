"""A JACK client that plays the time: PortAudio sees it as an input device named `clock`.

`python -m tests.rig.jack_clock` is its process; it ends when the server does.
"""

import ctypes
import sys
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any, Self

import numpy as np

from tests.rig.clock import now, samples_at
from tests.rig.daemon import Daemon, go_first
from tests.rig.jack import NO_START_SERVER, VirtualJack

NAME = "clock"
IS_OUTPUT = 2
CYCLES = 50  # a quarter of a second
AUDIO = b"32 bit float mono audio"


class ClockJack(VirtualJack):
    """A JACK server with the clock for a microphone."""

    _clock: Daemon | None = None

    def start(self) -> Self:
        super().start()
        try:
            self._start_clock()
        except BaseException:
            self.stop()
            raise
        return self

    def restart(self) -> None:
        super().restart()
        self._start_clock()

    def _start_clock(self) -> None:
        assert self._home is not None
        self._clock = Daemon(
            [sys.executable, "-m", "tests.rig.jack_clock"],
            env={**self.env, "PYTHONPATH": str(Path(__file__).parents[2])},
            log=self._home / "clock.log",
        )
        self._clock.wait_until(lambda: self.has_port(f"{NAME}:out"))
        for pid in (self.pid, self._clock.pid):
            go_first(pid)

    def kill(self) -> None:
        super().kill()
        if self._clock is not None:
            self._clock.end()

    def stop(self) -> None:
        clock, self._clock = self._clock, None
        if clock is not None:
            clock.kill()  # JACK's library keeps SIGTERM from it
        super().stop()


class Client:
    """Writes the number of each sample, as `tests.rig.clock` does."""

    def __init__(self) -> None:
        self._jack: Any = ctypes.CDLL("libjack.so.0")
        pointer = ctypes.c_void_p
        for name in ("jack_client_open", "jack_port_register", "jack_port_get_buffer"):
            getattr(self._jack, name).restype = pointer
        status = ctypes.c_int()
        client = self._jack.jack_client_open(
            NAME.encode(), NO_START_SERVER, ctypes.byref(status), None
        )
        if not client:
            sys.exit(f"no JACK server: status {status.value:#x}")
        self._client = pointer(client)
        self._port: Any = None
        self._at = now()  # the number of the next sample
        self._behind: deque[int] = deque(maxlen=CYCLES)
        self.ended = threading.Event()
        # Kept: JACK calls them as long as we live.
        self._process = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_uint32, pointer)(self._fill)
        self._shutdown = ctypes.CFUNCTYPE(None, pointer)(lambda _: self.ended.set())
        self._jack.jack_set_process_callback(self._client, self._process, None)
        self._jack.jack_on_shutdown(self._client, self._shutdown, None)
        self._jack.jack_activate(self._client)
        while len(self._behind) < CYCLES:  # until the time is known there is nothing to hear
            time.sleep(0.01)
        register = self._jack.jack_port_register
        flags, size = ctypes.c_ulong(IS_OUTPUT), ctypes.c_ulong(0)
        self._port = pointer(register(self._client, b"out", AUDIO, flags, size))

    def _fill(self, n: int, _: Any) -> int:
        """Runs on: JACK's thread.

        A cycle may begin late: the least delay of many counts. When all are late the dummy device
        stood still for a while, which a real one does not: then so much was lost.
        """
        self._behind.append(now() - self._at)
        late = min(self._behind)
        if len(self._behind) == CYCLES and abs(late) > n // 2:
            self._at += late
            self._behind.clear()
        if self._port is not None:
            buffer = self._jack.jack_port_get_buffer(self._port, ctypes.c_uint32(n))
            ctypes.memmove(buffer, samples_at(self._at, self._at + n), 4 * n)
        self._at += n
        return 0


if __name__ == "__main__":
    np.zeros(1)  # loaded before JACK waits for us
    Client().ended.wait()
