"""The dialog that asks how to save sound with its columns."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QLabel, QWidget

from livemel.config import SavingChoice
from livemel.ui.save_dialog import SaveDialog
from livemel.ui.theme import UNIT
from livemel.ui.words import translate


class BundleDialog(SaveDialog):
    """How much, as what.

    seconds : of the newest that are proposed; longest_s : that are kept
    selected_s : seconds of a selection, where that is to be saved
    """

    def __init__(
        self,
        window: QWidget,
        choice: SavingChoice,
        path: Path,
        *,
        seconds: float = 0.0,
        longest_s: float = 0.0,
        selected_s: float | None = None,
    ) -> None:
        newest = selected_s is None
        last = translate("BundleDialog", "Save the last seconds")
        title = last if newest else translate("BundleDialog", "Save the selection")
        super().__init__(window, title, path)
        self._before, self._newest = choice, newest
        self.seconds = QDoubleSpinBox()
        self.seconds.setDecimals(1)
        self.seconds.setRange(0.1, max(0.1, longest_s))
        self.seconds.setSuffix(" s")
        self.seconds.setValue(seconds)
        self.seconds.lineEdit().setTextMargins(UNIT, 0, 0, 0)
        self.proposed_s = self.seconds.value()
        self.packed = QComboBox()
        self.packed.addItem(self.tr("A folder"), False)
        self.packed.addItem(self.tr("One zip"), True)
        self.packed.setCurrentIndex(int(choice.packed))
        self.sound = QComboBox()
        self.sound.addItem("WAV", "wav")
        self.sound.addItem(self.tr("FLAC, where it loses nothing"), "flac")
        self.sound.setCurrentIndex(self.sound.findData(choice.sound))
        for box, name in (
            (self.seconds, self.tr("Seconds")),
            (self.packed, self.tr("As")),
            (self.sound, self.tr("Sound")),
        ):
            box.setAccessibleName(name)
        if selected_s is None:
            self.form.addRow(self.tr("The last"), self.seconds)
        else:
            self.seconds.setParent(self)
            self.seconds.hide()
            self.form.addRow(self.tr("Selected"), QLabel(f"{selected_s:.3f} s"))
        self.form.addRow(self.tr("As"), self.packed)
        self.form.addRow(self.tr("Sound"), self.sound)
        self.add_place()
        self.packed.currentIndexChanged.connect(self.settle)
        self.settle()

    def choice(self) -> SavingChoice:
        """What the fields say. Raises ParameterError."""
        choice = replace(
            self._before, packed=self.packed.currentData(), sound=self.sound.currentData()
        )
        return replace(choice, seconds=self.seconds.value()) if self._newest else choice

    def suffix(self) -> str:
        """A folder has none."""
        return ".zip" if self.packed.currentData() else ""

    def word(self, choice: SavingChoice) -> str:
        """What will be in it."""
        return self.tr("All channels as they came, the columns, and a recipe to compute them anew")
