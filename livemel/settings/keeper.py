"""Writes what was chosen, a moment later and behind the window's back."""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from livemel.settings.file import save

# A drag on the colour bar chooses a hundred times a second.
_SETTLING_S = 0.5
_PATIENCE_S = 1.0


class Keeper:
    """Takes changed fields of Settings and writes them to a file once they have settled.

    path : None keeps nothing
    settling_s : how long after the last change it is written
    save : writes changed fields; raises OSError. Runs on: a thread of its own
    The disk may be slow or gone: writing is done on a thread of its own, and what fails is a note.
    """

    def __init__(
        self,
        path: Path | None,
        settling_s: float = _SETTLING_S,
        save: Callable[[Path, Mapping[str, Any]], None] = save,
    ) -> None:
        self._path = path
        self._save = save
        self._settling_s = settling_s
        self._changes: dict[str, Any] = {}
        self._news = threading.Condition()
        self._closing = False
        self._thread: threading.Thread | None = None
        self.note = ""  # why the last change was not kept, or ""

    def keep(self, changes: Mapping[str, Any]) -> None:
        """Write these fields soon. Runs on: the GUI thread."""
        if self._path is None or not changes:
            return
        with self._news:
            self._changes |= changes
            self._news.notify()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="livemel-settings", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Write what is left, and wait for that, but not for a disk that hangs."""
        with self._news:
            self._closing = True
            self._news.notify()
        if self._thread is not None:
            self._thread.join(_PATIENCE_S)

    def _run(self) -> None:
        """Runs on: a thread of its own."""
        while True:
            with self._news:
                self._news.wait_for(lambda: self._changes or self._closing)
                while not self._closing and self._news.wait(self._settling_s):
                    pass  # another change: wait anew
                changes, self._changes = self._changes, {}
            if changes:
                self._write(changes)
            elif self._closing:
                return

    def _write(self, changes: dict[str, Any]) -> None:
        assert self._path is not None
        try:
            self._save(self._path, changes)
            self.note = ""
        except OSError as error:
            self.note = f"settings are not kept: {error.strerror or error}"
