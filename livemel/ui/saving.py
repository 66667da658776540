"""Saving: the menu of what can be saved, and the one thing that is being saved."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu

from livemel.config import SavingChoice
from livemel.ui.actions import add_action
from livemel.ui.job import Job, Progress
from livemel.ui.save_picture import PictureSaving
from livemel.ui.save_sound import SoundSaving
from livemel.ui.words import as_tip, mark

if TYPE_CHECKING:
    from livemel.ui.main_window import MainWindow

_PATIENCE_S = 5.0  # of a window that is closed, with a picture that is being drawn


class Saving(QObject):
    """What is saved is saved on a thread of its own, one thing at a time. The status line tells how
    far it is, the banner what came of it.
    """

    chosen = Signal(object)  # SavingChoice, by a person

    def __init__(self, window: "MainWindow", choice: SavingChoice) -> None:
        super().__init__(window)
        self.window = window
        self.choice = choice  # how it was last done
        self.picture = PictureSaving(self)
        self.sound = SoundSaving(self)
        self._job: Job | None = None
        self._name = ""  # of what is being saved
        self._folders: dict[str, Path] = {}  # that were chosen in this run
        self.menu = QMenu(self.tr("Save"), window)
        self.menu.setToolTipsVisible(True)
        self._add_actions()
        window.closing.connect(self._on_closing)

    @property
    def note(self) -> str:
        """For the status line, or ""."""
        if self._job is None:
            return ""
        done = f"{100 * self._job.progress:.0f} %" if self._job.progress else "…"
        return self.tr("saving {}").format(done)

    @property
    def busy(self) -> bool:
        """True while something is being saved."""
        return self._job is not None

    def choose(self, choice: SavingChoice) -> None:
        """Another way to save, as a person chose it."""
        self.choice = choice
        self.chosen.emit(choice)

    def begin(self, name: str, work: Callable[[Progress], Any], said: Callable[[Any], str]) -> None:
        """Save something, unless something else is being saved.

        work : on a thread of its own; said : its result → what came of it
        """
        if self._job is not None:
            self.refuse(self.tr("{} is still being saved").format(self._name))
            return

        def done(result: Any) -> None:
            self._job = None
            self.window.banner.tell(said(result))

        def failed(complaint: str) -> None:
            self._job = None
            self.refuse(complaint)

        self._name = name
        self._job = Job(self, work, done, failed)

    def refuse(self, reason: str) -> None:
        """Say why nothing is saved."""
        self.window.banner.refuse(reason)

    def proposed(self, own: Callable[[], Path], suffix: str) -> Path:
        """livemel-YYYY-MM-DD-HHMMSS in the folder of last time.

        own : gives the folder of the first time
        """
        folder = self._folders.get(own.__name__) or own()
        return folder / (time.strftime("livemel-%Y-%m-%d-%H%M%S") + suffix)

    def keep_folder(self, own: Callable[[], Path], path: Path) -> None:
        """That of this path is proposed the next time."""
        self._folders[own.__name__] = path.parent

    def _add_actions(self) -> None:
        group = mark("Groups", "Saving")
        rows = (
            (self.tr("Save the picture …"), "S", self.tr("As PNG, SVG or PDF, at any size"),
             self.picture.ask),
            (self.tr("Copy the picture"), "Ctrl+C",
             self.tr("To the clipboard, as it would be saved"), self.picture.copy),
            (self.tr("Save the last seconds …"), "Ctrl+S",
             self.tr("The newest sound with its columns, and a recipe to compute them anew"),
             self.sound.ask_last),
            (self.tr("Save the selection …"), "Ctrl+Shift+S",
             self.tr("The sound that is selected, with its columns and a recipe"),
             self.sound.ask_selection),
        )  # fmt: skip
        for text, keys, tip, act in rows:
            action = add_action(self.window, self.menu, group, text, keys, tip, act)
        self._selection, self._tip = action, action.toolTip()
        # The key says why there is nothing to save: only in the menu it is grey.
        self.menu.aboutToShow.connect(self._show_whether_selected)
        self.menu.aboutToHide.connect(lambda: self._selection.setEnabled(True))

    def _show_whether_selected(self) -> None:
        reason = self.sound.no_selection()
        self._selection.setEnabled(not reason)
        self._selection.setToolTip(as_tip(reason or self._tip))

    def _on_closing(self) -> None:
        """A picture is drawn by Qt, which is about to go."""
        if self._job is not None:
            self._job.wait(_PATIENCE_S)
