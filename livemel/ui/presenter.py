"""Presenter mode: the picture alone on the whole screen, in type for the back row."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

LARGE = 2.0  # the ticks' 12 px become 24: more than 2 % of the height of a projector's picture


class Presenter(QObject):
    """Takes a window to full screen without its chrome, and back to where it was.

    chrome : the widgets that are hidden meanwhile
    set_scale : sets the size of the window's type
    """

    def __init__(
        self, window: QWidget, chrome: Sequence[QWidget], set_scale: Callable[[float], None]
    ) -> None:
        super().__init__(window)
        self._window, self._chrome, self._set_scale = window, chrome, set_scale
        self.active = False
        self._place: QRect | None = None  # to return to
        window.installEventFilter(self)

    def toggle(self) -> None:
        """Into presenter mode, or out of it."""
        self.leave() if self.active else self._enter()

    def leave(self) -> None:
        """Back to the window as it was; maximized, if it was that."""
        if not self.active:
            return
        self._show(False)
        self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowFullScreen)
        if self._place is not None:
            self._window.setGeometry(self._place)  # not every window manager remembers it

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc that nobody else wanted; and the window manager may end full screen, too."""
        if self.active and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.leave()
                return True
        elif (
            self.active
            and event.type() == QEvent.Type.WindowStateChange
            and not self._window.isFullScreen()
            and not self._window.isMinimized()
        ):
            self._show(False)
        return super().eventFilter(watched, event)

    def _enter(self) -> None:
        self._place = None if self._window.isMaximized() else self._window.geometry()
        self._show(True)
        self._window.setWindowState(self._window.windowState() | Qt.WindowState.WindowFullScreen)

    def _show(self, active: bool) -> None:
        self.active = active
        # Chrome in large type would make the window wider than it was: it is never laid out so.
        if not active:
            self._set_scale(1.0)
        for widget in self._chrome:
            widget.setVisible(not active)
        if active:
            self._set_scale(LARGE)
