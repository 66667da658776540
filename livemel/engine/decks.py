"""What is open: one source in real time, files that are there as a whole, and what is shown."""

import threading
from collections.abc import Callable
from pathlib import Path

from livemel.channel import Lanes
from livemel.config import MOST_FILES
from livemel.dsp.frontend import FrontEnd
from livemel.engine.engine import Engine
from livemel.errors import LivemelError, ParameterError, SourceError
from livemel.sources.base import Source, SourceState
from livemel.sources.opening import SourceRequest, open_source

# Of a file's columns, where the history that was asked for is not longer: 21 minutes of 128 bands.
_MOST_COLUMN_BYTES = 64 << 20


class Deck:
    """An open source with the engine that computes it. The engine of a file is replaced whenever
    its columns are to be others: a file is read anew, from its beginning.
    """

    def __init__(self, engine: Engine, request: SourceRequest, made_by: object) -> None:
        self.engine = engine
        self.request = request
        self.lanes: Lanes = request.heard_lanes  # that were chosen last
        self.coming: Engine | None = None  # will replace the engine once it has all columns
        self.made_by = made_by  # what decided the engine's columns

    @property
    def is_whole(self) -> bool:
        """Whether it is a file that is there at once, rather than a source in real time."""
        return self.request.at_once

    @property
    def path(self) -> Path:
        """Of a file."""
        return Path(self.request.name)

    @property
    def seconds(self) -> float:
        """How long a file is: by its header, until it is known."""
        form = self.engine.source.wait_open(0)
        if form is None:
            return 0.0
        is_read = self.engine.ended.is_set()
        return (self.engine.stats()["samples"] if is_read else form.frames) / form.sr

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
            return self.engine.ended.is_set()
        return self.engine.feed is not None or self.has_failed


