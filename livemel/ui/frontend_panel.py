"""The panel that chooses, edits and keeps front-ends."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from livemel.config import FrontEndChoice
from livemel.dsp.facts import facts
from livemel.dsp.frontend import FrontEnd
from livemel.errors import ParameterError
from livemel.files import is_there
from livemel.presets import Preset, delete, dumps, folder, parse, write
from livemel.ui.elided_label import ElidedLabel
from livemel.ui.fact_sheet import FactSheet
from livemel.ui.frontend_fields import FrontEndFields
from livemel.ui.model_box import ModelBox
from livemel.ui.save_row import SaveRow
from livemel.ui.theme import UNIT
from livemel.ui.words import as_tip

_WIDTH, _HEIGHT = 112 * UNIT, 74 * UNIT
_MARGIN = UNIT  # to the screen's edges


class FrontEndPanel(QFrame):
    """A draft: one from the list, and what is edited of it. Enter or Apply takes it on; what is
    impossible is said and not taken.
    """

    chosen = Signal(object)  # FrontEndChoice

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("panel")
        self.setAccessibleName(self.tr("Front-end"))
        self._running = self._draft = FrontEndChoice()
        self._sr = 48_000
        self._window = parent
        self._place = QPoint()
        self._own_title = ""
        self._is_built = False

    def show_frontend(self, choice: FrontEndChoice, built: FrontEnd, source_sr: int) -> None:
        """What is running."""
        self._running, self._sr = choice, source_sr
        if self.isVisible():
            self._take_up(choice)

    def open_at(self, place: QPoint) -> None:
        """Open below a place on the screen, with what is running as the draft."""
        self._reopen(self._place)
        self._models.refresh(self._running.name)
        self._take_up(self._running)
        self._models.search.setFocus()

    def _reopen(self, place: QPoint) -> None:
        if not self._is_built:  # not before: the window should be there at once
            self._is_built = True
            self._build()
        self._place = place
        screen = QGuiApplication.screenAt(place) or self.screen()
        room = screen.availableGeometry().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        width = min(_WIDTH, room.width())
        height = min(max(_HEIGHT, self.minimumSizeHint().height()), room.bottom() - place.y())
        self.resize(width, max(height, self.minimumSizeHint().height()))
        x = max(room.left(), min(place.x(), room.right() - width))
        self.move(x, max(room.top(), min(place.y(), room.bottom() - self.height())))
        self.show()

    def _build(self) -> None:
        self._models = ModelBox()
        self._models.setFixedWidth(30 * UNIT)
        self._title, self._facts = ElidedLabel(), FactSheet()
        self._title.setProperty("role", "title")
        self._fields, self._saving = FrontEndFields(), SaveRow()
        self._word = ElidedLabel()
        reset, apply = QPushButton(self.tr("Reset")), QPushButton(self.tr("Apply"))
        reset.setToolTip(self.tr("Take on the named front-end without changes"))
        apply.setToolTip(self.tr("Take it on  (Enter)"))
        apply.setProperty("role", "primary")
        right = QVBoxLayout()
        right.setSpacing(UNIT)
        right.addWidget(self._title)
        right.addWidget(self._facts, 1)
        right.addWidget(self._fields)
        upper = QHBoxLayout()
        upper.setSpacing(2 * UNIT)
        upper.addWidget(self._models)
        upper.addLayout(right, 1)
        lower = QHBoxLayout()
        lower.setSpacing(UNIT)
        lower.addWidget(self._saving, 1)
        lower.addSpacing(3 * UNIT)
        lower.addWidget(reset)
        lower.addWidget(apply)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        column.setSpacing(UNIT)
        column.addLayout(upper, 1)
        column.addWidget(self._word)
        column.addLayout(lower)
        self._models.highlighted.connect(self._on_highlighted)
        self._models.taken.connect(self._apply)
        self._fields.changed.connect(self._look)
        self._saving.saved.connect(self._save)
        self._saving.deleted.connect(self._delete)
        self._saving.copied.connect(self._copy)
        self._saving.pasted.connect(self._paste)
        self._saving.opened.connect(self._open)
        apply.clicked.connect(self._apply)
        reset.clicked.connect(self._reset)

    # --- the draft

    def _take_up(self, draft: FrontEndChoice) -> None:
        """Another draft: fill everything with it."""
        self._draft = draft
        preset = draft.preset
        self._own_title = preset.title
        self._saving.show_saved(preset.name if draft.name == preset.name != preset.base else "")
        try:
            self._fields.show_frontend(draft.build(self._sr))
        except ParameterError:  # impossible at this source's rate
            self._fields.show_frontend(preset.row.build(preset.row.shown_sr))
        self._look()

    def _edited(self) -> FrontEndChoice:
        """What the fields say. Raises ParameterError."""
        changes = {**self._draft.changes, **self._fields.edited()}
        plain = replace(self._draft, changes={}).build(self._sr)
        kept = {name: value for name, value in changes.items() if value != getattr(plain, name)}
        return replace(self._draft, changes=kept)

    def _look(self) -> None:
        """Say what the fields amount to, or what is wrong with them."""
        self._saving.settle()
        row = self._draft.preset.row
        name = row.name or row.title
        try:
            choice = self._edited()
            built = choice.build(self._sr)
        except ParameterError as error:
            self._say(str(error), error=True)
            built = row.build(row.shown_sr)
            self._title.setText(f"{name}: {row.title}")
            self._facts.show_facts(facts(row, built))
            return
        self._fields.follow(built)
        changed = bool(choice.changes)
        words = self.tr("{}, changed: {}") if changed else "{}: {}"
        self._title.setText(words.format(name, row.title))
        self._facts.show_facts(facts(row, built, changed=changed))
        self._say("")

    def _say(self, text: str, *, error: bool = False) -> None:
        """One line under everything."""
        role = "error" if error else "small"
        if self._word.property("role") != role:
            self._word.setProperty("role", role)
            self._word.style().polish(self._word)
        self._word.setText(text)
        self._word.setToolTip(as_tip(text))

    def _on_highlighted(self, name: str) -> None:
        try:
            same = name == self._running.name
            self._take_up(self._running if same else _named(self._running, name))
        except ParameterError as error:  # it was there when the list was filled
            self._say(str(error), error=True)

    def _apply(self) -> None:
        try:
            choice = self._edited()
            choice.build(self._sr)
        except ParameterError as error:
            self._say(str(error), error=True)
            return
        self.hide()
        self.chosen.emit(choice)

    def _reset(self) -> None:
        self.hide()
        self.chosen.emit(replace(self._draft, changes={}))

    # --- keeping and sharing it

    def _preset(self, name: str) -> Preset:
        """The edited draft under that name. Raises ParameterError."""
        choice = self._edited()
        choice.build(self._sr)
        origin = choice.preset
        changes = {**origin.changes, **choice.changes}
        if choice.sr is not None and origin.row.own_sr is None:
            changes["sr"] = choice.sr  # a rate that was asked for is part of it
        return Preset(name, origin.base, self._own_title, changes)

    def _save(self, name: str, overwrite: bool) -> None:
        try:
            preset = self._preset(name)
            if not overwrite and is_there(folder() / f"{name}.toml"):
                self._say(self.tr("{} is there already").format(name))
                self._saving.ask_to_overwrite()
                return
            path = write(preset, overwrite=overwrite)
            draft = _named(self._running, name)
        except ParameterError as error:
            self._say(str(error), error=True)
            return
        self._models.refresh(name)
        self._take_up(draft)
        self._say(self.tr("saved: {}").format(path))

    def _delete(self) -> None:
        name = self._draft.name
        try:
            edited = self._edited()
            delete(name)
        except ParameterError as error:
            self._say(str(error), error=True)
            return
        preset = edited.preset
        changes = {**preset.changes, **edited.changes}
        self._models.refresh(preset.base)
        self._take_up(replace(_named(self._running, preset.base), changes=changes))
        self._say(self.tr("deleted: {}").format(name))

    def _copy(self) -> None:
        try:
            name = self._saving.name.text().strip()
            text = dumps(self._preset(name))
        except ParameterError as error:
            self._say(str(error), error=True)
            return
        QGuiApplication.clipboard().setText(text)
        self._say(self.tr("copied"))

    def _paste(self) -> None:
        try:
            preset = parse(QGuiApplication.clipboard().text(), self.tr("clipboard"))
            draft = replace(_named(self._running, preset.base), changes=preset.changes)
        except ParameterError as error:
            self._say(str(error), error=True)
            return
        self._models.refresh(preset.base)
        self._take_up(draft)
        self._own_title = preset.title
        self._saving.name.setText(preset.name)

    def _open(self) -> None:
        self.hide()  # a pop-up would hold the mouse
        dialog = QFileDialog(self._window, self.tr("Open a front-end"), "", "TOML (*.toml)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)

        def take(accepted: int) -> None:
            self._reopen(self._place)
            if accepted:
                self.open_file(Path(dialog.selectedFiles()[0]))
            dialog.deleteLater()

        dialog.finished.connect(take)
        dialog.open()

    def open_file(self, path: Path) -> None:
        """Take a front-end from a TOML file as the draft."""
        try:
            draft = _named(self._running, str(path))
        except ParameterError as error:
            self._say(str(error), error=True)
            return
        self._models.refresh("")  # it is none of the list
        self._take_up(draft)
        self._saving.name.setText(draft.preset.name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            return
        focus = self.focusWidget()
        if isinstance(focus, QPushButton):
            focus.click()
        elif focus is self._saving.name:
            self._saving.save()
        elif not self._models.names:
            self._say(self.tr("nothing matches the search"), error=True)
        else:
            self._apply()


def _named(like: FrontEndChoice, name: str) -> FrontEndChoice:
    """That front-end without changes, read anew. Raises ParameterError."""
    return replace(like, name=name, changes={}, _found=None)
