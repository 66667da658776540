"""The command line: argv → config, and exit codes: 0 done, 2 a mistake said in one line."""

import argparse
import contextlib
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from livemel import __version__
from livemel.config import COLOR_MAPS, THEMES, FrontEndChoice, RunConfig
from livemel.dsp.frontend import MEL_SCALES
from livemel.errors import LivemelError, ParameterError
from livemel.sources.opening import SourceRequest, open_source

_PICTURES = (".png", ".jpg", ".jpeg", ".bmp")
# Options of the run → fields of the front-end.
_FRONTEND_FIELDS = ("n_fft", "hop_length", "n_mels", "fmin", "fmax", "mel_scale")


class _Parser(argparse.ArgumentParser):
    """argparse that raises instead of printing its usage."""

    def error(self, message: str) -> NoReturn:
        raise ParameterError(f"{message} (livemel --help lists the options)")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        if arguments[:1] not in (["devices"], ["bench"]):
            return _window(arguments)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        code = (_devices if arguments[0] == "devices" else _bench)(arguments[1:])
        sys.stdout.flush()
        return code
    except LivemelError as error:
        print(f"livemel: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read our output has heard enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0


def _window(arguments: list[str]) -> int:
    config = parse_run(arguments)
    for path in (config.screenshot, config.stats):
        if path is not None:
            _check_writable(path)
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
        frontend=FrontEndChoice(sr=options.sr, changes=changes),
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
    parser = _Parser(
        prog="livemel",
        description="The log-mel spectrogram of live sound.",
        epilog="Commands: livemel devices [--json] lists the input devices; "
        "livemel bench measures this computer.",
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
    columns = parser.add_argument_group("columns")
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


def _devices(arguments: list[str]) -> int:
    parser = _Parser(prog="livemel devices", description="List the input devices.")
    parser.add_argument("--json", action="store_true", help="as JSON")
    options = parser.parse_args(arguments)
    from livemel.sources.devices import list_input_devices

    devices = list_input_devices()
    if options.json:
        rows: list[dict[str, Any]] = [
            {
                "index": device.index,
                "name": device.name,
                "host_api": device.host_api,
                "channels": device.channels,
                "default_sr": device.default_sr,
                "default": device.is_default,
            }
            for device in devices
        ]
        print(json.dumps(rows, indent=2))
        return 0
    if not devices:
        print("no input devices")
    for device in devices:
        mark = "*" if device.is_default else " "
        print(
            f"{mark} {device.index:3d}  {device.name}  ({device.host_api}, "
            f"{device.channels} channels, {device.default_sr} Hz)"
        )
    return 0


def _bench(arguments: list[str]) -> int:
    parser = _Parser(prog="livemel bench", description="Measure this computer.")
    parser.add_argument(
        "only", nargs="*", metavar="NAME", help="transform, push, paint or window (all four)"
    )
    parser.add_argument("--json", action="store_true", help="as JSON")
    options = parser.parse_args(arguments)
    from livemel.bench import run_benches

    with contextlib.suppress(BrokenPipeError):
        return run_benches(options.only, as_json=options.json)
    return 0
