"""`livemel`: arguments → config, and the window."""

import argparse
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from livemel.cli.arguments import (
    PICTURES,
    Parser,
    add_frontend_options,
    frontend_choice,
    image_size,
    lanes,
    panel_names,
)
from livemel.cli.remembered import remembered
from livemel.config import (
    COLOR_MAPS,
    MOST_FILES,
    PANELS,
    REVERSED,
    THEMES,
    WEIGHTINGS,
    Fallback,
    RunConfig,
)
from livemel.errors import LivemelError, ParameterError
from livemel.export.output import check_writable
from livemel.logs.levels import LEVEL_VARIABLE, LEVELS, wanted_level
from livemel.settings import Settings
from livemel.sources.base import Source
from livemel.sources.opening import SourceRequest, can_be_heard, open_source
from livemel.version import __version__


def open_window(arguments: Sequence[str]) -> int:
    """Run the window until it is closed; returns the exit code."""
    options = _run_parser().parse_args(arguments)
    level = wanted_level(options.log_level)
    known = remembered(options)
    config = _configure(options, known.settings)
    said = " ".join(filter(None, (known.message, config.notice)))
    config = replace(config, notice=said, note=known.note, kept_in=known.path)
    if options.output_device is not None:
        from livemel.sources.devices import check_output_device

        check_output_device(options.output_device)
    for path in (config.screenshot, config.stats):
        if path is not None:
            check_writable(path)
    if config.record is not None:
        if os.path.lexists(config.record):
            raise ParameterError(f"{config.record} is there already: recordings overwrite nothing")
        check_writable(config.record)
    # Before Qt is imported: the device opens meanwhile.
    source, config = _open_source(config)
    from livemel.logs.run import kept_log  # now that the device opens

    with kept_log(level, crashes=True):
        try:
            # Here, so that a mistake or `livemel devices` need not wait for Qt.
            from livemel.doctor.display import check_display

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
        try:
            if config.play and can_be_heard(config.source):
                from livemel.engine.aloud import play_aloud

                play_aloud(source, config.source, config.output_device)
            source.start()
        except BaseException:
            source.stop()
            raise
    except LivemelError as error:
        if config.fallback is None:
            raise
        return _open_source(config.fallen_back(str(error)))
    return source, config


def _configure(options: argparse.Namespace, settings: Settings) -> RunConfig:
    """What was asked for, checked as a whole. Raises ParameterError if it is impossible."""
    config = _choose(options, settings)
    if config.play and not can_be_heard(config.source):
        raise ParameterError(
            f"--play is for files and demo scenes as they scroll, not for --source "
            f"{config.source.name}"
        )
    return config


def _choose(options: argparse.Namespace, settings: Settings) -> RunConfig:
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


def _check_files(options: argparse.Namespace) -> None:
    """Raises ParameterError for what does not go with the files that are named."""
    several = len(options.files) > 1
    if options.files and options.source is not None:
        raise ParameterError(f"--source={options.source} and {options.files[0]}: which of them?")
    for name in options.files:
        if not SourceRequest(name=name).is_file:
            raise ParameterError(f"{name} is no file: --source {name} opens it")
    if len(options.files) > MOST_FILES:
        raise ParameterError(f"{len(options.files)} files are more than {MOST_FILES}")
    if options.ab and not several:
        raise ParameterError("--ab compares two files: name both")
    for flag, given in (
        ("--record", options.record is not None),
        ("--loop", options.loop),
        ("--channel", options.channel is not None),
    ):
        if several and given:
            raise ParameterError(f"{flag} is for one source, not for several files")


def _combine(options: argparse.Namespace, settings: Settings) -> RunConfig:
    """Raises ParameterError."""
    _check_files(options)
    if options.screenshot is not None and options.screenshot.suffix.lower() not in PICTURES:
        known = ", ".join(PICTURES)
        raise ParameterError(f"screenshot={options.screenshot} does not end in one of {known}")
    frontend = frontend_choice(options, settings.frontend)
    return RunConfig(
        source=_source(options, settings.source),
        files=tuple(Path(name) for name in options.files[1:]),
        side_by_side=options.ab,
        remember_files=settings.remember_files,
        frontend=frontend,
        history_s=options.history,
        span_s=min(settings.span_s, options.history) if options.span is None else options.span,
        cmap=settings.cmap if options.cmap is None else options.cmap,
        auto_range=settings.auto_range if options.auto_range is None else options.auto_range,
        weighting=settings.weighting if options.weighting is None else options.weighting,
        spl_offset=options.spl_offset,
        calibrations=settings.calibrations,
        theme=settings.theme if options.theme is None else options.theme,
        size=settings.size if options.size is None else options.size,
        maximized=settings.maximized and options.size is None,
        # In the unit of the front-end that it was set for.
        saving=settings.saving,
        level_range=settings.level_range if frontend == settings.frontend else None,
        panels=settings.panels if options.panels is None else options.panels,
        slice_width=settings.slice_width,
        waveform_height=settings.waveform_height,
        diagnosis=settings.diagnosis if options.diagnosis is None else options.diagnosis,
        findings=settings.findings,
        learn_s=settings.learn_s,
        false_alarms=settings.false_alarms,
        seconds=options.seconds,
        screenshot=options.screenshot,
        stats=options.stats,
        record=options.record,
        record_bits=options.record_bits,
        play=options.play,
        output_device=(
            settings.output_device if options.output_device is None else options.output_device
        ),
    )


