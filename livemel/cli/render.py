"""`livemel render`: a file's picture, without a display."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from livemel.cli.arguments import (
    PICTURES,
    Parser,
    add_frontend_options,
    frontend_choice,
    image_size,
)
from livemel.cli.files import add_sound_options, end_on_signals, open_sound, say_notes
from livemel.cli.progress import Progress
from livemel.config import COLOR_MAPS, REVERSED, THEMES, RunConfig
from livemel.errors import DisplayError, ParameterError
from livemel.export.output import check_replaceable, whole_file

# What would make the image larger or smaller than was asked for.
_SCALES = ("QT_SCALE_FACTOR", "QT_SCREEN_SCALE_FACTORS", "QT_FONT_DPI", "QT_USE_PHYSICAL_DPI")


def render(arguments: Sequence[str]) -> int:
    """`livemel render`."""
    options = _parser().parse_args(arguments)
    end_on_signals()
    if options.out.suffix.lower() not in PICTURES:
        raise ParameterError(f"{options.out} does not end in one of {', '.join(PICTURES)}")
    choice = frontend_choice(options)
    checked = RunConfig(frontend=choice, cmap=options.cmap, theme=options.theme, size=options.size)
    _check_range(options.low, options.high)
    file = open_sound(options, choice)
    check_replaceable(options.out, source=options.sound)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    for name in _SCALES:
        os.environ.pop(name, None)
    try:
        from livemel.ui.picture import Look, image_of
    except ImportError as error:
        raise DisplayError(f"Qt cannot be loaded: {error}") from None
    look = Look(checked.cmap, checked.theme, checked.size, options.low, options.high)
    with Progress(f"{options.sound.name} → {options.out.name}") as progress:
        image = image_of(file, choice.name, look, options.out.suffix, progress)
    with whole_file(options.out) as out:
        out.write(image)
    say_notes(file)
    return 0


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
    parser.add_argument("out", type=Path, metavar="OUT.png", help="the picture")
    add_frontend_options(parser)
    picture = parser.add_argument_group("picture")
    picture.add_argument(
        "--cmap",
        default="magma",
        metavar="NAME",
        help=f"{', '.join(COLOR_MAPS)}; with {REVERSED} behind it, reversed (magma)",
    )
    picture.add_argument("--theme", choices=THEMES, default="dark", help="look (dark)")
    picture.add_argument(
        "--size", type=image_size, default=(1280, 720), metavar="WxH", help="pixels (1280x720)"
    )
    picture.add_argument(
        "--low", type=float, metavar="V", help="the value of the darkest colour (fits the sound)"
    )
    picture.add_argument(
        "--high", type=float, metavar="V", help="the value of the brightest (fits the sound)"
    )
    return parser
