"""Saving from the window: keys, dialogs, files, and what is said."""

import json
import threading
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import soundfile
from livemel.cli import export as command
from livemel.config import FrontEndChoice, RunConfig, SavingChoice
from livemel.settings import load
from livemel.sources.opening import SourceRequest
from livemel.ui.bundle_dialog import BundleDialog
from livemel.ui.main_window import MainWindow
from livemel.ui.marks import Box, Marks
from livemel.ui.picture_dialog import PictureDialog
from livemel.ui.save_dialog import SaveDialog
from livemel.ui.stream_time import time_of_day
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog
from pytestqt.qtbot import QtBot

from tests.ui.conftest import OpenApp, Samples

SR = 48_000
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def noise(seconds: float, channels: int = 1) -> Samples:
    rng = np.random.default_rng(0)
    return (0.1 * rng.standard_normal((round(seconds * SR), channels))).astype(np.float32)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's folders, as the desktop says where they are."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_MUSIC_DIR", str(tmp_path / "Music"))
    monkeypatch.setenv("XDG_PICTURES_DIR", str(tmp_path / "Pictures"))
    return tmp_path


@pytest.fixture
def window(qtbot: QtBot, open_app: OpenApp) -> MainWindow:
    """With two seconds of stereo on the screen, and more to come."""
    app = open_app(noise(30.0, channels=2), head_s=2.0)
    window = app.window
    qtbot.waitUntil(lambda: window.engine.history.written > 2 * SR, timeout=20_000)
    return window


def opened(window: MainWindow, kind: type[SaveDialog]) -> SaveDialog:
    (dialog,) = [each for each in window.findChildren(kind) if each.isVisible()]
    return dialog


def save(qtbot: QtBot, dialog: SaveDialog) -> None:
    buttons = dialog.findChild(QDialogButtonBox)
    qtbot.mouseClick(
        buttons.button(QDialogButtonBox.StandardButton.Save), Qt.MouseButton.LeftButton
    )


def wait(qtbot: QtBot, window: MainWindow) -> str:
    """Until it is saved; returns what the banner says."""
    qtbot.waitUntil(lambda: not window.saving.busy and window.banner.text != "", timeout=30_000)
    window.activateWindow()  # as a window manager would
    qtbot.waitUntil(window.isActiveWindow)
    return str(window.banner.text)


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_s_saves_the_picture_at_the_size_that_is_asked_for(
    kind: str, qtbot: QtBot, window: MainWindow, home: Path
) -> None:
    qtbot.keyClick(window, Qt.Key.Key_S)
    dialog = opened(window, PictureDialog)
    dialog.kind.setCurrentIndex(dialog.kind.findData(kind))
    dialog.width_box.setValue(100)
    dialog.height_box.setValue(60)
    dialog.dpi.setValue(200)
    save(qtbot, dialog)
    said = wait(qtbot, window)
    (path,) = (home / "Pictures").iterdir()
    assert said == f"✓  saved {path}"
    assert path.suffix == f".{kind}"
    datetime.strptime(path.stem, "livemel-%Y-%m-%d-%H%M%S")
    if kind == "png":
        with Image.open(path) as image:
            assert image.size == (787, 472)
            assert image.getpixel((2, 2)) == (255, 255, 255)
    assert window.saving.choice == SavingChoice(kind=kind, width=100.0, height=60.0, dpi=200)


def test_as_on_the_screen_is_the_look_of_the_window(
    qtbot: QtBot, window: MainWindow, home: Path
) -> None:
    qtbot.keyClick(window, Qt.Key.Key_S)
    dialog = opened(window, PictureDialog)
    dialog.look.setCurrentIndex(dialog.look.findData("screen"))
    save(qtbot, dialog)
    wait(qtbot, window)
    (path,) = (home / "Pictures").iterdir()
    with Image.open(path) as image:
        assert image.getpixel((2, 2)) == (0x14, 0x17, 0x1A)


