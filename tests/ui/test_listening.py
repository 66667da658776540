"""Listening from the window: what P plays, how it is seen, and what is said of it."""

import numpy as np
import pytest
import soundfile
from livemel.app import App
from livemel.config import RunConfig
from livemel.engine import Engine
from livemel.sources.opening import SourceRequest
from livemel.ui.actions import menu_of_group
from livemel.ui.marks import Box, Marks, Point
from livemel.ui.playhead import Playhead
from livemel.ui.theme import DARK, LIGHT, Theme
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot
from scipy.signal import correlate

from tests.engine.test_player import heard_by, sounding
from tests.rig.microphone import VirtualMicrophone
from tests.ui.conftest import OpenApp, Samples

SR = 48_000
BOTTOM, TOP = 0.0, 24_000.0


def noise(seconds: float, channels: int = 1) -> Samples:
    """Of 16 bits, and never zero: where it begins and ends can be seen."""
    values = np.random.default_rng(1).integers(1, 9999, (round(seconds * SR), channels))
    return (values / 32768).astype(np.float32)


def until_written(qtbot: QtBot, app: App, seconds: float) -> None:
    qtbot.waitUntil(lambda: bool(app.window.engine.history.written >= seconds * SR), timeout=20_000)


def press(qtbot: QtBot, app: App, key: Qt.Key = Qt.Key.Key_P, shift: bool = False) -> None:
    held = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    qtbot.keyClick(app.window, key, held)


