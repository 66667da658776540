"""The panel that sets the front-end's size."""

from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from livemel.config import FrontEndChoice
from livemel.dsp.frontend import MEL_SCALES, FrontEnd
from livemel.errors import ParameterError
from livemel.ui.model_box import ModelBox
from livemel.ui.theme import UNIT

_N_FFT = (256, 400, 512, 1024, 2048, 4096, 8192, 16384)


class FrontEndPanel(QFrame):
    """n_fft, hop, n_mels, fmin, fmax and mel scale of a copy. Enter or Apply takes it on; what is
    impossible is said and not taken.
    """

    chosen = Signal(object)  # FrontEndChoice

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("panel")
        self._choice = FrontEndChoice()
        self._sr = 48_000
        self._model = ModelBox()
        self._model.named.connect(self._on_model)
        self._n_fft = QComboBox()
        self._n_fft.setEditable(True)
        self._n_fft.addItems([str(n) for n in _N_FFT])
        self._hop = _spin(1, 1 << 20, " samples")
        self._n_mels = _spin(1, 4096, "")
        self._fmin, self._fmax = _hz_spin(), _hz_spin()
        self._scale = QComboBox()
        self._scale.addItems(MEL_SCALES)
        self._facts, self._error = QLabel(), QLabel()
        self._facts.setProperty("role", "small")
        self._error.setProperty("role", "error")
        self._error.setWordWrap(True)
        self._error.setMinimumHeight(4 * UNIT)
        self._lay_out()
        for signal in (
            self._n_fft.currentTextChanged,
            self._hop.valueChanged,
            self._n_mels.valueChanged,
            self._fmin.valueChanged,
            self._fmax.valueChanged,
            self._scale.currentTextChanged,
        ):
            signal.connect(self._look)

    def show_frontend(self, choice: FrontEndChoice, built: FrontEnd, source_sr: int) -> None:
        """Fill the fields with what is running."""
        self._choice, self._sr = choice, source_sr
        self._model.setCurrentText(choice.name)
        self._n_fft.setCurrentText(str(built.n_fft))
        self._hop.setValue(built.hop_length)
        self._n_mels.setValue(built.n_mels)
        self._fmin.setValue(built.fmin)
        self._fmax.setMaximum(built.sr / 2)
        self._fmin.setMaximum(built.sr / 2)
        self._fmax.setValue(built.top_hz)
        self._scale.setCurrentText(built.mel_scale)
        self._look()

    def open_at(self, place: QPoint) -> None:
        """Open below a place on the screen."""
        self.adjustSize()
        self.move(place)
        self.show()
        self._n_fft.setFocus()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(2 * UNIT)
        form.setVerticalSpacing(UNIT)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow("front-end", self._model)
        rows = (
            ("n_fft", self._n_fft, "Samples in a frame: longer tells frequencies apart better"),
            ("hop_length", self._hop, "Samples from one column to the next"),
            ("n_mels", self._n_mels, "Mel bands: rows of the picture"),
            ("fmin", self._fmin, "Lower end of the lowest band"),
            ("fmax", self._fmax, "Upper end of the highest band"),
            ("mel scale", self._scale, "slaney: linear below 1 kHz; htk: 2595 log10(1 + f/700)"),
        )
        for name, field, hint in rows:
            field.setToolTip(hint)
            field.setAccessibleName(name)
            field.setMinimumWidth(16 * UNIT)
            form.addRow(name, field)
        apply, reset = QPushButton("Apply"), QPushButton("Reset")
        apply.setDefault(True)
        apply.clicked.connect(self._apply)
        reset.clicked.connect(self._reset)
        buttons = QHBoxLayout()
        buttons.addWidget(reset)
        buttons.addStretch(1)
        buttons.addWidget(apply)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        column.setSpacing(UNIT)
        column.addLayout(form)
        column.addWidget(self._facts)
        column.addWidget(self._error)
        column.addLayout(buttons)
        self.setFixedWidth(38 * UNIT)

    def _edited(self) -> FrontEndChoice:
        """What the fields say. Raises ParameterError."""
        text = self._n_fft.currentText().strip()
        if not text.isdecimal():
            raise ParameterError(f"n_fft={text!r} is not a whole number")
        changes: dict[str, Any] = {
            **self._choice.changes,
            "n_fft": int(text),
            "hop_length": self._hop.value(),
            "n_mels": self._n_mels.value(),
            "fmin": self._fmin.value(),
            "fmax": self._fmax.value(),
            "mel_scale": self._scale.currentText(),
        }
        if self._fmax.value() >= self._fmax.maximum():
            changes["fmax"] = None  # follows the source's rate
        plain = FrontEndChoice(self._choice.name, self._choice.sr).build(self._sr)
        same = {name for name in changes if _same(changes[name], getattr(plain, name))}
        changes = {name: value for name, value in changes.items() if name not in same}
        return FrontEndChoice(self._choice.name, self._choice.sr, changes)

    def _look(self) -> None:
        """Say what the fields amount to, or what is wrong with them."""
        try:
            built = self._edited().build(self._sr)
        except ParameterError as error:
            self._error.setText(str(error))
            return
        self._error.setText("")
        frame_ms = 1000 * built.frame_length / built.sr
        hop_ms = 1000 * built.hop_length / built.sr
        self._facts.setText(
            f"frame {frame_ms:.1f} ms · hop {hop_ms:.1f} ms · bin {built.sr / built.n_fft:.1f} Hz"
        )

    def _apply(self) -> None:
        try:
            choice = self._edited()
            choice.build(self._sr)
        except ParameterError as error:
            self._error.setText(str(error))
            return
        self.hide()
        self.chosen.emit(choice)

    def _on_model(self, name: str) -> None:
        self.hide()
        self.chosen.emit(FrontEndChoice(name, self._choice.sr))

    def _reset(self) -> None:
        self.hide()
        self.chosen.emit(FrontEndChoice(self._choice.name, self._choice.sr))

    def keyPressEvent(self, event: Any) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._apply()
        else:
            super().keyPressEvent(event)


def _same(chosen: Any, named: Any) -> bool:
    """Whether a field is as named; the fields on the panel hold whole hertz."""
    return chosen == named or (isinstance(named, float) and chosen == round(named))


def _spin(low: int, high: int, suffix: str) -> QSpinBox:
    spin = QSpinBox()
    spin.setRange(low, high)
    spin.setSuffix(suffix)
    return spin


def _hz_spin() -> QDoubleSpinBox:
    spin = QDoubleSpinBox()
    spin.setRange(0.0, 24_000.0)
    spin.setDecimals(0)
    spin.setSingleStep(50.0)
    spin.setSuffix(" Hz")
    return spin
