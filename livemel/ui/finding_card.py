"""One finding in the panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from livemel.ui.elided_label import ElidedLabel
from livemel.ui.finding_text import gravity, role
from livemel.ui.theme import UNIT

if TYPE_CHECKING:
    from livemel.diagnosis.finding import Finding
    from livemel.ui.level_table import LevelTable


class FindingCard(QFrame):
    """How grave, when, what, and what to try; a button that goes there, and one that comes back."""

    show_wanted = Signal()
    hold_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("finding")
        self._gravity, self._text, self._advice = QLabel(), QLabel(), QLabel()
        self._when = ElidedLabel()
        for label in (self._gravity, self._when, self._text, self._advice):
            label.setTextFormat(Qt.TextFormat.PlainText)
        for label in (self._text, self._advice):
            label.setWordWrap(True)
        for label in (self._when, self._advice):
            label.setProperty("role", "small")
        self._show, self._hold = QPushButton(), QPushButton(self.tr("Hold as baseline"))
        for button in (self._show, self._hold):
            button.setProperty("role", "compact")
        self._hold.setToolTip(
            self.tr("Keep these levels, mend the cable, and see the change of each  (Ctrl+D)")
        )
        self._show.clicked.connect(self.show_wanted)
        self._hold.clicked.connect(self.hold_wanted)
        self._hold.hide()
        top = QHBoxLayout()
        top.setSpacing(UNIT)
        top.addWidget(self._gravity)
        top.addWidget(self._when, 1)
        top.addWidget(self._show)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, UNIT, UNIT, UNIT)
        self._column.setSpacing(4)
        self._column.addLayout(top)
        self._column.addWidget(self._text)
        self._column.addWidget(self._advice)
        self._column.addWidget(self._hold, 0, Qt.AlignmentFlag.AlignLeft)

    def show_finding(self, finding: Finding, when: str) -> None:
        """Only a change costs a repaint."""
        colour = role([finding])
        if self._gravity.property("role") != colour:
            self._gravity.setProperty("role", colour)
            self._gravity.style().polish(self._gravity)
        for label, text in (
            (self._gravity, gravity(finding)),
            (self._when, when),
            (self._text, finding.text),
            (self._advice, finding.advice),
        ):
            if label.text() != text:
                label.setText(text)
        self._advice.setVisible(bool(finding.advice))
        self.setAccessibleName(f"{gravity(finding)}, {when}: {finding.text}")

    def show_way(self, *, is_there: bool, is_kept: bool) -> None:
        """Where its button leads. is_there : it is shown; is_kept : there is sound to show"""
        text = self.tr("Back") if is_there else self.tr("Show me")
        if self._show.text() != text:
            self._show.setText(text)
        tip = self.tr("Let the picture stand where it happened")
        if is_there:
            tip = self.tr("To what was shown before  (Ctrl+Z does the same)")
        elif not is_kept:
            tip = self.tr("That sound is not kept any more")
        self._show.setToolTip(tip)
        self._show.setEnabled(is_there or is_kept)

    def show_table(self, table: LevelTable | None, *, can_hold: bool) -> None:
        """Levels under the text, and whether they can be held; None takes them away."""
        self._hold.setVisible(can_hold)
        if table is not None and table.parent() is not self:
            self._column.insertWidget(self._column.count() - 1, table)
            table.show()
