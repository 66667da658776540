"""What commands print: names that others chose stand in it as plain text."""

import sys

from livemel.errors import one_line


def prepare_stdout() -> None:
    """A character that stdout's encoding has not, or half of a name, is no reason to break off
    when the work is done: it is shown as "?". stderr writes such characters out by itself.
    """
    if (reconfigure := getattr(sys.stdout, "reconfigure", None)) is not None:
        reconfigure(errors="replace")


def tell(*lines: str) -> None:
    """Lines of a result; whatever is in one, it stays one line of plain text."""
    put("\n".join(map(one_line, lines)))


def put(text: str) -> None:
    """A result as it is: JSON of ASCII, or what is coloured and holds no raw names."""
    print(text, flush=True)


def say(text: str) -> None:
    """A line for a person on stderr; stdout is the result's."""
    if sys.stderr is not None:
        print(f"livemel: {one_line(text)}", file=sys.stderr, flush=True)
