"""Several channels as a person sees them: on a screen, from raw sound and through a microphone."""

import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from livemel.dsp.frontend import FrontEnd
from livemel.ui.view_state import ViewState
from PIL import Image

from tests.rig.daemon import need, run_tool
from tests.rig.desk import VirtualDesk
from tests.rig.microphone import VirtualMicrophone
from tests.rig.screen import VirtualScreen
from tests.test_real_window import PICTURE, SR, Start, start, tool, wait_for, window_of  # noqa: F401

TONES = (200.0, 400.0, 700.0, 1100.0, 1800.0, 3000.0, 5000.0, 9000.0)
LEFT, TOP, RIGHT, BOTTOM = PICTURE
BESIDE_NAME = 80
GAP = 4


@pytest.fixture
def desk(screen: VirtualScreen) -> Iterator[VirtualDesk]:
    """With a stereo microphone."""
    with VirtualMicrophone(channels=2) as microphone:
        thing = VirtualDesk(screen, microphone)
        yield thing
        thing.leave()


def tones(seconds: float, hz: tuple[float, ...]) -> np.ndarray:
    """A tone in each channel: int16, shape (n, channels)."""
    t = np.arange(round(seconds * SR))[:, np.newaxis] / SR
    return (12_000 * np.sin(2 * np.pi * np.array(hz) * t)).astype(np.int16)


def rows_of_tones(shot: np.ndarray, lanes: int) -> list[float]:
    """Where each lane of a window of 1280x720 is the brightest, from its bottom, as a fraction."""
    height = (BOTTOM - TOP - GAP * (lanes - 1)) / lanes
    found = []
    for n in range(lanes):
        top = round(TOP + n * (height + GAP))
        lane = shot[top + 2 : round(top + height) - 2, LEFT + BESIDE_NAME : RIGHT].sum(axis=2)
        light = lane.mean(axis=1)
        found.append(1 - (2 + np.flatnonzero(light == light.max()).mean() + 0.5) / height)
    return found


def fractions(hz: tuple[float, ...], height: int) -> list[float]:
    view = ViewState(FrontEnd(sr=SR, hop_length=480), 1144, height, 2.0, -70, 30)
    return [view.fraction_of(one) for one in hz]


def picture(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB")).astype(int)


def test_eight_channels_of_raw_sound_are_eight_lanes(
    start: Start,  # noqa: F811
    tmp_path: Path,
) -> None:
    raw, shot = tmp_path / "raw", tmp_path / "shot.png"
    raw.write_bytes(tones(1.5, TONES).tobytes())
    with raw.open("rb") as sound:
        options = "--source", "-", "--channels", "8", "--channel", "all", "--span", "1"
        process = start(
            *options, "--size", "1280x720", "--seconds", "3", "--screenshot", str(shot),
            stdin=sound.fileno(),
        )  # fmt: skip
        assert process.wait(20) == 0
    found = rows_of_tones(picture(shot), 8)[1:]  # over the first one stands that the sound ended
    assert found == pytest.approx(fractions(TONES[1:], 69), abs=2 / 69)


def test_the_picker_and_its_keys_choose_the_channels_of_a_microphone(
    start: Start,  # noqa: F811
    desk: VirtualDesk,
    tmp_path: Path,
) -> None:
    hz = (500.0, 4000.0)
    process = start("--size", "1280x720", "--span", "1", "--no-diagnosis")
    window = window_of(desk)
    desk.microphone.play(tones(30.0, hz))
    tool(desk, "windowactivate", "--sync", window)

    def found(lanes: int) -> list[float]:
        shot = tmp_path / "window.bmp"
        run_tool([need("import", "imagemagick"), "-window", window, str(shot)], desk.env)
        return rows_of_tones(picture(shot), lanes)

    def are(lanes: list[int]) -> bool:
        height = (BOTTOM - TOP - GAP * (len(lanes) - 1)) // len(lanes)
        expected = fractions(tuple(hz[n] for n in lanes), height)
        return found(len(lanes)) == pytest.approx(expected, abs=2 / 128)

    wait_for(lambda: are([0]), 20)
    tool(desk, "key", "--delay", "80", "k", "Down", "space", "Escape")
    wait_for(lambda: are([0, 1]), 20)
    # A click on the second lane's name, then V: it alone.
    tool(desk, "mousemove", "--window", window, str(LEFT + 20), str(TOP + 292 + 12), "click", "1")
    tool(desk, "key", "--delay", "80", "v")
    wait_for(lambda: are([1]), 20)
    # The button, and a click on the first row of what it opens.
    for x, y in ((310, 22), (350, 92)):
        tool(desk, "mousemove", "--window", window, str(x), str(y), "click", "1", "sleep", "0.5")
    wait_for(lambda: are([0]), 20)
    process.terminate()
    assert process.wait(5) == 128 + signal.SIGTERM
