"""The status line: what gives way where there is no room."""

from dataclasses import replace

from livemel.ui.status_line import Figures, StatusLine
from livemel.ui.theme import DARK
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

FIGURES = Figures(
    paints_per_s=60.0, paint_p50=1.9, paint_p99=3.5, budget=16.7, columns_per_s=100.0,
    latency=24.0, lost_s=0.0, lost_samples=0, lookahead=21.3,
)  # fmt: skip


def texts(line: StatusLine) -> list[str]:
    return [label.text() for label in line.findChildren(QLabel) if label.isVisible()]


def test_where_the_figures_have_no_room_they_stay_short_and_none_is_cut(qtbot: QtBot) -> None:
    window = QWidget()  # which leaves the line as wide as it is told to be
    qtbot.addWidget(window)
    line = StatusLine(DARK)
    line.setParent(window)
    line.resize(1200, line.height())
    window.show()
    line.show_figures(FIGURES)
    QApplication.processEvents()
    assert any("columns/s" in text for text in texts(line))
    line.resize(line._row.minimumSize().width() - 10, line.height())
    for n in range(6):
        line.show_figures(replace(FIGURES, paints_per_s=60.0 - n))
        QApplication.processEvents()
        assert not any("columns/s" in text for text in texts(line))
        for label in (line._figures, line._latency, line._lost):
            assert label.width() >= label.sizeHint().width()
