"""Files in the window: opening, dropping, tabs, recent files, two side by side."""

import gc
import re
from collections.abc import Callable
from pathlib import Path
from weakref import ref

import numpy as np
import pytest
import soundfile
from livemel.app import App
from livemel.config import FrontEndChoice, RunConfig
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.stream import log_mel
from livemel.settings import RecentFiles, Settings, load
from livemel.sources.opening import SUFFIXES, SourceRequest, open_source
from livemel.ui.drop_target import DropTarget
from livemel.ui.marks import Box, Marks, Point
from livemel.ui.side_by_side import SideBySide
from livemel.ui.theme import DARK, LIGHT
from livemel.ui.viewport import Viewport
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from tests.claims import claim
from tests.ui.conftest import OpenApp, Samples

SR = 48_000
QUIET = np.zeros(60 * SR, dtype=np.float32)
Write = Callable[..., Path]
COPY, LEFT = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a sound file of noise."""

    def write_(name: str, seconds: float = 1.0, sr: int = SR, gain: float = 0.1) -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        rng = np.random.default_rng(len(name))
        soundfile.write(path, gain * rng.standard_normal(round(seconds * sr)), sr)
        return path

    return write_


@pytest.fixture
def open_files(open_app: OpenApp, qtbot: QtBot) -> Callable[..., App]:
    """The app on live sound, with these files as tabs; the first of them is shown."""

    def open_(*paths: Path, config: RunConfig | None = None) -> App:
        app = open_app(QUIET, config or RunConfig())
        app._files.open([str(path) for path in paths])
        qtbot.waitUntil(lambda: not app._files._opening)
        wait_for_file(qtbot, app, paths[0])
        return app

    return open_


def wait_for_file(qtbot: QtBot, app: App, path: Path) -> None:
    """Until that file is on the screen, whole."""

    def is_there() -> bool:
        feed, image = app.window.feed, app.window.plot.image
        return (
            app._request.name == str(path)
            and feed is app._engine.feed
            and app._decks.shown.is_ready
            and not app._decks.is_stale(app._decks.shown)
            and image.has_ended
        )

    qtbot.waitUntil(is_there, timeout=10_000)


def wait_for_live(qtbot: QtBot, app: App) -> None:
    qtbot.waitUntil(lambda: app._request.name == "mic" and app.window.feed is app._engine.feed)


def pixels(widget: object) -> np.ndarray:
    grabbed = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)  # type: ignore[attr-defined]
    data = np.frombuffer(grabbed.constBits(), dtype=np.uint32)
    return data.reshape(grabbed.height(), grabbed.bytesPerLine() // 4)[:, : grabbed.width()].copy()


def columns_of(app: App) -> np.ndarray:
    feed = app.window.feed
    assert feed is not None
    return feed.columns.read(0, feed.columns.written).values.T


# --- opening --------------------------------------------------------------------------------------


def test_a_single_file_becomes_the_source_and_plays(
    qtbot: QtBot, open_app: OpenApp, write: Write
) -> None:
    app = open_app(QUIET, RunConfig())
    path = write("one.wav", 20.0)
    app._files.open([str(path)])
    qtbot.waitUntil(lambda: app._request.name == str(path))
    assert not app._decks.files
    assert not app.window.tabs.isVisible()
    assert app.window.feed is None or app.window.feed.columns.written < 1500  # it is not at its end


def test_several_files_become_tabs_beside_the_live_sound_which_goes_on(
    qtbot: QtBot, open_files: Callable[..., App], write: Write
) -> None:
    a, b = write("a.wav", 2.0), write("b & c.wav", 3.0)
    app = open_files(a, b)
    live = app._decks.live
    assert live is not None
    assert app.window.tabs.isVisible()
    qtbot.waitUntil(lambda: app.window.tabs.texts == ["signal", "a.wav", "b & c.wav"])
    assert app.window.tabs.current == 1
    y = soundfile.read(a, dtype="float32")[0]
    np.testing.assert_array_equal(columns_of(app), log_mel(y, app.window.feed.frontend))
    before = live.engine.stats()["samples"]
    qtbot.waitUntil(lambda: live.engine.stats()["samples"] > before + SR // 5)
    app.window.tabs.chosen.emit(0)
    wait_for_live(qtbot, app)
    assert app._engine is live.engine
    assert live.engine.stats()["samples_lost"] == 0


def test_a_file_that_was_playing_becomes_one_of_the_tabs(
    qtbot: QtBot, open_app: OpenApp, write: Write
) -> None:
    app = open_app(QUIET, RunConfig())
    one, a, b = write("one.wav", 9.0), write("a.wav"), write("b.wav")
    app._files.open([str(one)])
    qtbot.waitUntil(lambda: app._request.name == str(one))
    app._files.open([str(a), str(b)])
    wait_for_file(qtbot, app, a)
    qtbot.waitUntil(lambda: app.window.tabs.texts == ["one.wav", "a.wav", "b.wav"])
    assert app._decks.live is None


def test_beside_tabs_a_single_file_is_another_tab(
    qtbot: QtBot, open_files: Callable[..., App], write: Write
) -> None:
    app = open_files(write("a.wav"), write("b.wav"))
    c = write("c.wav")
    app._files.open([str(c)])
    wait_for_file(qtbot, app, c)
    qtbot.waitUntil(lambda: app.window.tabs.texts == ["signal", "a.wav", "b.wav", "c.wav"])


def test_what_is_no_sound_file_is_one_line_and_the_others_open(
    qtbot: QtBot, open_app: OpenApp, write: Write, tmp_path: Path
) -> None:
    app = open_app(QUIET, RunConfig())
    (tmp_path / "notes.txt").write_text("not a sound")
    a, b = write("a.wav"), write("b.wav")
    app._files.open([str(tmp_path / "notes.txt"), str(a), str(b), "/nowhere.wav"])
    wait_for_file(qtbot, app, a)
    qtbot.waitUntil(lambda: app.window.tabs.texts == ["signal", "a.wav", "b.wav"])
    said = app.window.banner.text
    assert said.startswith("⚠  notes.txt is not a sound file: ")
    assert said.endswith("(and nowhere.wav)")


def test_nothing_but_mistakes_leaves_all_as_it_was(
    qtbot: QtBot, open_app: OpenApp, tmp_path: Path
) -> None:
    app = open_app(QUIET, RunConfig())
    app._files.open([str(tmp_path), "/nowhere.wav"])
    said = f"{tmp_path.name} is a folder, not a sound file (and nowhere.wav)"
    qtbot.waitUntil(lambda: said in app.window.banner.text)
    assert app._decks.all == [app._decks.live]
    assert app.window.recent.names == ()


def test_another_source_goes_first_and_the_files_stay(
    qtbot: QtBot, open_files: Callable[..., App], write: Write
) -> None:
    app = open_files(write("a.wav"), write("b.wav"))
    app._files.close(app._decks.live)
    assert app.window.tabs.texts[0].startswith("a.wav")
    app.switch_source(SourceRequest(name="demo:hum50"))
    qtbot.waitUntil(lambda: app._request.name == "demo:hum50")
    qtbot.waitUntil(lambda: app.window.tabs.current == 0)
    assert app.window.tabs.texts[0].startswith("Demo: ")
    assert app.window.tabs.texts[1:] == ["a.wav", "b.wav"]


def test_two_files_of_one_name_are_told_apart(
    qtbot: QtBot, open_files: Callable[..., App], write: Write
) -> None:
    app = open_files(write("dry/take.wav"), write("wet/take.wav"))
    told = ["signal", "dry/take.wav", "wet/take.wav"]
    qtbot.waitUntil(lambda: app.window.tabs.texts == told)


def test_the_command_line_opens_files_as_tabs_and_side_by_side(qtbot: QtBot, write: Write) -> None:
    a, b = write("a.wav", 1.0), write("b.wav", 2.0)
    source_request = SourceRequest(name=str(a), at_once=True)
    config = RunConfig(source=source_request, files=(b,), side_by_side=True)
    source = open_source(source_request)
    source.start()
    app = App(config, source)
    try:
        app.open()
        wait_for_file(qtbot, app, a)
        qtbot.waitUntil(lambda: app.window.tabs.texts == ["a.wav", "b.wav"])
        assert app._files.is_side_by_side
        assert app._decks.live is None
    finally:
        app.window.close()
        app.close()
        app.window.deleteLater()


def test_the_dialog_opens_what_was_chosen_in_it(
    qtbot: QtBot, open_app: OpenApp, write: Write
) -> None:
    app = open_app(QUIET, RunConfig())
    a, b = write("a.wav"), write("b.wav")
    qtbot.keyClick(app.window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    (dialog,) = app.window.findChildren(QFileDialog)
    assert dialog.fileMode() == QFileDialog.FileMode.ExistingFiles
    (kinds,) = dialog.nameFilters()
    assert all(f"*{suffix}" in re.split(r"[ ()]", kinds) for suffix in SUFFIXES)
    assert "Sound files" in [box.currentText() for box in dialog.findChildren(QComboBox)]
    dialog.filesSelected.emit([str(a), str(b)])
    dialog.close()
    wait_for_file(qtbot, app, a)
    assert len(app._decks.files) == 2


# --- tabs -----------------------------------------------------------------------------------------


def test_keys_go_from_tab_to_tab_and_close_them(
    qtbot: QtBot, open_files: Callable[..., App], write: Write
) -> None:
    a, b = write("a.wav"), write("b.wav")
    app = open_files(a, b)
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(app.window, Qt.Key.Key_Tab, control)
    wait_for_file(qtbot, app, b)
    qtbot.keyClick(app.window, Qt.Key.Key_Tab, control)  # round
    wait_for_live(qtbot, app)
    qtbot.keyClick(app.window, Qt.Key.Key_Backtab, control | shift)
    wait_for_file(qtbot, app, b)
    qtbot.keyClick(app.window, Qt.Key.Key_W, control)
    wait_for_file(qtbot, app, a)
    assert app.window.tabs.texts == ["signal", "a.wav"]
    qtbot.keyClick(app.window, Qt.Key.Key_W, control)
    wait_for_live(qtbot, app)
    assert not app.window.tabs.isVisible()
    qtbot.keyClick(app.window, Qt.Key.Key_W, control)  # the last one stays
    assert app._decks.all == [app._decks.live]


def test_a_click_shows_a_tab_and_its_cross_closes_it(
    qtbot: QtBot, open_files: Callable[..., App], write: Write
) -> None:
    a, b = write("a.wav"), write("b.wav")
    app = open_files(a, b)
    bar = app.window.tabs._bar
    clicked: list[int] = []
    app.window.tabs.chosen.connect(clicked.append)
    qtbot.mouseClick(bar.tabButton(1, bar.ButtonPosition.RightSide), LEFT)
    qtbot.waitUntil(lambda: app.window.tabs.texts == ["signal", "b.wav"])
    assert [deck.path for deck in app._decks.files] == [b]


def test_all_files_stand_at_one_place_at_one_span(
    qtbot: QtBot, open_files: Callable[..., App], write: Write
) -> None:
    a, b = write("a.wav", 2.0), write("b.wav", 4.0)
    app = open_files(a, b)
    image = app.window.plot.image
    pixel_s = 4.0 / image.width()
    assert image.visible_s == pytest.approx((0.0, 4.0), abs=2 * pixel_s)  # the longest
    app._files._show(app._decks.files[1])
    wait_for_file(qtbot, app, b)
    assert image.visible_s == pytest.approx((0.0, 4.0), abs=2 * pixel_s)
    image.set_viewport(Viewport(2.0, 3.5, 0.25, 0.75))
    app._files._show(app._decks.files[0])
    wait_for_file(qtbot, app, a)
    assert image.viewport == Viewport(2.0, 3.5, 0.25, 0.75)


def test_a_header_that_claims_too_much_decides_nothing_once_the_file_is_read(
    qtbot: QtBot, open_files: Callable[..., App], write: Write
) -> None:
    a, b = write("a.wav", 1.0), write("b.flac", 2.0)
    claim(b, 864_000 * SR)  # ten days
    app = open_files(a, b)
    image = app.window.plot.image
    qtbot.waitUntil(lambda: image.span_s == 2.0)
    assert (image.edge_s, image.reach_s) == (2.0, 2.0)
    app._files._show(app._decks.files[1])
    wait_for_file(qtbot, app, b)
    assert (image.span_s, image.edge_s, image.reach_s) == (2.0, 2.0, 2.0)


def test_where_a_person_has_moved_to_stays_when_a_header_proves_wrong(
    qtbot: QtBot, open_files: Callable[..., App], write: Write
) -> None:
    app = open_files(write("a.wav", 1.0), write("b.wav", 2.0))
    files, image = app._files, app.window.plot.image
    qtbot.waitUntil(lambda: app._decks.files[1].is_ready)
    moved = Viewport(0.5, 0.75, 0.25, 0.75)
    image.set_viewport(moved)
    # As after a header that claims half a second more than there is.
    files._lengths[app._decks.files[1]] = files._reach_s = 2.5
    looks(qtbot, app)
    assert image.viewport == moved
    assert image.reach_s == 2.0


def test_where_the_longest_is_closed_the_view_stays(
    qtbot: QtBot, open_files: Callable[..., App], write: Write
) -> None:
    a, b = write("a.wav", 2.0), write("b.wav", 4.0)
    app = open_files(a, b)
    app._files.close(app._decks.files[1])
    looks(qtbot, app)
    assert app.window.plot.image.span_s == 4.0


def looks(qtbot: QtBot, app: App) -> None:
    """Some more of them."""
    seen: list[object] = []
    app._watch.timeout.connect(lambda: seen.append(None))
    qtbot.waitUntil(lambda: len(seen) > 3)


def test_live_sound_has_its_span_again(
    qtbot: QtBot, open_files: Callable[..., App], write: Write
) -> None:
    app = open_files(write("a.wav", 2.0), write("b.wav", 4.0), config=RunConfig(span_s=20.0))
    assert app.window.plot.image.span_s == pytest.approx(4.0)
    app.window.tabs.chosen.emit(0)
    wait_for_live(qtbot, app)
    qtbot.waitUntil(lambda: app.window.plot.image.span_s == 20.0)


def test_files_of_two_rates_have_one_front_end(
    qtbot: QtBot, open_files: Callable[..., App], write: Write
) -> None:
    a, b = write("a.wav", 1.0, 16_000), write("b.wav", 1.0, 44_100)
    app = open_files(a, b)
    frontend = app.window.feed.frontend
    assert frontend.sr == 44_100
    app._files._show(app._decks.files[1])
    wait_for_file(qtbot, app, b)
    assert app.window.feed.frontend == frontend


def test_another_front_end_counts_for_all_of_them(
    qtbot: QtBot, open_files: Callable[..., App], write: Write
) -> None:
    a, b = write("a.wav", 1.0), write("b.wav", 1.0)
    app = open_files(a, b)
    app.window.frontend_chosen.emit(FrontEndChoice("live", changes={"n_mels": 40}))
    wait_for_file(qtbot, app, a)
    assert app.window.feed.frontend.n_mels == 40
    app._files._show(app._decks.files[1])
    wait_for_file(qtbot, app, b)
    assert app.window.feed.frontend.n_mels == 40
    app.window.tabs.chosen.emit(0)
    wait_for_live(qtbot, app)
    assert app.window.feed.frontend.n_mels == 40


def test_what_is_impossible_for_an_open_file_is_one_line(
    qtbot: QtBot, open_files: Callable[..., App], write: Write
) -> None:
    a, b = write("a.wav", 1.0, 8000), write("b.wav", 1.0, 8000)
    app = open_files(a, b)
    app.window.frontend_chosen.emit(FrontEndChoice("live", changes={"fmin": 6000.0}))
    qtbot.waitUntil(lambda: "fmin" in app.window.banner.text)
    assert app.window.feed.frontend.fmin == 0
    assert not app._choice.changes


# --- side by side ---------------------------------------------------------------------------------


def beside(app: App) -> SideBySide:
    return app._files._side


def are_alike(app: App) -> bool:
    """Whether A and B are the same picture, below their names."""
    own, other = pixels(app.window.plot.image)[60:], pixels(beside(app).view)[60:]
    width = min(own.shape[1], other.shape[1])
    return np.array_equal(own[:, :width], other[:, :width])


def turn_wheel(widget: QWidget) -> None:
    """One notch away, in the middle of the left half."""
    at = QPointF(widget.width() / 4, widget.height() / 2)
    no_buttons, no_keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        *(at, widget.mapToGlobal(at), QPoint(), QPoint(0, 120), no_buttons, no_keys),
        *(Qt.ScrollPhase.NoScrollPhase, False),
    )
    QApplication.sendEvent(widget, event)


def wait_for_beside(qtbot: QtBot, app: App) -> np.ndarray:
    """B's pixels, once they are there."""

    def is_there() -> bool:
        view, deck = beside(app).view, app._decks.beside
        return view is not None and deck is not None and view.feed is deck.engine.feed

    qtbot.waitUntil(is_there)
    view = beside(app).view
    assert view is not None
    return pixels(view)


