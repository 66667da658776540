"""The panels around the picture: what they show, when, and that they are there the next time."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from livemel.channel import Difference
from livemel.cli import parse_run
from livemel.config import PANELS, RunConfig
from livemel.errors import ParameterError
from livemel.settings import Settings, load, save_workspace
from livemel.sources.opening import SourceRequest
from livemel.ui.column_curve import fraction_of_row
from livemel.ui.levels_panel import channels_shown, number
from livemel.ui.marks import Marks, Point
from livemel.ui.stream_time import columns_at
from livemel.ui.theme import LIGHT, UNIT
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor, QFont, QFontMetrics, QImage
from PySide6.QtWidgets import QApplication, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import HEARD_S, OpenApp, Samples
from tests.ui.test_memory import Start, path, start  # noqa: F401 (fixtures)

SR = 48_000
ALL = RunConfig(span_s=2.0, panels=PANELS)
KEYS = {
    "slice": Qt.Key.Key_F2,
    "waveform": Qt.Key.Key_F3,
    "levels": Qt.Key.Key_F4,
    "f0": Qt.Key.Key_F5,
}


def noise(seconds: float) -> Samples:
    return (0.1 * np.random.default_rng(0).standard_normal(round(seconds * SR))).astype(np.float32)


def tone(hz: float, seconds: float, level: float = 0.5) -> Samples:
    return (level * np.sin(2 * np.pi * hz * np.arange(round(seconds * SR)) / SR)).astype("f4")


def until_ended(qtbot: QtBot, app: Any) -> None:
    qtbot.waitUntil(lambda: app.window.plot.image.standing_at is not None, timeout=10_000)


def widgets(window: Any) -> dict[str, QWidget | None]:
    panels = window.panels
    return {"slice": panels.slice, "waveform": panels.wave, "levels": panels.levels}


def pixels(widget: QWidget) -> np.ndarray:
    """What a widget shows: shape (height, width), 0xffRRGGBB."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    data = np.frombuffer(image.constBits(), dtype=np.uint32)
    return data.reshape(image.height(), image.bytesPerLine() // 4)[:, : image.width()].copy()


def aside(qtbot: QtBot, window: Any) -> None:
    """The pointer is not over the picture."""
    qtbot.mouseMove(window.controls, QPoint(2, 2))
    image = window.plot.image
    qtbot.waitUntil(lambda: not image.rect().contains(image.mapFromGlobal(QCursor.pos())))


def left_and_right(widget: QWidget) -> tuple[int, int]:
    """In pixels of the screen."""
    left = widget.mapToGlobal(QPoint(0, 0)).x()
    return left, left + widget.width()


@pytest.mark.parametrize("name", PANELS)
def test_a_key_shows_a_panel_and_hides_it(qtbot: QtBot, open_app: OpenApp, name: str) -> None:
    window = open_app(noise(10.0)).window
    assert all(widget is None for widget in widgets(window).values())  # not even made
    size, overlays = window.plot.image.size(), list(window.plot.image.overlays)
    qtbot.keyClick(window, KEYS[name])
    assert window.panels.shown == (name,)
    assert window.panels.actions[name].isChecked()
    assert name == "f0" or widgets(window)[name].isVisible()
    qtbot.keyClick(window, KEYS[name])
    assert window.panels.shown == ()
    assert not window.panels.actions[name].isChecked()
    qtbot.waitUntil(lambda: window.plot.image.size() == size)
    assert window.plot.image.overlays == overlays


def test_each_panel_has_a_name_and_a_button_that_closes_it(qtbot: QtBot, open_app: OpenApp) -> None:
    window = open_app(noise(10.0), ALL).window
    for name in ("Slice", "Waveform", "Levels"):
        assert any(child.accessibleName() == name for child in window.findChildren(QWidget))
    for tip in ("Close Slice", "Close Wave", "Close Levels"):
        (button,) = (b for b in window.findChildren(QToolButton) if b.accessibleName() == tip)
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.panels.shown == ("f0",)
    assert not any(action.isChecked() for name, action in window.panels.actions.items() if
                   name != "f0")  # fmt: skip


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_with_all_of_them_the_picture_has_half_the_window(
    open_app: OpenApp, size: tuple[int, int]
) -> None:
    window = open_app(noise(10.0), RunConfig(size=size, panels=PANELS)).window
    image = window.plot.image
    assert image.width() * image.height() > 0.4 * size[0] * size[1]


def test_the_slice_has_the_very_values_and_rows_of_the_picture(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_app(noise(1.5), ALL, head_s=HEARD_S)
    until_ended(qtbot, app)
    window = app.window
    aside(qtbot, window)
    image, panel = window.plot.image, window.panels.slice
    newest = image.shown_to - 1
    qtbot.waitUntil(lambda: panel.column == newest)
    assert np.array_equal(panel.values, window.feed.columns.read(newest, newest + 1).values[0])
    # Its plot is as high as the image, and stands right beside it.
    plot, top = panel._plot, panel.mapTo(window.plot, QPoint(0, 0)).y()
    assert (top + plot.top(), plot.height()) == (image.geometry().top(), image.height())
    assert panel.geometry().left() == image.geometry().right() + 1


def test_beside_several_lanes_the_slice_is_as_high_as_all_of_them(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    y = np.stack([tone(3000.0, 1.5), *[noise(1.5)] * 3], axis=1)
    lanes = replace(ALL, source=SourceRequest(name="signal", lanes=(1, 2, 3, 4)))
    app = open_app(y, lanes, head_s=HEARD_S)
    until_ended(qtbot, app)
    window = app.window
    aside(qtbot, window)
    panel, plot = window.panels.slice, window.panels.slice._plot
    first, *_, last = (picture.geometry() for picture in window.plot.lanes.pictures)
    top = panel.mapTo(window.plot, QPoint(0, 0)).y()
    assert (top + plot.top(), plot.height()) == (first.top(), last.bottom() + 1 - first.top())
    qtbot.waitUntil(lambda: [text for _, text in panel.labels] == ["3000.00 Hz"])
    inside = pixels(panel)[int(plot.top()) : int(plot.bottom()), int(plot.left()) : -90]
    longest = np.flatnonzero((inside == panel._inside).sum(axis=1) > 0.9 * inside.shape[1] - 20)
    assert panel.header.title.text().startswith("Slice · ch 1 · ")
    at = fraction_of_row(panel.labels[0][0], window.plot.image.view)
    assert abs(1 - longest.mean() / plot.height() - at) < 0.02


def test_a_peak_stands_beside_its_line(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_app(tone(3000.0, 1.5), ALL, head_s=HEARD_S)
    until_ended(qtbot, app)
    window = app.window
    aside(qtbot, window)
    panel, image = window.panels.slice, window.plot.image
    qtbot.waitUntil(lambda: [text for _, text in panel.labels] == ["3000.00 Hz"])
    shown, plot = pixels(panel), panel._plot
    inside = shown[int(plot.top()) : int(plot.bottom()), int(plot.left()) : int(plot.right()) - 80]
    longest = np.flatnonzero((inside == panel._inside).sum(axis=1) > 0.9 * inside.shape[1] - 20)
    assert abs(longest.mean() - image.y_of(3000.0)) <= image.height() / 128 + 1


def test_the_slice_is_the_one_at_cursor_a_or_under_the_pointer(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_app(noise(1.5), ALL, head_s=HEARD_S)
    until_ended(qtbot, app)
    window = app.window
    image, panel = window.plot.image, window.panels.slice
    qtbot.mouseMove(image, QPoint(image.width() // 2, 50))
    under = int(columns_at(window.feed, image.seconds_at(image.width() // 2)))
    qtbot.waitUntil(lambda: abs(panel.column - under) <= 1)
    image.marks = Marks(a=Point(0.8, 440.0))
    at_a = int(columns_at(window.feed, 0.8))
    qtbot.waitUntil(lambda: panel.column == at_a)
    assert "A 0.80 s" in panel.header.title.text()
    middle_s = (window.feed.frontend.first_centre + at_a * 480) / SR
    assert abs(middle_s - 0.8) <= 240 / SR


def test_peak_hold_is_of_all_that_was_shown_until_it_is_reset(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    loud_then_quiet = np.concatenate([noise(1.0), 0.01 * noise(2.0)])
    app = open_app(loud_then_quiet, ALL)
    panel, image = app.window.panels.slice, app.window.plot.image
    (button,) = (
        b
        for b in panel.findChildren(QToolButton)
        if b.accessibleName() == "Reset peak hold and average"
    )

    def reset_at(seconds: float) -> int:
        qtbot.waitUntil(lambda: image.edge_s > seconds)
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        return image.shown_to

    def held_from(begin: int) -> np.ndarray:
        qtbot.waitUntil(lambda: panel._held_to > begin + 60)
        shown = app.window.feed.columns.read(begin, panel._held_to).values
        assert np.array_equal(panel.hold.peak, shown.max(axis=0))
        assert np.all(panel.hold.average <= panel.hold.peak + 1e-3)
        return panel.hold.peak

    loud = held_from(reset_at(0.3))
    assert np.all(held_from(reset_at(1.2)) < loud)


def test_of_another_source_nothing_is_held(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_app(noise(8.0), ALL)
    panel, feed = app.window.panels.slice, app.window.feed
    qtbot.waitUntil(lambda: panel.hold is not None and panel.hold.peak is not None)
    loud = panel.hold.peak.copy()
    app.switch_source(SourceRequest(name="demo:silence"))
    qtbot.waitUntil(lambda: app.window.feed is not feed)
    qtbot.waitUntil(lambda: panel._feed is app.window.feed and panel.hold.peak is not None)
    assert np.all(panel.hold.peak < loud)


def test_a_view_without_levels_has_no_slice(qtbot: QtBot, open_app: OpenApp) -> None:
    window = open_app(noise(8.0), ALL).window
    for key in (Qt.Key.Key_5, Qt.Key.Key_4, Qt.Key.Key_2):
        feed = window.feed
        qtbot.keyClick(window, key)
        qtbot.waitUntil(lambda feed=feed: window.feed is not feed)
        rows, panel = window.feed.columns.n_rows, window.panels.slice
        qtbot.waitUntil(
            lambda rows=rows, panel=panel: panel.values is not None and len(panel.values) == rows
        )
        window.grab()
    qtbot.waitUntil(lambda: window.plot.image.edge_s > 1.0)


def test_the_waveform_has_the_pictures_edges_and_its_time(qtbot: QtBot, open_app: OpenApp) -> None:
    """A click in silence: its peak stands where the picture's time says, to a pixel, while it
    moves, in another size, at another span and after it has ended."""
    y = 1e-4 * noise(3.0)
    y[SR + 77] = 0.7
    app = open_app(y, ALL)
    window = app.window
    image, strip = window.plot.image, window.panels.wave
    looks = 0

    def look() -> None:
        nonlocal looks
        looks += 1
        assert left_and_right(strip) == left_and_right(image)
        shown = pixels(strip)
        wave = (shown == strip._inks().wave).sum(axis=0)
        assert wave.max() > 0.3 * strip.height()
        assert abs(np.argmax(wave) + 0.5 - image.x_of((SR + 77) / SR)) <= 1

    qtbot.waitUntil(lambda: image.edge_s > 1.1)
    for _ in range(10):
        edge_s = image.edge_s
        qtbot.waitUntil(lambda edge_s=edge_s: image.edge_s > edge_s)
        look()
    window.resize(1100, 600)
    qtbot.waitUntil(lambda: window.width() == 1100)
    look()
    qtbot.keyClick(window, Qt.Key.Key_Space)
    look()
    window.controls.choose_span(5.0)
    look()
    qtbot.keyClick(window, Qt.Key.Key_Space)
    until_ended(qtbot, app)
    look()
    assert looks == 14


def test_full_scale_has_a_red_mark_at_its_time_and_a_quiet_sound_fills_the_strip(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    y = tone(300.0, 1.5, 0.015)
    app = open_app(y, ALL, head_s=HEARD_S)
    until_ended(qtbot, app)
    strip = app.window.panels.wave
    qtbot.waitUntil(lambda: strip.full == 0.02)
    assert strip.clip_marks() == []
    y[SR : SR + 20] = 1.0
    app = open_app(y, ALL, head_s=HEARD_S)
    until_ended(qtbot, app)
    strip, image = app.window.panels.wave, app.window.plot.image
    assert strip.full == 1.0
    (mark,) = strip.clip_marks()
    assert abs(mark / strip.devicePixelRatioF() - image.x_of((SR + 10) / SR)) <= 1
    red = np.uint32(0xFFFF5A52)
    assert np.any(pixels(strip)[:8, int(mark) - 2 : int(mark) + 2] == red)


def test_a_long_span_that_stands_fills_in_without_holding_the_window(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    """Of sound that came before the strip was shown."""
    app = open_app(noise(8.0), RunConfig(span_s=20.0), head_s=HEARD_S)
    until_ended(qtbot, app)
    window = app.window
    qtbot.keyClick(window, KEYS["waveform"])
    qtbot.keyClick(window, KEYS["f0"])
    strip = window.panels.wave
    qtbot.waitUntil(lambda: strip.pixels is not None and not strip._incomplete)
    wave = (pixels(strip) == strip._inks().wave).sum(axis=0)
    there = int(window.plot.image.x_of(0.2))
    assert wave[there + 2 :].min() > 5


def test_levels_are_those_of_each_channel(qtbot: QtBot, open_app: OpenApp) -> None:
    stereo = np.stack([tone(1000.0, 4.0, 10 ** (-23 / 20)), tone(1000.0, 4.0, 0.01)], axis=1)
    window = open_app(stereo, RunConfig(panels=("levels",))).window
    panel = window.panels.levels
    qtbot.waitUntil(lambda: window.plot.image.edge_s > 0.6)

    def rows() -> list[list[str]]:
        return [[text.strip("\u2007") for text in row] for row in panel.texts()]

    qtbot.waitUntil(lambda: rows()[:1] == [["−23.0", "−26.0", "3.0", "−26.0"]])
    assert rows()[1] == ["−40.0", "−43.0", "3.0", "−43.0"]
    assert rows()[2][3] == "−25.9"
    assert "ch 2: Peak −40.0" in panel.accessibleDescription()


def test_levels_stand_with_the_picture(qtbot: QtBot, open_app: OpenApp) -> None:
    quiet_after = np.concatenate([tone(1000.0, 1.2), np.zeros(6 * SR, dtype=np.float32)])
    window = open_app(quiet_after, RunConfig(panels=("levels", "slice"))).window
    aside(qtbot, window)
    image, panel = window.plot.image, window.panels.levels
    qtbot.waitUntil(lambda: image.edge_s > 0.8)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.panels.slice.column == image.shown_to - 1)
    feed = window.feed
    qtbot.waitUntil(lambda: feed.columns.written > 200)
    panels = window.panels
    looks = panels._looks
    qtbot.waitUntil(lambda: panels._looks > looks + 4)
    assert panel.levels.peak_db[0] == pytest.approx(-6.0, abs=0.1)
    assert window.panels.slice.column == image.shown_to - 1
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: panel.levels.peak_db[0] == -np.inf)


def test_more_than_eight_channels_are_counted(qtbot: QtBot, open_app: OpenApp) -> None:
    many = np.repeat(tone(1000.0, 3.0)[:, np.newaxis], 11, axis=1)
    window = open_app(many, RunConfig(panels=("levels",))).window
    panel = window.panels.levels
    qtbot.waitUntil(lambda: len(panel.texts()) == 9)
    assert panel._names()[-1] == "all (+3)"
    assert panel.levels.all_lufs == pytest.approx(panel.levels.lufs[0] + 10 * np.log10(11))


def test_of_more_than_eight_channels_the_levels_are_those_of_the_lanes_on_the_screen(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    many = np.stack([tone(1000.0, 9.0, 0.02 * n) for n in range(1, 17)], axis=1)
    source = SourceRequest(name="signal", lanes="all")
    window = open_app(many, RunConfig(source=source, panels=("levels",), size=(900, 900))).window
    panel, lanes = window.panels.levels, window.plot.lanes
    qtbot.waitUntil(lambda: lanes.shown == tuple(range(1, 9)) and len(panel.texts()) == 9)
    lanes.scroll(3)
    names = [f"ch {n}" for n in range(4, 12)]
    qtbot.waitUntil(lambda: panel._names() == [*names, "all (+8)"])
    qtbot.waitUntil(lambda: panel.levels.peak_db[10] == pytest.approx(20 * np.log10(0.22), abs=0.1))
    assert [row[0] for row in panel.texts()[:8]] == [
        number(panel.levels.peak_db[n - 1]) for n in range(4, 12)
    ]


@pytest.mark.parametrize(
    ("channels", "lanes", "rows"),
    [
        (2, (2, 1), (1, 2)),
        (32, (5,), range(1, 9)),  # alone: as it is without lanes
        (32, range(2, 10), range(2, 10)),
        (32, (3, 9), (3, *range(9, 16))),  # so many rows there always are
        (10, (9, 10, None), (*range(4, 11), 3)),
        (32, (None, Difference(1, 2)), range(1, 9)),
    ],
)
def test_which_channels_have_a_row_of_levels(channels: int, lanes: Any, rows: Any) -> None:
    assert channels_shown(channels, tuple(lanes)) == tuple(sorted(rows))


def test_how_many_channels_more_there_are_is_not_cut(qtbot: QtBot, open_app: OpenApp) -> None:
    many = np.repeat(tone(1000.0, 9.0)[:, np.newaxis], 32, axis=1)
    window = open_app(many, RunConfig(panels=("levels",))).window
    panel = window.panels.levels
    qtbot.waitUntil(lambda: len(panel.texts()) == 9)
    aside(qtbot, window)
    left, middle = 7 * UNIT, UNIT + 9.5 * 18  # px, of the last row's name
    row = pixels(panel)[round(middle) - 6 : round(middle) + 6, left : panel.width() // 2]
    inked = np.flatnonzero((row != row[0, -1]).any(axis=0))
    font = QFont(panel.font())
    font.setPixelSize(12)
    assert inked[-1] >= QFontMetrics(font).horizontalAdvance("all (+24)") - 3


def test_the_f0_line_lies_on_the_pitch_and_has_gaps_where_there_is_none(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    t = np.arange(2 * SR) / SR
    voice = sum(0.2 / h * np.cos(2 * np.pi * 220 * h * t + h) for h in range(1, 6))
    y = (voice * (t < 1.0) + noise(2.0) * (t >= 1.0)).astype(np.float32)
    app = open_app(y, RunConfig(span_s=2.0, panels=("f0",)), head_s=HEARD_S)
    until_ended(qtbot, app)
    window = app.window
    image, line = window.plot.image, window.panels.f0

    def told() -> bool:
        seconds, hz = line.values(image)
        sung, after = (seconds > 0.1) & (seconds < 0.95), (seconds > 1.05) & (seconds < 1.9)
        return np.allclose(hz[sung], 220, rtol=0.005) and np.isnan(hz[after]).mean() > 0.95

    qtbot.waitUntil(told)
    window.panels._look()
    image.repaint()
    x, y_px = round(image.x_of(0.5)), image.y_of(220.0)
    blue = pixels(image)[:, x] & 0xFF  # of which the colour map's bright end has less than white
    near = blue[int(y_px) - 20 : int(y_px) + 20]
    assert abs(int(y_px) - 20 + np.argmax(near) + 0.5 - y_px) <= 1.5
    assert near.max() > 180
    assert line.delay_ms == pytest.approx(21, abs=1)


def test_the_f0_line_leaves_views_without_frequencies_alone(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    window = open_app(tone(200.0, 10.0), RunConfig(panels=("f0",))).window
    qtbot.keyClick(window, Qt.Key.Key_5)
    qtbot.waitUntil(lambda: window.feed.frontend.representation == "waveform")
    window.plot.image.repaint()
    qtbot.keyClick(window, Qt.Key.Key_3)
    qtbot.waitUntil(lambda: window.feed.frontend.representation == "log")
    qtbot.waitUntil(lambda: np.isfinite(window.panels.f0.values(window.plot.image)[1]).any())


def test_the_f0_lines_tag_hides_no_small_picture(qtbot: QtBot, open_app: OpenApp) -> None:
    window = open_app(tone(200.0, 10.0), RunConfig(panels=("f0",))).window
    line, image = window.panels.f0, window.plot.image
    metrics, said = QFontMetrics(image.font()), []
    qtbot.waitUntil(lambda: line.delay_ms > 0)
    for width in (800, 200, 60):
        said.append(line.tag(metrics, width, has_hz=True))
        assert metrics.horizontalAdvance(said[-1]) < width / 2
    assert said == ["F0 · 21 ms behind", "F0", ""]
    line.waits = True
    assert line.tag(metrics, 250, has_hz=True) == "F0 waits"
    image.resize(60, 60)
    image.repaint()


def test_theme_and_presenter_mode_reach_them(qtbot: QtBot, open_app: OpenApp) -> None:
    window = open_app(noise(20.0), RunConfig(panels=PANELS, size=(1100, 700))).window
    image, panels = window.plot.image, window.panels
    qtbot.keyClick(window, Qt.Key.Key_T)
    assert panels.slice._theme is panels.levels._theme is panels.wave._theme is LIGHT
    before = {name: widget.geometry() for name, widget in widgets(window).items()}
    qtbot.keyClick(window, Qt.Key.Key_F11)
    qtbot.waitUntil(window.isFullScreen)
    qtbot.waitUntil(lambda: panels.levels.height() > 1.9 * before["levels"].height())
    assert left_and_right(panels.wave) == left_and_right(image)
    qtbot.keyClick(window, Qt.Key.Key_F11)
    qtbot.waitUntil(
        lambda: {name: widget.geometry() for name, widget in widgets(window).items()} == before
    )


def test_what_is_shown_and_how_large_is_there_the_next_time(
    qtbot: QtBot,
    start: Start,  # noqa: F811
    path: Path,  # noqa: F811
) -> None:
    window = start().window
    for name in ("slice", "waveform", "levels"):
        qtbot.keyClick(window, KEYS[name])
    for grip, by in ((window.panels.slice.grip, QPoint(-60, 0)), (None, QPoint(0, -30))):
        grip = grip or next(
            child for child in window.findChildren(QWidget)
            if child.accessibleName() == "Height of the waveform"
        )  # fmt: skip
        middle = grip.rect().center()
        qtbot.mousePress(grip, Qt.MouseButton.LeftButton, pos=middle)
        qtbot.mouseMove(grip, middle + by)
        qtbot.mouseRelease(grip, Qt.MouseButton.LeftButton, pos=middle + by)
    qtbot.keyClick(window, KEYS["levels"])
    kept = window.panels.settings()
    assert kept == {"panels": ("slice", "waveform"), "slice_width": 260, "waveform_height": 102}
    window.close()
    settings = load(path).settings
    assert {name: getattr(settings, name) for name in kept} == kept
    again = start().window
    assert again.panels.settings() == kept
    assert again.panels.wave.height() == 102
    assert again.panels.slice._plot.width() == 260


def test_a_workspace_brings_its_panels(
    qtbot: QtBot,
    start: Start,  # noqa: F811
    path: Path,  # noqa: F811
) -> None:
    window = start("--panels", "levels").window
    wanted = Settings(SourceRequest("demo"), panels=("slice", "f0"), slice_width=300)
    save_workspace("lab", wanted)
    window.workspaces.chosen.emit("lab")
    assert window.panels.shown == ("slice", "f0")
    assert window.panels.slice._plot.width() == 300
    assert not window.panels.levels.isVisible()


def test_a_flag_names_them_in_any_order() -> None:
    assert parse_run(["--panels", "levels,slice"]).panels == ("slice", "levels")
    assert parse_run(["--panels", "none"], Settings(panels=("f0",))).panels == ()
    assert parse_run([], Settings(panels=("f0",))).panels == ("f0",)
    with pytest.raises(ParameterError, match="unknown panel 'slize': there are slice, waveform"):
        parse_run(["--panels", "slize"])
    with pytest.raises(ParameterError, match="'slize'"):
        RunConfig(panels=("slize",))


@pytest.mark.parametrize("name", KEYS)
def test_the_time_axis_touches_a_picture_that_stands_whatever_opens(
    qtbot: QtBot, open_app: OpenApp, name: str
) -> None:
    app = open_app(
        noise(0.5), RunConfig(span_s=2.0, source=SourceRequest(name="signal")), head_s=HEARD_S
    )
    until_ended(qtbot, app)
    plot = app.window.plot
    for _ in range(2):  # it opens, and closes
        qtbot.keyClick(app.window, KEYS[name])
        QApplication.processEvents()  # the layout's own turn
        assert plot._time.y() == plot.image.geometry().bottom() + 1
        assert not plot._time.geometry().intersects(plot.overview.geometry())
