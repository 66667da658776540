"""Files that take their time to open: the window goes on, and each ends as it should."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from livemel.app import App
from livemel.config import FrontEndChoice, RunConfig
from livemel.sources.opening import SourceRequest
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from tests.rig.stopped_nursery import stopped_nursery
from tests.ui.conftest import OpenApp
from tests.ui.test_files import pixels

SR = 48_000
QUIET = np.zeros(60 * SR, dtype=np.float32)
BEAT_MS, STOPS_MS = 5, 150  # as tests/test_real_faults.py has it
BEATS = 100


class Heart(QObject):
    """Beats in the window's event loop."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.beats = 0
        self.longest_ms = 0.0
        self._last_s = time.monotonic()
        timer = QTimer(self)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(self._beat)
        timer.start(BEAT_MS)

    def _beat(self) -> None:
        now_s = time.monotonic()
        self.beats += 1
        self.longest_ms = max(self.longest_ms, 1000 * (now_s - self._last_s))
        self._last_s = now_s


@pytest.fixture
def app(open_app: OpenApp) -> App:
    """On live sound."""
    return open_app(QUIET, RunConfig())


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], str]:
    """Writes a second of silence."""

    def write_(name: str) -> str:
        soundfile.write(tmp_path / name, np.zeros(SR), SR)
        return str(tmp_path / name)

    return write_


def names_of(app: App) -> list[str]:
    return [Path(name).name for name in app.window.recent.names]


def close_notice(qtbot: QtBot, app: App) -> None:
    qtbot.mouseClick(app.window.banner.findChild(QToolButton), Qt.MouseButton.LeftButton)


def until_settled(qtbot: QtBot, app: App) -> None:
    qtbot.waitUntil(lambda: not app._files._opening and app._decks.next is None)


@pytest.mark.parametrize("names", [["a.wav"], ["a.wav", "b.wav"]], ids=["played", "tabs"])
def test_the_window_goes_on_while_the_answer_is_late(
    qtbot: QtBot, app: App, write: Callable[[str], str], names: list[str]
) -> None:
    paths = [write(name) for name in names]
    with stopped_nursery():
        heart = Heart(app)
        app._files.open(paths)
        paints = app.window.frames.paints
        qtbot.waitUntil(lambda: heart.beats > BEATS)
        assert heart.longest_ms < STOPS_MS
        assert app.window.frames.paints > paints
        assert app._request.name == "mic"
        assert names_of(app) == []
    qtbot.waitUntil(lambda: app._request.name == paths[0])
    until_settled(qtbot, app)
    assert sorted(names_of(app)) == sorted(names)


def test_a_played_file_is_opened_twice_with_play_and_the_window_goes_on(
    qtbot: QtBot, open_app: OpenApp, write: Callable[[str], str]
) -> None:
    app = open_app(QUIET, RunConfig(play=True, output_device="nope"))
    path = write("a.wav")
    with stopped_nursery():
        heart = Heart(app)
        app._files.open([path])
        qtbot.waitUntil(lambda: heart.beats > BEATS)
        assert heart.longest_ms < STOPS_MS
    qtbot.waitUntil(lambda: app._request.name == path)
    assert app._engine.source.lead is not None
    qtbot.waitUntil(lambda: app._engine.source.lead.complaint.startswith("unknown device 'nope'"))


def test_a_tab_that_is_closed_while_it_is_opened_is_no_recent_file(
    qtbot: QtBot, app: App, write: Callable[[str], str]
) -> None:
    a, b = write("a.wav"), write("b.wav")
    with stopped_nursery():
        app._files.open([a, b])
        assert app.window.tabs.texts == ["signal", "a.wav …", "b.wav …"]
        app._files.close(app._decks.files[0])
        assert app.window.tabs.texts == ["signal", "b.wav …"]
    until_settled(qtbot, app)
    assert names_of(app) == ["b.wav"]
    assert app.window.banner.text == ""


def test_another_source_that_is_chosen_meanwhile_is_the_one_that_is_shown(
    qtbot: QtBot, app: App, write: Callable[[str], str]
) -> None:
    with stopped_nursery():
        app._files.open([write("a.wav")])
        app.switch_source(SourceRequest("demo:hum50"))
        qtbot.waitUntil(lambda: app._request.name == "demo:hum50")
    until_settled(qtbot, app)
    assert app._request.name == "demo:hum50"
    assert names_of(app) == []


