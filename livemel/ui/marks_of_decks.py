"""Marks belong to the sound that they were made in."""

from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject

from livemel.engine.decks import Deck, Decks
from livemel.ui.main_window import MainWindow
from livemel.ui.marks import Marks


class MarksOfDecks(QObject):
    """Whenever another deck comes to the screen: its marks as they were left, and none on a sound
    that is new. A file has them for the session, as a tab or playing: its times are the same.
    """

    def __init__(self, window: MainWindow, decks: Decks) -> None:
        super().__init__(window)
        self._window, self._decks = window, decks
        self._of_files: dict[str, Marks] = {}
        self._of_live: WeakKeyDictionary[Deck, Marks] = WeakKeyDictionary()
        self._deck: Deck | None = None  # whose marks are shown
        window.feed_shown.connect(self._on_feed)

    def _on_feed(self) -> None:
        engine, image, before = self._window.engine, self._window.plot.image, self._deck
        deck = next((deck for deck in self._decks.all if deck.engine is engine), None)
        if deck is None or deck is before:
            return
        self._deck = deck
        if before is not None:
            self._keep(before, image.marks)
            image.marks = self._kept(deck)

    def _keep(self, deck: Deck, marks: Marks) -> None:
        if deck.request.is_file:
            self._of_files[deck.request.name] = marks
        else:
            self._of_live[deck] = marks

    def _kept(self, deck: Deck) -> Marks:
        if deck.request.is_file:
            return self._of_files.get(deck.request.name, Marks())
        return self._of_live.get(deck, Marks())
