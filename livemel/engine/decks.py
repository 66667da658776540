"""What is open: one source in real time, files that are there as a whole, and what is shown."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from livemel.channel import Lanes
from livemel.config import MOST_FILES
from livemel.dsp.frontend import FrontEnd
from livemel.engine.engine import Engine
from livemel.errors import LivemelError, ParameterError, SourceError, one_line
from livemel.sources.base import Source, SourceFormat, SourceState
from livemel.sources.late import LateSource
from livemel.sources.opening import SourceRequest, open_source

# Of a file's columns, where the history that was asked for is not longer: 21 minutes of 128 bands.
_MOST_COLUMN_BYTES = 64 << 20
# Of sound, samples in each channel: speech at 6 kbit/s. Only silence takes less room than that.
_MOST_A_BYTE = 64

Prepare = Callable[[Source, SourceRequest], None]


class Failure(NamedTuple):
    """What is wrong with a file, in a line that names it as `path` does."""

    path: Path
    reason: str


class Deck:
    """An open source with the engine that computes it. The engine of a file is replaced whenever
    its columns are to be others: a file is read anew, from its beginning.

    made_by : what decided the engine's columns, as Decks knows it
    """

    def __init__(
        self, engine: Engine, request: SourceRequest, made_by: tuple[int, int, Lanes]
    ) -> None:
        self.engine = engine
        self.request = request
        self.lanes: Lanes = request.heard_lanes  # that were chosen last
        self.coming: Engine | None = None  # will replace the engine once it has all columns
        self.made_by = made_by

    @property
    def is_whole(self) -> bool:
        """Whether it is a file that is there at once, rather than a source in real time."""
        return self.request.at_once

    @property
    def path(self) -> Path:
        """Of a file."""
        return Path(self.request.name)

    @property
    def form(self) -> SourceFormat | None:
        """Of a file; None until it is open, and where it cannot be opened."""
        return _form(self.engine.source)

    @property
    def is_opening(self) -> bool:
        """Whether it is a whole file of which is not known yet whether it opens."""
        return self.is_whole and not self.has_failed and self.form is None

    @property
    def seconds(self) -> float:
        """How long a file is. Until that is known: what its header claims, as far as so many bytes
        can hold sound.
        """
        form = self.form
        if form is None:
            return 0.0
        if self.engine.ended.is_set():
            return float(self.engine.stats()["samples"] / form.sr)
        return min(form.frames, _MOST_A_BYTE * form.bytes) / form.sr

    @property
    def has_failed(self) -> bool:
        """Whether there is nothing to show of it, and will not be."""
        return self.engine.status.state is SourceState.FAILED

    @property
    def is_ready(self) -> bool:
        """Whether it can be shown: a file with all its columns, a source once it is open or not."""
        if self.coming is not None:
            return False
        if self.is_whole:
            return self.engine.ended.is_set() and not self.has_failed
        return self.engine.feed is not None or self.has_failed


class Decks:
    """At most one source in real time and eight whole files, which share one sample rate: the
    highest of theirs. One is shown, and another may be beside it. Which is asked for and not there
    yet is shown once it is. Files are read one after the other, those first that are waited for:
    eight at once would leave the window no time. They are opened at once, each on a thread of its
    own: until then they are decks that have nothing to show, and those that do not open are closed
    again, in their order.

    build : sr of a source in Hz → the front-end; called on engine threads
    history_s : seconds of a source in real time to keep
    Runs on: the GUI thread; nothing of it waits, but for stop().
    """

    def __init__(self, build: Callable[[int], FrontEnd], history_s: float) -> None:
        self._build = build
        self._history_s = history_s
        self._turn = 0  # how often the front-end has changed
        self.live: Deck | None = None
        self.files: list[Deck] = []
        self.next: Deck | None = None  # a source in real time that was chosen last
        self.wanted: Deck | None = None  # a deck that was chosen last and is not ready
        self.beside: Deck | None = None  # a file, right of the shown one
        self._shown: Deck | None = None
        self._unread: list[Engine] = []  # of files whose turn has not come
        self._reading: Engine | None = None

    @property
    def shown(self) -> Deck:
        """The one on the screen. There is one from the beginning on."""
        assert self._shown is not None
        return self._shown

    @property
    def all(self) -> list[Deck]:
        """From left to right."""
        return [*([] if self.live is None else [self.live]), *self.files]

    @property
    def files_sr(self) -> int:
        """The rate that all files are computed at, in Hz, unless the front-end has its own."""
        forms = (deck.form for deck in self.files)
        return max((form.sr for form in forms if form is not None), default=0)

    def begin(self, source: Source, request: SourceRequest) -> None:
        """The first source, which has been started; it is shown."""
        if request.at_once:
            self._shown = self._add_file(source, request)
            self._reading = self._shown.engine
            self._unread = []
        else:
            self._shown = self.live = self._start(source, request)

    def switch(self, request: SourceRequest, prepare: Prepare = lambda *_: None) -> Deck:
        """Open another source in real time, which becomes `next`.

        prepare : called before it is started; for a file on a thread of its own
        Raises LivemelError where it can be told at once, which leaves everything as it was.
        """
        source = _open(request, prepare)
        try:
            source.start()
        except BaseException:
            source.stop()
            raise
        self.abandon_next()
        self.wanted = None
        self.next = self._start(source, request)
        return self.next

    def abandon_next(self) -> None:
        """The source that was chosen is not wanted any more."""
        if self.next is not None:
            self._retire(self.next.engine)
            self.next = None

    def take_next(self) -> None:
        """The source that was chosen replaces the one in real time, and is shown."""
        assert self.next is not None
        if self.live is not None:
            self._retire(self.live.engine)
        self._shown = self.live = self.next
        self.next = None

    def open_file(self, path: Path) -> tuple[Deck, bool]:
        """A file as a whole, and whether it is new: one that is open already stays as it is. A new
        one is being opened.

        Raises SourceError if it is one too many.
        """
        for deck in self.files:
            if _same(deck.path, path):
                return deck, False
        if len(self.files) >= MOST_FILES:
            raise SourceError(f"{path.name} is one too many: {MOST_FILES} files can be open")
        request = SourceRequest(name=str(path), at_once=True)
        return self._add_file(_open(request), request), True

    def show(self, deck: Deck) -> None:
        """Show a deck as soon as it is ready."""
        self.abandon_next()
        self.freshen(deck)
        self.wanted = deck
        self._take_wanted()

    def close(self, deck: Deck) -> None:
        """Let go of a deck. If it was the shown one its neighbour is shown; the last one stays, and
        so does the last one that has been opened.
        """
        at = self.all.index(deck)
        left, right = (
            [other for other in part if not other.is_whole or other.form is not None]
            for part in (self.all[:at], self.all[at + 1 :])
        )
        if not left and not right:
            return
        if deck is self._shown:
            self._shown = left[-1] if left else right[0]
            self.freshen(self._shown)
        if deck is self.wanted:
            self.wanted = None
        if self.beside in (deck, self._shown):
            self.beside = None
        if deck is self.live:
            self.live = None
        else:
            self.files.remove(deck)
        for engine in (deck.engine, deck.coming):
            if engine is not None:
                self._retire(engine)

    def change(self, *, live: bool = True) -> None:
        """The front-end is another one: a source in real time goes on with it unless it has ended,
        and what is shown of files is computed anew; the others follow when they are shown.

        live : False where the source in real time has it already
        """
        self._turn += 1
        deck = self.live
        if deck is not None and deck.engine.status.state is not SourceState.ENDED:
            deck.made_by = self._made_by(deck)
            if live:
                deck.engine.change(self._build, deck.lanes)

    def focus(self, lanes: Lanes) -> None:
        """Of the shown source's lanes, which stay the same, another one comes first."""
        deck = self.shown
        stale = self.is_stale(deck)
        deck.lanes = lanes
        if not stale:
            deck.made_by = self._made_by(deck)

    def is_stale(self, deck: Deck) -> bool:
        """Whether it has the columns of another front-end or channel, or a file of another rate."""
        turn, sr, lanes = deck.made_by
        if deck.is_whole and (form := deck.form) is not None:
            sr = max(sr, form.sr)  # which was not known when it was begun
        return (turn, sr, lanes) != self._made_by(deck)

    def freshen(self, deck: Deck) -> None:
        """Compute a file anew if it is stale."""
        if not deck.is_whole or deck.form is None or not self.is_stale(deck):
            return
        deck.made_by = self._made_by(deck)
        if deck.coming is not None:
            self._retire(deck.coming)
        deck.coming = self._file_engine(_open(deck.request), deck.lanes)

    def look(self) -> list[Failure]:
        """Take over what has become ready, and compute anew what is shown and stale.

        Returns what there is to say: why files that failed are closed, and the like.
        """
        for shown in (self._shown, self.beside):
            if shown is not None:
                self.freshen(shown)
        said: list[Failure] = []
        an_earlier_opens = False  # whose failure is told first
        for deck in list(self.files):
            an_earlier_opens |= deck.is_opening
            if deck.coming is not None and deck.coming.ended.is_set():
                if deck.coming.status.state is SourceState.FAILED:
                    stays = "" if _form(deck.coming.source) else ": what was computed of it stays"
                    said.append(Failure(deck.path, f"{deck.coming.status.reason}{stays}"))
                    self._retire(deck.coming)
                else:
                    self._retire(deck.engine)
                    deck.engine = deck.coming
                deck.coming = None
            elif deck.has_failed and len(self.all) > 1 and not an_earlier_opens:
                said.append(Failure(deck.path, deck.engine.status.reason))
                self.close(deck)
        self._take_wanted()
        return said

    def stop(self) -> None:
        """Stop everything, and wait for that."""
        for deck in self.all:
            for engine in (deck.engine, deck.coming):
                if engine is not None:
                    engine.stop()
        self.abandon_next()

    def _take_wanted(self) -> None:
        """Show what was chosen last if it is ready, and have read what is waited for."""
        if self.wanted is not None and self.wanted.is_ready:
            self._shown, self.wanted = self.wanted, None
        self._read_next()

    def _add_file(self, source: Source, request: SourceRequest) -> Deck:
        lanes = request.heard_lanes
        made_by = (self._turn, self.files_sr, lanes)
        deck = Deck(self._file_engine(source, lanes), request, made_by)
        self.files.append(deck)
        return deck

    def _made_by(self, deck: Deck) -> tuple[int, int, Lanes]:
        """What decides the columns: the front-end, and of files the rate in Hz and the channels.
        Another channel of live sound is the engine's to change.
        """
        return (self._turn, self.files_sr, deck.lanes) if deck.is_whole else (self._turn, 0, ())

    def _file_engine(self, source: Source, lanes: Lanes) -> Engine:
        """An engine that keeps all columns of a file, unless those are too many."""
        files_sr = self.files_sr

        def build(sr: int) -> FrontEnd:
            return self._build(max(files_sr, sr))

        def history_s(form: SourceFormat) -> float:
            """Runs on: the engine thread."""
            try:
                frontend = build(form.sr)
                bytes_a_second = frontend.n_rows * 4 * frontend.columns_per_s
                most_s = max(self._history_s, _MOST_COLUMN_BYTES / bytes_a_second)
            except ParameterError:  # the engine will say so
                most_s = self._history_s
            return min(form.frames / form.sr + 1.0, most_s)

        engine = Engine(source, build, channels=lanes, history_s=history_s)
        engine.start()
        self._unread.append(engine)
        return engine

    def _read_next(self) -> None:
        """Begin to read a file that is open, if none is being read: one that is waited for, or the
        first.
        """
        if self._reading is not None and not self._reading.ended.is_set():
            return
        unread = [engine for engine in self._unread if _form(engine.source) is not None]
        if not unread:
            return
        first = [deck for deck in (self.wanted, self._shown, self.beside) if deck is not None]
        engines = [engine for deck in first for engine in (deck.coming, deck.engine)]
        urgent = [engine for engine in engines if engine in unread]
        self._reading = (urgent or unread)[0]
        self._unread.remove(self._reading)
        self._reading.source.start()

    def _start(self, source: Source, request: SourceRequest) -> Deck:
        engine = Engine(
            source, self._build, channels=request.heard_lanes, history_s=self._history_s
        )
        engine.start()
        return Deck(engine, request, (self._turn, 0, ()))

    def _retire(self, engine: Engine) -> None:
        """Stop an engine in the background: a hanging sound server must not hold the window."""
        if engine in self._unread:
            self._unread.remove(engine)
        if engine is self._reading:
            self._reading = None
        threading.Thread(target=engine.stop, name="livemel-retire").start()


def _open(request: SourceRequest, prepare: Prepare = lambda *_: None) -> Source:
    """The source, prepared but not started; of a file one that is still to open. Raises as
    open_source where it is no file.
    """

    def opened() -> Source:
        source = open_source(request)
        try:
            prepare(source, request)
        except BaseException:
            source.stop()
            raise
        return source

    return LateSource(one_line(Path(request.name).name), opened) if request.is_file else opened()


def _form(source: Source) -> SourceFormat | None:
    """Of a file; None until it is open, and where it cannot be opened."""
    try:
        return source.wait_open(0)
    except LivemelError:
        return None


def _same(one: Path, other: Path) -> bool:
    return one == other or one.absolute() == other.absolute()
