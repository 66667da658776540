"""The panels as a person sees them: on a screen, with keys, of sound through a microphone."""

import signal
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.rig.desk import VirtualDesk
from tests.test_real_window import SR, Start, start, tool, wait_for, window_of  # noqa: F401

ACCENT, RED, WAVE = (0x5C, 0xB3, 0xD9), (0xFF, 0x5A, 0x52), (0x8D, 0x97, 0x9F)
# Of a window of 1280x720 with slice, waveform strip and levels of one channel: the image, the
# strip below it and the bar of the levels, as left, top, right, bottom.
LEFT, RIGHT = 56, 984
SIZE = ("--size", "1280x720")


def is_colour(shot: np.ndarray, colour: tuple[int, int, int]) -> np.ndarray:
    return np.all(shot == colour, axis=-1)


def picture(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB")).astype(int)


def bursts(*times_s: float, length_s: float = 2.5) -> np.ndarray:
    """A tone of 1 kHz at half of full scale, 0.2 s from each of these times on: int16."""
    t = np.arange(round(length_s * SR)) / SR
    on = np.any([(t >= at) & (t < at + 0.2) for at in times_s], axis=0)
    return (16_384 * np.sin(2 * np.pi * 1000 * t) * on).astype(np.int16)


def wave_rows(shot: np.ndarray) -> np.ndarray:
    """How high the waveform is at each x of the image: shape (RIGHT - LEFT,)."""
    below = shot[500:620, LEFT:RIGHT]
    return is_colour(below, WAVE).sum(axis=0)


@pytest.mark.parametrize("name", ["moving", "frozen"])
def test_the_waveform_is_in_time_with_the_picture(
    name: str,
    start: Start,  # noqa: F811
    desk: VirtualDesk,
    tmp_path: Path,
) -> None:
    shot = tmp_path / "shot.png"
    process = start(*SIZE, "--span", "5", "--screenshot", str(shot))
    window = window_of(desk)
    tool(desk, "windowactivate", "--sync", window, "key", "--delay", "60", "F2", "F3", "F4")
    desk.microphone.play(bursts(0.3, 1.7)).wait(20)
    if name == "frozen":
        tool(desk, "windowactivate", "--sync", window, "key", "space")
    tool(desk, "key", "ctrl+q")
    assert process.wait(10) == 0
    pixels = picture(shot)
    loud = np.flatnonzero(wave_rows(pixels) > 30)
    edges = np.flatnonzero(np.diff(loud) > 20)
    assert len(edges) == 1, "two bursts"
    # The row of 1 kHz: its bursts have the same middles, to a column and a pixel.
    image = pixels[90:470, LEFT:RIGHT].sum(axis=2)
    line = image[np.argmax(np.sort(image, axis=1)[:, -60:].sum(axis=1))]
    lit = np.flatnonzero(line > 0.9 * line.max())
    for ours, theirs in zip(np.split(loud, edges + 1), _runs(lit), strict=True):
        assert abs((ours[0] + ours[-1]) / 2 - (theirs[0] + theirs[-1]) / 2) <= 2
    apart_s = (loud[edges[0] + 1] - loud[0]) * 5.0 / (RIGHT - LEFT)
    assert apart_s == pytest.approx(1.4, abs=2 * 5.0 / (RIGHT - LEFT))


def _runs(at: np.ndarray) -> list[np.ndarray]:
    return np.split(at, np.flatnonzero(np.diff(at) > 20) + 1)


def test_a_clipped_sound_has_a_red_mark_and_its_levels_are_told(
    start: Start,  # noqa: F811
    desk: VirtualDesk,
    tmp_path: Path,
) -> None:
    shot = tmp_path / "shot.png"
    # Without the brackets of findings, which are red there too.
    options = "--no-diagnosis", "--panels", "slice,waveform,levels"
    process = start(*SIZE, *options, "--screenshot", str(shot))
    window = window_of(desk)
    t = np.arange(round(0.7 * SR)) / SR
    loud = np.clip(40_000 * np.sin(2 * np.pi * 1000 * t), -32_768, 32_767).astype(np.int16)
    sine = 16_384 * np.sin(2 * np.pi * 1000 * np.arange(20 * SR) / SR)
    desk.microphone.play(np.concatenate([loud, sine.astype(np.int16)]))
    screen = tmp_path / "screen.bmp"

    def bar() -> int:
        """How long the bar of the RMS is, px."""
        rows = is_colour(picture(desk.screen.screenshot(screen)), ACCENT)
        return int(np.sort(rows.sum(axis=1))[-4])  # of the slice's outline there is less

    # -9.03 dB FS RMS on a bar of 872 px from -60 to 0 dB.
    wait_for(lambda: abs(bar() - 872 * (60 - 9.03) / 60) < 8, 20)
    tool(desk, "windowactivate", "--sync", window, "key", "ctrl+q")
    assert process.wait(10) == 0
    strip = picture(shot)[560:620, LEFT:RIGHT]  # below the overview, which has reds of its own
    red = np.flatnonzero(is_colour(strip, RED).any(axis=0))
    clipped = is_colour(picture(shot)[66:80, LEFT:RIGHT], RED).any(axis=0)
    assert len(red) > 5
    assert abs(red.mean() - np.flatnonzero(clipped).mean()) < 6  # as in the picture itself


def test_the_f0_line_is_white_on_the_picture_and_its_key_takes_it_away(
    start: Start,  # noqa: F811
    desk: VirtualDesk,
    tmp_path: Path,
) -> None:
    process = start(*SIZE, "--view", "log")
    window = window_of(desk)
    t = np.arange(20 * SR) / SR
    voice = sum(4000 / h * np.cos(2 * np.pi * 200 * h * t + h) for h in range(1, 6))
    desk.microphone.play(voice.astype(np.int16))

    def white() -> int:
        shot = picture(desk.screen.screenshot(tmp_path / "screen.bmp"))
        left = int(tool(desk, "getwindowgeometry", "--shell", window).split("X=")[1].split()[0])
        image = shot[:, left + LEFT + 200 : left + 1190]  # right of the line's own name
        return int((image.min(axis=2) > 200).sum())

    before = white()
    tool(desk, "windowactivate", "--sync", window, "key", "F5")
    wait_for(lambda: white() > before + 100, 20)
    tool(desk, "windowactivate", "--sync", window, "key", "F5")
    wait_for(lambda: white() <= before + 10, 20)
    process.terminate()
    assert process.wait(5) == 128 + signal.SIGTERM


@pytest.mark.parametrize("keys", [["F2"], ["F2", "F11"]])
def test_a_signal_ends_the_window_with_all_panels_shown(
    keys: list[str],
    start: Start,  # noqa: F811
    desk: VirtualDesk,
) -> None:
    process = start("--panels", "waveform,levels,f0", "--source", "demo:vowels", "--span", "20")
    window = window_of(desk)
    tool(desk, "windowactivate", "--sync", window, "key", "--delay", "300", *keys)
    process.terminate()
    _, said = process.communicate(timeout=5)
    assert (process.returncode, said) == (128 + signal.SIGTERM, b"")
