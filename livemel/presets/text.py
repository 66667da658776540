"""Saved front-ends as TOML text. What is wrong with one is said with its line and its key."""

import re
import types
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn, get_args

from livemel.dsp.frontend import FrontEnd
from livemel.dsp.models import FRONTENDS
from livemel.errors import ParameterError
from livemel.presets.preset import Preset, check_name

# A front-end has fifty fields: what is longer is something else. A single dotted key of 64 KB would
# keep the parser busy for 12 s.
MOST_BYTES = 1 << 13
_HEAD = "# A front-end of livemel: livemel --frontend FILE\n\n"
_KEYS = ("name", "title", "base", "frontend")
_FIELDS = FrontEnd.__dataclass_fields__
# TOML has no word for None. None of these fields knows "none" as a value of its own.
_NONE = "none"
_MAY_BE_NONE = {name for name, f in _FIELDS.items() if types.NoneType in get_args(f.type)}
_KEY = re.compile(r"\s*([\w-]+)\s*=")
_IN_LINE = re.compile(r" \(at line (\d+), column \d+\)$")


def dumps(preset: Preset) -> str:
    """The preset as TOML. Raises ParameterError if a value has no place in a file."""
    import tomli_w

    table: dict[str, Any] = {"name": preset.name} if preset.name else {}
    if preset.title:
        table["title"] = preset.title
    table["base"] = preset.base
    if preset.changes:
        table["frontend"] = {key: to_toml(key, value) for key, value in preset.changes.items()}
    return _HEAD + tomli_w.dumps(table)


def parse(text: str, where: str, path: Path | None = None) -> Preset:
    """What the text says.

    where : what messages call it, such as the file's name
    Raises ParameterError that begins with `where`, the line and the key.
    """
    import tomllib

    if len(text) > MOST_BYTES:
        raise ParameterError(f"{where} is too large for a front-end")
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(str(error), text, where) from None
    except RecursionError:
        raise ParameterError(f"{where}: it is nested too deeply") from None
    except (ValueError, OverflowError):
        raise ParameterError(f"{where}: it holds a number that is too long") from None
    return _Reader(table, text, where).preset(path)


class _Reader:
    """A parsed text, and the text itself to find lines in."""

    def __init__(self, table: dict[str, Any], text: str, where: str) -> None:
        self._table, self._lines, self._where = table, text.split("\n"), where

    def preset(self, path: Path | None) -> Preset:
        self._check_keys()
        name = self._word("name")
        if name:
            try:
                check_name(name)
            except ParameterError as error:
                self._fail(str(error), "name")
        base = self._word("base")
        if not base:
            self._fail('base is missing: the front-end that it is made from, such as "live"')
        if base not in FRONTENDS:
            self._fail(f"base={base!r} is not a built-in front-end{_hint(base, FRONTENDS)}", "base")
        changes = {
            key: from_toml(key, value) for key, value in self._table.get("frontend", {}).items()
        }
        title = self._word("title")
        try:
            return Preset(name, base, title, changes, path)
        except ParameterError as error:
            message = str(error)
            # The first field that the message names and the file sets.
            found = {key: re.search(rf"\b{re.escape(key)}\b", message) for key in changes}
            at = {key: match.start() for key, match in found.items() if match}
            keys = ("frontend", min(at, key=at.__getitem__)) if at else ("frontend",)
            self._fail(message, *keys)

    def _check_keys(self) -> None:
        for key in self._table:
            if key in _FIELDS:
                self._fail(f"{key} belongs under [frontend]", key)
            if key not in _KEYS:
                hint = _hint(key, _KEYS)
                self._fail(f"{key} is not one of name, title, base and [frontend]{hint}", key)
        fields = self._table.get("frontend", {})
        if not isinstance(fields, dict):
            self._fail("frontend is not a table: [frontend]", "frontend")
        for key in fields:
            if key not in _FIELDS:
                self._fail(
                    f"{key} is not a field of a front-end{_hint(key, _FIELDS)}", "frontend", key
                )

    def _word(self, key: str) -> str:
        value = self._table.get(key, "")
        if not isinstance(value, str) or not value.isprintable():
            self._fail(f"{key}={value!r} is not a line of text", key)
        return str(value)

    def _fail(self, message: str, *keys: str) -> NoReturn:
        line = self._line_of(keys) if keys else None
        at = self._where if line is None else f"{self._where}, line {line}"
        raise ParameterError(f"{at}: {message}")

    def _line_of(self, keys: tuple[str, ...]) -> int | None:
        """The line, from 1, up to which the text has to be read to hold the key."""
        for n, line in enumerate(self._lines, 1):
            if keys[-1] in line and _holds("\n".join(self._lines[:n]), keys):
                return n
        return None


def _holds(text: str, keys: tuple[str, ...]) -> bool:
    import tomllib

    try:
        table: Any = tomllib.loads(text)
    except (ValueError, RecursionError):  # it ends in the midst of a value
        return False
    for key in keys:
        if not isinstance(table, dict) or key not in table:
            return False
        table = table[key]
    return True


def _syntax_error(message: str, text: str, where: str) -> ParameterError:
    """tomllib's message, which ends with the place."""
    found = _IN_LINE.search(message)
    line = int(found[1]) if found else text.count("\n") + 1
    plain = _IN_LINE.sub("", message).removesuffix(" (at end of document)")
    key = _KEY.match(text.split("\n")[line - 1])
    at = f"{where}, line {line}" + (f", {key[1]}" if key else "")
    return ParameterError(f"{at}: {plain[:1].lower()}{plain[1:]}")


def _hint(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, list(known), n=1)
    return f" ({near[0]}?)" if near else ""


def to_toml(key: str, value: Any) -> Any:
    """A field's value as TOML has it. Raises ParameterError for one that has no place in a file."""
    if value is None:
        return _NONE
    if isinstance(value, tuple):
        return [to_toml(key, part) for part in value]
    if not isinstance(value, bool | int | float | str):
        raise ParameterError(f"{key} cannot be kept in a file: it is a {type(value).__name__}")
    return value


def from_toml(key: str, value: Any) -> Any:
    """A field's value that stands in a file."""
    if value == _NONE and key in _MAY_BE_NONE:
        return None
    return tuple(value) if isinstance(value, list) else value
