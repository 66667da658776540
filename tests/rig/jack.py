"""A JACK server without hardware: real-time semantics, so that lost callbacks show.

PulseAudio hides a callback that came late by buffering; JACK drops its frames and says so.
"""

import ctypes
import os
import shutil
import signal
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.rig.daemon import Daemon, RigError, clean_environment, need, run_tool
from tests.rig.leftovers import SHARED_MEMORY, our_jacks
from tests.rig.microphone import SOUND_VARIABLES

NO_START_SERVER = 1


class FrameTime:
    """A client that asks the server in this process's environment how many samples it counts."""

    def __init__(self) -> None:
        self._jack = ctypes.CDLL("libjack.so.0")
        self._jack.jack_client_open.restype = ctypes.c_void_p
        self._jack.jack_frame_time.restype = ctypes.c_uint32
        client = self._jack.jack_client_open(b"frames", NO_START_SERVER, None)
        if not client:
            raise RigError("no JACK server to ask for its time")
        self._client = ctypes.c_void_p(client)

    def __call__(self) -> int:
        frames: int = self._jack.jack_frame_time(self._client)
        return frames

    def close(self) -> None:
        self._jack.jack_client_close(self._client)


class VirtualJack:
    """jackd with its dummy driver: capture ports that deliver silence on time.

    rate   : samples per second
    captures : ports to capture from
    period : samples per callback
    env    : the whole environment for programs that are to use it
    name   : of the server; programs find it through JACK_DEFAULT_SERVER

    Starts one child process, the server, and ends it on leaving the `with` block.
    """

    def __init__(self, rate: int = 48000, period: int = 256, captures: int = 2) -> None:
        self.rate = rate
        self.captures = captures
        self.period = period
        self.name = ""
        self.env: dict[str, str] = {}
        self._server: Daemon | None = None
        self._home: Path | None = None

    def start(self) -> Self:
        need("jack_lsp", "jackd2")
        self._home = Path(tempfile.mkdtemp(prefix="jack-", dir="/tmp"))
        (self._home / "owner").write_text(str(os.getpid()))
        self.name = self._home.name
        our_jacks.add(self.name)
        self.env = clean_environment(*SOUND_VARIABLES, "XDG_CONFIG_HOME", "XDG_STATE_HOME") | {
            "HOME": str(self._home),
            "XDG_RUNTIME_DIR": str(self._home),
            "XDG_CONFIG_HOME": str(self._home / ".config"),
            "XDG_STATE_HOME": str(self._home / ".local/state"),
            "PULSE_SERVER": "unix:/nonexistent",  # PortAudio asks for PulseAudio too.
            "JACK_DEFAULT_SERVER": self.name,
            "JACK_NO_AUDIO_RESERVATION": "1",
            "JACK_NO_START_SERVER": "1",
        }
        try:
            self._server = self._launched()
        except BaseException:
            self.stop()
            raise
        return self

    def _launched(self) -> Daemon:
        assert self._home is not None
        server = Daemon(
            [
                *(need("jackd", "jackd2"), "-r", "-n", self.name),
                *("-d", "dummy", "-r", str(self.rate), "-p", str(self.period)),
                *("-C", str(self.captures)),
            ],
            env=self.env,
            log=self._home / "jackd.log",
        )
        try:
            server.wait_until(lambda: self.has_port("system:capture_1"))
        except BaseException:
            server.end()
            raise
        return server

    @property
    def _running(self) -> Daemon:
        assert self._server is not None, "JACK is not started"
        return self._server

    @property
    def pid(self) -> int:
        return self._running.pid

    def has_port(self, name: str) -> bool:
        """Whether the server answers, and has such a port."""
        try:
            return name in run_tool([need("jack_lsp", "jackd2")], self.env).splitlines()
        except RigError:
            return False

    @property
    def said(self) -> str:
        """What the server has written into its log so far."""
        assert self._home is not None
        return (self._home / "jackd.log").read_text(errors="replace")

    def kill(self) -> None:
        """Kill the server, as a crash would; PortAudio then hangs in stop and close."""
        self._running.kill()

    def restart(self) -> None:
        """Another server in the place of one that was killed."""
        self._server = self._launched()

    def suspend(self) -> None:
        """Stop the server's process: it neither answers nor disconnects."""
        self._running.suspend()

    def resume(self) -> None:
        self._running.resume()

    def stop(self) -> None:
        """End the server; can be called twice.

        JACK has eight places for servers on a machine, and a killed one keeps its own, and 107 MB
        of shared memory, until a server of the same name takes them over and ends in good order.
        """
        if self._server is not None:
            self._server.end()
            if self._server.process.returncode == -signal.SIGKILL:
                self._launched().end()
            self._server = None
        if self._home is not None:
            # Clients that were killed leave theirs; the server's name is ours alone.
            for semaphore in SHARED_MEMORY.glob(f"jack_sem.*_{self.name}_*"):
                semaphore.unlink(missing_ok=True)
            shutil.rmtree(self._home, ignore_errors=True)
            self._home = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
