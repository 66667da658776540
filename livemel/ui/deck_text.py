"""What is said of what is open: on tabs, in the status line and in the banner. No Qt."""

from collections.abc import Callable, Sequence

from livemel.engine.decks import Deck, Failure
from livemel.errors import one_line
from livemel.ui.words import translate

_LONGEST_NAME = 40  # characters


def name_of(deck: Deck) -> str:
    """A file's name, or what is heard: what was asked for until that is known."""
    if deck.is_whole:
        return one_line(deck.path.name)
    feed = deck.engine.feed
    return one_line(deck.engine.source.label if feed is None else feed.format.name)


def tab_of(deck: Deck, files: Sequence[Deck]) -> tuple[str, str, bool]:
    """Name, tooltip, and whether it is a file. Of two files of one name the folder is told."""
    name = name_of(deck)
    if not deck.is_whole:
        return name, name, False
    path = deck.path
    if sum(other.path.name == path.name for other in files) > 1:
        name = one_line(f"{path.absolute().parent.name}/{path.name}")
    return (name if deck.is_ready else f"{name} …"), one_line(str(path)), True


def coming_text(deck: Deck) -> str:
    """Of what was asked for and is not there yet."""
    opening = deck.form is None if deck.is_whole else deck.engine.feed is None
    words = translate("Files", "opening {} …") if opening else translate("Files", "reading {} …")
    return words.format(one_line(name_of(deck), _LONGEST_NAME))


def summary(failures: Sequence[Failure], fits: Callable[[str], bool]) -> str:
    """Why the first file failed, and which others did: as many as a line has room for.

    fits : whether a text takes no more than that
    """
    if not failures:
        return ""
    first = _brief(failures[0])
    names = [one_line(failure.path.name) for failure in failures[1:]]
    if not names:
        return first
    counts = range(len(names), -1, -1)
    texts = [f"{first} {_others(names[:count], len(names) - count)}" for count in counts]
    return next(filter(fits, texts), texts[-1])


def _others(names: Sequence[str], more: int) -> str:
    """(and two.wav, three.wav and 4 more)"""
    listed = ", ".join(names)
    if not more:
        return translate("Files", "(and {})").format(listed)
    if not names:
        return translate("Files", "(and {} more)").format(more)
    return translate("Files", "(and {} and {} more)").format(listed, more)


def _brief(failure: Failure) -> str:
    """By the file's name alone: what is wrong comes first, not where it lies."""
    path = failure.path
    return failure.reason.replace(one_line(str(path)), one_line(path.name))
