"""Going to where a finding happened, and coming back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from livemel.config import FrontEndChoice
from livemel.errors import ParameterError
from livemel.ui.finding_text import Now
from livemel.ui.marks import Marks
from livemel.ui.value_range import fitted_range
from livemel.ui.values_of import values_between
from livemel.ui.viewport import Viewport

if TYPE_CHECKING:
    from livemel.diagnosis.finding import Finding
    from livemel.ui.main_window import MainWindow

# Around what is short, and at the end of what is long: seconds.
_LEAST_S, _LONGEST_S, _AROUND = 1.0, 20.0, 1.25
# Another front-end begins with the newest half minute of a sound that runs.
_REPLAYED_S = 25.0


@dataclass(frozen=True, slots=True)
class Look:
    """What was shown before: to return to."""

    viewport: Viewport
    db_range: tuple[float, float]
    marks: Marks
    choice: FrontEndChoice


class FindingVisit(QObject):
    """Lets the picture stand at a finding, with its frequency marked and the range fitted to it;
    hum in the front-end that is made for it. What is chosen for a visit is not kept.
    """

    changed = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._image = window, window.plot.image
        self._before: Look | None = None
        self._shown: FrontEndChoice | None = None  # that was chosen for the visit
        # For the front-end that is about to come: how far the present one's columns go is not how
        # far its own will.
        self._next: tuple[Viewport, tuple[float, float] | None] | None = None
        self.key: object = None  # of what is visited
        window.navigation.returned.connect(self._on_returned)
        window.navigation.live_wanted.connect(self._on_live)
        window.feed_shown.connect(self._on_feed)

    def go(self, finding: Finding, key: object, now: Now) -> None:
        """Show it. From one finding to the next the way back stays."""
        window, image = self._window, self._image
        viewport = self.place(finding, now)
        look = Look(image.viewport, image.db_range, image.marks, window.choice)
        first = self._before is None
        if self._before is None:
            self._before = look
        self.key = key
        window.navigation.visit(viewport, look if first else None)
        if finding.lines_hz:
            f0 = finding.values.get("f0_hz")
            hz = f0 if isinstance(f0, float) else min(finding.lines_hz)
            image.marks = replace(image.marks, harmonic_hz=hz)
        else:
            image.marks = replace(image.marks, harmonic_hz=self._before.marks.harmonic_hz)
        wanted = self._choice_for(finding, viewport, now)
        if wanted == window.choice:
            self._fit()
        else:
            self._shown = wanted
            self._next = viewport, None
            window.frontend_visited.emit(wanted)
        self.changed.emit()

    def back(self) -> None:
        """What was shown before the visit."""
        before = self._before
        if before is not None:
            self._return(before)
            self._window.navigation.visit(before.viewport)

    def forget(self) -> None:
        """Another sound: there is no way back."""
        self._before, self._shown, self.key, self._next = None, None, None, None
        self.changed.emit()

    def place(self, finding: Finding, now: Now) -> Viewport:
        """Where it is to be seen: all of it with some room, or the end of what is long."""
        end_s = now.newest_s if now.has(finding) else finding.end_s
        length = max(0.0, end_s - finding.start_s)
        span_s = min(max(_AROUND * length, _LEAST_S), _LONGEST_S)
        room_s = max(0.0, span_s - length) / 2
        return Viewport(span_s, min(end_s + room_s, now.newest_s))

    def _choice_for(self, finding: Finding, viewport: Viewport, now: Now) -> FrontEndChoice:
        window = self._window
        assert self._before is not None
        plain = self._before.choice
        behind_s = now.newest_s - (viewport.right_s or now.newest_s)
        far = behind_s > _REPLAYED_S - viewport.span_s / 2
        if finding.code != "hum" or (far and now.live):
            return plain
        try:
            hum = FrontEndChoice("hum")
            if window.feed is not None:
                hum.build(window.feed.format.sr)
        except ParameterError:
            return plain
        return hum

    def _fit(self) -> None:
        """Not as a person who sets the range: that would be kept."""
        image, feed = self._image, self._image.feed
        if feed is None:
            return
        values = values_between(feed, *image.visible_s, image.scale)
        if fitted := fitted_range(values, feed.frontend):
            image.set_range(*fitted)

    def _on_feed(self) -> None:
        if self._next is None:
            return
        (viewport, db_range), self._next = self._next, None
        self._image.set_viewport(viewport)
        if db_range is None:
            self._fit()
        else:
            self._image.set_range(*db_range)

    def _on_returned(self, look: object) -> None:
        """Undone."""
        if isinstance(look, Look):
            self._return(look)

    def _on_live(self) -> None:
        """End: as before, and live."""
        before = self._before
        if before is not None:
            viewport = replace(before.viewport, right_s=None)
            self._image.set_viewport(viewport)
            self._return(replace(before, viewport=viewport))

    def _return(self, look: Look) -> None:
        window, image = self._window, self._image
        shown = self._shown
        self.forget()
        if shown is not None and window.choice == shown and look.choice != shown:
            self._next = look.viewport, look.db_range
            window.frontend_visited.emit(look.choice)
        else:
            image.set_range(*look.db_range)
        image.marks = replace(image.marks, harmonic_hz=look.marks.harmonic_hz)
