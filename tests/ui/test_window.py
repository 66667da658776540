"""The window as a whole, without a screen: what it shows and what its controls do."""

import json
import random
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from livemel.config import FrontEndChoice, RunConfig
from livemel.dsp.models import FRONTENDS
from livemel.dsp.stream import log_mel
from livemel.sources.base import SourceState
from livemel.sources.opening import SourceRequest
from livemel.ui.colormaps import lookup_table
from livemel.ui.theme import DARK
from livemel.ui.ticks import side_ticks
from livemel.ui.value_range import unit
from livemel.ui.values_of import values_between
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from tests.ui.conftest import HEARD_S, OpenApp, Samples

SR = 48_000


def tone(hz: float, seconds: float, begin_s: float = 0.0, end_s: float | None = None) -> Samples:
    """A tone of full height from begin_s to end_s, silence around it."""
    t = np.arange(round(seconds * SR)) / SR
    on = (t >= begin_s) & (t < (seconds if end_s is None else end_s))
    return (0.5 * np.sin(2 * np.pi * hz * t) * on).astype(np.float32)


def noise(seconds: float) -> Samples:
    return (0.1 * np.random.default_rng(0).standard_normal(round(seconds * SR))).astype(np.float32)


def picture(app: object) -> np.ndarray:
    """The image's pixels on the screen: shape (height, width), 0xffRRGGBB."""
    image = app.window.plot.image  # type: ignore[attr-defined]
    image.grab()
    while image.finish():  # what that paint had no time for
        pass
    grabbed = image.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    data = np.frombuffer(grabbed.constBits(), dtype=np.uint32)
    return data.reshape(grabbed.height(), grabbed.bytesPerLine() // 4)[:, : grabbed.width()].copy()


def until_ended(qtbot: QtBot, app: object) -> None:
    view = app.window.plot.image  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: view.standing_at is not None, timeout=10_000)


@pytest.mark.parametrize("hz", [100.0, 440.0, 1000.0, 6000.0, 12_000.0])
def test_a_tone_is_bright_on_its_row_and_at_its_time(
    qtbot: QtBot, open_app: OpenApp, hz: float
) -> None:
    app = open_app(tone(hz, 1.2, 0.5, 0.8), RunConfig(span_s=2.0), head_s=HEARD_S)
    until_ended(qtbot, app)
    image = app.window.plot.image
    shown = picture(app)
    shown[:80] = 0  # the pill says that it ended
    lut = {int(colour): level for level, colour in enumerate(lookup_table("magma"))}
    levels = np.array([[lut.get(int(p), -1) for p in row] for row in shown])
    view = image.view
    assert view is not None
    row, x = np.unravel_index(np.argmax(levels), levels.shape)
    band_rows = view.height / view.frontend.n_mels
    expected = (1 - view.fraction_of(hz)) * view.height
    bright = np.flatnonzero(levels[:, x] == levels[row, x])
    assert abs(bright.mean() - expected) <= max(1.0, band_rows)
    # On and off within two hops: where the row's level passes half way between floor and tone.
    level = levels[row]
    on = np.flatnonzero(level > level.max() - 10 * 255 / 100)  # within 10 dB of the tone
    pixel_s = 2.0 / view.width
    edge_s = image.edge_s
    begin_s = edge_s - (view.width - on[0]) * pixel_s
    end_s = edge_s - (view.width - 1 - on[-1]) * pixel_s
    assert begin_s == pytest.approx(0.5, abs=0.02)
    assert end_s == pytest.approx(0.8, abs=0.02)


def test_what_is_on_the_screen_is_what_log_mel_computes(qtbot: QtBot, open_app: OpenApp) -> None:
    y = noise(1.0)
    app = open_app(y, RunConfig(span_s=1.0), head_s=HEARD_S)
    until_ended(qtbot, app)
    feed = app.window.feed
    assert feed is not None
    expected = log_mel(y, feed.frontend)
    assert np.array_equal(feed.columns.read(0, expected.shape[1]).values.T, expected)


