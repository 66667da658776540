"""Asks for the list of devices without holding up the window."""

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from livemel.errors import LivemelError
from livemel.sources.devices import SoundDevice

_LOOK_MS = 50


class DeviceProbe(QObject):
    """One look for devices at a time, on a thread; the answer comes as a signal.

    look : list_input_devices or list_output_devices
    The thread hands over by an attribute that a timer looks at: no signal crosses threads.
    """

    listed = Signal(list, str)  # devices, and what is wrong or ""

    def __init__(self, parent: QObject, look: Callable[[], list[SoundDevice]]) -> None:
        super().__init__(parent)
        self._list = look
        self._answer: tuple[list[SoundDevice], str] | None = None
        self._asking = False
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)

    def ask(self) -> None:
        """Ask, unless an answer is under way. Runs on: the GUI thread."""
        if not self._asking:
            self._asking = True
            threading.Thread(target=self._run, name="livemel-devices", daemon=True).start()
            self._timer.start()

    def _run(self) -> None:
        """Runs on: a thread of its own."""
        try:
            self._answer = (self._list(), "")
        except (LivemelError, OSError, ValueError) as error:
            self._answer = ([], str(error))

    def _look(self) -> None:
        if self._answer is not None:
            answer, self._answer = self._answer, None
            self._asking = False
            self._timer.stop()
            self.listed.emit(*answer)
