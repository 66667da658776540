"""discontinuity: clicks, splices and repeated buffers."""

from typing import Any

from livemel.diagnosis.block import Block
from livemel.diagnosis.episodes import episodes
from livemel.diagnosis.events import Events, Span
from livemel.diagnosis.finding import Finding, Severity
from livemel.diagnosis.jump import BEFORE, Kind, after, jumps
from livemel.diagnosis.tape import Tape

# What lies this much apart is two findings.
APART_S = 5.0
_ALIKE_S = 0.05
_ONE: dict[Kind, str] = {
    "click": "a click of a few samples",
    "splice": "a splice, or a buffer that is missing",
    "repeat": "a buffer that is repeated",
}
_MANY: dict[Kind, str] = {
    "click": "clicks",
    "splice": "splices, or missing buffers",
    "repeat": "repeated buffers",
}
_ADVICE: dict[Kind, str] = {
    "click": "Look for a bad contact, static, or clocks that are not locked to each other.",
    "splice": "Samples are missing: try larger buffers, and one clock for all devices.",
    "repeat": "A driver played a buffer twice: try larger buffers or another driver.",
}


class DiscontinuityDetector:
    """Places where the waveform does not go on as it did, of 5e-4 of full scale or more.

    The residual of linear prediction of order 3, its coefficients of each half second, has to be
    four times the second largest within 20 ms on both sides, and to be over at once (what is
    struck rings: where the residual stays up behind, it has to stand out more).
    That is the idea of Essentia's DiscontinuityDetector, with a measure that pitch pulses do not
    fool. Then a closer look: is it an exact repetition of what came before, or do
    one to four samples, replaced, make it go on (a click)? Else it is a splice. A hole's and a
    flat top's edges are none, nor are a wave's own edges, alike within 1 %.

    On the corpus of docs/detection.md (jumps of 10 times the largest residual within 20 ms) 99 of
    100 are found, within a hop, and 99 of 100 found are there.
    warn: they are heard, and falsify the spectrum; never more: the sound in between is right.
    """

    def __init__(self, sr: int, channels: int) -> None:
        self._sr, apart = sr, round(APART_S * sr)
        self._tape = Tape(channels, BEFORE, after(sr))
        self._found = {kind: [Events(apart) for _ in range(channels)] for kind in _ONE}

    def push(self, block: Block) -> None:
        stretch = self._tape.push(block)
        for i, samples in enumerate(stretch.channels):
            for jump in jumps(stretch, samples, self._sr):
                self._found[jump.kind][i].add(jump.at, jump.at + max(1, jump.length))

    def findings(self) -> list[Finding]:
        together = round(_ALIKE_S * self._sr)
        return [
            self._finding(kind, span, channel)
            for kind, events in self._found.items()
            for channel, spans in episodes(events, together)
            for span in spans
        ]

    def figures(self) -> dict[str, Any]:
        every = [events for of_kind in self._found.values() for events in of_kind]
        return {"discontinuities": sum(events.events for events in every)}

    def _finding(self, kind: Kind, span: Span, channel: int | None) -> Finding:
        long_s = (span.stop - span.start) / self._sr
        if span.events == 1:
            text = f"Discontinuity: {_ONE[kind]}"
        else:
            text = f"Discontinuities: {span.events} {_MANY[kind]}"
            rate = (span.events - 1) / long_s
            text += f", {rate:.2g} a second" if rate >= 0.1 else ""
        return Finding(
            "discontinuity",
            Severity.WARN,
            text,
            span.start / self._sr,
            span.stop / self._sr,
            advice=_ADVICE[kind],
            values={"kind": kind, "events": span.events},
            channel=channel,
        )
