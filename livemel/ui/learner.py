"""Learning what is normal, from the sound of a window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from livemel.buffers.columns import GAP, TOUCHES_GAP
from livemel.engine import Feed
from livemel.errors import LivemelError
from livemel.ui.job import Job
from livemel.ui.stream_time import columns_at

if TYPE_CHECKING:  # imported when they are asked for: a bare window starts without them
    from livemel.diagnosis.learning import Learning
    from livemel.diagnosis.normal import Normal
    from livemel.ui.main_window import MainWindow

_AT_ONCE = 4096  # columns


class Learner(QObject):
    """Learns from seconds as they come, or from what is kept; what is learned is worked out on a
    thread. Runs on: the GUI thread.
    """

    changed = Signal()  # whether it learns
    learned = Signal(object)  # Normal
    failed = Signal(str)  # why nothing was learned

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._learning: Learning | None = None
        self._from: Feed | None = None
        self._seconds = 0  # it is to learn for
        self._next = 0  # the next column to learn from
        self._job: Job | None = None

    @property
    def is_learning(self) -> bool:
        """Whether it learns from what comes."""
        return self._learning is not None

    @property
    def note(self) -> str:
        """How learning goes, for the status line, or ""."""
        if self._learning is not None:
            words = self.tr("learning {:.0f}/{} s")
            return words.format(self._learning.seconds, self._seconds)
        return self.tr("learning …") if self._job is not None else ""

    def begin(self, seconds: int) -> bool:
        """Learn from the next seconds. False if that cannot be, which is said."""
        feed = self._window.feed
        if feed is None or self._job is not None:
            return False
        from livemel.diagnosis.learning import Learning

        try:
            self._learning = Learning(feed.frontend)
        except LivemelError as error:
            self.failed.emit(str(error))
            return False
        self._from, self._next, self._seconds = feed, feed.columns.written, seconds
        self.changed.emit()
        return True

    def stop(self, why: str) -> None:
        """Nothing is learned."""
        self._learning = self._from = None
        self.failed.emit(why)
        self.changed.emit()

    def learn_kept(self) -> None:
        """Learn from the selected time, or from all that is kept."""
        feed, box = self._window.plot.image.feed, self._window.plot.image.marks.selection
        if feed is None or self._job is not None:
            return
        first, stop = feed.columns.oldest, feed.columns.written
        if box is not None:
            first, stop = (round(columns_at(feed, s)) for s in sorted((box.start_s, box.stop_s)))
        from livemel.diagnosis.learning import Learning

        def work(_: object) -> Normal:
            learning = Learning(feed.frontend)
            _take(learning, feed, first, stop)
            return learning.normal(feed.format.name)

        self._work_out(work)

    def look(self) -> None:
        """Learn from what has come."""
        learning, feed = self._learning, self._from
        if learning is None or feed is None:
            return
        if feed is not self._window.feed:
            self.stop(self.tr("Learning has ended: the sound or its columns changed."))
            return
        most = self._next + round((self._seconds - learning.seconds) * feed.frontend.columns_per_s)
        stop = min(feed.columns.written, most)
        _take(learning, feed, self._next, stop)
        self._next = stop
        if learning.seconds >= self._seconds - 1e-6:
            self._learning = self._from = None
            self._work_out(lambda _: learning.normal(feed.format.name))
        elif self._window.plot.image.has_ended:
            self.stop(self.tr("Learning has ended with the sound: nothing has changed."))

    def _work_out(self, work: Callable[[object], Normal]) -> None:
        self._job = Job(self, work, self._on_learned, self._on_failed)
        self.changed.emit()

    def _on_learned(self, normal: Normal) -> None:
        self._job = None
        self.learned.emit(normal)

    def _on_failed(self, reason: str) -> None:
        self._job = None
        self.failed.emit(reason)
        self.changed.emit()


def _take(learning: Learning, feed: Feed, first: int, stop: int) -> None:
    """Learn from these columns, but for what is missing."""
    for start in range(first, stop, _AT_ONCE):
        span = feed.columns.read(start, min(start + _AT_ONCE, stop))
        missing = np.asarray((span.flags & (GAP | TOUCHES_GAP)) != 0)
        if len(span.values):
            learning.push(span.values.T, missing)
