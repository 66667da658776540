"""The status line: what gives way where there is no room."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from livemel.ui.elided_label import ElidedLabel
from livemel.ui.policy_text import PolicyText
from livemel.ui.status_line import StatusLine
from livemel.ui.status_text import Figures, lost_text
from livemel.ui.theme import DARK
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import OpenApp

NOTES = (
    "",
    "USB microphone delivers nothing",
    "resampled from 44100 Hz: the sound server does not say why it refuses 48000 Hz",
    "a name that others chose " * 20,
)
BUSY = "painting at 10/s: the computer is busy"
FIGURES = Figures(
    paints_per_s=60.0, paint_p50=1.9, paint_p99=3.5, budget=16.7, columns_per_s=100.0,
    latency=24.0, lost_s=0.0, lost_samples=0, lookahead=21.3,
)  # fmt: skip


def texts(line: StatusLine) -> list[str]:
    return [label.text() for label in line.findChildren(QLabel) if label.isVisible()]


@pytest.fixture
def line(qtbot: QtBot) -> Iterator[StatusLine]:
    """In a window that leaves it as wide as it is told to be."""
    window = QWidget()
    qtbot.addWidget(window)
    line = StatusLine(DARK)
    line.setParent(window)
    line.show_policy(PolicyText("raw dB, not normalised · columns final", "of all of it"))
    line.meter.show_level(0.5, 0.1, False)
    line.show_level()
    window.show()
    yield line
    window.close()


def show(line: StatusLine, width: int, f: Figures) -> None:
    line.resize(width, line.height())
    line.show_figures(f)
    QApplication.processEvents()


def is_whole(label: QLabel) -> bool:
    return label.isVisible() and label.width() >= label.fontMetrics().horizontalAdvance(
        label.text()
    )


@pytest.mark.parametrize("note", NOTES)
@pytest.mark.parametrize("busy", ["", BUSY])
@pytest.mark.parametrize("finding", ["", "▲ dropout", "■ resampled without a filter"])
@pytest.mark.parametrize("lost", [0, 292_577_000])
def test_nothing_stands_over_anything_or_is_cut_in_mid_letter(
    note: str, busy: str, finding: str, lost: int, line: StatusLine
) -> None:
    line.show_finding(finding, "red")
    f = replace(FIGURES, note=note, busy=busy, lost_samples=lost, lost_s=lost / 48_000)
    for width in (740, 800, 960, 1280, 1600, 1920):
        show(line, width, f)
        shown = [child for child in line.findChildren(QWidget) if child.isVisible()]
        for child in shown:
            assert line.rect().contains(child.geometry())
            assert not any(
                child.geometry().intersects(other.geometry())
                for other in shown
                if other is not child
            )
            if not isinstance(child, ElidedLabel):
                assert child.width() >= child.sizeHint().width()


def test_figures_give_way_before_the_reason_and_then_the_levels_numbers(
    line: StatusLine,
) -> None:
    f = replace(FIGURES, note=NOTES[2])
    show(line, 1600, f)
    assert is_whole(line._note)
    assert "columns/s" in line._figures.text()
    show(line, 1280, f)
    assert is_whole(line._note)
    assert "columns/s" not in line._figures.text()
    f = replace(f, note=NOTES[1], reason=NOTES[1], lost_samples=292_577, lost_s=6.1)
    show(line, 800, f)
    assert is_whole(line._note)
    assert not line._level.isVisible()
    assert is_whole(line._lost)
    show(line, 800, replace(f, note=f"{NOTES[1]} · {NOTES[2]}"))
    assert line._note.width() > line._note.fontMetrics().horizontalAdvance(f"{NOTES[1]} · …")
    show(line, 400, f)
    assert not is_whole(line._note)
    show(line, 1600, f)
    assert line._level.isVisible()
    assert "columns/s" in line._figures.text()


def test_what_is_no_reason_does_not_take_the_levels_numbers(line: StatusLine) -> None:
    show(line, 800, replace(FIGURES, note="recorded 0:01 to " + "a/long/folder/" * 9))
    assert line._level.isVisible()
    assert line._latency.isVisible()
    assert line._note.width() >= 160


def test_a_note_that_is_cut_in_any_case_takes_nothing_for_it(line: StatusLine) -> None:
    show(line, 1920, replace(FIGURES, note=NOTES[3]))
    assert line._level.isVisible()
    assert line._note.width() > 800


def test_while_no_sound_comes_there_is_no_latency(line: StatusLine) -> None:
    show(line, 1600, replace(FIGURES, latency=None))
    assert line._latency.text() == "– ms"


@pytest.mark.parametrize(
    ("samples", "lost_s", "text"),
    [
        (0, 0.0, "0 lost"),
        (1, 1 / 48_000, "1 lost (0.02 ms)"),
        (1057, 0.02202, "1\u202f057 lost (22 ms)"),
        (292_577, 6.095, "292\u202f577 lost (6.1 s)"),
    ],
)
def test_a_short_loss_is_told_in_milliseconds(samples: int, lost_s: float, text: str) -> None:
    assert lost_text(replace(FIGURES, lost_samples=samples, lost_s=lost_s)) == text


def test_the_word_of_a_loss_is_red_and_its_tooltip_is_not(qtbot: QtBot, open_app: OpenApp) -> None:
    window = open_app(np.zeros(48_000, dtype=np.float32)).window
    window._figures_timer.stop()
    lost = window.status._lost
    window.status.show_figures(replace(FIGURES, lost_samples=1, lost_s=1 / 48_000))
    assert lost.palette().windowText().color() == QColor(DARK.red)
    QToolTip.showText(lost.mapToGlobal(lost.rect().center()), lost.toolTip(), lost)
    tips = (label for label in QApplication.topLevelWidgets() if label.inherits("QTipLabel"))
    (tip,) = (label for label in tips if label.isVisible())
    tip.ensurePolished()
    assert tip.palette().windowText().color() != QColor(DARK.red)
    QToolTip.hideText()
    window.status.show_figures(FIGURES)
    assert lost.palette().windowText().color() == QColor(DARK.muted)


def test_where_the_figures_have_no_room_they_stay_short_and_none_is_cut(
    line: StatusLine,
) -> None:
    show(line, 1200, FIGURES)
    assert any("columns/s" in text for text in texts(line))
    line.resize(line._row.minimumSize().width() - 10, line.height())
    for n in range(6):
        line.show_figures(replace(FIGURES, paints_per_s=60.0 - n))
        QApplication.processEvents()
        assert not any("columns/s" in text for text in texts(line))
        for label in (line._figures, line._latency, line._lost):
            assert label.width() >= label.sizeHint().width()
