"""`livemel learn-normal`: what is normal, from sound files."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from livemel.cli.arguments import Parser, add_channel_option, add_frontend_options, frontend_choice
from livemel.cli.files import end_on_signals, say_notes
from livemel.cli.progress import Progress
from livemel.cli.terminal import tell
from livemel.engine.offline import FileColumns
from livemel.errors import ParameterError, SourceError
from livemel.export.output import check_replaceable, whole_file

if TYPE_CHECKING:
    from livemel.diagnosis.normal import Normal


def learn_normal(arguments: Sequence[str]) -> int:
    """`livemel learn-normal`."""
    options = _parser().parse_args(arguments)
    end_on_signals()
    from livemel.diagnosis.normal_file import SUFFIX, write_normal

    if options.out.suffix.lower() != SUFFIX:
        raise ParameterError(f"{options.out} does not end in {SUFFIX}")
    for sound in options.sounds:
        check_replaceable(options.out, source=sound)
    normal = _learned(options)
    with whole_file(options.out) as file:
        write_normal(normal, file)
    tell(
        f"{options.out}: {normal.learned_s:.1f} s of {normal.source}, "
        f"{normal.frontend.n_rows} rows; 1 false alarm an hour over {normal.threshold(1):.1f} σ, "
        f"1 a day over {normal.threshold(1 / 24):.1f} σ"
    )
    return 0


def _learned(options: argparse.Namespace) -> "Normal":
    """All files by one front-end: the first one's rate, where the front-end takes any."""
    from livemel.diagnosis.learning import Learning

    choice = frontend_choice(options)
    first = FileColumns(options.sounds[0], choice.build, channel=options.channel).frontend
    files = [FileColumns(path, lambda _: first, channel=options.channel) for path in options.sounds]
    learning = Learning(first)
    with Progress("learning") as progress:
        for i, file in enumerate(files):
            for block in file:
                learning.push(block)
                progress((i + file.progress) / len(files))
            if short := file.shortness:
                raise SourceError(f"{file.format.name} is {short}")
            learning.cut()
    name = options.sounds[0].name if len(files) == 1 else f"{len(files)} files"
    normal = learning.normal(name)
    for file in files:
        say_notes(file)
    return normal


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="livemel learn-normal",
        description="Learn what is normal from sound files: what the window and livemel check "
        "then call an anomaly, in σ. A minute is little, ten are better. The file holds numbers; "
        "no sound can be had back from it.",
        allow_abbrev=False,
    )
    parser.add_argument("sounds", nargs="+", type=Path, metavar="FILE", help="sound files")
    parser.add_argument(
        "-o", "--out", type=Path, required=True, metavar="NORMAL.npz", help="the result"
    )
    add_channel_option(parser)
    parser.add_argument("--sr", type=int, metavar="N", help="sample rate in Hz (the first file's)")
    add_frontend_options(parser)
    return parser
