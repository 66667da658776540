"""The channel picker: what it offers, what it shows, and what keys and clicks choose."""

import numpy as np
import pytest
from livemel.channel import Channel, Difference
from livemel.config import RunConfig
from livemel.sources.opening import SourceRequest
from livemel.ui.channel_list import ChannelList
from livemel.ui.channel_panel import ChannelPanel
from livemel.ui.channel_row import CHANNEL
from livemel.ui.channel_words import lanes_name
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import OpenApp, Samples

SR = 48_000
LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


def sound(seconds: float, *amplitudes: float) -> Samples:
    """A tone in each channel, as loud as that: shape (n, channels)."""
    t = np.arange(round(seconds * SR))[:, np.newaxis] / SR
    return (np.sin(2 * np.pi * 440 * t) * np.array(amplitudes)).astype(np.float32)


def opened(qtbot: QtBot, open_app: OpenApp, y: Samples, lanes: object = (1,)) -> ChannelPanel:
    source = SourceRequest(name="signal", lanes=lanes)  # type: ignore[arg-type]
    window = open_app(y, RunConfig(source=source)).window
    qtbot.waitUntil(lambda: window.plot.image.edge_s > 0.3)
    window.controls.channel.open()
    qtbot.addWidget(window.controls.channel.panel)
    return window.controls.channel.panel


def rows(panel: ChannelPanel) -> dict[Channel, tuple[str, bool]]:
    """What stands in the list, and whether it is ticked."""
    model = panel.list.model()
    indexes = [model.index(n, 0) for n in range(model.rowCount())]
    ticked = Qt.CheckState.Checked
    return {
        index.data(CHANNEL): (
            index.data(),
            Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) is ticked,
        )
        for index in indexes
    }


def place(panel: ChannelPanel, channel: Channel, x: int) -> QPoint:
    row = list(rows(panel)).index(channel)
    index = panel.list.model().index(row, 0)
    return QPoint(x, panel.list.visualRect(index).center().y())


def test_it_offers_each_channel_the_mean_and_a_difference(qtbot: QtBot, open_app: OpenApp) -> None:
    panel = opened(qtbot, open_app, sound(9.0, 0.5, 0.1))
    assert rows(panel) == {
        1: ("channel 1", True),
        2: ("channel 2", False),
        None: ("mix: the mean of all", False),
        Difference(1, 2): ("difference L − R, halved", False),
    }


def test_the_levels_are_those_of_the_sound(qtbot: QtBot, open_app: OpenApp) -> None:
    panel = opened(qtbot, open_app, sound(9.0, 0.5, 0.1, 1.0))
    qtbot.waitUntil(lambda: len(panel.list.row.levels) == 5)
    levels = panel.list.row.levels
    for channel, amplitude in ((1, 0.5), (2, 0.1), (3, 1.0), (None, 1.6 / 3)):
        assert levels[channel].peak == pytest.approx(amplitude, rel=1e-3)
        assert levels[channel].rms == pytest.approx(amplitude / 2**0.5, rel=0.02)
    assert levels[Difference(1, 2)].peak == pytest.approx(0.2, rel=1e-3)
    assert [channel for channel, level in levels.items() if level.clipped] == [3]


