"""OpeningFiles: files that were asked for, until it is known of each whether it opens."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QFontMetrics

from livemel.engine.decks import Deck, Decks, Failure
from livemel.errors import LivemelError
from livemel.settings import RecentFiles
from livemel.ui.banner import Banner
from livemel.ui.deck_text import summary
from livemel.ui.theme import UNIT

_BESIDE = 11 * UNIT  # px, of a banner: its margins, its sign and the button that closes it


class OpeningFiles:
    """In their order: files of which is not known yet whether they open. Those that do are recent
    files; the banner says which do not, and adds what fails later to what stands there. A file that
    plays goes on until it is there as a tab, which is hidden so long. Runs on: the GUI thread.
    """

    def __init__(self, decks: Decks, recent: RecentFiles, banner: Banner) -> None:
        self._decks, self._recent, self._banner = decks, recent, banner
        self._waiting: list[tuple[Path, Deck]] = []
        self._first: Deck | None = None  # of them, the one that was to be shown, and still is
        self._playing: tuple[Deck, Deck] | None = None  # a file, and the tab that it becomes
        self._wrong: list[Failure] = []  # that the banner names
        self._said = ""  # by it, and it stands there unless it was closed

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def tabs(self) -> list[Deck]:
        """All that is open, but for a tab whose file still plays."""
        hidden = None if self._playing is None else self._playing[1]
        return [deck for deck in self._decks.all if deck is not hidden]

    @property
    def wanted_tab(self) -> Deck | None:
        """Which of them was asked for and is not there yet."""
        wanted = self._decks.wanted
        if self._playing is not None and wanted is self._playing[1]:
            return self._playing[0]
        return wanted

    def open(self, names: Sequence[str]) -> Deck | None:
        """Have them opened as tabs, and a file that is playing with them. Returns the one to be
        shown; None where there is room for none.
        """
        live = self._decks.live
        playing = live if live is not None and live.request.is_file else None
        if playing is not None:
            names = [playing.request.name, *names]
        if not self._waiting or self._is_closed:
            self._wrong = []
        opening = self._open_all([Path(name) for name in names])
        self._say()
        if not opening:
            return None
        if playing is None or opening[0].path != playing.path:
            return opening[0]
        self._playing = playing, opening[0]
        return opening[min(1, len(opening) - 1)]

    def expect(self, deck: Deck) -> None:
        """It is to be shown as soon as it is there."""
        self._first = deck if deck.is_whole and deck.form is None else None

    def close(self, deck: Deck) -> None:
        """Close a tab; what plays in it does not come back as a file."""
        hidden = None if self._playing is None or deck is not self._playing[0] else self._playing[1]
        self._decks.close(deck)
        if hidden in self._decks.files and deck not in self._decks.all:
            self._decks.close(hidden)

    def look(self) -> None:
        """What has become of them."""
        if failures := self._decks.look():
            self._add(failures)
        self._look_at_first()
        self._look_at_waiting()
        self._look_at_playing()

    def _add(self, failures: list[Failure]) -> None:
        """To what the banner says, unless somebody has closed it or it says something else."""
        says_another = self._banner.standing != self._said
        if self._is_closed or (says_another and not self._waiting):
            self._wrong = []
        again = {failure.path for failure in failures}
        self._wrong = [failure for failure in self._wrong if failure.path not in again]
        self._wrong += failures
        self._say()

    def _say(self) -> None:
        self._banner.say(summary(self._wrong, self._fits))
        self._said = self._banner.standing

    @property
    def _is_closed(self) -> bool:
        """Whether nothing stands where something was said."""
        return bool(self._said) and not self._banner.standing

    def _fits(self, text: str) -> bool:
        """Into one line of the banner."""
        room = self._banner.window().width() - _BESIDE
        return QFontMetrics(self._banner.font()).horizontalAdvance(text) <= room

    def _open_all(self, paths: list[Path]) -> list[Deck]:
        """Those that there is room for; what is wrong with the others is kept to be said."""
        opening: list[Deck] = []
        for path in paths:
            try:
                deck, _ = self._decks.open_file(path)
            except LivemelError as error:
                self._wrong.append(Failure(path, str(error)))
                self._recent.remove(str(path))
            else:
                opening.append(deck)
                self._waiting.append((path, deck))
        return opening

    def _look_at_waiting(self) -> None:
        while self._waiting:
            path, deck = self._waiting[0]
            if deck.form is not None:
                self._recent.add(path)
            elif deck in self._decks.files:
                break
            elif deck.has_failed:
                self._recent.remove(str(path))
            self._waiting.pop(0)

    def _look_at_playing(self) -> None:
        if self._playing is None:
            return
        playing, tab = self._playing
        if tab not in self._decks.files or playing not in self._decks.all:
            self._playing = None
        elif tab.form is not None:
            self._playing = None
            self._decks.close(playing)

    def _look_at_first(self) -> None:
        """If what was to be shown does not open, the next one of those that came with it is."""
        decks, first = self._decks, self._first
        if first is None or (first in decks.files and first is decks.wanted):
            return
        self._first = None
        if not first.has_failed or first in decks.files or decks.next is not None:
            return  # it is there, or something else was chosen meanwhile
        opening = [deck for _, deck in self._waiting]
        after = opening[opening.index(first) + 1 :] if first in opening else []
        if after := [deck for deck in after if deck in decks.files]:
            self._first = after[0]
            decks.show(after[0])
