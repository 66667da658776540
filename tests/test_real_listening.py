"""Listening as a person does: a window on a screen, and loudspeakers whose sound is recorded."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from PIL import Image

from tests.rig.desk import VirtualDesk
from tests.test_real_window import PICTURE, children, is_gone, start, tool, wait_for, window_of

SR = 48_000
ACCENT = (0x5C, 0xB3, 0xD9)
Samples = NDArray[np.float32]
Start = Callable[..., subprocess.Popen[bytes]]

__all__ = ["start"]  # a fixture


def noise(seconds: float) -> Samples:
    """Of 16 bits, and never zero: where it begins and ends can be seen."""
    values = np.random.default_rng(2).integers(1, 9999, round(seconds * SR))
    return (values / 32768).astype(np.float32)


class Recording:
    """What comes out of the loudspeakers, from now on."""

    def __init__(self, desk: VirtualDesk, path: Path) -> None:
        self._path = path
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.rig.record", str(path), "3600"],
            env=desk.env,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[1],
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"recording\n"

    def sound(self) -> Samples:
        """From the first sample that is not silence to the last, so far."""
        data = self._path.read_bytes()
        heard = np.frombuffer(data[: len(data) // 4 * 4], np.float32)
        where = np.flatnonzero(heard)
        return heard[where[0] : where[-1] + 1] if len(where) else heard[:0]

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


@pytest.fixture
def recording(desk: VirtualDesk, tmp_path: Path) -> Iterator[Recording]:
    yield (running := Recording(desk, tmp_path / "heard.f32"))
    running.stop()


def shot(desk: VirtualDesk, tmp_path: Path) -> NDArray[np.int_]:
    """The screen, shape (height, width, 3)."""
    with Image.open(desk.screen.screenshot(tmp_path / "screen.bmp")) as image:
        return np.asarray(image.convert("RGB")).astype(int)


def playheads(picture: NDArray[np.int_]) -> list[int]:
    """The columns of the screen that are the accent from top to bottom of the picture."""
    lit = (picture == ACCENT).all(axis=2).sum(axis=0)
    return [int(x) for x in np.flatnonzero(lit > 0.9 * (PICTURE[3] - PICTURE[1]))]


def stands(desk: VirtualDesk, tmp_path: Path) -> bool:
    """Whether there is a picture, and it does not move."""
    # The middle of the screen: the figures below the picture go on changing.
    first, second = (shot(desk, tmp_path)[400:650, 600:1300] for _ in range(2))
    return len(np.unique(first)) > 100 and np.array_equal(first, second)


def test_play_plays_a_file_as_it_scrolls_to_the_last_bit(
    start: Start, desk: VirtualDesk, recording: Recording, tmp_path: Path
) -> None:
    y, path, stats = noise(2.0), tmp_path / "noise.wav", tmp_path / "stats.json"
    soundfile.write(path, y, SR, subtype="PCM_16")
    process = start("--source", str(path), "--play", "--seconds", "5", "--stats", str(stats))
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, b"")
    np.testing.assert_array_equal(recording.sound(), y)
    assert json.loads(stats.read_text())["samples"] == len(y)


def test_p_plays_what_is_seen_and_the_playhead_goes_through_it(
    start: Start, desk: VirtualDesk, recording: Recording, tmp_path: Path
) -> None:
    y, path = noise(3.0), tmp_path / "noise.wav"
    soundfile.write(path, y, SR, subtype="PCM_16")
    process = start("--source", str(path), "--span", "5", "--no-settings")
    window = window_of(desk)
    wait_for(lambda: stands(desk, tmp_path), 20)
    tool(desk, "windowactivate", "--sync", window, "key", "p")
    seen: list[int] = []

    def over() -> bool:
        now = playheads(shot(desk, tmp_path))
        seen.extend(now)
        return bool(seen) and not now and len(recording.sound()) > 2.9 * SR

    wait_for(over, 20)
    # The picture ends within a pixel of the middle of the last window.
    sound, pixel = recording.sound(), round(5 * SR / (PICTURE[2] - PICTURE[0]))
    np.testing.assert_array_equal(sound, y[: len(sound)])
    assert len(y) - 1024 - 480 - pixel <= len(sound) <= len(y) - 1024 + 240 + pixel
    assert len(set(seen)) >= 3
    assert seen == sorted(seen)
    tool(desk, "windowactivate", "--sync", window, "key", "shift+p")
    tool(desk, "key", "p")
    wait_for(lambda: len(recording.sound()) > 8 * SR, 20)
    tool(desk, "key", "p")
    wait_for(lambda: not children(process), 5)
    process.terminate()
    assert process.wait(5) == 128 + signal.SIGTERM


def test_the_microphone_loses_nothing_while_something_plays(
    start: Start, desk: VirtualDesk, tmp_path: Path
) -> None:
    stats = tmp_path / "stats.json"
    process = start("--stats", str(stats))
    window = window_of(desk)
    (capture,) = children(process)
    tool(desk, "windowactivate", "--sync", window, "key", "shift+p")

    def heard(times: int) -> None:
        for _ in range(times):
            tool(desk, "key", "p")
            wait_for(lambda: len(children(process)) == 2, 10)
            tool(desk, "key", "p")
            wait_for(lambda: children(process) == [capture], 10)

    heard(3)
    process.terminate()
    assert process.wait(5) == 128 + signal.SIGTERM
    told: dict[str, Any] = json.loads(stats.read_text())
    assert (told["samples_lost"], told["columns_lost"], told["gaps"]) == (0, 0, [])


def test_killing_the_program_silences_it(
    start: Start, desk: VirtualDesk, recording: Recording, tmp_path: Path
) -> None:
    process = start("--source", "demo:hum50", "--play")
    wait_for(lambda: len(recording.sound()) > SR, 20)
    (playback,) = children(process)
    process.kill()
    wait_for(lambda: is_gone(playback), 2)


def test_closing_the_window_silences_it(
    start: Start, desk: VirtualDesk, recording: Recording, tmp_path: Path
) -> None:
    process = start("--source", "demo:hum50", "--play")
    window = window_of(desk)
    wait_for(lambda: len(recording.sound()) > SR, 20)
    (playback,) = children(process)
    tool(desk, "windowactivate", "--sync", window, "key", "ctrl+q")
    assert process.wait(2) == 0
    wait_for(lambda: is_gone(playback), 2)