def test_levels_are_not_read_while_it_is_closed(qtbot: QtBot, open_app: OpenApp) -> None:
    panel = opened(qtbot, open_app, sound(9.0, 0.5, 0.1))
    before = panel.list.row.levels
    qtbot.waitUntil(lambda: panel.list.row.levels is not before)  # they move on
    qtbot.keyClick(panel.list, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert not panel._timer.isActive()


def test_a_click_chooses_one_alone_and_closes_it(qtbot: QtBot, open_app: OpenApp) -> None:
    panel = opened(qtbot, open_app, sound(9.0, 0.5, 0.1, 0.2))
    with qtbot.waitSignal(panel.chosen) as chosen:
        qtbot.mouseClick(panel.list.viewport(), LEFT, pos=place(panel, 3, 100))
    assert chosen.args == [(3,)]
    assert not panel.isVisible()


def test_boxes_and_ctrl_click_choose_several(qtbot: QtBot, open_app: OpenApp) -> None:
    panel = opened(qtbot, open_app, sound(9.0, 0.5, 0.1, 0.2))
    window = panel.window().parent().window()  # type: ignore[union-attr]
    qtbot.mouseClick(panel.list.viewport(), LEFT, pos=place(panel, 3, 14))
    qtbot.mouseClick(panel.list.viewport(), LEFT, CTRL, pos=place(panel, None, 100))
    qtbot.waitUntil(lambda: window.feed.channels == (1, 3, None))  # type: ignore[attr-defined]
    assert panel.isVisible()
    assert [channel for channel, (_, ticked) in rows(panel).items() if ticked] == [1, 3, None]
    for channel in (1, 3, None, None):  # the last one stays
        qtbot.mouseClick(panel.list.viewport(), LEFT, pos=place(panel, channel, 14))
    qtbot.waitUntil(lambda: window.feed.channels == (None,))  # type: ignore[attr-defined]


def test_keys_choose(qtbot: QtBot, open_app: OpenApp) -> None:
    panel = opened(qtbot, open_app, sound(9.0, 0.5, 0.1, 0.2))
    down, space = Qt.Key.Key_Down, Qt.Key.Key_Space
    chosen: list[object] = []
    panel.chosen.connect(chosen.append)
    for key in (down, space, down, down, space, Qt.Key.Key_Up, Qt.Key.Key_Return):
        qtbot.keyClick(panel.list, key)
    assert chosen == [(1, 2), (1, 2, None), (3,)]
    assert not panel.isVisible()


def test_all_and_one(qtbot: QtBot, open_app: OpenApp) -> None:
    panel = opened(qtbot, open_app, np.tile(sound(9.0, 0.1), 70), (5,))
    buttons = {button.text(): button for button in panel.findChildren(QPushButton)}
    chosen: list[object] = []
    panel.chosen.connect(chosen.append)
    buttons["All"].click()
    assert chosen == [(5, *(n for n in range(1, 65) if n != 5))]  # no more can be computed
    buttons["Only one"].click()
    assert chosen[1:] == [(5,)]
    assert isinstance(panel.list, ChannelList)
    assert panel.list.height() < 20 * panel.list.sizeHintForRow(0)  # seventy scroll


def test_the_two_of_a_difference_can_be_chosen(qtbot: QtBot, open_app: OpenApp) -> None:
    panel = opened(qtbot, open_app, sound(9.0, 0.5, 0.1, 0.2), (Difference(1, 2),))
    left, right = panel.findChildren(QSpinBox)
    with qtbot.waitSignal(panel.chosen) as chosen:
        right.setValue(3)
    assert chosen.args == [(Difference(1, 3),)]
    left.setValue(3)  # a channel less itself is silence: not taken
    assert Difference(1, 3) in rows(panel)


def test_enter_in_one_of_the_two_numbers_chooses_the_difference(
    qtbot: QtBot, open_app: OpenApp
) -> None:
    panel = opened(qtbot, open_app, sound(9.0, 0.5, 0.1, 0.2))
    left, right = panel.findChildren(QSpinBox)
    right.setValue(1)
    with qtbot.assertNotEmitted(panel.chosen):
        qtbot.keyClick(right, Qt.Key.Key_Return)
    assert "A channel less itself is silence" in texts(panel)
    left.setValue(3)
    assert "A channel less itself is silence" not in texts(panel)
    with qtbot.waitSignal(panel.chosen) as chosen:
        qtbot.keyClick(left, Qt.Key.Key_Return)
    assert chosen.args == [(Difference(3, 1),)]
    assert not panel.isVisible()


def test_it_says_that_the_number_is_a_peak(qtbot: QtBot, open_app: OpenApp) -> None:
    panel = opened(qtbot, open_app, sound(9.0, 0.5, 0.1))
    assert "peak, dB FS" in texts(panel)
    assert "number: peak" in panel.list.toolTip()


def texts(panel: ChannelPanel) -> list[str]:
    return [label.text() for label in panel.findChildren(QLabel)]


@pytest.mark.parametrize(
    ("lanes", "channels", "text"),
    [
        ((1,), 1, "ch 1"),
        ((None,), 2, "mix"),
        ((Difference(1, 2),), 2, "L − R"),
        ((Difference(2, 1),), 2, "R − L"),
        ((Difference(1, 2),), 3, "1 − 2"),
        ((5, 1, 3), 8, "ch 1, 3, 5"),
        ((2, 1), 2, "all 2"),
        (tuple(range(16, 0, -1)), 16, "all 16"),
        ((1, None), 2, "ch 1, mix"),
        ((1, 2, 3, 4, 6, 8), 8, "ch 1, 2, 3, 4 and 2 more"),
    ],
)
def test_the_button_says_it_in_few_words(
    lanes: tuple[Channel, ...], channels: int, text: str
) -> None:
    assert lanes_name(lanes, channels) == text


def test_one_more_than_can_be_computed_is_refused_with_a_word(qtbot: QtBot) -> None:
    parent = QWidget()
    panel = ChannelPanel(parent, lambda: None)
    for widget in (parent, panel):
        qtbot.addWidget(widget)
    panel.show_lanes(tuple(range(1, 65)), 64)
    panel.open_at(QPoint(0, 0))
    with qtbot.assertNotEmitted(panel.chosen):
        panel.list.scrollToBottom()
        qtbot.mouseClick(panel.list.viewport(), LEFT, CTRL, pos=place(panel, None, 60))
    said = "64 at most below each other: untick one first"
    assert said in texts(panel)
    with qtbot.waitSignal(panel.chosen) as chosen:
        panel.list.scrollToTop()
        qtbot.mouseClick(panel.list.viewport(), LEFT, CTRL, pos=place(panel, 2, 60))
    assert len(chosen.args[0]) == 63
    assert said not in texts(panel)