def test_what_plays_goes_on_until_it_is_there_as_a_tab(
    qtbot: QtBot, app: App, write: Callable[[str], str]
) -> None:
    one, a, b = write("one.wav"), write("a.wav"), write("b.wav")
    app._files.open([one])
    qtbot.waitUntil(lambda: app._request.name == one)
    playing = app._decks.live
    with stopped_nursery():
        app._files.open([a, b])
        assert app._decks.all == [playing, *app._decks.files]
        assert app._decks.shown is playing
        assert app.window.tabs.texts == ["one.wav", "a.wav …", "b.wav …"]  # not twice
    until_settled(qtbot, app)
    assert app._decks.live is None
    qtbot.waitUntil(lambda: app.window.tabs.texts == ["one.wav", "a.wav", "b.wav"])
    qtbot.waitUntil(lambda: app._request.name == a)
    assert names_of(app) == ["b.wav", "a.wav", "one.wav"]


def test_one_that_does_not_open_is_told_and_the_next_one_is_shown_instead(
    qtbot: QtBot, app: App, write: Callable[[str], str], tmp_path: Path
) -> None:
    a, gone = write("a.wav"), str(tmp_path / "gone.wav")
    app.window.recent.add(Path(gone))
    app._files.open([gone, a])
    qtbot.waitUntil(lambda: app._request.name == a)
    until_settled(qtbot, app)
    assert app.window.banner.text == "⚠  no such file: gone.wav"
    assert names_of(app) == ["a.wav"]


def test_a_played_one_that_does_not_open_leaves_what_runs_and_the_list(
    qtbot: QtBot, app: App, tmp_path: Path
) -> None:
    gone = tmp_path / "gone.wav"
    app.window.recent.add(gone)
    app._files.open([str(gone)])
    until_settled(qtbot, app)
    assert app.window.banner.text == f"⚠  no such file: {gone}"
    assert (app._request.name, names_of(app)) == ("mic", [])


def test_the_window_closes_while_a_file_is_opened(app: App, write: Callable[[str], str]) -> None:
    with stopped_nursery():
        app._files.open([write("a.wav"), write("b.wav")])
        began_s = time.monotonic()
        app.window.close()
        app.close()
        assert time.monotonic() - began_s < 2


