"""Text that a person reads, on its way into another language. No Qt.

`pyside6-lupdate -tr-function-alias QT_TRANSLATE_NOOP+=mark` finds all of it.
"""

import html
from collections.abc import Callable

Translate = Callable[[str, str], str]


def _as_it_is(_context: str, text: str) -> str:
    return text


_translate: Translate = _as_it_is


def mark(_context: str, text: str) -> str:
    """The text as it is: of a table, to be translated where it is shown."""
    return text


def translate(context: str, text: str) -> str:
    """The text in the language of the window, as QCoreApplication.translate; any thread."""
    return _translate(context, text)


def as_tip(text: str) -> str:
    """A tooltip that names what others named: Qt would take a file called <b> for a format."""
    if "<" not in text:
        return text
    return f"<qt>{html.escape(text, quote=False)}</qt>".replace("\n", "<br>")


def translate_by(function: Translate) -> None:
    """From now on by this function: the window gives Qt's, which knows the language."""
    global _translate
    _translate = function
