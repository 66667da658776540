"""What is chosen in the window is there the next time, and under the names it was saved by."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from livemel.app import App
from livemel.channel import ALL
from livemel.cli import parse_run
from livemel.config import Fallback, FrontEndChoice, RunConfig
from livemel.settings import Settings, load, load_workspace, save_workspace, workspaces
from livemel.sources.opening import SourceRequest
from livemel.ui.theme import LIGHT
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from tests.settings.test_values import CHOSEN
from tests.ui.conftest import OpenApp, Samples

QUIET = np.zeros(48_000 * 20, dtype=np.float32)
NOISE = (1e-3 * np.random.default_rng(0).standard_normal(48_000 * 20)).astype(np.float32)
Start = Callable[..., App]


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path / "livemel" / "settings.toml"


@pytest.fixture
def start(open_app: OpenApp, path: Path) -> Start:
    """A run with what was kept before it, as the command line starts it, on a signal."""

    def start_(*flags: str, samples: Samples = QUIET) -> App:
        loaded = load(path)
        config = parse_run(["--source", "signal", *flags], loaded.settings)
        kept_in = path if loaded.may_write else None
        said = {"notice": loaded.message, "note": loaded.note}
        return open_app(samples, replace(config, kept_in=kept_in, **said))

    return start_


def test_what_was_chosen_is_there_after_a_restart(qtbot: QtBot, start: Start, path: Path) -> None:
    app = start()
    window = app.window
    window.controls.choose_cmap("viridis")
    window.controls._span.setCurrentIndex(window.controls._span.findData(5.0))
    qtbot.keyClick(window, Qt.Key.Key_T)
    window.frontend_chosen.emit(FrontEndChoice(changes={"n_mels": 40}))
    qtbot.waitUntil(lambda: window.feed.frontend.n_mels == 40)
    qtbot.keyClick(window.plot.bar, Qt.Key.Key_Up)
    chosen_range = window.plot.image.db_range
    window.listening.choose("Headphones")
    window.resize(1000, 500)
    size = window.size()
    window.close()

    again = start().window
    assert again.cmap == "viridis"
    assert again.plot.image.span_s == 5.0
    assert again.theme_choice.theme is LIGHT
    assert again.feed.frontend.n_mels == 40
    assert again.plot.image.db_range == chosen_range
    assert again.listening.device == "Headphones"
    assert load(path).settings.size == (size.width(), size.height())
    assert again.banner.text == ""


def test_the_channels_are_there_after_a_restart(qtbot: QtBot, start: Start, path: Path) -> None:
    both = np.stack([NOISE, NOISE, NOISE], axis=1)
    window = start("--source", "demo", samples=both).window
    window.channels.chosen.emit((3, None))
    qtbot.waitUntil(lambda: window.feed.channels == (3, None))
    window.channels.focus(None)
    window.close()
    kept = load(path).settings.source
    assert kept.heard_lanes == (None, 3)
    window = start("--source", "demo", samples=both).window
    window.channels.chosen.emit((2, 1, 3))  # all that there are: another time as many as there are
    qtbot.waitUntil(lambda: window.feed.channels == (2, 1, 3))
    window.close()
    assert load(path).settings.source.lanes == ALL


def test_levels_and_the_automatic_range_are_there_after_a_restart(
    qtbot: QtBot, start: Start, path: Path
) -> None:
    window = start().window
    qtbot.keyClick(window.plot.bar, Qt.Key.Key_Up)
    for key in (Qt.Key.Key_A, Qt.Key.Key_I, Qt.Key.Key_I):
        qtbot.keyClick(window, key)
    window.controls.cmap.reverse()
    window.close()
    wanted = Settings(cmap="magma_r", auto_range=True, weighting="C")
    assert load(path).settings == wanted  # a range that follows is none that was set
    again = start().window
    assert (again.auto_range.on, again.levels.weighting, again.cmap) == (True, "C", "magma_r")
    assert again.plot._auto.isVisible()
    qtbot.waitUntil(lambda: again.plot.image.shown_to > 5)
    qtbot.keyClick(again, Qt.Key.Key_F)
    again.close()
    assert load(path).settings.auto_range is False


def test_calibrations_are_kept_of_sources_that_a_later_run_may_begin_with(
    qtbot: QtBot, start: Start, path: Path
) -> None:
    app = start()
    app.window.levels.calibrate(100.0)  # of a signal, as of a file: its name is not kept
    app.switch_source(SourceRequest("demo:hum50"))
    qtbot.waitUntil(lambda: app.window.levels.source == "Demo: Mains hum, 50 Hz")
    app.window.levels.calibrate(94.0)
    app.window.close()
    assert load(path).settings.calibrations == {"Demo: Mains hum, 50 Hz": 94.0}
    app = start()
    assert app.window.levels.scale.full_scale_spl is None
    app.switch_source(SourceRequest("demo:hum50"))
    qtbot.waitUntil(lambda: app.window.levels.scale.full_scale_spl == 94.0)
    app.window.levels.calibrate(None)
    app.window.close()
    assert load(path).settings.calibrations == {}


def test_a_calibration_of_a_file_that_is_shown_beside_a_source_that_runs_is_not_kept(
    qtbot: QtBot, start: Start, path: Path, tmp_path: Path
) -> None:
    app = start()
    app.switch_source(SourceRequest("demo:hum50"))
    qtbot.waitUntil(lambda: app.window.levels.source == "Demo: Mains hum, 50 Hz")
    names = [str(tmp_path / name) for name in ("my secret patient.wav", "b.wav")]
    for name in names:
        soundfile.write(name, np.zeros(48_000), 48_000)
    app._files.open(names)
    qtbot.waitUntil(lambda: app.window.levels.source == "my secret patient.wav")
    app.window.levels.calibrate(100.0)
    app.window.tabs.chosen.emit(0)
    qtbot.waitUntil(lambda: app.window.levels.source == "Demo: Mains hum, 50 Hz")
    app.window.levels.calibrate(94.0)
    app.window.close()
    assert load(path).settings.calibrations == {"Demo: Mains hum, 50 Hz": 94.0}
    assert "secret" not in path.read_text()


def test_a_flag_for_the_automatic_range_leaves_a_range_that_was_set(
    qtbot: QtBot, start: Start, path: Path
) -> None:
    window = start().window
    window.plot.set_range(-50.0, 10.0)
    window.close()
    app = start("--auto-range", samples=NOISE)
    qtbot.waitUntil(lambda: app.window.plot.image.db_range != (-50.0, 10.0))
    app.window.view_chosen.emit("linear")
    qtbot.waitUntil(lambda: app.window.feed.frontend.representation == "linear")
    app.window.view_chosen.emit("mel")
    qtbot.waitUntil(lambda: app.window.feed.frontend.representation == "mel")
    app.window.close()
    assert load(path).settings.level_range == (-50.0, 10.0)


def test_a_run_in_which_nothing_is_chosen_keeps_nothing(start: Start, path: Path) -> None:
    flags = ("--cmap", "viridis", "--theme", "light", "--span", "3", "--n-mels", "50")
    start(*flags, "--output-device", "Headphones").window.close()
    assert not path.exists()


def test_a_source_that_was_chosen_is_kept_unless_it_is_a_file(
    qtbot: QtBot, start: Start, path: Path
) -> None:
    app = start()
    app.window.source_chosen.emit(SourceRequest("demo:hum50"))
    qtbot.waitUntil(lambda: app._request.name == "demo:hum50")
    app.window.source_chosen.emit(SourceRequest("demo:gone"))
    app.window.source_chosen.emit(SourceRequest("/nowhere.wav"))
    app.window.close()
    assert load(path).settings.source == SourceRequest("demo:hum50")


def test_a_change_that_was_not_taken_is_not_kept(qtbot: QtBot, start: Start, path: Path) -> None:
    app = start()
    app.window.frontend_chosen.emit(FrontEndChoice(changes={"hop_length": 1}))
    qtbot.waitUntil(lambda: "would take more than 4 GiB" in app.window.banner.text)
    app.window.close()
    assert load(path).settings.frontend == FrontEndChoice()


def test_a_range_of_another_unit_is_not_kept(qtbot: QtBot, start: Start, path: Path) -> None:
    app = start()
    app.window.plot.set_range(-50.0, 10.0)
    app.window.frontend_chosen.emit(FrontEndChoice("whisper-80"))
    qtbot.waitUntil(lambda: app.window.feed.frontend.n_mels == 80)
    app.window.close()
    settings = load(path).settings
    assert (settings.frontend.name, settings.level_range) == ("whisper-80", None)


def test_a_broken_file_is_said_in_the_banner(start: Start, path: Path) -> None:
    path.parent.mkdir()
    path.write_text("cmap = ")
    app = start()
    assert "is broken" in app.window.banner.text
    assert "settings.toml.broken-1" in app.window.banner.text


def test_a_folder_that_cannot_be_written_is_a_quiet_note(
    qtbot: QtBot, start: Start, path: Path
) -> None:
    path.parent.write_text("a file where the folder should be")
    app = start()
    app.window.controls.choose_cmap("viridis")
    note = app.window.status._note
    qtbot.waitUntil(lambda: "what is chosen is not kept" in note.text())
    assert app.window.banner.text == ""


def test_a_remembered_front_end_that_the_source_cannot_have_gives_way(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    config = RunConfig(
        source=SourceRequest("signal"),
        frontend=FrontEndChoice(changes={"fmax": 20_000.0}),
        fallback=Fallback(SourceRequest("demo"), FrontEndChoice()),
    )
    app = open_app(QUIET, config, sr=8000)
    assert app.window.feed.frontend.fmax is None
    assert "fmax=20000 exceeds sr/2=4000. This is without it." in app.window.banner.text


def test_a_workspace_brings_all_of_it_back(qtbot: QtBot, start: Start, path: Path) -> None:
    app = start()
    window = app.window
    wanted = Settings(
        source=SourceRequest("demo:hum50"),
        frontend=CHOSEN.frontend,
        span_s=20.0,
        cmap="viridis_r",
        auto_range=False,
        weighting="C",
        theme="light",
        size=(1200, 500),
        level_range=(-1.0, 1.5),
        output_device="Headphones",
    )
    save_workspace("lab", wanted)
    window.workspaces.refresh()
    qtbot.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.windowTitle() == "livemel — Demo: Mains hum, 50 Hz")
    qtbot.waitUntil(lambda: window.feed.frontend.n_mels == 40)
    assert app._memory.shown() == wanted
    assert window.plot.image.db_range == (-1.0, 1.5)
    window.close()
    assert load(path).settings == wanted


def test_workspaces_are_saved_and_deleted_by_the_keyboard(
    qtbot: QtBot, start: Start, path: Path
) -> None:
    window = start("--span", "5").window

    def dialog() -> QInputDialog:
        qtbot.waitUntil(lambda: bool(window.findChildren(QInputDialog)))
        return window.findChildren(QInputDialog)[-1]

    for name in ("lab", "field"):
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        qtbot.keyClick(window, Qt.Key.Key_W)
        asked = dialog()
        asked.setTextValue(name)
        asked.accept()
        qtbot.waitUntil(lambda: not window.findChildren(QInputDialog))
    assert workspaces() == ["field", "lab"]
    assert load_workspace("lab").span_s == 5.0
    assert [a.text() for a in window.workspaces.actions()][:2] == ["field", "lab"]
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_W, Qt.KeyboardModifier.ShiftModifier)
    dialog().accept()
    qtbot.waitUntil(lambda: workspaces() == ["lab"])
    assert [a.text() for a in window.workspaces.actions()][:1] == ["lab"]


def test_a_workspace_that_cannot_be_is_said(qtbot: QtBot, start: Start, path: Path) -> None:
    window = start().window
    window.workspaces.save_wanted.emit("a/b")
    assert "name='a/b' is not up to 40" in window.banner.text
    window.workspaces.chosen.emit("gone")
    assert "unknown workspace 'gone': there are none" in window.banner.text
    window.workspaces.delete_wanted.emit("gone")
    assert "cannot remove" in window.banner.text


def test_the_window_is_no_larger_than_the_screen_it_opens_on(
    qtbot: QtBot, start: Start, path: Path
) -> None:
    path.parent.mkdir()
    path.write_text("size = [16000, 16000]\n")
    window = start().window
    screen = window.screen().availableSize()
    assert window.height() == screen.height()
    # The row of controls may still be widening with what it names.
    qtbot.waitUntil(lambda: window.width() == max(screen.width(), window.minimumSizeHint().width()))
