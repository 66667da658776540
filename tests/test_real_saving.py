"""Saving as a person does it: the program on a screen, sound through a microphone, real keys."""

import io
import json
import shlex
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from tests.rig.daemon import need
from tests.rig.desk import VirtualDesk
from tests.rig.sawtooth import SAWTOOTH, assert_sawtooth
from tests.test_real_settings import end, press, start
from tests.test_real_window import tool, wait_for, window_of

SR = 48_000
FILES = ["columns.npz", "recipe.json", "reproduce.txt", "sound.wav"]


@pytest.fixture
def home(desk: VirtualDesk, tmp_path: Path) -> Path:
    """The person's folders for music and pictures."""
    desk.env |= {"XDG_MUSIC_DIR": str(tmp_path / "m"), "XDG_PICTURES_DIR": str(tmp_path / "p")}
    return tmp_path


def dialog(desk: VirtualDesk, name: str) -> str:
    return tool(desk, "search", "--sync", "--onlyvisible", "--name", f"^{name}").splitlines()[0]


def only(folder: Path) -> Path:
    """What is there, as soon as it is."""
    wait_for(lambda: folder.exists() and any(p.name[0] != "." for p in folder.iterdir()), 20)
    (found,) = (path for path in folder.iterdir() if path.name[0] != ".")
    return found


def test_sound_from_the_microphone_is_saved_and_export_reproduces_it_bit_for_bit(
    desk: VirtualDesk, home: Path
) -> None:
    process = start(desk, "--size", "1000x600")
    window = window_of(desk)
    desk.microphone.play(SAWTOOTH, loop=True)
    began = time.monotonic()
    wait_for(lambda: time.monotonic() > began + 3, 5)
    press(desk, window, "ctrl+s")
    press(desk, dialog(desk, "Save the last seconds"), "Return")
    folder = only(home / "m" / "Recordings")
    wait_for(lambda: sorted(path.name for path in folder.iterdir()) == FILES, 10)
    press(desk, window, "ctrl+q")
    end(process)
    sound, sr = soundfile.read(folder / "sound.wav", dtype="float32", always_2d=True)
    assert sr == SR
    assert len(sound) > 2 * SR
    assert_sawtooth(sound[:, 0])
    recipe = json.loads((folder / "recipe.json").read_text())
    assert recipe["sound"]["encoding"] == "16-bit integer"
    assert recipe["gaps"] == []
    _, *arguments = shlex.split(recipe["reproduce"]["livemel"])
    command = [sys.executable, "-m", "livemel", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=60)
    assert (folder / "again.npz").read_bytes() == (folder / "columns.npz").read_bytes()
    program = "\n".join([*recipe["reproduce"]["librosa"], 'np.save("librosa.npy", columns)'])
    subprocess.run([sys.executable, "-c", program], cwd=folder, check=True, timeout=120)
    ours, theirs = np.load(folder / "columns.npz")["features"], np.load(folder / "librosa.npy")
    assert ours.shape == theirs.shape
    # A sawtooth of full scale: bands far below its jump hold the rounding of 32-bit transforms.
    assert np.median(np.abs(ours - theirs)) <= 1e-4


def test_the_picture_goes_to_a_file_and_to_other_programs(desk: VirtualDesk, home: Path) -> None:
    process = start(desk, "--source", "demo:birdsong")
    window = window_of(desk)
    began = time.monotonic()
    wait_for(lambda: time.monotonic() > began + 2, 5)
    press(desk, window, "s")
    press(desk, dialog(desk, "Save the picture"), "Return")
    path = only(home / "p")
    with Image.open(path) as image:
        saved = np.asarray(image.convert("RGB"))
    assert saved.shape == (1063, 1890, 3)
    assert saved[300:800, 200:1600].std() > 20
    press(desk, window, "ctrl+c")
    ask = [need("xclip", "xclip"), "-selection", "clipboard", "-o", "-t"]

    def offered(kind: str) -> bytes:
        done = subprocess.run(
            [*ask, kind], env=desk.env, capture_output=True, check=False, timeout=20
        )
        return done.stdout

    wait_for(lambda: b"image/png" in offered("TARGETS").splitlines(), 10)
    with Image.open(io.BytesIO(offered("image/png"))) as image:
        assert image.size == (1890, 1063)
    press(desk, window, "ctrl+q")
    end(process)


def test_a_window_that_is_closed_meanwhile_leaves_a_whole_bundle(
    desk: VirtualDesk, home: Path
) -> None:
    process = start(desk, "--source", "demo:birdsong")
    window = window_of(desk)
    began = time.monotonic()
    wait_for(lambda: time.monotonic() > began + 4, 6)
    press(desk, window, "ctrl+s")
    press(desk, dialog(desk, "Save the last seconds"), "Return")
    press(desk, window, "ctrl+q")
    end(process)
    (folder,) = (home / "m" / "Recordings").iterdir()
    assert sorted(path.name for path in folder.iterdir()) == FILES
