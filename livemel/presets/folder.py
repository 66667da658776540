"""The folder of saved front-ends, and how a front-end is found by name."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

from livemel.dsp.frontend import FrontEnd
from livemel.dsp.models import FRONTENDS, row, unknown
from livemel.dsp.row import DEFAULT_SR
from livemel.errors import ParameterError
from livemel.files import TooLargeError, config_folder, is_there, read_bounded, replace_text
from livemel.presets.preset import Preset, check_name
from livemel.presets.text import MOST_BYTES, dumps, parse

_ENDING = ".toml"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file in the folder that holds no front-end, and why in one line."""

    name: str
    path: Path
    reason: str


def folder() -> Path:
    """Where front-ends are saved; it need not exist."""
    return config_folder() / "frontends"


def find(name: str) -> Preset:
    """The front-end of that name: a row of the table, else one that was saved, or a TOML file's.

    Raises ParameterError for an unknown name, with the nearest ones, and for a file that holds no
    front-end.
    """
    if not isinstance(name, str) or name in FRONTENDS:
        return Preset(row(name).name, name)
    if _is_path(name):
        return load(Path(name))
    files = {path.stem: path for path in _files()}
    if name not in files:
        raise unknown(name, [*FRONTENDS, *files])
    return _load_saved(files[name])


def frontend(name: str = "live", *, sr: int | None = None) -> FrontEnd:
    """The front-end of that name.

    name : a row of the table ("live" is the window's default), else one that was saved, or the
        path of a TOML file. For a row of the table no file is looked at
    sr : int or None, Hz; for a front-end that takes the device's own rate, None is 48 kHz
    Raises ParameterError for an unknown name, with the nearest ones, and for a file that holds no
    front-end.
    """
    return find(name).build(DEFAULT_SR if sr is None else sr)


def saved() -> list[Preset | Unreadable]:
    """All in the folder, by name."""
    found: list[Preset | Unreadable] = []
    for path in _files():
        try:
            found.append(_load_saved(path))
        except ParameterError as error:
            found.append(Unreadable(path.stem, path, str(error)))
    return found


def load(path: Path) -> Preset:
    """The front-end that a file holds; without a name in it, the file's. Raises ParameterError."""
    preset = _read(path, str(path))
    if preset.name:
        return preset
    try:
        return replace(preset, name=path.stem)
    except ParameterError as error:
        raise ParameterError(f"{path}: {error}; the file can give another: name = …") from None


def write(preset: Preset, *, overwrite: bool = False) -> Path:
    """Save under the preset's name: whole or not at all. Returns the file.

    Raises ParameterError for a name that cannot be, one that is there already, a value that has no
    place in a file, and if the folder cannot be written.
    """
    check_name(preset.name)
    path = folder() / (preset.name + _ENDING)
    text = dumps(preset)
    if is_there(path) and not overwrite:
        raise ParameterError(f"name={preset.name!r} is there already: {path}")
    try:
        replace_text(path, text)
    except OSError as error:
        raise ParameterError(f"cannot write {path}: {error.strerror or error}") from None
    return path


def delete(name: str) -> None:
    """Remove a saved front-end's file. Raises ParameterError if that cannot be done."""
    path = folder() / (name + _ENDING)
    try:
        path.unlink()
    except OSError as error:
        raise ParameterError(f"cannot remove {path}: {error.strerror or error}") from None


def _files() -> list[Path]:
    try:
        return sorted(p for p in folder().iterdir() if p.suffix == _ENDING and p.name[0] != ".")
    except OSError:  # nothing was ever saved, or nobody may look
        return []


def _load_saved(path: Path) -> Preset:
    """In the folder the file's name counts: it is what a person renames."""
    preset = _read(path, path.name)
    try:
        check_name(path.stem)
        return replace(preset, name=path.stem)
    except ParameterError as error:
        raise ParameterError(f"{path.name}: {error}") from None


def _read(path: Path, where: str) -> Preset:
    try:
        text = read_bounded(path, MOST_BYTES).decode("utf-8-sig")
    except FileNotFoundError:
        raise ParameterError(f"no such file: {where}") from None
    except TooLargeError:
        raise ParameterError(f"{where} is too large for a front-end") from None
    except OSError as error:
        raise ParameterError(f"cannot read {where}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise ParameterError(f"{where} is not text in UTF-8") from None
    return parse(text, where, path)


def _is_path(name: str) -> bool:
    return name.endswith(_ENDING) or os.sep in name
