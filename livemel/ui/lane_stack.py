"""Several lanes under each other, on one time axis."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from livemel.buffers.columns import ColumnRing
from livemel.channel import Channel
from livemel.engine import Feed, Lane
from livemel.ui.channel_words import channel_name, channel_title, in_order
from livemel.ui.lane_label import LaneLabel
from livemel.ui.lane_scroll import LaneScroll
from livemel.ui.lane_view import LaneView
from livemel.ui.marked_picture import MarkedPicture
from livemel.ui.spectrogram_view import SpectrogramView
from livemel.ui.theme import Theme

MOST_SHOWN = 8
SPACING = 4  # px between lanes
# px, at the usual size of the type: what a lane's name and two ticks need, and a picture alone.
_WANTED, _LEAST_ALONE = 40, 120
_LEAST = 8


class LaneStack(QObject):
    """Places the picture of the lane that has the focus, which is a feed's first, among those of
    the others: channels by their numbers, mixtures below them, eight at most. All others are a
    page away; their columns are computed meanwhile.

    column : the layout that holds them
    columns_of : what is shown of a lane
    """

    focus_wanted = Signal(object)  # Channel: that one is to be the feed's first
    alone_wanted = Signal(object)  # Channel
    laid_out = Signal()  # other pictures, or in other places

    def __init__(self, image: SpectrogramView, theme: Theme, plot: QWidget) -> None:
        super().__init__(plot)
        self._image, self._theme, self._plot = image, theme, plot
        self._scale = 1.0
        self._feed: Feed | None = None
        self._first = 0  # of those on the screen
        self._most = MOST_SHOWN  # that there is room for
        self._alone = False
        self._views: list[LaneView] = []
        self._order: list[MarkedPicture] = []
        self.columns_of: Callable[[Lane], ColumnRing] = lambda lane: lane.columns
        self.column = QVBoxLayout()
        self.column.setSpacing(SPACING)
        self.column.addWidget(image)
        self.label = LaneLabel(image, theme)
        self.label.alone_wanted.connect(self._on_alone)
        self.label.turned.connect(self.scroll)
        self.scroll_bar = LaneScroll(plot)
        self.scroll_bar.valueChanged.connect(self.go_to)
        self._order = [image]

    @property
    def lanes(self) -> tuple[Channel, ...]:
        """All that are computed, from the top."""
        if self._feed is None:
            return ()
        return in_order([lane.channel for lane in self._feed.lanes])

    @property
    def shown(self) -> tuple[Channel, ...]:
        """Those on the screen, from the top."""
        if self._feed is None:
            return ()
        if self._alone or len(self._feed.lanes) == 1:
            return (self._feed.channel,)
        return self.lanes[self._first : self._first + self._most]

    @property
    def pictures(self) -> list[MarkedPicture]:
        """Their pictures, from the top; one of them is that of the focus."""
        return list(self._order)

    @property
    def views(self) -> list[LaneView]:
        """Those that have not the focus."""
        return [picture for picture in self._order if isinstance(picture, LaneView)]

    @property
    def page_text(self) -> str:
        """Which are on the screen, counted from the top: "9–16 of 64"; "" where all of them are."""
        shown, total = len(self.shown), len(self.lanes)
        if shown == total or self._alone:
            return ""
        return self.tr("{}–{} of {}").format(self._first + 1, self._first + shown, total)

    @property
    def feeds(self) -> list[Feed]:
        """Of each on the screen what is shown of it, as a feed of its own, from the top."""
        feed = self._image.feed
        if feed is None or len(self.shown) == 1:
            return [] if feed is None else [feed]
        lanes = {lane.channel: lane for lane in feed.lanes}
        own = [lanes[channel] for channel in self.shown]
        return [replace(feed, lanes=(self._shown_of(lane),)) for lane in own]

    @property
    def named_columns(self) -> tuple[tuple[str, ColumnRing], ...]:
        """Names and columns of those on the screen, from the top; () for one alone."""
        feeds = self.feeds
        if len(feeds) < 2:
            return ()
        channels = feeds[0].format.channels
        return tuple((channel_name(feed.channel, channels), feed.columns) for feed in feeds)

    def _shown_of(self, lane: Lane) -> Lane:
        """With the columns that are shown of it: those of the image are so already."""
        feed = self._image.feed
        is_image = feed is not None and lane.channel == feed.channel
        return lane if is_image else replace(lane, columns=self.columns_of(lane))

    def show_feed(self, feed: Feed) -> None:
        """Show the lanes of this one, whose first is in the picture already."""
        self._feed = feed
        self._keep_in_sight()
        self._lay_out()

    def set_room(self, height: int) -> None:
        """So many px there are for all of them: where it is little, fewer are on the screen."""
        wanted = round(_WANTED * self._scale) + SPACING
        most = max(1, min(MOST_SHOWN, (height + SPACING) // wanted))
        if most != self._most:
            self._most = most
            self._keep_in_sight()
            self._lay_out()

    def set_alone(self, alone: bool) -> None:
        """Leave room for another picture beside: the one that has the focus, and no other."""
        if alone != self._alone:
            self._alone = alone
            self._lay_out()

    def refresh(self) -> None:
        """The columns of the lanes are others."""
        self._fill()

    def step(self, by: int) -> None:
        """The focus to the next lane below, or above."""
        lanes, feed = self.lanes, self._feed
        if feed is not None and len(lanes) > 1:
            at = lanes.index(feed.channel) + by
            if 0 <= at < len(lanes):
                self.focus_wanted.emit(lanes[at])

    def scroll(self, by: int) -> None:
        """So many lanes further down, or up."""
        self.go_to(self._first + by)

    def page(self, by: int) -> None:
        """So many pages further down, or up."""
        self.go_to(self._first + by * self._most)

    def go_to(self, first: int) -> None:
        """That lane at the top. A focus that would leave the screen stays at its edge."""
        lanes, feed = self.lanes, self._feed
        first = min(max(first, 0), max(0, len(lanes) - self._most))
        if feed is None or first == self._first or self._alone:
            return
        at = lanes.index(feed.channel)
        moved = first - self._first
        self._first = first
        if first <= at < first + self._most:
            self._lay_out()
        else:  # it keeps its place on the screen as far as it can
            at = min(max(at + moved, first), first + self._most - 1)
            self.focus_wanted.emit(lanes[at])

    def set_theme(self, theme: Theme) -> None:
        """The theme's colours."""
        self._theme = theme
        for view in self._views:
            view.set_theme(theme)
        self._set_look_of_labels()

    def set_scale(self, scale: float) -> None:
        """The size of the type; 1 is the usual one."""
        self._scale = scale
        self._set_look_of_labels()
        self._fill()

    def refresh_caption(self) -> None:
        """What stands over the pictures says something else now."""
        for picture in [*self._order[:1], self._image]:
            picture.update()

    def _keep_in_sight(self) -> None:
        """The first on the screen such that the focus is among them."""
        if self._feed is not None:
            lanes = self.lanes
            at, last = lanes.index(self._feed.channel), max(0, len(lanes) - self._most)
            self._first = min(max(self._first, at - self._most + 1), at, last)

    def _lay_out(self) -> None:
        """Each lane's picture in its place, and the others away."""
        feed = self._feed
        if feed is None:
            return
        shown = self.shown
        self._image.set_share(len(shown))
        others = [channel for channel in shown if channel != feed.channel]
        while len(self._views) < len(others):
            self._views.append(self._new_view())
        # A view that has a lane's pixels already goes on with it.
        known = {view.channel: view for view in self._views if view.columns is not None}
        free = [view for view in self._views if view.columns is None or view.channel not in others]
        views = {c: known[c] if c in known else free.pop() for c in others}
        order: list[MarkedPicture] = [views.get(channel, self._image) for channel in shown]
        for view in self._views:
            if view not in order:
                view.forget()
        if order != self._order:
            self._place(order)
        self._fill(views)

    def _place(self, order: list[MarkedPicture]) -> None:
        for view in self._views:
            view.setVisible(view in order)
        while self.column.count():
            self.column.takeAt(0)
        least = _LEAST_ALONE if len(order) == 1 else _LEAST
        before: QWidget = self._image
        for picture in order:
            picture.setMinimumHeight(least)
            self.column.addWidget(picture, 1)
            label = picture.label if isinstance(picture, LaneView) else self.label
            QWidget.setTabOrder(before, label)
            before = label
        QWidget.setTabOrder(before, self.scroll_bar)
        self._order = order

    def _fill(self, views: dict[Channel, LaneView] | None = None) -> None:
        """Columns and names, and where the caption stands."""
        feed = self._feed
        if feed is None:
            return
        several, channels = len(self.shown) > 1, feed.format.channels
        lanes = {lane.channel: lane for lane in feed.lanes}
        if views is None:
            views = {view.channel: view for view in self.views}
        for channel, view in views.items():
            view.show_columns(channel, self.columns_of(lanes[channel]), 1 / len(self.shown))
            self._name(view.label, channel, channels)
            view.label.setVisible(True)
            title = self.tr("Spectrogram of {}").format(channel_title(channel, channels))
            view.setAccessibleName(title)
            view.has_pill = view is self._order[0]
        self._name(self.label, feed.channel, channels)
        self.label.setVisible(several)
        self._image.has_pill = self._order[0] is self._image
        self.scroll_bar.show_page(self._first, len(self.shown), len(self.lanes) if several else 1)
        self.laid_out.emit()

    def _name(self, label: LaneLabel, channel: Channel, channels: int) -> None:
        focused = label is self.label
        name, title = channel_name(channel, channels), channel_title(channel, channels)
        label.say(name, title, focused=focused)
        picture = label.parent()
        assert isinstance(picture, MarkedPicture)
        picture.inset = label.geometry().right() if len(self.shown) > 1 else 0

    def _new_view(self) -> LaneView:
        view = LaneView(self._image, self._theme)
        view.setParent(self._plot)
        view.label.set_look(self._theme, self._scale)
        view.pressed.connect(lambda: self.focus_wanted.emit(view.channel))
        view.label.clicked.connect(lambda: self.focus_wanted.emit(view.channel))
        view.label.alone_wanted.connect(lambda: self.alone_wanted.emit(view.channel))
        view.label.turned.connect(self.scroll)
        return view

    def _on_alone(self) -> None:
        if self._feed is not None:
            self.alone_wanted.emit(self._feed.channel)

    def _set_look_of_labels(self) -> None:
        for label in (self.label, *(view.label for view in self._views)):
            label.set_look(self._theme, self._scale)
