"""The states of a capture process that can be lost at any moment. No process, thread, clock or Qt.

    starting    spawned → starting; opened → running; died → stopped;
                refused, hung, stop → stopped (kill)
    running     sound → running; silence → stalled; died → lost; stop → stopped (kill)
    stalled     sound → running; died → lost; hung, look again → lost (kill); stop → stopped (kill)
    lost        retry due, look again → lost (spawn); spawned → recovering; refused → lost;
                stop → stopped
    recovering  opened, look again → recovering; sound → running; died → lost;
                refused, hung → lost (kill); stop → stopped (kill)
    stopped

What is not listed changes nothing. There is a process in starting, once spawned, in running, in
stalled and in recovering; there is none in lost and stopped: so there are never two. What fails
before it was ever open is told to whoever asked for it, and not tried again; later all is.
"""

import math
from enum import Enum
from typing import Final


class CaptureState(Enum):
    """Where the capture of a device stands."""

    STARTING = "starting"  # the device is being opened for the first time
    RUNNING = "running"  # sound comes
    STALLED = "stalled"  # the process lives, and delivers nothing
    LOST = "lost"  # there is no process; the next one waits for its time
    RECOVERING = "recovering"  # another process opens the device again, or waits for its sound
    STOPPED = "stopped"  # for good


class CaptureEvent(Enum):
    """What can happen to it."""

    SPAWNED = "spawned"  # a process has begun
    OPENED = "opened"  # it says that the device is open
    REFUSED = "refused"  # it says why the device is not; or it could not even be begun
    SOUND = "sound"  # samples come
    SILENCE = "silence"  # no samples come any more
    DIED = "died"  # the process is gone
    HUNG = "hung"  # it had its time to open, or to deliver
    RETRY_DUE = "retry due"
    LOOK_AGAIN = "look again"  # something about the devices has changed
    STOP = "stop"


class Action(Enum):
    """What whoever drives this must do at once. After SPAWN it says SPAWNED or REFUSED."""

    NOTHING = ""
    SPAWN = "spawn"
    KILL = "kill"


# A sound server that hangs while PortAudio starts is given this long.
_OPEN_NS: Final = 8_000_000_000
# A stall of 1.5 s, counted from the last sample, is no hiccup: it was noticed after 0.3 s.
_STALLED_NS: Final = 1_200_000_000
# From open to the first sample; wireless devices take their time.
_FIRST_SOUND_NS: Final = 3_000_000_000
# To be heard within 3 s of a device's return: the longest wait, and spawning (0.25 s) and opening
# (0.2 s) twice, because the device may come just after a process has looked for it.
_FIRST_RETRY_NS: Final = 100_000_000
_LAST_RETRY_NS: Final = 1_000_000_000
# Where its return will be told of, which hurries: a process a second is 7 to 14 % of a core.
_TOLD_RETRY_NS: Final = 10_000_000_000

_FAILURES: Final = (CaptureEvent.REFUSED, CaptureEvent.DIED, CaptureEvent.HUNG)
_TRYING: Final = (CaptureState.LOST, CaptureState.RECOVERING)
# What begins another wait within a state.
_NEW_STEP: Final = (CaptureEvent.SPAWNED, CaptureEvent.OPENED, CaptureEvent.REFUSED)

