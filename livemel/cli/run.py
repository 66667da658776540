"""`livemel`: arguments → config, and the window."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from livemel import __version__
from livemel.cli.arguments import Parser
from livemel.config import COLOR_MAPS, THEMES, FrontEndChoice, RunConfig
from livemel.dsp.frontend import MEL_SCALES
from livemel.errors import ParameterError
from livemel.sources.opening import SourceRequest, open_source

_PICTURES = (".png", ".jpg", ".jpeg", ".bmp")
# Options of the run → fields of the front-end.
_FRONTEND_FIELDS = ("n_fft", "hop_length", "n_mels", "fmin", "fmax", "mel_scale")


def open_window(arguments: Sequence[str]) -> int:
    """Run the window until it is closed; returns the exit code."""
    config = parse_run(arguments)
    for path in (config.screenshot, config.stats):
        if path is not None:
            _check_writable(path)
    if config.record is not None:
        if config.record.exists():
            raise ParameterError(f"{config.record} is there already: recordings overwrite nothing")
        _check_writable(config.record)
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
    if options.screenshot is not None and options.screenshot.suffix.lower() not in _PICTURES:
        known = ", ".join(_PICTURES)
        raise ParameterError(f"screenshot={options.screenshot} does not end in one of {known}")
    changes = {
        name: getattr(options, name)
        for name in _FRONTEND_FIELDS
        if getattr(options, name) is not None
    }
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
        frontend=FrontEndChoice(options.frontend, options.sr, changes),
        history_s=options.history,
        span_s=min(10.0, options.history) if options.span is None else options.span,
        cmap=options.cmap,
        theme=options.theme,
        size=options.size,
        seconds=options.seconds,
        screenshot=options.screenshot,
        stats=options.stats,
        record=options.record,
        record_bits=options.record_bits,
    )


def _run_parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="livemel",
        description="The log-mel spectrogram of live sound.",
        epilog="Commands: livemel devices lists the input devices, livemel frontends the "
        "front-ends of models; livemel bench measures this computer. Each has --help.",
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
    sound.add_argument("--record", type=Path, metavar="OUT.wav|OUT.flac", help="record all of it")
    sound.add_argument(
        "--record-bits", type=int, metavar="N", help="16, 24, or 32: float (32, in FLAC 24)"
    )
    columns = parser.add_argument_group("columns")
    columns.add_argument(
        "--frontend", default="live", metavar="NAME", help="livemel frontends lists them (live)"
    )
    columns.add_argument("--n-fft", type=int, metavar="N", help="samples in a frame (2048)")
    columns.add_argument("--hop-length", type=int, metavar="N", help="samples a column (10 ms)")
    columns.add_argument("--n-mels", type=int, metavar="N", help="mel bands (128)")
    columns.add_argument("--fmin", type=float, metavar="F", help="lowest frequency in Hz (0)")
    columns.add_argument("--fmax", type=float, metavar="F", help="highest in Hz (sr/2)")
    columns.add_argument("--mel-scale", choices=MEL_SCALES, help="mel scale (slaney)")
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
        "--size", type=_size, default=(1280, 720), metavar="WxH", help="of the window (1280x720)"
    )
    window.add_argument("--seconds", type=float, metavar="N", help="close after N seconds")
    window.add_argument("--screenshot", type=Path, metavar="OUT.png", help="the window at its end")
    window.add_argument("--stats", type=Path, metavar="OUT.json", help="figures of the run")
    return parser


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is not WIDTHxHEIGHT, such as 1280x720")
    return int(width), int(height)


def _check_writable(path: Path) -> None:
    """Find out now, not after an hour, that the results cannot be written."""
    try:
        there = path.exists()
        if path.is_fifo():
            raise ParameterError(f"cannot write {path}: it is a pipe")
        with path.open("ab"):
            pass
        if not there:
            path.unlink()
    except OSError as error:
        raise ParameterError(f"cannot write {path}: {error.strerror or error}") from None