def test_one_that_does_not_open_takes_nobody_away_from_what_was_chosen_meanwhile(
    qtbot: QtBot, app: App, write: Callable[[str], str], tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("no sound at all")
    with stopped_nursery():
        app._files.open([str(tmp_path / "notes.txt"), write("a.wav")])
        app.window.tabs.chosen.emit(0)
    until_settled(qtbot, app)
    qtbot.waitUntil(lambda: app.window.tabs.texts == ["signal", "a.wav"])
    assert (app._request.name, app._decks.wanted) == ("mic", None)


def test_the_tab_that_was_asked_for_is_marked_and_the_status_line_says_that_it_opens(
    qtbot: QtBot, app: App, write: Callable[[str], str]
) -> None:
    tabs, control = app.window.tabs, Qt.KeyboardModifier.ControlModifier
    with stopped_nursery():
        app._files.open([write("a.wav"), write("b.wav")])
        assert (tabs.current, tabs.wanted) == (0, 1)
        qtbot.waitUntil(lambda: "opening a.wav …" in app.window.status._note.text())
        without = pixels(tabs)
        qtbot.keyClick(app.window, Qt.Key.Key_Tab, control)
        assert (tabs.current, tabs.wanted) == (0, 2)
        assert not np.array_equal(pixels(tabs), without)
        qtbot.waitUntil(lambda: "opening b.wav …" in app.window.status._note.text())
        tabs._bar.setFocus()
        qtbot.keyClick(tabs._bar, Qt.Key.Key_Left)  # goes on from there
        assert (tabs.current, tabs.wanted) == (0, 1)
    qtbot.waitUntil(lambda: (tabs.current, tabs.wanted) == (1, None))
    qtbot.waitUntil(lambda: "opening" not in app.window.status._note.text())


def test_keys_count_the_tabs_that_are_seen(
    qtbot: QtBot, app: App, write: Callable[[str], str]
) -> None:
    one = write("one.wav")
    app._files.open([one])
    qtbot.waitUntil(lambda: app._request.name == one)
    tabs, control = app.window.tabs, Qt.KeyboardModifier.ControlModifier
    with stopped_nursery():
        app._files.open([write("a.wav"), write("b.wav")])
        wanted = []
        for _ in range(3):
            qtbot.keyClick(app.window, Qt.Key.Key_Tab, control)
            wanted.append(tabs.wanted)
        assert wanted == [2, None, 1]  # what plays is there at once
        tabs.close_wanted.emit(1)
        assert tabs.texts == ["one.wav", "b.wav …"]


def test_a_file_that_plays_and_is_closed_does_not_come_back_as_a_tab(
    qtbot: QtBot, app: App, write: Callable[[str], str]
) -> None:
    one, a = write("one.wav"), write("a.wav")
    app._files.open([one])
    qtbot.waitUntil(lambda: app._request.name == one)
    app._files.open([a, write("b.wav")])
    qtbot.waitUntil(lambda: app._request.name == a)
    app.switch_source(SourceRequest(one))
    qtbot.waitUntil(lambda: app._decks.live is not None)
    app._files.close(app._decks.files[0])
    with stopped_nursery():
        app._files.open([write("c.wav")])
        app._files.close(app._decks.live)
        assert [deck.path.name for deck in app._decks.all] == ["a.wav", "b.wav", "c.wav"]


def test_side_by_side_waits_for_files_that_are_being_opened(
    qtbot: QtBot, app: App, write: Callable[[str], str]
) -> None:
    with stopped_nursery():
        app._files.open([write("a.wav"), write("b.wav")])
        qtbot.keyClick(app.window, Qt.Key.Key_B)
        said = "still opening a.wav: files are compared side by side once they are open"
        assert app.window.banner.text == f"⚠  {said}"


def test_what_fails_while_others_are_still_opened_is_added_to_what_is_said(
    qtbot: QtBot, app: App, write: Callable[[str], str]
) -> None:
    with stopped_nursery():
        app._files.open(["/gone.wav", write("a.wav")])
        qtbot.waitUntil(lambda: app.window.banner.text == "⚠  no such file: gone.wav")
        app._files.open(["/lost.wav", write("b.wav")])
        assert app.window.banner.text == "⚠  no such file: gone.wav"
    until_settled(qtbot, app)
    assert app.window.banner.text == "⚠  no such file: gone.wav (and lost.wav)"
    app._files.open([write("c.wav")])  # another time
    assert app.window.banner.text == ""


def test_what_fails_later_is_added_to_what_stands_until_that_is_closed(
    qtbot: QtBot, app: App, write: Callable[[str], str]
) -> None:
    names = [write(f"{name}.wav") for name in "abc"]
    app._files.open(names)
    until_settled(qtbot, app)
    qtbot.waitUntil(lambda: all(deck.is_ready for deck in app._decks.files))
    for name in names:
        Path(name).unlink()
    app._show_frontend(FrontEndChoice("whisper-80"))
    said = "⚠  no such file: a.wav: what was computed of it stays"
    qtbot.waitUntil(lambda: app.window.banner.text == said)
    app.window.banner.tell("saved")  # which passes
    app._files._show(app._decks.files[1])
    qtbot.waitUntil(lambda: app.window.banner.text == f"{said} (and b.wav)")
    close_notice(qtbot, app)
    app._files._show(app._decks.files[2])
    qtbot.waitUntil(lambda: app.window.banner.text == said.replace("a.wav", "c.wav"))


def test_what_was_closed_does_not_come_back_with_what_fails_later(
    qtbot: QtBot, app: App, write: Callable[[str], str]
) -> None:
    with stopped_nursery():
        app._files.open(["/gone.wav", write("a.wav")])
        qtbot.waitUntil(lambda: app.window.banner.text == "⚠  no such file: gone.wav")
        close_notice(qtbot, app)
        app._files.open(["/lost.wav", write("b.wav")])
        assert app.window.banner.text == ""
    until_settled(qtbot, app)
    assert app.window.banner.text == "⚠  no such file: lost.wav"
