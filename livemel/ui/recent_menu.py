"""The menu of files that were opened last."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from livemel.errors import one_line
from livemel.settings.recent import RecentFiles
from livemel.ui.theme import UNIT
from livemel.ui.words import as_tip

_WIDEST = 50 * UNIT


class RecentMenu(QMenu):
    """Lists them, newest first, as they are when it opens; whether they are kept after this session
    is asked here, too.
    """

    chosen = Signal(str)  # a path
    remember_chosen = Signal(bool)

    def __init__(self, recent: RecentFiles, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Recent files"))
        self._recent = recent
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self.refresh)

    @property
    def remembers(self) -> bool:
        """Whether their names are kept."""
        return self._recent.remembers

    def refresh(self) -> None:
        """List what there is now."""
        self.clear()
        names = self._recent.names
        for name in names:
            middle = Qt.TextElideMode.ElideMiddle
            text = self.fontMetrics().elidedText(one_line(Path(name).name), middle, _WIDEST)
            action = self.addAction(text.replace("&", "&&"))
            action.setToolTip(as_tip(one_line(name)))
            action.triggered.connect(partial(self.chosen.emit, name))
        if not names:
            self.addAction(self.tr("none in this session")).setEnabled(False)
        self.addSeparator()
        remember = self.addAction(self.tr("Remember recent files"))
        remember.setCheckable(True)
        remember.setChecked(self._recent.remembers)
        remember.setToolTip(
            self.tr("Keep their names for the next run; switched off, none stays on the disk")
        )
        remember.toggled.connect(self._on_remember)
        forget = self.addAction(self.tr("Forget all"))
        forget.setToolTip(self.tr("Empty this list"))
        forget.setEnabled(bool(names))
        forget.triggered.connect(self._recent.clear)

    def _on_remember(self, wanted: bool) -> None:
        self._recent.remember(wanted)
        self.remember_chosen.emit(wanted)
