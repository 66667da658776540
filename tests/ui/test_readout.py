"""The card of readings is whole in the picture, however large the type is."""

import pytest
from livemel.ui.readout import Readout
from livemel.ui.spectrogram_view import SpectrogramView
from livemel.ui.theme import DARK
from PySide6.QtGui import QPainter, QPixmap
from pytestqt.qtbot import QtBot

ROW = ("Frequency", "1983.1 Hz", "9887.0 Hz")


@pytest.mark.parametrize("px", [13, 26])
@pytest.mark.parametrize("size", [(1100, 600), (600, 320)])
def test_it_fits_into_the_picture(qtbot: QtBot, px: int, size: tuple[int, int]) -> None:
    image = SpectrogramView(DARK, "magma", 10.0, 300.0)
    qtbot.addWidget(image)
    image.resize(*size)
    image.setStyleSheet(f"QWidget {{ font-size: {px}px; }}")
    image.ensurePolished()
    readout = Readout(DARK)
    readout.show_tables(((ROW,) * 8, (ROW,) * 10))
    target = QPixmap(image.size())
    painter = QPainter(target)
    readout.paint(painter, image)
    painter.end()
    assert readout._card is not None
    card = readout._card.deviceIndependentSize()
    assert card.width() <= image.width() - 16
    assert card.height() <= image.height() - 16


def test_another_size_of_type_shows_at_once(qtbot: QtBot) -> None:
    image = SpectrogramView(DARK, "magma", 10.0, 300.0)
    qtbot.addWidget(image)
    image.resize(1100, 600)
    readout = Readout(DARK)
    readout.show_tables(((ROW,),))
    widths = []
    for px in (13, 26):
        image.setStyleSheet(f"QWidget {{ font-size: {px}px; }}")
        image.ensurePolished()
        target = QPixmap(image.size())
        painter = QPainter(target)
        readout.paint(painter, image)
        painter.end()
        assert readout._card is not None
        widths.append(readout._card.width())
    assert widths[1] > 1.5 * widths[0]
