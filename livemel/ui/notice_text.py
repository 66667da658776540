"""What is written over the picture. No Qt."""

from livemel.engine import EngineStatus, Feed
from livemel.sources.base import SourceState
from livemel.ui.words import translate


def notice_text(status: EngineStatus, feed: Feed, lost: bool, before: str) -> str:
    """What stands over a moving picture.

    lost : whether sound is missing now
    before : what stood there until now: it stays while nobody knows why sound is missing
    """
    if lost:
        why = status.reason
        if not why:
            return before
        if status.state is SourceState.STALLED:
            return translate("NoticeText", "no sound · {}").format(why)
        return translate("NoticeText", "no sound · {} · trying again").format(why)
    if status.state is not SourceState.ENDED:
        return ""
    if feed.columns.written:
        return status.reason
    fe, name = feed.frontend, feed.format.name
    words = translate("NoticeText", "{}: shorter than one frame ({:.0f} ms)")
    return words.format(status.reason or name, 1000 * fe.n_fft / fe.sr)


def frozen_text(running: Feed, at_s: float, missing_s: float = 0.0) -> str:
    """What stands over a frozen picture.

    running : the feed that goes on meanwhile
    at_s : seconds of the stream at the picture's right edge
    missing_s : seconds that sound has been missing by now; 0 while it comes
    """
    newest_s = running.columns.written / running.frontend.columns_per_s + running.begin_s
    words = translate("NoticeText", "frozen · {:.0f} s behind · End returns")
    if missing_s > 0:
        words = translate("NoticeText", "frozen · {:.0f} s behind · no sound · End returns")
    return words.format(max(0.0, newest_s + missing_s - at_s))