def test_the_size_stays_the_same_in_the_other_unit(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Qt.Key.Key_S)
    dialog = opened(window, PictureDialog)
    assert dialog.choice().size == (1890, 1063)
    dialog.unit.setCurrentText("px")
    assert (dialog.width_box.value(), dialog.height_box.value()) == (1890, 1063)
    dialog.unit.setCurrentText("mm")
    assert dialog.choice().size == (1890, 1063)
    dialog.reject()


def test_what_cannot_be_is_said_in_the_dialog_and_saves_nothing(
    qtbot: QtBot, window: MainWindow, home: Path
) -> None:
    qtbot.keyClick(window, Qt.Key.Key_S)
    dialog = opened(window, PictureDialog)
    dialog.width_box.setValue(20)
    assert "a picture needs 64 x 42 mm" in dialog._error.text()
    save(qtbot, dialog)
    assert dialog.isVisible()
    dialog.width_box.setValue(160)
    for nothing in ("", "  ", f"{home}/"):
        dialog.path.setText(nothing)
        save(qtbot, dialog)
        assert dialog._error.text() == "a name is missing"
    dialog.reject()
    assert not (home / "Pictures").exists()


def test_the_name_follows_the_format_and_a_name_alone_stays_in_the_folder(
    qtbot: QtBot, window: MainWindow, home: Path
) -> None:
    qtbot.keyClick(window, Qt.Key.Key_S)
    dialog = opened(window, PictureDialog)
    dialog.path.setText("mine.png")
    dialog.kind.setCurrentIndex(dialog.kind.findData("svg"))
    save(qtbot, dialog)
    wait(qtbot, window)
    assert [path.name for path in (home / "Pictures").iterdir()] == ["mine.svg"]


def test_a_name_that_is_taken_gets_a_number(qtbot: QtBot, window: MainWindow, home: Path) -> None:
    for _ in range(2):
        qtbot.keyClick(window, Qt.Key.Key_S)
        dialog = opened(window, PictureDialog)
        dialog.path.setText(str(home / "one.png"))
        save(qtbot, dialog)
        wait(qtbot, window)
        window.banner.hide()
    assert sorted(path.name for path in home.glob("*.png")) == ["one-2.png", "one.png"]


def test_another_folder_is_chosen_and_proposed_the_next_time(
    qtbot: QtBot, window: MainWindow, home: Path
) -> None:
    qtbot.keyClick(window, Qt.Key.Key_S)
    dialog = opened(window, PictureDialog)
    dialog._browse()
    (chooser,) = dialog.findChildren(QFileDialog)
    assert chooser.isVisible()
    chooser.selectFile(str(home / "there.png"))
    chooser.accept()
    assert dialog.path.text() == str(home / "there.png")
    save(qtbot, dialog)
    wait(qtbot, window)
    assert (home / "there.png").exists()
    qtbot.keyClick(window, Qt.Key.Key_S)
    assert opened(window, PictureDialog)._path().parent == home


def test_a_place_that_cannot_be_written_is_one_line_in_the_banner(
    qtbot: QtBot, window: MainWindow, home: Path
) -> None:
    (home / "file").touch()
    qtbot.keyClick(window, Qt.Key.Key_S)
    dialog = opened(window, PictureDialog)
    dialog.path.setText(str(home / "file" / "x.png"))
    save(qtbot, dialog)
    assert wait(qtbot, window).startswith(f"⚠  cannot write {home}/file")


def test_ctrl_c_puts_the_picture_on_the_clipboard_as_png(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Qt.Key.Key_C, CTRL)
    assert wait(qtbot, window) == "✓  the picture is on the clipboard: 1890 × 1063 pixels"
    clipboard = QGuiApplication.clipboard()
    image = QImage()
    assert image.loadFromData(clipboard.mimeData().data("image/png"), "PNG")
    assert (image.width(), image.height()) == (1890, 1063)
    assert clipboard.image().convertToFormat(image.format()) == image
    clipboard.clear()


