"""`livemel check`: what is wrong with a sound, without a display."""

import argparse
import math
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from livemel.cli.arguments import Parser
from livemel.cli.check_sources import LIVE_S, Sound, check_readable, sounds_of
from livemel.cli.files import end_on_signals
from livemel.cli.progress import Progress
from livemel.cli.terminal import put
from livemel.config import FrontEndChoice
from livemel.diagnosis import Severity
from livemel.errors import LivemelError, ParameterError, SourceError
from livemel.export.checked import Checked, shown_name, to_json
from livemel.export.checked_text import Terminal, block, line, table
from livemel.sources.opening import SourceRequest

if TYPE_CHECKING:
    from livemel.diagnosis.normal import Normal

_LONGEST_S = 86_400.0
_NARROWEST, _WIDTH, _WIDEST = 60, 80, 100


def check(arguments: Sequence[str]) -> int:
    """`livemel check`; returns 1 if anything is found that is as grave as --fail-on, else 0."""
    options = _parser().parse_args(arguments)
    end_on_signals()
    _check(options)
    diagnosed = partial(_diagnosed, normal=_normal(options.normal))
    keeps = options.html is not None or options.normal is not None
    sounds = sounds_of(options.sources, _request(options), options.seconds, keeps=keeps)
    check_readable(sounds)
    several = len(sounds) > 1 or any(sound.of_folder for sound in sounds)
    if options.html is not None:
        from livemel.cli.check_page import check_page, write_page

        check_page(options.html, sounds)
        checked = write_page(options.html, sounds, diagnosed)
    elif options.json:
        checked = list(map(diagnosed, sounds))
        put(to_json(checked, several=several))
    else:
        checked = _tell(sounds, diagnosed, several=several)
    least = Severity.parse(options.fail_on)
    return int(any(sound.worst is not None and sound.worst >= least for sound in checked))


def _normal(path: Path | None) -> "tuple[str, Normal] | None":
    """The normal, and what its file is called. Raises ParameterError."""
    if path is None:
        return None
    from livemel.diagnosis.normal_file import load_normal

    return path.name, load_normal(path)


def _tell(
    sounds: Sequence[Sound], diagnosed: Callable[[Sound], Checked], *, several: bool
) -> list[Checked]:
    """Each once it is known, as text."""
    terminal = _terminal()
    checked: list[Checked] = []
    apart = False  # a block has an empty line before and after it
    for sound in sounds:
        known = diagnosed(sound)
        short = several and known.worst is None and not known.notes
        if checked and (apart or not short):
            put("")
        put(line(known, terminal) if short else block(known, terminal))
        apart = not short
        checked.append(known)
    if several:
        put(f"\n{table(checked, terminal)}")
    return checked


def _diagnosed(sound: Sound, normal: "tuple[str, Normal] | None") -> Checked:
    """What is named and cannot be read is a mistake, what lies in a folder a finding."""
    try:
        with Progress(sound.name) as progress:
            report, notes = sound.diagnose(progress)
        if normal is None:
            return Checked(sound.name, report, tuple(notes))
        name, learned = normal
        if (open_part := sound.open_part()) is None:
            raise SourceError(f"{sound.name} is too long for --normal: --seconds N makes it less")
        from livemel.cli.check_normal import judged

        with Progress(f"{sound.name}: by {name}") as progress:
            report = judged(report, open_part, learned, progress)
        return Checked(sound.name, report, tuple(notes), normal=shown_name(name))
    except LivemelError as error:
        if not sound.of_folder:
            raise
        return Checked(sound.name, None, error=" ".join(str(error).splitlines()))


def _terminal() -> Terminal:
    """stdout."""
    if sys.stdout is None or not sys.stdout.isatty():
        return Terminal(_WIDTH)
    columns = shutil.get_terminal_size((_WIDTH, 24)).columns
    colours = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Terminal(min(max(columns, _NARROWEST), _WIDEST), colours=colours)


def _check(options: argparse.Namespace) -> None:
    """Raises ParameterError."""
    seconds = options.seconds
    if seconds is not None and not (math.isfinite(seconds) and 0.1 <= seconds <= _LONGEST_S):
        raise ParameterError(f"seconds={seconds:g} is not between 0.1 and {_LONGEST_S:g}")
    if options.device is not None and options.sources not in ([], ["mic"]):
        raise ParameterError(f"--device is for a microphone, not for {options.sources[0]}")
    FrontEndChoice(sr=options.sr)  # which knows what rates there are


def _request(options: argparse.Namespace) -> SourceRequest:
    return SourceRequest(
        device=options.device,
        sr=options.sr,
        channels=options.channels,
        sample_format=options.format,
    )


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="livemel check",
        description="Tell what is wrong with a sound: hum, clipping, dropouts and the like, how "
        "much, since when, and what to try. Needs no display. Exits with 0 if it is clean, with 1 "
        "if anything is found that is as grave as --fail-on, with 2 after a mistake.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "sources",
        nargs="*",
        metavar="SOURCE",
        help="a sound file, a folder of them, mic, a device's number or name, demo:NAME, or - for "
        "raw PCM on stdin (mic)",
    )
    parser.add_argument(
        "--seconds",
        type=float,
        metavar="N",
        help=f"look at the first N seconds (files and stdin: all; live: {LIVE_S:g})",
    )
    result = parser.add_mutually_exclusive_group()
    result.add_argument("--json", action="store_true", help="as JSON, which docs/check.md explains")
    result.add_argument("--html", type=Path, metavar="OUT", help="as a page with pictures")
    parser.add_argument(
        "--fail-on",
        choices=[str(severity) for severity in Severity],
        default=str(Severity.WARN),
        help="exit with 1 from this severity on (warn)",
    )
    parser.add_argument(
        "--normal",
        type=Path,
        metavar="F.npz",
        help="tell what is unusual, too, by what livemel learn-normal wrote",
    )
    sound = parser.add_argument_group("live sound")
    sound.add_argument("--device", metavar="D", help="input device, by number or name")
    sound.add_argument("--sr", type=int, metavar="N", help="sample rate in Hz (the source's own)")
    sound.add_argument(
        "--channels", type=int, default=1, metavar="N", help="channels of raw PCM on stdin (1)"
    )
    sound.add_argument(
        "--format", default="s16le", metavar="F", help="samples of raw PCM on stdin (s16le)"
    )
    return parser
