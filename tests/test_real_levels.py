"""The colour bar, the colours and the levels as a person meets them: a real mouse, real keys."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from livemel.settings import Settings, load
from livemel.ui.colormaps import lookup_table
from livemel.ui.colour_bar import TOP, WIDTH
from livemel.ui.range_handle import TAB
from numpy.typing import NDArray
from PIL import Image

from tests.rig.desk import VirtualDesk
from tests.test_real_settings import end, kept, press, start
from tests.test_real_window import PICTURE, tool, wait_for, window_of

# The bar begins so far right of the picture; its colours, and a handle that rests.
LEFT = PICTURE[2] + 16 - TAB
COLOURS = LEFT + TAB + (WIDTH - TAB) // 2
HIGH, LOW = PICTURE[1] + TOP + 10, PICTURE[3] - 10


@pytest.fixture
def window(desk: VirtualDesk) -> Iterator[str]:
    """The program on a demo that keeps what is chosen; its window."""
    process = start(desk, "--source", "demo", "--settings")
    name = window_of(desk)
    yield name
    press(desk, name, "ctrl+q")
    end(process)


def origin(desk: VirtualDesk, window: str) -> tuple[int, int]:
    x, y = re.findall(r"Absolute upper-left [XY]:\s+(-?\d+)", info(desk, window))
    return int(x), int(y)


def info(desk: VirtualDesk, window: str) -> str:
    return subprocess.run(
        ["xwininfo", "-id", window], env=desk.env, capture_output=True, text=True, check=True
    ).stdout


def shot(desk: VirtualDesk, window: str, path: Path) -> NDArray[np.uint8]:
    """The window as it is on the screen: shape (720, 1280, 3)."""
    desk.screen.screenshot(path)
    x, y = origin(desk, window)
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))[y : y + 720, x : x + 1280]


def move(desk: VirtualDesk, window: str, x: int, y: int) -> None:
    left, top = origin(desk, window)
    tool(desk, "mousemove", "--sync", str(left + x), str(top + y))


def drag(desk: VirtualDesk, window: str, begin: tuple[int, int], by: int) -> None:
    """Press, go there in steps; the button stays down."""
    move(desk, window, *begin)
    tool(desk, "mousedown", "1")
    for part in range(1, 6):
        move(desk, window, begin[0], begin[1] + by * part // 5)


def level_range(desk: VirtualDesk) -> tuple[float, float] | None:
    return load(kept(desk)).settings.level_range


def bar(image: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """The bar's colours from its top, between its outlines."""
    column = image[PICTURE[1] + TOP + 1 : PICTURE[3] - 1, COLOURS].astype(np.uint32)
    return 0xFF000000 | column[:, 0] << 16 | column[:, 1] << 8 | column[:, 2]


@pytest.mark.parametrize(("handle", "by", "end_"), [(HIGH, 150, 1), (LOW, -150, 0)])
def test_a_handle_is_dragged_with_the_mouse(
    handle: int, by: int, end_: int, desk: VirtualDesk, window: str, tmp_path: Path
) -> None:
    drag(desk, window, (LEFT + 4, handle), by)
    wait_for(lambda: level_range(desk) is not None, 5)
    held = shot(desk, window, tmp_path / "held.bmp")
    tool(desk, "mouseup", "1")
    chosen = level_range(desk)
    assert chosen is not None
    # 100 dB stand between the handles as they rest.
    moved = 150 * 100 / (LOW - HIGH)
    wanted = (-65.0, 35.0 - moved) if end_ else (-65.0 + moved, 35.0)
    assert chosen == pytest.approx(wanted, abs=5.5)
    assert chosen[1 - end_] == round(chosen[1 - end_])  # the other one did not move
    # While it was held, its value stood beside it, over the picture.
    raised, text = (0x1E, 0x23, 0x27), (0xD7, 0xDC, 0xE0)
    beside = held[handle + by - 8 : handle + by + 8, LEFT - 60 : LEFT - 8].reshape(-1, 3)
    assert np.all(beside == raised, axis=1).mean() > 0.4
    assert np.any(np.all(beside == text, axis=1))
    ends = bar(held)
    beyond = ends[:100] if end_ else ends[-100:]
    assert set(beyond.tolist()) == {int(lookup_table("magma")[-1 if end_ else 0])}


