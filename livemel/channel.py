"""Which sound of a source a lane of columns is: a channel, the mean of all, or a difference.

How it is written, in flags and files: "3" is a channel, counted from 1; "mix" the mean of all;
"1-2" channel 1 less channel 2, which "L-R" is another word for. Several are separated by commas,
"5..8" is a row of channels, and "all" is every channel there is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from livemel.errors import ParameterError, SourceError

# That are computed at once.
MOST_LANES: Final = 64
MOST_CHANNELS: Final = 1024
ALL: Final = "all"

_MIX = "mix"
_SIDES = {"l": 1, "r": 2}
_DIFFERENCE = re.compile(r"([0-9]{1,9}|l|r)\s*[-−]\s*([0-9]{1,9}|l|r)")
_ROW = re.compile(r"([0-9]{1,9})\s*\.\.\s*([0-9]{1,9})")
_FORMS = "a number from 1, mix, or a difference such as L-R or 1-2"


@dataclass(frozen=True, slots=True)
class Difference:
    """Half of channel `left` less channel `right`, both counted from 1.

    Half, as the mean of two is: so mean and difference ("mid" and "side") add up to the left
    channel, and neither can exceed full scale. Halving is exact: the difference is rounded once.
    Raises ParameterError if there are no such channels, or if they are the same.
    """

    left: int = 1
    right: int = 2

    def __post_init__(self) -> None:
        for side in (self.left, self.right):
            _check_number(side)
        if self.left == self.right:
            raise ParameterError(f"channel={self} is silence: its channels are the same")

    def __str__(self) -> str:
        return f"{self.left}-{self.right}"


# A channel from 1; None is the mean of all.
Channel = int | None | Difference
# What is computed: lanes one by one, or all channels there are.
Lanes = tuple[Channel, ...] | Literal["all"]


def parse_channel(text: str) -> Channel:
    """The channel that a text is: "3", "mix", "L-R" or "1-2". Raises ParameterError."""
    plain = text.strip().casefold()
    if plain == _MIX:
        return None
    if plain.isdecimal() and plain.isascii() and len(plain) < 10:
        return _check_number(int(plain))
    if found := _DIFFERENCE.fullmatch(plain):
        return Difference(*(_SIDES.get(side) or int(side) for side in found.groups()))
    raise ParameterError(f"channel={text!r} is not {_FORMS}")


def parse_lanes(text: str) -> Lanes:
    """What "all" or "1,3,5..8,mix,L-R" is. Raises ParameterError, also for the same twice."""
    if text.strip().casefold() == ALL:
        return ALL
    return check_lanes(tuple(lane for part in text.split(",") for lane in _row(part, text)))


def check_lanes(lanes: tuple[Channel, ...]) -> tuple[Channel, ...]:
    """The lanes, if so many can be computed and none is there twice. Raises ParameterError."""
    for lane in lanes:
        if lanes.count(lane) > 1:
            raise ParameterError(f"channel={spelled(lane)} is there twice")
    if not 1 <= len(lanes) <= MOST_LANES:
        raise ParameterError(f"{len(lanes)} channels: from 1 to {MOST_LANES} can be computed")
    return lanes


def spelled(channel: Channel) -> str:
    """As parse_channel takes it."""
    return _MIX if channel is None else str(channel)


def spelled_lanes(lanes: Lanes) -> str:
    """As parse_lanes takes it."""
    return ALL if lanes == ALL else ",".join(map(spelled, lanes))


def highest(channel: Channel) -> int:
    """The highest number of a channel that it needs: 1 for the mean."""
    if isinstance(channel, Difference):
        return max(channel.left, channel.right)
    return 1 if channel is None else channel


def lanes_of(lanes: Lanes, channels: int) -> tuple[Channel, ...]:
    """The lanes of a source that delivers so many channels: all of them are 64 at most."""
    return tuple(range(1, min(channels, MOST_LANES) + 1)) if lanes == ALL else lanes


def by_that_word(lanes: Lanes, channels: int) -> Lanes:
    """ALL where they are several, and all that a source with so many channels has."""
    several = lanes != ALL and len(lanes) > 1
    return ALL if several and set(lanes) == set(lanes_of(ALL, channels)) else lanes


def check_channel(channel: Channel, name: str, channels: int) -> None:
    """Raises SourceError if the source of that name, with so many, has no such channel."""
    needed = highest(channel)
    if not 1 <= needed <= channels:
        raise SourceError(f"channel {needed} is out of range: {name} has {channels}")


def _row(part: str, text: str) -> Iterator[Channel]:
    found = _ROW.fullmatch(part.strip())
    if found is None:
        yield parse_channel(part)
        return
    first, last = (_check_number(int(end)) for end in found.groups())
    if not first <= last < first + MOST_LANES:
        raise ParameterError(f"channel={text!r}: {part.strip()} is not a row of up to {MOST_LANES}")
    yield from range(first, last + 1)


def _check_number(number: int) -> int:
    if not 1 <= number <= MOST_CHANNELS:
        raise ParameterError(f"channel={number} is out of range: channels count from 1")
    return number
