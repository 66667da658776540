"""What Python collects dies on the GUI thread."""

import gc
import threading
from collections.abc import Iterator

import pytest
from livemel.ui.garbage import Garbage
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot


@pytest.fixture
def garbage(qtbot: QtBot) -> Iterator[Garbage]:
    garbage = Garbage()
    garbage.start()
    yield garbage
    garbage.stop()


def make_cycles(n: int) -> None:
    """Objects that only the collector finds, more than it waits for."""
    for _ in range(n):
        cycle: list[object] = []
        cycle.append(cycle)


def test_an_object_of_qt_in_a_cycle_dies_on_the_gui_thread(qtbot: QtBot, garbage: Garbage) -> None:
    died_on: list[int] = []
    thing = QObject()
    thing.destroyed.connect(lambda: died_on.append(threading.get_ident()))
    cycle: list[object] = [thing]
    cycle.append(cycle)
    del thing, cycle
    busy = threading.Thread(target=make_cycles, args=(5_000,))
    busy.start()
    busy.join()
    assert died_on == []  # it would have died there
    qtbot.waitUntil(lambda: died_on == [threading.get_ident()])


def test_no_thread_collects_afterwards_either(garbage: Garbage) -> None:
    """The window has closed, but threads are still at their ends."""
    garbage.stop()
    assert not gc.isenabled()
