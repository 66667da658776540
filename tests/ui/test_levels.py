"""Weighting, calibration and fit to the selection, in the window."""

import numpy as np
import pytest
from livemel.app import App
from livemel.config import FrontEndChoice, RunConfig
from livemel.dsp.centres import centres, rows_within
from livemel.dsp.weighting import LevelScale
from livemel.ui.calibration_dialog import CalibrationDialog
from livemel.ui.level_meter import LevelMeter
from livemel.ui.marks import Box, Marks
from livemel.ui.spectrogram_view import SpectrogramView
from livemel.ui.theme import DARK
from livemel.ui.values_of import values_between
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from tests.ui.conftest import HEARD_S, OpenApp
from tests.ui.test_window import SR, noise, picture, tone, until_ended

SHIFT = Qt.KeyboardModifier.ShiftModifier
STILL = RunConfig(span_s=1.0)


def action(app: App, text: str) -> QAction:
    return next(a for a in app.window.actions() if a.text().startswith(text))


def axis(app: App) -> str:
    return app.window.plot._db_label.text()


def shown(app: App) -> np.ndarray:
    """The picture without the pill over it."""
    return picture(app)[80:]


def dialog_of(app: App) -> CalibrationDialog:
    return app.window.findChildren(CalibrationDialog)[-1]


# --- weighting ------------------------------------------------------------------------------------


