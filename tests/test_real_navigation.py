"""Moving and measuring as a person does it: a real wheel, a real drag, real keys."""

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from PIL import Image

from tests.rig.desk import VirtualDesk
from tests.test_real_settings import end, press, start
from tests.test_real_window import PICTURE, SR, tool, wait_for, window_of

LEFT, TOP, RIGHT, BOTTOM = PICTURE
SECONDS, BEGIN_S, END_S, HZ = 3.0, 1.2, 1.6, 3000.0

Shot = NDArray[np.uint8]
Look = Callable[[], Shot]


@pytest.fixture
def window(desk: VirtualDesk, tmp_path: Path) -> Iterator[str]:
    """A file with one burst of a tone, at its end: two seconds are on the screen."""
    t = np.arange(round(SECONDS * SR)) / SR
    y = 0.5 * np.sin(2 * np.pi * HZ * t) * ((t >= BEGIN_S) & (t < END_S))
    path = tmp_path / "burst.wav"
    soundfile.write(path, y, SR)
    process = start(desk, "--source", str(path), "--span", "2", "--cmap", "gray", "--no-settings")
    yield window_of(desk)
    process.terminate()
    end(process, 128 + 15)


@pytest.fixture
def look(desk: VirtualDesk, window: str, tmp_path: Path) -> Look:
    """The picture as it is on the screen: shape (height, width, 3)."""

    def look_() -> Shot:
        path = tmp_path / "shot.bmp"
        desk.screen.screenshot(path)
        told = subprocess.run(
            ["xwininfo", "-id", window], env=desk.env, capture_output=True, text=True, check=True
        ).stdout
        x, y = (int(n) for n in re.findall(r"Absolute upper-left [XY]:\s+(-?\d+)", told))
        with Image.open(path) as image:
            whole = np.asarray(image.convert("RGB"))
        return whole[y + TOP : y + BOTTOM, x + LEFT : x + RIGHT]

    return look_


def burst(picture: Shot) -> tuple[int, int, int]:
    """Where the tone stands: its first and last column, and how many rows are bright."""
    grey = picture.astype(int)
    # White words and lines are not of the sound: the middle third of the height has none.
    lit = grey[..., 0] > 150
    rows = np.flatnonzero(lit.sum(axis=1) > 20)
    columns = np.flatnonzero(lit[rows].sum(axis=0) > len(rows) / 2)
    if not len(columns):  # in the midst of being drawn
        return 0, 0, 0
    return int(columns[0]), int(columns[-1]), len(rows)


@pytest.fixture
def ended(look: Look) -> tuple[int, int, int]:
    """Where the burst is once the file has ended."""
    expected = (RIGHT - LEFT) * (BEGIN_S - SECONDS + 2.0) / 2.0
    at = (0, 0, 0)

    def settled() -> bool:
        nonlocal at
        picture = look()
        if (picture[..., 0] > 150).sum() < 500:
            return False
        before, at = at, burst(picture)
        return before == at and abs(at[0] - expected) < 40

    wait_for(settled, 20)
    return at


def point(desk: VirtualDesk, window: str, x: int, y: int) -> None:
    tool(desk, "mousemove", "--window", window, "--sync", str(LEFT + x), str(TOP + y))


def wheel(desk: VirtualDesk, notches: int, held: str = "") -> None:
    keys = (["keydown", held], ["keyup", held]) if held else ([], [])
    button = "4" if notches > 0 else "5"
    turned = ["click", "--repeat", str(abs(notches)), "--delay", "40", button]
    tool(desk, *keys[0], *turned, *keys[1])


def test_the_wheel_zooms_around_the_pointer_and_a_double_click_resets(
    desk: VirtualDesk, window: str, look: Look, ended: tuple[int, int, int]
) -> None:
    press(desk, window, "space")
    first, last, rows = ended
    middle = (first + last) // 2
    point(desk, window, middle, 100)
    wheel(desk, 2)
    wide = (last - first) * 1.25**2

    def zoomed() -> bool:
        left, right, _ = burst(look())
        return abs(right - left - wide) < 25 and abs((left + right) / 2 - middle) < 15

    wait_for(zoomed, 5)
    wheel(desk, 3, "ctrl")
    wait_for(lambda: burst(look())[2] > 1.5 * rows, 5)
    tool(desk, "click", "--repeat", "2", "--delay", "30", "1")
    wait_for(lambda: abs(burst(look())[1] - burst(look())[0] - (last - first)) < 10, 5)


def test_a_drag_takes_the_sound_along(
    desk: VirtualDesk, window: str, look: Look, ended: tuple[int, int, int]
) -> None:
    first = ended[0]
    point(desk, window, first + 300, 100)
    tool(desk, "mousedown", "1")
    for x in (330, 370, 400):
        point(desk, window, first + x, 100)
    tool(desk, "mouseup", "1")
    wait_for(lambda: abs(burst(look())[0] - first - 100) < 5, 5)
    press(desk, window, "ctrl+z")
    wait_for(lambda: abs(burst(look())[0] - first) < 5, 5)
    press(desk, window, "Home")
    at_home = (RIGHT - LEFT) * BEGIN_S / 2.0
    wait_for(lambda: abs(burst(look())[0] - at_home) < 40, 5)
    press(desk, window, "End")
    wait_for(lambda: abs(burst(look())[0] - first) < 5, 5)


def test_a_click_draws_a_cursor_and_esc_takes_it_away(
    desk: VirtualDesk, window: str, look: Look, ended: tuple[int, int, int]
) -> None:
    x = 700

    def is_drawn() -> bool:
        column = look()[200:, x - 1 : x + 2].astype(int).min(axis=2).max(axis=1)
        return bool(np.median(column) > 200)

    assert not is_drawn()
    point(desk, window, x, 300)
    tool(desk, "click", "1")
    point(desk, window, 400, 500)
    wait_for(is_drawn, 5)
    press(desk, window, "Escape")
    wait_for(lambda: not is_drawn(), 5)


def test_the_overview_takes_the_picture_where_it_is_pressed(
    desk: VirtualDesk, window: str, look: Look, ended: tuple[int, int, int]
) -> None:
    first = ended[0]
    x = RIGHT - LEFT - round((RIGHT - LEFT) * 2.4 / 30.0)
    tool(desk, "mousemove", "--window", window, "--sync", str(LEFT + x), str(BOTTOM + 44))
    tool(desk, "click", "1")
    # Left of the handle: the oldest second is shown then; a second is half the picture.
    wait_for(lambda: burst(look())[0] > first + 300, 5)
