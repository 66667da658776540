"""The program as a person runs it: a window on a screen, sound through a microphone."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from livemel.dsp.frontend import FrontEnd
from livemel.ui.view_state import ViewState
from numpy.typing import NDArray
from PIL import Image

from tests.rig.desk import VirtualDesk
from tests.rig.sawtooth import SAWTOOTH, assert_sawtooth
from tests.rig.small_disk import RECORDERS_WORDS, SmallDisk
from tests.waiting import is_gone, wait_for

SR = 48_000
SIZE = (1280, 720)
# The picture within the window: left, top, right, bottom; the control bar, axes and status line
# around it have fixed sizes.
PICTURE = (56, 52, 1200, 632)

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(desk: VirtualDesk) -> Iterator[Start]:
    """Starts livemel at the desk; ended afterwards."""
    running: list[subprocess.Popen[bytes]] = []

    def start_(*arguments: str, stdin: int | None = subprocess.DEVNULL) -> Any:
        process = subprocess.Popen(
            [sys.executable, "-m", "livemel", *arguments],
            env=desk.env,
            stdin=stdin,
            stderr=subprocess.PIPE,
        )
        running.append(process)
        return process

    yield start_
    for process in running:
        if process.poll() is None:
            process.kill()
        process.wait()
        for pipe in (process.stdin, process.stderr):
            if pipe is not None:
                pipe.close()


def run(start: Start, tmp_path: Path, *arguments: str) -> tuple[dict[str, Any], NDArray[np.uint8]]:
    """Run to its end: statistics and screenshot, shape (height, width, 3)."""
    stats, shot = tmp_path / "stats.json", tmp_path / "shot.png"
    process = start(*arguments, "--stats", str(stats), "--screenshot", str(shot))
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, b"")
    with Image.open(shot) as image:
        return json.loads(stats.read_text()), np.asarray(image.convert("RGB"))


def tool(desk: VirtualDesk, *arguments: str) -> str:
    """xdotool: a real mouse and keyboard."""
    done = subprocess.run(
        ["xdotool", *arguments],
        env=desk.env,
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    )
    return done.stdout.strip()


def window_of(desk: VirtualDesk) -> str:
    return tool(desk, "search", "--sync", "--onlyvisible", "--name", "^livemel").splitlines()[0]


def children(process: subprocess.Popen[bytes]) -> list[int]:
    """Those that record and play. Looks for devices come and go."""
    of_sound = r"livemel\.sources\.(capture|playback)"
    listed = subprocess.run(
        ["pgrep", "-P", str(process.pid), "-f", of_sound],
        capture_output=True,
        text=True,
        check=False,
    )
    return [int(pid) for pid in listed.stdout.split()]


def brightest(shot: NDArray[np.uint8], view: ViewState) -> tuple[float, NDArray[np.intp]]:
    """The brightest row of the picture, as a fraction from the bottom, and where it is lit."""
    left, top, right, bottom = PICTURE
    picture = shot[top + 80 : bottom, left:right].astype(int).sum(axis=2)  # below the pill
    row = int(np.argmax(np.sort(picture, axis=1)[:, -20:].sum(axis=1)))
    same = np.flatnonzero((picture == picture[row]).all(axis=1))
    line = picture[row]
    return 1 - (same.mean() + 0.5 + 80) / view.height, np.flatnonzero(line > line.max() * 0.8)


@pytest.mark.parametrize("hz", [440.0, 3000.0])
def test_a_tone_in_a_file_is_on_its_row_and_at_its_time(
    hz: float, start: Start, tmp_path: Path
) -> None:
    t = np.arange(SR) / SR
    y = 0.5 * np.sin(2 * np.pi * hz * t) * ((t >= 0.4) & (t < 0.7))
    path = tmp_path / "tone.wav"
    soundfile.write(path, y, SR, subtype="PCM_16")
    stats, shot = run(start, tmp_path, "--source", str(path), "--span", "2", "--seconds", "2")
    assert shot.shape == (720, 1280, 3)
    assert stats["samples"] == SR
    assert stats["columns"] == (SR - 2048) // 480 + 1
    view = ViewState(FrontEnd(sr=SR, hop_length=480), 1144, 580, 2.0, -70, 30)
    fraction, lit = brightest(shot, view)
    assert abs(fraction - view.fraction_of(hz)) <= 1 / 128 + 1 / 580
    edge_s = (1024 + (stats["columns"] - 0.5) * 480) / SR  # the right edge, in the file's time
    begin_s, end_s = (edge_s - (1144 - x) * 2.0 / 1144 for x in (lit[0], lit[-1] + 1))
    assert begin_s == pytest.approx(0.4, abs=0.02 + 2 / 1144)
    assert end_s == pytest.approx(0.7, abs=0.02 + 2 / 1144)


@pytest.mark.parametrize("name", ["linear", "log"])
def test_a_tone_is_on_its_row_in_the_other_views(name: str, start: Start, tmp_path: Path) -> None:
    hz = 3000.0
    path = tmp_path / "tone.wav"
    soundfile.write(path, 0.5 * np.sin(2 * np.pi * hz * np.arange(SR) / SR), SR)
    arguments = ("--source", str(path), "--view", name, "--span", "1", "--seconds", "1.5")
    _, shot = run(start, tmp_path, *arguments)
    fe = FrontEnd(sr=SR, hop_length=480, representation=name)
    view = ViewState(fe, 1144, 580, 1.0, -70, 30)
    fraction, _ = brightest(shot, view)
    assert abs(fraction - view.fraction_of(hz)) <= 1 / fe.n_rows + 2 / 580


def test_tones_through_the_microphone_stand_as_far_apart_as_they_were_played(
    start: Start, desk: VirtualDesk, tmp_path: Path
) -> None:
    t = np.arange(round(2.6 * SR)) / SR
    low = ((t >= 0.5) & (t < 0.7)) * np.sin(2 * np.pi * 1000 * t)
    high = ((t >= 1.9) & (t < 2.1)) * np.sin(2 * np.pi * 5000 * t)
    stats_path, shot_path = tmp_path / "stats.json", tmp_path / "shot.png"
    process = start(
        *("--span", "5", "--seconds", "5"),
        *("--stats", str(stats_path), "--screenshot", str(shot_path)),
    )
    window_of(desk)
    desk.microphone.play((16_000 * (low + high)).astype(np.int16))
    assert process.wait(30) == 0
    stats = json.loads(stats_path.read_text())
    assert (stats["samples_lost"], stats["columns_lost"]) == (0, 0)
    with Image.open(shot_path) as image:
        picture = np.asarray(image.convert("RGB")).astype(int).sum(axis=2)
    left, top, right, bottom = PICTURE
    view = ViewState(FrontEnd(sr=SR, hop_length=480), right - left, bottom - top, 5.0, -70, 30)
    starts = []
    for hz in (1000.0, 5000.0):
        row = bottom - 1 - int(view.fraction_of(hz) * view.height)
        line = picture[row, left:right]
        starts.append(np.flatnonzero(line > 0.8 * line.max())[0])
    apart_s = (starts[1] - starts[0]) * 5.0 / (right - left)
    assert apart_s == pytest.approx(1.4, abs=0.02 + 5 / 1144)


def test_a_busy_computer_loses_no_sound_and_no_column(
    start: Start, desk: VirtualDesk, tmp_path: Path
) -> None:
    spin = [sys.executable, "-c", "while True: pass"]
    hogs = [subprocess.Popen(spin) for _ in range(os.cpu_count() or 2)]
    try:
        stats, _ = run(start, tmp_path, "--seconds", "4")
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()
    assert (stats["samples_lost"], stats["columns_lost"], stats["gaps"]) == (0, 0, [])
    assert stats["columns"] == pytest.approx(stats["samples"] / 480, abs=6)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_both_processes_and_leaves_nothing(
    number: signal.Signals, start: Start, desk: VirtualDesk
) -> None:
    process = start()
    window_of(desk)
    capture = children(process)
    assert capture
    process.send_signal(number)
    assert process.wait(2) == 128 + number
    wait_for(lambda: all(is_gone(pid) for pid in capture), 1)


def test_closing_the_window_ends_both_processes(start: Start, desk: VirtualDesk) -> None:
    process = start()
    window = window_of(desk)
    capture = children(process)
    tool(desk, "windowactivate", "--sync", window, "key", "ctrl+q")
    assert process.wait(2) == 0
    wait_for(lambda: all(is_gone(pid) for pid in capture), 1)


def test_killing_the_program_leaves_no_capture_process(start: Start, desk: VirtualDesk) -> None:
    process = start()
    window_of(desk)
    capture = children(process)
    process.kill()
    wait_for(lambda: all(is_gone(pid) for pid in capture), 2)


def test_without_a_device_the_demo_opens_with_a_banner_that_says_why(
    start: Start, desk: VirtualDesk, tmp_path: Path
) -> None:
    desk.env["PULSE_SERVER"] = "unix:/nowhere"
    stats, shot = run(start, tmp_path, "--seconds", "2")
    assert stats["source"].startswith("Demo: ")
    assert stats["columns"] > 50
    amber = np.array([0xE9, 0xB0, 0x4A])
    assert np.all(shot[50, 600:1200] == amber)


def test_without_portaudio_and_a_sound_server_the_demo_opens_too(
    start: Start, desk: VirtualDesk, tmp_path: Path
) -> None:
    # The real thing: the loader finds no library of that name.
    library = subprocess.run(
        [sys.executable, "-c", "import ctypes.util; print(ctypes.util.find_library('portaudio'))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert library != "None"
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text(
        "import ctypes.util\n"
        "find = ctypes.util.find_library\n"
        "ctypes.util.find_library = lambda n: None if n == 'portaudio' else find(n)\n"
    )
    desk.env["PYTHONPATH"] = str(hidden)
    desk.env["PULSE_SERVER"] = "unix:/nowhere"
    stats, shot = run(start, tmp_path, "--seconds", "2")
    assert stats["source"].startswith("Demo: ")
    assert np.all(shot[50, 700:1200] == np.array([0xE9, 0xB0, 0x4A]))


def test_raw_sound_on_stdin_is_shown(start: Start, tmp_path: Path) -> None:
    stats = tmp_path / "stats.json"
    process = start(
        *("--source", "-", "--sr", "16000", "--channels", "2", "--format", "f32le"),
        *("--seconds", "1.5", "--stats", str(stats)),
        stdin=subprocess.PIPE,
    )
    assert process.stdin is not None
    noise = 0.1 * np.random.default_rng(0).standard_normal((16_000, 2))
    process.stdin.write(noise.astype(np.float32).tobytes())
    process.stdin.close()
    process.stdin = None
    assert process.wait(20) == 0
    written = json.loads(stats.read_text())
    assert (written["samples"], written["sr"]) == (16_000, 16_000)
    assert written["columns"] == (16_000 - 2048) // 160 + 1


def test_mouse_and_keyboard_reach_every_control(
    start: Start, desk: VirtualDesk, tmp_path: Path
) -> None:
    shot = tmp_path / "shot.png"
    process = start("--source", "demo:vowels", "--screenshot", str(shot), "--size", "1280x720")
    window = window_of(desk)
    tool(desk, "windowactivate", "--sync", window)

    def click(x: int, y: int, button: str = "1") -> None:
        tool(desk, "mousemove", "--window", window, str(x), str(y), "click", button)

    click(400, 22)  # the front-end's panel: search, list, n_fft, then three fields on to n_mels
    tool(desk, "key", "--delay", "60", "Tab", "Tab")
    tool(desk, "key", "--delay", "60", "ctrl+a")
    tool(desk, "type", "1024")
    tool(desk, "key", "--delay", "60", "Tab", "Tab", "Tab", "ctrl+a")
    tool(desk, "type", "40")
    tool(desk, "key", "Return")
    click(1224, 300, "5")  # the wheel on the colour bar
    tool(desk, "key", "--delay", "60", "plus", "f", "t")
    tool(desk, "key", "space")
    tool(desk, "key", "ctrl+q")
    assert process.wait(10) == 0
    with Image.open(shot) as image:
        picture = np.asarray(image.convert("RGB"))
    assert tuple(picture[5, 5]) == (0xF4, 0xF5, 0xF6)  # T: light
    assert tuple(picture[22, 1140]) == (0x0F, 0x6F, 0x9C)  # Space: the button is down
    _, top, right, bottom = PICTURE
    rows = picture[top:bottom, right - 30]
    edges = np.flatnonzero(np.any(rows[1:] != rows[:-1], axis=1)) + 1
    assert len(edges) > 10
    # Colours change only from one of the 40 bands to the next, to within a pixel.
    from_band = np.abs(edges - np.rint(edges * 40 / (bottom - top)) * (bottom - top) / 40)
    assert from_band.max() <= 1


def test_a_stopped_program_loses_no_sample_of_its_recording(
    start: Start, desk: VirtualDesk, tmp_path: Path
) -> None:
    """It stands still for 3 s, with all its threads; the capture process goes on."""
    path, stats = tmp_path / "take.wav", tmp_path / "stats.json"
    process = start("--record", str(path), "--stats", str(stats))
    window_of(desk)
    desk.microphone.play(SAWTOOTH, loop=True)
    wait_for(lambda: path.exists() and path.stat().st_size > 4 * 2 * SR, 10)
    process.send_signal(signal.SIGSTOP)
    stopped = time.monotonic()
    wait_for(lambda: time.monotonic() > stopped + 3, 5)
    process.send_signal(signal.SIGCONT)
    size = path.stat().st_size
    wait_for(lambda: path.stat().st_size > size + 5 * 8 * SR, 20)
    process.terminate()
    assert process.wait(5) == 128 + signal.SIGTERM
    recorded = json.loads(stats.read_text())["recorded"]
    sound, sr = soundfile.read(path, dtype="float32", always_2d=True)
    assert (sr, len(sound), recorded["gaps"]) == (SR, recorded["samples"], [])
    assert len(sound) > 5.5 * SR
    assert_sawtooth(sound[:, 0])


def test_the_key_r_turns_the_red_light_on_and_off(
    start: Start, desk: VirtualDesk, tmp_path: Path
) -> None:
    desk.env["XDG_MUSIC_DIR"] = str(tmp_path)
    process = start("--source", "demo:vowels")
    window = window_of(desk)
    tool(desk, "windowactivate", "--sync", window, "key", "r")

    def light() -> bool:
        shot = desk.screen.screenshot(tmp_path / "screen.bmp")
        with Image.open(shot) as image:
            pixels = np.asarray(image.convert("RGB")).astype(int)
        return bool((np.abs(pixels - (0xFF, 0x5A, 0x52)).sum(axis=2) == 0).sum() > 50)

    wait_for(light, 10)
    (path,) = (tmp_path / "Recordings").glob("livemel-*.wav")
    wait_for(lambda: path.stat().st_size > 4 * SR, 10)
    tool(desk, "windowactivate", "--sync", window, "key", "r")
    wait_for(lambda: not light(), 10)
    assert soundfile.info(path).frames >= SR - 100
    process.terminate()
    process.wait(5)


def test_a_full_disk_ends_the_recording_and_not_the_program(
    desk: VirtualDesk, small_disk: SmallDisk, tmp_path: Path
) -> None:
    disk, copy, stats = tmp_path / "disk", tmp_path / "copy.wav", tmp_path / "stats.json"
    disk.mkdir()
    livemel = f"{sys.executable} -m livemel --source demo:vowels --seconds 4 --stats {stats}"
    # Not cp: it asks for more than there is to copy, which the limit to a file's size forbids.
    keep = f"dd status=none if={disk}/take.wav of={copy}"
    script = f"{livemel} --record {disk}/take.wav; code=$?; {keep}; exit $code"
    done = small_disk.run(["sh", "-c", script], disk, 300, desk.env)
    assert done.returncode == 2
    why = RECORDERS_WORDS[small_disk.error]
    assert done.stderr == f"livemel: {why}: the recording ended after 0:01 in {disk}/take.wav\n"
    written = json.loads(stats.read_text())
    assert written["samples"] > 3 * SR
    assert soundfile.info(copy).frames == written["recorded"]["samples"] > SR
