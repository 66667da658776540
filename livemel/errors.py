"""What can be wrong, in words for a person. Every message is one line that carries the value."""

import unicodedata

# Longer messages carry somebody's file in them: their beginning and end tell enough.
_LONGEST = 1200
# Joins emoji; all else that cannot be seen is written out.
_JOINER = "\N{ZERO WIDTH JOINER}"


def one_line(text: str) -> str:
    """A text that others wrote, for a person: in one line, of no endless length, and with nothing
    that a terminal obeys or that turns the line's order about. Bytes that are no UTF-8 are \\xff.
    """
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST // 2]} … {text[-_LONGEST // 2 :]}"
    if text.isprintable():
        return text
    return "".join(map(_seen, text))


def _seen(c: str) -> str:
    if c.isprintable() or c == _JOINER or unicodedata.category(c) == "Zs":
        return c
    if "\udc80" <= c <= "\udcff":  # a byte of a file's name
        return f"\\x{ord(c) - 0xDC00:02x}"
    return c.encode("unicode_escape").decode("ascii")


class LivemelError(Exception):
    """A mistake or a fault that a person can act on: one line, exit code 2, no traceback.

    Whatever names and values it carries, its text is one line that can be shown anywhere.
    """

    def __str__(self) -> str:
        return one_line(super().__str__())


class ParameterError(LivemelError, ValueError):
    """A parameter has an impossible value."""


class SourceError(LivemelError):
    """A source of sound cannot be opened, or what it delivers is not sound."""


class OutputError(LivemelError):
    """A result cannot be written."""


class NoDeviceError(SourceError):
    """This computer has nothing to record with: no PortAudio, or no input device."""


class DisplayError(LivemelError):
    """There is no screen to open a window on. advice : what to do, in a line, or "" """

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice
