"""What can be wrong, in words for a person. Every message is one line that carries the value."""

import unicodedata

# Longer messages carry somebody's file in them: their beginning and end tell enough.
_LONGEST = 1200
# Of what a file says it is called. No name of a file is longer.
LONGEST_NAME = 255
# Joins emoji; all else that cannot be seen is written out.
_JOINER = "\N{ZERO WIDTH JOINER}"


def one_line(text: str, longest: int = _LONGEST) -> str:
    """A text that others wrote, for a person: in one line of at most so many characters, and with
    nothing that a terminal obeys or that turns the line's order about. Bytes that are no UTF-8 are
    \\xff. What it returns it leaves as it is.
    """
    text = _cut(text, longest)
    return text if text.isprintable() else _cut("".join(map(_seen, text)), longest)


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    half = (longest - 3) // 2
    return f"{text[:half]} … {text[-half:]}"


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
