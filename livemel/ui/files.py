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
from livemel.errors import LivemelError, one_line
from livemel.sources.opening import SUFFIXES
from livemel.ui.actions import add_action
from livemel.ui.drop_target import DropTarget
from livemel.ui.main_window import MainWindow
from livemel.ui.marks_of_decks import MarksOfDecks
from livemel.ui.side_by_side import SideBySide
from livemel.ui.whole import whole_feed
from livemel.ui.words import mark, translate

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
        # In their order: names of which is not known yet whether they open, and what they become.
        self._opening: list[tuple[Path, Deck]] = []
        self._first: Deck | None = None  # of them, the one that was to be shown, and still is
        self._playing: tuple[Deck, Deck] | None = None  # a file, and the tab that it becomes
        self._wrong: list[str] = []  # that was said since none was being opened
        drop = DropTarget(window)
        drop.dropped.connect(self.open)
        drop.refused.connect(window.banner.say)
        window.controls.source.file_wanted.connect(self.ask)
        window.recent_menu.chosen.connect(lambda path: self.open([path]))
        window.tabs.chosen.connect(lambda at: self._show(decks.all[at]))
        window.tabs.close_wanted.connect(lambda at: self.close(decks.all[at]))
        window.tabs.beside_wanted.connect(lambda at: self._put_beside(decks.all[at]))
        window.plot.image.changed.connect(self._place)
        self._add_actions()

    @property
    def is_side_by_side(self) -> bool:
        return self._side.is_shown

    @property
    def note(self) -> str:
        """What is not shown of the file that is."""
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
        decks = self._decks
        if len(names) == 1 and not decks.files:
            self.file_chosen.emit(names[0])
            return
        # A file that is playing is one of them.
        live = decks.live
        playing = live if live is not None and live.request.is_file else None
        if playing is not None:
            names = [playing.request.name, *names]
        opening, self._wrong = self._open_all([Path(name) for name in names])
        self._window.banner.say(_summary(self._wrong))
        if not opening:
            return
        first = opening[0]
        if playing is not None and first.path == playing.path:
            self._playing = playing, first
            first = opening[min(1, len(opening) - 1)]
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
        dialog.filesSelected.connect(self._on_selected)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_selected(self, names: list[str]) -> None:
        self._folder = str(Path(names[0]).parent)
        self.open(names)

    def close(self, deck: Deck) -> None:
        """Close a tab; the window's last one stays."""
        self._decks.close(deck)
        self.look()

    def look(self) -> None:
        """What has become ready meanwhile, and the row of tabs as it is now."""
        decks = self._decks
        if said := decks.look():
            self._wrong += said
            self._window.banner.say(_summary(self._wrong))
        self._look_at_first()
        self._look_at_opening()
        self._fit_all()
        tabs = tuple(_tab(deck, decks.files) for deck in decks.all)
        self._window.tabs.show_tabs(tabs, decks.all.index(decks.shown))
        if decks.shown.is_whole and decks.beside is not None:
            shown = decks.shown
            self._side.show(self._beside_feed(decks.beside), _name(shown), _name(decks.beside))
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
            self._window.banner.refuse(
                self.tr("two files are compared side by side: open several at once")
            )
        else:
            at = decks.files.index(decks.shown)
            decks.beside = decks.files[(at + 1) % len(decks.files)]
        self.look()

    def swap(self) -> None:
        """B becomes A, and A becomes B."""
        if self._decks.beside is not None:
            self._show(self._decks.beside)

    def _open_all(self, paths: list[Path]) -> tuple[list[Deck], list[str]]:
        """Those that there is room for, and what is wrong with the others."""
        opening: list[Deck] = []
        wrong: list[str] = []
        for path in paths:
            try:
                deck, _ = self._decks.open_file(path)
            except LivemelError as error:
                wrong.append(str(error))
                self._window.recent.remove(str(path))
            else:
                opening.append(deck)
                self._opening.append((path, deck))
        return opening, wrong

    def _look_at_opening(self) -> None:
        """What has become of files that were to be opened."""
        decks, recent = self._decks, self._window.recent
        while self._opening:
            path, deck = self._opening[0]
            if deck.form is not None:
                recent.add(path)
            elif deck in decks.files:
                break
            elif deck.has_failed:
                recent.remove(str(path))
            self._opening.pop(0)
        if self._playing is not None:
            playing, tab = self._playing
            if tab not in decks.files or playing not in decks.all:
                self._playing = None
            elif tab.form is not None:
                self._playing = None
                decks.close(playing)
        if not self._opening:
            self._wrong = []

    def _look_at_first(self) -> None:
        """If what was to be shown does not open, the next one of those that came with it is."""
        decks, first = self._decks, self._first
        if first is None or (first in decks.files and first is decks.wanted):
            return
        self._first = None
        if not first.has_failed or first in decks.files or decks.next is not None:
            return  # it is there, or something else was chosen meanwhile
        opening = [deck for _, deck in self._opening]
        after = opening[opening.index(first) + 1 :] if first in opening else []
        if after := [deck for deck in after if deck in decks.files]:
            self._first = after[0]
            decks.show(after[0])

    def _show(self, deck: Deck) -> None:
        """The tab of B exchanges the two."""
        decks = self._decks
        if deck is decks.beside and decks.shown.is_whole:
            decks.beside = decks.shown
        self._first = deck if deck.is_whole and deck.form is None else None
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
        decks = self._decks
        at = decks.all.index(decks.wanted or decks.shown)
        self._show(decks.all[(at + by) % len(decks.all)])

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


def _name(deck: Deck) -> str:
    return one_line(deck.path.name)


def _tab(deck: Deck, files: list[Deck]) -> tuple[str, str, bool]:
    """Name, tooltip, and whether it is a file. Of two files of one name the folder is told."""
    if not deck.is_whole:
        name = deck.engine.source.label
        return name, name, False
    path = deck.path
    same = [other for other in files if other.path.name == path.name]
    name = path.name if len(same) < 2 else f"{path.absolute().parent.name}/{path.name}"
    name = one_line(name)
    return (name if deck.is_ready else f"{name} …"), one_line(str(path)), True


def _summary(lines: list[str]) -> str:
    """The first, and how many more there are."""
    if len(lines) < 2:
        return lines[0] if lines else ""
    return translate("Files", "{} (and {} more)").format(lines[0], len(lines) - 1)
