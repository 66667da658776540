"""Folders that livemel writes to: whether it can, and how much room there is."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from livemel.doctor.check import Check, State, of_another, size, without_home
from livemel.engine.recordings import default_path
from livemel.files import NO_HOME, config_folder, is_there
from livemel.logs.file import log_path

_GROUP = "Folders"
# A minute of stereo at 48 kHz, 32 bits; a quarter of an hour of it is little.
_MINUTE = 60 * 48_000 * 2 * 4
_LITTLE = 15 * _MINUTE
# Settings, log, what is saved before it is renamed.
_SMALL = 16 << 20


def check_places() -> list[Check]:
    """Writes an unnamed file into each, which goes at once."""
    log = log_path()
    return [
        _check("settings", _folder(config_folder), "what is chosen is not kept", _SMALL),
        _check("log", log and log.parent, "nothing is written down for bug reports", _SMALL),
        _check("recordings", _folder(lambda: default_path().parent), "R cannot record", _LITTLE),
        _check("temporary files", _folder(_temporary), "nothing can be saved", _SMALL),
    ]


def _folder(place: Callable[[], Path]) -> Path | None:
    """None where nobody knows it: without a home folder there are none below it."""
    with contextlib.suppress(RuntimeError, OSError, KeyError):
        folder = place()
        return None if folder.is_relative_to(NO_HOME) else folder
    return None


def _temporary() -> Path:
    return Path(tempfile.gettempdir())


def _check(name: str, folder: Path | None, without: str, least: int) -> Check:
    if folder is None or not folder.is_absolute():
        return Check(_GROUP, name, State.WRONG, "no home folder", f"set HOME; else {without}")
    place, shown = _there(folder), without_home(f"{folder}/")
    try:
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
        free = shutil.disk_usage(place).free
    except OSError as error:
        found = f"{shown} cannot be written: {error.strerror or error}"
        home = os.environ.get("HOME", "")
        others = of_another("HOME") if home and folder.is_relative_to(home) else ""
        advice = f"{others or 'make it writable'}; else {without}"
        return Check(_GROUP, name, State.WRONG, found, advice)
    room = f"{size(free)} free"
    if least == _LITTLE:
        room += f", {_duration(free / _MINUTE)} of stereo"
    if free < least:
        return Check(_GROUP, name, State.NOTE, f"{shown}: {room}", "make room on that disk")
    return Check(_GROUP, name, State.OK, f"{shown}: {room}")


def _there(folder: Path) -> Path:
    """The folder, or what it would be made in."""
    while not is_there(folder) and folder != folder.parent:
        folder = folder.parent
    return folder


def _duration(minutes: float) -> str:
    return f"{minutes:.0f} minutes" if minutes < 120 else f"{minutes / 60:.0f} hours"
