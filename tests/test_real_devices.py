"""Devices that come and go under a running window: a real sound server, a real stream."""

import json
import time
from pathlib import Path

import pytest
from livemel.config import FrontEndChoice
from livemel.engine.clock_drift import Drift
from livemel.sources.base import SourceState
from livemel.sources.devices import DeviceList, list_input_devices
from livemel.sources.opening import SourceRequest
from pytestqt.qtbot import QtBot

from tests.rig.jack import VirtualJack
from tests.rig.microphone import VirtualMicrophone
from tests.windows import (
    PATIENCE_MS,
    RESUMED_MS,
    SAID_MS,
    OpenHeard,
    add_sink,
    button_text,
    hears,
    opened_as,
    source_of,
)


def test_the_default_device_is_named_and_followed_in_the_same_picture(
    heard: VirtualMicrophone, open_heard: OpenHeard, qtbot: QtBot, tmp_path: Path
) -> None:
    app = open_heard()
    qtbot.waitUntil(lambda: button_text(app) == "Default · Monitor of Null Output")
    engine, before = app._engine, app._engine.stats()["samples"]
    app._recording.files.begin(engine, tmp_path / "take.wav")
    add_sink(heard, "other")
    heard.pactl("set-default-source", "other.monitor")
    qtbot.waitUntil(lambda: button_text(app) == "Default · Monitor of Other", timeout=RESUMED_MS)
    qtbot.waitUntil(lambda: hears(app) and app._engine.stats()["samples"] > before + 9_600)
    assert app._engine is engine  # the picture goes on
    qtbot.waitUntil(lambda: len(engine.stats()["gaps"]) > 0)  # what it cost is judged first
    gap = engine.stats()["gaps"][0]
    assert 0.01 < gap["length_s"] < 2.0
    app._recording.files.end()
    assert app._recording.files.wait(PATIENCE_MS / 1000)
    notes = json.loads((tmp_path / "take.wav.json").read_text())
    names = [source["name"] for source in notes["sources"]]
    assert names == ["Monitor of Null Output", "Monitor of Other"]
    assert [row["length_s"] for row in notes["gaps"]] == [gap["length_s"]]
    assert "The default microphone is Monitor of Other now" in app.window.banner.text
    assert app.window.windowTitle() == "livemel — Monitor of Other"


def test_a_default_of_another_format_is_opened_anew(
    heard: VirtualMicrophone, open_heard: OpenHeard, qtbot: QtBot
) -> None:
    app = open_heard()
    add_sink(heard, "stereo", channels=2, rate=44_100)
    heard.pactl("set-default-source", "stereo.monitor")
    qtbot.waitUntil(
        lambda: button_text(app) == "Default · Monitor of Stereo" and hears(app),
        timeout=PATIENCE_MS,
    )
    feed = app._engine.feed
    assert feed is not None
    assert (feed.format.sr, feed.format.channels) == (44_100, 2)


def test_a_frozen_picture_stays_whatever_becomes_the_default(
    heard: VirtualMicrophone, open_heard: OpenHeard, qtbot: QtBot
) -> None:
    app = open_heard()
    image, engine = app.window.plot.image, app._engine
    qtbot.waitUntil(lambda: image.edge_s > 0.5)
    app.window.controls.pause.setChecked(True)
    stands_at = image.paused_at
    assert stands_at is not None
    add_sink(heard, "other")
    heard.pactl("set-default-source", "other.monitor")
    qtbot.waitUntil(lambda: app.window.windowTitle() == "livemel — Monitor of Other")
    qtbot.waitUntil(lambda: hears(app), timeout=RESUMED_MS)
    assert image.paused_at == pytest.approx(stands_at, abs=0.01)
    assert app.window.controls.pause.isChecked()
    # One that needs a stream of its own would end the one that is looked at.
    add_sink(heard, "stereo", channels=2, rate=44_100)
    heard.pactl("set-default-source", "stereo.monitor")
    watch = app._device.watch
    qtbot.waitUntil(lambda: watch.devices.default.name == "Monitor of Stereo", timeout=PATIENCE_MS)
    looked = time.monotonic()
    qtbot.waitUntil(lambda: time.monotonic() > looked + 0.5)  # five looks
    assert app._engine is engine
    assert image.paused_at == pytest.approx(stands_at, abs=0.01)
    app.window.controls.pause.setChecked(False)
    qtbot.waitUntil(
        lambda: button_text(app) == "Default · Monitor of Stereo" and hears(app),
        timeout=PATIENCE_MS,
    )


