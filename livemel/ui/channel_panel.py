"""The panel that chooses channels by their levels."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from livemel.buffers.history import SampleHistory
from livemel.channel import MOST_LANES, Channel, Difference
from livemel.ui.channel_list import ChannelList
from livemel.ui.channel_meter import ChannelMeter
from livemel.ui.channel_row import type_scale
from livemel.ui.channel_words import in_order
from livemel.ui.theme import DARK, UNIT, Theme

_LOOK_MS = 66  # fifteen times a second
_MARGIN = UNIT  # to the screen's edges


class ChannelPanel(QFrame):
    """Each channel with its live level, the mean of all, and a difference of two. One is chosen
    with a click or Enter, which closes it; several with their boxes. Levels are read while it is
    open, and not otherwise.

    heard : the sound that is kept, and its rate in Hz; None before there is any
    """

    chosen = Signal(object)  # tuple[Channel, ...], the first of which has the focus

    def __init__(
        self, parent: QWidget, heard: Callable[[], tuple[SampleHistory, int] | None]
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("panel")
        self.setAccessibleName(self.tr("Channels"))
        self._heard = heard
        self._theme = DARK
        self._meter = ChannelMeter()
        self._channels = 1
        self._lanes: tuple[Channel, ...] = (1,)
        self._difference = Difference()
        self._is_built = False
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)

    def show_lanes(self, lanes: tuple[Channel, ...], channels: int) -> None:
        """What is computed now, the first of which has the focus. channels : of the source"""
        if channels != self._channels:
            self._difference = Difference()
        for lane in lanes:
            if isinstance(lane, Difference):
                self._difference = lane
        self._lanes, self._channels = lanes, channels
        if self.isVisible():
            self._fill()

    def set_theme(self, theme: Theme) -> None:
        """The theme's colours."""
        self._theme = theme
        if self._is_built:
            self.list.row.theme = theme

    @property
    def offered(self) -> tuple[Channel, ...]:
        """What can be chosen, from the top."""
        if self._channels < 2:
            return (1,)
        singles: tuple[Channel, ...] = tuple(range(1, self._channels + 1))
        others = (lane for lane in self._lanes if lane not in singles and lane is not None)
        return in_order({*singles, None, self._difference, *others})  # type: ignore[arg-type]

    def open_at(self, place: QPoint) -> None:
        """Open below a place on the screen."""
        if not self._is_built:  # not before: the window should be there at once
            self._is_built = True
            self._build()
        self._fill()
        self.list.highlight(self._lanes[0])
        self.adjustSize()
        screen = QGuiApplication.screenAt(place) or self.screen()
        room = screen.availableGeometry().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        x = max(room.left(), min(place.x(), room.right() - self.width()))
        self.move(x, max(room.top(), min(place.y(), room.bottom() - self.height())))
        self.show()
        self.list.setFocus()

    def _build(self) -> None:
        self.list = ChannelList(self._theme)
        self.list.alone_wanted.connect(self._take_alone)
        self.list.toggled.connect(self._toggle)
        self._pair = QWidget()
        self._pair.setObjectName("plain")
        self._left, self._right = QSpinBox(), QSpinBox()
        self._left.setAccessibleName(self.tr("Difference: this channel"))
        self._right.setAccessibleName(self.tr("Difference: less this channel"))
        pair = QHBoxLayout(self._pair)
        pair.setContentsMargins(0, 0, 0, 0)
        pair.setSpacing(UNIT)
        for widget in (QLabel(self.tr("Difference of")), self._left, QLabel("−"), self._right):
            pair.addWidget(widget)
        pair.addStretch(1)
        for box in (self._left, self._right):
            box.valueChanged.connect(self._on_pair)
            box.lineEdit().returnPressed.connect(self._take_pair)
        self._all, self._one = QPushButton(self.tr("All")), QPushButton(self.tr("Only one"))
        self._all.setToolTip(self.tr("All channels below each other, 64 at most"))
        self._one.setToolTip(self.tr("The channel that has the focus, alone"))
        self._all.clicked.connect(self._take_all)
        self._one.clicked.connect(lambda: self._choose((self._lanes[0],)))
        lower = QHBoxLayout()
        lower.setSpacing(UNIT)
        lower.addWidget(self._pair, 1)
        lower.addStretch(1)
        lower.addWidget(self._one)
        lower.addWidget(self._all)
        self._hint = QLabel()
        self._hint.setProperty("role", "small")
        column = QVBoxLayout(self)
        column.setContentsMargins(UNIT, UNIT, UNIT, UNIT)
        column.setSpacing(UNIT)
        heading = QLabel(self.tr("peak, dB FS"))
        heading.setProperty("role", "heading")
        column.addWidget(heading, 0, Qt.AlignmentFlag.AlignRight)
        column.addWidget(self.list)
        column.addWidget(self._hint)
        column.addLayout(lower)

    def _fill(self) -> None:
        """Rows, ticks and numbers in line with what is computed."""
        self.list.row.theme = self._theme
        self.list.show_channels(self.offered, self._channels)
        self.list.show_ticks(self._lanes)
        self.list.fit()
        self._pair.setVisible(self._channels > 2)
        self._one.setEnabled(len(self._lanes) > 1)
        self._all.setEnabled(self._channels > 1)
        self._hint.setText(self.tr("Click: that one alone   ·   box, Ctrl+click or Space: several"))
        for box, value in (
            (self._left, self._difference.left),
            (self._right, self._difference.right),
        ):
            box.blockSignals(True)
            box.setFixedWidth(round(7 * UNIT * type_scale(self.fontMetrics())))
            box.setRange(1, max(2, self._channels))
            box.setValue(value)
            box.blockSignals(False)

    def _on_pair(self) -> None:
        """Another difference is offered; where one was computed, it is that one now."""
        left, right = self._left.value(), self._right.value()
        if left == right:
            return
        before, self._difference = self._difference, Difference(left, right)
        if before in self._lanes:
            lanes = (self._difference if lane == before else lane for lane in self._lanes)
            self._choose(tuple(dict.fromkeys(lanes)))
        else:
            self._fill()
            self.list.highlight(self._difference)

    def _take_pair(self) -> None:
        """Enter in one of the two numbers: the difference that they say."""
        if self._left.value() == self._right.value():
            self._hint.setText(self.tr("A channel less itself is silence"))
        else:
            self._take_alone(self._difference)

    def _take_alone(self, channel: Channel) -> None:
        self._choose((channel,))
        self.hide()

    def _take_all(self) -> None:
        singles: tuple[Channel, ...] = tuple(range(1, min(self._channels, MOST_LANES) + 1))
        focus = self._lanes[0]
        if focus in singles:
            singles = (focus, *(lane for lane in singles if lane != focus))
        self._choose(singles)

    def _toggle(self, channel: Channel) -> None:
        """One more, or one less; there is always one, and never more than can be computed."""
        if channel not in self._lanes:
            if len(self._lanes) < MOST_LANES:
                self._choose((*self._lanes, channel))
            else:
                full = self.tr("{} at most below each other: untick one first")
                self._hint.setText(full.format(MOST_LANES))
        elif len(self._lanes) > 1:
            self._choose(tuple(lane for lane in self._lanes if lane != channel))

    def _choose(self, lanes: tuple[Channel, ...]) -> None:
        if lanes != self._lanes:
            self._lanes = lanes
            self._fill()
            self.chosen.emit(lanes)

    def _look(self) -> None:
        heard = self._heard()
        if heard is not None and self._meter.look(*heard, self.offered):
            self.list.row.levels = self._meter.levels
            self.list.refresh_levels()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
