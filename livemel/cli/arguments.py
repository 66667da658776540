"""argparse, with mistakes as livemel says them, and the options that several commands share."""

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from livemel.channel import Channel, Lanes, parse_channel, parse_lanes
from livemel.config import PANELS, FrontEndChoice
from livemel.dsp.frontend import MEL_SCALES, NORMALISE, REPRESENTATIONS
from livemel.errors import ParameterError

Value = TypeVar("Value")

PICTURES = (".png", ".jpg", ".jpeg", ".bmp")
FIGURES = (*PICTURES, ".svg", ".pdf")
# Options → fields of the front-end.
_SIZES = ("n_fft", "hop_length", "n_mels", "fmin", "fmax", "mel_scale", "n_mfcc")
FRONTEND_FIELDS = (*_SIZES, "normalise")


class Parser(argparse.ArgumentParser):
    """argparse that raises instead of printing its usage."""

    def error(self, message: str) -> NoReturn:
        raise ParameterError(f"{message} ({self.prog} --help lists the options)")


def add_frontend_options(parser: argparse.ArgumentParser, *, bands_only: bool = False) -> None:
    """What a front-end is and what is changed of it: frontend_choice takes them.

    bands_only : without those of other views and of what comes after the logarithm
    """
    parser.set_defaults(view=None, n_mfcc=None, normalise=None, scaler=None)
    columns = parser.add_argument_group("columns")
    columns.add_argument(
        "--frontend",
        metavar="NAME",
        help="livemel frontends lists them; also a TOML file (live)",
    )
    columns.add_argument("--n-fft", type=int, metavar="N", help="samples in a frame (2048)")
    columns.add_argument("--hop-length", type=int, metavar="N", help="samples a column (10 ms)")
    columns.add_argument("--n-mels", type=int, metavar="N", help="mel bands (128)")
    columns.add_argument("--fmin", type=float, metavar="F", help="lowest frequency in Hz (0)")
    columns.add_argument("--fmax", type=float, metavar="F", help="highest in Hz (sr/2)")
    columns.add_argument("--mel-scale", choices=MEL_SCALES, help="mel scale (slaney)")
    if bands_only:
        return
    columns.add_argument("--view", choices=REPRESENTATIONS, help="what they hold (mel)")
    columns.add_argument("--n-mfcc", type=int, metavar="N", help="coefficients of --view mfcc (20)")
    columns.add_argument(
        "--normalise",
        choices=NORMALISE,
        metavar="HOW",
        help=f"{', '.join(NORMALISE)} (the front-end's own)",
    )
    columns.add_argument(
        "--scaler",
        type=Path,
        metavar="F.json",
        help="what livemel fit-scaler wrote, for --normalise dataset",
    )


def frontend_choice(
    options: argparse.Namespace, kept: FrontEndChoice | None = None
) -> FrontEndChoice:
    """The front-end of add_frontend_options and --sr.

    kept : what counts where they do not tell. Another front-end has none of its changes, but its
        view
    Raises ParameterError.
    """
    kept = kept or FrontEndChoice()
    changes: dict[str, Any] = {
        name: getattr(options, name)
        for name in FRONTEND_FIELDS
        if getattr(options, name) is not None
    }
    if options.scaler is not None:
        from livemel.dsp.scaler import read_scaler

        if changes.setdefault("normalise", "dataset") != "dataset":
            raise ParameterError(
                f"scaler={options.scaler} is for --normalise dataset, not {options.normalise}"
            )
        changes["scaler"] = read_scaler(options.scaler)
    elif options.normalise == "dataset":
        raise ParameterError("--normalise dataset needs --scaler: livemel fit-scaler makes one")
    view = kept.view if options.view is None else options.view
    if options.frontend is not None:
        return FrontEndChoice(options.frontend, options.sr, changes, view)
    return replace(kept, sr=options.sr, changes={**kept.changes, **changes}, view=view)


def add_channel_option(parser: argparse._ActionsContainer) -> None:
    """--channel, of commands that compute one."""
    parser.add_argument(
        "--channel",
        type=_channel,
        metavar="N|mix|L-R",
        help="channel, from 1; L-R is half of their difference (mix: the mean of all)",
    )


def _channel(text: str) -> Channel:
    return _said(parse_channel, text)


def lanes(text: str) -> Lanes:
    """Several of those: 1,3,5..8 or all."""
    return _said(parse_lanes, text)


def _said(parse: Callable[[str], Value], text: str) -> Value:
    """argparse would say of our own errors only that the value is invalid."""
    try:
        return parse(text)
    except ParameterError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def image_size(text: str) -> tuple[int, int]:
    """1280x720 → 1280, 720."""
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is not WIDTHxHEIGHT, such as 1280x720")
    return int(width), int(height)


def panel_names(text: str) -> tuple[str, ...]:
    """slice,levels → those, in the order of PANELS; none → nothing."""
    names = [] if text == "none" else text.split(",")
    for name in names:
        if name not in PANELS:
            known = ", ".join(PANELS)
            raise argparse.ArgumentTypeError(f"unknown panel {name!r}: there are {known}, or none")
    return tuple(name for name in PANELS if name in names)
