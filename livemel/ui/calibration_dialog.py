"""Asks how loud the sound is, or full scale."""

import math
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from livemel.config import SPL_OFFSET
from livemel.ui.elided_label import ElidedLabel
from livemel.ui.theme import UNIT
from livemel.ui.words import as_tip

# What acoustic calibrators give at 1 kHz: this, or 114 dB.
_USUAL_SPL = 94.0
# Nothing that a calibrator could have made: dB FS.
_SILENCE_DB = -90.0
_LOOK_MS = 200


class CalibrationDialog(QDialog):
    """Two ways to say it: what sounds now, or what a full-scale sine would be.

    level_now : tells, at any time, the level of the newest second in dB re a full-scale sine, and
        why it does not count, or ""
    """

    chosen = Signal(object)  # dB SPL of a full-scale sine, or None

    def __init__(
        self,
        source: str,
        known: float | None,
        level_now: Callable[[], tuple[float, str]],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._level_now = level_now
        self._level_db = -math.inf
        self.setWindowTitle(self.tr("Calibrate"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.by_sound = QRadioButton(self.tr("What sounds now is"))
        self.by_scale = QRadioButton(self.tr("A full-scale sine is"))
        group = QButtonGroup(self)
        for button in (self.by_sound, self.by_scale):
            group.addButton(button)
        self.sound_spl, self.scale_spl = self._box(_USUAL_SPL), self._box(known or 120.0)
        self._now = QLabel()
        self._now.setProperty("role", "small")
        self.buttons = self._buttons(known is not None)
        name = ElidedLabel(self.tr("Sound pressure of “%1”").replace("%1", source))
        name.setTextFormat(Qt.TextFormat.PlainText)
        name.setToolTip(as_tip(source))
        name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        name.setProperty("role", "title")
        grid = QGridLayout()
        grid.setHorizontalSpacing(UNIT)
        grid.setVerticalSpacing(UNIT)
        for row, (button, box) in enumerate(
            ((self.by_sound, self.sound_spl), (self.by_scale, self.scale_spl))
        ):
            grid.addWidget(button, 2 * row, 0)
            grid.addWidget(box, 2 * row, 1)
            box.setAccessibleName(button.text())
        grid.addWidget(self._now, 1, 0, 1, 2)
        hint = QLabel(self.tr("An acoustic calibrator on the microphone gives 94 or 114 dB SPL."))
        hint.setProperty("role", "small")
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        column.setSpacing(2 * UNIT)
        for part in (name, hint):
            column.addWidget(part)
        column.addLayout(grid)
        column.addWidget(self.buttons)
        (self.by_sound if known is None else self.by_scale).setChecked(True)
        group.buttonToggled.connect(lambda: self._look())
        self.sound_spl.editingFinished.connect(self._look)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(_LOOK_MS)
        self._look()

    def _box(self, value: float) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setRange(*SPL_OFFSET)
        box.setDecimals(1)
        box.setSuffix(self.tr(" dB SPL"))
        box.setValue(value)
        box.setMinimumWidth(14 * UNIT)
        return box

    def _buttons(self, known: bool) -> QDialogButtonBox:
        role = QDialogButtonBox.ButtonRole
        box = QDialogButtonBox()
        self.accept_button = box.addButton(self.tr("Calibrate"), role.AcceptRole)
        self.accept_button.setProperty("role", "primary")
        box.addButton(self.tr("Cancel"), role.RejectRole)
        if known:
            forget = box.addButton(self.tr("No calibration"), role.ResetRole)
            forget.clicked.connect(self._forget)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        return box

    def _look(self) -> None:
        """Tell the level; without one there is nothing to calibrate by."""
        self.sound_spl.setEnabled(self.by_sound.isChecked())
        self.scale_spl.setEnabled(self.by_scale.isChecked())
        self._level_db, trouble = self._level_now()
        if not trouble and self._level_db < _SILENCE_DB:
            trouble = self.tr("nothing sounds")
        if trouble:
            told = self.tr("The newest second: %1").replace("%1", trouble)
        else:
            level = f"{self._level_db:.1f}".replace("-", "−")
            told = self.tr("The newest second: %1 dB re a full-scale sine").replace("%1", level)
        self._now.setText(told)
        self.accept_button.setEnabled(not trouble or self.by_scale.isChecked())

    def accept(self) -> None:
        if self.by_scale.isChecked():
            self.chosen.emit(self.scale_spl.value())
        else:
            low, high = SPL_OFFSET
            self.chosen.emit(min(max(self.sound_spl.value() - self._level_db, low), high))
        super().accept()

    def _forget(self) -> None:
        self.chosen.emit(None)
        self.reject()
