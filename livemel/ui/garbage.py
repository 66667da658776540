"""Garbage: what Python's collector finds is destroyed on the GUI thread, and on no other."""

import gc

from PySide6.QtCore import QObject, QTimer

_LOOK_MS = 100


class Garbage(QObject):
    """Collects as Python would by itself, but on the GUI thread.

    By itself Python collects on whichever thread has just made an object, and destroys what it
    finds there. A QObject that dies on another thread holds a lock of Qt's while it waits for
    Python's; the GUI thread may hold that one and wait for Qt's, and then both wait for ever.
    """

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(collect_what_is_due)

    def start(self) -> None:
        """From now on. Runs on: the GUI thread."""
        gc.disable()
        gc.freeze()  # what there is by now stays: a look through all of it would cost a paint
        self._timer.start()

    def stop(self) -> None:
        """Collect no more. Nor does Python by itself: threads may be at their ends yet, while the
        window that has closed is garbage; the interpreter's own end collects on this thread.
        """
        self._timer.stop()


def collect_what_is_due() -> None:
    """The oldest generation that is over its threshold, and the younger ones. Runs on: the GUI
    thread.
    """
    counts, thresholds = gc.get_count(), gc.get_threshold()
    for generation in (2, 1, 0):
        if counts[generation] > thresholds[generation] > 0:
            gc.collect(generation)
            return
