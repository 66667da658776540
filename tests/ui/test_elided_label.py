"""A label that gives way tells all of itself where the pointer rests."""

import pytest
from livemel.ui.elided_label import ElidedLabel
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

TEXT = "recording to livemel-2026-01-01-120000.wav"


@pytest.mark.parametrize(("width", "own", "told"), [(60, "", TEXT), (900, "", ""), (60, "A", "A")])
def test_what_has_no_room_is_told(qtbot: QtBot, width: int, own: str, told: str) -> None:
    label = ElidedLabel(TEXT)
    qtbot.addWidget(label)
    label.setToolTip(own)
    label.resize(width, 20)
    label.show()
    QToolTip.hideText()
    at = QPoint(5, 5)
    QApplication.sendEvent(label, QHelpEvent(QEvent.Type.ToolTip, at, label.mapToGlobal(at)))
    assert (QToolTip.text() if QToolTip.isVisible() else "") == told
    QToolTip.hideText()
