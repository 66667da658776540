"""Names of files are nobody's business: they are taken out of what others' code says."""

import os
import re
from collections.abc import Iterable

from livemel.errors import one_line

FILE = "<file>"
# A path is no longer. Lines of more than two are cut: some patterns take the square of them.
_LONGEST = 1 << 12
_SHORTEST = 3  # shorter names are words as well

# In quotes, as most errors name a file: what has a folder or an ending is one, and so is what
# stands behind these words. Nothing in it can be read in two ways: an unclosed quote costs its
# length and no more.
_QUOTED = re.compile(r"""(['"])((?:\\.|(?!\1)[^\\\n])*+)\1""")
_FILE_LIKE = re.compile(r"[/\\]|\.\w{1,5}")
_SPEAKS_OF_FILES = re.compile(
    r"\[(?:Errno|WinError) \d+\]|\b(?:cannot (?:read|write)|[Ee]rror opening|[Ff]ile|[Ff]older"
    r"|[Dd]irectory):? $"
)
# Without quotes a name may hold spaces: as far as our own words say, up to its ending, or else to
# the end of the word.
_SAID = re.compile(r"""\b(cannot (?:read|write)|no such file[^:'"\n]*:) (?!['"])[^:\n]+(?=: |$)""")
_ROOT = r"(?<![\w.<])(?:~?/|[A-Za-z]:[/\\]|file:/)"
_BARE_TOLD = re.compile(
    _ROOT + r"""[^\n'":]*?(?= (?:is (?:no|not|there|too|torn)|does not|holds|has no)\b)"""
)
_BARE_WHOLE = re.compile(_ROOT + r"""[^\n'":]*\.\w{1,5}\b""")
_BARE = re.compile(_ROOT + r"[^\s'\":]+")
_SOUND = re.compile(
    r"""(?<![^\s'":()])[^\s'":()]+\.(?:wav|flac|ogg|oga|opus|mp3|aiff?|au|caf|w64|rf64|m4a|npz|npy|csv|json|toml"""
    r"""|html?|png|jpe?g|bmp|svg|pdf|zip)\b""",
    re.IGNORECASE,
)
# Where in the code it happened: that is what a traceback is for.
_PLACE = re.compile(r'^\s*File "')


def names_in(error: BaseException | None) -> set[str]:
    """What files an error and those that it came of name: as they say, not as it looks."""
    found: set[str] = set()
    seen: set[int] = set()
    left = [error]
    while left:
        wrong = left.pop()
        if wrong is None or id(wrong) in seen:
            continue
        seen.add(id(wrong))
        left += [wrong.__cause__, wrong.__context__, *getattr(wrong, "exceptions", ())]
        for name in (getattr(wrong, "filename", None), getattr(wrong, "filename2", None)):
            if isinstance(name, str | bytes | os.PathLike):
                path = os.fsdecode(name)
                found |= {path, os.path.basename(path)}  # noqa: PTH119  # it may be any text
    return found


def without_names(text: str, known: Iterable[str] = ()) -> str:
    """The text with <file> for whatever looks like a file's name, or is one of the known.

    What stays is a name of one word or several, without a folder and an ending, that stands neither
    in quotes behind words about files nor where our own messages have it, and that nobody knows.
    Lines of a traceback that tell a place in the code, and the code there, stay as they are.
    """
    names = _pattern(known)
    lines, in_code = [], False
    for line in text.split("\n"):
        place = bool(_PLACE.match(line))
        if place or (in_code and line.startswith("    ")):
            lines.append(line)
        else:
            lines.append(_without(line if names is None else names.sub(FILE, line)))
        in_code = place or (in_code and line.startswith("    "))
    return "\n".join(lines)


def _pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """What finds them as they are, as repr has them and as they are shown."""
    forms = {form for name in names for form in (name, repr(name)[1:-1], one_line(name))}
    forms = {form for form in forms if len(form) >= _SHORTEST}
    if not forms:
        return None
    longest_first = sorted(forms, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


def _without(line: str) -> str:
    if len(line) > 2 * _LONGEST:  # what is left may end within a name
        return _without(line[: 2 * _LONGEST])[:-_LONGEST] + " …"
    line = _SAID.sub(rf"\1 {FILE}", _QUOTED.sub(_quoted, line))
    for pattern in (_BARE_TOLD, _BARE_WHOLE, _BARE, _SOUND):
        line = pattern.sub(FILE, line)
    return line


def _quoted(match: re.Match[str]) -> str:
    before = match.string[: match.start()]
    is_file = _FILE_LIKE.search(match[2]) or _SPEAKS_OF_FILES.search(before)
    return f"{match[1]}{FILE}{match[1]}" if is_file else match[0]
