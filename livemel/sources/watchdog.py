"""Notices that sound stopped coming, and measures how much is missing when it comes again."""

from collections import deque
from dataclasses import dataclass, replace
from math import inf

from livemel.buffers.writer import GapCause
from livemel.sources.base import SourceState, SourceStatus

# Blocks come every 10 to 25 ms; a third of a second of nothing is no jitter.
_STALLED_NS = 300_000_000
# After a stall a server may hand over what it had kept. Wait this long before judging.
_SETTLE_NS = 250_000_000
# Of fewer arrivals the least delay says little. A thread that is held up sees few of them.
_LEAST_SEEN = 5
# How far back arrivals are compared with those after a stall.
_BEFORE_NS = 1_000_000_000
# Less than this is not drawn: one hop. What an overflow has lost is owed until it is more.
_JITTER_NS = 10_000_000
# Less than this is the difference of two delays, or the clocks' drift, and not even owed.
_SAME_NS = 1_000_000
# What an overflow has lost is known better once another second has been heard.
_OWED_SETTLE_NS = _SETTLE_NS + 1_000_000_000
# Overflow after overflow is not waited for longer than this.
_LONGEST_HOLD_NS = 1_000_000_000
# A block this much later than those of the last second is worth a doubt; sound was lost if for a
# second all are later by this much. Until then nobody waits: a busy machine is late all the time.
_LATE_NS = 40_000_000
_LATER_NS = 30_000_000
_LATE_SETTLE_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class _Doubt:
    """Sound stopped, or may have been lost: what was before, and what has come since.

    One that an overflow began goes on unheld after its verdict, until all that it lost is known.
    """

    written: int  # samples written before
    at_ns: int  # when the last of them came
    delay_ns: float  # the least delay of what came before
    owed_ns: float  # what was lost before that, and not counted
    back_ns: int = 0  # when sound came again, 0 before
    delay_after_ns: float = inf  # the least delay of what has come since
    cause: GapCause = GapCause.STALL
    least_ns: int = _JITTER_NS  # less than this is no loss
    settle_ns: int = _SETTLE_NS
    seen: int = 0  # of what has come since
    held: bool = True  # nothing is read on until the verdict
    reported: bool = False  # an overflow was
    again: bool = False  # and another one, which could not be waited for any more


