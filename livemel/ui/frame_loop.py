"""FrameLoop: when to paint."""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer

from livemel.timing import Durations, FrameBudget


class FrameLoop(QObject):
    """Calls `paint` at a steady rate. A paint that overran its budget costs the next its turn.

    paint : brings the picture up to date; returns True if it painted
    rate_hz : paints a second; the budget is one period
    Runs on: the GUI thread.
    """

    def __init__(self, paint: Callable[[], bool], rate_hz: float = 60.0) -> None:
        super().__init__()
        self._paint = paint
        self._period_s = 1.0 / rate_hz
        self.budget = FrameBudget(1000.0 / rate_hz)
        self.durations = Durations()
        self.paints = 0
        self.missed = 0  # turns that passed while the thread was busy elsewhere
        self._due_s = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._turn)

    @property
    def skipped(self) -> int:
        """Paints that were due and did not happen."""
        return self.budget.skipped + self.missed

    def start(self) -> None:
        """Begin; the first turn comes at once."""
        self._due_s = time.monotonic()
        self._timer.start(0)

    def stop(self) -> None:
        self._timer.stop()

    def _turn(self) -> None:
        began_s = time.monotonic()
        if self.budget.may_paint() and self._paint():
            spent_ms = (time.monotonic() - began_s) * 1000
            self.paints += 1
            self.durations.add(spent_ms)
            self.budget.spent(spent_ms)
        # Whole milliseconds are all a QTimer knows: 16 and 17 alternate so that 60 is 60.
        self._due_s += self._period_s
        now_s = time.monotonic()
        late = int((now_s - self._due_s) / self._period_s)
        if late > 0:
            self.missed += late
            self._due_s += late * self._period_s
        self._timer.start(max(0, round((self._due_s - now_s) * 1000)))
