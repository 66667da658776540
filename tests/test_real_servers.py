"""A sound server that goes away under a running window: what is said, what is heard afterwards."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from livemel.app import App
from livemel.channel import ALL, Lanes, by_that_word
from livemel.engine import EngineStatus
from livemel.sources.base import SourceState
from livemel.sources.opening import SourceRequest
from pytestqt.qtbot import QtBot

from tests.rig.microphone import VirtualMicrophone
from tests.windows import (
    PATIENCE_MS,
    OpenHeard,
    add_sink,
    button_text,
    hears,
    opened_as,
    source_of,
)

HANGS = "the sound server does not answer: restart it"


def is_at_a_loss(app: App) -> bool:
    """Whether a list was made since the device went, and all that followed from it has happened."""
    devices = app._device.watch.devices
    ways = ("mic.monitor", "default", "pulse")
    inputs = () if devices is None else devices.inputs
    is_new = devices is not None and not any(device.id in ways for device in inputs)
    gone = is_new or (devices is not None and devices.trouble != "")
    state = app._engine.status.state
    return gone and app._decks.next is None and state in (SourceState.LOST, SourceState.RECOVERING)


def test_a_server_that_was_killed_is_missed_and_nothing_else_is_heard_or_said(
    heard: VirtualMicrophone, open_heard: OpenHeard, qtbot: QtBot
) -> None:
    app = open_heard()
    engine, name = app._engine, "Default · Monitor of Null Output"
    qtbot.waitUntil(lambda: button_text(app) == name)
    followed: list[SourceRequest] = []
    app._device.source_wanted.connect(followed.append)
    heard.kill()
    qtbot.waitUntil(lambda: app._engine.status.state.is_silent, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: is_at_a_loss(app), timeout=PATIENCE_MS)
    heard.restart()
    qtbot.waitUntil(lambda: hears(app), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: button_text(app) == name, timeout=PATIENCE_MS)
    assert app._engine is engine
    assert source_of(app).device == ("mic.monitor", "PulseAudio")
    assert (app.window.banner.text, followed) == ("", [])
    qtbot.waitUntil(lambda: len(engine.stats()["gaps"]) == 1)


def test_a_server_that_hangs_for_long_is_said_to_hang_and_nothing_else_is_heard(
    heard: VirtualMicrophone, open_heard: OpenHeard, qtbot: QtBot
) -> None:
    app = open_heard()
    engine, name = app._engine, "Default · Monitor of Null Output"
    qtbot.waitUntil(lambda: button_text(app) == name)
    heard.suspend()
    heard.crowd()
    qtbot.waitUntil(lambda: app._engine.status.state.is_silent, timeout=PATIENCE_MS)
    # Whoever looks is told so, and so is whoever would hear it again.
    app._device.watch.attend(True)
    qtbot.waitUntil(lambda: is_at_a_loss(app), timeout=PATIENCE_MS)
    looks = app._device.watch.looks
    qtbot.waitUntil(lambda: app._device.watch.looks > looks, timeout=PATIENCE_MS)
    assert app._device.watch.devices is not None
    assert app._device.watch.devices.trouble == HANGS
    qtbot.waitUntil(lambda: engine.status.reason == HANGS, timeout=PATIENCE_MS)
    assert button_text(app) == name
    app._device.watch.attend(False)
    heard.resume()
    qtbot.waitUntil(lambda: hears(app), timeout=PATIENCE_MS)
    assert app._engine is engine
    assert source_of(app).device == ("mic.monitor", "PulseAudio")
    assert app.window.banner.text == ""
    qtbot.waitUntil(lambda: len(engine.stats()["gaps"]) == 1)


def test_a_switch_that_nobody_chose_fails_without_a_word(
    heard: VirtualMicrophone, open_heard: OpenHeard, qtbot: QtBot
) -> None:
    app = open_heard()
    engine = app._engine
    app._device.source_wanted.emit(SourceRequest(device="nobody"))
    assert app._decks.next is not None
    qtbot.waitUntil(lambda: app._decks.next is None, timeout=PATIENCE_MS)
    assert (app._engine, app.window.banner.text) == (engine, "")
    app.switch_source(SourceRequest(device="nobody"))
    qtbot.waitUntil(lambda: "unknown device 'nobody'" in app.window.banner.text)


def test_that_the_server_does_not_answer_is_taken_back_when_it_does(
    heard: VirtualMicrophone, open_heard: OpenHeard, qtbot: QtBot
) -> None:
    add_sink(heard, "other")
    app = open_heard("mic.monitor")
    app.window.banner._silence.setInterval(600_000)  # it does not pass by itself
    heard.suspend()
    app.switch_source(SourceRequest(device="other.monitor"))
    qtbot.waitUntil(lambda: app.window.banner.text == f"⚠  {HANGS}", timeout=PATIENCE_MS)
    heard.resume()
    qtbot.waitUntil(lambda: app.window.banner.text == "", timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: hears(app), timeout=PATIENCE_MS)
    assert source_of(app).device == ("mic.monitor", "PulseAudio")


@pytest.fixture
def demo(heard: VirtualMicrophone, open_window: OpenHeard) -> App:
    """The window without any device; the server that has one can be restarted."""
    heard.kill()
    app = open_window()
    assert app._request.name == "demo"
    assert "This is the demo." in app.window.banner.text
    return app


def test_the_demo_makes_way_for_the_first_microphone_that_is_there(
    demo: App, heard: VirtualMicrophone, qtbot: QtBot
) -> None:
    heard.restart()
    qtbot.waitUntil(
        lambda: hears(demo) and button_text(demo) == "Default · Monitor of Null Output",
        timeout=PATIENCE_MS,
    )
    said = "✓  Monitor of Null Output is there now, and heard instead of the demo"
    qtbot.waitUntil(lambda: demo.window.banner.text == said)
    assert demo._request == SourceRequest()
    # From now on it is a microphone as any other.
    heard.kill()
    qtbot.waitUntil(lambda: demo._engine.status.state.is_silent, timeout=PATIENCE_MS)
    assert demo._request == SourceRequest()


@pytest.mark.parametrize(
    "what", ["a scene", "a frozen picture", "a recording", "a file", "two files"]
)
def test_the_demo_stays_where_something_has_been_chosen_since(
    what: str, demo: App, heard: VirtualMicrophone, qtbot: QtBot, tmp_path: Path
) -> None:
    if what == "a scene":
        demo.switch_source(SourceRequest(name="demo:hum50"))
        qtbot.waitUntil(lambda: demo._request.name == "demo:hum50" and hears(demo))
    elif what == "a frozen picture":
        demo.window.controls.pause.setChecked(True)
    elif "file" in what:
        files = [str(tmp_path / f"{name}.wav") for name in ("ab" if what == "two files" else "a")]
        for file in files:
            soundfile.write(file, np.zeros(48_000, np.float32), 48_000)
        demo._files.open(files)
        qtbot.waitUntil(lambda: demo._request.is_file, timeout=PATIENCE_MS)
    else:
        qtbot.waitUntil(lambda: demo._engine.history.written > 0)
        demo.window.record_asked.emit()
        assert demo._recording.files.status is not None
    engine = demo._engine
    demo._device.watch.attend(True)
    heard.restart()
    watch = demo._device.watch
    qtbot.waitUntil(lambda: watch.devices.default is not None, timeout=PATIENCE_MS)
    for _ in range(5):
        demo._look()
    assert (demo._engine, demo._decks.next) == (engine, None)
    if what == "a frozen picture":  # until it is let go on
        demo.window.controls.pause.setChecked(False)
        qtbot.waitUntil(lambda: demo._request.name == "mic", timeout=PATIENCE_MS)
    elif what == "a recording":
        demo.window.record_asked.emit()
        qtbot.waitUntil(lambda: demo._request.name == "mic", timeout=PATIENCE_MS)


@pytest.mark.parametrize(
    ("lanes", "chosen", "fewer", "again"),
    [
        (ALL, ALL, (1, 2), (1, 2, 3, 4)),
        ((), (2, 4, 1), (2, 1), (2, 4, 1)),
        ((), (4, 3), (1,), (4, 3)),
    ],
)
def test_of_several_channels_those_stay_that_a_device_is_back_with(
    lanes: Lanes,
    chosen: Lanes,
    fewer: tuple[int, ...],
    again: tuple[int, ...],
    heard: VirtualMicrophone,
    open_heard: OpenHeard,
    qtbot: QtBot,
) -> None:
    module = add_sink(heard, "usb", 4)
    app = open_heard("usb.monitor", lanes)
    if chosen != ALL:
        app.window.channels.chosen.emit(chosen)
        qtbot.waitUntil(lambda: app.window.feed.channels == chosen)
    for channels, kept, was in ((2, fewer, 4), (4, again, 2)):
        heard.pactl("unload-module", module)
        qtbot.waitUntil(lambda: app._engine.status.state.is_silent, timeout=PATIENCE_MS)
        module = add_sink(heard, "usb", channels)
        qtbot.waitUntil(
            lambda n=channels: hears(app) and opened_as(app) == (48_000, n), timeout=PATIENCE_MS
        )
        said = f"{channels} channels (was 48000 Hz, {was}): a new picture"
        qtbot.waitUntil(lambda said=said: said in app.window.banner.text)
        qtbot.waitUntil(lambda kept=kept: app.window.feed.channels == kept)
        # A later run begins with what was chosen, not with what there happened to be.
        assert app._memory.shown().source.heard_lanes == by_that_word(chosen, 4)


def test_after_another_fault_than_a_missing_device_the_demo_stays_and_its_reason(
    heard: VirtualMicrophone, open_heard: OpenHeard, qtbot: QtBot
) -> None:
    app = open_heard()
    app._engine.stop()
    app._engine.status = EngineStatus(SourceState.FAILED, "not enough memory")
    qtbot.waitUntil(lambda: app._request.name == "demo", timeout=PATIENCE_MS)
    watch = app._device.watch
    looks = watch.looks
    watch.refresh()
    qtbot.waitUntil(lambda: watch.looks > looks, timeout=PATIENCE_MS)
    for _ in range(5):
        app._look()
    assert (app._request.name, app._decks.next) == ("demo", None)
    assert "not enough memory" in app.window.banner.text


def test_a_default_that_was_followed_is_not_told_over_what_was_chosen_meanwhile(
    heard: VirtualMicrophone, open_heard: OpenHeard, qtbot: QtBot
) -> None:
    app = open_heard()
    add_sink(heard, "usb", 2)
    heard.pactl("set-default-source", "usb.monitor")
    qtbot.waitUntil(lambda: app._decks.next is not None, timeout=PATIENCE_MS)
    app.switch_source(SourceRequest(name="demo"))
    qtbot.waitUntil(lambda: app._request.name == "demo", timeout=PATIENCE_MS)
    for _ in range(3):
        app._look()
    assert "default microphone" not in app.window.banner.text
    assert app._device._followed is None
