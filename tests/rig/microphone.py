"""A virtual microphone: a private PulseAudio server whose null sink is what the microphone hears.

What is played into the sink comes out of its monitor, in real time and bit for bit, and reaches
PortAudio as the ALSA device `pulse`, which is also the default device.
"""

import select
import shutil
import signal
import socket
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.rig.daemon import DEADLINE_S, Daemon, clean_environment, need, run_tool
from tests.rig.playback import Playback

# Any of these could lead a program to the sound server of whoever runs the tests.
SOUND_VARIABLES = (
    *("PULSE_", "PIPEWIRE_", "JACK_", "ALSA_", "AUDIODEV"),
    *("XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "NOTIFY_SOCKET"),
)
ASOUNDRC = """\
pcm.!pulse {
    type pulse
    hint { show on description "Virtual microphone" }
}
ctl.!pulse { type pulse }
pcm.!default { type pulse }
ctl.!default { type pulse }
"""


class VirtualMicrophone:
    """A microphone without hardware.

    rate     : samples per second of the device
    channels : 1 or 2
    env      : the whole environment for programs that are to hear it: HOME, XDG_RUNTIME_DIR,
               PULSE_SERVER and nothing that leads to another sound server
    home     : its private home directory, gone afterwards

    Starts one child process, the server, and ends it on leaving the `with` block.
    """

    def __init__(self, rate: int = 48000, channels: int = 1) -> None:
        self.rate = rate
        self.channels = channels
        self.env: dict[str, str] = {}
        self._server: Daemon | None = None
        self._directory: Path | None = None
        self._playbacks: list[Playback] = []
        self._waiting: list[socket.socket] = []

    def start(self) -> Self:
        self._pulseaudio = need("pulseaudio", "pulseaudio")
        self._pactl = need("pactl", "pulseaudio-utils")
        # A short path: the name of a Unix socket may have 107 bytes.
        self._directory = Path(tempfile.mkdtemp(prefix="mic-", dir="/tmp"))
        try:
            self._prepare()
            self._start_server()
        except BaseException:
            self.stop()
            raise
        return self

    @property
    def home(self) -> Path:
        assert self._directory is not None, "the microphone is not started"
        return self._directory / "home"

    def _prepare(self) -> None:
        """Lay out HOME and the run-time directory, and the environment that names them."""
        assert self._directory is not None
        runtime = self._directory / "run"
        runtime.mkdir(mode=0o700)
        self.home.mkdir(mode=0o700)
        (self.home / ".asoundrc").write_text(ASOUNDRC)
        (self._directory / "client.conf").write_text("autospawn = no\nenable-shm = no\n")
        self.env = clean_environment(*SOUND_VARIABLES, "XDG_CONFIG_HOME", "XDG_STATE_HOME") | {
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(runtime),
            "XDG_CONFIG_HOME": str(self.home / ".config"),
            "XDG_CACHE_HOME": str(self.home / ".cache"),
            "XDG_DATA_HOME": str(self.home / ".local/share"),
            "XDG_STATE_HOME": str(self.home / ".local/state"),
            "PULSE_SERVER": f"unix:{self._directory}/socket",
            "PULSE_CLIENTCONFIG": str(self._directory / "client.conf"),
            # PortAudio asks for JACK too: name a server that nobody runs, and start none.
            "JACK_DEFAULT_SERVER": self._directory.name,
            "JACK_NO_START_SERVER": "1",
        }

    @property
    def _sink(self) -> str:
        """Arguments of the null sink.

        float32 carries 16-bit and float sound without a loss. Without norewinds the sink sleeps
        up to 2 s at a time: the first block came 1.9 s after opening, and paplay ended 1.9 s late.
        """
        form = f"format=float32le rate={self.rate} channels={self.channels}"
        return f"sink_name=mic norewinds=1 {form}"

    def _start_server(self) -> None:
        assert self._directory is not None
        script = self._directory / "server.pa"
        script.write_text(
            f"load-module module-null-sink {self._sink}\n"
            "set-default-sink mic\n"
            "set-default-source mic.monitor\n"
            f"load-module module-native-protocol-unix auth-anonymous=1 "
            f"socket={self._directory}/socket\n"
        )
        # The alternate rate would let the sink follow a client and so resample everybody else.
        config = self._directory / "daemon.conf"
        config.write_text(
            f"default-sample-rate = {self.rate}\nalternate-sample-rate = {self.rate}\n"
        )
        notified_at = self._directory / "notify"
        notified_at.unlink(missing_ok=True)  # of a server that was killed
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notified:
            notified.bind(str(notified_at))
            self._server = Daemon(
                [
                    *(self._pulseaudio, "-n", "-F", str(script), "--daemonize=no"),
                    *(
                        "--use-pid-file=no",
                        "--exit-idle-time=-1",
                        "--disable-shm=yes",
                        "--log-target=stderr",
                    ),
                ],
                env={**self.env, "PULSE_CONFIG": str(config), "NOTIFY_SOCKET": str(notified_at)},
                log=self._directory / "server.log",
                orphan_signal=signal.SIGKILL,  # Takes effect on a stopped server too.
            )
            # It says READY=1 there, as to systemd, when the script is done.
            self._server.wait_until(lambda: bool(select.select([notified], [], [], 0)[0]))
        self.pactl("info")

    @property
    def _running(self) -> Daemon:
        assert self._server is not None, "the microphone is not started"
        return self._server

    @property
    def pid(self) -> int:
        return self._running.pid

    def pactl(self, *arguments: str) -> str:
        return run_tool([self._pactl, *arguments], self.env, DEADLINE_S)

    def play(
        self,
        sound: Any,
        *,
        rate: int | None = None,
        loop: bool = False,
        latency_ms: int = 2000,
    ) -> Playback:
        """Play into the microphone in real time and return at once.

        sound : path of a sound file, or an array of int16 or float32, shape (n,) or (n, channels)
        rate  : of an array; the microphone's own if not given
        loop  : repeat without a gap until stopped (arrays and PCM WAV files)
        latency_ms : of sound that paplay keeps ready at the server. It adds no delay (the first
            sample is heard after 9 ms whatever it is), and with 200 a busy machine made a gap.
        """
        playback = Playback(
            sound, env=self.env, rate=rate or self.rate, loop=loop, latency_ms=latency_ms
        )
        self._playbacks.append(playback)
        return playback

    def unplug(self) -> None:
        """Remove the device; open streams get no more samples, and no word of it."""
        self.pactl("unload-module", "module-null-sink")

    def plug(self) -> None:
        """Put the device back and make it the default again."""
        self.pactl("load-module", "module-null-sink", *self._sink.split())
        self.pactl("set-default-sink", "mic")
        self.pactl("set-default-source", "mic.monitor")

    def suspend(self) -> None:
        """Stop the server's process: it neither answers nor disconnects."""
        self._running.suspend()

    def crowd(self) -> None:
        """Let as many knock at a stopped server as it has room for, as after some seconds: whoever
        comes next is not let wait, but refused.
        """
        while True:
            knock = socket.socket(socket.AF_UNIX)
            self._waiting.append(knock)
            knock.setblocking(False)
            try:
                knock.connect(self.env["PULSE_SERVER"].removeprefix("unix:"))
            except BlockingIOError:
                return

    def resume(self) -> None:
        self._go_away()
        self._running.resume()

    def _go_away(self) -> None:
        while self._waiting:
            self._waiting.pop().close()

    def kill(self) -> None:
        """Kill the server, as a crash would."""
        self._running.kill()

    def restart(self) -> None:
        """Another server in the place of one that was killed."""
        self._start_server()

    def stop(self) -> None:
        """End what plays, then the server, and remove the directories."""
        self._go_away()
        while self._playbacks:
            self._playbacks.pop().stop()
        if self._server is not None:
            self._server.end()
        if self._directory is not None:
            shutil.rmtree(self._directory, ignore_errors=True)
            self._directory = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
