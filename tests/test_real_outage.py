"""While a device brings nothing, nothing in the window tells of the last sound as of now."""

import re

import numpy as np
import pytest
from livemel.app import App
from livemel.ui.marks import Marks, Point
from livemel.ui.viewport import Viewport
from pytestqt.qtbot import QtBot

from tests.rig.microphone import VirtualMicrophone
from tests.windows import OpenHeard, hears

PATIENCE_MS = 10_000
SR = 48_000


def level_text(app: App) -> str:
    return app.window.status._level.text().replace("\u2007", "")


def test_panels_level_overview_and_pill_say_that_there_is_no_sound_until_there_is(
    heard: VirtualMicrophone,
    open_heard: OpenHeard,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("livemel.ui.load._WORSE_SHARE", 2.0)  # panels do not wait on a busy machine
    tone = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(SR) / SR)
    heard.play(tone.astype(np.float32), loop=True)
    app = open_heard("mic.monitor")
    window = app.window
    image, overview, panels = window.plot.image, window.plot.overview, window.panels
    panels.show(("slice", "levels"))

    def all_tell_of_sound() -> bool:
        return (
            panels.slice.values is not None
            and panels.slice.header.title.text() == "Slice · now"
            and panels.levels.levels is not None
            and level_text(app).startswith("−9.0 dB FS")
        )

    qtbot.waitUntil(all_tell_of_sound, timeout=PATIENCE_MS)
    heard.unplug()
    qtbot.waitUntil(lambda: image.is_lost, timeout=PATIENCE_MS)
    qtbot.waitUntil(
        lambda: panels.slice.header.title.text() == "Slice · no sound", timeout=PATIENCE_MS
    )
    qtbot.waitUntil(lambda: panels.levels.levels is None, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: level_text(app) == "– dB FS   peak –", timeout=PATIENCE_MS)
    assert panels.slice.values is None
    assert panels.levels.accessibleDescription() == "no sound"
    window.grab()
    # Frozen, what stands is told of; the pill and the overview go with what is missing.
    behind_s = overview._edge_s
    window.controls.pause.setChecked(True)
    qtbot.waitUntil(lambda: overview._edge_s > behind_s + 1.5, timeout=PATIENCE_MS)
    said = re.fullmatch(r"frozen · (\d+) s behind · no sound · End returns", image.caption)
    assert said is not None
    assert int(said[1]) >= 1
    assert overview.handle_x[1] < overview.width() - 5
    # At a time from which there is none, the slice is empty too.
    lost_s = image.bounds.newest_s - 0.5  # levels look back 0.4 s
    image.marks = Marks(a=Point(lost_s, 1000.0))
    at_a = f"Slice · A {lost_s:.2f} s"
    qtbot.waitUntil(lambda: panels.slice.header.title.text() == at_a, timeout=PATIENCE_MS)
    assert panels.slice.values is None
    image.marks = Marks()
    window.controls.pause.setChecked(False)
    heard.plug()
    heard.play(tone.astype(np.float32), loop=True)
    qtbot.waitUntil(lambda: hears(app) and all_tell_of_sound(), timeout=PATIENCE_MS)
    assert not image.is_lost
    # What was missing is not silence afterwards either.
    image.set_viewport(Viewport(2.0, lost_s))
    image.marks = Marks(a=Point(lost_s, 1000.0))  # wherever the pointer is
    qtbot.waitUntil(
        lambda: panels.slice.values is None and panels.levels.levels is None, timeout=PATIENCE_MS
    )
    assert image.standing_at == pytest.approx(lost_s)
    window.grab()
