"""Notices that sound stopped coming, and measures how much is missing when it comes again."""

from dataclasses import dataclass

from livemel.sources.base import SourceState, SourceStatus

# Blocks come every 10 to 25 ms; a third of a second of nothing is no jitter.
_STALLED_NS = 300_000_000
# After a stall a server may hand over what it had kept. Wait this long before judging.
_SETTLE_NS = 250_000_000
# Less than this is the jitter of two blocks' arrival, not a loss.
_JITTER_S = 0.030


@dataclass(frozen=True, slots=True)
class _Stall:
    written: int  # samples written when sound stopped
    at_ns: int  # when the last of them came
    back_ns: int = 0  # when the next one came, 0 before


class Watchdog:
    """Watches a writer's counters. Knows no clock: it is told the time.

    Late sound is not lost sound: a stalled server may deliver all of it in a burst. So nothing is
    counted as missing until sound has come again for a quarter of a second; then what the clock
    says should be there is held against what is.
    """

    def __init__(self, sr: int) -> None:
        self._sr = sr
        self._stall: _Stall | None = None

    def look(self, now_ns: int, written: int, written_at_ns: int, reason: str) -> SourceStatus:
        """The status for these counters.

        written : samples so far; written_at_ns : monotonic time of the last write, 0 before it
        reason : what to tell a person while sound is missing
        """
        if written_at_ns == 0:
            return SourceStatus(SourceState.RUNNING)
        stall = self._stall
        if stall is None:
            if now_ns - written_at_ns < _STALLED_NS:
                return SourceStatus(SourceState.RUNNING)
            stall = self._stall = _Stall(written, written_at_ns)
        if stall.back_ns == 0:
            if written == stall.written:
                return self._lost(stall, reason)
            stall = self._stall = _Stall(stall.written, stall.at_ns, now_ns)
        if now_ns - written_at_ns >= _STALLED_NS:  # gone again before it settled
            stall = self._stall = _Stall(stall.written, stall.at_ns)
            return self._lost(stall, reason)
        if written_at_ns - stall.back_ns < _SETTLE_NS:
            return SourceStatus(SourceState.RUNNING, hold=True, lost_since_ns=stall.at_ns)
        self._stall = None
        elapsed_s = (written_at_ns - stall.at_ns) / 1e9
        missing_s = elapsed_s - (written - stall.written) / self._sr
        missing = round(missing_s * self._sr) if missing_s > _JITTER_S else 0
        return SourceStatus(SourceState.RUNNING, missing=missing)

    @staticmethod
    def _lost(stall: _Stall, reason: str) -> SourceStatus:
        return SourceStatus(SourceState.LOST, reason, hold=True, lost_since_ns=stall.at_ns)
