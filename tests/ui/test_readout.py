"""The card of readings fits into the picture."""

import pytest
from livemel.ui.readout import Readout, _fitting
from livemel.ui.spectrogram_view import SpectrogramView
from livemel.ui.theme import DARK
from pytestqt.qtbot import QtBot

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
