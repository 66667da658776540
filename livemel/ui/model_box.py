"""The list of named front-ends, in groups, with search."""

from PySide6.QtCore import QCoreApplication, QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QListView, QVBoxLayout, QWidget

from livemel.dsp.models import ROWS
from livemel.dsp.row import KINDS, FrontEndRow
from livemel.presets import Preset, Unreadable, saved
from livemel.ui.theme import UNIT
from livemel.ui.words import as_tip

_NAME = Qt.ItemDataRole.UserRole
_STEPS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class ModelBox(QWidget):
    """A list by kind; what is typed narrows it to those whose name, title, kind or source contain
    each word.
    """

    highlighted = Signal(str)  # a name, by mouse, arrows or search
    taken = Signal()  # by a double click

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("plain")
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search name, title, kind"))
        self.search.setAccessibleName(self.tr("Search front-ends"))
        self.list = QListView()
        self.list.setObjectName("frontends")
        self.list.setAccessibleName(self.tr("Front-ends"))
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setMinimumHeight(12 * UNIT)
        self._items = QStandardItemModel(self)
        self.list.setModel(self._items)
        self._rows: list[FrontEndRow | Unreadable] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        self.search.textChanged.connect(self._on_search)
        self.search.installEventFilter(self)
        self.list.installEventFilter(self)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.list.doubleClicked.connect(self._on_double_click)

    def refresh(self, name: str) -> None:
        """Read the saved ones anew, show all, and highlight one; nothing is signalled."""
        own = [entry.row if isinstance(entry, Preset) else entry for entry in saved()]
        self._rows = [*own, *ROWS]
        for widget in (self, self.search):
            widget.blockSignals(True)
        self.search.clear()
        self._fill("")
        self._highlight(name)
        for widget in (self, self.search):
            widget.blockSignals(False)

    @property
    def names(self) -> list[str]:
        """Those that are listed and can be taken, from the top."""
        rows = range(self._items.rowCount())
        return [name for n in rows if (name := self._items.item(n).data(_NAME))]

    def _fill(self, text: str) -> None:
        self._items.clear()
        words = text.casefold().split()
        for kind, title in KINDS.items():
            group = [row for row in self._rows if _kind(row) == kind and _matches(row, words)]
            if group:
                self._items.appendRow(_inert(title.upper()))
            for row in group:
                self._items.appendRow(_item(row))
        if self._items.rowCount() == 0:
            self._items.appendRow(_inert(self.tr("nothing matches")))

    def _highlight(self, name: str) -> None:
        for n in range(self._items.rowCount()):
            if self._items.item(n).data(_NAME) == name:
                index = self._items.index(n, 0)
                self.list.setCurrentIndex(index)
                self.list.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    def _on_search(self, text: str) -> None:
        before = self.list.currentIndex().data(_NAME)
        self.blockSignals(True)
        self._fill(text)
        self.blockSignals(False)
        names, word = self.names, text.strip().casefold()
        if not names:
            return
        like = [name for name in names if name.startswith(word)]
        exact = [name for name in names if name == word]
        best = (exact or ([before] if before in names and not word else like) or names)[0]
        self._highlight(best)

    def _on_current(self, index: QModelIndex) -> None:
        if name := index.data(_NAME):
            self.highlighted.emit(name)

    def _on_double_click(self, index: QModelIndex) -> None:
        if index.data(_NAME):
            self.taken.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows move in the list while the search has the focus, letters search from the list."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if watched is self.search and event.key() in _STEPS:
                QCoreApplication.sendEvent(self.list, event)
                return True
            if watched is self.list and event.text().isprintable() and event.text().strip():
                self.search.setFocus()
                QCoreApplication.sendEvent(self.search, event)
                return True
        return super().eventFilter(watched, event)


def _kind(row: FrontEndRow | Unreadable) -> str:
    return row.kind if isinstance(row, FrontEndRow) else "saved"


def _matches(row: FrontEndRow | Unreadable, words: list[str]) -> bool:
    text = f"{row.name} {KINDS[_kind(row)]}"
    if isinstance(row, FrontEndRow):
        text += f" {row.title} {row.source}"
    return all(word in text.casefold() for word in words)


def _item(row: FrontEndRow | Unreadable) -> QStandardItem:
    item = QStandardItem(row.name)
    if isinstance(row, FrontEndRow):
        item.setData(row.name, _NAME)
        item.setToolTip(as_tip(row.title))
    else:
        item.setText(f"{row.name}  ⚠")
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setToolTip(as_tip(row.reason))
    return item


def _inert(text: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    return item
