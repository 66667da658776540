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
from livemel.cli.check_sources import LIVE_S, FileSound, Sound, check_readable, sounds_of
from livemel.cli.files import end_on_signals
from livemel.cli.progress import Progress
from livemel.config import FrontEndChoice
from livemel.diagnosis import Severity
from livemel.errors import DisplayError, LivemelError, ParameterError
from livemel.export.checked import Checked, counts_of, to_json, verdict_of
from livemel.export.checked_text import Terminal, block, line, summary, table
from livemel.export.output import check_replaceable, whole_file
from livemel.export.plot import Pictures
from livemel.sources.opening import SourceRequest

if TYPE_CHECKING:
    from livemel.engine.offline import FileColumns

_LONGEST_S = 86_400.0
_WIDTH, _WIDEST = 80, 100
# On a page of many files: an image takes about 0.2 MB.
_MOST_PICTURES = 60


def check(arguments: Sequence[str]) -> int:
    """`livemel check`; returns 1 if anything is found that is as grave as --fail-on, else 0."""
    options = _parser().parse_args(arguments)
    end_on_signals()
    _check(options)
    sounds = sounds_of(
        options.sources, _request(options), options.seconds, keeps=options.html is not None
    )
    check_readable(sounds)
    if options.html is not None:
        _check_page(options.html, sounds)
    several = len(sounds) > 1 or any(sound.of_folder for sound in sounds)
    if options.json:
        checked = [_diagnosed(sound) for sound in sounds]
        print(to_json(checked, several=several))
    elif options.html is not None:
        checked = _write_page(options.html, sounds)
    else:
        checked = _tell(sounds, several=several)
    least = Severity.parse(options.fail_on)
    return int(any(sound.worst is not None and sound.worst >= least for sound in checked))


def _tell(sounds: Sequence[Sound], *, several: bool) -> list[Checked]:
    """Each once it is known, as text."""
    terminal = _terminal()
    checked: list[Checked] = []
    apart = False  # a block has an empty line before and after it
    for sound in sounds:
        known = _diagnosed(sound)
        short = several and known.worst is None and not known.notes
        if checked and (apart or not short):
            print()
        print(line(known, terminal) if short else block(known, terminal), flush=True)
        apart = not short
        checked.append(known)
    if several:
        print(f"\n{table(checked, terminal)}")
    return checked


def _diagnosed(sound: Sound) -> Checked:
    """What is named and cannot be read is a mistake, what lies in a folder a finding."""
    try:
        with Progress(sound.name) as progress:
            report, notes = sound.diagnose(progress)
    except LivemelError as error:
        if not sound.of_folder:
            raise
        return Checked(sound.name, None, error=" ".join(str(error).splitlines()))
    return Checked(sound.name, report, tuple(notes))


def _write_page(out: Path, sounds: Sequence[Sound]) -> list[Checked]:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        from livemel.ui.finding_pictures import MOST_ZOOMS, pictures_of
    except ImportError as error:
        raise DisplayError(f"Qt cannot be loaded: {error}") from None
    from livemel.export.checked_page import page

    drawn: list[tuple[Checked, Pictures]] = []
    left = _MOST_PICTURES
    for sound in sounds:
        checked = _diagnosed(sound)
        pictures = Pictures()
        if checked.report is not None and (len(sounds) == 1 or checked.worst is not None):
            open_part = _open_part(sound)
            if left < 1 or open_part is None:
                pictures = Pictures(missing="Not drawn: there is too much of it.")
            else:
                with Progress(f"{sound.name} → {out.name}") as progress:
                    zooms = min(MOST_ZOOMS, left - 1)
                    pictures = pictures_of(checked.report, open_part, progress, zooms=zooms)
                left -= 1 + len(pictures.zooms)
        drawn.append((checked, pictures))
    with whole_file(out) as file:
        file.write(page(drawn).encode())
    every = [checked for checked, _ in drawn]
    print(f"{out}: {verdict_of(every)}, {_in_short(every)}")
    return every


def _open_part(sound: Sound) -> "Callable[..., FileColumns] | None":
    """What opens a part of the sound for its columns; None where it was not kept."""
    from livemel.engine.offline import FileColumns

    if isinstance(sound, FileSound):
        return partial(FileColumns, sound.path)
    kept = getattr(sound, "kept", None)
    return None if kept is None else partial(FileColumns, Path(sound.name), open_reader=kept)


def _in_short(checked: Sequence[Checked]) -> str:
    if len(checked) == 1 and checked[0].report is not None:
        return summary(checked[0].report)
    return ", ".join(f"{n} {name}" for name, n in counts_of(checked).items() if n)


def _terminal() -> Terminal:
    """stdout: a character that its encoding has not is no reason to break off."""
    if (reconfigure := getattr(sys.stdout, "reconfigure", None)) is not None:
        reconfigure(errors="replace")
    if not sys.stdout.isatty():
        return Terminal(_WIDTH)
    columns = shutil.get_terminal_size((_WIDTH, 24)).columns
    colours = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Terminal(min(max(columns, _WIDTH), _WIDEST), colours=colours)


def _check(options: argparse.Namespace) -> None:
    """Raises ParameterError."""
    seconds = options.seconds
    if seconds is not None and not (math.isfinite(seconds) and 0.1 <= seconds <= _LONGEST_S):
        raise ParameterError(f"seconds={seconds:g} is not between 0.1 and {_LONGEST_S:g}")
    if options.device is not None and options.sources not in ([], ["mic"]):
        raise ParameterError(f"--device is for a microphone, not for {options.sources[0]}")
    FrontEndChoice(sr=options.sr)  # which knows what rates there are


def _check_page(out: Path, sounds: Sequence[Sound]) -> None:
    if out.suffix.lower() not in (".html", ".htm"):
        raise ParameterError(f"{out} does not end in .html")
    check_replaceable(out)
    for sound in sounds:
        if isinstance(sound, FileSound):
            check_replaceable(out, source=sound.path)


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