def test_space_lets_the_picture_stand_and_the_sound_go_on(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_app(noise(6.0))
    qtbot.waitUntil(lambda: app.window.plot.image.edge_s > 0.3)
    qtbot.keyClick(app.window, Qt.Key.Key_Space)
    assert app.window.controls.pause.isChecked()
    before, edge_s = picture(app), app.window.plot.image.edge_s
    feed = app.window.feed
    assert feed is not None
    columns = feed.columns.written
    qtbot.waitUntil(lambda: feed.columns.written > columns + 30)
    below_pill = slice(80, None)
    assert np.array_equal(picture(app)[below_pill], before[below_pill])
    assert app.window.plot.image.paused_at == edge_s
    qtbot.keyClick(app.window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: app.window.plot.image.edge_s > edge_s + 0.2)


def test_another_range_recolours_all_history(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_app(noise(1.0), RunConfig(span_s=1.0), head_s=HEARD_S)
    until_ended(qtbot, app)
    app.window.plot.set_range(200.0, 300.0)
    shown = picture(app)[80:, 80:-10]
    assert np.all(shown == lookup_table("magma")[0])


def test_another_colour_map_recolours_all_history(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_app(noise(1.0), RunConfig(span_s=1.0), head_s=HEARD_S)
    until_ended(qtbot, app)
    app.window.controls.cmap_chosen.emit("viridis")
    assert np.isin(picture(app)[80:, 80:-10], lookup_table("viridis")).all()


def test_the_colour_bar_follows_wheel_drag_and_double_click(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_app(noise(2.0))
    bar, image = app.window.plot.bar, app.window.plot.image
    qtbot.waitUntil(lambda: image.edge_s > 0.3)
    low, high = image.db_range
    qtbot.keyClick(bar, Qt.Key.Key_Up)
    assert image.db_range == (low + 5, high + 5)
    qtbot.mousePress(bar, Qt.MouseButton.LeftButton, pos=QPoint(5, 10))
    qtbot.mouseMove(bar, QPoint(5, 60))
    qtbot.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=QPoint(5, 60))
    assert image.db_range[0] == low + 5
    assert image.db_range[1] < high + 5
    qtbot.mouseDClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(5, 60))
    values = values_between(image.feed, *image.visible_s, image.scale)
    fitted = image.db_range
    assert np.mean((values > fitted[0]) & (values < fitted[1])) > 0.9


def test_another_front_end_begins_a_new_picture_of_that_size(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_app(noise(5.0))
    choice = FrontEndChoice(changes={"n_fft": 4096, "n_mels": 40, "fmax": 8000.0})
    app.window.frontend_chosen.emit(choice)
    qtbot.waitUntil(lambda: app.window.feed.frontend.n_mels == 40)
    feed = app.window.feed
    assert feed is not None
    assert (feed.frontend.n_fft, feed.frontend.top_hz) == (4096, 8000.0)
    qtbot.waitUntil(lambda: feed.columns.written > 5)
    assert app.window.plot.image.view.frontend is feed.frontend


def test_an_impossible_front_end_is_said_in_the_panel_and_not_taken(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_app(noise(2.0))
    panel = app.window.controls._panel
    panel.open_at(QPoint(0, 0))
    panel._fields._widgets["fmin"].setValue(9000)
    panel._fields._widgets["fmax"].setValue(100)
    with qtbot.assertNotEmitted(panel.chosen):
        qtbot.keyClick(panel, Qt.Key.Key_Return)
    assert panel._word.text() == "fmin=9000 is not below fmax=100"
    panel.hide()


def test_one_channel_of_two_can_be_chosen_while_it_runs(qtbot: QtBot, open_app: OpenApp) -> None:
    stereo = np.stack([noise(5.0), np.zeros(5 * SR, dtype=np.float32)], axis=1)
    app = open_app(stereo)
    assert app.window.controls.channel.whole_text == "mix"
    app.window.channels.chosen.emit((2,))
    qtbot.waitUntil(lambda: app.window.feed.channel == 2)
    qtbot.waitUntil(lambda: app.window.feed.columns.written > 5)
    assert np.all(app.window.feed.columns.read(0, 5).values < -99.9)


def test_a_source_that_cannot_be_opened_leaves_the_present_one_running(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_app(noise(3.0))
    feed = app.window.feed
    app.switch_source(SourceRequest(name="/nowhere.wav"))
    qtbot.waitUntil(lambda: app.window.banner.text == "⚠  no such file: /nowhere.wav")
    assert app.window.feed is feed
    assert app._decks.next is None


def test_the_source_can_be_changed_while_it_runs(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_app(noise(3.0))
    app.switch_source(SourceRequest(name="demo:hum50"))
    qtbot.waitUntil(lambda: app.window.windowTitle() == "livemel — Demo: Mains hum, 50 Hz")


def test_the_title_begins_with_livemel_and_names_the_source(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    assert open_app(noise(1.0)).window.windowTitle() == "livemel — signal"


def test_a_blocked_window_loses_no_column(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_app(noise(5.0))
    qtbot.waitUntil(lambda: app.window.frames.paints > 5)
    time.sleep(3.0)  # the fault itself: the GUI thread does nothing for three seconds
    until_ended(qtbot, app)
    stats = app.stats()
    assert (stats["columns_lost"], stats["samples_lost"], stats["gaps"]) == (0, 0, [])
    assert stats["samples"] == 5 * SR
    assert stats["columns"] == (5 * SR - 2048) // 480 + 1
    assert stats["paints_skipped"] >= 170


def test_a_paint_that_overruns_its_budget_costs_the_next_one_its_turn(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_app(noise(3.0))
    frames = app.window.frames
    qtbot.waitUntil(lambda: frames.paints > 5)
    before = frames.budget.skipped
    frames.budget.spent(frames.budget.budget_ms + 1)
    qtbot.waitUntil(lambda: frames.budget.skipped > before)


def test_statistics_and_screenshot_are_written_when_it_closes(
    qtbot: QtBot, open_app: OpenApp, tmp_path: Path
) -> None:
    stats, shot = tmp_path / "stats.json", tmp_path / "shot.png"
    app = open_app(
        noise(1.0), RunConfig(stats=stats, screenshot=shot, size=(900, 500)), head_s=HEARD_S
    )
    until_ended(qtbot, app)
    app.window.close()
    image = QImage(str(shot))
    assert (image.width(), image.height()) == (900, 500)
    written = json.loads(stats.read_text())
    wanted = {"samples", "columns", "columns_lost", "samples_lost", "gaps", "paints"}
    wanted |= {"paints_skipped", "paint_ms", "callback_ms", "latency_ms", "start_ms"}
    wanted |= {"cpu_percent", "rss_mb", "sr", "source"}
    assert wanted <= set(written)
    assert written["sr"] == SR
    assert set(written["paint_ms"]) == {"p50", "p95", "p99", "max"}
    assert set(written["latency_ms"]) == {"p50", "p95", "p99"}


def test_a_file_that_ended_says_so_and_the_axis_tells_the_streams_time(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_app(noise(0.5), head_s=HEARD_S)
    until_ended(qtbot, app)
    assert app._engine.status.state is SourceState.ENDED
    assert app.window.plot.image.caption == "signal ended"
    samples = 0.5 * SR
    last_column = (samples - 2048) // 480
    pixel_s = 10.0 / app.window.plot.image.view.width
    expected = (1024 + (last_column + 0.5) * 480) / SR
    assert app.window.plot.image.edge_s == pytest.approx(expected, abs=pixel_s)


def test_a_slower_source_gets_the_default_front_end_and_a_notice(
    qtbot: QtBot, open_app: OpenApp, tmp_path: Path
) -> None:
    path = tmp_path / "slow.wav"
    soundfile.write(path, noise(1.0)[:8000], 8000)
    app = open_app(noise(3.0))
    app.window.frontend_chosen.emit(FrontEndChoice(changes={"fmax": 20_000.0}))
    qtbot.waitUntil(lambda: app.window.feed.frontend.top_hz == 20_000)
    app.switch_source(SourceRequest(name=str(path)))
    qtbot.waitUntil(lambda: app.window.feed.frontend.sr == 8000)
    qtbot.waitUntil(lambda: "fmax=20000 exceeds sr/2=4000" in app.window.banner.text)
    assert app.window.feed.frontend.top_hz == 4000


def test_a_change_that_cannot_be_leaves_the_picture_and_says_why(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_app(noise(4.0))
    feed = app.window.feed
    app.window.frontend_chosen.emit(FrontEndChoice(changes={"hop_length": 1}))
    qtbot.waitUntil(lambda: "would take more than 4 GiB" in app.window.banner.text)
    assert app.window.feed is feed
    assert app.window.isVisible()
    assert not app._choice.changes


def test_an_ended_source_plays_again_with_another_front_end(
    qtbot: QtBot, open_app: OpenApp, tmp_path: Path
) -> None:
    path = tmp_path / "short.wav"
    soundfile.write(path, noise(0.3), SR)
    app = open_app(noise(0.2), head_s=HEARD_S)
    app.switch_source(SourceRequest(name=str(path)))
    qtbot.waitUntil(lambda: app._request.name == str(path))
    until_ended(qtbot, app)
    app.window.frontend_chosen.emit(FrontEndChoice(changes={"n_mels": 40}))
    qtbot.waitUntil(lambda: app.window.feed.frontend.n_mels == 40)
    qtbot.waitUntil(lambda: app.window.feed.columns.written == (round(0.3 * SR) - 2048) // 480 + 1)


def test_a_file_shorter_than_a_frame_says_so(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_app(noise(0.02))
    qtbot.waitUntil(lambda: "shorter than one frame (43 ms)" in app.window.plot.image.caption)


def test_samples_that_are_no_numbers_are_counted_and_named(qtbot: QtBot, open_app: OpenApp) -> None:
    odd = noise(1.0)
    odd[[1000, 2000, 30_000]] = np.nan, np.inf, -np.inf
    app = open_app(odd)
    note = app.window.status._note
    qtbot.waitUntil(lambda: note.text() == "signal ended · 3 samples are NaN or infinite")


@pytest.mark.parametrize("times", [66, pytest.param(200, marks=pytest.mark.soak)])
def test_any_front_end_can_follow_any_other_many_times_while_sound_runs(
    times: int, qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_app(noise(60.0))
    plot = app.window.plot
    for name in random.Random(0).choices(list(FRONTENDS), k=times):
        app.window.frontend_chosen.emit(FrontEndChoice(name))
        wanted = FrontEndChoice(name).build(SR)
        qtbot.waitUntil(lambda w=wanted: app.window.feed.frontend == w)
        view = plot.image.view
        assert view.frontend is app.window.feed.frontend
        ticks = [(tick.at, tick.label) for tick in side_ticks(view, 18 / view.height)]
        assert plot._frequency._axis._tickLevels == [ticks]
        assert plot._db_label.text() == unit(wanted)
        assert app.window.controls._frontend.whole_text.startswith(name)
        assert app.window.banner.text == ""
        assert app.stats()["columns_lost"] == 0
    feed = app.window.feed
    qtbot.waitUntil(lambda: feed.columns.written > 50)
    assert app.stats()["columns_lost"] == 0
    assert app.stats()["samples_lost"] == 0


@pytest.mark.parametrize("meanwhile", [None, FrontEndChoice(changes={"n_mels": 64})])
def test_what_is_impossible_for_the_sound_becomes_the_defaults_and_painting_goes_on(
    meanwhile: FrontEndChoice | None, qtbot: QtBot, open_app: OpenApp
) -> None:
    """As from a workspace that was saved at a higher rate. The picture may be painted between what
    was chosen and what became of it, all the more if another choice is being taken meanwhile.
    """
    app = open_app(noise(20.0), sr=16_000)
    window, engine = app.window, app._engine
    if meanwhile is not None:
        before, patience = engine.feed, time.monotonic() + 5.0
        window.frontend_chosen.emit(meanwhile)
        while engine.feed is before and time.monotonic() < patience:  # the GUI thread is busy
            time.sleep(0.002)
    window.frontend_chosen.emit(FrontEndChoice(changes={"fmax": 20_000.0}))
    qtbot.waitUntil(lambda: "the front-end is at its defaults" in window.banner.text)
    qtbot.waitUntil(lambda: window.feed.frontend == FrontEndChoice().build(16_000))
    paints = window.frames.paints
    qtbot.waitUntil(lambda: window.frames.paints > paints + 5)
    assert window.choice == FrontEndChoice()
    assert "64" not in window.controls._frontend.whole_text


VIEW_NAMES = ("mel", "linear", "log", "mfcc", "waveform")
AXES = {"mel": "Hz", "linear": "Hz", "log": "Hz", "mfcc": "coef", "waveform": "FS"}


def until_shown_as(qtbot: QtBot, app: object, name: str) -> None:
    window = app.window  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: window.feed.frontend.representation == name)
    qtbot.waitUntil(lambda: window.feed.columns.written > 3)


def test_the_keys_1_to_5_switch_views_while_sound_runs(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_app(noise(20.0))
    window, plot = app.window, app.window.plot
    for key, name in ((2, "linear"), (3, "log"), (4, "mfcc"), (5, "waveform"), (1, "mel")):
        qtbot.keyClick(window, str(key))
        until_shown_as(qtbot, app, name)
        assert window.controls.view.currentData() == name
        assert plot._hz_label.text() == AXES[name]
        assert plot.bar.isVisible() is (name != "waveform")
        assert plot.image.view.frontend is window.feed.frontend
    assert app.stats()["columns_lost"] == 0


def test_the_control_switches_views_and_says_what_they_are(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_app(noise(20.0))
    controls, image = app.window.controls, app.window.plot.image
    titles, sizes = set(), []
    for _ in VIEW_NAMES:
        until_shown_as(qtbot, app, controls.view.currentData())
        titles.add(image.accessibleName())
        sizes.append(controls._frontend.whole_text)
        assert image.accessibleName() in controls.view.toolTip()
        qtbot.keyClick(controls.view, Qt.Key.Key_Down)
    assert len(titles) == 5
    assert sizes == [
        "live · 2048 / 480 · 128 mels",
        "live · 2048 / 480 · 1025 bins",
        "live · 2048 / 480 · 240 bands",
        "live · 2048 / 480 · 20 MFCCs",
        "live · hop 480",
    ]


def test_another_view_begins_with_the_sound_that_is_on_the_screen(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    y = noise(20.0)
    app = open_app(y)
    qtbot.waitUntil(lambda: app.window.feed.columns.written > 100)
    qtbot.keyClick(app.window, "3")
    until_shown_as(qtbot, app, "log")
    feed = app.window.feed
    assert feed.replayed >= 100
    expected = log_mel(y[: 2 * SR], feed.frontend)[:, :100]
    assert np.array_equal(feed.columns.read(0, 100).values.T, expected)
    assert app.stats()["columns"] == pytest.approx(feed.columns.written, abs=2)


def test_a_picture_that_stands_shows_the_same_moment_in_another_view(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    y = tone(1000.0, 20.0, 1.0, 1.3)
    app = open_app(y)
    image = app.window.plot.image
    qtbot.waitUntil(lambda: image.edge_s > 2.0)
    qtbot.keyClick(app.window, Qt.Key.Key_Space)
    paused_s = image.paused_at
    for key, name in ((2, "linear"), (5, "waveform"), (1, "mel")):
        qtbot.keyClick(app.window, str(key))
        until_shown_as(qtbot, app, name)
        assert app.window.controls.pause.isChecked()
        assert image.paused_at == pytest.approx(paused_s, abs=0.03)
        assert image.edge_s == image.paused_at
        [times] = app.window.plot._time._axis._tickLevels
        assert [label for _, label in times][:2] == ["0 s", "1 s"]
    last = image.shown_to
    expected = log_mel(y[: 3 * SR], app.window.feed.frontend)[:, :last]
    assert np.array_equal(app.window.feed.columns.read(0, last).values.T, expected)
    qtbot.keyClick(app.window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: image.edge_s > paused_s + 0.3)


def test_switching_the_view_moves_nothing_in_the_window(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_app(noise(20.0), RunConfig(size=(900, 500)))
    place = app.window.plot.image.geometry()
    assert app.window.width() == 900
    for key, name in enumerate(VIEW_NAMES, 1):
        qtbot.keyClick(app.window, str(key))
        until_shown_as(qtbot, app, name)
        assert app.window.plot.image.geometry() == place


def test_the_view_stays_when_the_front_end_changes(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_app(noise(20.0), RunConfig(frontend=FrontEndChoice(view="log")))
    assert app.window.controls.view.currentData() == "log"
    panel = app.window.controls._panel
    panel.chosen.emit(FrontEndChoice("whisper-80"))
    qtbot.waitUntil(lambda: app.window.feed.frontend.sr == 16_000)
    assert app.window.feed.frontend.representation == "log"
    assert app.window.plot._db_label.text() == "dB"
    panel.chosen.emit(FrontEndChoice("whisper-80", changes={"n_fft": 1024}))
    qtbot.waitUntil(lambda: app.window.feed.frontend.n_fft == 1024)
    assert app.window.feed.frontend.representation == "log"


def test_a_view_that_cannot_be_leaves_the_picture_and_the_control_as_they_were(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_app(noise(5.0), RunConfig(frontend=FrontEndChoice(changes={"n_mfcc": 200})))
    feed = app.window.feed
    qtbot.keyClick(app.window, "4")
    qtbot.waitUntil(lambda: "n_mfcc=200 exceeds n_mels=128" in app.window.banner.text)
    assert app.window.feed is feed
    assert app.window.controls.view.currentData() == "mel"


@pytest.mark.parametrize("name", ["linear", "log"])
@pytest.mark.parametrize("hz", [150.0, 1000.0, 6000.0])
def test_a_tone_is_bright_on_its_row_in_the_other_views(
    qtbot: QtBot, open_app: OpenApp, hz: float, name: str
) -> None:
    app = open_app(
        tone(hz, 1.0), RunConfig(span_s=0.8, frontend=FrontEndChoice(view=name)), head_s=HEARD_S
    )
    until_ended(qtbot, app)
    view = app.window.plot.image.view
    assert view is not None
    app.window.plot.fit_range()
    shown = picture(app)[80:, 100:-100]
    lut = {int(colour): level for level, colour in enumerate(lookup_table("magma"))}
    brightness = np.array([[lut[int(p)] for p in line[::50]] for line in shown]).mean(axis=1)
    bright = np.flatnonzero(brightness == brightness.max()) + 80
    # Within half a bin, and to the row: where a bin covers several rows, on one of them.
    bin_hz = SR / 2048
    top, bottom = (
        (1 - view.fraction_of(hz + by)) * view.height for by in (bin_hz / 2, -bin_hz / 2)
    )
    row = view.height / view.frontend.n_rows
    assert bright.max() + 1 >= top - row
    assert bright.min() <= bottom + row


def test_the_waveform_shows_the_samples_and_fits_to_their_peak(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    y = tone(100.0, 1.0) / 5  # ±0.1
    app = open_app(
        y, RunConfig(span_s=0.8, frontend=FrontEndChoice(view="waveform")), head_s=HEARD_S
    )
    until_ended(qtbot, app)
    plot = app.window.plot
    wave = 0xFF000000 | int(DARK.muted[1:], 16)
    lit = np.flatnonzero(picture(app)[:, 400] == wave)
    height = plot.image.view.height
    assert (lit[0], lit[-1] + 1) == pytest.approx((0.45 * height, 0.55 * height), abs=1.5)
    qtbot.keyClick(app.window, Qt.Key.Key_F)
    low, high = plot.image.db_range
    assert low == -high
    assert 0.1 <= high <= 0.12
    lit = np.flatnonzero(picture(app)[:, 400] == wave)
    assert len(lit) == pytest.approx(height * 0.1 / high, abs=3)


def test_each_view_keeps_the_range_it_was_given(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_app(noise(20.0))
    plot = app.window.plot
    plot.set_range(-33.0, 11.0)
    for key, name in ((5, "waveform"), (1, "mel")):
        qtbot.keyClick(app.window, str(key))
        until_shown_as(qtbot, app, name)
        qtbot.waitUntil(lambda: plot.image.feed is app.window.feed)
    assert plot.image.db_range == (-33.0, 11.0)
