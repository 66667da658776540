"""FrameLoop: when to paint."""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer

from livemel.timing import Durations, FrameBudget
from livemel.ui.load import Load, PanelRate

# Of a window that nobody sees: often enough to notice that it is seen again.
_REST_MS = 250


class FrameLoop(QObject):
    """Calls `paint` at a steady rate. A paint that overran its budget costs the next its turn, and
    on a busy computer there are fewer turns.

    paint : brings the picture up to date; returns True if it painted
    is_seen : whether there is anybody to paint for; if not there are hardly any turns
    rate_hz : paints a second; the budget is one period
    Runs on: the GUI thread.
    """

    def __init__(
        self,
        paint: Callable[[], bool],
        is_seen: Callable[[], bool] = lambda: True,
        rate_hz: float = 60.0,
    ) -> None:
        super().__init__()
        self._paint, self._is_seen = paint, is_seen
        self.load = Load(rate_hz)
        self.budget = FrameBudget(1000.0 / rate_hz)
        self.durations = Durations()
        self.paints = 0
        self.missed = 0  # turns that passed while the thread was busy elsewhere
        self._due_s = 0.0
        self._rests = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._turn)

    @property
    def skipped(self) -> int:
        """Paints that were due and did not happen."""
        return self.budget.skipped + self.missed

    @property
    def panels(self) -> PanelRate:
        """How often what stands around the picture is brought up to date."""
        return PanelRate.UNSEEN if self._rests else self.load.step.panels

    @property
    def rests(self) -> bool:
        """Whether nobody sees the picture."""
        return self._rests

    def set_rate(self, rate_hz: float) -> None:
        """So many paints a second are wanted."""
        self.load.set_full(rate_hz)
        self.budget.budget_ms = 1000.0 / self.load.step.rate_hz

    def start(self) -> None:
        """Begin; the first turn comes at once."""
        self._due_s = time.monotonic()
        self._timer.start(0)

    def wake(self) -> None:
        """The picture can be seen again: it is brought up to date at once."""
        if self._rests:
            self._due_s = time.monotonic()
            self._turn()

    def stop(self) -> None:
        self._timer.stop()
        self._rests = False

    def _turn(self) -> None:
        self._rests = not self._is_seen()
        if self._rests:
            self.load.rest()
            self._timer.start(_REST_MS)
            self._due_s = time.monotonic() + _REST_MS / 1000
            return
        try:
            self._paint_if_due()
        finally:  # an error in one turn is told, and is not the last of all turns
            self._wait_for_next()

    def _paint_if_due(self) -> None:
        began_s = time.monotonic()
        if self.budget.may_paint() and self._paint():
            spent_ms = (time.monotonic() - began_s) * 1000
            self.paints += 1
            self.durations.add(spent_ms)
            self.budget.spent(spent_ms)

    def _wait_for_next(self) -> None:
        now_s = time.monotonic()
        if self.load.turn(self._due_s, now_s):
            self.budget.budget_ms = 1000.0 / self.load.step.rate_hz
        # Whole milliseconds are all a QTimer knows: 16 and 17 alternate so that 60 is 60.
        period_s = 1.0 / self.load.step.rate_hz
        self._due_s += period_s
        late = int((now_s - self._due_s) / period_s)
        if late > 0:
            self.missed += late
            self._due_s += late * period_s
        self._timer.start(max(0, round((self._due_s - now_s) * 1000)))
