"""`livemel verify`."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from livemel.cli.arguments import Parser
from livemel.cli.terminal import put, tell
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.models import ROWS, row
from livemel.dsp.row import DEFAULT_SR, FrontEndRow
from livemel.errors import ParameterError
from livemel.verify import verify
from livemel.verify.comparison import SEED
from livemel.verify.reference import Samples
from livemel.verify.references import not_installed
from livemel.verify.signals import SIGNALS, built_in
from livemel.verify.sound import Sound, read_sound
from livemel.verify.table import explanation, summary, table, to_json
from livemel.version import __version__

_CLEAR = "\r\033[K"  # back to the line's beginning, and all of it away


def run(arguments: Sequence[str]) -> int:
    """Compare and print; returns 1 if anything is beyond tolerance, else 0."""
    options = _parser().parse_args(arguments)
    if options.input is not None and options.long:
        raise ParameterError("--long belongs to the built-in signals, and a file was named")
    rows = ROWS if options.frontend == "all" else (row(options.frontend),)
    changes = dict(map(_change, options.change))
    sound = None if options.input is None else read_sound(options.input)
    frontends = _frontends(rows, DEFAULT_SR if sound is None else sound.sr, changes)

    @lru_cache(maxsize=1)
    def sounds(sr: int) -> Mapping[str, Samples]:
        if sound is None:
            return built_in(sr, long=options.long)
        return {sound.described.partition(":")[0]: sound.at(sr)}

    heard = _heard(sound, long=options.long)
    if not options.json:
        tell(f"livemel {__version__}, in random chunks (seed {SEED}), against what is installed")
        tell(heard)
        if changes:
            tell(f"changed: {', '.join(options.change)}")
        tell("")
    found = list(verify(_told(frontends), sounds))
    if options.json:
        put(to_json(found, {"livemel": __version__, "sound": heard, "changes": changes}))
    else:
        text = "\n\n".join((table(found), explanation(), summary(found)))
        tell(*text.split("\n"))
        if more := not_installed(each.name for each in rows):
            tell(f"where they are installed, also against: {', '.join(more)}")
    return int(any(each.verdict == "beyond" for each in found))


def _parser() -> Parser:
    parser = Parser(
        prog="livemel verify",
        description="Compare the columns of named front-ends with somebody else's code, where it "
        "is installed. Exits with 1 if any is beyond tolerance.",
    )
    parser.add_argument(
        "input", nargs="?", type=Path, metavar="IN", help="a sound file (built-in signals)"
    )
    parser.add_argument(
        "--frontend", default="all", metavar="NAME", help="livemel frontends lists them (all)"
    )
    parser.add_argument("--long", action="store_true", help="ten minutes besides the short signals")
    parser.add_argument(
        "--change",
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help="compare with this changed, such as mel_scale=htk, to see that it is found out",
    )
    parser.add_argument("--json", action="store_true", help="as JSON")
    return parser


def _change(text: str) -> tuple[str, Any]:
    """FIELD=VALUE: a number, true, false, null, or else words."""
    field, equals, value = text.partition("=")
    if not (field and equals):
        raise ParameterError(f"--change {text!r} is not FIELD=VALUE, such as mel_scale=htk")
    try:
        return field, json.loads(value)
    except ValueError:
        return field, value


def _frontends(
    rows: Sequence[FrontEndRow], sr: int, changes: Mapping[str, Any]
) -> list[tuple[FrontEndRow, FrontEnd]]:
    """The rows with what is compared for each. sr : for those that take the device's."""
    return [(each, each.build(sr).replace(**changes)) for each in rows]


def _heard(sound: Sound | None, *, long: bool) -> str:
    if sound is not None:
        return sound.described
    names = ", ".join(SIGNALS)
    return f"{len(SIGNALS)} signals: {names}" + (", and ten minutes" if long else "")


def _told(
    frontends: Sequence[tuple[FrontEndRow, FrontEnd]],
) -> Iterator[tuple[FrontEndRow, FrontEnd]]:
    """The same, with a line for whoever waits at a terminal."""
    if not sys.stderr.isatty():
        yield from frontends
        return
    try:
        for i, each in enumerate(frontends, 1):
            sys.stderr.write(f"{_CLEAR}[{i}/{len(frontends)}] {each[0].name}")
            sys.stderr.flush()
            yield each
    finally:
        sys.stderr.write(_CLEAR)
        sys.stderr.flush()
