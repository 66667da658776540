"""A source that delivers nothing but zeros."""

from typing import Any

import numpy as np

from livemel.diagnosis.block import Block, Samples
from livemel.diagnosis.events import Events
from livemel.diagnosis.finding import Finding, Severity
from livemel.diagnosis.words import number

# Silence between two songs is shorter, and a converter has noise.
_LEAST_S = 2.0
# Where sound came again it was a pause or a dropout, unless it took longer than either.
_LEAST_PAST_S = 4.0
# A song may end with so much of it.
_END_S = 5.0
_ADVICE = (
    "A converter always has some noise: the source is muted, or may not be heard. On macOS, allow "
    "the microphone in System Settings, Privacy & Security, Microphone."
)


class ZeroDetector:
    """Runs of exact zeros in all channels, of two seconds or more: all-zero.

    macOS gives a program that may not use the microphone exact zeros and no error; so do sound
    servers of a source that is muted. Missing sound neither counts as zeros nor ends a run.
    """

    def __init__(self, sr: int) -> None:
        self._sr = sr
        self._least, self._least_past = round(_LEAST_S * sr), round(_LEAST_PAST_S * sr)
        self._run: int | None = None  # where the zeros that go on began
        self._zeros = 0  # how many of them there are
        self._sounded = False
        self._over = Events(apart=0)  # runs that sound has ended
        self._position = 0

    def push(self, block: Block) -> None:
        for start, stop in _present(block):
            self._take(block, start, stop)
        self._position = block.stop

    def findings(self) -> list[Finding]:
        found = []
        if self._run is not None and self._zeros >= self._least:
            found.append(self._going_on(self._run, self._zeros / self._sr))
        if self._over.events:
            found.append(self._past())
        return found

    def figures(self) -> dict[str, Any]:
        return {}

    def _take(self, block: Block, start: int, stop: int) -> None:
        """Go on with samples start to stop, which are all there."""
        channels = [y[start - block.start : stop - block.start] for y in block.channels]
        before = min(map(_leading_zeros, channels))
        if before == stop - start:
            self._run = start if self._run is None else self._run
            self._zeros += before
            return
        self._end_run(start + before, before)
        self._sounded = True
        self._zeros = min(_leading_zeros(y[::-1]) for y in channels)
        self._run = stop - self._zeros if self._zeros else None

    def _end_run(self, stop: int, more: int) -> None:
        if self._run is not None and self._zeros + more >= self._least_past:
            self._over.add(self._run, stop, samples=self._zeros + more)

    def _going_on(self, start: int, seconds: float) -> Finding:
        start_s, values = start / self._sr, {"zeros_s": seconds}
        if not self._sounded:
            text = f"Nothing but zeros: all {number(seconds)} s are exactly 0"
        else:
            text = f"Nothing but zeros since {number(start_s)} s, for {number(seconds)} s"
        severity = Severity.NOTE if self._sounded and seconds < _END_S else Severity.FAIL
        end_s = self._position / self._sr
        return Finding("all-zero", severity, text, start_s, end_s, _ADVICE, values)

    def _past(self) -> Finding:
        """Zeros after which sound came."""
        spans = self._over.spans
        start_s, end_s = spans[0].start / self._sr, spans[-1].stop / self._sr
        seconds = self._over.samples / self._sr
        if self._over.events == 1:
            text = f"Exactly 0 from {number(start_s)} to {number(end_s)} s"
        else:
            text = f"{self._over.events} times exactly 0, for {number(seconds)} s in all"
        values = {"zeros_s": seconds, "runs": self._over.events}
        advice = "Was the source muted, or were silences put in between?"
        return Finding("all-zero", Severity.NOTE, text, start_s, end_s, advice, values)


def _leading_zeros(samples: Samples) -> int:
    if samples[0] != 0:
        return 0
    at = int(np.argmax(samples != 0))
    return at or len(samples)


def _present(block: Block) -> list[tuple[int, int]]:
    """What of a block is not missing, in numbers of samples."""
    edges = [block.start, *(edge for gap in block.lost for edge in gap), block.stop]
    return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b > a]
