"""The line under the picture: level on the left, truth about the run on the right."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from livemel.ui.detail_label import DetailLabel
from livemel.ui.elided_label import ElidedLabel
from livemel.ui.level_meter import LevelMeter
from livemel.ui.policy_text import PolicyText
from livemel.ui.theme import UNIT, Theme
from livemel.ui.words import as_tip, translate

_LEAST_NOTE = 20 * UNIT  # of the room a note takes, if it is that long
_WIDEST_LEVEL = "−88.8 dB SPL   peak −88.8"


@dataclass(frozen=True, slots=True)
class Figures:
    """What the line tells. Rates are per second, durations in ms, lost in seconds.

    latency : from a column's last sample to its paint
    lookahead : from a column's middle to its last sample
    busy : what is given up because the computer is busy; "" while nothing is
    """

    paints_per_s: float
    paint_p50: float
    paint_p99: float
    budget: float
    columns_per_s: float
    latency: float
    lost_s: float
    lost_samples: int
    lookahead: float = 0.0
    note: str = ""
    busy: str = ""


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
        self._busy = QLabel()
        self._figures = QLabel()
        self._latency = DetailLabel()
        self._lost = QLabel()
        self._theme = theme
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(2 * UNIT, 0, 2 * UNIT, 0)
        row.setSpacing(2 * UNIT)
        row.addWidget(self.meter)
        row.addWidget(self._level)
        row.addWidget(self._policy)
        row.addWidget(self._finding)
        row.addWidget(self._note, 1)
        row.addWidget(self._busy)
        figures = self._run = QHBoxLayout()
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
        self._theme = theme
        self.meter.set_theme(theme)

    def show_policy(self, text: PolicyText) -> None:
        """What was done to the columns; it stays until the front-end is another one."""
        _set(self._policy, text.label)
        self._policy.setToolTip(as_tip(text.full))

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

    def show_level(self) -> None:
        """The meter's numbers."""
        _set(self._level, self.meter.text)

    def show_figures(self, f: Figures) -> None:
        """Show these."""
        # What is said of the columns gives way to it.
        told = QFontMetrics(self._note.font()).horizontalAdvance(f.note)
        self._note.setMinimumWidth(min(told + 2, _LEAST_NOTE))
        _set(self._note, f.note)
        self._note.setToolTip(as_tip(f.note))
        _set(self._busy, f.busy)
        self._busy.setVisible(bool(f.busy))
        _set(self._lost, self.tr("0 lost") if f.lost_samples == 0 else _lost(f))
        colour = self._theme.red if f.lost_samples else self._theme.muted
        sheet = f"color: {colour}"
        if self._lost.styleSheet() != sheet:
            self._lost.setStyleSheet(sheet)
        self._show_run(f, in_full=True)
        self._run.invalidate()  # the outer one hears of new texts, the inner one would later
        if self._row.minimumSize().width() > self.width():
            self._show_run(f, in_full=False)

    def _show_run(self, f: Figures, *, in_full: bool) -> None:
        """Rates and latency; where there is no room for all, without those that change least."""
        parts, latency = [f"{f.paints_per_s:.0f}/s"], f"{f.latency:.0f} + {f.lookahead:.1f} ms"
        if in_full:
            paint = self.tr("paint {:.1f} / {:.1f} of {:.1f} ms")
            columns = self.tr("{:.0f} columns/s").format(f.columns_per_s)
            parts += [paint.format(f.paint_p50, f.paint_p99, f.budget), columns]
            latency = self.tr("{} look-ahead").format(latency)
        _set(self._figures, "  ·  ".join(parts) + "  ·  ")
        _set(self._latency, latency)


def _set(label: QLabel, text: str) -> None:
    """Only a change costs a repaint."""
    if label.text() != text:
        label.setText(text)


def _lost(f: Figures) -> str:
    return translate("StatusLine", "{} lost ({:.1f} s)").format(_grouped(f.lost_samples), f.lost_s)


def not_finite(samples: int) -> str:
    """What is said of samples that are no numbers; nothing where there are none."""
    if samples == 0:
        return ""
    if samples == 1:
        return translate("StatusLine", "1 sample is NaN or infinite")
    return translate("StatusLine", "{} samples are NaN or infinite").format(_grouped(samples))


def _grouped(samples: int) -> str:
    return f"{samples:,}".replace(",", "\u202f")
