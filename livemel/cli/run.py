"""`livemel`: arguments → config, and the window."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from livemel.cli.arguments import (
    PICTURES,
    Parser,
    add_frontend_options,
    frontend_choice,
    image_size,
    panel_names,
)
from livemel.cli.remembered import remembered
from livemel.config import COLOR_MAPS, PANELS, THEMES, Fallback, RunConfig
from livemel.errors import LivemelError, ParameterError
from livemel.export.output import check_writable
from livemel.settings import Settings
from livemel.sources.base import Source
from livemel.sources.opening import SourceRequest, open_source
from livemel.version import __version__


def open_window(arguments: Sequence[str]) -> int:
    """Run the window until it is closed; returns the exit code."""
    options = _run_parser().parse_args(arguments)
    known = remembered(options)
    config = _configure(options, known.settings)
    said = " ".join(filter(None, (known.message, config.notice)))
    config = replace(config, notice=said, note=known.note, kept_in=known.path)
    for path in (config.screenshot, config.stats):
        if path is not None:
            check_writable(path)
    if config.record is not None:
        if config.record.exists():
            raise ParameterError(f"{config.record} is there already: recordings overwrite nothing")
        check_writable(config.record)
    # Before Qt is imported: the device opens meanwhile.
    source, config = _open_source(config)
    try:
        # Here, so that a mistake or `livemel devices` need not wait for Qt.
        from livemel.ui.display import check_display

        check_display()
        from livemel.app import run
    except BaseException:
        source.stop()
        raise
    return run(config, source)


def parse_run(arguments: Sequence[str], settings: Settings | None = None) -> RunConfig:
    """The arguments of a run as a checked config. What they do not tell is as in the settings.

    Raises ParameterError.
    """
    return _configure(_run_parser().parse_args(arguments), settings or Settings())


def _open_source(config: RunConfig) -> tuple[Source, RunConfig]:
    """The source, started, and the config, which is another where a remembered one is no more."""
    try:
        source = open_source(config.source)
        source.start()
    except LivemelError as error:
        if config.fallback is None:
            raise
        return _open_source(config.fallen_back(str(error)))
    return source, config


def _configure(options: argparse.Namespace, settings: Settings) -> RunConfig:
    """A flag goes before the settings, and they before the defaults.

    Where flags and settings do not go together (--fmax below a remembered fmin) the flags count.
    Raises ParameterError if they are impossible by themselves.
    """
    plain = Settings()
    try:
        config = _combine(options, settings)
    except ParameterError as error:
        config = _combine(options, plain)
        return replace(config, notice=f"{error}: what was last used is left out.")
    alone = _combine(options, plain)
    if (config.source, config.frontend) == (alone.source, alone.frontend):
        return config
    return replace(config, fallback=Fallback(alone.source, alone.frontend))


def _combine(options: argparse.Namespace, settings: Settings) -> RunConfig:
    """Raises ParameterError."""
    if options.screenshot is not None and options.screenshot.suffix.lower() not in PICTURES:
        known = ", ".join(PICTURES)
        raise ParameterError(f"screenshot={options.screenshot} does not end in one of {known}")
    frontend = frontend_choice(options, settings.frontend)
    if options.channel is not None and options.channel < 1:
        raise ParameterError(f"channel={options.channel} is out of range: channels count from 1")
    return RunConfig(
        source=_source(options, settings.source),
        frontend=frontend,
        history_s=options.history,
        span_s=min(settings.span_s, options.history) if options.span is None else options.span,
        cmap=settings.cmap if options.cmap is None else options.cmap,
        theme=settings.theme if options.theme is None else options.theme,
        size=settings.size if options.size is None else options.size,
        maximized=settings.maximized and options.size is None,
        # In the unit of the front-end that it was set for.
        level_range=settings.level_range if frontend == settings.frontend else None,
        panels=settings.panels if options.panels is None else options.panels,
        slice_width=settings.slice_width,
        waveform_height=settings.waveform_height,
        seconds=options.seconds,
        screenshot=options.screenshot,
        stats=options.stats,
        record=options.record,
        record_bits=options.record_bits,
    )


def _source(options: argparse.Namespace, kept: SourceRequest) -> SourceRequest:
    """Another source or device has other channels: of a remembered one, all or nothing."""
    if options.source is not None or options.device is not None:
        kept = SourceRequest()
    return SourceRequest(
        name=kept.name if options.source is None else options.source,
        device=kept.device if options.device is None else options.device,
        channel=kept.channel if options.channel is None else options.channel,
        sr=options.sr,
        channels=options.channels,
        sample_format=options.format,
        loop=options.loop,
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
    sound.add_argument("--record", type=Path, metavar="OUT.wav|OUT.flac", help="record all of it")
    sound.add_argument(
        "--record-bits", type=int, metavar="N", help="16, 24, or 32: float (32, in FLAC 24)"
    )
    add_frontend_options(parser)
    window = parser.add_argument_group("window")
    window.add_argument(
        "--history", type=float, default=300.0, metavar="S", help="seconds kept (300)"
    )
    window.add_argument("--span", type=float, metavar="S", help="seconds on the screen (10)")
    window.add_argument("--cmap", metavar="NAME", help=", ".join(COLOR_MAPS) + " (magma)")
    window.add_argument("--theme", choices=THEMES, help="look (dark)")
    window.add_argument("--size", type=image_size, metavar="WxH", help="of the window (1280x720)")
    window.add_argument(
        "--panels", type=panel_names, metavar="NAMES", help=f"{','.join(PANELS)} or none (none)"
    )
    window.add_argument("--seconds", type=float, metavar="N", help="close after N seconds")
    window.add_argument("--screenshot", type=Path, metavar="OUT.png", help="the window at its end")
    window.add_argument("--stats", type=Path, metavar="OUT.json", help="figures of the run")
    habits = parser.add_argument_group(
        "what was last used",
        "What is chosen in the window is kept for the next run. Runs with --seconds, --screenshot "
        "or --stats begin with the defaults and keep nothing.",
    )
    habits.add_argument(
        "--settings",
        action=argparse.BooleanOptionalAction,
        help="begin with what was last used, and keep what is chosen",
    )
    habits.add_argument("--workspace", metavar="NAME", help="begin with a saved workspace")
    habits.add_argument(
        "--reset-settings", action="store_true", help="set them aside, and begin with the defaults"
    )
    return parser
