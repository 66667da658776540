"""Names of files in the window: plain text in one line, wherever they are shown."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from livemel.config import RunConfig
from livemel.settings import RecentFiles
from livemel.ui.banner import Banner
from livemel.ui.elided_button import ElidedButton
from livemel.ui.elided_label import ElidedLabel
from livemel.ui.recent_menu import RecentMenu
from livemel.ui.words import as_tip
from PySide6.QtCore import Qt
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.dsp.strategies import noise
from tests.ui.conftest import OpenApp

BOLD, LINES = "<b>bold</b> & <img src=x>.wav", "two\nlines \x1b[31m.wav"
QUIET = np.zeros(48_000, dtype=np.float32)


def shown_by_a_tooltip(text: str) -> str:
    """What a person reads of it: Qt takes it for a format where it may be one."""
    if not GuiQt.mightBeRichText(text):
        return text
    document = QTextDocument()
    document.setHtml(text)
    return document.toPlainText()


@pytest.mark.parametrize("text", [BOLD, "a < b", "<qt>", "plain", "one\ntwo <b>", "&lt; <i>"])
def test_a_tooltip_shows_what_is_in_a_text(text: str, qtbot: QtBot) -> None:
    assert shown_by_a_tooltip(as_tip(text)) == text


def test_the_banner_and_lines_take_no_name_for_a_format(qtbot: QtBot) -> None:
    banner, label = Banner(), ElidedLabel(BOLD)
    qtbot.addWidget(banner)
    qtbot.addWidget(label)
    banner.say(BOLD)
    assert banner.text.endswith(BOLD)
    assert banner._text.textFormat() == label.textFormat() == Qt.TextFormat.PlainText


@pytest.mark.parametrize(("name", "shown"), [(BOLD, BOLD), (LINES, r"two\nlines \x1b[31m.wav")])
def test_tabs_title_and_menu_show_a_name_in_one_line(
    name: str, shown: str, open_app: OpenApp, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "in <i>"
    folder.mkdir()
    plain, path = tmp_path / "plain.wav", folder / name.replace("/", "_")
    soundfile.write(plain, 0.1 * noise(8000), 8000)
    plain.rename(path)
    shown = shown.replace("/", "_")
    soundfile.write(plain, 0.1 * noise(8000), 8000)
    app = open_app(QUIET, RunConfig())
    app._files.open([str(path), str(plain)])
    qtbot.waitUntil(lambda: app._request.name == str(path) and len(app.window.tabs.texts) == 3)
    qtbot.waitUntil(lambda: shown in app.window.tabs.texts)
    qtbot.waitUntil(lambda: app.window.windowTitle() == f"livemel — {shown}")
    tip = app.window.tabs._bar.tabToolTip(app.window.tabs.texts.index(shown))
    assert shown_by_a_tooltip(tip) == f"{folder}/{shown}"


def test_recent_files_show_names_in_one_line(qtbot: QtBot, tmp_path: Path) -> None:
    recent = RecentFiles(None)
    recent.add(tmp_path / LINES)
    parent = QWidget()
    qtbot.addWidget(parent)
    menu = RecentMenu(recent, parent)
    menu.refresh()
    first = menu.actions()[0]
    assert first.text().isprintable()
    assert shown_by_a_tooltip(first.toolTip()).isprintable()


def test_a_file_that_is_none_is_one_line_in_the_banner(
    open_app: OpenApp, qtbot: QtBot, tmp_path: Path
) -> None:
    app = open_app(QUIET, RunConfig())
    path = tmp_path / LINES
    path.write_bytes(b"no sound")
    app._files.open([str(path)])
    qtbot.waitUntil(lambda: "not a sound file" in app.window.banner.text)
    assert app.window.banner.text.isprintable()


def test_a_button_shows_an_ampersand_as_it_is(qtbot: QtBot) -> None:
    button = ElidedButton()
    qtbot.addWidget(button)
    button.resize(400, 30)
    button.set_text("you & me.wav")
    assert button.text() == "you && me.wav  ▾"  # Qt takes one of two away
    assert button.whole_text == "you & me.wav"
