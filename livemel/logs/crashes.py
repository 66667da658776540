"""Where Python was when a fault killed the process."""

import contextlib
import faulthandler
import os
import sys
import threading
from pathlib import Path


class Crashes:
    """Keeps the log's file open for faulthandler, which can open nothing when it is needed.

    It is the file that the log was when this process last wrote there: what another has set aside
    since then is livemel.log.1 or .2.
    """

    def __init__(self) -> None:
        self._number: int | None = None
        self._lock = threading.Lock()

    def begin(self, path: Path | None) -> None:
        """Open the file, unless that cannot be, or somebody else sees to crashes."""
        if path is None or faulthandler.is_enabled() or sys.platform == "win32":
            return
        with contextlib.suppress(OSError):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK
            self._number = os.open(path, flags, 0o600)
            faulthandler.enable(self._number)

    def follow(self, number: int) -> None:
        """The log is written to this descriptor now, which is closed later. Runs on: any thread.

        Raises OSError.
        """
        with self._lock:
            before = self._number
            if before is None or os.path.sameopenfile(before, number):
                return
            self._number = os.dup(number)
            faulthandler.enable(self._number)
            os.close(before)

    def end(self) -> None:
        """Close it."""
        with self._lock:
            if self._number is not None:
                faulthandler.disable()
                os.close(self._number)
                self._number = None
