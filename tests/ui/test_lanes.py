"""Several channels under each other on one time axis: what each lane shows, and what they share."""

import itertools
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from livemel.app import App
from livemel.channel import Channel, Difference
from livemel.config import FrontEndChoice, RunConfig
from livemel.diagnosis.finding import Finding, Severity
from livemel.sources.opening import SourceRequest
from livemel.ui.figure import Figure, Paper
from livemel.ui.figure_file import image_of_figure
from livemel.ui.finding_overlays import FindingOverlays
from livemel.ui.finding_text import Now
from livemel.ui.lane_view import LaneView
from livemel.ui.marks import Marks, Point
from livemel.ui.readout_pane import ReadoutPane
from livemel.ui.theme import DARK, UNIT
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import HEARD_S, OpenApp, Samples
from tests.ui.test_figure import as_array

SR = 48_000
TONES = (200.0, 400.0, 700.0, 1100.0, 1800.0, 3000.0, 5000.0, 9000.0)
BESIDE_LABEL = slice(12 * UNIT, None)


def tones(seconds: float, count: int) -> Samples:
    """A tone of its own in each channel: shape (n, count)."""
    t = np.arange(round(seconds * SR))[:, np.newaxis] / SR
    hz = np.array([TONES[n % len(TONES)] for n in range(count)])
    return (0.4 * np.sin(2 * np.pi * hz * t)).astype(np.float32)


def config(lanes: Any = "all", **changes: Any) -> RunConfig:
    changes = {"span_s": 2.0, **changes}
    return RunConfig(source=SourceRequest(name="signal", lanes=lanes), **changes)


def open_ended(qtbot: QtBot, open_app: OpenApp, y: Samples, run: RunConfig) -> App:
    app = open_app(y, run, head_s=HEARD_S)
    qtbot.waitUntil(lambda: app.window.plot.image.standing_at is not None, timeout=10_000)
    return app


def picture(window: QWidget, widget: QWidget) -> np.ndarray:
    """A widget's pixels as they stand in its window: shape (height, width), 0xffRRGGBB."""
    for _ in range(100):
        before = pixels(window)
        QApplication.processEvents()
        if np.array_equal(pixels(window), before):
            break
    at, size = widget.mapTo(window, QPoint(0, 0)), widget.size()
    left, top = at.x(), at.y()
    return before[top : top + size.height(), left : left + size.width()]