def test_i_weights_all_history_at_once_and_never_touches_the_columns(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_app(noise(1.0), STILL, head_s=HEARD_S)
    until_ended(qtbot, app)
    columns = app.window.feed.columns
    plain, values = shown(app), columns.read(0, columns.written).values
    pictures = []
    for name, unit in (("A", "dB(A)"), ("C", "dB(C)"), ("none", "dB")):
        qtbot.keyClick(app.window, Qt.Key.Key_I)
        assert axis(app) == unit
        assert action(app, "Weighting").text() == f"Weighting: {name}"
        pictures.append(shown(app))
    assert not np.array_equal(pictures[0], plain)
    assert not np.array_equal(pictures[0], pictures[1])
    assert np.array_equal(pictures[2], plain)
    assert np.array_equal(columns.read(0, columns.written).values, values)


def test_the_weighted_picture_is_the_plain_one_by_a_range_moved_by_the_curve(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_app(noise(1.0), STILL, head_s=HEARD_S)
    until_ended(qtbot, app)
    image, plot = app.window.plot.image, app.window.plot
    low, high = image.db_range
    offsets = LevelScale("A").rows(app.window.feed.frontend)
    rows = image.view.bands_of_rows()
    qtbot.keyClick(app.window, Qt.Key.Key_I)
    weighted = picture(app)
    qtbot.keyClick(app.window, Qt.Key.Key_I)
    qtbot.keyClick(app.window, Qt.Key.Key_I)
    for band in (5, 60, 100):
        plot.set_range(low - float(offsets[band]), high - float(offsets[band]))
        y = np.flatnonzero(rows == band)
        y = y[y > 80]
        same = picture(app)[y] == weighted[y]
        assert same.mean() > 0.99  # a rounding apart


@pytest.mark.parametrize(
    ("choice", "reason"),
    [
        (FrontEndChoice(view="mfcc"), "no frequencies"),
        (FrontEndChoice(view="waveform"), "no frequencies"),
        (FrontEndChoice("kaldi"), "log='ln'"),
        (FrontEndChoice("whisper-80"), "normalise='running'"),
    ],
)
def test_where_columns_are_no_levels_the_weighting_is_disabled_with_its_reason(
    qtbot: QtBot, open_app: OpenApp, choice: FrontEndChoice, reason: str
) -> None:
    app = open_app(noise(1.0), RunConfig(frontend=choice, weighting="A", spl_offset=94.0))
    weighting = action(app, "Weighting")
    assert not weighting.isEnabled()
    assert reason in weighting.toolTip()
    assert "dB(" not in axis(app)
    assert "SPL" not in axis(app)
    assert "dB SPL" in app.window.status.meter.text
    qtbot.keyClick(app.window, "2")
    qtbot.waitUntil(lambda: axis(app) == "dB SPL(A)")
    assert weighting.isEnabled()


# --- calibration ----------------------------------------------------------------------------------


def test_a_sine_reads_its_spl_on_the_axis_and_in_the_meter(qtbot: QtBot, open_app: OpenApp) -> None:
    """A full-scale sine is 120 dB SPL, so that one of half the height is 114."""
    band = 60
    hz = float(centres(FrontEndChoice().build(SR))[band])
    app = open_app(tone(hz, 1.5), RunConfig(span_s=1.0, spl_offset=120.0), head_s=HEARD_S)
    until_ended(qtbot, app)
    image = app.window.plot.image
    assert axis(app) == "dB SPL"
    read = (
        values_between(image.feed, *image.visible_s, image.scale)[:, band].max()
        + image.view.shift_db
    )
    assert read == pytest.approx(120 - 6.02, abs=0.05)
    qtbot.waitUntil(lambda: "114.0 dB SPL" in app.window.status.meter.text)


def test_a_calibration_names_the_colours_anew_and_leaves_their_range(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_app(noise(1.0), STILL, head_s=HEARD_S)
    until_ended(qtbot, app)
    plot, fe = app.window.plot, app.window.feed.frontend
    before, (low, high) = shown(app), plot.image.db_range
    labels = [float(t[1].replace("−", "-")) for t in plot._level._axis._tickLevels[0]]
    app.window.levels.calibrate(120.0)
    assert plot.image.db_range == (low, high)
    picture(app)
    shift = plot.image.view.shift_db
    added = LevelScale("Z", 120.0).rows(fe)
    assert abs(shift - added[np.abs(centres(fe) - 1000).argmin()]) <= 2.5
    now = [float(t[1].replace("−", "-")) for t in plot._level._axis._tickLevels[0]]
    assert now == [label + shift for label in labels]
    app.window.levels.calibrate(None)
    assert np.array_equal(shown(app), before)


def test_what_sounds_now_calibrates(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_app(tone(1000.0, 20.0))
    qtbot.waitUntil(lambda: app.window.feed.columns.written > 110)
    qtbot.keyClick(app.window, Qt.Key.Key_I, SHIFT)
    dialog = dialog_of(app)
    assert dialog.isVisible()
    assert dialog.by_sound.isChecked()
    qtbot.waitUntil(dialog.accept_button.isEnabled)
    dialog.sound_spl.setValue(94.0)
    dialog.accept_button.click()
    # The sine has half the height: full scale is 6.02 dB more.
    assert app.window.levels.scale.full_scale_spl == pytest.approx(100.02, abs=0.02)
    qtbot.waitUntil(lambda: "94.0 dB SPL" in app.window.status.meter.text)
    assert axis(app) == "dB SPL"


def test_full_scale_calibrates_and_a_calibration_is_taken_back(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_app(np.zeros(20 * SR, dtype=np.float32))
    qtbot.waitUntil(lambda: app.window.feed.columns.written > 5)
    qtbot.keyClick(app.window, Qt.Key.Key_I, SHIFT)
    dialog = dialog_of(app)
    assert not dialog.accept_button.isEnabled()  # nothing sounds
    dialog.by_scale.click()
    assert dialog.accept_button.isEnabled()
    dialog.scale_spl.setValue(117.5)
    with qtbot.waitSignal(dialog.destroyed):
        dialog.accept_button.click()
    assert app.window.levels.scale.full_scale_spl == 117.5
    action(app, "Calibrate").trigger()
    dialog = dialog_of(app)
    assert (dialog.by_scale.isChecked(), dialog.scale_spl.value()) == (True, 117.5)
    forget = next(b for b in dialog.buttons.buttons() if b.text() == "No calibration")
    with qtbot.waitSignal(dialog.destroyed):
        forget.click()
    assert app.window.levels.scale == LevelScale()
    assert axis(app) == "dB"


@pytest.mark.parametrize(
    ("sound", "told"),
    [
        (np.zeros(20 * SR, dtype=np.float32), "nothing sounds"),
        (np.sign(tone(1000.0, 20.0)), "it clips"),
    ],
)
def test_silence_and_clipping_do_not_calibrate(
    qtbot: QtBot, open_app: OpenApp, sound: np.ndarray, told: str
) -> None:
    app = open_app(sound)
    qtbot.waitUntil(lambda: app.window.feed.columns.written > 20)
    qtbot.keyClick(app.window, Qt.Key.Key_I, SHIFT)
    dialog = dialog_of(app)
    qtbot.waitUntil(lambda: told in dialog._now.text())
    assert not dialog.accept_button.isEnabled()
    dialog.reject()


def test_each_source_has_its_own_calibration(qtbot: QtBot, open_app: OpenApp) -> None:
    levels = open_app(
        noise(1.0), RunConfig(calibrations={"signal": 94.0, "B": 100.0})
    ).window.levels
    assert levels.scale.full_scale_spl == 94.0
    for name, spl in (("B", 100.0), ("C", None), ("signal", 94.0)):
        levels.show_source(name)
        assert levels.scale.full_scale_spl == spl


def test_the_flag_counts_for_every_source_until_one_is_calibrated(open_app: OpenApp) -> None:
    config = RunConfig(spl_offset=120.0, calibrations={"signal": 94.0, "B": 100.0})
    levels = open_app(noise(1.0), config).window.levels
    assert levels.scale.full_scale_spl == 120.0
    levels.calibrate(90.0)
    assert levels.scale.full_scale_spl == 90.0
    levels.show_source("B")
    assert levels.scale.full_scale_spl == 100.0


def test_the_meter_tells_silence_as_such_whatever_the_calibration(qtbot: QtBot) -> None:
    meter = LevelMeter(DARK)
    qtbot.addWidget(meter)
    meter.show_level(0.5, 0.125, False)
    assert meter.text.split() == ["−9.0", "dB", "FS", "peak", "−6.0"]
    meter.set_calibration(120.0)
    # A sine of half the height; peaks are of the pressure, and so 3 dB above its RMS.
    assert meter.text.split() == ["114.0", "dB", "SPL", "peak", "117.0"]
    assert "120 dB SPL" in meter.toolTip()
    meter.show_level(0.0, 0.0, False)
    assert "−∞ dB SPL" in meter.text.replace("\u2007", "").replace("−∞", "−∞")


def test_the_meter_has_no_number_where_there_is_no_sound(qtbot: QtBot) -> None:
    meter = LevelMeter(DARK)
    qtbot.addWidget(meter)
    meter.show_level(0.5, 0.125, False)
    width = len(meter.text)
    meter.show_no_sound()
    assert meter.text.replace("\u2007", "").split() == ["–", "dB", "FS", "peak", "–"]
    assert len(meter.text) == width
    meter.show_level(0.5, 0.125, False)
    assert meter.text.split() == ["−9.0", "dB", "FS", "peak", "−6.0"]


# --- fit to the selection -------------------------------------------------------------------------


def test_shift_a_fits_the_range_to_the_box_alone(qtbot: QtBot, open_app: OpenApp) -> None:
    y = noise(1.5) * np.where(np.arange(round(1.5 * SR)) < SR * 3 // 4, 1, 1e-3).astype(np.float32)
    app = open_app(y, RunConfig(span_s=1.4), head_s=HEARD_S)
    until_ended(qtbot, app)
    image = app.window.plot.image
    fitted = []
    for start, stop in ((0.2, 0.6), (0.9, 1.3)):
        image.marks = Marks(selection=Box(start, stop, 2000.0, 4000.0))
        qtbot.keyClick(app.window, Qt.Key.Key_A, SHIFT)
        rows = rows_within(image.feed.frontend, 2000.0, 4000.0)
        values = values_between(image.feed, start, stop, image.scale, rows)
        assert values.shape[0] == pytest.approx(40, abs=2)
        low, high = image.db_range
        assert np.mean((values >= low) & (values <= high)) > 0.94
        fitted.append((low, high))
    assert fitted[0][1] - fitted[1][1] == pytest.approx(60, abs=10)
    assert not app.window.auto_range.on


def test_a_box_without_frequencies_and_one_outside_of_history_are_no_trouble(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_app(
        noise(1.0), RunConfig(frontend=FrontEndChoice(view="waveform"), span_s=1.0), head_s=HEARD_S
    )
    until_ended(qtbot, app)
    image = app.window.plot.image
    image.marks = Marks(selection=Box(0.2, 0.6, float("nan"), float("nan")))
    qtbot.keyClick(app.window, Qt.Key.Key_A, SHIFT)
    assert image.db_range != (-1.0, 1.0)
    before = image.db_range
    image.marks = Marks(selection=Box(50.0, 60.0, 100.0, 200.0))
    qtbot.keyClick(app.window, Qt.Key.Key_A, SHIFT)
    assert image.db_range == before


def test_a_box_of_nothing_but_silence_leaves_a_range_that_one_can_see(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_app(np.zeros(SR, dtype=np.float32), STILL, head_s=HEARD_S)
    until_ended(qtbot, app)
    image = app.window.plot.image
    image.marks = Marks(selection=Box(0.2, 0.6, 100.0, 200.0))
    qtbot.keyClick(app.window, Qt.Key.Key_A, SHIFT)
    low, high = image.db_range
    assert 10 <= high - low < 12


def test_without_a_selection_the_banner_says_what_to_do(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_app(noise(1.0))
    before = app.window.plot.image.db_range
    qtbot.keyClick(app.window, Qt.Key.Key_A, SHIFT)
    assert "Nothing is selected" in app.window.banner.text
    assert app.window.plot.image.db_range == before


def test_what_clipped_just_before_an_outage_lights_the_light(
    qtbot: QtBot, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SpectrogramView, "is_lost", property(lambda _: True))
    meter = open_app(np.ones(8 * 48_000, dtype=np.float32)).window.status.meter
    qtbot.waitUntil(lambda: meter.clipped, timeout=10_000)
    assert not meter._has_sound
