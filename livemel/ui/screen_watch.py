"""ScreenWatch: whether a window can be seen, and how often its screen shows something new."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QScreen, QWindow
from PySide6.QtWidgets import QWidget

_MOST_HZ = 60.0
# Screens that cannot tell say 0 or 1.
_LEAST_HZ = 10.0


def paint_rate(refresh_hz: float) -> float:
    """Paints a second on a screen of that refresh rate: as many, 60 at most; 60 where it is not
    told.
    """
    return min(refresh_hz, _MOST_HZ) if refresh_hz >= _LEAST_HZ else _MOST_HZ


class ScreenWatch(QObject):
    """Watches the screen that a window is on: another screen, another rate, seen again.

    seen : called when the window can be seen again, before it is painted
    rate : called with the paints a second, whenever they may have become others
    Runs on: the GUI thread.
    """

    def __init__(
        self, window: QWidget, seen: Callable[[], None], rate: Callable[[float], None]
    ) -> None:
        super().__init__(window)
        self._window, self._seen, self._rate = window, seen, rate
        self._handle: QWindow | None = None
        self._screen: QScreen | None = None

    @property
    def is_seen(self) -> bool:
        """Whether any of the window is on a screen, as far as the platform tells: minimised, on
        another desktop, hidden; covered by others on macOS and Wayland, not on X11.
        """
        window = self._window
        if not window.isVisible() or window.isMinimized():
            return False
        handle = window.windowHandle()
        return handle is None or handle.isExposed()

    def begin(self) -> None:
        """The window is shown: from now on it has a handle."""
        handle = self._window.windowHandle()
        if handle is None or handle is self._handle:
            return
        self._handle = handle
        handle.installEventFilter(self)
        handle.screenChanged.connect(self._on_screen)
        self._on_screen(handle.screen())

    def _on_screen(self, screen: QScreen | None) -> None:
        if self._screen is not None and self._screen is not screen:
            self._screen.refreshRateChanged.disconnect(self._on_rate)
        if screen is None:  # the last one was removed
            self._screen = None
            return
        if screen is not self._screen:
            screen.refreshRateChanged.connect(self._on_rate)
        self._screen = screen
        self._on_rate(screen.refreshRate())

    def _on_rate(self, refresh_hz: float) -> None:
        self._rate(paint_rate(refresh_hz))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Expose and self.is_seen:
            self._seen()
        return False