def test_a_frozen_picture_takes_another_front_end_also_after_a_loss(
    open_heard: OpenHeard, qtbot: QtBot
) -> None:
    app = open_heard()
    window, engine = app.window, app._engine
    qtbot.waitUntil(lambda: window.plot.image.edge_s > 0.5)
    window.controls.pause.setChecked(True)
    stands_at = window.plot.image.paused_at
    process = source_of(app)._process
    assert process is not None
    process.kill()
    qtbot.waitUntil(lambda: engine.status.state.is_silent)
    qtbot.waitUntil(lambda: hears(app), timeout=RESUMED_MS)
    window.frontend_chosen.emit(FrontEndChoice(changes={"n_mels": 64}))
    qtbot.waitUntil(lambda: window.feed.frontend.n_rows == 64)
    assert window.plot.image.paused_at == pytest.approx(stands_at, abs=0.05)
    assert window.controls.pause.isChecked()


def test_a_device_that_goes_is_said_to_be_gone_and_heard_again_when_it_is_back(
    heard: VirtualMicrophone, open_heard: OpenHeard, qtbot: QtBot
) -> None:
    module = add_sink(heard, "usb")
    app = open_heard("usb.monitor")
    engine = app._engine
    qtbot.waitUntil(lambda: button_text(app) == "Plays · Monitor of Usb", timeout=PATIENCE_MS)
    heard.pactl("unload-module", module)
    began = time.monotonic()
    # The server has another source: it would move a stream that did not forbid it.
    qtbot.waitUntil(
        lambda: engine.status.state.is_silent and button_text(app) == "gone · Monitor of Usb",
        timeout=SAID_MS,
    )
    qtbot.waitUntil(lambda: engine.status.state is SourceState.RECOVERING)  # it is tried again
    assert engine.status.reason == "Monitor of Usb is gone"
    samples = engine.stats()["samples"]
    qtbot.waitUntil(lambda: time.monotonic() > began + 1.5)
    assert engine.stats()["samples"] == samples  # nothing else was heard meanwhile
    add_sink(heard, "usb")
    back = time.monotonic()
    qtbot.waitUntil(lambda: hears(app), timeout=RESUMED_MS)
    qtbot.waitUntil(lambda: engine.stats()["samples"] > samples, timeout=RESUMED_MS)
    (gap,) = engine.stats()["gaps"]
    assert gap["cause"] == "device lost"
    assert gap["length_s"] > back - began
    qtbot.waitUntil(lambda: button_text(app) == "Plays · Monitor of Usb")


