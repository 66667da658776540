"""When it is time to look for devices. No threads, no clock: it is told the time."""

import math
from typing import Final

# Devices come in several parts, one soon after the other.
_MACHINE_SETTLES_S: Final = 0.15
_SERVER_SETTLES_S: Final = 0.03
_SERVER_LISTENS_S: Final = 0.2
_ATTENDED_S: Final = 1.5
_SEEKING_S: Final = 1.5
_LEAST_S: Final = 15.0
# Of one core, that looking without a hint may take: 0.12 s every 24 s.
_SHARE: Final = 0.005
_BESIDES_S: Final = 0.05  # beginning and ending a process, and the server's part
_FIRST_S: Final = 3.0  # the start of the program has enough to do


class LookPlan:
    """The next look at everything, and at the sound server alone, which costs a tenth.

    attended : somebody looks at the list; seeks : what should be heard has gone
    hinted : the server tells of changes by itself
    failing : PortAudio has hung, or failed; while it is waited for nobody looks at the server
    """

    def __init__(self) -> None:
        self.attended = self.seeks = self.hinted = self.failing = False
        self._began_s: float | None = None
        self._looked_s = -math.inf  # at everything, the last time
        self._usual_s = _LEAST_S
        self._parted_s = -math.inf  # at the server, the last time
        self._machine_s = self._server_s = math.inf  # a look is due then, because of a hint

    def machine_changed(self, now_s: float) -> None:
        """A card or a server has come or gone."""
        if self._began_s is None:
            return  # all is new at the beginning
        self._machine_s = min(self._machine_s, now_s + _MACHINE_SETTLES_S)

    def server_changed(self, now_s: float) -> None:
        """The server says that its sources have changed."""
        self._server_s = min(self._server_s, now_s + _SERVER_SETTLES_S)

    def server_asked(self, now_s: float) -> None:
        """The server will tell of changes from now on; what was before is to be looked at."""
        self._server_s = min(self._server_s, now_s + _SERVER_LISTENS_S)

    def take(self, now_s: float) -> tuple[bool, bool]:
        """Whether everything is to be looked at now, and whether the server is.

        What is hinted from here on is about what comes after this look.
        """
        if self._began_s is None:
            self._began_s = now_s
        whole = now_s >= self._whole_s
        part = whole or now_s >= self._part_s
        if part:
            self._parted_s = now_s
        if whole:
            self._machine_s = math.inf
        if now_s >= self._server_s:
            self._server_s = math.inf
        return whole, part

    @property
    def next_s(self) -> float:
        """When something is due, if nothing happens until then."""
        return min(self._whole_s, self._part_s)

    @property
    def _part_s(self) -> float:
        """When the server is due: while something is missed also without a hint, which may have
        come before anybody listened.
        """
        missed = self.seeks and self.hinted
        return min(self._server_s, self._parted_s + _SEEKING_S if missed else math.inf)

    def looked(self, now_s: float, cost_s: float) -> None:
        """A look at everything is done. cost_s : of processor time, as PortAudio's process says"""
        self._looked_s = now_s
        self._usual_s = max(_LEAST_S, (cost_s + _BESIDES_S) / _SHARE)

    @property
    def _whole_s(self) -> float:
        assert self._began_s is not None
        pause_s = self._usual_s
        if self.failing and self.hinted:
            pause_s = _LEAST_S
        elif self.attended:
            pause_s = _ATTENDED_S
        elif self.seeks and not self.hinted:
            pause_s = _SEEKING_S
        first = self._looked_s == -math.inf
        if first:
            usual = self._began_s if self.attended or self.seeks else self._began_s + _FIRST_S
        else:
            usual = self._looked_s + pause_s
        return min(usual, self._machine_s)
