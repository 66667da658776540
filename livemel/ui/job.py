"""Work that takes longer than a paint, on a thread of its own."""

import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer

from livemel.errors import LivemelError

_LOOK_MS = 50

Progress = Callable[[float], None]


class Job(QObject):
    """One piece of work. The window looks whether it is done: no signal crosses threads.

    work : called with what it is to tell its progress to, from 0 to 1
    done : called with its result; failed : with what went wrong, in a line; both on the GUI thread
    daemon : False where what was begun is to be finished, also when the window is closed meanwhile
    """

    def __init__(
        self,
        parent: QObject,
        work: Callable[[Progress], Any],
        done: Callable[[Any], None],
        failed: Callable[[str], None],
        *,
        daemon: bool = False,
    ) -> None:
        super().__init__(parent)
        self.progress = 0.0
        self._work, self._done, self._failed = work, done, failed
        self._result: Any = None
        self._complaint = ""
        self._thread = threading.Thread(target=self._run, name="livemel-job", daemon=daemon)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._thread.start()
        self._timer.start()

    def wait(self, seconds: float) -> None:
        """Until it is done, or no longer than that."""
        self._thread.join(seconds)

    def _tell(self, progress: float) -> None:
        """Runs on: the job's thread."""
        self.progress = progress

    def _run(self) -> None:
        """Runs on: the job's thread."""
        try:
            self._result = self._work(self._tell)
        except LivemelError as error:
            self._complaint = str(error)
        except MemoryError:
            self._complaint = self.tr("there is not enough memory for it")
        except Exception as error:
            self._complaint = self.tr("internal error: {}").format(repr(error))
            raise

    def _look(self) -> None:
        if self._thread.is_alive():
            return
        self._timer.stop()
        if self._complaint:
            self._failed(self._complaint)
        else:
            self._done(self._result)
        self.deleteLater()