def test_a_jack_server_that_hangs_takes_nothing_from_what_is_heard_of_the_sound_server(
    heard: VirtualMicrophone,
    open_heard: OpenHeard,
    jack: VirtualJack,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", jack.name)
    jack.suspend()
    try:
        app = open_heard()
        assert app._device.watch.devices.trouble
        name = "Default · Monitor of Null Output"
        qtbot.waitUntil(lambda: button_text(app) == name, timeout=PATIENCE_MS)
        add_sink(heard, "usb")
        heard.pactl("set-default-source", "usb.monitor")
        name = "Default · Monitor of Usb"
        qtbot.waitUntil(lambda: button_text(app) == name, timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: hears(app), timeout=PATIENCE_MS)
    finally:
        jack.resume()


@pytest.mark.parametrize("channels", [1, 2])
def test_a_device_that_is_back_with_another_rate_or_other_channels_is_opened_as_what_it_is(
    channels: int, monkeypatch: pytest.MonkeyPatch, open_window: OpenHeard, qtbot: QtBot
) -> None:
    with VirtualMicrophone(rate=44_100) as server:  # which sets nothing to 48 kHz
        for name, value in server.env.items():
            monkeypatch.setenv(name, value)
        module = add_sink(server, "usb", channels)
        app = open_window("usb.monitor")
        assert opened_as(app) == (48_000, channels)
        server.pactl("unload-module", module)
        qtbot.waitUntil(lambda: app._engine.status.state.is_silent, timeout=SAID_MS)
        add_sink(server, "usb", 1, 16_000)
        qtbot.waitUntil(lambda: hears(app) and opened_as(app) == (16_000, 1), timeout=RESUMED_MS)
        said = "Monitor of Usb is back with 16000 Hz and 1 channel (was 48000 Hz, "
        qtbot.waitUntil(lambda: said in app.window.banner.text)
        assert source_of(app).device == ("usb.monitor", "PulseAudio")
        qtbot.waitUntil(lambda: app.window.status._note.text() == "")
        findings = app.window.findings  # of what is heard now, not of what was
        qtbot.waitUntil(
            lambda: findings.report is not None and findings.report.sr == 16_000,
            timeout=PATIENCE_MS,
        )


@pytest.mark.parametrize("wanted", ["system", None, "the number of it"])
def test_a_jack_server_that_is_back_with_another_rate_is_heard_again(
    wanted: str | None,
    jack: VirtualJack,
    monkeypatch: pytest.MonkeyPatch,
    open_window: OpenHeard,
    qtbot: QtBot,
) -> None:
    for name, value in jack.env.items():
        monkeypatch.setenv(name, value)
    if wanted is not None and wanted != "system":
        wanted = next(str(d.index) for d in list_input_devices() if d.name == "system")
    app = open_window(wanted)
    assert opened_as(app) == (48_000, 2)
    name = app._engine.stats()["source"]
    jack.kill()
    qtbot.waitUntil(lambda: app._engine.status.state.is_silent, timeout=SAID_MS)
    qtbot.waitUntil(
        lambda: app._device.watch.devices is not None and not app._device.watch.devices.inputs,
        timeout=PATIENCE_MS,
    )
    jack.rate = 44_100
    jack.restart()
    qtbot.waitUntil(lambda: hears(app) and opened_as(app) == (44_100, 2), timeout=RESUMED_MS)
    said = f"{name} is back with 44100 Hz and 2 channels (was 48000 Hz, 2): a new picture"
    qtbot.waitUntil(lambda: said in app.window.banner.text)


def test_another_device_in_the_same_stream_has_a_clock_and_a_latency_of_its_own(
    heard: VirtualMicrophone, open_heard: OpenHeard, qtbot: QtBot
) -> None:
    app = open_heard()
    engine = app._engine
    assert engine.drift is not None
    engine.drift._earlier.append(Drift(50.0, 0.05))  # as after an hour
    add_sink(heard, "other")
    heard.pactl("set-default-source", "other.monitor")
    qtbot.waitUntil(lambda: button_text(app) == "Default · Monitor of Other", timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: hears(app) and bool(engine.stats()["gaps"]), timeout=PATIENCE_MS)
    assert app._engine is engine
    assert engine.drift.estimate() is None
    assert engine.format is source_of(app).wait_open(0)
    assert engine.format is not None
    assert engine.format.device == ("other.monitor", "PulseAudio")
    assert app.stats()["clock_drift_ppm"] is None


def test_a_chosen_device_is_left_neither_for_another_default_nor_when_it_is_lost_but_by_hand(
    heard: VirtualMicrophone, open_heard: OpenHeard, qtbot: QtBot
) -> None:
    module = add_sink(heard, "usb")
    heard.pactl("set-default-source", "usb.monitor")
    app = open_heard("usb.monitor")
    heard.pactl("set-default-source", "mic.monitor")

    def seen() -> bool:
        default = app._device.watch.devices.default if app._device.watch.devices else None
        return default is not None and default.id == "mic.monitor"

    qtbot.waitUntil(seen, timeout=PATIENCE_MS)
    app._look()
    assert source_of(app).device == ("usb.monitor", "PulseAudio")
    assert app._engine.stats()["gaps"] == []
    heard.pactl("unload-module", module)
    qtbot.waitUntil(lambda: app._engine.status.state.is_silent, timeout=SAID_MS)
    assert source_of(app).device == ("usb.monitor", "PulseAudio")
    app.switch_source(SourceRequest(device="mic.monitor"))
    qtbot.waitUntil(
        lambda: hears(app) and source_of(app).device == ("mic.monitor", "PulseAudio"),
        timeout=RESUMED_MS,
    )


def test_what_is_heard_again_after_its_server_hung_is_not_said_to_be_gone(
    heard: VirtualMicrophone, open_heard: OpenHeard, qtbot: QtBot
) -> None:
    app = open_heard("mic.monitor")
    name = "Plays · Monitor of Null Output"
    qtbot.waitUntil(lambda: button_text(app) == name)
    heard.suspend()
    qtbot.waitUntil(lambda: app._engine.status.state is SourceState.RECOVERING, timeout=4000)
    # What a look says that began while it hung.
    app._device.watch.devices = DeviceList()
    qtbot.waitUntil(lambda: button_text(app) == "gone · Monitor of Null Output")
    latency = app.window.status._latency
    qtbot.waitUntil(lambda: latency.text().startswith("– ms"))  # of sound that does not come
    heard.resume()
    qtbot.waitUntil(lambda: hears(app), timeout=RESUMED_MS)
    qtbot.waitUntil(lambda: button_text(app) == name, timeout=RESUMED_MS)
    qtbot.waitUntil(lambda: latency.text()[0].isdigit())


def test_a_server_that_was_killed_and_started_again_is_heard_again(
    heard: VirtualMicrophone, open_heard: OpenHeard, qtbot: QtBot
) -> None:
    app = open_heard()
    heard.kill()
    qtbot.waitUntil(lambda: app._engine.status.state.is_silent, timeout=SAID_MS)
    qtbot.waitUntil(
        lambda: app._device.watch.devices is not None and not app._device.watch.devices.inputs,
        timeout=PATIENCE_MS,
    )
    heard.restart()
    qtbot.waitUntil(lambda: hears(app), timeout=RESUMED_MS)
