"""Dark, light, or as the system is."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QStyleHints

from livemel.ui.theme import DARK, LIGHT, Theme

SYSTEM = "system"


class ThemeChoice(QObject):
    """Holds which look was chosen, and follows the system where it was "system".

    name : "dark", "light" or "system"
    system : knows the look of the desktop
    """

    changed = Signal(object)  # Theme: the one to show now
    chosen = Signal(str)

    def __init__(self, name: str, parent: QObject, system: QStyleHints | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self._system = system or QGuiApplication.styleHints()
        self._system.colorSchemeChanged.connect(self._on_system)

    @property
    def theme(self) -> Theme:
        """What to show now. A system that does not tell is dark, as the window's default is."""
        if self.name != SYSTEM:
            return LIGHT if self.name == "light" else DARK
        return LIGHT if self._system.colorScheme() == Qt.ColorScheme.Light else DARK

    def choose(self, name: str) -> None:
        """Another look, from now on."""
        self.name = name
        self.changed.emit(self.theme)
        self.chosen.emit(name)

    def toggle(self) -> None:
        """The other of dark and light."""
        self.choose("dark" if self.theme is LIGHT else "light")

    def _on_system(self) -> None:
        if self.name == SYSTEM:
            self.changed.emit(self.theme)
