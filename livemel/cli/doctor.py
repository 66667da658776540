"""`livemel doctor`: what this computer has of what livemel needs."""

import shutil
import sys
from collections.abc import Sequence

from livemel.cli.arguments import Parser
from livemel.cli.terminal import put, tell

_NARROWEST, _WIDTH, _WIDEST = 60, 100, 120


def doctor(arguments: Sequence[str]) -> int:
    """`livemel doctor`; returns 1 if anything is wrong, else 0."""
    parser = Parser(
        prog="livemel doctor",
        description="Look at what livemel needs of this computer: sound, Qt and a screen, folders, "
        "versions; and say what to do about what is wrong. Changes nothing, uses no network. "
        "Exits with 1 if anything is wrong.",
        allow_abbrev=False,
    )
    parser.add_argument("--json", action="store_true", help="as docs/doctor.schema.json has it")
    options = parser.parse_args(arguments)
    from livemel.doctor.examine import examine
    from livemel.doctor.text import as_json, as_text

    examination = examine()
    if options.json:
        put(as_json(examination))
    else:
        tell(*as_text(examination, _columns()).split("\n"))
    return 0 if examination.ok else 1


def _columns() -> int:
    if sys.stdout is None or not sys.stdout.isatty():
        return _WIDTH
    return min(max(shutil.get_terminal_size((_WIDTH, 24)).columns, _NARROWEST), _WIDEST)
