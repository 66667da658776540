"""Which sound is to be played: from what is marked and shown to a stretch of what is kept."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from livemel.buffers.history import SampleHistory
from livemel.engine import Engine, Feed
from livemel.ui.marks import Marks
from livemel.ui.stream_time import samples_at
from livemel.ui.words import translate

if TYPE_CHECKING:
    from livemel.engine.stretch import Stretch


@dataclass(frozen=True, slots=True)
class WantedSound:
    """What is to be played, or None, and what a person should know of it, or ""."""

    stretch: "Stretch | None"
    notice: str = ""


def wanted_sound(
    engine: Engine | None,
    marks: Marks,
    visible_s: tuple[float, float],
    *,
    loop: bool = False,
    only_band: bool = False,
) -> WantedSound:
    """The stretch of an engine's sound to play.

    Where the sound is kept no longer it begins with the oldest that is; what was lost is silence.

    marks : of its picture; visible_s : as SpectrogramView has it
    loop : a stretch that is to begin again has an end
    only_band : of a selection, without what is below and above it
    """
    if engine is None or engine.history is None or engine.feed is None:
        return WantedSound(None, translate("Listening", "There is no sound to play yet"))
    feed, history = engine.feed, engine.history
    begin_s, end_s = span_to_play(marks, visible_s)
    start, there = max(0, samples_at(feed, begin_s)), history.written
    stop = there if end_s is None else min(samples_at(feed, end_s), there)
    if start >= stop:
        return WantedSound(None, translate("Listening", "There is no sound to play at this place"))
    oldest = history.oldest
    if stop <= oldest:
        return WantedSound(
            None, translate("Listening", "This sound is kept no longer: newer sound took its place")
        )
    from livemel.engine.stretch import Stretch

    box = marks.selection if only_band else None
    stretch = Stretch(
        engine,
        max(start, oldest),
        None if end_s is None and not loop else stop,
        channel=feed.channel,
        band_hz=None if box is None else (box.low_hz, box.high_hz),
        loop=loop,
    )
    return WantedSound(stretch, _missing(history, feed, start, stop))


def span_to_play(marks: Marks, visible_s: tuple[float, float]) -> tuple[float, float | None]:
    """From when to when to play, in seconds of the stream; None: on and on.

    The selection; else from cursor A on; else what is visible.
    """
    box = marks.selection
    if box is not None:
        return box.start_s, box.stop_s
    return (marks.a.seconds, None) if marks.a is not None else visible_s


def _missing(history: SampleHistory, feed: Feed, start: int, stop: int) -> str:
    """What of these samples is kept no longer, or never came."""
    oldest = max(start, history.oldest)
    lost = sum(min(gap.stop, stop) - max(gap.start, oldest) for gap in history.gaps(oldest, stop))
    said = []
    if oldest > start:
        gone_s = (oldest - start) / feed.format.sr
        said.append(
            translate("Listening", "the first {} s are kept no longer").format(f"{gone_s:.1f}")
        )
    if lost:
        said.append(
            translate("Listening", "{} s were lost and are silence").format(
                f"{lost / feed.format.sr:.2g}"
            )
        )
    return translate("Listening", "Of this sound {}").format(", ".join(said)) if said else ""
