"""What the dialogs that save something share: a place, a word on it, Save and Cancel."""

import contextlib
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from livemel.config import SavingChoice
from livemel.errors import ParameterError
from livemel.ui.theme import UNIT

# Of the kinds of files that are saved: one takes the place of another.
_SUFFIXES = (".png", ".svg", ".pdf", ".zip")


class SaveDialog(QDialog):
    """Asks how and where to save. Nothing is replaced: a name that is taken gets a number."""

    wanted = Signal(object, object)  # SavingChoice, Path

    def __init__(self, window: QWidget, title: str, path: Path) -> None:
        super().__init__(window)
        self.setWindowTitle(title)
        self._folder = path.parent
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(2 * UNIT)
        self.form.setVerticalSpacing(UNIT)
        self.form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.path = QLineEdit(str(path))
        self.path.setAccessibleName(self.tr("File"))
        self.path.setMinimumWidth(48 * UNIT)
        self._word = QLabel()
        self._word.setProperty("role", "small")
        self._error = QLabel()
        self._error.setProperty("role", "error")
        self._error.setWordWrap(True)
        for label in (self._word, self._error):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._error.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        column.setSpacing(UNIT)
        column.addLayout(self.form)
        column.addWidget(self._word)
        column.addWidget(self._error)
        column.addSpacing(UNIT)
        column.addWidget(self._buttons())
        self.finished.connect(self.deleteLater)

    def choice(self) -> SavingChoice:
        """What the fields say. Raises ParameterError."""
        raise NotImplementedError

    def suffix(self) -> str:
        """What the file's name has to end in; "" for a folder."""
        raise NotImplementedError

    def word(self, choice: SavingChoice) -> str:
        """What comes of that choice."""
        raise NotImplementedError

    def settle(self) -> None:
        """Bring name, word and error in line with the fields."""
        path = self._path()
        own = path.suffix.lower() in _SUFFIXES
        if self._named and path.suffix.lower() != self.suffix():
            stem = path.stem if own else path.name
            self.path.setText(str(path.with_name(stem + self.suffix())))
        try:
            self._word.setText(self.word(self.choice()))
            self._complain("")
        except ParameterError as error:
            self._complain(str(error))

    def add_place(self) -> None:
        """The last row: the file's name."""
        browse = QPushButton(self.tr("Choose…"))
        browse.setToolTip(self.tr("Another folder or name"))
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.setSpacing(UNIT)
        row.addWidget(self.path, 1)
        row.addWidget(browse)
        self.form.addRow(self.tr("Save as"), row)
        self.path.setFocus()

    def accept(self) -> None:
        """Save, unless something is wrong, which is said."""
        if not self._named:
            self._complain(self.tr("a name is missing"))
            return
        self.settle()
        try:
            choice = self.choice()
        except ParameterError:  # it is said
            return
        super().accept()
        self.wanted.emit(choice, self._path())

    @property
    def _named(self) -> bool:
        text = self.path.text().strip()
        return bool(text) and not text.endswith("/")

    def _path(self) -> Path:
        """A name alone is one in the folder that was proposed."""
        text = self.path.text().strip()
        if not text:
            return Path()
        with contextlib.suppress(RuntimeError):  # ~ and somebody who is nobody
            return self._folder / Path(text).expanduser()
        return self._folder / text

    def _complain(self, text: str) -> None:
        self._error.setText(text)
        self._error.setVisible(bool(text))
        self._word.setVisible(not text)

    def _browse(self) -> None:
        path = self._path()
        dialog = QFileDialog(self, self.windowTitle(), str(path.parent))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.selectFile(path.name)
        dialog.fileSelected.connect(self.path.setText)
        dialog.finished.connect(self.settle)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _buttons(self) -> QDialogButtonBox:
        kinds = QDialogButtonBox.StandardButton
        box = QDialogButtonBox(kinds.Save | kinds.Cancel)
        for kind in (kinds.Save, kinds.Cancel):
            box.button(kind).setIcon(QIcon())
        save = box.button(kinds.Save)
        save.setProperty("role", "primary")
        save.setDefault(True)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        return box