def until_heard(qtbot: QtBot, app: App, hearing: Engine) -> Samples:
    """What was played, once it is over."""
    assert app.window.listening.playing
    qtbot.waitUntil(lambda: not app.window.listening.playing, timeout=20_000)
    qtbot.waitUntil(lambda: not heard_by(hearing)[-SR // 10 :].any(), timeout=5_000)
    return sounding(hearing)


def select(app: App, start_s: float, stop_s: float, low: float = BOTTOM, top: float = TOP) -> None:
    app.window.plot.image.marks = Marks(
        a=Point(0.0, 100.0), selection=Box(start_s, stop_s, low, top)
    )


def test_p_plays_the_selection_while_the_picture_scrolls(
    qtbot: QtBot, open_app: OpenApp, hearing: Engine
) -> None:
    y = noise(8.0)
    app = open_app(y)
    until_written(qtbot, app, 1.2)
    select(app, 0.5, 1.0)
    press(qtbot, app)
    np.testing.assert_array_equal(until_heard(qtbot, app, hearing), y[SR // 2 : SR, 0])
    assert app.window.banner.text == ""
    assert app.stats()["samples_lost"] == hearing.stats()["samples_lost"] == 0


def test_from_cursor_a_it_plays_on_with_what_comes_until_p(
    qtbot: QtBot, open_app: OpenApp, hearing: Engine
) -> None:
    y = noise(20.0)
    app = open_app(y)
    until_written(qtbot, app, 1.0)
    app.window.plot.image.marks = Marks(a=Point(0.25, 1000.0))
    press(qtbot, app)
    qtbot.waitUntil(lambda: len(sounding(hearing)) > 2 * SR, timeout=20_000)
    press(qtbot, app)
    assert not app.window.listening.playing
    qtbot.waitUntil(lambda: not heard_by(hearing)[-SR // 10 :].any(), timeout=5_000)
    sound = sounding(hearing)
    np.testing.assert_array_equal(sound, y[SR // 4 :][: len(sound), 0])


def test_what_is_visible_of_a_picture_that_stands_is_played_to_its_edge(
    qtbot: QtBot, open_app: OpenApp, hearing: Engine
) -> None:
    y = noise(8.0)
    app = open_app(y, RunConfig(source=SourceRequest(name="signal"), span_s=0.5))
    until_written(qtbot, app, 1.5)
    press(qtbot, app, Qt.Key.Key_Space)
    left, right = app.window.plot.image.visible_s
    press(qtbot, app)
    expected = y[round(left * SR) : round(right * SR), 0]
    np.testing.assert_array_equal(until_heard(qtbot, app, hearing), expected)
    assert app.window.plot.image.visible_s == (left, right)


def test_a_loop_goes_round_and_ends_at_its_end_once_it_is_no_more(
    qtbot: QtBot, open_app: OpenApp, hearing: Engine
) -> None:
    y = noise(8.0)
    app = open_app(y)
    until_written(qtbot, app, 1.0)
    select(app, 0.2, 0.6)
    press(qtbot, app, shift=True)
    press(qtbot, app)
    qtbot.waitUntil(lambda: len(sounding(hearing)) > 2 * SR, timeout=20_000)
    assert app.window.listening.note.startswith("playing 0.")
    assert app.window.listening.note.endswith(" s, in a loop")
    press(qtbot, app, shift=True)
    sound = until_heard(qtbot, app, hearing)
    part = y[round(0.2 * SR) : round(0.6 * SR), 0]
    assert len(sound) % len(part) == 0
    np.testing.assert_array_equal(sound, np.resize(part, len(sound)))


@pytest.mark.parametrize("channel", [None, 2])
def test_all_channels_are_played_unless_one_is_chosen(
    qtbot: QtBot, open_app: OpenApp, hearing: Engine, channel: int | None
) -> None:
    y = noise(8.0, channels=3)
    app = open_app(y)
    if channel is not None:
        app.window.channels.chosen.emit((channel,))
        qtbot.waitUntil(lambda: app.window.feed.channel == channel)
    until_written(qtbot, app, 1.0)
    select(app, 0.5, 0.8)
    press(qtbot, app)
    part = y[SR // 2 : round(0.8 * SR)]
    expected = part.mean(axis=1) if channel is None else part[:, channel - 1]
    np.testing.assert_allclose(until_heard(qtbot, app, hearing), expected, atol=1e-6)


def test_of_a_selection_only_the_band_is_played_where_that_is_chosen(
    qtbot: QtBot, open_app: OpenApp, hearing: Engine
) -> None:
    t = np.arange(4 * SR) / SR
    low, high = (0.2 * np.sin(2 * np.pi * hz * t) for hz in (1000.0, 5000.0))
    app = open_app((low + high).astype(np.float32))
    until_written(qtbot, app, 2.0)
    select(app, 0.5, 1.5, 500.0, 2000.0)
    press(qtbot, app, Qt.Key.Key_L)
    assert app.window.listening.note == "P plays only the selected band"
    press(qtbot, app)
    sound = until_heard(qtbot, app, hearing)
    expected = low[SR // 2 : SR * 3 // 2]
    # The first and the last sample of the sine may have been heard as silence.
    begin = int(np.argmax(correlate(sound, expected[100:-100], "valid")))
    heard = sound[begin : begin + len(expected) - 200]
    np.testing.assert_allclose(heard, expected[100:-100], atol=1e-3)


def test_the_playhead_stands_where_the_sound_is_and_costs_nothing_afterwards(
    qtbot: QtBot, open_app: OpenApp, hearing: Engine
) -> None:
    app = open_app(noise(8.0))
    image = app.window.plot.image
    (playhead,) = (o for o in image.overlays if isinstance(o, Playhead))
    until_written(qtbot, app, 3.2)
    press(qtbot, app, Qt.Key.Key_Space)
    select(app, 1.0, 2.0)
    press(qtbot, app)
    places: list[tuple[float, float]] = []

    def over() -> bool:
        if playhead.seconds is not None and playhead.seconds > 1.0:
            places.append((playhead.seconds, playhead._painted_x or 0.0))
        return not app.window.listening.playing

    paints = app.window.frames.paints
    qtbot.waitUntil(over, timeout=20_000)
    seconds, xs = np.array(places).T
    assert seconds[0] < 1.3
    assert seconds[-1] > 1.8
    assert (np.diff(xs) >= 0).all()
    assert len(set(xs)) > 20
    # A turn of the loop may come between the two looks.
    np.testing.assert_allclose(xs, [image.x_of(s) for s in seconds], atol=4)
    assert app.window.frames.paints > paints + 20
    assert playhead.seconds is None
    paints = app.window.frames.paints
    turned: list[bool] = []
    app.window.frames._timer.timeout.connect(lambda: turned.append(True))
    qtbot.waitUntil(lambda: len(turned) > 5)
    assert app.window.frames.paints == paints


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_the_playhead_is_a_line_in_the_accent_with_an_arrow_on_top(
    qtbot: QtBot, open_app: OpenApp, theme: Theme
) -> None:
    app = open_app(np.zeros(SR * 2, np.float32))
    app.window.set_theme(theme)
    image = app.window.plot.image
    until_written(qtbot, app, 1.0)
    press(qtbot, app, Qt.Key.Key_Space)
    playhead = Playhead(theme)
    image.overlays.append(playhead)
    playhead.seconds = image.seconds_at(image.width() / 2)
    shot = image.grab().toImage()
    accent, middle = QColor(theme.accent).rgb(), image.width() // 2

    def lit(y: int) -> list[int]:
        return [x for x in range(image.width()) if shot.pixel(x, y) == accent]

    (x,) = lit(image.height() // 2)
    assert abs(x - middle) <= 1
    assert len(lit(0)) > 7
    assert middle in lit(0)


def test_the_status_line_says_where_it_plays_also_outside_the_picture(
    qtbot: QtBot, open_app: OpenApp, hearing: Engine
) -> None:
    app = open_app(noise(8.0), RunConfig(source=SourceRequest(name="signal"), span_s=0.3))
    until_written(qtbot, app, 2.5)
    press(qtbot, app, Qt.Key.Key_Space)
    visible = app.window.plot.image.visible_s
    select(app, 0.5, 1.5)
    press(qtbot, app)
    qtbot.waitUntil(lambda: app.window.listening.note == "playing 1.2 s", timeout=10_000)
    qtbot.waitUntil(lambda: "playing 1." in app.window.status._note.text())
    assert app.window.plot.image.visible_s == visible
    qtbot.waitUntil(lambda: not app.window.listening.playing, timeout=10_000)
    assert app.window.listening.note == ""


def test_a_device_that_is_not_there_is_one_line_in_the_banner_and_holds_nothing_up(
    qtbot: QtBot, open_app: OpenApp, heard: VirtualMicrophone
) -> None:
    app = open_app(noise(4.0))
    until_written(qtbot, app, 0.5)
    app.window.listening.choose("nope")
    began = app.window.frames.paints
    press(qtbot, app)
    qtbot.waitUntil(lambda: "unknown device 'nope'" in app.window.banner.text, timeout=10_000)
    assert app.window.frames.paints > began
    assert not app.window.listening.playing
    assert app.window.listening.note == ""


def test_a_sound_server_that_stops_midway_is_said_and_holds_nothing_up(
    qtbot: QtBot, open_app: OpenApp, heard: VirtualMicrophone
) -> None:
    app = open_app(noise(20.0))
    until_written(qtbot, app, 1.0)
    app.window.plot.image.marks = Marks(a=Point(0.0, 100.0))
    press(qtbot, app)
    qtbot.waitUntil(lambda: app.window.listening.note > "playing 0.2 s", timeout=10_000)
    heard.suspend()
    paints = app.window.frames.paints
    qtbot.waitUntil(lambda: "takes no sound" in app.window.banner.text, timeout=10_000)
    heard.resume()
    assert app.window.frames.paints > paints + 20
    assert not app.window.listening.playing


def test_before_there_is_sound_it_says_so(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_app(noise(4.0))
    until_written(qtbot, app, 0.2)
    select(app, 100.0, 200.0)
    press(qtbot, app)
    assert "There is no sound to play at this place" in app.window.banner.text
    assert not app.window.listening.playing


def test_another_source_ends_what_plays(
    qtbot: QtBot, open_app: OpenApp, heard: VirtualMicrophone
) -> None:
    app = open_app(noise(20.0))
    until_written(qtbot, app, 1.0)
    app.window.plot.image.marks = Marks(a=Point(0.0, 100.0))
    press(qtbot, app)
    assert app.window.listening.playing
    app.switch_source(SourceRequest("demo:hum50"))
    qtbot.waitUntil(lambda: not app.window.listening.playing, timeout=10_000)
    assert app.window.feed.format.name.startswith("Demo")


def test_the_outputs_are_listed_with_the_default_first(
    qtbot: QtBot, open_app: OpenApp, heard: VirtualMicrophone
) -> None:
    window = open_app(noise(4.0)).window
    sound = menu_of_group(window.controls.menu, "Sound")
    (menu,) = (a.menu() for a in sound.actions() if a.menu() and a.text() == "Play on")
    menu.aboutToShow.emit()
    qtbot.waitUntil(lambda: any(a.text().startswith("pulse ") for a in menu.actions()))
    assert [a.isChecked() for a in menu.actions()].index(True) == 0
    assert menu.actions()[0].text() == "Default output"
    next(a for a in menu.actions() if a.text().startswith("pulse ")).trigger()
    assert window.listening.device == "pulse"
    menu.aboutToShow.emit()
    checked = [a.text() for a in menu.actions() if a.isChecked()]
    assert [text.split()[0] for text in checked] == ["pulse"]


def test_a_file_that_is_read_aloud_is_seen_when_it_is_heard(
    qtbot: QtBot, open_app: OpenApp, hearing: Engine, tmp_path: object
) -> None:
    y, path = noise(6.0)[:, 0], f"{tmp_path}/noise.wav"
    soundfile.write(path, y, SR, subtype="PCM_16")
    config = RunConfig(source=SourceRequest(name="signal"), play=True, output_device="pulse")
    app = open_app(np.zeros(SR, np.float32), config)
    app.switch_source(SourceRequest(path))
    qtbot.waitUntil(lambda: app.window.feed.format.name == "noise.wav", timeout=10_000)
    image = app.window.plot.image
    looks: list[tuple[float, int]] = []

    def shown() -> bool:
        looks.append((image.edge_s, hearing.history.written))
        return image.edge_s > 4

    qtbot.waitUntil(shown, timeout=20_000)
    # The picture may stand: what is heard goes on.
    press(qtbot, app, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(sounding(hearing)) == len(y), timeout=10_000)
    np.testing.assert_array_equal(sounding(hearing), y)
    begin = int(np.flatnonzero(heard_by(hearing))[0])
    lookahead_s = image.feed.frontend.lookahead / SR
    apart_s = [
        seen_s + lookahead_s - (newest - begin) / SR for seen_s, newest in looks if seen_s > 1
    ]
    assert abs(np.median(apart_s)) < 0.05


def test_a_file_without_an_output_is_shown_and_the_banner_says_why_it_is_silent(
    qtbot: QtBot, open_app: OpenApp, heard: VirtualMicrophone, tmp_path: object
) -> None:
    path = f"{tmp_path}/noise.wav"
    soundfile.write(path, noise(0.5), SR)
    config = RunConfig(source=SourceRequest(name="signal"), play=True, output_device="nope")
    app = open_app(noise(4.0), config)
    app.switch_source(SourceRequest(path))
    qtbot.waitUntil(lambda: "goes on without sound" in app.window.banner.text, timeout=10_000)
    assert "unknown device 'nope'" in app.window.banner.text
    qtbot.waitUntil(lambda: app.window.plot.image.has_ended, timeout=10_000)
    assert app.stats()["samples"] == SR // 2
