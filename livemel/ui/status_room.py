"""Who has room in the status line, and who gives way. No Qt."""

from dataclasses import dataclass
from enum import Enum

from livemel.ui.theme import UNIT

_LEAST_POLICY = 16 * UNIT  # its first words, or nothing at all
_LEAST_NOTE = 20 * UNIT
_MOST_NOTE = 0.5  # of the line: a longer note is cut in any case, and takes nothing for it


class Run(Enum):
    """How much is told of rates and latency."""

    FULL = "full"
    SHORT = "short"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Wants:
    """What the parts would take, in px; 0 where one has nothing to say.

    fixed : of what never gives way, a number for each
    reason : the beginning of the note that is cut last
    gap, margins : between two parts; of both ends together
    """

    fixed: tuple[int, ...]
    level: int
    policy: int
    note: int
    reason: int
    busy: int
    run: dict[Run, int]
    gap: int
    margins: int


@dataclass(frozen=True, slots=True)
class Room:
    """What is shown. note, busy : the least, in px; policy : as these, 0 where it is not shown"""

    run: Run
    policy: int
    level: bool
    note: int
    busy: int


def room_for(wants: Wants, width: int) -> Room:
    """What a line of that width has room for, without anything over anything.

    Figures of the run give way first, then what was done to the columns, then what the note says
    beside the reason, then the numbers of the level, whose bar stays, and then the rest of the run.
    Only then the reason is cut, and the word of a busy computer last.
    """
    policy, most, busy = min(wants.policy, _LEAST_POLICY), round(_MOST_NOTE * width), wants.busy
    note = min(wants.note, most)
    reason = min(note, max(wants.reason, _LEAST_NOTE))
    steps = (
        Room(Run.FULL, policy, True, note, busy),
        Room(Run.SHORT, policy, True, note, busy),
        Room(Run.SHORT, 0, True, note, busy),
        Room(Run.SHORT, 0, True, reason, busy),
        Room(Run.SHORT, 0, False, reason, busy),
        Room(Run.NONE, 0, False, reason, busy),
    )
    for step in steps:
        if _taken(wants, step) <= width:
            return step
    least = _taken(wants, Room(Run.NONE, 0, False, 0, busy))
    return Room(Run.NONE, 0, False, 0, busy if least <= width else 0)


def _taken(wants: Wants, room: Room) -> int:
    level = wants.level if room.level else 0
    parts = (*wants.fixed, level, room.policy, room.busy, wants.run[room.run])
    shown = [part for part in parts if part]
    # The note keeps its place, also where it is empty.
    return wants.margins + sum(shown) + room.note + wants.gap * len(shown)
