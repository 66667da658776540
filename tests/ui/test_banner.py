"""The banner: what is wrong stands; refusals and success pass."""

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


def close(qtbot: QtBot, banner: Banner) -> None:
    qtbot.mouseClick(banner.findChild(QToolButton), Qt.MouseButton.LeftButton)


def test_what_is_wrong_stands_until_it_is_closed(qtbot: QtBot, banner: Banner) -> None:
    banner.say("no device")
    close(qtbot, banner)
    assert banner.text == ""
    banner.tell("saved")
    assert banner.text == "✓  saved"
    qtbot.waitUntil(lambda: banner.text == "")


@pytest.mark.parametrize("how", ["refuse", "tell"])
def test_what_passes_is_shown_over_what_is_wrong_which_is_then_said_again(
    qtbot: QtBot, banner: Banner, how: str
) -> None:
    banner.say("no device")
    getattr(banner, how)("of another thing")
    assert banner.text.endswith("  of another thing")
    assert banner.property("kind") == ("told" if how == "tell" else "said")
    qtbot.waitUntil(lambda: banner.text == "⚠  no device")
    assert banner.property("kind") == "said"


@pytest.mark.parametrize("how", ["refuse", "tell"])
def test_who_closes_what_passes_sees_what_is_wrong(qtbot: QtBot, banner: Banner, how: str) -> None:
    banner._silence.setInterval(600_000)
    banner.say("no device")
    getattr(banner, how)("of another thing")
    close(qtbot, banner)
    assert banner.text == "⚠  no device"
    close(qtbot, banner)
    assert banner.text == ""


def test_what_is_wrong_can_be_taken_back_also_behind_what_passes(
    qtbot: QtBot, banner: Banner
) -> None:
    banner.say("no device")
    banner.take_back("no disk")
    assert banner.text == "⚠  no device"
    banner.take_back("no device")
    assert banner.text == ""
    banner.say("no device")
    banner.tell("saved")
    banner.take_back("no device")
    assert banner.text == "✓  saved"
    qtbot.waitUntil(lambda: banner.text == "")


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
    assert (banner.text == "") == (how != "tell")


def test_a_refusal_passes_and_success_may_follow_it(qtbot: QtBot, banner: Banner) -> None:
    banner.refuse("nothing is selected")
    assert banner.text == "⚠  nothing is selected"
    banner.tell("saved")
    assert banner.text == "✓  saved"
    qtbot.waitUntil(lambda: banner.text == "")