def test_the_handles_are_reached_by_tab_and_moved_by_arrows(desk: VirtualDesk, window: str) -> None:
    move(desk, window, COLOURS, 300)
    tool(desk, "click", "1")  # the bar has the focus
    press(desk, window, "Tab", "Up")
    wait_for(lambda: level_range(desk) is not None, 5)
    low, high = level_range(desk) or (0.0, 0.0)
    press(desk, window, "Tab", "Down", "Down", "shift+Up")
    wait_for(lambda: level_range(desk) == (low - 9.0, high), 5)


def test_a_double_click_on_a_handle_fits_and_a_turns_the_range_over_to_the_sound(
    desk: VirtualDesk, window: str
) -> None:
    move(desk, window, LEFT + 4, HIGH)
    tool(desk, "click", "--repeat", "2", "--delay", "80", "1")
    wait_for(lambda: level_range(desk) is not None, 5)
    press(desk, window, "a")
    wait_for(lambda: load(kept(desk)).settings == Settings(auto_range=True), 5)
    move(desk, window, COLOURS, 300)
    tool(desk, "click", "4")  # the wheel: by hand again
    wait_for(lambda: load(kept(desk)).settings.auto_range is False, 5)
    assert level_range(desk) is not None


def test_colours_are_reversed_and_levels_weighted_by_keys(
    desk: VirtualDesk, window: str, tmp_path: Path
) -> None:
    press(desk, window, "shift+c", "i")
    wanted = Settings(cmap="magma_r", weighting="A")
    wait_for(lambda: load(kept(desk)).settings == wanted, 5)
    colours = bar(shot(desk, window, tmp_path / "reversed.bmp"))
    assert (colours[2], colours[-3]) == tuple(lookup_table("magma")[[0, -1]])


def test_a_full_scale_sine_is_calibrated_in_the_dialog(desk: VirtualDesk, window: str) -> None:
    for spl in ("117.5", "120.0"):
        press(desk, window, "shift+i")
        wait_for(lambda: "Calibrate" in active(desk), 5)
        # The first time the sound is asked for; later, full scale, which is known.
        if spl == "117.5":
            tool(desk, "key", "--delay", "60", "Down", "Tab")
        else:
            tool(desk, "key", "--delay", "60", "Tab")
        tool(desk, "key", "ctrl+a")
        tool(desk, "type", "--delay", "60", spl)
        tool(desk, "key", "Return")
        wait_for(lambda: calibrations(desk) == {"Demo: Two people talking": float(spl)}, 5)  # noqa: B023
        wait_for(lambda: active(desk).startswith("livemel"), 5)


def active(desk: VirtualDesk) -> str:
    return tool(desk, "getactivewindow", "getwindowname")


def calibrations(desk: VirtualDesk) -> dict[str, float]:
    return dict(load(kept(desk)).settings.calibrations)


def test_the_bar_is_whole_at_twice_the_size(desk: VirtualDesk, tmp_path: Path) -> None:
    desk.env["QT_SCALE_FACTOR"] = "2"
    out = tmp_path / "shot.png"
    end(start(desk, "--source", "demo", "--size", "900x500", "--spl-offset", "94",
              "--weighting", "A", "--seconds", "2", "--screenshot", str(out)))  # fmt: skip
    with Image.open(out) as image:
        shown = np.asarray(image.convert("RGB"))
    assert shown.shape == (1000, 1800, 3)
    column = shown[2 * (PICTURE[1] + TOP) : 2 * (500 - 88), 2 * (900 - 80 + 16 + 8)]
    packed = 0xFF000000 | column[:, 0].astype(int) << 16 | column[:, 1].astype(int) << 8
    packed |= column[:, 2]
    known = np.isin(packed, lookup_table("magma"))
    assert known.mean() > 0.95  # but for the handles' lines and the outline
