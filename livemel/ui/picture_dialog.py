"""The dialog that asks how to save the picture."""

from pathlib import Path

from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QHBoxLayout, QLabel, QSpinBox, QWidget

from livemel.config import DPI, INCH_MM, PICTURE_KINDS, SavingChoice
from livemel.ui.save_dialog import SaveDialog
from livemel.ui.theme import UNIT
from livemel.ui.words import translate


class PictureDialog(SaveDialog):
    """Format, size, dpi and look."""

    def __init__(self, window: QWidget, choice: SavingChoice, path: Path) -> None:
        super().__init__(window, translate("PictureDialog", "Save the picture"), path)
        self._before = choice
        self.kind = QComboBox()
        for kind in PICTURE_KINDS:
            self.kind.addItem(kind.upper(), kind)
        self.kind.setCurrentIndex(self.kind.findData(choice.kind))
        self.width_box, self.height_box = QDoubleSpinBox(), QDoubleSpinBox()
        self.unit = QComboBox()
        self.unit.addItems(["mm", "px"])
        self.unit.setCurrentText(choice.unit)
        self._unit = choice.unit
        self.dpi = QSpinBox()
        self.dpi.setRange(*DPI)
        self.dpi.setValue(choice.dpi)
        self.dpi.setSuffix(" dpi")
        for spin in (self.width_box, self.height_box, self.dpi):
            spin.lineEdit().setTextMargins(UNIT, 0, 0, 0)
        self.look = QComboBox()
        self.look.addItem(self.tr("For paper: on white"), "paper")
        self.look.addItem(self.tr("As on the screen"), "screen")
        self.look.setCurrentIndex(self.look.findData(choice.look))
        self._set_up_sizes((choice.width, choice.height))
        self._add_rows()
        self.settle()

    def choice(self) -> SavingChoice:
        """What the fields say. Raises ParameterError."""
        before = self._before
        return SavingChoice(
            kind=self.kind.currentData(),
            width=self.width_box.value(),
            height=self.height_box.value(),
            unit=self.unit.currentText(),
            dpi=self.dpi.value(),
            look=self.look.currentData(),
            seconds=before.seconds,
            packed=before.packed,
            sound=before.sound,
        )

    def suffix(self) -> str:
        """Of the kind that is chosen."""
        return f".{self.kind.currentData()}"

    def word(self, choice: SavingChoice) -> str:
        """The other unit, and the size of the text."""
        (width, height), dpi = choice.size, choice.dpi
        if choice.unit == "px":
            mm = f"{INCH_MM * width / dpi:.0f} × {INCH_MM * height / dpi:.0f} mm"
            return self.tr("{size}; text of 9 pt").format(size=mm)
        return self.tr("{size} pixels; text of 9 pt").format(size=f"{width} × {height}")

    def _set_up_sizes(self, values: tuple[float, float]) -> None:
        for box, value in zip((self.width_box, self.height_box), values, strict=True):
            box.setDecimals(0 if self._unit == "px" else 1)
            box.setRange(1, 20_000)
            box.setValue(value)

    def _add_rows(self) -> None:
        for box, name in (
            (self.kind, self.tr("Format")),
            (self.width_box, self.tr("Width")),
            (self.height_box, self.tr("Height")),
            (self.unit, self.tr("Unit")),
            (self.dpi, self.tr("Resolution")),
            (self.look, self.tr("Look")),
        ):
            box.setAccessibleName(name)
        sizes = QHBoxLayout()
        sizes.setSpacing(UNIT)
        sizes.addWidget(self.width_box)
        sizes.addWidget(QLabel("×"))
        sizes.addWidget(self.height_box)
        sizes.addWidget(self.unit)
        sizes.addStretch(1)
        self.form.addRow(self.tr("Format"), self.kind)
        self.form.addRow(self.tr("Size"), sizes)
        self.form.addRow(self.tr("Resolution"), self.dpi)
        self.form.addRow(self.tr("Look"), self.look)
        self.add_place()
        self.kind.currentIndexChanged.connect(self.settle)
        self.unit.currentTextChanged.connect(self._on_unit)
        for spin in (self.width_box, self.height_box, self.dpi):
            spin.valueChanged.connect(self.settle)

    def _on_unit(self, unit: str) -> None:
        """The same size in the other unit."""
        factor = self.dpi.value() / INCH_MM
        if unit == "mm":
            factor = 1 / factor
        now = self.width_box.value() * factor, self.height_box.value() * factor
        self._unit = unit
        self._set_up_sizes(now)
        self.settle()
