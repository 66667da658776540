"""Dark or light, or as the system is."""

from livemel.ui.theme import DARK, LIGHT, Theme
from livemel.ui.theme_choice import ThemeChoice
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot


class System(QObject):
    """A desktop whose look can be changed; a screen in memory has none."""

    colorSchemeChanged = Signal()  # noqa: N815  # as Qt's is called

    def __init__(self, scheme: Qt.ColorScheme) -> None:
        super().__init__()
        self._scheme = scheme

    def colorScheme(self) -> Qt.ColorScheme:
        return self._scheme

    def become(self, scheme: Qt.ColorScheme) -> None:
        self._scheme = scheme
        self.colorSchemeChanged.emit()


def seen_by(choice: ThemeChoice) -> list[Theme]:
    shown: list[Theme] = []
    choice.changed.connect(shown.append)
    return shown


def test_it_follows_the_system_only_where_that_was_chosen(qtbot: QtBot) -> None:
    system = System(Qt.ColorScheme.Light)
    choice = ThemeChoice("dark", system, system)
    shown = seen_by(choice)
    assert choice.theme is DARK
    system.become(Qt.ColorScheme.Dark)
    system.become(Qt.ColorScheme.Light)
    assert shown == []
    choice.choose("system")
    system.become(Qt.ColorScheme.Dark)
    system.become(Qt.ColorScheme.Light)
    assert shown == [LIGHT, DARK, LIGHT]
    choice.toggle()
    system.become(Qt.ColorScheme.Dark)
    system.become(Qt.ColorScheme.Light)
    assert shown == [LIGHT, DARK, LIGHT, DARK]


def test_a_system_that_does_not_tell_is_dark(qtbot: QtBot) -> None:
    system = System(Qt.ColorScheme.Unknown)
    assert ThemeChoice("system", system, system).theme is DARK


def test_what_was_chosen_is_told_and_what_the_system_did_is_not(qtbot: QtBot) -> None:
    system = System(Qt.ColorScheme.Light)
    choice = ThemeChoice("system", system, system)
    chosen: list[str] = []
    choice.chosen.connect(chosen.append)
    system.become(Qt.ColorScheme.Dark)
    choice.toggle()
    choice.toggle()
    choice.choose("system")
    assert chosen == ["light", "dark", "system"]


def test_the_system_is_qts_own(qtbot: QtBot) -> None:
    hints = QGuiApplication.styleHints()
    choice = ThemeChoice("system", hints)
    with qtbot.waitSignal(choice.changed):
        hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    choice.deleteLater()
