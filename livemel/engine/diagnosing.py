"""The diagnoser: a thread that looks for what is wrong with the sound an engine keeps."""

import threading

import numpy as np

from livemel.buffers.history import SampleHistory
from livemel.channel import Channel, Difference
from livemel.diagnosis.diagnosis import Diagnosis
from livemel.diagnosis.report import Report
from livemel.engine.engine import Engine
from livemel.engine.feed import Feed

# Detectors take blocks of half a second: a look more often would find nothing new.
_LOOK_S = 0.25
# Read in one piece, in seconds: 8 ms of work for stereo.
_PIECE_S = 0.5
# Channels that are looked at, at most: all 64 would take a fifth of a core.
MOST_DIAGNOSED = 8
# Between two pieces, so that who paints need not wait for the interpreter; of more than two
# channels between two detectors.
_BREATH_S, _FEW_CHANNELS = 0.001, 2


class Diagnoser:
    """Keeps a report of an engine's sound, the channels as they came, up to date.

    Of more than eight channels it looks at eight: at those that are shown, and for the rest at the
    first. When others are shown it begins anew, with the oldest sound that is kept.

    It reads the engine's history, at its own pace, as the recorder does: nothing is queued, and a
    busy computer makes reports late, not wrong. Sound that went before it could be read counts as
    lost on the way.

    channels : that it looks at, from 1
    report : None until the source is open; replaced as a whole, any thread may read it
    begin_s : the stream's time, in seconds, that it begins with
    ended : the sound has ended, and the report is the last
    """

    def __init__(self, engine: Engine) -> None:
        self.channels: tuple[int, ...] = ()
        self.report: Report | None = None
        self.begin_s = 0.0
        self.ended = threading.Event()
        self._engine = engine
        self._stirred = threading.Event()
        self._stopping = False
        self._position = 0
        self._thread = threading.Thread(target=self._run, name="livemel-diagnoser", daemon=True)

    def start(self) -> None:
        """Begin with the oldest sound that is kept. Returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; a piece that is begun is finished. Runs on: any thread."""
        self._stopping = True
        self._stirred.set()

    def hurry(self) -> None:
        """The engine has ended: look at what is left at once. Runs on: any thread."""
        self._stirred.set()

    def join(self, timeout_s: float) -> None:
        """Wait until the thread has ended."""
        self._thread.join(timeout_s)

    def _run(self) -> None:
        """Runs on: the diagnoser thread."""
        while not self._stopping:
            begun = self._begin()
            if begun is None:
                self._stirred.wait(_LOOK_S)
            elif self._follow(*begun):
                return

    def _begin(self) -> tuple[SampleHistory, Diagnosis] | None:
        """None before there is sound. The feed is not held on to: its columns may be let go."""
        feed, history = self._engine.feed, self._engine.history
        if feed is None or history is None:
            return None
        form, self._position = feed.format, history.oldest
        self.begin_s = self._position / form.sr
        self.channels = _looked_at(feed, form.channels)
        some = len(self.channels) < form.channels
        names = self.channels if some else ()
        diagnosis = Diagnosis(form.sr, len(self.channels), first=self._position, names=names)
        return history, diagnosis

    def _follow(self, history: SampleHistory, diagnosis: Diagnosis) -> bool:
        """Until the sound has ended; False if other channels are shown by then."""
        self.report = diagnosis.report()
        while not self._stopping:
            if not self._looks_at_what_is_shown():
                return False
            ended = self._engine.ended.is_set()  # first: nothing is written afterwards
            before = self._position
            while self._position < history.written and not self._stopping:
                self._take_piece(history, diagnosis)
                self._stirred.wait(_BREATH_S)
            if ended and not self._stopping:
                diagnosis.finish()
            if ended or self._position > before:
                self.report = diagnosis.report()
            if ended:
                self.ended.set()
                return True
            self._stirred.wait(_LOOK_S)
        return True

    def _looks_at_what_is_shown(self) -> bool:
        feed = self._engine.feed
        return feed is None or set(_shown(feed)) <= set(self.channels)

    def _take_piece(self, history: SampleHistory, diagnosis: Diagnosis) -> None:
        stop = min(history.written, self._position + round(_PIECE_S * diagnosis.sr))
        gaps = history.gaps(self._position, stop)
        if gaps and gaps[0].start <= self._position:
            end = min(gaps[0].stop, stop)
            diagnosis.push_gap(end - self._position, gaps[0].cause)
            self._position = end
            return
        if gaps:
            stop = gaps[0].start
        span = history.read(self._position, stop)
        if span.start > self._position:
            diagnosis.push_gap(span.start - self._position)
        samples = span.samples
        if len(self.channels) < samples.shape[1]:
            samples = samples[:, np.array(self.channels) - 1]
        for _ in diagnosis.steps(samples):
            if len(self.channels) > _FEW_CHANNELS:
                self._stirred.wait(_BREATH_S)
        self._position = span.stop


def _shown(feed: Feed) -> tuple[int, ...]:
    """The channels that the lanes are made of, from the first lane on: at most as many as are
    looked at. Of a mean that is none in particular.
    """
    numbers = (number for channel in feed.channels for number in _of(channel))
    return tuple(dict.fromkeys(numbers))[:MOST_DIAGNOSED]


def _of(channel: Channel) -> tuple[int, ...]:
    if isinstance(channel, Difference):
        return channel.left, channel.right
    return () if channel is None else (channel,)


def _looked_at(feed: Feed, channels: int) -> tuple[int, ...]:
    """All, or eight of them."""
    first = dict.fromkeys((*_shown(feed), *range(1, channels + 1)))
    return tuple(sorted(tuple(first)[:MOST_DIAGNOSED]))
