"""The line under the picture: level on the left, truth about the run on the right."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from livemel.ui.detail_label import DetailLabel
from livemel.ui.elided_label import ElidedLabel
from livemel.ui.level_meter import LevelMeter
from livemel.ui.policy_text import PolicyText
from livemel.ui.status_room import Run, Wants, room_for
from livemel.ui.status_text import Figures, lost_text, run_text
from livemel.ui.theme import UNIT, Theme
from livemel.ui.words import as_tip

_WIDEST_LEVEL = "−88.8 dB SPL   peak −88.8"


class StatusLine(QWidget):
    """Level meter and figures, refreshed a few times a second."""

    finding_clicked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setFixedHeight(4 * UNIT)
        # What it has to say never widens the window.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.meter = LevelMeter(theme)
        self._level = QLabel()
        self._finding = QToolButton()
        self._policy = ElidedLabel()
        self._note = ElidedLabel()
        self._busy = ElidedLabel()
        self._figures = QLabel()
        self._latency = DetailLabel()
        self._lost = QLabel()
        self._told: Figures | None = None
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(2 * UNIT, 0, 2 * UNIT, 0)
        row.setSpacing(2 * UNIT)
        row.addWidget(self.meter)
        row.addWidget(self._level)
        row.addWidget(self._policy)
        row.addWidget(self._finding)
        row.addWidget(self._note, 1)
        row.addWidget(self._busy)
        figures = QHBoxLayout()
        figures.setSpacing(0)  # one line of text, but two tooltips
        figures.addWidget(self._figures)
        figures.addWidget(self._latency)
        row.addLayout(figures)
        row.addWidget(self._lost)
        font = QFont(self.font())
        font.setPixelSize(12)
        font.setFeature(QFont.Tag("tnum"), 1)
        plain = (self._level, self._policy, self._note, self._figures, self._latency, self._lost)
        for label in (*plain, self._busy):
            label.setFont(font)
            label.setProperty("role", "small" if label in plain else "busy")
            label.setTextFormat(Qt.TextFormat.PlainText)
        # What stands right of the level does not move with it.
        self._level.setMinimumWidth(QFontMetrics(font).horizontalAdvance(_WIDEST_LEVEL))
        self._policy.setAccessibleName(self.tr("Normalisation"))
        self._finding.setObjectName("finding")
        self._finding.setToolTip(self.tr("What is wrong with the sound  (D)"))
        self._finding.setFont(font)
        self._finding.clicked.connect(self.finding_clicked)
        self._finding.hide()
        # A long note gives way first: it is cut, and whole in its tooltip.
        self._note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._figures.setToolTip(
            self.tr(
                "Paints a second · time a paint takes, median / 99th percentile, of what one "
                "screen update may take · columns computed a second"
            )
        )
        self._latency.setToolTip(
            self.tr(
                "Time from the arrival of a column's last sample to the column on the screen + "
                "look-ahead: from the column's middle, where it is drawn, to its last sample"
            )
        )
        self._busy.setToolTip(
            self.tr(
                "Panels are given up first, then paints. Columns are computed whatever happens, "
                "and all of it comes back by itself."
            )
        )
        self._busy.hide()
        self._lost.setToolTip(self.tr("Sound that was lost, drawn hatched where it is missing"))

    @property
    def latency_details(self) -> Callable[[], str]:
        """What the latency is made of, asked for when somebody wants to read it."""
        return self._latency.details

    @latency_details.setter
    def latency_details(self, details: Callable[[], str]) -> None:
        self._latency.details = details

    def set_theme(self, theme: Theme) -> None:
        self.meter.set_theme(theme)

    def show_policy(self, text: PolicyText) -> None:
        """What was done to the columns; it stays until the front-end is another one."""
        _set(self._policy, text.label)
        self._policy.setToolTip(as_tip(text.full))
        self._fit()

    def show_finding(self, word: str, role: str) -> None:
        """What is wrong, in a word; "" where all is well. role : as finding_text.role"""
        button = self._finding
        if button.property("role") != role:
            button.setProperty("role", role)
            button.style().polish(button)
        if button.text() != word:
            button.setText(word)
            button.setAccessibleName(self.tr("Findings: {}").format(word))
            button.setVisible(bool(word))
            self._fit()

    def show_level(self) -> None:
        """The meter's numbers."""
        _set(self._level, self.meter.text)

    def show_figures(self, f: Figures) -> None:
        """Show these."""
        self._told = f
        _set(self._note, f.note)
        self._note.setToolTip(as_tip(f.note))
        _set(self._busy, f.busy)
        self._busy.setVisible(bool(f.busy))
        _set(self._lost, lost_text(f))
        # By its role, which its tooltip does not have: that is no alarm.
        role = "error" if f.lost_samples else "small"
        if self._lost.property("role") != role:
            self._lost.setProperty("role", role)
            self._lost.style().polish(self._lost)
        self._fit()

    def _fit(self) -> None:
        """Show what there is room for."""
        f = self._told
        if f is None:
            return
        room = room_for(self._wants(f), self.width())
        figures, latency = run_text(f, in_full=room.run is Run.FULL)
        _set(self._figures, figures)
        _set(self._latency, latency)
        for label in (self._figures, self._latency):
            label.setVisible(room.run is not Run.NONE)
        self._policy.setVisible(room.policy > 0)
        self._policy.setMinimumWidth(room.policy)
        self._level.setVisible(room.level)
        self._note.setMinimumWidth(room.note)
        self._busy.setMinimumWidth(room.busy)

    def _wants(self, f: Figures) -> Wants:
        finding, margins = self._finding, self._row.contentsMargins()
        run = {Run.NONE: 0}
        for how in (Run.FULL, Run.SHORT):
            run[how] = sum(map(self._needs, run_text(f.at_widest(), in_full=how is Run.FULL)))
        return Wants(
            fixed=(
                self.meter.width(),
                0 if finding.isHidden() else finding.sizeHint().width(),
                self._needs(self._lost.text()),
            ),
            level=max(self._level.minimumWidth(), self._level.sizeHint().width()),
            policy=self._needs(self._policy.text()),
            note=self._needs(f.note),
            reason=self._needs(f.reason if f.reason == f.note else f"{f.reason} · …"),
            busy=self._needs(f.busy),
            run=run,
            gap=self._row.spacing(),
            margins=margins.left() + margins.right(),
        )

    def _needs(self, text: str) -> int:
        """In px, with what letters overhang."""
        return QFontMetrics(self._note.font()).horizontalAdvance(text) + 2 if text else 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


def _set(label: QLabel, text: str) -> None:
    """Only a change costs a repaint."""
    if label.text() != text:
        label.setText(text)
