"""Files: how they are opened, the tabs they become, and two of them side by side."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from weakref import ReferenceType, ref

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from livemel.config import SPAN_S, RunConfig
from livemel.engine import Feed
from livemel.engine.decks import Deck, Decks
from livemel.sources.opening import SUFFIXES
from livemel.ui.actions import add_action
from livemel.ui.deck_text import coming_text, name_of, tab_of
from livemel.ui.drop_target import DropTarget
from livemel.ui.main_window import MainWindow
from livemel.ui.marks_of_decks import MarksOfDecks
from livemel.ui.opening_files import OpeningFiles
from livemel.ui.side_by_side import SideBySide
from livemel.ui.whole import whole_feed
from livemel.ui.words import mark

_SOUND_FILES = " ".join(f"*{suffix}" for suffix in SUFFIXES)
_OPEN_POLL_S = 0.1
_GROUP = mark("Groups", "Files")


class Files(QObject):
    """Opens files into decks and shows these as tabs. All whole files share one span and one right
    edge, counted from each one's beginning, so that going from tab to tab compares them as well.

    file_chosen : a single file, while none is there as a tab: it plays as a source does
    """

    file_chosen = Signal(str)

    def __init__(self, window: MainWindow, decks: Decks) -> None:
        super().__init__(window)
        self._window, self._decks = window, decks
        self._image = window.plot.image
        self._side = SideBySide(window.plot)
        self._marks = MarksOfDecks(window, decks)
        # Of all whole files; and the span of what runs, to return to.
        self._span_s = self._right_s = self._running_span_s = window.plot.image.span_s
        self._reach_s = 0.0  # how long the longest is
        self._fitted = (0.0, 0.0)  # span and right edge, as they were put last
        self._lengths: dict[Deck, float] = {}  # of what is open, in seconds, as it was fitted
        self._on_files = self._is_placing = False
        self._placed: ReferenceType[Feed] | None = None
        self._folder = ""  # that files were opened from last
        self._exact: tuple[Feed, Feed] | None = None  # B's, and what it is normalised
        self._opening = OpeningFiles(decks, window.recent, window.banner)
        drop = DropTarget(window)
        drop.dropped.connect(self.open)
        drop.refused.connect(window.banner.say)
        window.controls.source.file_wanted.connect(self.ask)
        window.recent_menu.chosen.connect(lambda path: self.open([path]))
        window.tabs.chosen.connect(lambda at: self._show(self._tabs[at]))
        window.tabs.close_wanted.connect(lambda at: self.close(self._tabs[at]))
        window.tabs.beside_wanted.connect(lambda at: self._put_beside(self._tabs[at]))
        window.plot.image.changed.connect(self._place)
        self._add_actions()

    @property
    def is_side_by_side(self) -> bool:
        return self._side.is_shown

    @property
    def note(self) -> str:
        """What is waited for; else what is not shown of the file that is."""
        if self._decks.wanted is not None:
            return coming_text(self._decks.wanted)
        deck = self._decks.shown
        feed = deck.engine.feed
        if not deck.is_whole or feed is None or feed.columns.oldest == 0:
            return ""
        kept_s = (feed.columns.written - feed.columns.oldest) / feed.frontend.columns_per_s
        return self.tr("its last {:.0f} s are kept: --history S keeps more").format(kept_s)

    def open(self, names: list[str]) -> None:
        """One file becomes the source, several become tabs, and so does one beside them. Which of
        them open is known at a later look.
        """
        if len(names) == 1 and not self._decks.files:
            self.file_chosen.emit(names[0])
        elif first := self._opening.open(names):
            self._show(first)

    def open_first(self, config: RunConfig) -> None:
        """What the command line names: its first one is there already. Waits until they are open:
        there is no window yet. Raises LivemelError.
        """
        if config.source.is_file:
            self._window.recent.add(Path(config.source.name))
        if not config.files:
            return
        opening = [self._decks.open_file(path)[0] for path in config.files]
        for path, deck in zip(config.files, opening, strict=True):
            while deck.engine.source.wait_open(_OPEN_POLL_S) is None:
                pass
            self._window.recent.add(path)
        self._fit_all()
        if config.side_by_side:
            self.toggle_side_by_side()

    def ask(self) -> None:
        """Let a person choose files."""
        kinds = self.tr("Sound files") + f" ({_SOUND_FILES})"
        dialog = QFileDialog(self._window, self.tr("Open sound files"), self._folder, kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setOption(QFileDialog.Option.HideNameFilterDetails)  # too many for the line
        dialog.filesSelected.connect(self._on_selected)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_selected(self, names: list[str]) -> None:
        self._folder = str(Path(names[0]).parent)
        self.open(names)

    def close(self, deck: Deck) -> None:
        """Close a tab; the window's last one stays."""
        self._opening.close(deck)
        self.look()

    def look(self) -> None:
        """What has become ready meanwhile, and the row of tabs as it is now."""
        decks = self._decks
        self._opening.look()
        self._fit_all()
        self._show_tabs()
        if decks.shown.is_whole and decks.beside is not None:
            shown = decks.shown
            self._side.show(self._beside_feed(decks.beside), name_of(shown), name_of(decks.beside))
        else:
            decks.beside = self._exact = None
            self._side.hide()
        if not decks.files:
            self._reach_s = 0.0

    def toggle_side_by_side(self) -> None:
        """B: the next tab's file right of this one's, or this one alone again."""
        decks = self._decks
        if decks.beside is not None:
            decks.beside = None
        elif not decks.shown.is_whole or len(decks.files) < 2:
            self._window.banner.refuse(self._why_not_side_by_side())
        else:
            at = decks.files.index(decks.shown)
            decks.beside = decks.files[(at + 1) % len(decks.files)]
        self.look()

    def swap(self) -> None:
        """B becomes A, and A becomes B."""
        if self._decks.beside is not None:
            self._show(self._decks.beside)

    def _why_not_side_by_side(self) -> str:
        files, wanted = self._decks.files, self._decks.wanted
        opening = [deck for deck in files if deck is wanted or deck.is_opening]
        if len(files) < 2 or not opening:
            return self.tr("two files are compared side by side: open several at once")
        first = wanted if wanted in opening else opening[0]
        still = self.tr("still opening {}: files are compared side by side once they are open")
        return still.format(name_of(first))

    @property
    def _tabs(self) -> list[Deck]:
        return self._opening.tabs

    def _show_tabs(self) -> None:
        """The row of tabs as it is now."""
        decks, tabs, wanted = self._decks, self._tabs, self._opening.wanted_tab
        told = tuple(tab_of(deck, decks.files) for deck in tabs)
        at = None if wanted is None else tabs.index(wanted)
        self._window.tabs.show_tabs(told, tabs.index(decks.shown), at)

    def _show(self, deck: Deck) -> None:
        """The tab of B exchanges the two."""
        decks = self._decks
        if deck is decks.beside and decks.shown.is_whole:
            decks.beside = decks.shown
        self._opening.expect(deck)
        decks.show(deck)
        self.look()

    def _put_beside(self, deck: Deck) -> None:
        if self._decks.shown.is_whole:
            self._decks.beside = deck
        elif other := [file for file in self._decks.files if file is not deck]:
            self._decks.beside = deck
            self._show(other[0])
        self.look()

    def _step(self, by: int) -> None:
        tabs = self._tabs
        at = tabs.index(self._opening.wanted_tab or self._decks.shown)
        self._show(tabs[(at + by) % len(tabs)])

    def _fit_all(self) -> None:
        """Show all of each file that is open: the longest fills the width, by its true length as
        soon as that is known. Where a person has moved to meanwhile stays, if there is sound.
        """
        before = self._lengths
        self._lengths = {deck: deck.seconds for deck in self._decks.files if deck.form is not None}
        if self._lengths.items() <= before.items():
            return  # none came; where one has gone the view stays
        longest_s = max(self._lengths.values())
        if longest_s == self._reach_s:
            return  # nothing longer came: the view stays
        self._reach_s, self._placed = longest_s, None
        has_moved = (self._span_s, self._right_s) != self._fitted
        if self._lengths.keys() - before.keys() or not has_moved or self._right_s > longest_s:
            self._span_s = min(max(longest_s, SPAN_S[0]), SPAN_S[1])
            self._right_s = longest_s
            self._fitted = self._span_s, self._right_s
        self._place()

    def _place(self) -> None:
        """A file that has just come is put to where all whole files are; where one is moved to,
        they are from then on.
        """
        image, is_whole = self._image, self._decks.shown.is_whole
        if self._is_placing:
            return
        if not is_whole and self._on_files:
            self._on_files, image.reach_s = False, 0.0
            self._put(self._running_span_s)
        if not (is_whole and image.has_ended):
            return
        if image.feed is not None and (self._placed is None or image.feed is not self._placed()):
            self._placed = ref(image.feed)
            if not self._on_files:
                self._on_files, self._running_span_s = True, image.span_s
            image.reach_s = self._reach_s
            self._put(self._span_s, self._right_s)
        elif image.view is not None:
            self._span_s = image.span_s
            self._right_s = image.edge_s

    def _put(self, span_s: float, right_s: float | None = None) -> None:
        self._is_placing = True
        image = self._image
        image.set_viewport(replace(image.viewport, span_s=span_s, right_s=right_s))
        self._is_placing = False

    def _beside_feed(self, deck: Deck) -> Feed | None:
        """B's columns; of a picture that stands, where the statistic of the whole is wanted."""
        feed = deck.engine.feed
        if feed is None or not deck.engine.ended.is_set():
            return None
        wanted = self._window.choice.build(feed.frontend.sr)
        if wanted.normalise != "exact" or wanted.representation != "mel":
            self._exact = None
            return feed
        if self._exact is None or self._exact[0] is not feed:
            self._exact = feed, whole_feed(feed, feed.columns.written, wanted)
        return self._exact[1]

    def _add_actions(self) -> None:
        window = self._window
        rows: tuple[tuple[str, str, str, Callable[[], object]], ...] = (
            (self.tr("Open …"), "Ctrl+O", self.tr("Open sound files; several become tabs"),
             self.ask),
            (self.tr("Next tab"), "Ctrl+Tab", self.tr("Show the file of the next tab"),
             lambda: self._step(1)),
            (self.tr("Previous tab"), "Ctrl+Shift+Tab", self.tr("Show the file of the tab before"),
             lambda: self._step(-1)),
            (self.tr("Close tab"), "Ctrl+W", self.tr("Close the tab that is shown"),
             lambda: self.close(self._decks.shown)),
            (self.tr("Side by side"), "B", self.tr("Show the next tab's file right of this one's"),
             self.toggle_side_by_side),
            (self.tr("Swap A and B"), "Shift+B", self.tr("Exchange the two files side by side"),
             self.swap),
        )  # fmt: skip
        submenu = window.files_menu
        for text, keys, tip, act in rows:
            add_action(window, submenu, _GROUP, text, keys, tip, act)
        submenu.insertMenu(submenu.actions()[1], window.recent_menu)