class Watchdog:
    """Watches a writer's counters. Knows no clock: it is told the time.

    Late sound is not lost sound: a stalled server may deliver all of it in a burst. So nothing is
    counted as missing until sound has come again for a quarter of a second; then the delay of what
    comes is held against the delay of what came in the second before the stall.

    The delay of a block is the time it arrived at, less the time that as many samples last. Blocks
    are late by up to what a server hands over at once, never early: so of each side the least delay
    counts. What remains is how much the device's own delay differs from one opening to the next,
    and the clocks' drift meanwhile: under 1 ms with PulseAudio and JACK.

    An overflow that PortAudio reports is measured likewise; and so is, without holding anybody up,
    a hiccup too short for a stall. Of overflows even what is too little to be drawn is added up,
    until it is enough.
    """

    def __init__(self, sr: int) -> None:
        self._sr = sr
        self._doubt: _Doubt | None = None
        self._written = -1
        self._overflows = 0
        self._owed_ns = 0.0  # that overflows have lost, too little each to be drawn
        # (when it came, its delay) of each block that was seen, up to a second back
        self._before: deque[tuple[int, float]] = deque()

    def look(
        self, now_ns: int, written: int, written_at_ns: int, overflows: int = 0
    ) -> SourceStatus:
        """RUNNING or STALLED for these counters, and what was found to be missing.

        written : samples so far
        written_at_ns : monotonic time of the last write, before it of the opening; 0 before that
        overflows : that were reported, so far
        """
        if written_at_ns == 0:
            return SourceStatus(SourceState.RUNNING)
        reported, self._overflows = overflows > self._overflows, overflows
        if now_ns - written_at_ns >= _STALLED_NS:
            return self._stalled(written, written_at_ns)
        if self._doubt is None:
            self._doubt = self._doubted(written, written_at_ns, reported)
        if self._doubt is None:
            return SourceStatus(SourceState.RUNNING)
        if reported:
            self._doubt = self._once_more(self._doubt, now_ns, written_at_ns)
        return self._judged(self._doubt, now_ns, written, written_at_ns)

    def interrupt(self, written: int, written_at_ns: int) -> None:
        """Whoever wrote is gone: what comes next is another's, and how soon says nothing."""
        self._stalled(written, written_at_ns)

    def _stalled(self, written: int, written_at_ns: int) -> SourceStatus:
        """No sound comes: begin to doubt, or, of what came again but did not settle, go on."""
        doubt = self._doubt
        if doubt is None:
            self._note(written, written_at_ns)
            doubt = _Doubt(written, written_at_ns, self._least_before, self._owed_ns)
        elif not doubt.held:
            doubt = _Doubt(written, written_at_ns, doubt.delay_ns, doubt.owed_ns)
        elif written != doubt.written:
            doubt = _Doubt(written, doubt.at_ns, doubt.delay_ns, doubt.owed_ns)
        self._doubt = doubt
        return SourceStatus(SourceState.STALLED, hold=True, lost_since_ns=doubt.at_ns)

    def _doubted(self, written: int, written_at_ns: int, reported: bool) -> _Doubt | None:
        """While sound comes: is there a reason to measure?"""
        if written == 0:  # the device has only just been opened
            return None
        least_ns = self._least_before
        late = self._delay_ns(written, written_at_ns) - least_ns > _LATE_NS
        if not self._before or not (reported or late):
            self._note(written, written_at_ns)
            return None
        at_ns, cause = self._before[-1][0], GapCause.OVERFLOW
        doubt = _Doubt(self._written, at_ns, least_ns, self._owed_ns, written_at_ns, cause=cause)
        if reported:
            return replace(doubt, reported=True)
        return replace(doubt, least_ns=_LATER_NS, settle_ns=_LATE_SETTLE_NS, held=False)

    def _once_more(self, doubt: _Doubt, now_ns: int, written_at_ns: int) -> _Doubt:
        """An overflow, while there is a doubt already: measure anew."""
        if doubt.held:
            if now_ns - doubt.at_ns >= _LONGEST_HOLD_NS:
                return replace(doubt, again=True)
            return replace(doubt, back_ns=written_at_ns, delay_after_ns=inf)
        if doubt.reported:
            doubt = _settled(doubt)
        return replace(
            doubt,
            at_ns=written_at_ns,
            back_ns=written_at_ns,
            delay_after_ns=inf,
            cause=GapCause.OVERFLOW,
            least_ns=_JITTER_NS,
            settle_ns=_SETTLE_NS,
            seen=0,
            held=True,
            reported=True,
            again=False,
        )

    def _judged(self, doubt: _Doubt, now_ns: int, written: int, written_at_ns: int) -> SourceStatus:
        """Sound comes that is doubted: how much is missing, once it has settled."""
        if written == doubt.written and doubt.back_ns == 0:  # the process that wrote is gone
            return SourceStatus(SourceState.STALLED, hold=True, lost_since_ns=doubt.at_ns)
        delay_ns = min(doubt.delay_after_ns, self._delay_ns(written, written_at_ns))
        seen = doubt.seen + (written != self._written)
        self._written = written
        back_ns = doubt.back_ns or now_ns
        doubt = replace(doubt, back_ns=back_ns, delay_after_ns=delay_ns, seen=seen)
        self._doubt = doubt
        if written_at_ns - doubt.back_ns < doubt.settle_ns or seen < _LEAST_SEEN:
            since_ns = doubt.at_ns if doubt.held and doubt.cause is GapCause.STALL else 0
            return SourceStatus(
                SourceState.RUNNING, hold=doubt.held, lost_since_ns=since_ns, cause=doubt.cause
            )
        change_ns = delay_ns - doubt.delay_ns
        lost_ns = doubt.owed_ns + change_ns
        missing = round(lost_ns * self._sr / 1e9) if lost_ns > doubt.least_ns else 0
        if missing:
            doubt = replace(doubt, delay_ns=delay_ns, owed_ns=lost_ns - missing * 1e9 / self._sr)
        is_first = doubt.held and (doubt.reported or doubt.again)
        jumped = bool(missing) or (is_first and abs(change_ns) > _SAME_NS)
        if is_first:
            doubt = replace(doubt, settle_ns=_OWED_SETTLE_NS, held=False)
            self._doubt = self._once_more(doubt, now_ns, written_at_ns) if doubt.again else doubt
        else:
            self._doubt = None
            self._owed_ns = _settled(doubt).owed_ns if doubt.reported else doubt.owed_ns
            self._before.clear()
            self._before.append((written_at_ns, delay_ns))
        return SourceStatus(SourceState.RUNNING, missing=missing, cause=doubt.cause, jumped=jumped)

    def _note(self, written: int, at_ns: int) -> None:
        if written == self._written:
            return
        self._written = written
        self._before.append((at_ns, self._delay_ns(written, at_ns)))
        while self._before[0][0] < at_ns - _BEFORE_NS:
            self._before.popleft()

    @property
    def _least_before(self) -> float:
        return min((delay for _, delay in self._before), default=inf)

    def _delay_ns(self, written: int, at_ns: int) -> float:
        return at_ns - written * 1e9 / self._sr


def _settled(doubt: _Doubt) -> _Doubt:
    """What has changed since is owed, unless it is next to nothing; less than nothing too, as a
    loss may have been overestimated.
    """
    if doubt.delay_after_ns == inf:
        return doubt
    change_ns = doubt.delay_after_ns - doubt.delay_ns
    owed_ns = doubt.owed_ns + (change_ns if abs(change_ns) > _SAME_NS else 0.0)
    owed_ns = min(max(owed_ns, -_JITTER_NS), _JITTER_NS)
    return replace(doubt, delay_ns=doubt.delay_after_ns, owed_ns=owed_ns)
