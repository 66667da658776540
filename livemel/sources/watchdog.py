"""Notices that sound stopped coming, and measures how much is missing when it comes again."""

from collections import deque
from dataclasses import dataclass, field, replace

from livemel.sources.base import SourceState, SourceStatus

# Blocks come every 10 to 25 ms; a third of a second of nothing is no jitter.
_STALLED_NS = 300_000_000
# After a stall a server may hand over what it had kept. Wait this long before judging.
_SETTLE_NS = 250_000_000
# How far back before a stall arrivals are compared with those after it.
_BEFORE_NS = 1_000_000_000
# Less than this is the difference of two delays, not a loss: one hop.
_JITTER_S = 0.010


@dataclass(frozen=True, slots=True)
class _Stall:
    written: int  # samples written when sound stopped
    at_ns: int  # when the last of them came
    delay_ns: float  # the least delay of what came before
    back_ns: int = 0  # when the next one came, 0 before
    delay_after_ns: float = field(default=float("inf"))  # the least delay of what has come since


class Watchdog:
    """Watches a writer's counters. Knows no clock: it is told the time.

    Late sound is not lost sound: a stalled server may deliver all of it in a burst. So nothing is
    counted as missing until sound has come again for a quarter of a second; then the delay of what
    comes is held against the delay of what came in the second before the stall.

    The delay of a block is the time it arrived at, less the time that as many samples last. Blocks
    are late by up to what a server hands over at once, never early: so of each side the least delay
    counts. What remains is how much the device's own delay differs from one opening to the next,
    and the clocks' drift in that time: a few ms.
    """

    def __init__(self, sr: int) -> None:
        self._sr = sr
        self._stall: _Stall | None = None
        self._written = -1
        # (when it came, its delay) of each block that was seen, up to a second back
        self._before: deque[tuple[int, float]] = deque()

    def look(self, now_ns: int, written: int, written_at_ns: int, reason: str) -> SourceStatus:
        """The status for these counters.

        written : samples so far; written_at_ns : monotonic time of the last write, 0 before it
        reason : what to tell a person while sound is missing
        """
        if written_at_ns == 0:
            return SourceStatus(SourceState.RUNNING)
        stall = self._stall
        if stall is None:
            self._note(written, written_at_ns)
            if now_ns - written_at_ns < _STALLED_NS:
                return SourceStatus(SourceState.RUNNING)
            stall = self._begin(written, written_at_ns)
        if stall.back_ns == 0:
            if written == stall.written:
                return self._silent(stall, reason)
            stall = replace(stall, back_ns=now_ns)
        delay_ns = min(stall.delay_after_ns, self._delay_ns(written, written_at_ns))
        stall = self._stall = replace(stall, delay_after_ns=delay_ns)
        if now_ns - written_at_ns >= _STALLED_NS:  # gone again before it settled
            return self._silent(self._gone_again(stall, written), reason)
        if written_at_ns - stall.back_ns < _SETTLE_NS:
            return SourceStatus(SourceState.RUNNING, hold=True, lost_since_ns=stall.at_ns)
        self._stall = None
        self._before.clear()
        missing_s = (stall.delay_after_ns - stall.delay_ns) / 1e9
        missing = round(missing_s * self._sr) if missing_s > _JITTER_S else 0
        return SourceStatus(SourceState.RUNNING, missing=missing)

    def interrupt(self, written: int, written_at_ns: int) -> None:
        """Whoever wrote is gone: what comes next is another's, and how soon says nothing."""
        if self._stall is None:
            self._note(written, written_at_ns)
            self._begin(written, written_at_ns)
        elif self._stall.back_ns:
            self._gone_again(self._stall, written)

    def _note(self, written: int, at_ns: int) -> None:
        if written == self._written:
            return
        self._written = written
        self._before.append((at_ns, self._delay_ns(written, at_ns)))
        while self._before[0][0] < at_ns - _BEFORE_NS:
            self._before.popleft()

    def _delay_ns(self, written: int, at_ns: int) -> float:
        return at_ns - written * 1e9 / self._sr

    def _begin(self, written: int, at_ns: int) -> _Stall:
        delay_ns = min(delay for _, delay in self._before)
        self._stall = _Stall(written, at_ns, delay_ns)
        return self._stall

    def _gone_again(self, stall: _Stall, written: int) -> _Stall:
        self._stall = _Stall(written, stall.at_ns, stall.delay_ns)
        return self._stall

    @staticmethod
    def _silent(stall: _Stall, reason: str) -> SourceStatus:
        return SourceStatus(SourceState.STALLED, reason, hold=True, lost_since_ns=stall.at_ns)
