"""ScrollClock: where the image stands, moving evenly though columns come in bursts. No Qt."""

# Corrections are small enough not to be seen: half of the error a second. What a server kept back
# while it started is more than jitter: beyond so much it is caught up with sooner, but never so
# fast that one sees the picture hurry; beyond a multiple of that, by a leap.
_CORRECTION_PER_S = 0.5
_JITTER_S = 0.01
_CATCH_UP_PER_S = 3.0
_MOST_HURRY = 0.15  # of the nominal rate
_LEAP_S = 0.05
# The lead's minimum is taken over this long: several blocks of any device.
_WINDOW_S = 0.25
# After this much of a stall or a burst the image jumps to where it should be.
_JUMP_S = 0.25


class ScrollClock:
    """Follows the sample clock with the screen's time as a flywheel.

    Columns arrive a block at a time. Between blocks the position runs on at the nominal rate; it
    never passes what has arrived, and creeps towards touching it just before each next block: the
    least delay that still moves evenly.
    """

    def __init__(self, columns_per_s: float) -> None:
        self._rate = columns_per_s
        self._last_s: float | None = None
        self._position = 0.0
        self._window_began_s = 0.0
        self._least_lead = float("inf")
        self._correction = 0.0  # columns a second

    def at(self, now_s: float, arrived: float) -> float:
        """The position at that time, in columns, of which `arrived` have come."""
        if self._last_s is None or arrived < self._position:
            return self._jump(now_s, arrived)
        step_s = now_s - self._last_s
        self._last_s = now_s
        moved = self._position + step_s * (self._rate + self._correction)
        if arrived - moved > _JUMP_S * self._rate:
            return self._jump(now_s, arrived)
        lead = arrived - moved
        if lead < 0:
            moved, self._correction = arrived, 0.0
        self._least_lead = min(self._least_lead, max(lead, 0.0))
        if now_s - self._window_began_s >= _WINDOW_S:
            if self._least_lead > _LEAP_S * self._rate:
                moved, self._least_lead = moved + self._least_lead, 0.0
            beyond = max(0.0, self._least_lead - _JITTER_S * self._rate)
            wanted = self._least_lead * _CORRECTION_PER_S + beyond * _CATCH_UP_PER_S
            self._correction = min(wanted, _MOST_HURRY * self._rate)
            self._least_lead = float("inf")
            self._window_began_s = now_s
        self._position = max(self._position, moved)
        return self._position

    def _jump(self, now_s: float, arrived: float) -> float:
        self._last_s = self._window_began_s = now_s
        self._least_lead, self._correction = float("inf"), 0.0
        self._position = arrived
        return arrived
