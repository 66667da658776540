"""What `livemel check` is told to check: names → sounds, each of which can be diagnosed."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from livemel.diagnosis import Report
from livemel.engine.diagnosed import FileDiagnosis
from livemel.engine.offline import FileColumns, OpenPart, breaks_off
from livemel.errors import LivemelError, SourceError, one_line
from livemel.export.checked import shown_name
from livemel.soundfiles.torn import promised_samples
from livemel.sources.opening import SUFFIXES, SourceRequest

LIVE_S = 10.0


class Sound(Protocol):
    """Something to check. name : for a person; of_folder : nobody named it by itself"""

    name: str
    of_folder: bool

    def diagnose(self, progress: Callable[[float], None]) -> tuple[Report, list[str]]:
        """What is wrong with it, and what else there is to know. Raises LivemelError."""

    def open_part(self) -> OpenPart | None:
        """What opens a part of it for its columns, once it is diagnosed; None where it was not
        kept, or was too much to be.
        """


@dataclass(slots=True)
class FileSound:
    """A sound file, or its first seconds."""

    path: Path
    name: str
    seconds: float | None
    of_folder: bool = False

    def diagnose(self, progress: Callable[[float], None]) -> tuple[Report, list[str]]:
        file = FileDiagnosis(self.path)
        if self.seconds is not None and self.seconds < file.stop / file.format.sr:
            file = FileDiagnosis(self.path, end_s=self.seconds)
        try:
            report, notes = file.run(progress), [file.shortness or self._torn(file)]
        except SourceError as error:
            if file.samples == 0:
                raise
            report, notes = file.report, [str(error)]
        return report, [*filter(None, notes), *not_finite(file.not_finite)]

    def open_part(self) -> OpenPart | None:
        return partial(FileColumns, self.path)

    def _torn(self, file: FileDiagnosis) -> str:
        """A note on what a header promises that libsndfile corrects."""
        try:
            promised = promised_samples(self.path)
        except OSError:  # it is gone by now, and was read
            return ""
        wanted = self.seconds is None or self.seconds * file.format.sr > file.stop
        return breaks_off(file.stop, promised, file.format.sr) if promised and wanted else ""


def check_readable(sounds: Sequence[Sound]) -> None:
    """Find out now, not after an hour, that a file that was named is none. Raises SourceError."""
    for sound in sounds:
        if isinstance(sound, FileSound) and not sound.of_folder:
            FileDiagnosis(sound.path)


def not_finite(samples: int) -> list[str]:
    """A note on those that are no numbers."""
    if not samples:
        return []
    are = "1 sample is" if samples == 1 else f"{samples} samples are"
    return [f"{are} NaN or infinite: taken as 0"]


def sounds_of(
    names: Sequence[str], request: SourceRequest, seconds: float | None, *, keeps: bool
) -> list[Sound]:
    """What the names stand for, folders with all the sound files in them.

    request : of what is no file, but for its name; seconds : None is all of it, or the usual
    keeps : whether live sound stays in memory
    Raises SourceError.
    """
    found: list[Sound] = []
    for name in names or ["mic"]:
        named = replace(request, name=name)
        if named.is_file and not os.path.lexists(name):
            named = _device(named)
        if not named.is_file:
            from livemel.cli.check_live import LiveSound  # files need neither threads nor rings

            found.append(LiveSound(named, seconds, keeps=keeps))
        elif os.path.isdir(name):  # noqa: PTH112  # Path's raises where it may not look
            found += _of_folder(Path(name), seconds)
        else:
            found.append(FileSound(Path(name), shown_name(name), seconds))
    return found


def _device(request: SourceRequest) -> SourceRequest:
    """What is no path may be a device's number or name. Raises SourceError if it is neither."""
    name = request.name
    try:
        from livemel.sources.devices import list_input_devices

        devices = list_input_devices() if _may_be_device(name) else []
    except LivemelError:
        devices = []
    shown = one_line(name)
    if any(
        name == str(device.index) or shown in device.name or name == device.id for device in devices
    ):
        return replace(request, name="mic", device=name)
    what = "no such file, folder or device" if _may_be_device(name) else "no such file"
    raise SourceError(f"{what}: {name}")


def _may_be_device(name: str) -> bool:
    return os.sep not in name and Path(name).suffix.lower() not in SUFFIXES


def _of_folder(folder: Path, seconds: float | None) -> Iterator[FileSound]:
    """In order of their paths; what is hidden is left out, links to folders are not followed."""
    paths = []
    for above, folders, names in os.walk(folder, onerror=_raise):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths += [
            Path(above, name)
            for name in names
            if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES
        ]
    if not paths:
        raise SourceError(f"{folder} holds no sound files ({', '.join(SUFFIXES)})")
    for path in sorted(paths):
        yield FileSound(path, shown_name(path), seconds, of_folder=True)


def _raise(error: OSError) -> None:
    raise SourceError(f"cannot read {error.filename}: {error.strerror or error}") from None
