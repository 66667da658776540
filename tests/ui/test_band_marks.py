"""The marks on the frequency axis, against the filters and the rows of the picture."""

from collections.abc import Callable

import numpy as np
import pytest
from livemel.config import FrontEndChoice, RunConfig
from livemel.dsp.mel import empty_filters, one_bin_filters
from livemel.dsp.models import FRONTENDS, frontend
from livemel.ui.band_marks import WIDTH, BandMarks
from livemel.ui.theme import DARK, LIGHT, Theme
from livemel.ui.view_state import ViewState
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QHelpEvent, QImage
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import OpenApp
from tests.ui.test_window import noise

HEIGHT = 604


MarksOf = Callable[..., BandMarks]


@pytest.fixture
def marks_of(qtbot: QtBot) -> MarksOf:
    """The marks of a named front-end, on the screen by themselves."""
    parent = QWidget()
    qtbot.addWidget(parent)

    def marks_of_(name: str, theme: Theme = DARK) -> BandMarks:
        marks = BandMarks(theme, parent)
        marks.setGeometry(0, 0, WIDTH, HEIGHT)
        marks.show_view(ViewState(frontend(name), 100, HEIGHT, 10.0, 0.0, 1.0))
        parent.resize(WIDTH, HEIGHT)
        parent.show()
        return marks

    return marks_of_


@pytest.mark.parametrize("name", FRONTENDS)
def test_marks_stand_at_the_rows_of_their_bands(marks_of: MarksOf, name: str) -> None:
    fe = frontend(name)
    rows = ViewState(fe, 100, HEIGHT, 10.0, 0.0, 1.0).bands_of_rows()
    marked: dict[int, bool] = {}
    for mark in marks_of(name).marks:
        for y in range(int(np.ceil(mark.top)), int(mark.bottom)):
            marked[int(rows[y])] = mark.bands.dead > 0
    assert sorted(band for band, dead in marked.items() if dead) == empty_filters(fe)
    assert sorted(band for band, dead in marked.items() if not dead) == one_bin_filters(fe)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_dead_and_narrow_bands_differ_in_shape_not_in_colour_alone(
    marks_of: MarksOf, theme: Theme
) -> None:
    marks = marks_of("torchaudio", theme)
    image = marks.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    data = np.frombuffer(image.constBits(), dtype=np.uint32).reshape(image.height(), -1)
    ink = (data == QColor(theme.text).rgb()) | (data == QColor(theme.muted).rgb())

    def outline(dead: bool) -> list[int]:
        """The columns of pixels that are inked half way up the tallest mark of the kind."""
        kind = [mark for mark in marks.marks if (mark.bands.dead > 0) == dead]
        mark = max(kind, key=lambda m: m.bottom - m.top)
        return list(np.flatnonzero(ink[int((mark.top + mark.bottom) / 2)]))

    assert len(outline(dead=True)) == 2  # a hollow box has two sides
    assert len(outline(dead=False)) == 1  # a bracket has one


def test_a_mark_says_what_it_means_when_the_pointer_rests_on_it(marks_of: MarksOf) -> None:
    marks = marks_of("ast")
    [dead] = [mark for mark in marks.marks if mark.bands.dead]
    at = QPoint(3, round((dead.top + dead.bottom) / 2))
    QApplication.sendEvent(marks, QHelpEvent(QHelpEvent.Type.ToolTip, at, marks.mapToGlobal(at)))
    assert QToolTip.text() == (
        "band 3 (63–93 Hz): no FFT bin feeds it; the model sees it as a constant"
    )
    QToolTip.hideText()
    assert marks.mark_at(5) is None


def test_a_screen_reader_is_told_all_of_them(marks_of: MarksOf) -> None:
    marks = marks_of("gemma4")
    assert marks.accessibleDescription().count("; band") == len(marks.marks) - 1


def test_marks_follow_the_front_end_and_touch_the_image(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_app(noise(8.0), RunConfig(frontend=FrontEndChoice("ast")))
    plot = app.window.plot
    image = plot.image.geometry()
    assert plot.marks.geometry() == QRect(image.left() - WIDTH, image.top(), WIDTH, image.height())
    assert plot.marks.isVisible()
    app.window.frontend_chosen.emit(FrontEndChoice("live"))
    qtbot.waitUntil(lambda: app.window.feed.frontend.n_fft == 2048)
    assert not plot.marks.isVisible()
    app.window.frontend_chosen.emit(FrontEndChoice("whisper-128"))
    qtbot.waitUntil(lambda: plot.marks.isVisible())
    app.window.resize(900, 500)
    qtbot.waitUntil(lambda: plot.marks.height() == plot.image.height())
    lowest = plot.marks.marks[0]
    assert lowest.bottom == plot.image.height()
