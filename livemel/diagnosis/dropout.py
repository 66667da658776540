"""dropout: holes in a sound, and what is known to be lost."""

from dataclasses import dataclass
from typing import Any

from livemel.buffers.writer import CAUSES, GapCause
from livemel.diagnosis.block import Block
from livemel.diagnosis.episodes import episodes
from livemel.diagnosis.events import Events, Span
from livemel.diagnosis.finding import Finding, Severity
from livemel.diagnosis.hole import Hole, Holes, Kind
from livemel.diagnosis.report import Dropouts
from livemel.diagnosis.tape import Tape

# What lies this much apart is two findings.
APART_S = 5.0
_ALIKE_S = 0.05
# From this share of an episode on it is not the sound that was meant.
_FAIL_SHARE = 0.2
_WORDS: dict[Kind, str] = {
    "zeros": "of exact zeros",
    "held": "in which a value is held",
    "faint": "with noise only",
}
_ADVICE = "Buffers came late or a connection failed: try larger buffers, another cable or network."


@dataclass(frozen=True, slots=True)
class _Loss:
    """What is said of sound that is known to be lost.

    cause : in the finding's values; text : with how long, and in how many places
    apart_s : places that lie nearer to each other are one finding
    """

    cause: str
    text: str
    advice: str
    apart_s: float = APART_S


_BUSY = _Loss(
    "busy computer",
    "Lost: {} s of sound were lost on the way to livemel{}",
    "This computer was too busy: close other programs, or use larger buffers.",
    apart_s=1e9,
)
_LOSSES = {
    GapCause.OVERFLOW: _BUSY,
    GapCause.LATE_READER: _BUSY,
    GapCause.STALL: _Loss(
        CAUSES[GapCause.STALL],
        "No sound from the device for {} s{}: it, or the sound server, stood still",
        "If it happens again, restart the sound server, or try another cable, port or driver.",
    ),
    GapCause.DISCONNECTED: _Loss(
        CAUSES[GapCause.DISCONNECTED],
        "No sound from the device for {} s{}: it, or the sound server, was gone or did not answer",
        "Nothing is wrong if it was unplugged, restarted or changed for another; else look at its "
        "cable and port, and restart the sound server.",
    ),
    GapCause.ASLEEP: _Loss(
        CAUSES[GapCause.ASLEEP],
        "No sound for {} s{}: the computer slept",
        "Let the computer stay awake while it is to listen.",
    ),
}


class DropoutDetector:
    """Holes: exact zeros or a held value of 4 ms or more inside sound, or next to nothing (below
    −50 dB FS) for 10 to 3500 ms, with abrupt edges; pauses fade and keep the room's noise. The last
    limits are those of Essentia's GapsDetector, which asks for −30 dB over 40 ms before.

    On the corpus of docs/detection.md (5 ms or more, in sound above −40 dB FS over 40 ms and 5 ms
    on both sides) 99 of 100 are found, to the sample, and nothing else.
    What is known to be lost (block.lost) is certain, and a finding of its own: one of all that this
    computer was too busy for, and one of each time that nothing came from the device.
    warn: it is heard; fail: a fifth of an episode or more is missing.
    """

    def __init__(self, sr: int, channels: int) -> None:
        self._sr, self._apart = sr, round(APART_S * sr)
        self._tape = Tape(channels, *Holes.context(sr))
        self._holes = [Holes(sr) for _ in range(channels)]
        self._found = {kind: [Events(self._apart) for _ in range(channels)] for kind in _WORDS}
        self._lost = {loss: Events(round(loss.apart_s * sr)) for loss in _LOSSES.values()}
        self._lost_last: tuple[_Loss | None, int] = (None, -1)  # and up to where

    def push(self, block: Block) -> None:
        for (start, stop), cause in zip(block.lost, block.causes, strict=True):
            loss = _LOSSES[cause]
            is_new = self._lost_last != (loss, start)
            self._lost[loss].add(start, stop, events=int(is_new))
            self._lost_last = loss, stop
        stretch = self._tape.push(block)
        for i, samples in enumerate(stretch.channels):
            for hole in self._holes[i].push(stretch, samples):
                self._add(i, hole)

    def _add(self, channel: int, hole: Hole) -> None:
        self._found[hole.kind][channel].add(hole.start, hole.stop)

    def findings(self) -> list[Finding]:
        together = round(_ALIKE_S * self._sr)
        out = [
            self._finding(kind, span, channel)
            for kind, events in self._found.items()
            for channel, spans in episodes(events, together)
            for span in spans
        ]
        return [*self._known(), *out]

    def figures(self) -> dict[str, Any]:
        every = [events for of_kind in self._found.values() for events in of_kind]
        every += self._lost.values()
        samples, events = sum(e.samples for e in every), sum(e.events for e in every)
        return {"dropouts": Dropouts(events, samples / self._sr)}

    def _known(self) -> list[Finding]:
        return [
            self._lost_in(loss, span)
            for loss, events in self._lost.items()
            for span in events.spans
        ]

    def _lost_in(self, loss: _Loss, span: Span) -> Finding:
        seconds = span.samples / self._sr
        told = f"{seconds:.2g}" if seconds < 10 else f"{seconds:.0f}"
        places = f", in {span.events} places" if span.events > 1 else ""
        return Finding(
            "dropout",
            Severity.WARN,
            loss.text.format(told, places),
            span.start / self._sr,
            span.stop / self._sr,
            advice=loss.advice,
            values={
                "known": 1,
                "cause": loss.cause,
                "events": span.events,
                "seconds_s": seconds,
            },
        )

    def _finding(self, kind: Kind, span: Span, channel: int | None) -> Finding:
        missing_s, long_s = span.samples / self._sr, (span.stop - span.start) / self._sr
        if span.events == 1:
            text = f"Dropout: a hole {_WORDS[kind]}, {_length(missing_s)}"
        else:
            text = f"Dropouts: {span.events} holes {_WORDS[kind]}, {_length(missing_s)} of "
            text += f"{_length(long_s)} are missing"
        heavy = span.events > 1 and missing_s >= _FAIL_SHARE * long_s
        return Finding(
            "dropout",
            Severity.FAIL if heavy else Severity.WARN,
            text,
            span.start / self._sr,
            span.stop / self._sr,
            advice=_ADVICE,
            values={"known": 0, "kind": kind, "events": span.events, "seconds_s": missing_s},
            channel=channel,
        )


def _length(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{1e3 * seconds:.3g} ms"