def pixels(window: QWidget) -> np.ndarray:
    grabbed = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    data = np.frombuffer(grabbed.constBits(), dtype=np.uint32)
    return data.reshape(grabbed.height(), grabbed.bytesPerLine() // 4)[:, : grabbed.width()].copy()


def lane_of(app: App, channel: Channel) -> QWidget:
    """The picture that shows that channel."""
    plot = app.window.plot
    return plot.lanes.pictures[plot.lanes.shown.index(channel)]


def brightest_row(app: App, channel: Channel) -> float:
    """Where in its lane a channel is the loudest, from the bottom, as a fraction."""
    shown = picture(app.window, lane_of(app, channel))[40:, BESIDE_LABEL]
    light = sum(((shown >> shift) & 0xFF).astype(int) for shift in (0, 8, 16))
    rows = np.asarray(light).mean(axis=1)
    height = lane_of(app, channel).height()
    return 1 - (40 + np.flatnonzero(rows == rows.max()).mean() + 0.5) / height


def test_each_tone_is_on_its_row_of_its_own_lane(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_ended(qtbot, open_app, tones(3.0, 3), config(size=(1280, 900)))
    assert app.window.plot.lanes.shown == (1, 2, 3)
    view = app.window.plot.image.view
    assert view is not None
    for channel, hz in zip((1, 2, 3), TONES, strict=False):
        expected = view.fraction_of(hz)
        if expected < 1 - 40 / lane_of(app, channel).height():
            assert brightest_row(app, channel) == pytest.approx(expected, abs=1.5 / 128)


@pytest.mark.parametrize("channel", [1, 2, 3])
def test_a_lane_has_the_pixels_of_a_window_that_shows_it_alone(
    qtbot: QtBot, open_app: OpenApp, channel: int
) -> None:
    y = tones(1.5, 3) * np.linspace(0.1, 1.0, 72_000, dtype=np.float32)[:, np.newaxis]
    app = open_ended(qtbot, open_app, y, config(size=(1000, 1000)))
    lane = lane_of(app, channel)
    several = picture(app.window, lane)
    alone = open_ended(qtbot, open_app, y, config((channel,), size=(1000, 1000)))
    window, image = alone.window, alone.window.plot.image
    window.resize(1000, 1000 - image.height() + lane.height())
    qtbot.waitUntil(lambda: image.size() == lane.size())
    below_pill = slice(80, None)
    assert np.array_equal(
        picture(window, image)[below_pill, BESIDE_LABEL], several[below_pill, BESIDE_LABEL]
    )


def test_new_sound_enters_all_lanes_at_once_and_stays_where_it_was(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    """While it runs, each lane shows what it shows when it is drawn as a whole."""
    app = open_app(tones(8.0, 4), config())
    image = app.window.plot.image
    qtbot.waitUntil(lambda: image.edge_s > 1.0)
    app.window.controls.pause.setChecked(True)
    incremental = [picture(app.window, lane_of(app, n))[60:] for n in (1, 2, 3, 4)]
    newest = {view._canvas.newest for view in app.window.plot.lanes.views} | {image.newest}
    assert len(newest) == 1
    app.window.plot.set_range(*image.db_range)
    image.set_look(app.window.theme_choice.theme, app.window.cmap)
    for n, before in zip((1, 2, 3, 4), incremental, strict=True):
        assert np.array_equal(picture(app.window, lane_of(app, n))[60:], before)


def test_eight_of_many_are_on_the_screen_and_the_others_a_page_away(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_ended(qtbot, open_app, tones(1.0, 20), config())
    window, stack = app.window, app.window.plot.lanes
    assert stack.shown == tuple(range(1, 9))
    assert window.controls.channel.whole_text == "all 20 · 1–8 of 20"
    qtbot.keyClick(window, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert stack.shown == tuple(range(9, 17))
    assert window.feed is not None
    assert window.feed.channel == 9  # the focus stays on the screen
    assert brightest_row(app, 10) == pytest.approx(image_fraction(app, TONES[1]), abs=2 / 128)
    stack.scroll_bar.setValue(12)
    assert stack.shown == tuple(range(13, 21))
    assert len(window.feed.lanes) == 20
    turn(stack.label, 1)
    assert stack.shown == tuple(range(12, 20))


def image_fraction(app: App, hz: float) -> float:
    view = app.window.plot.image.view
    assert view is not None
    return view.fraction_of(hz)


def turn(widget: QWidget, notches: int) -> None:
    middle = QPointF(widget.rect().center())
    none, no_phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    held = Qt.KeyboardModifier.NoModifier
    delta = QPoint(0, 120 * notches)
    event = QWheelEvent(middle, widget.mapToGlobal(middle), QPoint(), delta, none, held, no_phase,
                        False)  # fmt: skip
    QApplication.sendEvent(widget, event)


def test_a_click_on_a_name_gives_that_lane_the_focus_and_a_double_click_shows_it_alone(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_app(tones(20.0, 3), config())
    window = app.window
    lane = lane_of(app, 2)
    assert isinstance(lane, LaneView)
    qtbot.mouseClick(lane.label, Qt.MouseButton.LeftButton)
    assert window.feed is not None
    assert window.feed.channel == 2
    assert lane_of(app, 2) is window.plot.image
    assert app._decks.shown.lanes == (2, 1, 3)
    qtbot.mouseDClick(window.plot.lanes.label, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.feed is not None and window.feed.channels == (2,))
    assert window.controls.channel.whole_text == "ch 2"
    assert not window.plot.lanes.label.isVisible()


def test_a_cursor_is_set_in_the_lane_that_is_clicked_and_drawn_in_all(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_ended(qtbot, open_app, tones(3.0, 3), config(size=(1280, 900)))
    image, lane = app.window.plot.image, lane_of(app, 3)
    at = QPoint(lane.width() // 2, lane.height() // 2)
    before = {n: picture(app.window, lane_of(app, n)) for n in (1, 2, 3)}
    there = lane.mapToGlobal(at)
    qtbot.mousePress(lane, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseRelease(lane, Qt.MouseButton.LeftButton, pos=lane.mapFromGlobal(there))
    assert lane_of(app, 3) is image
    cursor = image.marks.a
    assert cursor is not None
    assert cursor.seconds == pytest.approx(image.seconds_at(at.x()), abs=0.05)
    x = round(image.x_of(cursor.seconds))
    for n in (1, 2, 3):
        after = picture(app.window, lane_of(app, n))
        changed = np.flatnonzero((after != before[n]).mean(axis=0) > 0.9)
        assert len(changed)
        assert np.abs(changed - x).max() <= 2


def test_time_zoom_and_marks_are_those_of_all(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_ended(qtbot, open_app, tones(4.0, 2), config())
    image, lane = app.window.plot.image, lane_of(app, 2)
    assert isinstance(lane, LaneView)
    turn(lane, 3)  # the wheel over any lane
    assert image.span_s < 2.0
    assert (lane.span_s, lane.edge_s) == (image.span_s, image.edge_s)
    image.marks = Marks(a=Point(1.0, 400.0))
    assert lane.marks == image.marks


def test_keys_go_from_lane_to_lane_and_from_several_to_one_and_back(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_app(tones(20.0, 4), config((2, 4)))
    window = app.window
    qtbot.keyClick(window, "]")
    assert window.feed is not None
    assert window.feed.channels == (4, 2)
    qtbot.keyClick(window, "]")  # there is none below
    assert window.feed.channels == (4, 2)
    qtbot.keyClick(window, "v")
    qtbot.waitUntil(lambda: window.feed is not None and window.feed.channels == (4,))
    qtbot.keyClick(window, "v")
    qtbot.waitUntil(lambda: window.feed is not None and window.feed.channels == (4, 2))
    qtbot.keyClick(window, "v")
    qtbot.waitUntil(lambda: window.feed is not None and window.feed.channels == (4,))
    qtbot.keyClick(window, "]")
    qtbot.waitUntil(lambda: window.feed is not None and window.feed.channels == (1,))


def test_a_picture_that_stands_stands_on_when_the_focus_goes(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_app(tones(20.0, 3), config())
    window, image = app.window, app.window.plot.image
    qtbot.waitUntil(lambda: image.edge_s > 0.6)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    edge_s, shown = image.paused_at, picture(window, lane_of(app, 3))[60:, BESIDE_LABEL]
    qtbot.keyClick(window, "]")
    qtbot.keyClick(window, "]")
    assert lane_of(app, 3) is image
    assert image.paused_at == edge_s
    assert np.array_equal(picture(window, image)[60:, BESIDE_LABEL], shown)


def test_of_a_whole_file_lanes_are_computed_anew_and_the_focus_is_not(
    qtbot: QtBot, open_app: OpenApp, tmp_path: Path
) -> None:
    names = [str(tmp_path / f"{n}.wav") for n in "ab"]
    for name in names:
        soundfile.write(name, tones(2.0, 3), SR)
    app = open_app(tones(20.0, 1))
    app._files.open(names)
    window, decks = app.window, app._decks
    qtbot.waitUntil(lambda: decks.shown.is_whole and window.feed is decks.shown.engine.feed)
    window.channels.chosen.emit((1, 3))
    qtbot.waitUntil(lambda: window.feed is not None and window.feed.channels == (1, 3))
    assert brightest_row(app, 3) == pytest.approx(image_fraction(app, TONES[2]), abs=2 / 128)
    window.channels.focus(3)
    assert decks.shown.lanes == (3, 1)
    assert not decks.is_stale(decks.shown)


def test_what_is_not_shown_any_more_is_let_go(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_app(tones(20.0, 3), config())
    window = app.window
    view = window.plot.lanes.views[0]
    qtbot.waitUntil(lambda: window.plot.image.edge_s > 0.2)
    assert view.columns is not None
    gone = weakref.ref(view.columns)
    window.channels.chosen.emit((1,))
    qtbot.waitUntil(lambda: window.feed is not None and window.feed.channels == (1,))
    qtbot.waitUntil(lambda: gone() is None, timeout=2000)


def test_what_is_normalised_by_the_whole_is_so_in_every_lane(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    run = config(size=(1000, 1000), frontend=FrontEndChoice("whisper-80"))
    y = tones(2.0, 2) * np.array([1.0, 0.001], dtype=np.float32)
    app = open_ended(qtbot, open_app, y, run)
    lane = lane_of(app, 2)
    assert isinstance(lane, LaneView)
    alone = open_ended(qtbot, open_app, y, config((2,), size=(1000, 1000), frontend=run.frontend))
    shown, one = lane.columns, alone.window.plot.image.feed
    assert shown is not None
    assert one is not None
    n = one.columns.written
    assert np.array_equal(shown.read(0, n).values, one.columns.read(0, n).values)


def test_where_there_is_little_room_fewer_lanes_are_on_the_screen(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_app(tones(20.0, 8), config(size=(1280, 720)))
    window, stack = app.window, app.window.plot.lanes
    assert len(stack.shown) == 8
    stack.focus_wanted.emit(7)
    window.resize(1280, 360)
    qtbot.waitUntil(lambda: window.height() == 360 and len(stack.shown) < 8)
    assert 7 in stack.shown
    assert all(picture.height() >= 40 for picture in stack.pictures)
    tops = [picture.geometry() for picture in stack.pictures]
    assert all(not a.intersects(b) for a, b in itertools.pairwise(tops))
    window.resize(1280, 720)
    qtbot.waitUntil(lambda: len(stack.shown) == 8)


def test_readings_reach_over_the_lanes_and_do_not_take_the_mouse(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_app(tones(20.0, 8), config(), head_s=3.0)
    window, image = app.window, app.window.plot.image
    pane = window.findChild(ReadoutPane)
    assert pane is not None
    assert not pane.isVisible()
    image.marks = Marks(a=Point(1.0, 200.0))
    qtbot.waitUntil(pane.isVisible)
    assert pane.height() > image.height()
    assert window.childAt(pane.mapTo(window, QPoint(5, image.height() + 10))) is not pane
    window.channels.chosen.emit((1,))
    qtbot.waitUntil(lambda: not pane.isVisible())


def test_a_finding_of_a_channel_stands_over_its_lane(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_ended(qtbot, open_app, tones(3.0, 3), config(diagnosis=False))
    plot = app.window.plot
    overlays = FindingOverlays(plot.image, plot.lanes)
    two, both = of_channel(2), of_channel(None)
    overlays.show_findings([two, both], Now(3.0, 3.0), has_lines=False)

    def told() -> dict[Channel, tuple[Finding, ...]]:
        pictures = zip(plot.lanes.shown, plot.lanes.pictures, strict=True)
        return {channel: overlays.of(picture).findings for channel, picture in pictures}

    assert told() == {1: (both,), 2: (two,), 3: ()}
    app.window.channels.focus(3)
    assert told() == {1: (both,), 2: (two,), 3: ()}
    app.window.channels.focus(2)
    assert told() == {1: (both,), 2: (two,), 3: ()}


def of_channel(channel: int | None) -> Finding:
    return Finding("clipping", Severity.FAIL, "Clipping", 1.0, 1.5, channel=channel)


def test_a_saved_picture_has_the_lanes_of_the_screen(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_ended(qtbot, open_app, tones(3.0, 3), config())
    shown = app.window.saving.picture._shown()
    assert shown is not None
    figure = Figure(shown, Paper((900, 700), 96, DARK, "magma"))
    assert [name for name, _ in figure.lanes] == ["ch 1", "ch 2", "ch 3"]
    for n, hz in enumerate(TONES[:3]):
        light = (figure.pixels(n) >> 8 & 0xFF).mean(axis=1)
        at = 1 - (np.flatnonzero(light == light.max()).mean() + 0.5) / figure.view.height
        assert at == pytest.approx(figure.view.fraction_of(hz), abs=1 / 128)
    saved = as_array(image_of_figure(figure))
    for n, place in enumerate(figure.places):
        drawn = saved[place.top() : place.bottom() + 1, place.left() + 90 : place.right() + 1]
        own = figure.pixels(n)[:, 90:, np.newaxis] >> np.array([16, 8, 0]) & 0xFF
        assert np.array_equal(drawn, own)


def test_the_range_fits_all_lanes_of_the_screen(qtbot: QtBot, open_app: OpenApp) -> None:
    """Of one lane that is quiet and one that is loud: by itself, and by F."""
    rng = np.random.default_rng(0)
    y = (rng.standard_normal((12 * SR, 2)) * (1e-4, 0.3)).astype(np.float32)
    ends: dict[object, list[tuple[float, float]]] = {}
    for lanes in ((1,), (2,), (1, 2)):
        app = open_app(y, config(lanes, auto_range=True), head_s=4.0)
        image = app.window.plot.image
        qtbot.waitUntil(lambda image=image: image.edge_s > 4.2)
        followed = image.db_range
        app.window.plot.fit_range()
        ends[lanes] = [followed, image.db_range]
        app.window.close()
    for quiet, loud, both in zip(ends[1,], ends[2,], ends[1, 2], strict=True):
        assert both[0] < (quiet[0] + loud[0]) / 2
        assert both[1] > (quiet[1] + loud[1]) / 2


def test_beside_another_file_only_the_lane_with_the_focus_is_shown(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    app = open_app(tones(20.0, 3), config())
    plot, other = app.window.plot, QWidget()
    plot.set_beside(other)
    assert plot.lanes.pictures == [plot.image]
    assert not plot.lanes.label.isVisible()
    plot.set_beside(None)
    assert len(plot.lanes.pictures) == 3
    other.deleteLater()


def test_mixtures_stand_below_the_channels(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_app(tones(20.0, 2), config((Difference(1, 2), None, 2, 1)))
    stack = app.window.plot.lanes
    assert stack.shown == (1, 2, None, Difference(1, 2))
    names = [
        picture.label.text() if isinstance(picture, LaneView) else stack.label.text()
        for picture in stack.pictures
    ]
    assert names == ["ch 1", "ch 2", "mix", "L − R"]
    titles = [view.accessibleName() for view in stack.views]
    assert titles[0] == "Spectrogram of channel 1"


def test_one_channel_has_no_name_and_all_of_the_room(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_app(tones(20.0, 1), RunConfig())
    plot = app.window.plot
    assert not plot.lanes.label.isVisible()
    assert not plot.lanes.scroll_bar.isVisible()
    assert plot.lanes.pictures == [plot.image]
    assert not app.window.controls.channel.isEnabled()
