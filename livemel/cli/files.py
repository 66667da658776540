"""What the commands that read a sound file share."""

import argparse
import signal
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from livemel.cli.arguments import add_channel_option
from livemel.cli.terminal import say
from livemel.config import FrontEndChoice
from livemel.dsp.frontend import FrontEnd
from livemel.engine.offline import FileColumns, offline_build


def add_sound_options(parser: argparse.ArgumentParser) -> None:
    """The file, and what is taken of it: open_sound takes them."""
    parser.add_argument("sound", type=Path, metavar="IN", help="a sound file")
    sound = parser.add_argument_group("sound")
    add_channel_option(sound)
    sound.add_argument("--start", type=float, metavar="S", help="begin at this second of the file")
    sound.add_argument("--end", type=float, metavar="S", help="end at this one")
    sound.add_argument("--sr", type=int, metavar="N", help="sample rate in Hz (the file's own)")


def open_sound(options: argparse.Namespace, choice: FrontEndChoice) -> FileColumns:
    """The file of add_sound_options. Raises LivemelError."""
    return open_by(options, offline_build(choice))


def open_by(options: argparse.Namespace, build: Callable[[int], FrontEnd]) -> FileColumns:
    """The file of add_sound_options, by a front-end for its rate. Raises LivemelError."""
    return FileColumns(
        options.sound,
        build,
        channel=options.channel,
        start_s=options.start,
        end_s=options.end,
    )


def say_notes(file: FileColumns) -> None:
    """What there is to know of a sound. Afterwards: a mistake is one line and no other."""
    for note in file.notes():
        say(f"{file.format.name}: {note}")
    scaler = file.frontend.scaler
    if scaler is not None and (differences := scaler.differences(file.frontend)):
        say(f"the scaler was fitted to other columns: {', '.join(differences)}")


def end_on_signals() -> None:
    """Let SIGTERM and SIGHUP end the program as Ctrl-C does: nothing half written stays."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _end)


def _end(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