def test_b_shows_the_next_file_on_the_same_scale_and_b_takes_it_away(
    qtbot: QtBot, open_files: Callable[..., App], write: Write
) -> None:
    same = write("a.wav", 2.0)
    copy = same.with_name("copy.wav")
    copy.write_bytes(same.read_bytes())
    app = open_files(same, copy)
    window, image = app.window, app.window.plot.image
    qtbot.keyClick(window, Qt.Key.Key_B)
    wait_for_beside(qtbot, app)
    assert abs(beside(app).view.width() - image.width()) <= 1
    qtbot.waitUntil(lambda: are_alike(app))
    qtbot.keyClick(window, Qt.Key.Key_B)
    assert not app._files.is_side_by_side
    assert app._decks.beside is None


@pytest.mark.parametrize(
    "act", ["range", "span", "colours", "theme", "size", "moment", "rows", "wheel"]
)
def test_whatever_moves_one_picture_moves_both(
    qtbot: QtBot, open_files: Callable[..., App], write: Write, act: str
) -> None:
    same = write("a.wav", 4.0)
    copy = same.with_name("copy.wav")
    copy.write_bytes(same.read_bytes())
    app = open_files(same, copy)
    app._files.toggle_side_by_side()
    before = wait_for_beside(qtbot, app)
    window, plot = app.window, app.window.plot
    {
        "range": lambda: plot.set_range(-40.0, 0.0),
        "span": lambda: window.controls.choose_span(2.0),
        "colours": lambda: window.controls.choose_cmap("viridis"),
        "theme": lambda: window.theme_choice.choose("light"),
        "size": lambda: window.resize(900, 600),
        "moment": lambda: plot.image.set_viewport(Viewport(4.0, 3.0)),
        "rows": lambda: window.navigation.zoom_rows(0.5),
        "wheel": lambda: turn_wheel(beside(app).view),
    }[act]()
    # A view that takes long to colour is done in parts.
    qtbot.waitUntil(lambda: are_alike(app))
    if act not in ("theme", "size"):  # a theme colours nothing of a full picture
        after = pixels(beside(app).view)
        assert not np.array_equal(after[60:], before[60:])


