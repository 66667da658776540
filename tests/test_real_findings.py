"""Findings as a person meets them: on a screen, with mouse and keys, through a microphone."""

import signal
from pathlib import Path

import numpy as np

from tests.rig.desk import VirtualDesk
from tests.test_real_panels import is_colour, picture
from tests.test_real_window import SR, Start, start, tool, wait_for, window_of  # noqa: F401

AMBER, RAISED = (0xE9, 0xB0, 0x4A), (0x1E, 0x23, 0x27)


def test_a_quiet_microphone_is_found_marked_listed_and_shown(
    start: Start,  # noqa: F811
    desk: VirtualDesk,
    tmp_path: Path,
) -> None:
    def shown(colour: tuple[int, int, int]) -> np.ndarray:
        """Where it is on the screen: shape (k, 2), y and x."""
        return np.argwhere(is_colour(picture(desk.screen.screenshot(tmp_path / "s.bmp")), colour))

    process = start("--size", "1280x720")
    window = window_of(desk)
    quiet = 3 * np.random.default_rng(0).standard_normal(20 * SR)  # about -80 dB FS
    desk.microphone.play(quiet.astype(np.int16))
    # A bracket along the picture's upper edge, and a word in the status line.
    wait_for(lambda: len(found := shown(AMBER)) > 500 and np.ptp(found[:, 0]) > 600, 20)
    controls = shown(RAISED)
    found = shown(AMBER)
    y, x = found[found[:, 0] > found[:, 0].max() - 20].mean(axis=0)
    tool(desk, "mousemove", str(round(x)), str(round(y)), "click", "1")
    below = controls[:, 0].max() + 20
    wait_for(lambda: np.sum(shown(RAISED)[:, 0] > below) > 5000, 10)
    tool(desk, "windowactivate", "--sync", window, "key", "d")
    wait_for(lambda: np.sum(shown(RAISED)[:, 0] > below) < 100, 10)
    tool(desk, "key", "d")
    wait_for(lambda: np.sum(shown(RAISED)[:, 0] > below) > 5000, 10)
    # Its only card begins there; the button is in the card's upper right corner.
    card = shown(RAISED)
    card = card[card[:, 0] > below]
    at = str(card[:, 1].max() - 40), str(card[:, 0].min() + 20)
    tool(desk, "mousemove", *at, "click", "1")

    def stands() -> bool:
        """Two looks at the picture are the same."""
        looks = [picture(desk.screen.screenshot(tmp_path / "s.bmp")) for _ in range(2)]
        one, other = (look[below + 60 : below + 400, 420:1100] for look in looks)
        return bool((one == other).all())

    wait_for(stands, 10)
    tool(desk, "key", "ctrl+z")
    wait_for(lambda: not stands(), 10)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=5)
    assert (process.returncode, said) == (128 + signal.SIGTERM, b"")
