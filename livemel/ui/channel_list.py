"""The list of a source's channels."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyleOptionViewItem

from livemel.channel import Channel
from livemel.ui.channel_row import BOX_RIGHT, CHANNEL, ChannelRow, type_scale
from livemel.ui.channel_words import channel_title
from livemel.ui.theme import Theme

_ROWS_SHOWN = 18
_FRAME = 12  # px, above and below the rows together
_CTRL = Qt.KeyboardModifier.ControlModifier


class ChannelList(QListView):
    """One row a channel or mixture. A click or Enter wants that one alone; the box, Ctrl+click or
    Space wants it in addition, or not any more.
    """

    alone_wanted = Signal(object)  # Channel
    toggled = Signal(object)  # Channel

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("frontends")
        self.setAccessibleName(self.tr("Channels"))
        self.setToolTip(self.tr("Bar: RMS; mark and number: peak in dB FS"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.row = ChannelRow(theme)
        self.setItemDelegate(self.row)
        self._items = QStandardItemModel(self)
        self.setModel(self._items)
        self._shown: tuple[tuple[Channel, ...], int] = ((), 0)

    def show_channels(self, offered: tuple[Channel, ...], channels: int) -> None:
        """What there is to choose from, from the top. channels : of the source"""
        if (offered, channels) == self._shown:
            return
        self._shown = offered, channels
        now = self.currentIndex().data(CHANNEL)
        self._items.clear()
        for channel in offered:
            item = QStandardItem(channel_title(channel, channels))
            item.setData(channel, CHANNEL)
            item.setCheckable(True)
            item.setEditable(False)
            self._items.appendRow(item)
        self.highlight(now)

    def fit(self) -> None:
        """As large as its rows are in the type there is now; many scroll."""
        self.ensurePolished()
        row = self.row.sizeHint(self._option(), self.model().index(0, 0))
        shown = min(self.model().rowCount(), int(_ROWS_SHOWN / type_scale(self.fontMetrics())))
        self.setFixedSize(row.width(), shown * row.height() + _FRAME)
        self.scheduleDelayedItemsLayout()

    def _option(self) -> QStyleOptionViewItem:
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        return option

    def show_ticks(self, lanes: Sequence[Channel]) -> None:
        """Which of them are computed."""
        for n in range(self._items.rowCount()):
            item = self._items.item(n)
            ticked = item.data(CHANNEL) in lanes
            item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)

    def highlight(self, channel: Channel) -> None:
        """Where arrows go on from."""
        for n in range(self._items.rowCount()):
            if self._items.item(n).data(CHANNEL) == channel:
                self.setCurrentIndex(self._items.index(n, 0))
                return
        self.setCurrentIndex(self._items.index(0, 0))

    def refresh_levels(self) -> None:
        """The levels of the rows have changed."""
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self.alone_wanted.emit(index.data(CHANNEL))
        elif event.key() == Qt.Key.Key_Space and index.isValid():
            self.toggled.emit(index.data(CHANNEL))
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or not index.isValid():
            return
        self.setCurrentIndex(index)
        ticks = event.modifiers() & _CTRL or event.position().x() < BOX_RIGHT
        (self.toggled if ticks else self.alone_wanted).emit(index.data(CHANNEL))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            self.setCurrentIndex(index)
