"""All text of the window can be put into another language."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import livemel.ui
import numpy as np
import pytest
from livemel.config import COLOR_MAPS, SavingChoice
from livemel.dsp.frontend import FrontEnd
from livemel.ui.bundle_dialog import BundleDialog
from livemel.ui.calibration_dialog import CalibrationDialog
from livemel.ui.keys_sheet import KeysSheet
from livemel.ui.picture_dialog import PictureDialog
from livemel.ui.policy_text import policy_text
from livemel.ui.ticks import live_ticks
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMenu,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.ui.conftest import OpenApp

FILES = sorted(Path(livemel.ui.__file__).parent.glob("*.py"))
SHOWN_BY = {
    "addAction", "addItem", "addItems", "addMenu", "addRow", "addTab", "addButton", "drawText",
    "say", "set_text", "setAccessibleDescription", "setAccessibleName", "setLabelText",
    "setOkButtonText", "setPlaceholderText", "setPrefix", "setSuffix", "setTabText", "setText",
    "setTitle", "setToolTip", "setWindowTitle", "showText", "tell",
    "PanelHeader", "QAction", "QCheckBox", "QGroupBox", "QLabel", "QMenu", "QPushButton",
    "QRadioButton", "ElidedLabel",
}  # fmt: skip
# Names and symbols that are the same in every language.
NAMES = {
    "livemel", "Hz", "kHz", "dB", "SPL", "FS", "ms", "min", "mm", "px", "dpi", "mel", "RMS", "LUFS",
    "LU", "dBTP", "TP", "WAV", "FLAC", "MFCC", "MFCCs", "PNG", "SVG", "PDF", "TOML", "toml",
}  # fmt: skip
WORD = re.compile(r"[^\W\d_]{2,}")


def words(text: str) -> list[str]:
    return [word for word in WORD.findall(text) if word not in NAMES]


def calls(path: Path) -> Iterator[tuple[str, str, ast.Call]]:
    """Place, name of what is called, and the call."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            yield f"{path.name}:{node.lineno}", name, node


def bare(node: ast.expr) -> str:
    """The words of a literal that is given as it is, or of an f-string's own part."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return " ".join(bare(part) for part in parts)
        case ast.IfExp(body=one, orelse=other):
            return f"{bare(one)} {bare(other)}"
        case ast.BinOp(left=one, right=other):
            return f"{bare(one)} {bare(other)}"
        case ast.BoolOp(values=parts):
            return " ".join(bare(part) for part in parts)
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return " ".join(bare(part) for part in parts)
    return ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_text_is_shown_past_translation(path: Path) -> None:
    for place, name, call in calls(path):
        if name in SHOWN_BY:
            told = call.args[:1] if name == "addItem" else call.args  # what follows is data
            shown = [word for argument in told for word in words(bare(argument))]
            assert not shown, f"{place}: {name} of {' '.join(shown)}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_translated_is_a_literal_that_can_be_found(path: Path) -> None:
    """A tool reads it from the code: an f-string has no fixed text, a bare tr() no context."""
    for place, name, call in calls(path):
        if name == "tr":
            assert isinstance(call.func, ast.Attribute), f"{place}: tr() of nothing"
            assert isinstance(call.args[0], ast.Constant), place
        if name in ("translate", "mark") and len(call.args) == 2:
            assert not isinstance(call.args[1], ast.JoinedStr), place
        if name == "mark":
            assert all(isinstance(argument, ast.Constant) for argument in call.args), place


class Bracketed(QTranslator):
    """A language in which every text is the same between brackets."""

    def translate(self, *asked: object) -> str:
        _, text, *_ = asked
        return f"⟦{text}⟧"

    def isEmpty(self) -> bool:
        return False


@pytest.fixture
def brackets(qtbot: QtBot) -> Iterator[None]:
    translator = Bracketed()
    QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)


def outside(text: str) -> str:
    """What is not translated, nor part of it."""
    while (less := re.sub(r"⟦[^⟦⟧]*⟧", " ", text)) != text:
        text = less
    return text


def texts_of(widget: QWidget | QAction) -> Iterator[str]:
    """All that it says, to the eye and to a screen reader."""
    yield widget.toolTip()
    if isinstance(widget, QAction):
        yield widget.text()
        return
    yield from (widget.accessibleName(), widget.accessibleDescription(), widget.windowTitle())
    if isinstance(widget, (QAbstractButton, QLabel)):
        yield widget.text()
    if isinstance(widget, (QMenu, QGroupBox)):
        yield widget.title()
    if isinstance(widget, QLineEdit):
        yield widget.placeholderText()
    if isinstance(widget, QComboBox):
        yield from (widget.itemText(n) for n in range(widget.count()))


# Of colour maps, of the signal, of parameters and their values.
NO_TEXT = {*COLOR_MAPS, "signal", "live", "fft", "hop", "length", "slaney", "log", "db", "ref"}


def untranslated(texts: Iterator[str]) -> list[str]:
    return [t for t in texts if set(WORD.findall(outside(t))) - NAMES - NO_TEXT]


def test_a_window_in_another_language_shows_no_english(
    qtbot: QtBot, open_app: OpenApp, brackets: None
) -> None:
    window = open_app(np.zeros(48_000, dtype=np.float32)).window
    window.panels.show(("slice", "waveform", "levels", "f0"))
    window.findings.show(True)
    window.controls.pause.click()
    window._refresh_figures()
    window._refresh_meter()
    menus = window.findChildren(QMenu)
    widgets = [window, *window.findChildren(QWidget)]
    actions = {*window.actions(), *(action for menu in menus for action in menu.actions())}
    scenes = set(window.controls.source._menu._demos.actions())  # named by the sources
    shown = [text for part in (*widgets, *(actions - scenes)) for text in texts_of(part)]
    assert untranslated(iter(shown)) == []
    assert untranslated(iter([window.plot.image.caption])) == []
    assert any("⟦" in text for text in shown)


def test_what_is_said_without_qt_is_in_that_language_too(open_app: OpenApp, brackets: None) -> None:
    open_app(np.zeros(48_000, dtype=np.float32))
    said = [tick.label for tick in live_ticks(5.0, 0.0, 0.1) if "s" not in tick.label]
    assert said == ["⟦now⟧"]
    for fe in (
        FrontEnd(sr=16_000),
        FrontEnd(sr=16_000, representation="linear"),
        FrontEnd(sr=16_000, mean=1.0),
    ):
        assert untranslated(iter(policy_text(fe))) == []


def test_the_sheet_and_the_dialogs_are_in_that_language_too(
    qtbot: QtBot, open_app: OpenApp, brackets: None, tmp_path: Path
) -> None:
    window = open_app(np.zeros(48_000, dtype=np.float32)).window
    choice, path = SavingChoice(), tmp_path / "1"
    dialogs: list[QWidget] = [
        PictureDialog(window, choice, path.with_suffix(".png")),
        BundleDialog(window, choice, path, seconds=1.0, longest_s=9.0),
        BundleDialog(window, choice, path, selected_s=1.0),
        CalibrationDialog("signal", 94.0, lambda: (-20.0, ""), window),
        KeysSheet(window),
    ]
    for dialog in dialogs:
        for part in (dialog, *dialog.findChildren(QWidget)):
            if part.property("role") != "key":  # keys have Qt's own names
                assert untranslated(texts_of(part)) == [], dialog
