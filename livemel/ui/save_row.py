"""The row of buttons that keep, share and drop front-ends."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from livemel.ui.theme import UNIT


class SaveRow(QWidget):
    """A name, Save and Delete; Copy, Paste and Open. What would lose something asks once more, by
    the button's own text.
    """

    saved = Signal(str, bool)  # a name, and whether it may replace what is there
    deleted = Signal()
    copied = Signal()
    pasted = Signal()
    opened = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("plain")
        self.name = QLineEdit()
        self.name.setPlaceholderText(self.tr("name to save it under"))
        self.name.setAccessibleName(self.tr("Name"))
        self.name.setMaxLength(64)
        self.name.textChanged.connect(self.settle)
        self.save_button = _button(
            self.tr("Save"), self.tr("Keep it under this name, as a file of yours")
        )
        self.delete_button = _button(self.tr("Delete"), self.tr("Remove the saved front-end"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(UNIT)
        row.addWidget(self.name, 1)
        row.addWidget(self.save_button)
        row.addWidget(self.delete_button)
        row.addSpacing(UNIT)
        copy = _button(
            self.tr("Copy as TOML"), self.tr("Put it on the clipboard as text, to share it")
        )
        paste = _button(self.tr("Paste"), self.tr("Take a front-end as TOML from the clipboard"))
        open_ = _button(self.tr("Open…"), self.tr("Take a front-end from a TOML file"))
        for button, signal in ((copy, self.copied), (paste, self.pasted), (open_, self.opened)):
            row.addWidget(button)
            button.clicked.connect(signal)
        self.save_button.clicked.connect(self.save)
        self.delete_button.clicked.connect(self._delete)

    def show_saved(self, name: str) -> None:
        """Offer this name, of one that is saved; "" for one that is not."""
        self.name.setText(name)
        self.delete_button.setEnabled(bool(name))
        self.settle()

    def settle(self) -> None:
        """Ask anew before anything is lost."""
        self.save_button.setText(self.tr("Save"))
        self.delete_button.setText(self.tr("Delete"))

    def save(self) -> None:
        """Save under the name in the field."""
        self.saved.emit(self.name.text().strip(), self.save_button.text() == self.tr("Overwrite"))

    def ask_to_overwrite(self) -> None:
        """The name is taken: another press replaces what is there."""
        self.delete_button.setText(self.tr("Delete"))
        self.save_button.setText(self.tr("Overwrite"))

    def _delete(self) -> None:
        if self.delete_button.text() == self.tr("Delete"):
            self.settle()
            self.delete_button.setText(self.tr("Really?"))
        else:
            self.settle()
            self.deleted.emit()


def _button(text: str, hint: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(hint)
    return button
