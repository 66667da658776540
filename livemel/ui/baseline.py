"""Before and after: levels of harmonics that were held, and what has become of them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTime

from livemel.engine import Engine
from livemel.engine.intake import one_channel

if TYPE_CHECKING:
    from livemel.diagnosis.baseline import Change, Reading
    from livemel.diagnosis.report import Report

# Where there is no hum, a tone and these multiples of it.
_ORDERS = (1, 2, 3, 4, 5)
# Of a hum, as many as there is room for.
_MOST = 12


class Baseline(QObject):
    """Held by a person, and compared with the newest sound again and again: measured alike, of the
    last two seconds, on a thread. It outlives the source: a cable is plugged again.

    before, now : the readings, or None
    name, at : of the source that was held, and the time of day
    refusal : why the last one was not held, or ""
    """

    def __init__(self, parent: QObject, engine: Callable[[], Engine | None]) -> None:
        super().__init__(parent)
        self._engine = engine
        self._readers: ThreadPoolExecutor | None = None
        self._coming: Future[Reading | None] | None = None
        self._is_first = False  # what is coming is the baseline itself
        self._f0_hz = 0.0
        self._orders: tuple[int, ...] = _ORDERS
        self._channel: int | None = None
        self._read_to = -1
        self.before: Reading | None = None
        self.now: Reading | None = None
        self.name = self.at = self.refusal = ""

    @property
    def is_wanted(self) -> bool:
        """Whether there is one, or will be in a moment."""
        return self.before is not None or self._is_first

    @property
    def changes(self) -> tuple[Change, ...]:
        """From then to now; none where either is not known."""
        if self.before is None or self.now is None:
            return ()
        from livemel.diagnosis.baseline import changes

        return changes(self.before, self.now)

    def hold(self, report: Report | None) -> bool:
        """The hum of a report as it is now, or else its strongest tone. False without either."""
        wanted = _wanted(report)
        if wanted is None or self._engine() is None:
            return False
        self.release()
        self._f0_hz, self._orders, self._channel = wanted
        self._is_first = True
        return True

    def release(self) -> None:
        """Compare no more."""
        self.before = self.now = None
        self._is_first, self._read_to, self._coming = False, -1, None
        self.refusal = ""

    def look(self) -> None:
        """Take a reading that is done, and ask for the next. Runs on: the GUI thread."""
        if self._coming is not None:
            if not self._coming.done():
                return
            self._take(self._coming.result())
            self._coming = None
        engine = self._engine()
        history = None if engine is None else engine.history
        feed = None if engine is None else engine.feed
        if not self.is_wanted or history is None or feed is None:
            return
        if history.written == self._read_to:
            return
        self._read_to = history.written
        if self._readers is None:
            self._readers = ThreadPoolExecutor(1, "livemel-baseline")
        sr, stop = feed.format.sr, history.written
        channel = self._channel
        if channel is not None and channel > feed.format.channels:
            channel = None
        f0_hz, orders = self._f0_hz, self._orders

        def read() -> Reading | None:
            """Runs on: the thread."""
            from livemel.diagnosis.baseline import READ_S, read_harmonics

            sound = history.read(stop - round(READ_S * sr), stop).samples
            return read_harmonics(one_channel(sound, channel), sr, f0_hz, orders)

        self._coming = self._readers.submit(read)

    def close(self) -> None:
        """No more readings."""
        if self._readers is not None:
            self._readers.shutdown(wait=False, cancel_futures=True)

    def _take(self, reading: Reading | None) -> None:
        engine = self._engine()
        if reading is None or not self.is_wanted:
            return
        if self._is_first and engine is not None and engine.feed is not None:
            self._is_first = False
            self.before = reading
            self.name = engine.feed.format.name
            self.at = QTime.currentTime().toString("HH:mm:ss")
        self.now = reading


def _wanted(report: Report | None) -> tuple[float, tuple[int, ...], int | None] | None:
    """Fundamental, harmonics and channel of what is worth holding."""
    if report is None:
        return None
    hum = report.hum
    if hum.present and hum.f0_hz is not None:
        strongest = sorted(hum.harmonics, key=lambda harmonic: -harmonic.dbfs)[:_MOST]
        orders = tuple(sorted(harmonic.n for harmonic in strongest)) or _ORDERS
        return hum.f0_hz, orders, hum.channel
    if report.tones:
        tone = max(report.tones, key=lambda tone: tone.dbfs)
        return tone.hz, _ORDERS, tone.channel
    return None
