"""The button that shows the channel and opens the panel of all of them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal

from livemel.buffers.history import SampleHistory
from livemel.channel import Channel
from livemel.ui.channel_words import lanes_name
from livemel.ui.elided_button import ElidedButton
from livemel.ui.theme import DARK, Theme

if TYPE_CHECKING:
    from livemel.ui.channel_panel import ChannelPanel


class ChannelButton(ElidedButton):
    """Says what is computed of the source: "ch 1", "mix", "L − R", "all 16". Of a source that has
    one channel there is nothing to choose.
    """

    chosen = Signal(object)  # tuple[Channel, ...], the first of which has the focus

    def __init__(self) -> None:
        super().__init__()
        self._history: Callable[[], tuple[SampleHistory, int] | None] = lambda: None
        self._panel: ChannelPanel | None = None
        self._theme = DARK
        self._lanes: tuple[Channel, ...] = (1,)
        self._channels = 1
        self._page = ""
        self.setAccessibleName(self.tr("Channel"))
        self.clicked.connect(self.open)
        self.show_lanes((1,), 1)

    @property
    def panel(self) -> "ChannelPanel":
        """Made when it is wanted: the window should be there at once."""
        if self._panel is None:
            from livemel.ui.channel_panel import ChannelPanel

            self._panel = ChannelPanel(self, lambda: self._history())
            self._panel.chosen.connect(self.chosen)
            self._panel.set_theme(self._theme)
            self._panel.show_lanes(self._lanes, self._channels)
        return self._panel

    def listen(self, history: Callable[[], tuple[SampleHistory, int] | None]) -> None:
        """Where levels come from: the sound that is kept, and its rate in Hz."""
        self._history = history

    def show_lanes(self, lanes: tuple[Channel, ...], channels: int) -> None:
        """What is computed now, the first of which has the focus. channels : of the source"""
        self._lanes, self._channels = lanes, channels
        if self._panel is not None:
            self._panel.show_lanes(lanes, channels)
        self.setEnabled(channels > 1)
        if channels > 1:
            self.setToolTip(self.tr("Channels of the source, and their levels  (K)"))
        else:
            self.setToolTip(self.tr("The source has one channel"))
        self._say()

    def show_page(self, text: str) -> None:
        """Which of the lanes are on the screen, where that is not all of them."""
        self._page = text
        self._say()

    def set_theme(self, theme: Theme) -> None:
        """The theme's colours."""
        self._theme = theme
        if self._panel is not None:
            self._panel.set_theme(theme)

    def open(self) -> None:
        """Open the panel below."""
        if self.isEnabled():
            self.panel.open_at(self.mapToGlobal(QPoint(0, self.height() + 4)))

    def _say(self) -> None:
        name = lanes_name(self._lanes, self._channels)
        if self._page:
            self.set_text(f"{name} · {self._page}", name)
        else:
            self.set_text(name)
        self.setAccessibleDescription(self.whole_text)
