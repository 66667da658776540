"""Settings, presenter mode and looks as a person meets them: the program itself on a screen."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from livemel.settings import Settings, load
from numpy.typing import NDArray
from PIL import Image

from tests.rig.desk import VirtualDesk
from tests.test_real_window import tool, wait_for, window_of

DARK, LIGHT, AMBER = (0x14, 0x17, 0x1A), (0xF4, 0xF5, 0xF6), (0xE9, 0xB0, 0x4A)


def kept(desk: VirtualDesk) -> Path:
    return Path(desk.env["XDG_CONFIG_HOME"]) / "livemel" / "settings.toml"


def keep(desk: VirtualDesk, data: bytes) -> Path:
    kept(desk).parent.mkdir(parents=True, exist_ok=True)
    kept(desk).write_bytes(data)
    return kept(desk)


def start(desk: VirtualDesk, *flags: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "livemel", *flags]
    return subprocess.Popen(command, env=desk.env, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)


def picture(
    desk: VirtualDesk, tmp_path: Path, *flags: str, seconds: float = 0.5
) -> NDArray[np.uint8]:
    """The window after so long; nothing was said on stderr."""
    shot = tmp_path / "shot.png"
    process = start(desk, "--seconds", str(seconds), "--screenshot", str(shot), *flags)
    _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (0, b"")
    with Image.open(shot) as image:
        return np.asarray(image.convert("RGB"))


def press(desk: VirtualDesk, window: str, *keys: str) -> None:
    tool(desk, "windowactivate", "--sync", window, "key", "--delay", "60", *keys)


def end(process: "subprocess.Popen[bytes]", code: int = 0) -> None:
    _, said = process.communicate(timeout=10)
    assert (process.returncode, said) == (code, b"")


def geometry(desk: VirtualDesk, window: str) -> tuple[int, ...]:
    told = tool(desk, "getwindowgeometry", window)
    return tuple(int(n) for n in re.findall(r"(-?\d+)[,x](-?\d+)", told)[1])


def test_what_was_chosen_with_the_keyboard_is_there_the_next_time(
    desk: VirtualDesk, tmp_path: Path
) -> None:
    process = start(desk)
    window = window_of(desk)
    press(desk, window, "t", "plus")
    wait_for(lambda: load(kept(desk)).settings == Settings(theme="light", span_s=5.0), 5)
    tool(desk, "windowsize", "--sync", window, "1000", "600")
    press(desk, window, "ctrl+q")
    end(process)
    shot = picture(desk, tmp_path, "--settings")
    assert shot.shape == (600, 1000, 3)
    assert tuple(shot[5, 5]) == LIGHT
    shot = picture(desk, tmp_path, "--settings", "--theme", "dark", "--size", "900x500")
    assert shot.shape == (500, 900, 3)
    assert tuple(shot[5, 5]) == DARK
    assert tuple(picture(desk, tmp_path)[5, 5]) == DARK  # a script's run
    assert load(kept(desk)).settings == Settings(theme="light", span_s=5.0, size=(1000, 600))


def test_a_choice_outlives_a_kill(desk: VirtualDesk) -> None:
    process = start(desk, "--source", "demo")
    press(desk, window_of(desk), "t")
    wait_for(lambda: load(kept(desk)).settings.theme == "light", 5)
    process.kill()
    end(process, -signal.SIGKILL)


@pytest.mark.parametrize(
    "data",
    [
        b"cmap = ",
        b"\xff\xfe\x00",
        b"a = " + b"[" * 5000,
        b'[source]\nname = "mic"\ndevice = "Stradivari"\n',
        b'[source]\nname = "demo:gone"\n',
        b'[source]\nname = "mic"\nchannel = 99\n',
        b'[frontend]\nname = "live"\n[frontend.changes]\nhop_length = 1\n',
    ],
)
def test_what_does_not_open_is_said_in_the_banner_and_the_window_opens(
    data: bytes, desk: VirtualDesk, tmp_path: Path
) -> None:
    path = keep(desk, data)
    # A device has to be asked for before it is known that it is not there.
    shot = picture(desk, tmp_path, "--settings", seconds=2 if b"mic" in data else 0.5)
    assert np.all(shot[50, 1000:1200] == AMBER)
    files = [file.read_bytes() for file in path.parent.iterdir()]
    assert files == [data]  # where it was, or aside


def test_a_reset_opens_with_the_defaults(desk: VirtualDesk, tmp_path: Path) -> None:
    path = keep(desk, b"theme = 'light'\nsize = [900, 500]\n")
    shot = picture(desk, tmp_path, "--reset-settings")
    assert shot.shape == (720, 1280, 3)
    assert tuple(shot[5, 5]) == DARK
    assert [file.name for file in path.parent.iterdir()] == ["settings.toml.old-1"]


@pytest.mark.parametrize("maximized", [False, True])
def test_presenter_mode_fills_the_screen_and_leaves_the_window_as_it_was(
    maximized: bool, desk: VirtualDesk, tmp_path: Path
) -> None:
    keep(desk, f"maximized = {str(maximized).lower()}\nsize = [1000, 600]\n".encode())
    process = start(desk, "--source", "demo")
    window = window_of(desk)
    wait_for(lambda: (geometry(desk, window) != (1000, 600)) == maximized, 5)
    before = geometry(desk, window)
    for key in ("F11", "Escape"):
        press(desk, window, "F11")
        wait_for(lambda: geometry(desk, window) == (1920, 1080), 5)
        press(desk, window, key)
        wait_for(lambda: geometry(desk, window) == before, 5)
    press(desk, window, "ctrl+q")
    end(process)
    settings = load(kept(desk)).settings
    assert settings == Settings(maximized=maximized, size=(1000, 600))


@pytest.mark.parametrize(("ground", "theme"), [(250, LIGHT), (30, DARK)])
def test_the_look_of_the_system_is_taken_on_where_that_is_chosen(
    ground: int, theme: tuple[int, ...], desk: VirtualDesk, tmp_path: Path
) -> None:
    desk.env |= {"QT_QPA_PLATFORMTHEME": "kde", "KDE_SESSION_VERSION": "5"}
    desk.env["QT_LOGGING_RULES"] = "qt.qpa.theme.dbus=false"  # the desk has no bus
    text = 255 - ground
    colours = (
        f"BackgroundNormal={ground},{ground},{ground}\nForegroundNormal={text},{text},{text}\n"
    )
    config = Path(desk.env["XDG_CONFIG_HOME"])
    config.mkdir(parents=True, exist_ok=True)
    sections = ("Window", "View", "Button")
    (config / "kdeglobals").write_text("".join(f"[Colors:{s}]\n{colours}" for s in sections))
    assert tuple(picture(desk, tmp_path, "--theme", "system")[5, 5]) == theme
    assert tuple(picture(desk, tmp_path)[5, 5]) == DARK


def test_the_sheet_of_keys_comes_and_goes_with_the_keyboard(desk: VirtualDesk) -> None:
    process = start(desk, "--source", "demo")
    window = window_of(desk)
    for opening, closing in (("question", "Escape"), ("F1", "F1")):
        press(desk, window, opening)
        wait_for(lambda: visible(desk, process) == 2, 5)
        tool(desk, "key", closing)
        wait_for(lambda: visible(desk, process) == 1, 5)
    press(desk, window, "ctrl+q")
    end(process)


def visible(desk: VirtualDesk, process: "subprocess.Popen[bytes]") -> int:
    try:
        found = tool(desk, "search", "--onlyvisible", "--pid", str(process.pid))
    except subprocess.CalledProcessError:  # a window went while it was looked at
        return 0
    return len(found.splitlines())