def test_shift_b_swaps_and_the_other_tab_does_too(
    qtbot: QtBot, open_files: Callable[..., App], write: Write
) -> None:
    a, b = write("a.wav", 2.0), write("b.wav", 1.0)
    app = open_files(a, b)
    app._files.toggle_side_by_side()
    wait_for_beside(qtbot, app)
    qtbot.keyClick(app.window, Qt.Key.Key_B, Qt.KeyboardModifier.ShiftModifier)
    wait_for_file(qtbot, app, b)
    assert app._decks.beside.path == a
    app.window.tabs.chosen.emit(1)
    wait_for_file(qtbot, app, a)
    assert app._decks.beside.path == b
    names = [label.text() for label in beside(app)._labels.values()]
    assert names == ["A  a.wav", "B  b.wav"]


def test_live_sound_stands_alone(
    qtbot: QtBot, open_files: Callable[..., App], write: Write
) -> None:
    app = open_files(write("a.wav"), write("b.wav"))
    app._files.toggle_side_by_side()
    app.window.tabs.chosen.emit(0)
    wait_for_live(qtbot, app)
    qtbot.waitUntil(lambda: not app._files.is_side_by_side)
    qtbot.keyClick(app.window, Qt.Key.Key_B)
    assert "two files are compared side by side" in app.window.banner.text


