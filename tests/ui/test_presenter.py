"""Presenter mode: the picture alone, in large type, and back."""

from typing import Any

import numpy as np
import pytest
from livemel.config import RunConfig
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import OpenApp

NOISE = (0.1 * np.random.default_rng(0).standard_normal(48_000 * 20)).astype(np.float32)


def layout_of(window: QWidget) -> dict[str, Any]:
    """Where all that can be seen stands, and how large its type is."""
    named = {"window": window, "controls": window.controls, "status": window.status}  # type: ignore[attr-defined]
    plot = window.plot  # type: ignore[attr-defined]
    named |= {"image": plot.image, "bar": plot.bar, "hz": plot._frequency, "time": plot._time}
    seen = {name: (w.isVisible(), w.size(), w.font().pixelSize()) for name, w in named.items()}
    font = plot._frequency._axis.style["tickFont"].pixelSize()
    ticks = len(plot._frequency._axis._tickLevels[0])
    seen["place"] = window.geometry()
    return {**seen, "font": font, "ticks": ticks, "state": window.windowState()}


@pytest.mark.parametrize("leave", [Qt.Key.Key_F11, Qt.Key.Key_Escape])
def test_it_shows_the_picture_alone_and_leaves_the_layout_as_it_was(
    qtbot: QtBot, open_app: OpenApp, leave: Qt.Key
) -> None:
    window = open_app(NOISE, RunConfig(size=(1000, 600))).window
    window.move(40, 30)
    assert QTest.qWaitForWindowExposed(window)
    before = layout_of(window)
    qtbot.keyClick(window, Qt.Key.Key_F11)
    qtbot.waitUntil(window.isFullScreen)
    assert not window.controls.isVisible()
    assert not window.status.isVisible()
    assert layout_of(window)["font"] == 24
    assert window.plot.image.fontInfo().pixelSize() == 26  # of the pill
    qtbot.waitUntil(lambda: window.plot.height() == window.height())
    assert window.plot.image.height() > 0.85 * window.height()
    qtbot.keyClick(window, leave)
    qtbot.waitUntil(lambda: layout_of(window) == before)


def test_keys_work_in_it(qtbot: QtBot, open_app: OpenApp) -> None:
    window = open_app(NOISE).window
    qtbot.keyClick(window, Qt.Key.Key_F11)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert window.plot.image.paused_at is not None
    qtbot.keyClick(window, Qt.Key.Key_T)
    assert window.plot.image.fontInfo().pixelSize() == 26  # the look has changed, not its size


def test_a_window_manager_may_end_it(qtbot: QtBot, open_app: OpenApp) -> None:
    window = open_app(NOISE).window
    qtbot.keyClick(window, Qt.Key.Key_F11)
    window.showNormal()
    qtbot.waitUntil(lambda: not window.presenter.active)
    assert window.controls.isVisible()


def test_the_size_that_is_kept_is_the_one_outside_of_it(qtbot: QtBot, open_app: OpenApp) -> None:
    app = open_app(NOISE, RunConfig(size=(1000, 600)))
    before = app._memory.shown()
    qtbot.keyClick(app.window, Qt.Key.Key_F11)
    qtbot.waitUntil(app.window.isFullScreen)
    assert app._memory.shown() == before
