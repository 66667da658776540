"""A report for a bug, on the clipboard."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from livemel.ui.job import Job

if TYPE_CHECKING:
    from livemel.ui.main_window import MainWindow


class BugReport(QObject):
    """Looks at the computer on a thread, which takes a second, or four where something hangs, and
    copies what there is to know of it and of this run.

    figures : gives those of the run, without names of files; the app sets it. Runs on: the GUI
        thread
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.figures: Callable[[], dict[str, Any]] = dict
        self._window = window
        self._job: Job | None = None

    @property
    def note(self) -> str:
        """For the status line, or ""."""
        return "" if self._job is None else self.tr("looking at the computer …")

    def copy(self) -> None:
        """Begin, unless it has been begun."""
        if self._job is None:
            figures = self.figures()
            self._job = Job(self, lambda _: _text(figures), self._done, self._failed, daemon=True)

    def _done(self, text: str) -> None:
        self._job = None
        QGuiApplication.clipboard().setText(text)
        self._window.banner.tell(
            self.tr("Copied a report: this computer, this run and the log; no sound, no file names")
        )

    def _failed(self, complaint: str) -> None:
        self._job = None
        self._window.banner.refuse(complaint)


def _text(figures: dict[str, Any]) -> str:
    """Runs on: the job's thread."""
    from livemel.doctor.bug_report import as_report
    from livemel.doctor.examine import examine
    from livemel.logs.file import log_path
    from livemel.logs.tail import last_lines

    return as_report(examine(), figures, last_lines(log_path()))