def test_a_tab_goes_beside_by_its_menu(
    qtbot: QtBot, open_files: Callable[..., App], write: Write
) -> None:
    a, b, c = write("a.wav"), write("b.wav"), write("c.wav")
    app = open_files(a, b, c)
    tabs = app.window.tabs
    centre = tabs._bar.tabRect(3).center()
    where = tabs._bar.mapTo(tabs, centre)
    from PySide6.QtGui import QContextMenuEvent

    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, where, tabs.mapToGlobal(where))
    QApplication.sendEvent(tabs, event)
    (menu,) = tabs.findChildren(QMenu)
    texts = {action.text(): action for action in menu.actions()}
    assert list(texts) == ["Show", "Show beside", "Close"]
    texts["Show beside"].trigger()
    menu.close()
    assert app._decks.beside.path == c
    assert app._request.name == str(a)


def test_both_are_normalised_by_their_own_whole(
    qtbot: QtBot, open_files: Callable[..., App], write: Write
) -> None:
    a, b = write("a.wav", 1.0), write("b.wav", 1.5, gain=0.01)
    choice = FrontEndChoice("whisper-80", changes={"normalise": "exact"})
    app = open_files(a, b, config=RunConfig(frontend=choice))
    app._files.toggle_side_by_side()
    view = beside(app).view
    qtbot.waitUntil(lambda: view.feed is not None)
    fe: FrontEnd = view.feed.frontend
    assert fe.normalise == "exact"
    import soxr

    y = soxr.resample(soundfile.read(b, dtype="float32")[0], SR, 16_000, quality="HQ")
    shown = view.feed.columns.read(0, view.feed.columns.written).values.T
    np.testing.assert_allclose(shown, log_mel(y, fe), atol=1e-3)