def _source(options: argparse.Namespace, kept: SourceRequest) -> SourceRequest:
    """Another source or device has other channels: of a remembered one, all or nothing."""
    named = options.files[0] if options.files else options.source
    if named is not None or options.device is not None:
        kept = SourceRequest()
    request = SourceRequest(
        name=kept.name if named is None else named,
        device=kept.device if options.device is None else options.device,
        channel=kept.channel,
        lanes=kept.lanes,
        sr=options.sr,
        channels=options.channels,
        sample_format=options.format,
        loop=options.loop,
        at_once=len(options.files) > 1,
    )
    return request if options.channel is None else request.hearing(options.channel)


def _run_parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="livemel",
        description="The log-mel spectrogram of live sound.",
        epilog="Commands: livemel devices lists the input devices, livemel frontends the "
        "front-ends of models and livemel verify compares them with others' code; livemel export "
        "writes a file's columns, livemel render its picture, livemel fit-scaler a data set's "
        "statistic, livemel learn-normal what is normal; livemel check tells what is wrong with a "
        "sound, livemel doctor what is wrong with this computer; livemel latency measures the way "
        "from an output to an input, livemel bench this computer. Each has --help.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"livemel {__version__}")
    parser.add_argument(
        "files", nargs="*", metavar="FILE", help="a sound file to play, or several as tabs"
    )
    sound = parser.add_argument_group("sound")
    sound.add_argument(
        "--source",
        metavar="mic|demo[:NAME]|FILE|-",
        help="a microphone, a synthesised scene, a sound file, or raw PCM on stdin (mic)",
    )
    sound.add_argument(
        "--device", metavar="D", help="input device, by number or name (livemel devices)"
    )
    sound.add_argument(
        "--channel",
        type=lanes,
        metavar="N|mix|L-R|1,3,5..8|all",
        help="channel, from 1; the mean of all; half a difference; several",
    )
    sound.add_argument("--sr", type=int, metavar="N", help="sample rate in Hz (the source's own)")
    sound.add_argument(
        "--channels", type=int, default=1, metavar="N", help="channels of raw PCM on stdin (1)"
    )
    sound.add_argument(
        "--format", default="s16le", metavar="F", help="samples of raw PCM on stdin (s16le)"
    )
    sound.add_argument("--loop", action="store_true", help="begin a file again when it ends")
    sound.add_argument("--play", action="store_true", help="hear a file or a scene as it scrolls")
    sound.add_argument(
        "--output-device", metavar="D", help="what is played on, by number or name (the default)"
    )
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
    window.add_argument(
        "--cmap",
        metavar="NAME",
        help=f"{', '.join(COLOR_MAPS)}; with {REVERSED} behind it, reversed (magma)",
    )
    window.add_argument(
        "--auto-range",
        action=argparse.BooleanOptionalAction,
        help="let the range of the colours follow the sound (off)",
    )
    window.add_argument(
        "--diagnosis",
        action=argparse.BooleanOptionalAction,
        help="look for hum, clipping, dropouts and other faults in what is heard (on)",
    )
    window.add_argument(
        "--weighting", choices=WEIGHTINGS, help="of levels in dB, by IEC 61672 (none)"
    )
    window.add_argument(
        "--spl-offset", type=float, metavar="DB", help="dB SPL of a full-scale sine (not known)"
    )
    window.add_argument("--theme", choices=THEMES, help="look (dark)")
    window.add_argument("--size", type=image_size, metavar="WxH", help="of the window (1280x720)")
    window.add_argument("--ab", action="store_true", help="the first two files side by side")
    window.add_argument(
        "--panels", type=panel_names, metavar="NAMES", help=f"{','.join(PANELS)} or none (none)"
    )
    window.add_argument("--seconds", type=float, metavar="N", help="close after N seconds")
    window.add_argument("--screenshot", type=Path, metavar="OUT.png", help="the window at its end")
    window.add_argument("--stats", type=Path, metavar="OUT.json", help="figures of the run")
    window.add_argument(
        "--log-level",
        choices=LEVELS,
        help=f"what the log keeps; ${LEVEL_VARIABLE} likewise (warning, and events of devices)",
    )
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
