"""The diagnoser: a thread that looks for what is wrong with the sound an engine keeps."""

import threading

from livemel.buffers.history import SampleHistory
from livemel.diagnosis.diagnosis import Diagnosis
from livemel.diagnosis.report import Report
from livemel.engine.engine import Engine

# Detectors take blocks of half a second: a look more often would find nothing new.
_LOOK_S = 0.25
# Read in one piece, in seconds: 8 ms of work for stereo.
_PIECE_S = 0.5
# Between two pieces, so that who paints need not wait for the interpreter.
_BREATH_S = 0.001


class Diagnoser:
    """Keeps a report of an engine's sound, all channels as they came, up to date.

    It reads the engine's history, at its own pace, as the recorder does: nothing is queued, and a
    busy computer makes reports late, not wrong. Sound that went before it could be read counts as
    lost on the way.

    report : None until the source is open; replaced as a whole, any thread may read it
    begin_s : the stream's time, in seconds, that it begins with
    ended : the sound has ended, and the report is the last
    """

    def __init__(self, engine: Engine) -> None:
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
            feed, history = self._engine.feed, self._engine.history
            if feed is not None and history is not None:
                form, self._position = feed.format, history.oldest
                self.begin_s = self._position / form.sr
                self._follow(history, Diagnosis(form.sr, form.channels, first=self._position))
                return
            self._stirred.wait(_LOOK_S)

    def _follow(self, history: SampleHistory, diagnosis: Diagnosis) -> None:
        self.report = diagnosis.report()
        while not self._stopping:
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
                return
            self._stirred.wait(_LOOK_S)

    def _take_piece(self, history: SampleHistory, diagnosis: Diagnosis) -> None:
        stop = min(history.written, self._position + round(_PIECE_S * diagnosis.sr))
        gaps = history.gaps(self._position, stop)
        if gaps and gaps[0].start <= self._position:
            end = min(gaps[0].stop, stop)
            diagnosis.push_gap(end - self._position)
            self._position = end
            return
        if gaps:
            stop = gaps[0].start
        span = history.read(self._position, stop)
        if span.start > self._position:
            diagnosis.push_gap(span.start - self._position)
        diagnosis.push(span.samples)
        self._position = span.stop