def test_what_is_closed_takes_its_columns_with_it(
    qtbot: QtBot, open_files: Callable[..., App], write: Write
) -> None:
    choice = FrontEndChoice("whisper-80", changes={"normalise": "exact"})
    app = open_files(write("a.wav"), write("b.wav"), config=RunConfig(frontend=choice))
    app._files.toggle_side_by_side()
    view = beside(app).view
    qtbot.waitUntil(lambda: view.feed is not None)
    feeds = [ref(deck.engine.feed) for deck in app._decks.files]
    feeds.append(ref(view.feed))  # normalised
    assert len({feed() for feed in feeds if feed() is not None}) == 3
    while app._decks.files:
        app._files.close(app._decks.files[0])
    wait_for_live(qtbot, app)
    looks(qtbot, app)

    def are_gone() -> bool:
        gc.collect()
        return not any(feed() for feed in feeds)

    qtbot.waitUntil(are_gone)
    assert view.feed is None


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_presenter_mode_hides_the_tabs_and_brings_them_back(
    qtbot: QtBot, open_files: Callable[..., App], write: Write, theme: object
) -> None:
    app = open_files(write("a.wav"), write("b.wav"))
    app.window.presenter.toggle()
    assert not app.window.tabs.isVisible()
    app.window.presenter.toggle()
    assert app.window.tabs.isVisible()


