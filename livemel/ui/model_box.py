"""The list of named front-ends, in groups, with search."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QCompleter

from livemel.dsp.models import FRONTENDS, ROWS

_KINDS = {
    "livemel": "livemel",
    "library": "Libraries",
    "speech": "Speech",
    "events": "Sound events",
    "synthesis": "Vocoders",
}


class ModelBox(QComboBox):
    """Opens as a list by kind; what is typed narrows it to the names that contain it."""

    named = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMaxVisibleItems(24)
        self.setAccessibleName("Front-end")
        self.setToolTip("A model's front-end; type to search")
        model = QStandardItemModel(self)
        for kind, title in _KINDS.items():
            heading = QStandardItem(title.upper())
            heading.setFlags(Qt.ItemFlag.NoItemFlags)
            model.appendRow(heading)
            for row in ROWS:
                if row.kind == kind:
                    item = QStandardItem(row.name)  # its text is what the box then shows
                    item.setToolTip(f"{row.title} — {row.source}")
                    model.appendRow(item)
        self.setModel(model)
        search = QCompleter(list(FRONTENDS), self)
        search.setFilterMode(Qt.MatchFlag.MatchContains)
        search.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(search)
        self.textActivated.connect(self._take)
        search.activated.connect(self._take)

    def _take(self, name: str) -> None:
        if name in FRONTENDS:
            self.named.emit(name)
