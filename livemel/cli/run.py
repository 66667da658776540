"""`livemel`: arguments → config, and the window."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from livemel.cli.arguments import (
    PICTURES,
    Parser,
    add_frontend_options,
    frontend_choice,
    image_size,
)
from livemel.config import COLOR_MAPS, THEMES, RunConfig
from livemel.errors import ParameterError
from livemel.export.output import check_writable
from livemel.sources.opening import SourceRequest, open_source
from livemel.version import __version__


def open_window(arguments: Sequence[str]) -> int:
    """Run the window until it is closed; returns the exit code."""
    config = parse_run(arguments)
    for path in (config.screenshot, config.stats):
        if path is not None:
            check_writable(path)
    # Before Qt is imported: the device opens meanwhile.
    source = open_source(config.source)
    try:
        source.start()
        # Here, so that a mistake or `livemel devices` need not wait for Qt.
        from livemel.ui.display import check_display

        check_display()
        from livemel.app import run
    except BaseException:
        source.stop()
        raise
    return run(config, source)


def parse_run(arguments: Sequence[str]) -> RunConfig:
    """The arguments of a run as a checked config. Raises ParameterError."""
    options = _run_parser().parse_args(arguments)
    if options.screenshot is not None and options.screenshot.suffix.lower() not in PICTURES:
        known = ", ".join(PICTURES)
        raise ParameterError(f"screenshot={options.screenshot} does not end in one of {known}")
    choice = frontend_choice(options)
    if options.channel is not None and options.channel < 1:
        raise ParameterError(f"channel={options.channel} is out of range: channels count from 1")
    return RunConfig(
        source=SourceRequest(
            name=options.source,
            device=options.device,
            channel=options.channel,
            sr=options.sr,
            channels=options.channels,
            sample_format=options.format,
            loop=options.loop,
        ),
        frontend=choice,
        history_s=options.history,
        span_s=min(10.0, options.history) if options.span is None else options.span,
        cmap=options.cmap,
        theme=options.theme,
        size=options.size,
        seconds=options.seconds,
        screenshot=options.screenshot,
        stats=options.stats,
    )


def _run_parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="livemel",
        description="The log-mel spectrogram of live sound.",
        epilog="Commands: livemel devices lists the input devices, livemel frontends the "
        "front-ends of models and livemel verify compares them with others' code; livemel export "
        "writes a file's columns, livemel render its picture, livemel fit-scaler a data set's "
        "statistic; livemel bench measures this computer. Each has --help.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"livemel {__version__}")
    sound = parser.add_argument_group("sound")
    sound.add_argument(
        "--source",
        default="mic",
        metavar="mic|demo[:NAME]|FILE|-",
        help="a microphone, a synthesised scene, a sound file, or raw PCM on stdin (mic)",
    )
    sound.add_argument("--device", metavar="D", help="input device, by number or name")
    sound.add_argument("--channel", type=int, metavar="N", help="channel, from 1")
    sound.add_argument("--sr", type=int, metavar="N", help="sample rate in Hz (the source's own)")
    sound.add_argument(
        "--channels", type=int, default=1, metavar="N", help="channels of raw PCM on stdin (1)"
    )
    sound.add_argument(
        "--format", default="s16le", metavar="F", help="samples of raw PCM on stdin (s16le)"
    )
    sound.add_argument("--loop", action="store_true", help="begin a file again when it ends")
    add_frontend_options(parser)
    window = parser.add_argument_group("window")
    window.add_argument(
        "--history", type=float, default=300.0, metavar="S", help="seconds kept (300)"
    )
    window.add_argument("--span", type=float, metavar="S", help="seconds on the screen (10)")
    window.add_argument(
        "--cmap", default="magma", metavar="NAME", help=", ".join(COLOR_MAPS) + " (magma)"
    )
    window.add_argument("--theme", choices=THEMES, default="dark", help="look (dark)")
    window.add_argument(
        "--size",
        type=image_size,
        default=(1280, 720),
        metavar="WxH",
        help="of the window (1280x720)",
    )
    window.add_argument("--seconds", type=float, metavar="N", help="close after N seconds")
    window.add_argument("--screenshot", type=Path, metavar="OUT.png", help="the window at its end")
    window.add_argument("--stats", type=Path, metavar="OUT.json", help="figures of the run")
    return parser
