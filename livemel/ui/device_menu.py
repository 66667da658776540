"""The menu of sources: devices as they come and go, demo scenes, files."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from livemel.sources.opening import SourceRequest
from livemel.sources.scenes import SCENES
from livemel.ui.device_entries import Entry, gone_text
from livemel.ui.words import as_tip

_AROUND_LINE = 10  # px, by the style sheet


class DeviceMenu(QMenu):
    """Lines of devices above, what does not change below.

    While it is open a line stays where it is: one whose device has gone turns grey, and what comes
    in above the pointer moves the menu, not what is pointed at.
    """

    chosen = Signal(object)  # SourceRequest
    file_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setToolTipsVisible(True)
        self._lines: dict[str, QAction] = {}
        self._entries: dict[str, Entry] = {}
        self._postponed: list[Entry] | None = None
        self.hovered.connect(self._catch_up)
        self._tail = self.addSeparator()
        self._demos = self._demo_menu()
        self.addMenu(self._demos)
        self.addSeparator()
        self.addAction(self.tr("Open files …")).triggered.connect(lambda: self.file_wanted.emit())

    def show_entries(self, entries: list[Entry]) -> None:
        """What there is now."""
        now = {entry.key: entry for entry in entries}
        self._postponed = None
        if not self.isVisible():
            self._clear()
        elif now == self._entries:
            return
        held = self.activeAction() if self.isVisible() else None
        if held is not None and not self._has_room(sum(key not in self._lines for key in now)):
            self._postponed = entries  # until something else is pointed at
            return
        y = 0 if held is None else self.actionGeometry(held).top()
        for key in self._lines.keys() - now.keys():
            self._show_gone(key)
        before: QAction = self._tail
        for entry in reversed(entries):
            before = self._put(entry, before)
        self._entries = now
        if held is not None:
            self._hold(self.actionGeometry(held).top() - y)

    def _clear(self) -> None:
        """Nobody sees it: all lines of devices are made anew, in their order."""
        for action in self.actions()[: self.actions().index(self._tail)]:
            self.removeAction(action)
        self._lines.clear()

    def _put(self, entry: Entry, before: QAction) -> QAction:
        """The line of an entry, made where there is none yet. Returns the topmost of it."""
        action = self._lines.get(entry.key)
        if action is None:
            action = self._lines[entry.key] = QAction(self)
            action.triggered.connect(lambda: self._choose(entry.key))
            self.insertAction(before, action)
            if entry.heading:
                self.insertSeparator(action)
        action.setText(entry.text.replace("&", "&&"))
        action.setToolTip(as_tip(entry.tip or entry.text))
        action.setEnabled(entry.request is not None)
        action.setCheckable(entry.request is not None or entry.checked)
        action.setChecked(entry.checked)
        if not entry.heading:
            return action
        all_actions = self.actions()
        return all_actions[all_actions.index(action) - 1]

    def _show_gone(self, key: str) -> None:
        action, entry = self._lines[key], self._entries.get(key)
        if entry is not None and action.isEnabled():
            action.setText(gone_text(entry.text).replace("&", "&&"))
            action.setEnabled(False)

    def _has_room(self, new: int) -> bool:
        """Whether the menu could move up by that many lines, and a separator."""
        line = self.fontMetrics().height() + _AROUND_LINE
        room = self.y() - self.screen().availableGeometry().top()
        return new == 0 or (new + 1) * line <= room

    def _hold(self, moved: int) -> None:
        """Keep what is pointed at under the pointer."""
        if moved:
            self.move(self.x(), self.y() - moved)

    def _catch_up(self) -> None:
        if self._postponed is not None:
            self.show_entries(self._postponed)

    def _choose(self, key: str) -> None:
        entry = self._entries.get(key)
        if entry is not None and entry.request is not None:
            self.chosen.emit(entry.request)

    def _demo_menu(self) -> QMenu:
        demos = QMenu(self.tr("Demo"), self)
        for name, scene in SCENES.items():
            action = demos.addAction(scene.title)
            action.setToolTip(scene.description)
            request = SourceRequest(name=f"demo:{name}")
            action.triggered.connect(lambda _=False, r=request: self.chosen.emit(r))
        demos.setToolTipsVisible(True)
        return demos
