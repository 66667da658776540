"""Ctrl-C and SIGTERM close the window."""

import os
import signal
import socket

from PySide6.QtCore import QSocketNotifier, QTimer
from PySide6.QtWidgets import QWidget

_SIGNALS = (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM))


def quit_on_signals(window: QWidget) -> list[int]:
    """Close the window on Ctrl-C and SIGTERM, also while Qt is waiting.

    Python runs handlers only between its own instructions; the socket wakes Qt up for that.
    Returns a list that will hold the signal's number.
    """
    received: list[int] = []
    reading, writing = socket.socketpair()
    for end in (reading, writing):
        end.setblocking(False)
    signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)

    def note(number: int, _frame: object) -> None:
        received.append(number)
        QTimer.singleShot(0, window.close)  # not in the midst of a paint

    for number in _SIGNALS:
        signal.signal(number, note)
    notifier = QSocketNotifier(reading.fileno(), QSocketNotifier.Type.Read, window)
    notifier.activated.connect(lambda: os.read(reading.fileno(), 4096))
    window.destroyed.connect(writing.close)
    window._wakeup = (reading, writing)  # type: ignore[attr-defined]  # kept open with the window
    return received
