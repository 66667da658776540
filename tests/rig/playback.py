"""Sound on its way into the virtual microphone."""

import subprocess
import tempfile
import threading
import wave
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.rig.daemon import RigError, need

WAV_FORMATS = {1: "u8", 2: "s16le", 3: "s24le", 4: "s32le"}  # by bytes per sample
ARRAY_FORMATS = {"int16": "s16le", "float32": "float32le"}
BLOCK_BYTES = 4096


class Playback:
    """A running `paplay`; poll(), wait(), kill(), pid and returncode are those of a Popen.

    sound      : path of a sound file, or an array of int16 or float32, shape (n,) or (n, channels)
    rate       : samples per second of an array; a file says its own
    loop       : a thread of this process feeds the same bytes again and again, without a gap
    latency_ms : how much sound paplay keeps ready at the server; no delay
    """

    def __init__(
        self, sound: Any, *, env: Mapping[str, str], rate: int, loop: bool, latency_ms: int
    ) -> None:
        self._command = [need("paplay", "pulseaudio-utils"), f"--latency-msec={latency_ms}"]
        self._env = dict(env)
        self._feeder: threading.Thread | None = None
        is_file = isinstance(sound, str | Path)
        if is_file and not Path(sound).is_file():
            raise RigError(f"{sound}: no such sound file")
        if is_file and not loop:
            # paplay reads whatever libsndfile does.
            self._command.append(str(sound))
            self.process = self._start(subprocess.DEVNULL)
            return
        data, sample_format, channels, rate = (
            _wav_bytes(Path(sound)) if is_file else _array_bytes(sound, rate)
        )
        self._command += ["--raw", f"--format={sample_format}"]
        self._command += [f"--channels={channels}", f"--rate={rate}"]
        if loop:
            self.process = self._start(subprocess.PIPE)
            self._feeder = threading.Thread(target=self._feed, args=(data,), name="playback feeder")
            self._feeder.start()
        else:
            with tempfile.TemporaryFile() as stream:
                stream.write(data)
                stream.seek(0)
                self.process = self._start(stream)

    def _start(self, stdin: Any) -> subprocess.Popen[bytes]:
        # stderr stays ours: what paplay complains about belongs in the test's output.
        return subprocess.Popen(
            self._command, env=self._env, stdin=stdin, stdout=subprocess.DEVNULL, bufsize=0
        )

    def _feed(self, data: bytes) -> None:
        """Runs on: a thread of its own, blocked by paplay's pipe until there is room."""
        assert self.process.stdin is not None
        if len(data) < BLOCK_BYTES:  # Whole repetitions, so that few writes carry much.
            data *= BLOCK_BYTES // len(data) + 1
        with self.process.stdin as pipe:
            try:
                while True:
                    view = memoryview(data)
                    while view:
                        view = view[pipe.write(view[:BLOCK_BYTES]) :]
            except BrokenPipeError:  # paplay has ended.
                return

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def returncode(self) -> int | None:
        return self.process.returncode

    def poll(self) -> int | None:
        return self.process.poll()

    def wait(self, timeout: float | None = None) -> int:
        """Return paplay's exit code once the server has played everything."""
        return self.process.wait(timeout)

    def kill(self) -> None:
        self.process.kill()

    def stop(self) -> None:
        """End it now, whatever has been played; a second call does nothing."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self._feeder is not None:
            self._feeder.join()


def _wav_bytes(path: Path) -> tuple[bytes, str, int, int]:
    """The samples of a PCM WAV file: bytes, PulseAudio's name of the format, channels, rate."""
    try:
        with wave.open(str(path), "rb") as file:
            data = file.readframes(file.getnframes())
            sample_format = WAV_FORMATS[file.getsampwidth()]
            channels, rate = file.getnchannels(), file.getframerate()
    except (wave.Error, EOFError) as error:
        raise RigError(f"{path}: only PCM WAV files can be looped ({error})") from None
    if not data:
        raise RigError(f"{path}: no samples")
    return data, sample_format, channels, rate


def _array_bytes(y: Any, rate: int) -> tuple[bytes, str, int, int]:
    """The same for a NumPy array, which is not imported here: the system's Python has none."""
    name = str(getattr(y, "dtype", type(y).__name__))
    if name not in ARRAY_FORMATS or y.ndim not in (1, 2) or y.size == 0:
        raise RigError(f"cannot play {name}: neither int16 nor float32 of shape (n[, channels])")
    return y.tobytes(), ARRAY_FORMATS[name], 1 if y.ndim == 1 else y.shape[1], rate
