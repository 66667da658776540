"""What is wrong with the sound: found out beside it, listed, marked in the picture, compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QGridLayout

from livemel.config import RunConfig
from livemel.engine import Engine
from livemel.ui.actions import add_action
from livemel.ui.baseline import Baseline
from livemel.ui.finding_text import (
    Now,
    as_text,
    change_table,
    hum_table,
    of_all,
    role,
    status_word,
    when,
)
from livemel.ui.reports import Reports
from livemel.ui.theme import Theme
from livemel.ui.words import mark

if TYPE_CHECKING:  # imported with the first sound: a window is there without them
    from livemel.diagnosis.finding import Finding
    from livemel.diagnosis.report import Report
    from livemel.ui.finding_overlays import FindingOverlays
    from livemel.ui.finding_visit import FindingVisit
    from livemel.ui.findings_panel import FindingsPanel
    from livemel.ui.main_window import MainWindow

# Reports come twice a second; cards are made one look after the other.
_LOOK_MS, _SOON_MS = 250, 15
# Right of the picture and of the strips under it, in the plot's grid.
_COLUMN, _ROWS = 7, 7


class Findings(QObject):
    """Has the sound that is shown diagnosed, and shows the report. Runs on: the GUI thread; nothing
    of it is made before the first picture.

    report : of what is shown, or None
    """

    chosen = Signal(object)  # dict of the fields of Settings that a person has changed

    def __init__(self, window: MainWindow, config: RunConfig, theme: Theme) -> None:
        super().__init__(window)
        self._window, self._theme, self._scale = window, theme, 1.0
        self.on, self.shown = config.diagnosis, False
        self.report: Report | None = None
        self.panel: FindingsPanel | None = None
        self.baseline = Baseline(self, lambda: window.engine)
        self._overlay: FindingOverlays | None = None
        self._visit: FindingVisit | None = None
        self.reports = Reports()
        self._revealed: Finding | None = None  # once its card is made
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)
        window.status.finding_clicked.connect(lambda: self.show(True, by_hand=True))
        window.feed_shown.connect(self._on_feed)
        self._switch, self._panel_action = self._add_actions()
        self._show_state()
        if config.findings:
            self.show(True)
        self._timer.start()

    @property
    def is_visiting(self) -> bool:
        """Whether a finding is shown, in a front-end and range that nobody chose to keep."""
        return self._visit is not None and self._visit.key is not None

    def settings(self) -> dict[str, Any]:
        """As the fields of Settings that they are kept in."""
        return {"diagnosis": self.on, "findings": self.shown}

    def take_on(self, *, diagnosis: bool, findings: bool) -> None:
        """As if a person had chosen that."""
        self.switch(diagnosis)
        self.show(findings, by_hand=True)

    def switch(self, on: bool) -> None:
        """Diagnose, or not; from what is kept of the sound."""
        if on == self.on:
            return
        self.on = on
        if not on:
            self.reports.stop()
            self._set_report(None)
        self._show_state()
        self.chosen.emit({"diagnosis": on})
        self.look()

    def show(self, shown: bool, *, by_hand: bool = False) -> None:
        """The panel, or not."""
        if shown == self.shown:
            return
        self.shown = shown
        if shown and self.panel is None:
            self._make_panel()
        if self.panel is not None:
            self.panel.setVisible(shown)
            self._window.plot.place()
        self._show_state()
        if by_hand:
            self.chosen.emit({"findings": shown})
        self.look()

    def hold(self) -> None:
        """Ctrl+D: the hum as it is now, to be compared with what comes."""
        if self.baseline.hold(self.report):
            self.show(True, by_hand=True)
            self.look()
        else:
            self._window.banner.refuse(
                self.tr("There is no hum and no tone: nothing to hold as a baseline.")
            )

    def copy(self) -> None:
        """Everything in the panel, to the clipboard."""
        report = self.report
        if report is not None:
            tables = [hum_table(report.hum)] if report.hum.present else []
            if self.baseline.changes:
                tables.append(change_table(self.baseline.changes))
            text = as_text(report, self._now, tables)
            QGuiApplication.clipboard().setText(text)

    def set_theme(self, theme: Theme) -> None:
        """The theme's colours."""
        self._theme = theme
        if self.panel is not None:
            self.panel.set_theme(theme)

    def set_scale(self, scale: float) -> None:
        """The size of the type, and the room for it."""
        self._scale = scale
        if self.panel is not None:
            self.panel.set_scale(scale)

    def close_down(self) -> None:
        """The window closes: no thread is left."""
        self._timer.stop()
        self.baseline.close()
        self.reports.stop()

    def look(self) -> None:
        """Four times a second: what is known by now."""
        window, engine = self._window, self._window.engine
        if engine is None or window.plot.image.first_paint_s is None or not window.isVisible():
            return
        if self.on:
            self._follow(engine)
        if self.shown:
            self.baseline.look()
        report = self.report
        findings = () if report is None else report.findings
        if self._overlay is not None:
            # What is unusual has marks of its own.
            faults = tuple(f for f in findings if f.code != "anomaly")
            self._overlay.show_findings(faults, self._now, has_lines=self.shown)
        window.status.show_finding(status_word(findings), role(findings))
        if self.shown and self.panel is not None:
            self._refresh(self.panel)

    def _on_feed(self) -> None:
        """Another picture: what was found in another sound is gone before it is painted."""
        if not self.reports.is_of(self._window.engine):
            self.look()

    def _follow(self, engine: Engine) -> None:
        """Begin with what is new on the screen, and take its report."""
        if self.reports.follow(engine) and self._visit is not None:
            self._visit.forget()
        self._set_report(self.reports.report)

    def _set_report(self, report: Report | None) -> None:
        unusual = self._window.normal.findings
        self.report = report.joined_by(unusual) if report is not None and unusual else report
        report = self.report
        if report is not None and report.findings and self._overlay is None:
            from livemel.ui.finding_overlays import FindingOverlays

            plot = self._window.plot
            self._overlay = FindingOverlays(plot.image, plot.lanes)
            self._overlay.clicked.connect(self._on_marked)

    def _refresh(self, panel: FindingsPanel) -> None:
        """The panel, as things stand."""
        report, now = self.report, self._now
        panel.show_state(report, on=self.on)
        findings = () if report is None or not self.on else report.findings
        oldest_s = self._window.plot.image.bounds.oldest_s
        rows = [(f, when(f, now), self._is_shown(f), f.end_s > oldest_s) for f in findings]
        unfinished = panel.show_findings(rows)
        hum = next((f for f in findings if f.code == "hum"), None)
        has_table = report is not None and report.hum.harmonics and not self.baseline.is_wanted
        table = hum_table(report.hum) if report is not None and has_table else []
        panel.show_table(hum, table)
        self._show_baseline(panel)
        if unfinished:
            QTimer.singleShot(_SOON_MS, self.look)
        elif self._revealed is not None:
            panel.reveal(self._revealed)
            self._revealed = None

    def _show_baseline(self, panel: FindingsPanel) -> None:
        held = self.baseline
        if not held.is_wanted:
            panel.show_baseline("", [], "")
        elif held.before is None or held.now is None:
            panel.show_baseline(self.tr("Measuring the baseline …"), [], "")
        else:
            told = self.tr("Baseline of {}, {}").format(held.at, held.name)
            rows = change_table(held.changes)
            panel.show_baseline(told, rows, of_all(held.before, held.now))

    def _is_shown(self, finding: Finding) -> bool:
        from livemel.ui.findings_panel import key_of

        return self._visit is not None and self._visit.key == key_of(finding)

    def _on_show(self, finding: Finding) -> None:
        """Go there, or back."""
        from livemel.ui.finding_visit import FindingVisit
        from livemel.ui.findings_panel import key_of

        if self._visit is None:
            self._visit = FindingVisit(self._window)
            self._visit.changed.connect(self.look)
        if self._is_shown(finding):
            self._visit.back()
        else:
            self._visit.go(finding, key_of(finding), self._now)

    def _on_marked(self, finding: Finding) -> None:
        """A bracket was clicked."""
        self._revealed = finding
        self.show(True, by_hand=True)
        self.look()

    @property
    def _now(self) -> Now:
        """Against what times are told."""
        engine, report = self._window.engine, self.report
        if engine is None or engine.history is None or engine.feed is None:
            return Now()
        newest_s = engine.history.written / engine.feed.format.sr
        report_s = None if report is None else self.reports.seconds_of(engine, report)
        if report_s is None:
            return Now(newest_s, newest_s)
        return Now(newest_s, report_s, live=not engine.ended.is_set())

    def _make_panel(self) -> None:
        from livemel.ui.findings_panel import FindingsPanel

        panel = self.panel = FindingsPanel(self._theme)
        panel.set_scale(self._scale)
        panel.header.closed.connect(lambda: self.show(False, by_hand=True))
        panel.show_wanted.connect(self._on_show)
        panel.hold_wanted.connect(self.hold)
        panel.release_wanted.connect(self._release)
        panel.switch_wanted.connect(lambda: self.switch(True))
        panel.copy_wanted.connect(self.copy)
        grid = self._window.plot.layout()
        assert isinstance(grid, QGridLayout)
        grid.addWidget(panel, 0, _COLUMN, _ROWS, 1)

    def _release(self) -> None:
        self.baseline.release()
        self.look()

    def _show_state(self) -> None:
        self._switch.setChecked(self.on)
        self._panel_action.setChecked(self.shown)

    def _add_actions(self) -> tuple[QAction, QAction]:
        window, group = self._window, mark("Groups", "Findings")
        rows = (
            (self.tr("Findings"), "D",
             self.tr("What is wrong with the sound: listed, with what to try"),
             lambda: self.show(not self.shown, by_hand=True)),
            (self.tr("Diagnose"), "Shift+D",
             self.tr("Look for hum, clipping, dropouts and other faults in what is heard"),
             lambda: self.switch(not self.on)),
            (self.tr("Hold the hum as a baseline"), "Ctrl+D",
             self.tr("Keep its levels, mend the cable, and see the change of each harmonic"),
             self.hold),
            (self.tr("Copy the findings"), "Ctrl+Alt+D",
             self.tr("The list and its tables, as text"), self.copy),
        )  # fmt: skip
        menu = window.controls.menu
        panel, switch, *_ = (add_action(window, menu, group, *row) for row in rows)
        for action in (panel, switch):
            action.setCheckable(True)
        return switch, panel
