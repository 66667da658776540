"""`livemel export` and `livemel fit-scaler`: files → columns → files."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from livemel.cli.arguments import FRONTEND_FIELDS, Parser, add_frontend_options, frontend_choice
from livemel.cli.files import add_sound_options, end_on_signals, open_by, open_sound, say_notes
from livemel.cli.progress import Progress
from livemel.cli.terminal import say, tell
from livemel.dsp.layout import Layout
from livemel.dsp.scaler import KINDS, Scaler
from livemel.engine.offline import FileColumns
from livemel.errors import ParameterError
from livemel.export.layout import AS_MODEL, LAYOUTS, NAMED, layout_of
from livemel.export.output import check_replaceable, whole_file
from livemel.export.recipe import read_recipe
from livemel.export.writing import Export, check_suffix

# What a recipe tells.
_OF_RECIPE = (
    *("frontend", *FRONTEND_FIELDS, "scaler", "view"),
    *("sr", "channel", "layout"),
)


def export(arguments: Sequence[str]) -> int:
    """`livemel export`."""
    options = _export_parser().parse_args(arguments)
    end_on_signals()
    check_suffix(options.out)
    as_csv = options.out.suffix.lower() == ".csv"
    if as_csv and options.layout not in (None, "time-mel"):
        raise ParameterError(f"layout={options.layout}: a .csv has a line for each column")
    asked = _by_recipe(options) if options.recipe is not None else _by_options(options)
    file = asked.open()
    check_replaceable(options.out, source=options.sound)
    wanted = Export(file, options.out, asked.name, asked.layout_name, asked.layout)
    with Progress(f"{options.sound.name} → {options.out.name}") as progress:
        shape = wanted.write(progress)
    say_notes(file)
    if asked.layout_name == AS_MODEL and not as_csv and asked.takes not in (None, file.columns):
        say(
            f"{asked.name} takes {asked.takes} columns at once: all {file.columns} are written, "
            "neither cut nor filled up"
        )
    sizes = " × ".join(map(str, shape))
    axes = "(T, F)" if as_csv else wanted.layout.pattern
    tell(f"{options.out}: {sizes} {axes}, {asked.name}, normalise {file.frontend.normalise}")
    return 0


@dataclass(frozen=True, slots=True)
class _Asked:
    """open : opens the sound; takes : columns that the model takes at once, None for any"""

    open: Callable[[], FileColumns]
    name: str
    layout_name: str
    layout: Layout
    takes: int | None = None


def _by_options(options: argparse.Namespace) -> _Asked:
    choice = frontend_choice(options)
    row, name = choice.preset.row, options.layout or AS_MODEL
    return _Asked(
        partial(open_sound, options, choice), row.name, name, layout_of(name, row), row.takes
    )


def _by_recipe(options: argparse.Namespace) -> _Asked:
    """What a recipe says, which is all there is to say of the columns."""
    for name in _OF_RECIPE:
        if getattr(options, name) is not None:
            option = "--" + name.replace("_", "-")
            raise ParameterError(f"--recipe says what {option} would: leave one of them out")
    recipe = read_recipe(options.recipe)
    options.channel = recipe.channel
    layout = Layout.parse(NAMED[recipe.layout])
    return _Asked(
        partial(open_by, options, lambda _: recipe.frontend), recipe.name, recipe.layout, layout
    )


def fit_scaler(arguments: Sequence[str]) -> int:
    """`livemel fit-scaler`."""
    options = _fit_parser().parse_args(arguments)
    end_on_signals()
    if options.out.suffix.lower() != ".json":
        raise ParameterError(f"{options.out} does not end in .json")
    options.normalise = "none"
    check_replaceable(options.out)
    scaler = _fitted(options)
    with whole_file(options.out) as file:
        file.write(scaler.to_json().encode())
    bands = f"{len(scaler.shift)} bands" if scaler.per_bin else "all bands together"
    tell(
        f"{options.out}: {scaler.kind} of {bands}, {scaler.columns} columns of "
        f"{scaler.files} file{'s' if scaler.files != 1 else ''}, {scaler.frontend_name}"
    )
    return 0


def _fitted(options: argparse.Namespace) -> Scaler:
    """All files through one front-end: the first one's rate, where the front-end takes any."""
    from livemel.dsp.scaler_fit import ScalerFit

    choice = frontend_choice(options)
    fit = ScalerFit(options.kind, per_bin=not options.all_bands)
    frontend = FileColumns(options.sounds[0], choice.build).frontend
    # Each is opened before the work begins, so that a missing one is found now.
    files = [FileColumns(path, lambda _: frontend) for path in options.sounds]
    with Progress("fitting") as progress:
        for i, file in enumerate(files):
            for block in file:
                fit.push(block)
                progress((i + file.progress) / len(files))
    scaler = fit.result(files=len(files), frontend_name=choice.name, frontend=frontend)
    for file in files:
        say_notes(file)
    if fit.left_out:
        say(f"{fit.left_out} columns hold NaN or infinities and are left out")
    return scaler


def _export_parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="livemel export",
        description="Write the columns of a sound file, as the window would compute them, to "
        ".npz, .npy or .csv. A statistic that a live picture can only have so far is taken of the "
        "whole (--normalise exact). All columns are written: none is cut off and none added where "
        "a model takes a fixed number.",
        allow_abbrev=False,
    )
    add_sound_options(parser)
    parser.add_argument(
        "out", type=Path, metavar="OUT.npz|.npy|.csv", help="the result; replaced as a whole"
    )
    add_frontend_options(parser)
    parser.add_argument(
        "--recipe",
        type=Path,
        metavar="recipe.json",
        help="all that the columns are, as the window saved it; instead of the options above",
    )
    parser.add_argument(
        "--layout",
        choices=LAYOUTS,
        help="as-model: the model's own order of axes; mel-time: (F, T); time-mel: (T, F); nchw: "
        "(1, 1, F, T); F bands, T columns (as-model)",
    )
    return parser


def _fit_parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="livemel fit-scaler",
        description="Fit a data set's statistic to the columns of sound files, for --normalise "
        "dataset.",
        allow_abbrev=False,
    )
    parser.add_argument("sounds", nargs="+", type=Path, metavar="FILE", help="sound files")
    parser.add_argument(
        "-o", "--out", type=Path, required=True, metavar="SCALER.json", help="the result"
    )
    parser.add_argument(
        "--kind", choices=KINDS, default="mean-std", help="mean-std or min-max (mean-std)"
    )
    parser.add_argument(
        "--global", dest="all_bands", action="store_true", help="one for all bands together"
    )
    parser.add_argument("--sr", type=int, metavar="N", help="sample rate in Hz (the first file's)")
    add_frontend_options(parser, bands_only=True)
    return parser
