"""Who has how much room in a row that is too narrow for all of it. No Qt."""

from collections.abc import Iterable, Mapping
from typing import Generic, NamedTuple, TypeVar

Part = TypeVar("Part")


class Wish(NamedTuple, Generic[Part]):
    """What a part would have. width : px; whole : so much, or nothing more"""

    part: Part
    width: int
    whole: bool = False


def share(room: int, least: Mapping[Part, int], wishes: Iterable[Wish[Part]]) -> dict[Part, int]:
    """The width of each part, in px: what it takes at least, and then what wishes there is room
    for, the most important first. Where one is whole or not, and not, none like it comes true after
    it: with less room nothing comes back.
    """
    widths = dict(least)
    left = max(0, room - sum(least.values()))
    all_so_far = True
    for part, width, whole in wishes:
        more = max(0, width - widths[part])
        if whole:
            all_so_far = all_so_far and more <= left
            more = more if all_so_far else 0
        more = min(more, left)
        widths[part] += more
        left -= more
    return widths
