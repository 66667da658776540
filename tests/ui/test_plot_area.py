"""The axes around the picture: where they meet, neither cuts the other's labels."""

import numpy as np
import pytest
from livemel.config import FrontEndChoice, RunConfig
from livemel.ui.axis_strip import AxisStrip
from livemel.ui.theme import UNIT
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import HEARD_S, OpenApp

SR = 48_000


def pixels(widget: QWidget, part: QRect) -> np.ndarray:
    grabbed = widget.grab(part).toImage().convertToFormat(QImage.Format.Format_RGB32)
    data = np.frombuffer(grabbed.constBits(), dtype=np.uint32)
    return data.reshape(grabbed.height(), grabbed.bytesPerLine() // 4)[:, : grabbed.width()].copy()


def is_whole(plot: QWidget, strip: AxisStrip, part: QRect) -> bool:
    """Whether that part of a strip is in the plot as it is by itself."""
    own = pixels(strip, part)
    assert len(np.unique(own)) > 2  # there is a label
    return np.array_equal(pixels(plot, part.translated(strip.pos())), own)


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("view", ["linear", "waveform", "mel"])
def test_labels_where_the_axes_meet_are_whole(
    qtbot: QtBot, open_app: OpenApp, view: str, scale: float
) -> None:
    choice = FrontEndChoice(view=view)
    y = np.zeros(2 * SR, dtype=np.float32)
    window = open_app(y, RunConfig(frontend=choice, span_s=2.0), head_s=HEARD_S).window
    plot = window.plot
    qtbot.waitUntil(lambda: plot.image.standing_at is not None)
    window.set_scale(scale)
    qtbot.waitUntil(lambda: plot._time._ticks[0].label.startswith("0"))
    side, below, unit = plot._frequency, plot._time, round(UNIT * scale)
    lowest = QRect(0, side.height() - 3 * unit, side.width() - unit, 3 * unit)
    assert is_whole(plot, side, lowest)
    assert is_whole(plot, below, QRect(0, unit, 8 * unit, below.height() - unit))
