"""Which channels are computed, and which of them has the focus."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from livemel.buffers.history import SampleHistory
from livemel.channel import MOST_LANES, Channel
from livemel.engine import Feed
from livemel.ui.actions import add_action
from livemel.ui.words import mark

if TYPE_CHECKING:
    from livemel.ui.main_window import MainWindow


class Channels(QObject):
    """Button, keys and lanes of a window's channels."""

    chosen = Signal(object)  # tuple[Channel, ...]: to be computed, the first has the focus
    focused = Signal(object)  # tuple[Channel, ...]: the same ones as before

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._button, self._stack = window.controls.channel, window.plot.lanes
        self._several: tuple[Channel, ...] = ()  # that were there last
        self._several_of = 0  # of a source with so many channels
        self._button.listen(self._heard)
        self._button.chosen.connect(self.chosen)
        self._stack.focus_wanted.connect(self.focus)
        self._stack.alone_wanted.connect(lambda channel: self.chosen.emit((channel,)))
        self._stack.laid_out.connect(lambda: self._button.show_page(self._stack.page_text))
        self._add_actions()

    def show_feed(self, feed: Feed) -> None:
        """What is computed now."""
        if len(feed.lanes) > 1:
            self._several, self._several_of = feed.channels, feed.format.channels
        self._button.show_lanes(feed.channels, feed.format.channels)

    def focus(self, channel: Channel) -> None:
        """Cursors and panels read that one from now on."""
        feed = self._window.feed
        if feed is None or channel == feed.channel or channel not in feed.channels:
            return
        self._window.show_lane(channel)
        assert self._window.feed is not None
        self.focused.emit(self._window.feed.channels)

    def step(self, by: int) -> None:
        """The next channel, or the one before: of several the focus goes there."""
        feed = self._window.feed
        if feed is None or feed.format.channels < 2:
            return
        if len(feed.lanes) > 1:
            self._stack.step(by)
            return
        n, now = feed.format.channels, feed.channel
        if not isinstance(now, int):  # below the last and above the first
            now = n if by < 0 else 0
            by = 0 if by < 0 else 1
        self.chosen.emit(((now - 1 + by) % n + 1,))

    def toggle_several(self) -> None:
        """The one that has the focus alone, or those again that were there before; all at first."""
        feed = self._window.feed
        if feed is None or feed.format.channels < 2:
            return
        if len(feed.lanes) > 1:
            self.chosen.emit((feed.channel,))
            return
        wanted: tuple[Channel, ...] = tuple(range(1, min(feed.format.channels, MOST_LANES) + 1))
        if self._several_of == feed.format.channels:
            wanted = self._several
        others = [channel for channel in wanted if channel != feed.channel]
        first = (feed.channel,) if feed.channel in wanted else ()
        self.chosen.emit((*first, *others))

    def _heard(self) -> tuple[SampleHistory, int] | None:
        engine, feed = self._window.engine, self._window.feed
        if engine is None or engine.history is None or feed is None:
            return None
        return engine.history, feed.format.sr

    def _add_actions(self) -> None:
        rows = (
            (self.tr("Channels …"), "K", self.tr("Each channel with its level; choose by them"),
             self._button.open),
            (self.tr("Previous channel"), "[",
             self.tr("Of several below each other the focus goes up"), lambda: self.step(-1)),
            (self.tr("Next channel"), "]",
             self.tr("Of several below each other the focus goes down"), lambda: self.step(1)),
            (self.tr("Several channels"), "V",
             self.tr("Below each other on one time axis, or one alone"), self.toggle_several),
            (self.tr("Channels above"), "Ctrl+PgUp", self.tr("Where there are more than eight"),
             lambda: self._stack.page(-1)),
            (self.tr("Channels below"), "Ctrl+PgDown", self.tr("Where there are more than eight"),
             lambda: self._stack.page(1)),
        )  # fmt: skip
        menu = self._window.controls.menu
        for text, keys, tip, act in rows:
            add_action(self._window, menu, mark("Groups", "Channels"), text, keys, tip, act)
