"""`livemel render`: a file's picture, without a display."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from livemel.cli.arguments import (
    FIGURES,
    Parser,
    add_frontend_options,
    frontend_choice,
    image_size,
)
from livemel.cli.files import add_sound_options, end_on_signals, open_sound, say_notes
from livemel.cli.progress import Progress
from livemel.config import COLOR_MAPS, INCH_MM, LOOKS, REVERSED, RunConfig, check_paper
from livemel.errors import DisplayError, ParameterError
from livemel.export.output import check_replaceable, whole_file

# What would make the image larger or smaller than was asked for.
_SCALES = ("QT_SCALE_FACTOR", "QT_SCREEN_SCALE_FACTORS", "QT_FONT_DPI", "QT_USE_PHYSICAL_DPI")


def render(arguments: Sequence[str]) -> int:
    """`livemel render`."""
    options = _parser().parse_args(arguments)
    end_on_signals()
    out = _out(options)
    choice = frontend_choice(options)
    RunConfig(frontend=choice, cmap=options.cmap)
    size = _size(options)
    _check_range(options.low, options.high)
    file = open_sound(options, choice)
    check_replaceable(out, source=options.sound)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    for name in _SCALES:
        os.environ.pop(name, None)
    try:
        from livemel.ui.picture import Look, image_of
    except ImportError as error:
        raise DisplayError(f"Qt cannot be loaded: {error}") from None
    look = Look(options.cmap, options.theme, size, options.dpi, options.low, options.high)
    with Progress(f"{options.sound.name} → {out.name}") as progress:
        picture = image_of(file, choice.name, look, out.suffix.lower(), progress)
    with whole_file(out) as result:
        result.write(picture)
    say_notes(file)
    return 0


def _out(options: argparse.Namespace) -> Path:
    """The result's name, which may stand last or behind -o."""
    named = [out for out in (options.out, options.named_out) if out is not None]
    if len(named) != 1:
        raise ParameterError("render wants the name of one picture, such as OUT.png")
    out: Path = named[0]
    if out.suffix.lower() not in FIGURES:
        raise ParameterError(f"{out} does not end in one of {', '.join(FIGURES)}")
    return out


def _size(options: argparse.Namespace) -> tuple[int, int]:
    """In pixels. Raises ParameterError."""
    width, height, in_mm = options.size
    if in_mm:
        width, height = (round(side * options.dpi / INCH_MM) for side in (width, height))
    check_paper((width, height), options.dpi)
    return width, height


def _paper_size(text: str) -> tuple[int, int, bool]:
    """1280x720 → 1280, 720, False; 160x90mm → 160, 90, True."""
    sides = text.lower()
    return *image_size(sides.removesuffix("mm")), sides.endswith("mm")


def _check_range(low: float | None, high: float | None) -> None:
    for name, value in (("low", low), ("high", high)):
        if value is not None and not -1e6 <= value <= 1e6:
            raise ParameterError(f"{name}={value:g} is not between -1e+06 and 1e+06")
    if low is not None and high is not None and low >= high:
        raise ParameterError(f"low={low:g} is not below high={high:g}")


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="livemel render",
        description="Draw the columns of a sound file, from its beginning to its end, as the "
        "window would. Where a pixel covers several columns, their maximum is shown. Needs no "
        "display. A statistic that a live picture can only have so far is taken of the whole.",
        allow_abbrev=False,
    )
    add_sound_options(parser)
    parser.add_argument(
        "out", type=Path, nargs="?", metavar="OUT", help=f"the picture: {', '.join(FIGURES)}"
    )
    parser.add_argument("-o", "--out", type=Path, dest="named_out", metavar="OUT", help="the same")
    add_frontend_options(parser)
    picture = parser.add_argument_group("picture")
    picture.add_argument(
        "--cmap",
        default="magma",
        metavar="NAME",
        help=f"{', '.join(COLOR_MAPS)}; with {REVERSED} behind it, reversed (magma)",
    )
    picture.add_argument("--theme", choices=LOOKS, default="dark", help="look (dark)")
    picture.add_argument(
        "--size",
        type=_paper_size,
        default=(1280, 720, False),
        metavar="WxH[mm]",
        help="pixels, or millimetres (1280x720)",
    )
    picture.add_argument(
        "--dpi", type=int, default=96, metavar="N", help="which the text is set by (96)"
    )
    picture.add_argument(
        "--low", type=float, metavar="V", help="the value of the darkest colour (fits the sound)"
    )
    picture.add_argument(
        "--high", type=float, metavar="V", help="the value of the brightest (fits the sound)"
    )
    return parser
