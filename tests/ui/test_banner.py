"""The banner: what is wrong stands, what was asked for and cannot be passes, success gives way."""

import pytest
from livemel.ui.banner import Banner
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot


@pytest.fixture
def banner(qtbot: QtBot) -> Banner:
    banner = Banner()
    qtbot.addWidget(banner)
    banner._silence.setInterval(50)
    return banner


def test_what_is_wrong_stands_until_it_is_closed(qtbot: QtBot, banner: Banner) -> None:
    banner.say("no device")
    banner.tell("saved")
    assert banner.text == "⚠  no device"
    qtbot.mouseClick(banner.findChild(QToolButton), Qt.MouseButton.LeftButton)
    assert banner.text == ""
    banner.tell("saved")
    assert banner.text == "✓  saved"


@pytest.mark.parametrize("text", ["x" * 2_000_000, "word " * 400_000, "line\n" * 2000, "\x1b[2J"])
@pytest.mark.parametrize("how", ["say", "refuse", "tell"])
def test_whatever_it_is_told_it_is_a_few_lines_and_makes_no_window_larger(
    how: str, text: str, banner: Banner
) -> None:
    getattr(banner, how)(text)
    assert len(banner.text) < 700
    assert banner.text.isprintable()
    assert banner.minimumSizeHint().width() < 200
    assert banner.heightForWidth(640) < 250
    banner.take_back(text)
    assert (banner.text == "") == (how == "refuse")


def test_a_refusal_passes_and_success_may_follow_it(qtbot: QtBot, banner: Banner) -> None:
    banner.refuse("nothing is selected")
    assert banner.text == "⚠  nothing is selected"
    banner.tell("saved")
    assert banner.text == "✓  saved"
    qtbot.waitUntil(lambda: banner.text == "")


def test_after_a_refusal_what_is_wrong_is_said_again(qtbot: QtBot, banner: Banner) -> None:
    banner.say("no device")
    banner.refuse("nothing is selected")
    assert banner.text == "⚠  nothing is selected"
    qtbot.waitUntil(lambda: banner.text == "⚠  no device")