_STAY = Action.NOTHING
_S, _E, _A = CaptureState, CaptureEvent, Action
_TABLE: Final[dict[CaptureState, dict[CaptureEvent, tuple[CaptureState, Action]]]] = {
    _S.STARTING: {
        _E.SPAWNED: (_S.STARTING, _STAY),
        _E.OPENED: (_S.RUNNING, _STAY),
        _E.REFUSED: (_S.STOPPED, _A.KILL),
        _E.DIED: (_S.STOPPED, _STAY),
        _E.HUNG: (_S.STOPPED, _A.KILL),
        _E.STOP: (_S.STOPPED, _A.KILL),
    },
    _S.RUNNING: {
        _E.SOUND: (_S.RUNNING, _STAY),
        _E.SILENCE: (_S.STALLED, _STAY),
        _E.DIED: (_S.LOST, _STAY),
        _E.STOP: (_S.STOPPED, _A.KILL),
    },
    _S.STALLED: {
        _E.SOUND: (_S.RUNNING, _STAY),
        _E.DIED: (_S.LOST, _STAY),
        _E.HUNG: (_S.LOST, _A.KILL),
        _E.LOOK_AGAIN: (_S.LOST, _A.KILL),
        _E.STOP: (_S.STOPPED, _A.KILL),
    },
    _S.LOST: {
        _E.SPAWNED: (_S.RECOVERING, _STAY),
        _E.REFUSED: (_S.LOST, _STAY),
        _E.RETRY_DUE: (_S.LOST, _A.SPAWN),
        _E.LOOK_AGAIN: (_S.LOST, _A.SPAWN),
        _E.STOP: (_S.STOPPED, _STAY),
    },
    _S.RECOVERING: {
        _E.OPENED: (_S.RECOVERING, _STAY),
        _E.REFUSED: (_S.LOST, _A.KILL),
        _E.SOUND: (_S.RUNNING, _STAY),
        _E.DIED: (_S.LOST, _STAY),
        _E.HUNG: (_S.LOST, _A.KILL),
        _E.LOOK_AGAIN: (_S.RECOVERING, _STAY),
        _E.STOP: (_S.STOPPED, _A.KILL),
    },
    _S.STOPPED: {},
}


class Lifecycle:
    """The state of one device's capture. It is told the time and what happens.

    will_be_told : LOOK_AGAIN will come when the device is back, so that tries may be rare
    """

    def __init__(self) -> None:
        self.state = CaptureState.STARTING
        self.will_be_told = False
        self._since_ns = 0  # when the present state, or the present step of it, began
        self._opened = False  # the present process has said so
        self._failures = 0  # since there was sound
        self._hurry = False  # the devices have changed since the present process looked at them

    def on(self, event: CaptureEvent, now_ns: int) -> Action:
        """Take note of it. Returns what to do."""
        if event not in _TABLE[self.state]:
            return Action.NOTHING
        before = self.state
        self.state, action = _TABLE[before][event]
        if event is CaptureEvent.SOUND:
            self._failures = 0
        elif event is CaptureEvent.LOOK_AGAIN:
            self._failures, self._hurry = 0, True
        elif event is CaptureEvent.OPENED:
            self._opened = True
        elif event is CaptureEvent.SPAWNED:
            self._opened = self._hurry = False
        elif self.state is CaptureState.LOST and before in _TRYING and event in _FAILURES:
            self._failures += 1
            # Where not even a process could be begun, the hurry has had its turn.
            self._hurry = self._hurry and before is not CaptureState.LOST
        if self.state is not before or event in _NEW_STEP:
            self._since_ns = now_ns
        return action

    def due(self, now_ns: int) -> CaptureEvent | None:
        """What time alone has brought about."""
        waited_ns = now_ns - self._since_ns
        if self.state is CaptureState.LOST:
            return CaptureEvent.RETRY_DUE if waited_ns >= self._retry_ns else None
        return CaptureEvent.HUNG if waited_ns > self._patience_ns else None

    @property
    def waits_for_sound(self) -> bool:
        """Whether the device is open again, and nothing has been heard of it yet."""
        return self.state is CaptureState.RECOVERING and self._opened

    @property
    def _retry_ns(self) -> int:
        if self._hurry:
            return 0
        longest_ns = _TOLD_RETRY_NS if self.will_be_told else _LAST_RETRY_NS
        return min(longest_ns, _FIRST_RETRY_NS << min(self._failures, 10))

    @property
    def _patience_ns(self) -> float:
        if self.state is CaptureState.STALLED:
            return _STALLED_NS
        if self.state is CaptureState.STARTING:
            return _OPEN_NS
        if self.state is CaptureState.RECOVERING:
            return _FIRST_SOUND_NS if self._opened else _OPEN_NS
        return math.inf