# --- drag and drop --------------------------------------------------------------------------------


def urls(*paths: object) -> QMimeData:
    data = QMimeData()
    data.setUrls([p if isinstance(p, QUrl) else QUrl.fromLocalFile(str(p)) for p in paths])
    return data


def enter(app: App, data: QMimeData) -> DropTarget:
    event = QDragEnterEvent(QPoint(300, 300), COPY, data, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(app.window, event)
    assert event.isAccepted()
    (target,) = app.window.findChildren(DropTarget)
    return target


def drop(app: App, data: QMimeData) -> None:
    event = QDropEvent(QPointF(300, 300), COPY, data, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(app.window, event)


def test_a_drag_of_files_says_what_a_drop_does(open_app: OpenApp, write: Write) -> None:
    app = open_app(QUIET, RunConfig())
    target = enter(app, urls(write("a.wav")))
    assert (target.isVisible(), target.text()) == (True, "Drop to open")
    assert target.geometry() == app.window.rect()
    QApplication.sendEvent(app.window, QDragLeaveEvent())
    assert not target.isVisible()


def test_dropped_files_open(qtbot: QtBot, open_app: OpenApp, write: Write) -> None:
    app = open_app(QUIET, RunConfig())
    a, b = write("a.wav"), write("b.wav")
    data = urls(a, b)
    target = enter(app, data)
    drop(app, data)
    assert not target.isVisible()
    wait_for_file(qtbot, app, a)
    assert len(app._decks.files) == 2


@pytest.mark.parametrize("kind", ["text", "web"])
def test_anything_else_is_refused_in_one_line(open_app: OpenApp, kind: str) -> None:
    app = open_app(QUIET, RunConfig())
    data = urls(QUrl("https://example.org/a.wav"))
    if kind == "text":
        data = QMimeData()
        data.setText("a.wav")
    target = enter(app, data)
    assert target.text() == "Not a sound file"
    drop(app, data)
    assert "this is not a sound file" in app.window.banner.text
    assert app._decks.all == [app._decks.live]


# --- recent files ---------------------------------------------------------------------------------


def listed(app: App) -> list[str]:
    menu = app.window.recent_menu
    menu.refresh()
    return [action.text() for action in menu.actions() if action.text()]


def test_recent_files_are_there_newest_first_for_the_session(
    qtbot: QtBot, open_files: Callable[..., App], write: Write
) -> None:
    a, b = write("a.wav"), write("b & c.wav")
    app = open_files(a, b)
    assert listed(app) == ["b && c.wav", "a.wav", "Remember recent files", "Forget all"]
    assert app.window.recent_menu.actions()[1].toolTip() == str(a)
    app.window.recent_menu.actions()[0].trigger()
    wait_for_file(qtbot, app, b)


def test_one_that_is_gone_leaves_the_list_with_one_line(
    qtbot: QtBot, open_files: Callable[..., App], write: Write
) -> None:
    a, b = write("a.wav"), write("b.wav")
    app = open_files(a, b)
    app._files.close(app._decks.files[1])
    b.unlink()
    listed(app)
    app.window.recent_menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: "no such file: b.wav" in app.window.banner.text)
    assert listed(app)[0] == "a.wav"


def test_a_played_file_is_a_recent_one_and_scenes_are_not(
    qtbot: QtBot, open_app: OpenApp, write: Write
) -> None:
    app = open_app(QUIET, RunConfig())
    path = write("one.wav")
    app._files.open([str(path)])
    qtbot.waitUntil(lambda: app.window.recent.names == (str(path),))
    app.switch_source(SourceRequest(name="demo:hum50"))
    qtbot.waitUntil(lambda: app._request.name == "demo:hum50")
    assert app.window.recent.names == (str(path),)


def test_no_name_is_written_until_it_is_asked_for_and_then_it_comes_back(
    qtbot: QtBot, open_files: Callable[..., App], write: Write, tmp_path: Path
) -> None:
    kept = tmp_path / "config" / "settings.toml"
    a, b = write("a.wav"), write("b.wav")
    app = open_files(a, b, config=RunConfig(kept_in=kept))
    app.window.controls.choose_cmap("viridis")
    qtbot.waitUntil(kept.exists)
    assert [file.name for file in kept.parent.iterdir()] == ["settings.toml"]
    assert ".wav" not in kept.read_text()
    listed(app)
    remember = next(x for x in app.window.recent_menu.actions() if x.isCheckable())
    assert not remember.isChecked()
    remember.setChecked(True)
    names = kept.with_name("recent.toml")
    qtbot.waitUntil(names.exists)
    qtbot.waitUntil(lambda: load(kept).settings.remember_files)
    assert RecentFiles(kept.parent, remembers=True).names == (str(b), str(a))
    listed(app)
    next(x for x in app.window.recent_menu.actions() if x.isCheckable()).setChecked(False)
    qtbot.waitUntil(lambda: not names.exists())
    qtbot.waitUntil(lambda: load(kept).settings == Settings(cmap="viridis"))
    assert ".wav" not in "".join(p.read_text() for p in kept.parent.iterdir())


def noise(seconds: float) -> Samples:
    return (0.1 * np.random.default_rng(0).standard_normal(round(seconds * SR))).astype(np.float32)


def test_a_recording_goes_on_while_a_file_is_shown(
    qtbot: QtBot, open_files: Callable[..., App], write: Write, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_MUSIC_DIR", str(tmp_path / "Music"))
    a, b = write("a.wav"), write("b.wav")
    app = open_files(a, b)
    app.window.tabs.chosen.emit(0)
    wait_for_live(qtbot, app)
    qtbot.keyClick(app.window, Qt.Key.Key_R)
    app.window.tabs.chosen.emit(1)
    wait_for_file(qtbot, app, a)
    status = app._recording.files.status
    assert status is not None
    qtbot.waitUntil(lambda: app._recording.files.status.seconds > status.seconds + 0.5)
    qtbot.keyClick(app.window, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: app._recording.files.status is None)
    (path,) = (tmp_path / "Music" / "Recordings").glob("*.wav")
    assert soundfile.info(path).duration > 0.5


# --- marks and what is around the picture ---------------------------------------------------------


def test_where_a_shorter_file_has_ended_the_slice_shows_its_last_column(
    qtbot: QtBot, open_files: Callable[..., App], write: Write
) -> None:
    short, long = write("short.wav", 1.0), write("long.wav", 3.0)
    app = open_files(short, long, config=RunConfig(panels=("slice",)))
    panel = app.window.panels.slice
    qtbot.waitUntil(lambda: panel._feed is app.window.feed)
    panel.look()
    assert panel.values is not None
    assert panel.column == app.window.feed.columns.written - 1


def test_marks_stay_with_the_file_they_were_made_in(
    qtbot: QtBot, open_files: Callable[..., App], write: Write
) -> None:
    a, b = write("a.wav", 2.0), write("b.wav", 2.0)
    app = open_files(a, b)
    image = app.window.plot.image
    on_a = Marks(a=Point(0.5, 440.0), selection=Box(0.2, 0.4, 100.0, 900.0))
    image.marks = on_a
    qtbot.keyClick(app.window, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    wait_for_file(qtbot, app, b)
    assert image.marks == Marks()
    image.marks = Marks(harmonic_hz=50.0)
    app._files._show(app._decks.live)
    wait_for_live(qtbot, app)
    assert image.marks == Marks()
    app._files._show(app._decks.files[0])
    wait_for_file(qtbot, app, a)
    assert image.marks == on_a
    app._on_frontend(FrontEndChoice("whisper-80"))
    wait_for_file(qtbot, app, a)
    assert image.marks == on_a


def test_a_file_that_was_playing_keeps_its_marks_as_a_tab_and_another_source_has_none(
    qtbot: QtBot, open_app: OpenApp, write: Write
) -> None:
    app = open_app(QUIET, RunConfig())
    image, marks = app.window.plot.image, Marks(b=Point(0.25, 1000.0))
    image.marks = marks
    a, b, c = (write(f"{name}.wav", 2.0) for name in "abc")
    app._files.open([str(a)])
    qtbot.waitUntil(lambda: app._request.name == str(a) and app.window.feed is app._engine.feed)
    assert image.marks == Marks()
    image.marks = marks
    app._files.open([str(b), str(c)])
    wait_for_file(qtbot, app, b)
    assert image.marks == Marks()
    app._files._show(app._decks.files[0])
    wait_for_file(qtbot, app, a)
    assert image.marks == marks


def test_the_overview_is_of_the_file_that_is_shown(
    qtbot: QtBot, open_files: Callable[..., App], write: Write
) -> None:
    loud, quiet = write("loud.wav", 2.0, gain=0.3), write("quiet.wav", 2.0, gain=1e-4)
    app = open_files(loud, quiet)
    overview = app.window.plot.overview
    qtbot.waitUntil(lambda: overview._canvas.complete)
    before = pixels(overview)
    qtbot.keyClick(app.window, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    wait_for_file(qtbot, app, quiet)
    app.window.plot.follow()
    assert not np.array_equal(pixels(overview), before)
