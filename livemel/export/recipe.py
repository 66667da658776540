"""Recipe: all that columns are made by, as JSON. It is data, never code."""

import json
from dataclasses import asdict, dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from livemel.channel import MOST_CHANNELS, Channel, Difference, parse_channel
from livemel.dsp.checks import one_of, whole
from livemel.dsp.described import frontend_from
from livemel.dsp.frontend import FrontEnd
from livemel.errors import LONGEST_NAME, ParameterError, one_line
from livemel.export.layout import NAMED
from livemel.files import TooLargeError, parse_json, read_bounded
from livemel.presets.preset import check_affordable
from livemel.version import __version__

VERSION: Final = 1
# What decides the columns, and what is told besides.
_NEEDED = ("recipe", "frontend")
_FACTS = ("sound", "source", "stream", "gaps", "reproduce")
_KNOWN = (*_NEEDED, "frontend_name", "channel", "layout", "livemel_version", *_FACTS)
# A data set's statistic of a thousand bands is 50 kB.
_MOST_BYTES = 1 << 22


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What columns are made by, whatever the sound.

    frontend : complete, its rate included; name : what it is called, of which one line is kept
    channel : from 1, None for the mean of all, or a Difference: "1-2" in JSON
    layout : a key of layout.NAMED
    facts : what there is to know besides, by name: nothing depends on it
    Raises ParameterError, with the value in it, if a field is impossible.
    """

    frontend: FrontEnd
    name: str
    channel: Channel = None
    layout: str = "mel-time"
    facts: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_affordable(self.frontend)
        if not isinstance(self.name, str) or not self.name.isprintable():
            raise ParameterError(f"frontend_name={self.name!r} is not a line of text")
        object.__setattr__(self, "name", one_line(self.name, LONGEST_NAME))
        if self.channel is not None and not isinstance(self.channel, Difference):
            whole("channel", self.channel, 1, MOST_CHANNELS)
        one_of("layout", self.layout, tuple(NAMED))

    def to_json(self) -> str:
        """As read_recipe takes it; every digit survives."""
        table = {
            "recipe": VERSION,
            "livemel_version": __version__,
            "frontend_name": self.name,
            "frontend": asdict(self.frontend),
            "channel": str(self.channel) if isinstance(self.channel, Difference) else self.channel,
            "layout": self.layout,
            **self.facts,
        }
        return json.dumps(table, indent=1, allow_nan=False, ensure_ascii=False) + "\n"


def read_recipe(path: Path) -> Recipe:
    """The recipe in a file. Raises ParameterError with the file and what is wrong in it."""
    try:
        text = read_bounded(path, _MOST_BYTES).decode("utf-8-sig")
    except FileNotFoundError:
        raise ParameterError(f"no such file: {path}") from None
    except TooLargeError:
        raise ParameterError(f"{path} is too large for a recipe") from None
    except UnicodeDecodeError:
        raise ParameterError(f"{path} is not text in UTF-8") from None
    except OSError as error:
        raise ParameterError(f"cannot read {path}: {error.strerror or error}") from None
    try:
        return parse_recipe(text)
    except ParameterError as error:
        raise ParameterError(f"{path} is no recipe: {error}") from None


def parse_recipe(text: str) -> Recipe:
    """The recipe that a text is. Raises ParameterError."""
    try:
        return _from(parse_json(text))
    except json.JSONDecodeError as error:
        raise ParameterError(f"line {error.lineno} is not JSON: {error.msg}") from None
    except ParameterError:
        raise
    except ValueError as error:
        raise ParameterError(str(error)) from None


def _from(found: Any) -> Recipe:
    if not isinstance(found, dict):
        raise ParameterError("it is not an object")
    for key in _NEEDED:
        if key not in found:
            raise ParameterError(f"{key!r} is missing")
    for key in found:
        if key not in _KNOWN:
            near = get_close_matches(key, _KNOWN, n=1)
            raise ParameterError(f"{key!r} is unknown" + (f" ({near[0]}?)" if near else ""))
    number = whole("recipe", found["recipe"], 1, 1 << 31)
    if number > VERSION:
        raise ParameterError(f"recipe={number} is of a later livemel: this one knows {VERSION}")
    channel = found.get("channel")
    return Recipe(
        frontend=frontend_from(found["frontend"]),
        name=found.get("frontend_name", ""),
        channel=parse_channel(channel) if isinstance(channel, str) else channel,
        layout=found.get("layout", "mel-time"),
        facts={key: found[key] for key in _FACTS if key in found},
    )
