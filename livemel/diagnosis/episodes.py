"""Events become what a person would call an episode."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from livemel.diagnosis.events import Events, Span

# As many findings of one kind as a person may want to see.
_MOST = 16


def episodes(
    channels: Sequence[Events], together: int
) -> Iterator[tuple[int | None, tuple[Span, ...]]]:
    """(channel, its episodes), channel from 1, or None once where all channels have the same ones.

    together : samples by which the same episode may differ from channel to channel
    """
    of_each = [_few(events.spans) for events in channels]
    if len(of_each) > 1 and all(_alike(of_each[0], other, together) for other in of_each[1:]):
        # Counts of the worst; the same fault in two channels is one to a person.
        yield None, tuple(max(spans, key=_events) for spans in zip(*of_each, strict=True))
        return
    for channel, spans in enumerate(of_each, 1):
        yield (channel if len(of_each) > 1 else None), spans


def _events(span: Span) -> int:
    return span.events


def _alike(some: tuple[Span, ...], others: tuple[Span, ...], together: int) -> bool:
    return len(some) == len(others) and all(
        abs(a.start - b.start) <= together and abs(a.stop - b.stop) <= together
        for a, b in zip(some, others, strict=True)
    )


def _few(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """At most 16: the shortest pauses are left out."""
    if len(spans) <= _MOST:
        return spans
    pauses = [after.start - before.stop for before, after in pairwise(spans)]
    longest = sorted(range(len(pauses)), key=lambda i: -pauses[i])[: _MOST - 1]
    out, first = [], 0
    for last in [*sorted(longest), len(spans) - 1]:
        part = spans[first : last + 1]
        stop = max(span.stop for span in part)
        events, samples = sum(s.events for s in part), sum(s.samples for s in part)
        out.append(Span(part[0].start, stop, events, samples))
        first = last + 1
    return tuple(out)
