"""What the commands that read a sound file share."""

import argparse
import signal
import sys
from pathlib import Path
from types import FrameType

from livemel.cli.arguments import frontend_choice
from livemel.config import FrontEndChoice
from livemel.engine.offline import FileColumns, offline_choice


def add_sound_options(parser: argparse.ArgumentParser) -> None:
    """The file, and what is taken of it: open_sound takes them."""
    parser.add_argument("sound", type=Path, metavar="IN", help="a sound file")
    sound = parser.add_argument_group("sound")
    sound.add_argument("--channel", type=int, metavar="N", help="channel, from 1 (the mean of all)")
    sound.add_argument("--start", type=float, metavar="S", help="begin at this second of the file")
    sound.add_argument("--end", type=float, metavar="S", help="end at this one")
    sound.add_argument("--sr", type=int, metavar="N", help="sample rate in Hz (the file's own)")


def sound_choice(options: argparse.Namespace) -> FrontEndChoice:
    """The front-end for a file whose whole is known. Raises ParameterError."""
    return offline_choice(frontend_choice(options))


def open_sound(options: argparse.Namespace, choice: FrontEndChoice) -> FileColumns:
    """The file of add_sound_options. Raises LivemelError."""
    return FileColumns(
        options.sound,
        choice.build,
        channel=options.channel,
        start_s=options.start,
        end_s=options.end,
    )


def say(text: str) -> None:
    """A line for a person; stdout is the result's."""
    if sys.stderr is not None:
        print(f"livemel: {text}", file=sys.stderr, flush=True)


class Notes:
    """Says what there is to know of a sound, each thing once."""

    def __init__(self, file: FileColumns) -> None:
        self._file = file
        self._said: set[str] = set()
        self.say()

    def say(self) -> None:
        """What is new; call it again after the last column."""
        for note in self._file.notes():
            if note not in self._said:
                self._said.add(note)
                say(f"{self._file.format.name}: {note}")


def scaler_note(file: FileColumns) -> str:
    """In what the columns are not those that the scaler was fitted to, or ""."""
    scaler = file.frontend.scaler
    differences = [] if scaler is None else scaler.differences(file.frontend)
    if not differences:
        return ""
    return f"the scaler was fitted to other columns: {', '.join(differences)}"


def end_on_signals() -> None:
    """Let SIGTERM and SIGHUP end the program as Ctrl-C does: nothing half written stays."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _end)


def _end(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
