"""The card of readings is whole in the picture, however large the type is."""

import pytest
from livemel.ui.readout import Readout, _fitting
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


READINGS = (("Time", "1.0 s"), ("Frequency", "440.0 Hz"), ("Note", "A4"))
HARMONICS = tuple((str(n), f"{440 * n} Hz", "−20 dB") for n in range(1, 10))


@pytest.mark.parametrize("height", [60, 100, 150, 400])
def test_the_card_is_never_higher_than_its_room(qtbot: QtBot, height: int) -> None:
    image = SpectrogramView(DARK, "magma", 10.0)
    qtbot.addWidget(image)
    readout = Readout(DARK)
    readout.show_tables((READINGS, HARMONICS))
    assert readout._drawn(image, height).deviceIndependentSize().height() <= height


def test_what_does_not_fit_is_dots() -> None:
    assert _fitting((READINGS, HARMONICS), 12) == (READINGS, HARMONICS)
    assert _fitting((READINGS, HARMONICS), 5) == (READINGS, (HARMONICS[0], ("…", "", "")))
    assert _fitting((READINGS, HARMONICS), 4) == (READINGS, (("…", "", ""),))
    assert _fitting((READINGS, HARMONICS), 3) == (READINGS,)
    assert _fitting((READINGS, HARMONICS), 2) == ((READINGS[0], ("…", "")),)
