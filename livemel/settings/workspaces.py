"""Named workspaces: settings saved under a name, one file each."""

import contextlib
import re
from dataclasses import fields
from pathlib import Path

from livemel.errors import ParameterError
from livemel.files import config_folder, replace_text
from livemel.settings.file import UnreadableError, as_text, read_table
from livemel.settings.values import Settings, from_table, to_table

_ENDING = ".toml"
# Usable as a file's name on every system; it neither begins nor ends with a space.
_NAME = re.compile(r"\w(?:[\w -]{0,38}[\w-])?")


def check_name(name: str) -> None:
    """Raises ParameterError unless a workspace can have that name."""
    if not _NAME.fullmatch(name):
        raise ParameterError(
            f"name={name!r} is not up to 40 letters, digits, spaces, - and _, a letter first"
        )


def workspaces() -> list[str]:
    """The names of all there are, in order."""
    found: list[str] = []
    with contextlib.suppress(OSError):  # nothing was ever saved, or nobody may look
        found = [path.stem for path in _folder().iterdir() if path.suffix == _ENDING]
    return sorted((name for name in found if _NAME.fullmatch(name)), key=str.casefold)


def load_workspace(name: str) -> Settings:
    """What was saved under the name. Raises ParameterError."""
    path = _path(name)
    try:
        table = read_table(path)
    except UnreadableError as error:
        raise ParameterError(f"workspace {name!r}: {error}") from None
    if not table:
        known = ", ".join(workspaces()) or "none"
        raise ParameterError(f"unknown workspace {name!r}: there are {known}")
    return from_table(table)[0]


def save_workspace(name: str, settings: Settings) -> None:
    """Save under the name; one of that name is replaced. Raises ParameterError."""
    path = _path(name)
    table = to_table({f.name: getattr(settings, f.name) for f in fields(settings)})
    try:
        replace_text(path, as_text(table))
    except OSError as error:
        raise ParameterError(f"cannot write {path}: {error.strerror or error}") from None


def delete_workspace(name: str) -> None:
    """Remove it. Raises ParameterError if that cannot be done."""
    path = _path(name)
    try:
        path.unlink()
    except OSError as error:
        raise ParameterError(f"cannot remove {path}: {error.strerror or error}") from None


def _folder() -> Path:
    return config_folder() / "workspaces"


def _path(name: str) -> Path:
    check_name(name)
    return _folder() / (name + _ENDING)
