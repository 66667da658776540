"""The recording that was asked for: begun, ended, and shown."""

from PySide6.QtCore import QObject

from livemel.config import RunConfig
from livemel.engine import Engine, Recordings
from livemel.engine.decks import Decks
from livemel.sources.base import SourceState
from livemel.ui.main_window import MainWindow


class Recording(QObject):
    """Begins what the command line asked for, begins and ends with R, ends with the sound, and
    tells the window how it goes. Runs on: the GUI thread; the files are written on another.
    """

    def __init__(self, window: MainWindow, decks: Decks, config: RunConfig) -> None:
        super().__init__(window)
        self._window, self._decks = window, decks
        self._to_record = config.record  # until it has begun
        self._must_succeed = config.record is not None
        self._said = ""  # of the one that goes on
        self.files = Recordings(config.record_bits)
        window.record_asked.connect(self._toggle)

    @property
    def is_awaited(self) -> bool:
        """Whether the command line asked for one that has not begun."""
        return self._to_record is not None

    def look(self) -> None:
        """Begin, end, and show. Call it some times a second."""
        shown, live = self._decks.shown.engine, self._decks.live
        if self._to_record is not None and shown.feed is not None:
            self.files.begin(shown, self._to_record, all_of_it=True)
            self._to_record = None
        ended = live is None or live.engine.status.state is SourceState.ENDED  # whatever is shown
        if ended and self._decks.next is None:
            self.files.end()
        records = self.files.status is not None
        for message in self.files.look():
            self._said = message
            self._window.banner.say(message)
        if records and self.files.status is None:
            if self.files.note:
                self._window.banner.take_back(self._said)  # it goes on no more
                self._window.banner.tell(self.files.note)  # the status line may be too narrow
            self._said = ""  # why it has ended stands, however well the next one goes
        self._window.show_recording(self.files.status, self.files.note)

    def follow(self, engine: Engine, device: str = "") -> None:
        """Another engine is heard from now on, or another device in the stream of the same one."""
        self.files.follow(engine, device)

    def end(self, patience_s: float = 0.0) -> bool:
        """End it; False if the disk takes longer than that for what was recorded."""
        self.files.end()
        return self.files.wait(patience_s)

    def failure(self) -> str:
        """Why the one that the command line asked for is not whole, or ""."""
        self.look()
        return self.files.failure if self._must_succeed else ""

    def _toggle(self) -> None:
        """R: begin, or end."""
        if self.files.status is not None:
            self.files.end()
        elif refusal := self.files.begin(self._decks.shown.engine):
            self._window.banner.refuse(refusal)
        self.look()
