"""The panel that lists what was found."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from livemel.ui.finding_card import FindingCard
from livemel.ui.finding_text import LOOKED_FOR, figures, nothing, role, verdict
from livemel.ui.level_table import LevelTable
from livemel.ui.panel_header import PanelHeader
from livemel.ui.theme import UNIT, Theme
from livemel.ui.words import translate

if TYPE_CHECKING:
    from livemel.diagnosis.finding import Finding
    from livemel.diagnosis.report import Report

WIDTH = 42 * UNIT
# A card takes a millisecond or two to make.
_AT_ONCE, _MOST = 2, 40


def key_of(finding: Finding) -> Hashable:
    """What makes it the same one in a later report."""
    return finding.code, finding.channel, round(finding.start_s, 3)


class FindingsPanel(QWidget):
    """Verdict, the findings by gravity, and the levels of all of it. Keys go to where Tab leads."""

    show_wanted = Signal(object)  # Finding
    hold_wanted = Signal()
    release_wanted = Signal()
    switch_wanted = Signal()
    copy_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Findings"))
        self.header = PanelHeader(self.tr("Findings"))
        self.header.add_button(
            self.tr("Copy"), self.tr("Copy the findings as text"), self.copy_wanted.emit
        )
        self._verdict, self._hint, self._figures, self._more = (QLabel() for _ in range(4))
        self._told = QLabel()
        for label in (self._verdict, self._hint, self._figures, self._more, self._told):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        for label in (self._hint, self._figures, self._more, self._told):
            label.setProperty("role", "small")
        self._switch = QPushButton(self.tr("Diagnose"))
        self._switch.setProperty("role", "compact")
        self._switch.clicked.connect(self.switch_wanted)
        self._release = QPushButton(self.tr("Let go of the baseline"))
        self._release.setProperty("role", "compact")
        self._release.clicked.connect(self.release_wanted)
        self.table = LevelTable(theme)
        self.table.setAccessibleName(self.tr("Harmonics"))
        self._cards: dict[Hashable, FindingCard] = {}
        self._shown: dict[Hashable, Finding] = {}
        self._with_table: Hashable = None
        self._baseline = QFrame()
        self._baseline.setObjectName("finding")
        held = QVBoxLayout(self._baseline)
        held.setContentsMargins(12, UNIT, 12, 10)
        held.setSpacing(4)
        self._before = LevelTable(theme)
        self._before.setAccessibleName(self.tr("Before and after"))
        self._of_all = QLabel()
        self._of_all.setProperty("role", "small")
        self._of_all.setWordWrap(True)
        for widget in (self._told, self._before, self._of_all):
            held.addWidget(widget)
        held.addWidget(self._release, 0, Qt.AlignmentFlag.AlignLeft)
        self._baseline.hide()
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._scroll.setAccessibleName(self.tr("List of findings"))
        self._list = QWidget()
        self._list.setObjectName("plain")
        self._rows = QVBoxLayout(self._list)
        self._rows.setContentsMargins(0, 0, 4, 0)
        self._rows.setSpacing(UNIT)
        self._rows.addWidget(self._baseline)
        self._rows.addWidget(self._more)
        self._rows.addStretch(1)
        self._scroll.setWidget(self._list)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * UNIT, 0, UNIT, UNIT)
        column.setSpacing(6)
        column.addWidget(self.header)
        column.addWidget(self._verdict)
        column.addWidget(self._hint)
        column.addWidget(self._switch, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._scroll, 1)
        column.addWidget(self._figures)
        self.set_scale(1.0)

    def set_theme(self, theme: Theme) -> None:
        """The theme's colours."""
        for table in (self.table, self._before):
            table.set_theme(theme)

    def set_scale(self, scale: float) -> None:
        """The size of the type; 1 is the usual one."""
        self.setFixedWidth(round(WIDTH * scale))
        for table in (self.table, self._before):
            table.set_scale(scale)

    def card_of(self, finding: Finding) -> FindingCard | None:
        """The card of a finding, once it has been made."""
        return self._cards.get(key_of(finding))

    def show_state(self, report: Report | None, *, on: bool) -> None:
        """The head and the foot. on : whether anything is looked for"""
        self._switch.setVisible(not on)
        findings = report.findings if report is not None else ()
        if not on:
            said, hint = self.tr("Diagnosis is off"), self.tr("Shift+D turns it on.")
        elif report is None or report.seconds == 0:
            said, hint = self.tr("Listening …"), translate("Findings", LOOKED_FOR)
        elif not findings:
            said, hint = "✓ " + nothing(report.seconds), translate("Findings", LOOKED_FOR)
        else:
            said, hint = verdict(findings), ""
        colour = role(findings) if findings and on else "title"
        if self._verdict.property("role") != colour:
            self._verdict.setProperty("role", colour)
            self._verdict.style().polish(self._verdict)
        _set(self._verdict, said)
        _set(self._hint, hint)
        _set(self._figures, figures(report) if on and report is not None else "")

    def show_findings(self, rows: Sequence[tuple[Finding, str, bool, bool]]) -> bool:
        """All of them: the finding, when, whether it is shown, whether its sound is kept.

        Returns whether some are still to be made: a few are made at each call.
        """
        wanted = {key_of(row[0]): row for row in rows[:_MOST]}
        for key in [key for key in self._cards if key not in wanted]:
            card = self._cards.pop(key)
            del self._shown[key]
            if key == self._with_table:
                self.show_table(None, [])
            self._rows.removeWidget(card)
            card.hide()
            card.deleteLater()
        made = 0
        for at, (key, (finding, when, is_there, is_kept)) in enumerate(wanted.items(), 1):
            if key not in self._cards:
                if made == _AT_ONCE:
                    break
                made += 1
                self._add(key)
            card = self._cards[key]
            if self._rows.indexOf(card) != at:
                self._rows.insertWidget(at, card)
            self._shown[key] = finding
            card.show_finding(finding, when)
            card.show_way(is_there=is_there, is_kept=is_kept)
        more = len(rows) - _MOST
        _set(self._more, self.tr("and {} more").format(more) if more > 0 else "")
        return len(self._cards) < len(wanted)

    def show_table(self, finding: Finding | None, rows: list[list[str]]) -> None:
        """Levels of the harmonics under a finding."""
        key = None if finding is None else key_of(finding)
        if key != self._with_table:
            before = self._cards.get(self._with_table)
            if before is not None:
                before.show_table(None, can_hold=False)
            self.table.setParent(self)
            self.table.hide()
            self._with_table = key if key in self._cards else None
        card = self._cards.get(self._with_table)
        if card is not None:
            self.table.show_rows(rows)
            card.show_table(self.table, can_hold=True)

    def show_baseline(self, told: str, rows: list[list[str]], of_all: str) -> None:
        """Before and after, above the list; "" takes it away."""
        self._baseline.setVisible(bool(told))
        _set(self._told, told)
        _set(self._of_all, of_all)
        self._of_all.setVisible(bool(of_all))
        self._before.show_rows(rows)

    def reveal(self, finding: Finding) -> None:
        """Scroll to a finding's card."""
        card = self.card_of(finding)
        if card is not None:
            self._scroll.ensureWidgetVisible(card, 0, UNIT)

    def event(self, event: QEvent) -> bool:
        """Ctrl+C in here copies the findings, elsewhere the picture."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.matches(QKeySequence.StandardKey.Copy)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _add(self, key: Hashable) -> None:
        card = FindingCard()
        card.show_wanted.connect(lambda: self.show_wanted.emit(self._shown[key]))
        card.hold_wanted.connect(self.hold_wanted)
        self._cards[key] = card


def _set(label: QLabel, text: str) -> None:
    """Only a change costs a repaint; an empty one takes no room."""
    if label.text() != text:
        label.setText(text)
    if label.isHidden() != (not text):
        label.setVisible(bool(text))
