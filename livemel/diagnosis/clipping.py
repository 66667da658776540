"""clipping: tops that are cut off."""

from math import log10
from typing import Any

import numpy as np

from livemel.diagnosis.block import Block
from livemel.diagnosis.ceiling import AFTER, BEFORE, tops
from livemel.diagnosis.episodes import episodes
from livemel.diagnosis.events import Events, Span
from livemel.diagnosis.finding import Finding, Severity
from livemel.diagnosis.report import Clipping
from livemel.diagnosis.rough_ceiling import RoughCeiling
from livemel.diagnosis.tape import Tape
from livemel.diagnosis.words import number

# What lies this much apart is two findings.
APART_S = 5.0
_ALIKE_S = 0.05
_FULL_SCALE = 0.999
# From this share of a whole recording on it is not the sound that was meant.
_FAIL_SHARE = 0.01
_ADVICE = {
    True: "Turn the gain before the converter down, so that peaks stay below −6 dB FS.",
    False: "It was cut off before the level was lowered: look at gains earlier in the chain.",
}
_ADVICE_ROUGH = (
    "It was cut off before it was coded, filtered or mixed: look at gains earlier in the chain. An "
    "electric guitar's amplifier does it on purpose."
)


class ClippingDetector:
    """Flat tops at full scale or, earlier in the chain, below it.

    Exact ceilings: three or more equal samples at the block's extreme, until three others follow
    (Audacity's Find Clipping), whose flanks show that the wave would have gone on. Rough ones:
    see RoughCeiling. A rectangular wave is flat by nature: it is not reported, whoever made it.

    On the corpus of docs/detection.md (three clipped samples or more, one dB or more): 999 of
    1000 tops of an exact ceiling are found, within one hop. Of half seconds in which 12 tops or
    more are cut by 1 dB or more, and which were coded since (OGG Vorbis, MP3), 93 of 100 are.
    warn: clipping is heard and falsifies the spectrum; fail: 1 % of all samples or more are cut,
    exactly; a rough ceiling may be a distortion that is wanted.
    """

    def __init__(self, sr: int, channels: int) -> None:
        self._sr, self._channels, self._seen = sr, channels, 0
        apart = round(APART_S * sr)
        self._tape = Tape(channels, BEFORE, AFTER)
        self._exact = [Events(apart) for _ in range(channels)]
        self._ceilings = [0.0] * channels
        self._rough = [[RoughCeiling(sr, apart) for _ in range(2)] for _ in range(channels)]

    def push(self, block: Block) -> None:
        self._seen += len(block)
        stretch = self._tape.push(block)
        for i, samples in enumerate(stretch.channels):
            before = self._exact[i].events
            for top in tops(stretch, samples):
                self._exact[i].add(top.start, top.stop)
                self._ceilings[i] = max(self._ceilings[i], abs(top.level))
            if self._exact[i].events == before and block.whole and not block.last:
                sides = zip((-1, 1), block.extremes[i], self._rough[i], strict=True)
                for sign, peak, rough in sides:
                    if rough.is_reached(peak):
                        rough.push(np.float32(sign) * block.channels[i], block.start)

    def findings(self) -> list[Finding]:
        of_each = [self._events(i) for i in range(self._channels)]
        together = round(_ALIKE_S * self._sr)
        return [
            self._finding(span, channel)
            for channel, spans in episodes(of_each, together)
            for span in spans
        ]

    def figures(self) -> dict[str, Any]:
        of_each = [self._events(i) for i in range(self._channels)]
        level = max(self._level(i) for i in range(self._channels))
        if not level:
            return {"clipping": Clipping()}
        return {
            "clipping": Clipping(
                sum(events.events for events in of_each),
                sum(events.samples for events in of_each),
                20 * log10(level),
            )
        }

    def _events(self, channel: int) -> Events:
        """Exact ones where there are any, else those under a rough ceiling."""
        if self._exact[channel].events:
            return self._exact[channel]
        cut = [rough.events for rough in self._rough[channel] if rough.cut]
        if len(cut) != 1:
            both = Events(round(APART_S * self._sr))
            spans = sorted((s for events in cut for s in events.spans), key=lambda s: s.start)
            for span in spans:
                both.add(span.start, span.stop, events=span.events, samples=span.samples)
            return both
        return cut[0]

    def _level(self, channel: int) -> float:
        if self._exact[channel].events:
            return self._ceilings[channel]
        return max((rough.level for rough in self._rough[channel] if rough.cut), default=0.0)

    def _finding(self, span: Span, channel: int | None) -> Finding:
        channels = range(self._channels) if channel is None else [channel - 1]
        level = max(self._level(i) for i in channels)
        exact = any(self._exact[i].events for i in channels)
        full = level >= _FULL_SCALE
        start_s, end_s = span.start / self._sr, span.stop / self._sr
        where = "at full scale" if full else f"at {number(20 * log10(level))} dB FS"
        about = "" if exact else "about "
        tops = "top is" if span.events == 1 else "tops are"
        text = f"Clipping {where}: {about}{span.events} {tops} cut off, {span.samples} samples"
        text += f" in {end_s - start_s:.2g} s" if end_s - start_s >= 0.1 else ""
        share = span.samples / max(1, self._seen)
        return Finding(
            "clipping",
            Severity.FAIL if exact and share >= _FAIL_SHARE else Severity.WARN,
            text,
            start_s,
            end_s,
            advice=_ADVICE[full] if exact else _ADVICE_ROUGH,
            values={
                "events": span.events,
                "samples": span.samples,
                "ceiling_dbfs": 20 * log10(level),
                "exact": int(exact),
            },
            channel=channel,
        )
