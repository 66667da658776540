"""The menu of named workspaces."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from livemel.settings import workspaces
from livemel.ui.actions import add_action
from livemel.ui.theme import UNIT
from livemel.ui.words import mark

_GROUP = mark("Groups", "Workspaces")
_WITH_KEYS = 9


class WorkspaceMenu(QMenu):
    """Lists the workspaces there are, as they are when it opens, and asks for a name to save or to
    delete. The first nine have keys.
    """

    chosen = Signal(str)
    save_wanted = Signal(str)
    delete_wanted = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setTitle(self.tr("Workspaces"))
        self._window = window
        self._names: list[str] = []
        self._listed: list[QAction] = []
        self.setToolTipsVisible(True)
        self._separator = self.addSeparator()
        save = (
            self.tr("Save workspace …"),
            "W",
            self.tr("Save source, front-end, span, colours and window"),
        )
        add_action(window, self, _GROUP, *save, self._ask_save)
        delete = (self.tr("Delete workspace …"), "Shift+W", self.tr("Remove a saved workspace"))
        self._delete = add_action(window, self, _GROUP, *delete, self._ask_delete)
        self.aboutToShow.connect(self.refresh)
        self._list([])
        self.refresh()

    def refresh(self) -> None:
        """List what is there now."""
        names = workspaces()
        if names != self._names:
            self._list(names)

    def _list(self, names: list[str]) -> None:
        for action in self._listed:
            self._window.removeAction(action)
            self.removeAction(action)
            action.deleteLater()
        self._names = names
        self._listed = []
        for number, name in enumerate(names, 1):
            keys = f"Ctrl+{number}" if number <= _WITH_KEYS else ""
            text, act = name.replace("&", "&&"), partial(self.chosen.emit, name)
            tip = self.tr("Go to {}").format(name)
            action = add_action(self._window, self, _GROUP, text, keys, tip, act)
            self.removeAction(action)
            self.insertAction(self._separator, action)
            self._listed.append(action)
        self._separator.setVisible(bool(names))
        self._delete.setEnabled(bool(names))

    def _ask_save(self) -> None:
        dialog = self._dialog(self.tr("Save workspace"), self.tr("Name"), self.save_wanted)
        dialog.setComboBoxEditable(True)
        dialog.setComboBoxItems(["", *workspaces()])
        dialog.open()

    def _ask_delete(self) -> None:
        self.refresh()
        if self._names:
            dialog = self._dialog(
                self.tr("Delete workspace"), self.tr("Which one?"), self.delete_wanted
            )
            dialog.setComboBoxItems(self._names)
            dialog.setOkButtonText(self.tr("Delete"))
            dialog.open()

    def _dialog(self, title: str, label: str, wanted: object) -> QInputDialog:
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle(title)
        dialog.setLabelText(label)
        dialog.resize(40 * UNIT, dialog.sizeHint().height())
        dialog.textValueSelected.connect(wanted)
        dialog.finished.connect(dialog.deleteLater)
        return dialog
