"""Names of files are nobody's business: they are taken out of what others' code says."""

import re

FILE = "<file>"

# In quotes, as most errors name a file: what has a folder or an ending is one.
_QUOTED = re.compile(r"""(['"])((?:\\.|(?!\1)[^\n])*?(?:[/\\]|\.\w{1,5})(?:\\.|(?!\1)[^\n])*)\1""")
# Without quotes a name may hold spaces: up to its ending, or else to the end of the word.
_ROOT = r"(?<![\w.<])(?:~?/|[A-Za-z]:[/\\]|file:/)"
_BARE_WHOLE = re.compile(_ROOT + r"""[^\n'":]*\.\w{1,5}\b""")
_BARE = re.compile(_ROOT + r"[^\s'\":]+")
_SOUND = re.compile(
    r"""[^\s'":()]+\.(?:wav|flac|ogg|oga|opus|mp3|aiff?|au|caf|w64|rf64|m4a|npz|npy|csv|json|toml"""
    r"""|html?|png|jpe?g|bmp|svg|pdf|zip)\b""",
    re.IGNORECASE,
)
# Where in the code it happened: that is what a traceback is for.
_PLACE = re.compile(r'^\s*File "')


def without_names(text: str) -> str:
    """The text with <file> for whatever looks like a file's name.

    Lines of a traceback that tell a place in the code, and the code there, stay as they are.
    """
    lines, in_code = [], False
    for line in text.split("\n"):
        place = bool(_PLACE.match(line))
        if place or (in_code and line.startswith("    ")):
            lines.append(line)
        else:
            lines.append(_without(line))
        in_code = place or (in_code and line.startswith("    "))
    return "\n".join(lines)


def _without(line: str) -> str:
    line = _QUOTED.sub(rf"\1{FILE}\1", line)
    for pattern in (_BARE_WHOLE, _BARE, _SOUND):
        line = pattern.sub(FILE, line)
    return line
