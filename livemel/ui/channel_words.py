"""What a person calls a channel, and several. No Qt."""

from collections.abc import Sequence

from livemel.channel import Channel, Difference
from livemel.ui.words import translate

_NAMED = 4  # channels by number on a button; more are counted


def channel_name(channel: Channel, channels: int) -> str:
    """In a few characters. channels : of the source: the two of a pair are L and R"""
    if channel is None:
        return translate("Channels", "mix")
    if isinstance(channel, Difference):
        if channels == 2:
            return "L − R" if channel.left < channel.right else "R − L"
        return f"{channel.left} − {channel.right}"
    return translate("Channels", "ch {}").format(channel)


def channel_title(channel: Channel, channels: int) -> str:
    """In full words, for a list and for who cannot see it."""
    if channel is None:
        return translate("Channels", "mix: the mean of all")
    if isinstance(channel, Difference):
        text = translate("Channels", "difference {}, halved")
        return text.format(channel_name(channel, channels))
    return translate("Channels", "channel {}").format(channel)


def lanes_name(lanes: Sequence[Channel], channels: int) -> str:
    """Of a button: "ch 1", "ch 1, 3, 5", "all 16", "ch 1, 3, 5 and 9 more"."""
    lanes = in_order(lanes)
    if len(lanes) == 1:
        return channel_name(lanes[0], channels)
    if lanes == in_order(range(1, channels + 1)):
        return translate("Channels", "all {}").format(channels)
    numbers = all(isinstance(lane, int) for lane in lanes)
    names = [str(lane) if numbers else channel_name(lane, channels) for lane in lanes[:_NAMED]]
    text = ", ".join(names)
    if numbers:
        text = translate("Channels", "ch {}").format(text)
    if len(lanes) > _NAMED:
        more = translate("Channels", "{} and {} more")
        return more.format(text, len(lanes) - _NAMED)
    return text


def in_order(lanes: Sequence[Channel]) -> tuple[Channel, ...]:
    """As they stand under each other: channels by number, then the mean, then differences."""
    return tuple(sorted(lanes, key=_rank))


def _rank(channel: Channel) -> tuple[int, int, int]:
    if channel is None:
        return 1, 0, 0
    if isinstance(channel, Difference):
        return 2, channel.left, channel.right
    return 0, channel, 0