@pytest.mark.parametrize("packed", [False, True])
def test_ctrl_s_saves_the_newest_sound_and_export_gives_the_same_bits(
    packed: bool,
    qtbot: QtBot,
    window: MainWindow,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    qtbot.keyClick(window, Qt.Key.Key_S, CTRL)
    written = window.engine.history.written
    dialog = opened(window, BundleDialog)
    dialog.seconds.setValue(1.5)
    dialog.packed.setCurrentIndex(int(packed))
    save(qtbot, dialog)
    said = wait(qtbot, window)
    (path,) = (home / "Music/Recordings").iterdir()
    assert said == f"✓  saved 1.5 s to {path}"
    folder = path
    if packed:
        import zipfile

        with zipfile.ZipFile(path) as archive:
            archive.extractall(home / "out")
        (folder,) = (home / "out").iterdir()
        assert folder.name == path.stem
    y, sr = soundfile.read(folder / "sound.wav", dtype="float32")
    assert (sr, y.shape[1]) == (SR, 2)
    recipe = json.loads((folder / "recipe.json").read_text())
    # Counted from the key, not from when the dialog was done.
    assert abs(recipe["source"]["first_sample"] + len(y) - written) <= SR / 10
    monkeypatch.chdir(folder)
    command.export(["--recipe", "recipe.json", "sound.wav", "again.npz"])
    assert (folder / "again.npz").read_bytes() == (folder / "columns.npz").read_bytes()
    first, (start, stop) = recipe["stream"]["first_column"], recipe["stream"]["same_bits"]
    live = window.feed.columns.read(first + start, first + stop).values
    features = np.load(folder / "columns.npz")["features"]
    np.testing.assert_array_equal(features[:, start:stop], live.T)
    assert window.saving.choice == SavingChoice(seconds=1.5, packed=packed)


def test_the_span_is_proposed_until_another_length_is_chosen(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.controls.choose_span(2.0)
    qtbot.keyClick(window, Qt.Key.Key_S, CTRL)
    dialog = opened(window, BundleDialog)
    assert dialog.seconds.value() == 2.0
    save(qtbot, dialog)
    wait(qtbot, window)
    assert window.saving.choice.seconds is None


def test_ctrl_shift_s_saves_the_selection_and_says_why_it_does_not(
    qtbot: QtBot, window: MainWindow, home: Path
) -> None:
    qtbot.keyClick(window, Qt.Key.Key_S, CTRL | SHIFT)
    assert "nothing is selected: Shift+drag" in window.banner.text
    assert not window.findChildren(BundleDialog)
    window.saving.menu.aboutToShow.emit()
    action = window.saving.menu.actions()[-1]
    assert not action.isEnabled()
    assert "nothing is selected" in action.toolTip()
    window.saving.menu.aboutToHide.emit()
    window.banner.hide()
    window.plot.image.marks = Marks(selection=Box(0.5, 1.25, 100.0, 1000.0))
    window.saving.menu.aboutToShow.emit()
    assert action.isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_S, CTRL | SHIFT)
    save(qtbot, opened(window, BundleDialog))
    wait(qtbot, window)
    (folder,) = (home / "Music/Recordings").iterdir()
    recipe = json.loads((folder / "recipe.json").read_text())
    assert recipe["source"]["first_sample"] == SR // 2
    assert recipe["sound"]["samples"] == round(0.75 * SR)
    assert window.saving.choice.seconds is None


def test_a_picture_that_stands_is_what_the_last_seconds_end_with(
    qtbot: QtBot, window: MainWindow, home: Path
) -> None:
    qtbot.keyClick(window, Qt.Key.Key_Space)
    stands_at = window.plot.image.paused_at
    written = window.engine.history.written
    qtbot.waitUntil(lambda: window.engine.history.written > written + SR, timeout=10_000)
    qtbot.keyClick(window, Qt.Key.Key_S, CTRL)
    dialog = opened(window, BundleDialog)
    dialog.seconds.setValue(1.0)
    save(qtbot, dialog)
    wait(qtbot, window)
    (folder,) = (home / "Music/Recordings").iterdir()
    recipe = json.loads((folder / "recipe.json").read_text())
    stop = recipe["source"]["first_sample"] + recipe["sound"]["samples"]
    assert stop == round(stands_at * SR)


def test_another_source_meanwhile_changes_nothing_of_what_was_asked_for(
    qtbot: QtBot, window: MainWindow, home: Path
) -> None:
    qtbot.keyClick(window, Qt.Key.Key_S, CTRL)
    dialog = opened(window, BundleDialog)
    dialog.seconds.setValue(1.0)
    window.source_chosen.emit(SourceRequest(name="demo:chirp"))
    qtbot.waitUntil(lambda: window.feed.format.name != "signal", timeout=10_000)
    save(qtbot, dialog)
    wait(qtbot, window)
    (folder,) = (home / "Music/Recordings").iterdir()
    recipe = json.loads((folder / "recipe.json").read_text())
    assert (recipe["source"]["name"], recipe["sound"]["channels"]) == ("signal", 2)


def test_a_model_front_end_with_a_rate_of_its_own_is_saved_as_export_has_it(
    qtbot: QtBot, open_app: OpenApp, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choice = FrontEndChoice("whisper-80")
    config = RunConfig(source=SourceRequest(name="signal"), frontend=choice)
    window = open_app(noise(20.0), config).window
    qtbot.waitUntil(lambda: window.engine.history.written > 2 * SR, timeout=20_000)
    qtbot.keyClick(window, Qt.Key.Key_S, CTRL)
    save(qtbot, opened(window, BundleDialog))
    wait(qtbot, window)
    (folder,) = (home / "Music/Recordings").iterdir()
    found = np.load(folder / "columns.npz")
    assert (found["normalise"], found["frontend_name"]) == ("exact", "whisper-80")
    monkeypatch.chdir(folder)
    command.export(["sound.wav", "by-name.npy", "--frontend", "whisper-80"])
    np.testing.assert_array_equal(found["features"], np.load("by-name.npy"))


def test_one_thing_is_saved_at_a_time(qtbot: QtBot, window: MainWindow) -> None:
    enough = threading.Event()
    window.saving.begin("the first", lambda _: enough.wait(30), lambda _: "done")
    try:
        window.saving.begin("the second", lambda _: None, lambda _: "done")
        assert window.banner.text == "⚠  the first is still being saved"
        assert window.saving.note == "saving …"
    finally:
        enough.set()
    qtbot.waitUntil(lambda: not window.saving.busy)
    assert window.saving.note == ""


def test_before_there_is_sound_each_key_says_so(qtbot: QtBot, config_only: MainWindow) -> None:
    window = config_only
    for key, modifier in ((Qt.Key.Key_S, None), (Qt.Key.Key_C, CTRL), (Qt.Key.Key_S, CTRL)):
        window.banner.say("")
        qtbot.keyClick(window, key, modifier or Qt.KeyboardModifier.NoModifier)
        assert "to save yet" in window.banner.text


@pytest.fixture
def config_only(qtbot: QtBot) -> MainWindow:
    window = MainWindow(RunConfig())
    qtbot.addWidget(window)
    window.show()
    return window


def test_how_it_was_saved_is_there_the_next_time(
    qtbot: QtBot, open_app: OpenApp, home: Path
) -> None:
    path = home / "settings.toml"
    config = RunConfig(source=SourceRequest(name="signal"), kept_in=path)
    window = open_app(noise(20.0), config).window
    qtbot.waitUntil(lambda: window.engine.history.written > SR, timeout=20_000)
    qtbot.keyClick(window, Qt.Key.Key_S)
    dialog = opened(window, PictureDialog)
    dialog.kind.setCurrentIndex(dialog.kind.findData("pdf"))
    save(qtbot, dialog)
    wait(qtbot, window)
    qtbot.waitUntil(path.exists)
    assert load(path).settings.saving == SavingChoice(kind="pdf")


def test_the_time_of_day_is_that_of_the_sound(qtbot: QtBot, window: MainWindow) -> None:
    written_s = window.engine.history.written / SR
    heard = time_of_day(window.feed, written_s)
    assert heard is not None
    assert abs(datetime.now().astimezone() - heard) < timedelta(seconds=1)
    earlier = time_of_day(window.feed, written_s - 1.5)
    assert earlier is not None
    assert abs((heard - earlier).total_seconds() - 1.5) < 0.5
