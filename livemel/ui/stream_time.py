"""Which column of a feed stands at which time of the stream. No Qt."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from livemel.engine import Feed


def seconds_of(feed: Feed, columns: float) -> float:
    """The stream's time, in seconds, where a picture of the first so many columns ends.

    A column is drawn from half a hop before its middle to half a hop after it.
    """
    fe = feed.frontend
    return feed.begin_s + ((columns - 0.5) * fe.hop_length + fe.first_centre) / fe.sr


def columns_at(feed: Feed, seconds: float) -> float:
    """How many columns a picture shows that ends at that time: the reverse of seconds_of."""
    fe = feed.frontend
    return ((seconds - feed.begin_s) * fe.sr - fe.first_centre) / fe.hop_length + 0.5


def samples_at(feed: Feed, seconds: float) -> int:
    """The number, in the engine's history, of the source's sample at that time."""
    return round(seconds * feed.format.sr)


def kept_s(feed: Feed) -> tuple[float, float]:
    """From when to when there are columns, in seconds of the stream."""
    columns = feed.columns
    return seconds_of(feed, columns.oldest), seconds_of(feed, columns.written)


def time_of_day(
    feed: Feed,
    seconds: float,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    clock_ns: Callable[[], int] = time.monotonic_ns,
) -> datetime | None:
    """When a time of the stream was heard, by this computer's clock; None before there is a column.

    How long ago that was is told by the monotonic clock. So a clock that is set moves all of it
    alike, and each time is told in the zone's summer or winter time as it was then.

    feed : that the engine fills
    now : the time of day, of any zone
    """
    if feed.columns.written == 0:
        return None
    newest, fe = feed.columns.written - 1, feed.frontend
    heard_s = feed.begin_s + (fe.first_centre + newest * fe.hop_length + fe.lookahead) / fe.sr
    ago_s = (clock_ns() - feed.columns.arrived_ns(newest)) / 1e9
    return (now().astimezone(UTC) - timedelta(seconds=ago_s + heard_s - seconds)).astimezone()
