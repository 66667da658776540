"""Load: what is given up while the computer is busy, in a fixed order. No Qt, no clock."""

from dataclasses import dataclass
from enum import Enum

# Paints a second, once panels are given up; those that are below the screen's own rate.
_RATES = (30.0, 20.0, 15.0, 10.0)
# A turn counts as late if it ends later than this many of its periods after it was due. To take
# something back, turns have to keep to what is then to come.
_LATE, _KEPT = 1.5, 1.0
# So long and so many turns are looked at before something more is given up; this share of late
# ones does it. A single long turn, of a window that opens or a large picture, is no busy computer.
# Panels that stand still are a loss of their own: before they do it must be busy for longer.
_WORSE_S, _WORSE_TURNS, _WORSE_SHARE = 1.0, 8, 0.25
_PANELS_S = 3.0
# For this long no more than this share may be late, by the period that is to come, before
# something is taken back; if that was too soon it takes twice as long the next time.
_BETTER_S, _BETTER_SHARE, _MOST_BETTER_S = 2.0, 0.05, 32.0
# What was taken back and lasts this long was not taken back too soon.
_PROVED_S = 5.0


class PanelRate(Enum):
    """How often slice, waveform, levels and F0 are brought up to date."""

    ALL = "as ever"
    FEWER = "less often"
    NONE = "not at all"
    UNSEEN = "nobody looks"


@dataclass(frozen=True, slots=True)
class Step:
    """What is still done. rate_hz : paints a second; the columns are no part of it: they are
    computed whatever happens
    """

    panels: PanelRate
    rate_hz: float


class Load:
    """Gives up panels first, then the rate of painting, and takes them back one by one.

    It is told when turns of painting were due, when they began and when they ended, and nothing
    else: a busy computer, a slow screen and a large picture are all the same to it.

    full_hz : paints a second while nothing is given up
    """

    def __init__(self, full_hz: float) -> None:
        self._steps = _steps(full_hz)
        self._at = 0
        self._lowest_hz = full_hz
        self._patience_s = _BETTER_S
        self._raised_s: float | None = None  # when something was taken back last
        self._now = _Stretch()  # by the present period
        self._calm = _Stretch()  # by that of the step before

    @property
    def step(self) -> Step:
        """What is done at present."""
        return self._steps[self._at]

    @property
    def lowest_hz(self) -> float:
        """The fewest paints a second that it has come to so far."""
        return min(self._lowest_hz, self.step.rate_hz)

    @property
    def full_hz(self) -> float:
        """Paints a second while nothing is given up."""
        return self._steps[0].rate_hz

    @property
    def is_slow(self) -> bool:
        """Whether it paints less often than it could."""
        return self.step.rate_hz < self.full_hz

    def set_full(self, full_hz: float) -> None:
        """Another screen. What has been given up stays so, as far as there is such a step."""
        if full_hz != self.full_hz:
            self._steps = _steps(full_hz)
            self._at = min(self._at, len(self._steps) - 1)
            self._begin()

    def rest(self) -> None:
        """Nothing is painted for a while: what was seen so far tells nothing of what comes."""
        self._begin()

    def turn(self, due_s: float, ended_s: float) -> bool:
        """A turn of painting. Returns True if something was given up or taken back.

        due_s, ended_s : when it should have begun, and when it had ended, monotonic
        """
        took_s = ended_s - due_s
        better = self._steps[max(0, self._at - 1)]
        self._now.count(due_s, took_s * self.step.rate_hz > _LATE)
        self._calm.count(due_s, took_s * better.rate_hz > _KEPT)
        enough_s = _PANELS_S if self.step.panels is PanelRate.FEWER else _WORSE_S
        if self._now.lasts_s(ended_s) >= enough_s and self._now.turns >= _WORSE_TURNS:
            if self._now.late > _WORSE_SHARE * self._now.turns and self._at + 1 < len(self._steps):
                self._worsen(ended_s)
                return True
            self._now = _Stretch(ended_s)
        return self._at > 0 and self._look_whether_better(ended_s)

    def _look_whether_better(self, now_s: float) -> bool:
        if self._calm.late > max(1.0, _BETTER_SHARE * self._calm.turns):
            self._calm = _Stretch(now_s)
        if self._calm.lasts_s(now_s) < self._patience_s:
            return False
        self._at -= 1
        self._raised_s = now_s
        self._begin()
        return True

    def _worsen(self, now_s: float) -> None:
        soon = self._raised_s is not None and now_s - self._raised_s < _PROVED_S
        self._patience_s = min(2 * self._patience_s, _MOST_BETTER_S) if soon else _BETTER_S
        self._raised_s = None
        self._at += 1
        self._lowest_hz = self.lowest_hz
        self._begin()

    def _begin(self) -> None:
        self._now, self._calm = _Stretch(), _Stretch()


class _Stretch:
    """Turns since some time, and how many of them were late."""

    def __init__(self, since_s: float | None = None) -> None:
        self._since_s = since_s
        self.turns = self.late = 0

    def count(self, due_s: float, late: bool) -> None:
        if self._since_s is None:
            self._since_s = due_s
        self.turns += 1
        self.late += late

    def lasts_s(self, now_s: float) -> float:
        return 0.0 if self._since_s is None else now_s - self._since_s


def _steps(full_hz: float) -> tuple[Step, ...]:
    """In the order in which they are gone down."""
    return (
        *(Step(panels, full_hz) for panels in (PanelRate.ALL, PanelRate.FEWER, PanelRate.NONE)),
        # A rate that is nearly the full one is no relief.
        *(Step(PanelRate.NONE, rate) for rate in _RATES if rate < 0.8 * full_hz),
    )
