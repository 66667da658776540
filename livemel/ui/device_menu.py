"""The menu of sources: devices as they come and go, demo scenes, files."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from livemel.sources.opening import SourceRequest
from livemel.sources.scenes import SCENES
from livemel.ui.device_entries import Entry, gone_text


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
        self._tail = self.addSeparator()
        self._demos = self._demo_menu()
        self.addMenu(self._demos)
        self.addSeparator()
        self.addAction(self.tr("Open files …")).triggered.connect(lambda: self.file_wanted.emit())

    def show_entries(self, entries: list[Entry]) -> None:
        """What there is now."""
        now = {entry.key: entry for entry in entries}
        if now == self._entries:
            return
        held = self.activeAction() if self.isVisible() else None
        y = 0 if held is None else self.actionGeometry(held).top()
        for key in [key for key in self._lines if key not in now]:
            self._take_away(key)
        before: QAction = self._tail
        for entry in reversed(entries):
            before = self._put(entry, before)
        self._entries = now
        if held is not None:
            self._hold(self.actionGeometry(held).top() - y)

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
        action.setToolTip(entry.tip or entry.text)
        action.setEnabled(entry.request is not None)
        action.setCheckable(entry.request is not None or entry.checked)
        action.setChecked(entry.checked)
        if not entry.heading:
            return action
        all_actions = self.actions()
        return all_actions[all_actions.index(action) - 1]

    def _take_away(self, key: str) -> None:
        action, entry = self._lines[key], self._entries.get(key)
        if self.isVisible():
            if action.isEnabled() and entry is not None:
                action.setText(gone_text(entry.text).replace("&", "&&"))
                action.setEnabled(False)
            return
        if entry is not None and entry.heading:
            actions = self.actions()
            self.removeAction(actions[actions.index(action) - 1])
        self.removeAction(action)
        del self._lines[key]

    def _hold(self, moved: int) -> None:
        """Keep what is pointed at under the pointer."""
        screen = self.screen().availableGeometry()
        y = self.y() - moved
        if moved and screen.top() <= y and y + self.height() <= screen.bottom() + 1:
            self.move(self.x(), y)

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
