"""settings.toml: read so that nothing in it can stop a start, written whole or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from livemel.errors import ParameterError
from livemel.files import TooLargeError, config_folder, read_bounded, replace_text
from livemel.settings.values import VERSION, Settings, from_table, to_table

_HEAD = "# What was chosen in livemel's window. Without this file it opens with its defaults.\n\n"
# Ours is a tenth of it. A single dotted key of 64 KB would keep the parser busy for 12 s.
MOST_BYTES = 1 << 13


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file of settings held.

    message : what a person should know, one line, or ""
    note : what they may care to know, or ""
    may_write : False where writing would destroy what could not be read
    """

    settings: Settings = field(default_factory=Settings)
    message: str = ""
    note: str = ""
    may_write: bool = True


class UnreadableError(Exception):
    """A file holds no settings. `broken` where its content is what is wrong with it."""

    def __init__(self, reason: str, *, broken: bool) -> None:
        super().__init__(reason)
        self.broken = broken


def settings_path() -> Path:
    """The file of settings; it need not exist."""
    return config_folder() / "settings.toml"


def load(path: Path) -> Loaded:
    """The settings in a file, or the defaults. A broken file is set aside. Raises nothing."""
    try:
        table = read_table(path)
    except UnreadableError as error:
        return _without(path, error)
    settings, wrong = from_table(table)
    notes = [f"{path.name}: no possible value for {', '.join(wrong)}"] if wrong else []
    newer = _is_newer(table)
    if newer:
        notes.append(f"{path.name} is a newer livemel's: what is chosen is not kept")
    return Loaded(settings, note=" · ".join(notes), may_write=not newer)


def save(path: Path, changes: Mapping[str, Any]) -> None:
    """Put these fields of Settings into the file; what else is in it stays.

    Raises OSError, and leaves the file as it is, also if it could not be read again.
    """
    try:
        table = read_table(path)
    except UnreadableError as error:
        if not error.broken:
            raise OSError(str(error)) from None
        set_aside(path, "broken")
        table = {}
    if _is_newer(table):
        return
    replace_text(path, as_text({**table, **to_table(changes)}))


def reset(path: Path) -> str:
    """Set the file aside: the next load gives the defaults. Says where it is now, or "".

    Raises ParameterError if it stays in its place.
    """
    try:
        aside = set_aside(path, "old")
    except OSError as error:
        raise ParameterError(f"cannot reset {path}: {error.strerror or error}") from None
    return f"The settings are at their defaults; the former ones are in {aside}." if aside else ""


def read_table(path: Path) -> dict[str, Any]:
    """A file's table; an absent file's is empty. Raises UnreadableError."""
    try:
        data = read_bounded(path, MOST_BYTES)
    except FileNotFoundError:
        return {}
    except TooLargeError:
        raise UnreadableError(f"more than {MOST_BYTES} bytes", broken=True) from None
    except OSError as error:
        reason = f"cannot read {path}: {error.strerror or error}"
        raise UnreadableError(reason, broken=False) from None
    import tomllib  # for those who have a file

    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        reason = "not UTF-8"
    except tomllib.TOMLDecodeError as error:
        reason = " ".join(str(error).split())
    except (ValueError, RecursionError, OverflowError) as error:  # endless numbers, deep nesting
        reason = "too deep" if isinstance(error, RecursionError) else "a number is too large"
    raise UnreadableError(reason, broken=True)


def set_aside(path: Path, why: str) -> Path | None:
    """Rename a file to the first free NAME.why-N. Returns its new path, or None if there is none.

    Raises OSError.
    """
    number = 1
    while (aside := path.with_name(f"{path.name}.{why}-{number}")).exists():
        number += 1
    try:
        path.rename(aside)
    except FileNotFoundError:
        return None
    return aside


def as_text(table: Mapping[str, Any]) -> str:
    """A table as TOML, of this version and without the keys that are None; and without other
    people's, where those cannot be written.

    Raises OSError if it would be too much to be read again.
    """
    text = _HEAD + _dumped(table)
    if len(text.encode()) > MOST_BYTES:
        raise OSError(f"they are more than {MOST_BYTES} bytes")
    return text


def _dumped(table: Mapping[str, Any]) -> str:
    import tomli_w  # for those who choose something

    table = {"version": VERSION, **{k: part for k, part in table.items() if part is not None}}
    table["version"] = VERSION
    try:
        return tomli_w.dumps(table)
    except (RecursionError, ValueError, TypeError):
        ours = {*Settings.__dataclass_fields__, "version"}
        return tomli_w.dumps({key: part for key, part in table.items() if key in ours})


def _without(path: Path, error: UnreadableError) -> Loaded:
    """The defaults, and what became of the file."""
    if not error.broken:
        return Loaded(note=f"{error}: what is chosen is not kept", may_write=False)
    try:
        aside = set_aside(path, "broken")
    except OSError:
        message = f"{path} is broken ({error}) and stays as it is: these are the defaults."
        return Loaded(message=message, may_write=False)
    where = "" if aside is None else f" It is kept as {aside.name}."
    return Loaded(message=f"{path} is broken ({error}): these are the defaults.{where}")


def _is_newer(table: Mapping[str, Any]) -> bool:
    version = table.get("version", VERSION)
    return isinstance(version, int) and not isinstance(version, bool) and version > VERSION
