"""The list of colour maps: any of them, either way round."""

import pytest
from livemel.config import COLOR_MAPS, RunConfig
from livemel.ui.cmap_box import CmapBox
from livemel.ui.colormaps import lookup_table
from livemel.ui.theme import DARK, style_sheet
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QColor
from pytestqt.qtbot import QtBot

from tests.ui.conftest import HEARD_S, OpenApp
from tests.ui.test_window import noise, picture, until_ended

SHIFT = Qt.KeyboardModifier.ShiftModifier


def ends(box: CmapBox, number: int) -> tuple[int, int]:
    """The first and the last colour of a swatch."""
    image = box.itemIcon(number).pixmap(QSize(80, 24)).toImage()
    return image.pixel(0, 5), image.pixel(image.width() - 1, 5)


@pytest.mark.parametrize("name", ["magma", "print", "viridis_r"])
def test_it_begins_with_what_it_is_told(qtbot: QtBot, name: str) -> None:
    box = CmapBox(name)
    qtbot.addWidget(box)
    assert box.name == name
    assert [box.itemText(n) for n in range(box.count())] == list(COLOR_MAPS)


def test_each_has_a_swatch_of_its_colours_and_says_what_it_is(qtbot: QtBot) -> None:
    box = CmapBox("magma")
    qtbot.addWidget(box)
    for turned in (False, True):
        box.showPopup()
        box.hidePopup()
        for number, name in enumerate(COLOR_MAPS):
            first, last = lookup_table(name)[[0, -1]]
            shown = ends(box, number)[::-1] if turned else ends(box, number)
            for pixel, wanted in zip(shown, (first, last), strict=True):
                for bits in (0, 8, 16):  # a swatch is smoothly small
                    assert abs((pixel >> bits & 255) - (int(wanted) >> bits & 255)) < 24, name
            assert box.itemData(number, Qt.ItemDataRole.ToolTipRole)
        box.reverse()


def test_a_name_that_has_no_room_is_not_there_at_all(qtbot: QtBot) -> None:
    box = CmapBox("magma")
    qtbot.addWidget(box)
    box.setStyleSheet(style_sheet(DARK))
    box.show()

    def is_named() -> bool:
        """Whether there is anything between the swatch and the arrow."""
        image = box.grab().toImage()
        ground = QColor(DARK.raised).rgb()
        across, down = range(60, box.width() - 22), range(8, box.height() - 8)
        return any(image.pixel(x, y) != ground for x in across for y in down)

    wanted = box.sizeHint().width()
    box.resize(wanted, 30)
    assert is_named()
    for width in range(90, wanted, 6):
        box.resize(width, 30)
        assert not is_named()


def test_choosing_says_so_once_and_only_if_it_is_another(qtbot: QtBot) -> None:
    box = CmapBox("magma")
    qtbot.addWidget(box)
    said: list[str] = []
    box.chosen.connect(said.append)
    for name in ("magma", "viridis_r", "viridis_r", "fire"):
        box.choose(name)
    box.setCurrentText("kbc")
    box.reverse()
    assert said == ["viridis_r", "fire", "kbc", "kbc_r"]


def test_shift_c_turns_the_colours_of_all_history_round(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_app(noise(1.0), RunConfig(span_s=1.0), head_s=HEARD_S)
    until_ended(qtbot, app)
    before = picture(app)[80:, 80:-10]
    qtbot.keyClick(app.window, Qt.Key.Key_C, SHIFT)
    after = picture(app)[80:, 80:-10]
    level = {int(value): n for n, value in enumerate(lookup_table("magma"))}
    assert len(level) == 256
    assert [level[int(v)] for v in after[::40, ::40].ravel()] == [
        255 - level[int(v)] for v in before[::40, ::40].ravel()
    ]
    assert app.window.cmap == "magma_r"
    action = next(a for a in app.window.findChildren(QAction) if "Reverse" in a.text())
    assert action.isChecked()
    qtbot.keyClick(app.window, Qt.Key.Key_C, SHIFT)
    assert not action.isChecked()
    assert app.window.cmap == "magma"
