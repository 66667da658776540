"""Places where something happened, in constant memory."""

from dataclasses import dataclass

_MOST = 256


@dataclass(frozen=True, slots=True)
class Span:
    """Events that lie close together: numbers of the first sample and of that after the last."""

    start: int
    stop: int
    events: int
    samples: int


class Events:
    """Where events lie; those nearer to each other than `apart` samples become one span.

    Where there would be more than 256 spans, neighbours that are close become one: so a long
    recording of many faults takes no more memory, and counts stay exact.
    """

    def __init__(self, apart: int) -> None:
        self._apart = apart
        self._spans: list[Span] = []
        self.events = 0
        self.samples = 0

    @property
    def spans(self) -> tuple[Span, ...]:
        """In order of time."""
        return tuple(self._spans)

    def add(self, start: int, stop: int, *, events: int = 1, samples: int | None = None) -> None:
        """One that begins no earlier than all before it.

        samples : that are concerned, all of it unless told
        """
        samples = stop - start if samples is None else samples
        self.events += events
        self.samples += samples
        self._append(Span(start, stop, events, samples))
        while len(self._spans) > _MOST:
            self._apart *= 2
            before, self._spans = self._spans, []
            for span in before:
                self._append(span)

    def _append(self, span: Span) -> None:
        last = self._spans[-1] if self._spans else None
        if last is None or span.start - last.stop >= self._apart:
            self._spans.append(span)
            return
        self._spans[-1] = Span(
            last.start,
            max(last.stop, span.stop),
            last.events + span.events,
            last.samples + span.samples,
        )
