"""The learned normal in the window: learning, deviations in σ, the score and its marks."""

from pathlib import Path

import numpy as np
import pytest
from livemel.app import App
from livemel.config import FrontEndChoice, RunConfig
from livemel.diagnosis.normal_file import load_normal, write_normal
from livemel.sources.opening import SourceRequest
from livemel.ui.colormaps import lookup_table
from livemel.ui.colouring import SIGMAS
from livemel.ui.figure import Figure, Paper
from livemel.ui.figure_file import file_of_figure
from livemel.ui.save_picture import PictureSaving
from livemel.ui.theme import DARK
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from tests.diagnosis.machine import FRONTEND, SR, learned, machine
from tests.ui.conftest import OpenApp

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
CONFIG = RunConfig(source=SourceRequest(name="signal"), learn_s=5)


def heard(qtbot: QtBot, app: App, seconds: float) -> None:
    """Wait until so many seconds have been computed."""
    columns = round(seconds * FRONTEND.columns_per_s)
    qtbot.waitUntil(lambda: app.window.feed.columns.written >= columns, timeout=15_000)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A normal of the machine, learned beforehand."""
    path = tmp_path / "normal.npz"
    with path.open("wb") as out:
        write_normal(learned(machine(60.0)), out)
    return path


def test_n_learns_from_the_seconds_that_come(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_app(machine(8.0), CONFIG, SR)
    window = app.window
    window.normal.seconds = 2  # less than can be chosen, so as not to wait
    heard(qtbot, app, 0.3)
    qtbot.keyClick(window, Qt.Key.Key_N)
    assert window.normal.is_learning
    assert "Learning for 2 s what is normal" in window.banner.text
    qtbot.waitUntil(lambda: "learning 1/2 s" in window.normal.note, timeout=5_000)
    qtbot.waitUntil(lambda: window.normal.normal is not None, timeout=10_000)
    assert window.normal.normal.learned_s == pytest.approx(2.0)
    assert window.normal.normal.source == "signal"
    assert window.normal.note == ""
    assert window.normal.strip.isVisible()


def test_n_again_stops(qtbot: QtBot, open_app: OpenApp) -> None:
    window = open_app(machine(8.0), CONFIG, SR).window
    for _ in range(2):
        qtbot.keyClick(window, Qt.Key.Key_N)
    assert not window.normal.is_learning
    assert window.normal.normal is None
    assert "stopped" in window.banner.text


def test_another_front_end_ends_learning(qtbot: QtBot, open_app: OpenApp) -> None:
    window = open_app(machine(8.0), CONFIG, SR).window
    qtbot.keyClick(window, Qt.Key.Key_N)
    window.frontend_chosen.emit(FrontEndChoice(changes={"n_mels": 64}))
    qtbot.waitUntil(lambda: not window.normal.is_learning)
    assert "the sound or its columns changed" in window.banner.text


def test_without_a_normal_there_is_no_sigma(qtbot: QtBot, open_app: OpenApp) -> None:
    window = open_app(machine(3.0), CONFIG, SR).window
    qtbot.keyClick(window, Qt.Key.Key_N, SHIFT)
    assert not window.normal.in_sigma
    assert "There is no normal yet" in window.banner.text


def test_sigma_is_shown_by_a_scale_and_colours_of_its_own_and_levels_come_back(
    qtbot: QtBot, open_app: OpenApp, file: Path
) -> None:
    app = open_app(machine(6.0), CONFIG, SR)
    window, image = app.window, app.window.plot.image
    before, inks = image.db_range, image.inks
    window.normal.load(file)
    qtbot.keyClick(window, Qt.Key.Key_N, SHIFT)
    assert image.shown_range == SIGMAS
    assert image.db_range == before  # the slice goes on in dB
    np.testing.assert_array_equal(image.inks.lut, lookup_table("CET-D4"))
    assert window.plot._db_label.text() == "σ"
    normal = load_normal(file)
    values = app.window.feed.columns.read(0, 5).values
    np.testing.assert_allclose(
        image.view.deviation.of(values), normal.deviation(values.T).T, atol=1e-3
    )
    window.plot.set_range(-3.0, 4.0)
    assert (image.shown_range, image.db_range) == ((-3.0, 4.0), before)
    qtbot.keyClick(window, Qt.Key.Key_F)
    assert image.shown_range == SIGMAS
    qtbot.keyClick(window, Qt.Key.Key_N, SHIFT)
    assert image.shown_range == before
    np.testing.assert_array_equal(image.inks.lut, inks.lut)
    assert window.plot._db_label.text() == "dB"


def test_a_picture_that_is_saved_shows_deviations_as_the_window_does(
    qtbot: QtBot, open_app: OpenApp, file: Path
) -> None:
    app = open_app(machine(3.0), CONFIG, SR)
    window = app.window
    heard(qtbot, app, 0.3)
    window.normal.load(file)
    window.normal.toggle_sigma()
    shown = PictureSaving(window.saving)._shown()
    assert (shown.low, shown.high) == SIGMAS
    figure = Figure(shown, Paper((600, 400), 96, DARK, "magma"))
    assert set(np.unique(figure.pixels())) <= {*lookup_table("CET-D4"), QColor(DARK.empty).rgb()}
    svg = file_of_figure(figure, ".svg").decode()
    assert ">σ<" in svg


def test_n_on_a_sound_that_has_ended_learns_from_all_of_it(qtbot: QtBot, open_app: OpenApp) -> None:
    window = open_app(machine(2.5), CONFIG, SR).window
    qtbot.waitUntil(lambda: window.plot.image.has_ended, timeout=10_000)
    qtbot.keyClick(window, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: window.normal.normal is not None)
    assert window.normal.normal.learned_s == pytest.approx(2.5, abs=0.2)


def test_another_front_end_turns_sigma_off_with_one_line_and_the_same_on_again(
    qtbot: QtBot, open_app: OpenApp, file: Path
) -> None:
    window = open_app(machine(8.0), CONFIG, SR).window
    window.normal.load(file)
    window.normal.toggle_sigma()
    window.frontend_chosen.emit(FrontEndChoice(changes={"n_mels": 64}))
    qtbot.waitUntil(lambda: not window.normal.in_sigma)
    assert "learned with other columns: n_mels 64, not 128" in window.banner.text
    qtbot.waitUntil(lambda: not window.normal.strip.isVisible())
    assert window.normal.findings == []
    window.frontend_chosen.emit(FrontEndChoice())
    qtbot.waitUntil(lambda: window.normal.strip.isVisible())
    assert window.normal.in_sigma
    assert window.banner.text == ""
    window.view_chosen.emit("waveform")
    qtbot.waitUntil(lambda: not window.normal.strip.isVisible())


def test_a_new_tone_is_over_the_threshold_and_marked(
    qtbot: QtBot, open_app: OpenApp, file: Path
) -> None:
    sound, t = machine(3.0, seed=5), np.arange(3 * SR) / SR
    inside = (t > 0.8) & (t < 2.0)
    sound += np.where(inside, 0.01 * np.sin(2 * np.pi * 5000 * t), 0).astype(np.float32)
    app = open_app(sound, CONFIG, SR)
    window = app.window
    window.normal.load(file)
    heard(qtbot, app, 2.7)
    qtbot.waitUntil(lambda: len(window.normal.findings) == 1, timeout=5_000)
    qtbot.waitUntil(lambda: window.normal.findings[0].end_s > 1.8, timeout=5_000)
    (finding,) = window.normal.findings
    assert finding.start_s == pytest.approx(0.8, abs=0.3)
    assert finding.values["low_hz"] < 5000 < finding.values["high_hz"]
    image, strip = window.plot.image, window.normal.strip
    assert strip.told_at(image.x_of(1.5)) == finding.text
    assert "σ off normal; threshold" in strip.told_at(image.x_of(0.4))
    assert strip.y_of(1e6) < strip.y_of(window.normal.track.detector.threshold) < strip.height()
    x = round(image.x_of(1.5))
    colours = image.grab().toImage()
    assert colours.pixelColor(x, image.height() - 2).name() == "#e9b04a"


def test_the_score_follows_what_is_frozen_and_goes_on_behind_it(
    qtbot: QtBot, open_app: OpenApp, file: Path
) -> None:
    app = open_app(machine(6.0), CONFIG, SR)
    window = app.window
    window.normal.load(file)
    heard(qtbot, app, 1.0)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    judged = window.normal.track.detector.judged
    qtbot.waitUntil(lambda: window.normal.track.detector.judged > judged + 5, timeout=5_000)
    assert window.plot.image.paused_at is not None


def test_kept_sound_is_learned_from_at_once_and_what_is_short_is_told(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_app(machine(6.0), CONFIG, SR)
    window = app.window
    window.normal.learn_kept()
    qtbot.waitUntil(lambda: "too few to learn from" in window.banner.text)
    heard(qtbot, app, 2.0)
    qtbot.keyClick(window, Qt.Key.Key_K, CONTROL | ALT)
    qtbot.waitUntil(lambda: window.normal.normal is not None)
    assert 1.8 < window.normal.normal.learned_s < 6.5


def test_save_load_and_forget(qtbot: QtBot, open_app: OpenApp, file: Path, tmp_path: Path) -> None:
    window = open_app(machine(3.0), CONFIG, SR).window
    window.normal.load(file)
    again = tmp_path / "again.npz"
    window.normal.save(again)
    assert load_normal(again).tail == load_normal(file).tail
    window.normal.toggle_sigma()
    qtbot.keyClick(window, Qt.Key.Key_N, CONTROL | ALT)
    assert window.normal.normal is None
    assert window.plot.image.deviation is None
    assert not window.normal.strip.isVisible()
    again.write_bytes(b"no normal")
    window.normal.load(again)
    assert "is no normal" in window.banner.text
    assert window.normal.normal is None


def test_how_long_and_how_many_false_alarms_are_chosen_and_told(
    qtbot: QtBot, open_app: OpenApp, file: Path
) -> None:
    window = open_app(machine(3.0), CONFIG, SR).window
    window.normal.load(file)
    kept: dict[str, object] = {}
    window.normal.chosen.connect(kept.update)
    texts = {action.shortcut().toString(): action for action in window.actions()}
    assert texts["Ctrl+Alt+L"].text() == "Learn for 5 s"
    qtbot.keyClick(window, Qt.Key.Key_L, CONTROL | ALT)
    assert texts["Ctrl+Alt+L"].text() == "Learn for 10 s"
    hourly = window.normal.track.detector.threshold
    qtbot.keyClick(window, Qt.Key.Key_N, ALT | SHIFT)
    assert texts["Alt+Shift+N"].text() == "False alarms: 1 a day"
    assert window.normal.track.detector.threshold > hourly
    assert kept == {"learn_s": 10, "false_alarms": "day"}


def test_the_strip_can_be_hidden(qtbot: QtBot, open_app: OpenApp, file: Path) -> None:
    window = open_app(machine(3.0), CONFIG, SR).window
    window.normal.load(file)
    qtbot.waitUntil(lambda: window.normal.strip is not None and window.normal.strip.isVisible())
    below = window.plot.image.height()
    qtbot.keyClick(window, Qt.Key.Key_N, ALT)
    assert not window.normal.strip.isVisible()
    assert window.plot.image.height() > below
