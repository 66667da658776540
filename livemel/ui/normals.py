"""The learned normal of a window: learning it, and what is seen by it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from livemel.config import FALSE_ALARMS, LEARN_S, RunConfig
from livemel.errors import LivemelError
from livemel.ui.learner import Learner
from livemel.ui.theme import Theme
from livemel.ui.view_state import RowScale

if TYPE_CHECKING:  # imported when they are asked for: a bare window starts without them
    from livemel.diagnosis.finding import Finding
    from livemel.diagnosis.normal import Normal
    from livemel.ui.anomaly_marks import AnomalyMarks
    from livemel.ui.main_window import MainWindow
    from livemel.ui.panel_header import PanelHeader
    from livemel.ui.score_strip import ScoreStrip
    from livemel.ui.score_track import ScoreTrack

_LOOK_MS = 100
_STRIP_ROW = 6  # of the plot's grid


class Normals(QObject):
    """Learns from what is heard, shows deviations in σ, and follows the score. Nothing of it costs
    anything before the first normal is asked for. Runs on: the GUI thread.
    """

    changed = Signal()  # the normal, its rate, whether it learns or is shown
    chosen = Signal(object)  # dict of the fields of Settings that a person has changed

    def __init__(self, window: MainWindow, config: RunConfig) -> None:
        super().__init__(window)
        self._window = window
        self.normal: Normal | None = None
        self.seconds, self.false_alarms = config.learn_s, config.false_alarms
        self.track: ScoreTrack | None = None
        self.strip: ScoreStrip | None = None
        self.strip_wanted = True
        self._header: PanelHeader | None = None
        self._marks: AnomalyMarks | None = None
        self._learner = Learner(window)
        self._learner.changed.connect(self.changed)
        self._learner.learned.connect(self._take_on)
        self._learner.failed.connect(self._refuse)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._in_sigma = False
        self._away = ""  # σ returns when the picture fits again: why it does not

    @property
    def findings(self) -> list[Finding]:
        """The anomalies so far, in order of time."""
        return [] if self.track is None else self.track.findings

    @property
    def in_sigma(self) -> bool:
        """Whether the picture shows deviations."""
        return self._in_sigma

    @property
    def is_learning(self) -> bool:
        return self._learner.is_learning

    @property
    def note(self) -> str:
        """How learning goes, for the status line, or ""."""
        return self._learner.note

    def learn(self) -> None:
        """Learn from the next seconds; while it does, stop. Of sound that has ended, from all."""
        if self.is_learning:
            self._learner.stop(self.tr("Learning was stopped: nothing has changed."))
        elif self._window.plot.image.has_ended:
            self.learn_kept()
        elif self._learner.begin(self.seconds):
            words = self.tr("Learning for {} s what is normal. N stops.")
            self._window.banner.tell(words.format(self.seconds))
            self._timer.start()

    def learn_kept(self) -> None:
        """Learn from the selected time, or from all that is kept."""
        self._learner.learn_kept()

    def load(self, path: Path) -> None:
        """Take a normal from a file."""
        from livemel.diagnosis.normal_file import load_normal

        try:
            normal = load_normal(path)
        except LivemelError as error:
            self._window.banner.say(str(error))
            return
        self._take_on(normal)

    def save(self, path: Path) -> None:
        """Write the normal to a file."""
        if self.normal is None:
            return
        from livemel.diagnosis.normal_file import write_normal
        from livemel.export.output import whole_file

        try:
            with whole_file(path) as file:
                write_normal(self.normal, file)
        except LivemelError as error:
            self._window.banner.say(str(error))
            return
        self._window.banner.tell(self.tr("saved {}").format(path))

    def forget(self) -> None:
        """Be without a normal."""
        self.normal = self.track = None
        self.show_sigma(False)
        self._follow()
        if not self.is_learning:
            self._timer.stop()
        self.changed.emit()

    def next_seconds(self) -> None:
        """Learn for the next of the lengths there are."""
        at = LEARN_S.index(self.seconds)
        self.choose(LEARN_S[(at + 1) % len(LEARN_S)], self.false_alarms)

    def next_rate(self) -> None:
        """The next of the rates of false alarms there are."""
        names = list(FALSE_ALARMS)
        at = names.index(self.false_alarms)
        self.choose(self.seconds, names[(at + 1) % len(names)])

    def choose(self, seconds: int, false_alarms: str) -> None:
        """One of LEARN_S, and one of FALSE_ALARMS."""
        if false_alarms != self.false_alarms:
            self.track = None  # it is judged anew
        self.seconds, self.false_alarms = seconds, false_alarms
        self.look()
        self.changed.emit()
        self.chosen.emit(self.settings())

    def settings(self) -> dict[str, Any]:
        """As the fields of Settings that they are kept in."""
        return {"learn_s": self.seconds, "false_alarms": self.false_alarms}

    def toggle_strip(self) -> None:
        """Show the score under the picture, or not."""
        self.strip_wanted = not self.strip_wanted
        self._follow()
        self.changed.emit()

    def toggle_sigma(self) -> None:
        """Deviations, or values."""
        self.show_sigma(not self._in_sigma)

    def show_sigma(self, wanted: bool) -> None:
        """Show deviations if there is a normal for what is shown; else say why not."""
        feed, normal = self._window.plot.image.feed, self.normal
        if wanted and normal is None:
            self._refuse(self.tr("There is no normal yet: N learns one."))
            wanted = False
        elif wanted and feed is not None and normal is not None and normal.misfit(feed.frontend):
            self._refuse(self._does_not_fit(normal.misfit(feed.frontend)))
            wanted = False
        self._away = ""
        self._put_sigma(wanted)

    def look(self) -> None:
        """Ten times a second: learn and score what has come."""
        self._learner.look()
        feed, normal = self._window.feed, self.normal
        if normal is None or feed is None:
            self.track = None
        elif self.track is None or self.track.feed is not feed:
            from livemel.ui.score_track import ScoreTrack

            rate = FALSE_ALARMS[self.false_alarms]
            fits = not normal.misfit(feed.frontend)
            self.track = ScoreTrack(feed, normal, rate) if fits else None
        news = self.track is not None and self.track.look()
        self._follow()
        if news and self._window.plot.image.standing_at is not None:
            self._window.plot.image.update()
            if self.strip is not None:
                self.strip.update()

    def set_theme(self, theme: Theme) -> None:
        """The theme's colours."""
        if self.strip is not None:
            self.strip.set_theme(theme)

    def set_scale(self, scale: float) -> None:
        """The size of the type."""
        if self.strip is not None:
            self.strip.set_scale(scale)

    def check_fit(self) -> None:
        """Another picture: deviations of other columns are none. Those of the same come back."""
        feed, normal = self._window.plot.image.feed, self.normal
        if feed is None or normal is None or not (self._in_sigma or self._away):
            return
        differences = normal.misfit(feed.frontend)
        if self._in_sigma and differences:
            self._away = self._does_not_fit(differences)
            self._put_sigma(False)
            self._refuse(self._away)
        elif self._away and not differences:
            self._window.banner.take_back(self._away)
            self._away = ""
            self._put_sigma(True)

    def _put_sigma(self, wanted: bool) -> None:
        normal, scale = self.normal, None
        self._in_sigma = wanted and normal is not None
        if self._in_sigma and normal is not None:
            gain = np.float32(1) / normal.spread
            scale = RowScale(gain.astype(np.float32), (-normal.median * gain).astype(np.float32))
        self._window.plot.set_deviation(scale)
        self.changed.emit()

    def _does_not_fit(self, differences: str) -> str:
        words = self.tr("The normal was learned with other columns: {}. Learn anew with N.")
        return words.format(differences)

    def _take_on(self, normal: Normal) -> None:
        self.normal, self.track = normal, None
        feed = self._window.plot.image.feed
        if feed is not None and (differences := normal.misfit(feed.frontend)):
            self._refuse(self._does_not_fit(differences))
        else:
            words = self.tr("Normal: {:.0f} s of {}. Shift+N shows the deviation in σ.")
            self._window.banner.tell(words.format(normal.learned_s, normal.source))
        if self._in_sigma:
            self.show_sigma(True)
        self._timer.start()
        self.look()
        self.changed.emit()

    def _refuse(self, text: str) -> None:
        self._window.banner.refuse(text)

    def _follow(self) -> None:
        """Strip and marks are there where there is a score."""
        plot = self._window.plot
        wanted = self.track is not None and self.strip_wanted
        if wanted and self.strip is None:
            self._make()
        if self.strip is None or self._header is None or self._marks is None:
            return
        self.strip.track = self.track
        self._marks.findings = self.findings
        if self.strip.isHidden() == wanted:
            for widget in (self.strip, self._header):
                widget.setVisible(wanted)
            plot.place()

    def _make(self) -> None:
        from livemel.ui.anomaly_marks import AnomalyMarks
        from livemel.ui.panel_header import PanelHeader
        from livemel.ui.score_strip import GAP, ScoreStrip

        window, plot = self._window, self._window.plot
        self.strip = ScoreStrip(plot.image, window.theme_choice.theme)
        self._header = PanelHeader(self.tr("Score"), narrow=True)
        self._header.setContentsMargins(0, GAP, 0, 0)
        self._header.closed.connect(self.toggle_strip)
        for widget in (self.strip, self._header):
            widget.hide()
        self._marks = AnomalyMarks()
        plot.image.overlays.insert(0, self._marks)
        plot.add_below(self.strip, self._header, _STRIP_ROW)