class Decks:
    """At most one source in real time and eight whole files, which share one sample rate: the
    highest of theirs. One is shown, and another may be beside it. Which is asked for and not there
    yet is shown once it is. Files are read one after the other, those first that are waited for:
    eight at once would leave the window no time.

    build : sr of a source in Hz → the front-end; called on engine threads
    history_s : seconds of a source in real time to keep
    Runs on: the GUI thread; nothing of it waits.
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
        return max((_sr(deck.engine.source) for deck in self.files), default=0)

    def begin(self, source: Source, request: SourceRequest) -> None:
        """The first source, which has been started; it is shown."""
        if request.at_once:
            self._shown = self._add_file(source, request)
            self._reading = self._shown.engine
            self._unread = []
        else:
            self._shown = self.live = self._start(source, request)

    def switch(
        self,
        request: SourceRequest,
        prepare: Callable[[Source, SourceRequest], None] = lambda *_: None,
    ) -> Deck:
        """Open another source in real time, which becomes `next`. Raises LivemelError.

        prepare : called before it is started
        """
        source = open_source(request)
        prepare(source, request)
        source.start()
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
        """A file as a whole, and whether it is new: one that is open already stays as it is.

        Raises LivemelError if it is no sound file, or one too many.
        """
        for deck in self.files:
            if _same(deck.path, path):
                return deck, False
        if len(self.files) >= MOST_FILES:
            raise SourceError(f"{path.name} is one too many: {MOST_FILES} files can be open")
        request = SourceRequest(name=str(path), at_once=True)
        deck = self._add_file(open_source(request), request)
        self._read_next()
        return deck, True

    def show(self, deck: Deck) -> None:
        """Show a deck as soon as it is ready."""
        self.abandon_next()
        self.freshen(deck)
        self.wanted = deck
        self.look()

    def close(self, deck: Deck) -> None:
        """Let go of a deck. If it was the shown one its neighbour is shown; the last one stays."""
        if len(self.all) < 2:
            return
        if deck is self._shown:
            at = self.all.index(deck)
            self._shown = (self.all[:at] + self.all[at + 1 :])[max(0, at - 1)]
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
        return deck.made_by != self._made_by(deck)

    def freshen(self, deck: Deck) -> str:
        """Compute a file anew if it is stale. Returns why that cannot be, or ""."""
        if not (deck.is_whole and self.is_stale(deck)):
            return ""
        deck.made_by = self._made_by(deck)
        try:
            source = open_source(deck.request)
        except LivemelError as error:
            return f"{error}: what was computed of it stays"
        if deck.coming is not None:
            self._retire(deck.coming)
        deck.coming = self._file_engine(source, deck.lanes, self.files_sr)
        self._read_next()
        return ""

    def look(self) -> list[str]:
        """Take over what has become ready, and compute anew what is shown and stale.

        Returns what there is to say: why files that failed are closed, and the like.
        """
        said = [self.freshen(deck) for deck in (self._shown, self.beside) if deck is not None]
        for deck in list(self.files):
            if deck.coming is not None and deck.coming.ended.is_set():
                if deck.coming.status.state is SourceState.FAILED:
                    said.append(deck.coming.status.reason)
                    self._retire(deck.coming)
                else:
                    self._retire(deck.engine)
                    deck.engine = deck.coming
                deck.coming = None
            elif deck.has_failed and len(self.all) > 1:
                said.append(deck.engine.status.reason)
                self.close(deck)
        if self.wanted is not None and self.wanted.is_ready:
            self._shown, self.wanted = self.wanted, None
        self._read_next()
        return [line for line in said if line]

    def stop(self) -> None:
        """Stop everything, and wait for that."""
        for deck in self.all:
            for engine in (deck.engine, deck.coming):
                if engine is not None:
                    engine.stop()
        self.abandon_next()

    def _add_file(self, source: Source, request: SourceRequest) -> Deck:
        sr = max(self.files_sr, _sr(source))
        deck = Deck(self._file_engine(source, request.heard_lanes, sr), request, None)
        self.files.append(deck)
        deck.made_by = self._made_by(deck)
        return deck

    def _made_by(self, deck: Deck) -> object:
        """What decides the columns. Another channel of live sound is the engine's to change."""
        return (self._turn, self.files_sr, deck.lanes) if deck.is_whole else self._turn

    def _file_engine(self, source: Source, lanes: Lanes, files_sr: int) -> Engine:
        """An engine that keeps all columns of a file, unless those are too many."""
        form = source.wait_open(0)
        assert form is not None
        try:
            frontend = self._build(files_sr)
            bytes_a_second = frontend.n_rows * 4 * frontend.columns_per_s
            most_s = max(self._history_s, _MOST_COLUMN_BYTES / bytes_a_second)
        except ParameterError:  # the engine will say so
            most_s = self._history_s
        engine = Engine(
            source,
            lambda _sr: self._build(files_sr),
            channels=lanes,
            history_s=min(form.frames / form.sr + 1.0, most_s),
        )
        engine.start()
        self._unread.append(engine)
        return engine

    def _read_next(self) -> None:
        """Begin to read a file, if none is being read: one that is waited for, or the first."""
        if not self._unread or (self._reading is not None and not self._reading.ended.is_set()):
            return
        first = [deck for deck in (self.wanted, self._shown, self.beside) if deck is not None]
        engines = [engine for deck in first for engine in (deck.coming, deck.engine)]
        urgent = [engine for engine in engines if engine in self._unread]
        self._reading = (urgent or self._unread)[0]
        self._unread.remove(self._reading)
        self._reading.source.start()

    def _start(self, source: Source, request: SourceRequest) -> Deck:
        engine = Engine(
            source, self._build, channels=request.heard_lanes, history_s=self._history_s
        )
        engine.start()
        return Deck(engine, request, self._turn)

    def _retire(self, engine: Engine) -> None:
        """Stop an engine in the background: a hanging sound server must not hold the window."""
        if engine in self._unread:
            self._unread.remove(engine)
        if engine is self._reading:
            self._reading = None
        threading.Thread(target=engine.stop, name="livemel-retire").start()


def _sr(source: Source) -> int:
    """Of a file, which is open from the beginning on."""
    form = source.wait_open(0)
    return 0 if form is None else form.sr


def _same(one: Path, other: Path) -> bool:
    return one == other or one.absolute() == other.absolute()
