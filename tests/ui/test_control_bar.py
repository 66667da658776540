"""The row of controls: who gives way where there is no room for all."""

from collections.abc import Iterator

import pytest
from livemel.config import FrontEndChoice
from livemel.dsp.models import frontend
from livemel.engine import Feed
from livemel.sources.base import SourceFormat
from livemel.sources.opening import SourceRequest
from livemel.ui.bar_room import Wish, share
from livemel.ui.control_bar import ControlBar
from livemel.ui.theme import DARK, style_sheet
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton, QWidget
from pytestqt.qtbot import QtBot

LONG = "Monitor of Eight channel interface"
ONLY_ICON = Qt.ToolButtonStyle.ToolButtonIconOnly


@pytest.fixture
def bar(qtbot: QtBot) -> Iterator[ControlBar]:
    """In a window that leaves it as wide as it is told to be."""
    window = QWidget()
    qtbot.addWidget(window)
    window.setStyleSheet(style_sheet(DARK))
    bar = ControlBar("magma", 10.0, 300.0)
    bar.setParent(window)
    form = SourceFormat(48_000, 1, "USB microphone", 1)
    bar.show_feed(Feed(frontend("live", sr=48_000), (), form), FrontEndChoice())
    bar.source.show_source(SourceRequest(device="x"), "USB microphone")
    window.show()
    yield bar
    window.close()


def resize(bar: ControlBar, width: int) -> None:
    bar.resize(width, bar.height())
    for _ in range(4):  # each change of a width asks for another layout
        QApplication.processEvents()


def cut(button: QToolButton) -> bool:
    return "…" in button.text()


@pytest.mark.parametrize("name", ["USB microphone", LONG])
@pytest.mark.parametrize("width", [760, 800, 860, 960, 1024, 1100, 1280, 1920])
def test_nothing_stands_over_anything_and_no_control_is_wider_than_what_it_says(
    name: str, width: int, bar: ControlBar
) -> None:
    bar.source.show_source(SourceRequest(device="x"), name)
    resize(bar, width)
    shown = [child for child in bar.children() if isinstance(child, QWidget) and child.isVisible()]
    for child in shown:
        assert bar.rect().contains(child.geometry())
        assert not any(
            child.geometry().intersects(other.geometry()) for other in shown if other is not child
        )
    record = bar.record
    assert record.toolButtonStyle() != ONLY_ICON or record.width() < record.brief_width
    assert not cut(bar._frontend)
    assert not cut(bar.channel)


def test_the_front_end_gives_way_first_then_the_name_of_the_colours_then_what_the_source_is(
    bar: ControlBar,
) -> None:
    bar.source.show_source(SourceRequest(device="x"), LONG)
    record, cmap = bar.record, bar.cmap
    gone: dict[str, int] = {}
    for width in range(1400, 759, -10):
        resize(bar, width)
        given_up = {
            "rows": "mels" not in bar._frontend.text(),
            "colours": cmap.width() < cmap.sizeHint().width(),
            "size": "2048" not in bar._frontend.text(),
            "kind": "Mic" not in bar.source.text(),
            "record": record.toolButtonStyle() == ONLY_ICON,
        }
        for what, is_given_up in given_up.items():
            if is_given_up:
                gone.setdefault(what, width)
            else:
                assert what not in gone  # what went does not come back in less room
        assert bar.source.width() >= min(160, width - 640)
    assert list(gone) == ["rows", "colours", "size", "kind", "record"]


def test_at_800_pixels_one_reads_what_is_heard(bar: ControlBar) -> None:
    resize(bar, 800)
    assert bar.source.text() == "USB microphone  ▾"
    assert bar._frontend.text() == "live  ▾"


def test_other_words_are_given_their_room_at_once(bar: ControlBar) -> None:
    resize(bar, 1400)
    assert bar.source.text() == "Mic · USB microphone  ▾"
    bar.source.show_source(SourceRequest(device="x"), LONG)
    resize(bar, 1400)
    assert bar.source.text() == f"Mic · {LONG}  ▾"


def test_room_is_shared_in_the_order_of_the_wishes() -> None:
    least = {"a": 10, "b": 20}
    wishes = [Wish("b", 30), Wish("a", 50, whole=True), Wish("b", 60)]
    assert share(25, least, wishes) == least  # no less than that, whatever there is
    assert share(35, least, wishes) == {"a": 10, "b": 25}
    assert share(60, least, wishes) == {"a": 10, "b": 50}
    assert share(80, least, wishes) == {"a": 50, "b": 30}
    assert share(500, least, wishes) == {"a": 50, "b": 60}
    wishes.append(Wish("a", 55, whole=True))
    assert share(60, least, wishes) == {"a": 10, "b": 50}
    wishes = [Wish("a", 50, whole=True), Wish("b", 30, whole=True)]
    assert share(60, least, wishes) == least  # nothing that matters less comes back instead
