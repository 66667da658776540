"""The fields of a front-end that can be edited."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QSpinBox,
    QWidget,
)

from livemel.dsp.frontend import LOG_KINDS, MEL_SCALES, WINDOWS, FrontEnd
from livemel.errors import ParameterError
from livemel.ui.theme import UNIT
from livemel.ui.words import mark, translate

_N_FFT = ("256", "400", "512", "1024", "2048", "4096", "8192", "16384")
_COLUMNS = 3
# So that numbers begin where the words of the lists do.
_TEXT_MARGINS = UNIT + 1, 0, 0, 0
_HINTS = {
    "n_fft": mark("FrontEndFields", "Samples in a frame: longer tells frequencies apart better"),
    "hop_length": mark("FrontEndFields", "Samples from one column to the next"),
    "win_length": mark("FrontEndFields", "Samples that the window spans, at most n_fft"),
    "n_mels": mark("FrontEndFields", "Mel bands: rows of the picture"),
    "fmin": mark("FrontEndFields", "Lower end of the lowest band"),
    "fmax": mark(
        "FrontEndFields", "Upper end of the highest band; at the top it follows the source's rate"
    ),
    "mel_scale": mark(
        "FrontEndFields",
        "slaney: linear below 1 kHz; htk: 2595 log10(1 + f/700); "
        "kaldi: 1127 ln(1 + f/700); linear: Hz",
    ),
    "norm": mark(
        "FrontEndFields", "slaney: each filter has unit area in Hz; none: each filter peaks at 1"
    ),
    "window": mark("FrontEndFields", "What a frame is multiplied by"),
    "center": mark(
        "FrontEndFields",
        "Whether column k stands at sample k · hop_length, and what is put at the ends then",
    ),
    "power": mark("FrontEndFields", "1: magnitudes; 2: their squares"),
    "preemphasis": mark("FrontEndFields", "a in y[n] − a y[n − 1]; 0 is none"),
    "log": mark(
        "FrontEndFields",
        "db: 10 log10; db-amplitude: 20 log10; ln; log10; none: mel values as they are",
    ),
    "normalise": mark(
        "FrontEndFields",
        "none: the logarithm as it is; fixed: constants; running: by what was heard so "
        "far; exact: by the whole, once the picture stands; instance: by a trailing stretch",
    ),
}


class FrontEndFields(QWidget):
    """A field each. Those that nobody has touched follow the others, such as a hop that has to be
    shorter than the window.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("plain")
        self._n_fft = _combo(_N_FFT, editable=True)
        self._preemphasis = QDoubleSpinBox()
        self._preemphasis.setRange(0.0, 1.0)
        self._preemphasis.lineEdit().setTextMargins(*_TEXT_MARGINS)
        self._preemphasis.setDecimals(3)
        self._preemphasis.setSingleStep(0.01)
        self._fmax = _hz_spin()
        self._normalise = _combo(())
        self._widgets: dict[str, QComboBox | QSpinBox | QDoubleSpinBox] = {
            "n_fft": self._n_fft,
            "hop_length": _spin(1 << 20),
            "win_length": _spin(1 << 20),
            "n_mels": _spin(4096),
            "fmin": _hz_spin(),
            "fmax": self._fmax,
            "mel_scale": _combo(MEL_SCALES),
            "norm": _combo(("slaney", "none")),
            "window": _combo(WINDOWS),
            "center": _combo(("no", "constant", "reflect")),
            "power": _combo(("1", "2")),
            "preemphasis": self._preemphasis,
            "log": _combo(LOG_KINDS),
            "normalise": self._normalise,
        }
        self._shown: dict[str, str | float] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(UNIT)
        grid.setVerticalSpacing(UNIT // 2)
        for n, (name, widget) in enumerate(self._widgets.items()):
            row, column = divmod(n, _COLUMNS)
            label = QLabel(name)
            label.setProperty("role", "small")
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(label, row, 2 * column)
            grid.addWidget(widget, row, 2 * column + 1)
            grid.setColumnStretch(2 * column + 1, 1)
            hint = translate("FrontEndFields", _HINTS[name])
            widget.setToolTip(hint)
            label.setToolTip(hint)
            widget.setAccessibleName(name)
            signal = (
                widget.currentTextChanged if isinstance(widget, QComboBox) else widget.valueChanged
            )
            signal.connect(self._on_change)

    def show_frontend(self, frontend: FrontEnd) -> None:
        """Fill all fields; none of them counts as touched."""
        self._shown = {}
        self.follow(frontend)

    def follow(self, frontend: FrontEnd) -> None:
        """Fill the fields that nobody has touched with what the others amount to."""
        for widget in self._widgets.values():
            widget.blockSignals(True)
        touched = self._touched() if self._shown else set()
        self._set_limits(frontend)
        for name, value in _values(frontend).items():
            if name not in touched:
                _put(self._widgets[name], value)
                self._shown[name] = _read(self._widgets[name])
        for widget in self._widgets.values():
            widget.blockSignals(False)

    def edited(self) -> dict[str, Any]:
        """The touched fields → FrontEnd's values. Raises ParameterError."""
        changes: dict[str, Any] = {name: _read(self._widgets[name]) for name in self._touched()}
        if "n_fft" in changes:
            text = str(changes["n_fft"]).strip()
            if not text.isdecimal():
                raise ParameterError(f"n_fft={text!r} is not a whole number")
            changes["n_fft"] = int(text)
        if "power" in changes:
            changes["power"] = int(changes["power"])
        if changes.get("norm") == "none":
            changes["norm"] = None
        if self._fmax.value() >= self._fmax.maximum() and "fmax" in changes:
            changes["fmax"] = None
        if "center" in changes:
            ends = changes["center"]
            changes["center"] = ends != "no"
            if changes["center"]:
                changes["pad_mode"] = ends
        return changes

    def _touched(self) -> set[str]:
        return {name for name, shown in self._shown.items() if _read(self._widgets[name]) != shown}

    def _set_limits(self, frontend: FrontEnd) -> None:
        for name in ("fmin", "fmax"):
            widget = self._widgets[name]
            assert isinstance(widget, QDoubleSpinBox)
            widget.setMaximum(frontend.sr / 2)
        # Those that would change something, and the one that is on.
        kinds = ["none"]
        if (frontend.mean, frontend.std) != (0, 1):
            kinds.append("fixed")
        if frontend.statistic is not None:
            kinds += ["running", "exact", "instance"]
        now = self._normalise.currentText() if "normalise" in self._shown else frontend.normalise
        kinds += [] if now in kinds else [now]
        self._normalise.clear()
        self._normalise.addItems(kinds)
        self._normalise.setCurrentText(now)
        self._normalise.setEnabled(len(kinds) > 1)

    def _on_change(self) -> None:
        self.changed.emit()


def _values(fe: FrontEnd) -> dict[str, str | float]:
    """What the fields show of a front-end."""
    return {
        "n_fft": str(fe.n_fft),
        "hop_length": fe.hop_length,
        "win_length": fe.frame_length,
        "n_mels": fe.n_mels,
        "fmin": fe.fmin,
        "fmax": fe.top_hz,
        "mel_scale": fe.mel_scale,
        "norm": fe.norm or "none",
        "window": fe.window,
        "center": fe.pad_mode if fe.center else "no",
        "power": f"{fe.power:g}",
        "preemphasis": fe.preemphasis,
        "log": fe.log,
        "normalise": fe.normalise,
    }


def _read(widget: QComboBox | QSpinBox | QDoubleSpinBox) -> str | float:
    return widget.currentText() if isinstance(widget, QComboBox) else widget.value()


def _put(widget: QComboBox | QSpinBox | QDoubleSpinBox, value: str | float) -> None:
    if isinstance(widget, QComboBox):
        widget.setCurrentText(str(value))
    elif isinstance(widget, QSpinBox):
        widget.setValue(int(value))
    else:
        widget.setValue(float(value))


def _combo(items: tuple[str, ...], *, editable: bool = False) -> QComboBox:
    combo = QComboBox()
    combo.setEditable(editable)
    combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    combo.addItems(items)
    combo.setMinimumWidth(13 * UNIT)
    return combo


def _spin(most: int) -> QSpinBox:
    spin = QSpinBox()
    spin.setRange(1, most)
    spin.lineEdit().setTextMargins(*_TEXT_MARGINS)
    spin.setMinimumWidth(13 * UNIT)
    return spin


def _hz_spin() -> QDoubleSpinBox:
    spin = QDoubleSpinBox()
    spin.setRange(0.0, 24_000.0)
    spin.lineEdit().setTextMargins(*_TEXT_MARGINS)
    spin.setDecimals(0)
    spin.setSingleStep(50.0)
    spin.setSuffix(" Hz")
    spin.setMinimumWidth(13 * UNIT)
    return spin
