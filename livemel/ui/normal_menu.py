"""The menu of the learned normal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QMenu

from livemel.ui.actions import add_action
from livemel.ui.words import mark, translate

if TYPE_CHECKING:
    from livemel.ui.main_window import MainWindow

_SUFFIX = "npz"


class NormalMenu(QMenu):
    """Learn, show, load, save, forget; for how long, and how many false alarms."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(translate("Groups", "Normal"), window)
        self._window, self._normals = window, window.normal
        self.setToolTipsVisible(True)
        group, normal = mark("Groups", "Normal"), self._normals
        rows = (
            (self.tr("Learn normal"), "N",
             self.tr("Learn from the next seconds what is normal; N again stops"), normal.learn),
            (self.tr("Learn for %1 s"), "Ctrl+Alt+L",
             self.tr("The next length: 5, 10, 30 or 60 s"), normal.next_seconds),
            (self.tr("Learn from what is kept"), "Ctrl+Alt+K",
             self.tr("Learn from the selected time, or from all that is kept"),
             normal.learn_kept),
            (self.tr("Show deviation (σ)"), "Shift+N",
             self.tr("How far each row is off its normal, in place of its level"),
             normal.toggle_sigma),
            (self.tr("Anomaly score"), "Alt+N",
             self.tr("The score under the picture, with its threshold"), normal.toggle_strip),
            (self.tr("False alarms: %1"), "Alt+Shift+N",
             self.tr("How often normal sound may go over the threshold: once an hour, a day, a "
                     "minute"), normal.next_rate),
            (self.tr("Load normal …"), "Ctrl+N", self.tr("Take a normal from a file"), self._load),
            (self.tr("Save normal …"), "Ctrl+Shift+N",
             self.tr("Write the normal to a file, as livemel check --normal takes it"),
             self._save),
            (self.tr("Forget normal"), "Ctrl+Alt+N", self.tr("Be without a normal"),
             normal.forget),
        )  # fmt: skip
        made = [add_action(window, self, group, *row) for row in rows]
        self._learn, self._seconds, _, self._sigma, self._strip, self._rate, *_ = made
        self._seconds_text, self._rate_text = self._seconds.text(), self._rate.text()
        self._saves = made[7:]
        for action in (self._learn, self._sigma, self._strip):
            action.setCheckable(True)
        normal.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        """The actions as things stand."""
        normal = self._normals
        self._learn.setChecked(normal.is_learning)
        self._sigma.setChecked(normal.in_sigma)
        self._strip.setChecked(normal.strip_wanted)
        self._seconds.setText(self._seconds_text.replace("%1", str(normal.seconds)))
        told = {
            "hour": self.tr("1 an hour"),
            "day": self.tr("1 a day"),
            "minute": self.tr("1 a minute"),
        }[normal.false_alarms]
        self._rate.setText(self._rate_text.replace("%1", told))
        for action in self._saves:
            action.setEnabled(normal.normal is not None)

    def _load(self) -> None:
        dialog = QFileDialog(self._window, self.tr("Load a normal"), "", f"*.{_SUFFIX}")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self._normals.load(Path(name)))
        dialog.open()

    def _save(self) -> None:
        dialog = QFileDialog(self._window, self.tr("Save the normal"), "", f"*.{_SUFFIX}")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(_SUFFIX)
        dialog.fileSelected.connect(lambda name: self._normals.save(Path(name)))
        dialog.open()
