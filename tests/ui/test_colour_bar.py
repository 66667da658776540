"""The colour bar's handles, by mouse and by keyboard."""

import numpy as np
import pytest
from livemel.ui.colormaps import lookup_table
from livemel.ui.colour_bar import TOP, ColourBar
from livemel.ui.plot_area import PlotArea
from livemel.ui.range_handle import TAB, RangeHandle
from livemel.ui.theme import DARK
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
MIDDLE = QPoint(12, 8)


@pytest.fixture
def plot(qtbot: QtBot) -> PlotArea:
    plot = PlotArea(DARK, "gray", 10.0)
    qtbot.addWidget(plot)
    plot.resize(900, 600)
    plot.show()
    plot.set_range(-70.0, 30.0)
    return plot


def middle(handle: RangeHandle) -> float:
    return handle.geometry().center().y()


def colours(bar: ColourBar) -> np.ndarray:
    """The grey levels down the middle of the bar."""
    image = bar.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.array([image.pixelColor(TAB + 8, y).red() for y in range(image.height())])


def drag(qtbot: QtBot, handle: RangeHandle, by: int, *, drop: bool = True) -> None:
    qtbot.mousePress(handle, LEFT, NONE, MIDDLE)
    start = handle.mapTo(handle.window(), MIDDLE)
    for way in (by // 2, by):  # the handle moves along: the mouse counts from the window
        at = handle.mapFrom(handle.window(), start + QPoint(0, way))
        qtbot.mouseMove(handle, at)
    if drop:
        at = handle.mapFrom(handle.window(), start + QPoint(0, by))
        qtbot.mouseRelease(handle, LEFT, NONE, at)


def test_each_handle_moves_its_own_end(qtbot: QtBot, plot: PlotArea) -> None:
    bar, image = plot.bar, plot.image
    per_px = bar.scale.per_px
    drag(qtbot, bar.high_end, 100)
    low, high = image.db_range
    assert low == -70
    assert high == pytest.approx(30 - 100 * per_px, abs=per_px)
    per_px = bar.scale.per_px
    drag(qtbot, bar.low_end, -60)
    assert image.db_range[1] == high
    assert image.db_range[0] == pytest.approx(-70 + 60 * per_px, abs=per_px)


def test_while_it_is_dragged_a_handle_follows_the_mouse_and_its_value_is_told(
    qtbot: QtBot, plot: PlotArea
) -> None:
    bar = plot.bar
    rests, other = middle(bar.high_end), middle(bar.low_end)
    drag(qtbot, bar.high_end, 100, drop=False)
    assert middle(bar.high_end) == pytest.approx(rests + 100, abs=1)
    assert middle(bar.low_end) == other
    assert bar.told == f"{plot.image.db_range[1]:.1f} dB".replace("-", "−")
    qtbot.mouseRelease(bar.high_end, LEFT, NONE, MIDDLE)
    assert bar.told == ""
    assert middle(bar.high_end) == rests  # the scale is laid out anew


def test_beyond_the_handles_the_colours_are_those_of_the_ends(qtbot: QtBot, plot: PlotArea) -> None:
    drag(qtbot, plot.bar.high_end, 200, drop=False)
    shown, y = colours(plot.bar), round(middle(plot.bar.high_end))
    assert set(shown[TOP + 1 : y - 2]) == {255}
    assert shown[y + 30] < 255
    assert np.all(np.diff(shown[y + 2 : -14].astype(int)) <= 0)
    qtbot.mouseRelease(plot.bar.high_end, LEFT, NONE, MIDDLE)


def test_an_end_stops_a_little_before_the_other_and_at_the_furthest(
    qtbot: QtBot, plot: PlotArea
) -> None:
    drag(qtbot, plot.bar.high_end, 5000)
    assert plot.image.db_range == (-70.0, -65.0)
    plot.set_range(900.0, 990.0)
    drag(qtbot, plot.bar.high_end, -300)
    assert plot.image.db_range == (900.0, 1000.0)


def test_beside_the_handles_the_nearer_end_moves(qtbot: QtBot, plot: PlotArea) -> None:
    bar = plot.bar
    for y, end in ((150, 1), (400, 0)):
        before = plot.image.db_range
        qtbot.mousePress(bar, LEFT, NONE, QPoint(14, y))
        qtbot.mouseMove(bar, QPoint(14, y + 20))
        qtbot.mouseRelease(bar, LEFT, NONE, QPoint(14, y + 20))
        after = plot.image.db_range
        assert after[end] < before[end]
        assert after[1 - end] == before[1 - end]


def test_a_double_click_on_a_handle_fits_the_range(qtbot: QtBot, plot: PlotArea) -> None:
    with qtbot.waitSignal(plot.bar.fit_wanted):
        qtbot.mouseDClick(plot.bar.low_end, LEFT, NONE, MIDDLE)


def test_the_tab_key_reaches_the_bar_and_either_end(qtbot: QtBot, plot: PlotArea) -> None:
    bar = plot.bar
    bar.setFocus()
    qtbot.keyClick(bar, Qt.Key.Key_Up)
    assert plot.image.db_range == (-65.0, 35.0)
    for end, wanted in ((bar.high_end, (-65.0, 40.0)), (bar.low_end, (-60.0, 40.0))):
        qtbot.keyClick(plot.focusWidget(), Qt.Key.Key_Tab)
        assert plot.focusWidget() is end
        qtbot.keyClick(end, Qt.Key.Key_Up)
        assert plot.image.db_range == wanted
        assert bar.told.endswith(" dB")
    qtbot.keyClick(bar.low_end, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert plot.image.db_range == (-61.0, 40.0)
    qtbot.waitUntil(lambda: bar.told == "")


def test_the_ticks_stand_where_their_values_have_their_colours(
    qtbot: QtBot, plot: PlotArea
) -> None:
    bar = plot.bar
    shown = colours(bar)
    for at, label in plot._level._axis._tickLevels[0]:
        value = float(label.replace("−", "-"))
        y = (1 - at) * bar.height()
        assert y == pytest.approx(bar.scale.y_of(value), abs=0.01)
        if -65 < value < 25:
            grey = lookup_table("gray")[round((value + 70) / 100 * 255)] & 255
            assert shown[round(y)] == pytest.approx(int(grey), abs=2)
