"""What is kept, and how it stands in a file. A value that cannot be is left at its default."""

import json
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from livemel.channel import (
    MOST_CHANNELS,
    Channel,
    Difference,
    Lanes,
    parse_channel,
    parse_lanes,
    spelled_lanes,
)
from livemel.config import (
    FALSE_ALARMS,
    LEARN_S,
    PANELS,
    SLICE_WIDTH,
    SPAN_S,
    THEMES,
    WAVEFORM_HEIGHT,
    WEIGHTINGS,
    FrontEndChoice,
    SavingChoice,
    check_cmap,
    check_size,
    check_spl_offset,
)
from livemel.dsp.checks import check, one_of, whole, yes_or_no
from livemel.dsp.frontend import FrontEnd
from livemel.errors import ParameterError
from livemel.presets.text import from_toml, to_toml
from livemel.sources.opening import SourceRequest

VERSION = 1

_FIELDS = FrontEnd.__dataclass_fields__
# The statistic of a data set is too much for a file of choices.
_NOT_KEPT = ("normalise", "scaler")

_LONGEST_NAME = 200  # characters, of a device
_TOLD = 40  # of it, in a message
# Of calibrations, the newest: half of what settings.toml may be.
_MOST_CALIBRATIONS, _THEIR_BYTES = 64, 1 << 12
# Of the colour map: from 0, and from end to end, in the columns' unit.
_FURTHEST, _NARROWEST = 1000.0, 0.01
# What can be wrong with a value that somebody else wrote: huge, of another type, too deep.
_WRONG = (ParameterError, ValueError, TypeError, OverflowError, RecursionError, AttributeError)


@dataclass(frozen=True, slots=True)
class Settings:
    """All that a person chooses in the window. Frozen; the defaults are those of a first run.

    source : of it name ("mic", "demo", "demo:NAME"), device, channel and lanes
    span_s : seconds on the screen
    cmap, weighting : as in RunConfig
    auto_range : whether the range of the colours follows the sound
    calibrations : dB SPL of a full-scale sine, by the names of sources, the newest last
    theme : "dark", "light" or "system"
    size : window width and height in logical pixels, as they are when it is not maximized
    level_range : the ends of the colour map in the columns' unit, or None where they were not set
    output_device : what is played on, by name or number, or None for the default
    remember_files : whether the names of files that were opened are kept, in a file of their own
    saving : how pictures and sound are saved
    panels : those that are shown, in the order of PANELS
    slice_width, waveform_height : of these panels, in logical pixels
    diagnosis, findings : as in RunConfig
    learn_s, false_alarms : as in RunConfig
    """

    source: SourceRequest = field(default_factory=SourceRequest)
    frontend: FrontEndChoice = field(default_factory=FrontEndChoice)
    span_s: float = 10.0
    cmap: str = "magma"
    auto_range: bool = False
    weighting: str = "none"
    calibrations: Mapping[str, float] = field(default_factory=dict)
    theme: str = "dark"
    size: tuple[int, int] = (1280, 720)
    maximized: bool = False
    level_range: tuple[float, float] | None = None
    output_device: str | None = None
    remember_files: bool = False
    saving: SavingChoice = field(default_factory=SavingChoice)
    panels: tuple[str, ...] = ()
    slice_width: int = 200
    waveform_height: int = 72
    diagnosis: bool = True
    findings: bool = False
    learn_s: int = 10
    false_alarms: str = "hour"


def keepable(source: SourceRequest) -> bool:
    """Whether a later run may begin with it. A file or a pipe opens when it is named, not again."""
    return source.name == "mic" or source.name.partition(":")[0] == "demo"


def without_files(choice: FrontEndChoice) -> FrontEndChoice:
    """What of a front-end is kept: nothing of the run's own rate, nor of files that were opened.

    One that was opened from a file is kept as what stands in it; a data set's statistic is not.
    """
    preset, name, changes = choice.preset, choice.name, choice.changes
    if name != preset.name:  # it is a path
        name, changes = preset.base, {**preset.changes, **changes}
    if "scaler" in changes:
        changes = {key: value for key, value in changes.items() if key not in _NOT_KEPT}
    return replace(choice, name=name, sr=None, changes=changes)


def from_table(table: Mapping[str, Any]) -> tuple[Settings, tuple[str, ...]]:
    """The settings in a file's table, and the keys whose values cannot be: those are at their
    defaults. Keys that nobody knows are passed over. Raises nothing.
    """
    found: dict[str, Any] = {}
    wrong: list[str] = []
    for key, read in _READERS.items():
        if key in table:
            try:
                found[key], odd = read(table[key])
            except _WRONG:
                wrong.append(key)
            else:
                wrong += (f"{key}.{name}" for name in odd)
    return Settings(**found), tuple(wrong)


def to_table(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of Settings as they stand in a file; None where a key is to be absent. Of
    calibrations the newest 64, as far as they take 4 KB.
    """
    return {key: _written(value) for key, value in changes.items()}


def _written(value: Any) -> Any:
    if isinstance(value, SourceRequest):
        one = value.channel
        named = {
            "name": value.name,
            "device": value.device,
            "channel": str(one) if isinstance(one, Difference) else one,
            "lanes": spelled_lanes(value.lanes) if value.lanes else None,
        }
        return {key: part for key, part in named.items() if part is not None}
    if isinstance(value, FrontEndChoice):
        kept = without_files(value)
        parts: dict[str, Any] = {"name": kept.name, "view": kept.view}
        if kept.changes:
            parts["changes"] = {name: to_toml(name, part) for name, part in kept.changes.items()}
        return parts
    if isinstance(value, SavingChoice):
        return {key: part for key, part in asdict(value).items() if part is not None}
    if isinstance(value, Mapping):
        return _newest(value)
    return list(value) if isinstance(value, tuple) else value


def _newest(calibrations: Mapping[str, float]) -> dict[str, float]:
    """Those that are kept, in their order."""
    kept: list[tuple[str, float]] = []
    left = _THEIR_BYTES
    for name, value in reversed(list(calibrations.items())):
        if not _is_name(name):
            continue
        left -= len(f"{json.dumps(name, ensure_ascii=False)} = {value}\n".encode())
        if left < 0 or len(kept) == _MOST_CALIBRATIONS:
            break
        kept.append((name, value))
    return dict(reversed(kept))


def _plain(read: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, Iterable[str]]]:
    """A value that is right or wrong as a whole."""
    return lambda value: (read(value), ())


def _source(table: dict[str, Any]) -> tuple[SourceRequest, Iterable[str]]:
    source = SourceRequest(name=_text(table.get("name", "mic")))
    if not keepable(source):
        raise ParameterError(f"source={source.name!r} is not kept")
    readers: dict[str, Callable[[Any], Any]] = {
        "device": _text,
        "channel": _channel,
        "lanes": _lanes,
    }
    odd: list[str] = []
    for key, read in readers.items():
        if key in table:
            try:
                source = replace(source, **{key: read(table[key])})
            except _WRONG:
                odd.append(key)
    # Another device has other channels.
    return (replace(source, channel=None, lanes=()) if "device" in odd else source), odd


def _frontend(table: dict[str, Any]) -> tuple[FrontEndChoice, Iterable[str]]:
    choice = FrontEndChoice(_text(table.get("name", "live")))
    odd: list[str] = []
    for key in ("changes", "view"):
        if key not in table:
            continue
        try:
            if key == "changes":
                choice, bad = _with_changes(choice, dict(table[key]))
                odd += (f"changes.{name}" for name in bad)
            else:
                choice = replace(choice, view=_text(table[key]))
        except _WRONG:
            odd.append(key)
    return choice, odd


def _with_changes(
    choice: FrontEndChoice, table: dict[str, Any]
) -> tuple[FrontEndChoice, Iterable[str]]:
    """As many of the changes as go together; the names of the others."""
    known = {
        name: from_toml(name, value)
        for name, value in table.items()
        if name in _FIELDS and name not in ("sr", "representation")
    }
    try:
        return replace(choice, changes=known), ()
    except _WRONG:
        pass
    odd: list[str] = []
    for name, value in known.items():
        try:
            choice = replace(choice, changes={**choice.changes, name: value})
        except _WRONG:
            odd.append(name)
    return choice, odd


def _saving(table: dict[str, Any]) -> tuple[SavingChoice, Iterable[str]]:
    """As much of it as goes together; the names of the rest."""
    names = SavingChoice.__dataclass_fields__
    known = {name: value for name, value in table.items() if name in names}
    try:
        return SavingChoice(**known), ()
    except _WRONG:
        pass
    choice, odd = SavingChoice(), []
    for name, value in known.items():
        try:
            choice = replace(choice, **{name: value})
        except _WRONG:
            odd.append(name)
    return choice, odd


def _text(value: Any) -> str:
    if not isinstance(value, str) or not _is_name(value):
        raise ParameterError("not a name")
    return value


def _is_name(text: str) -> bool:
    # Control characters cannot be in an argument of the capture process.
    return text.isprintable() and len(text) <= _LONGEST_NAME


def _device(value: Any) -> str:
    if value == "":
        raise ParameterError("not a device")
    return _text(value)


def _channel(value: Any) -> Channel:
    if isinstance(value, str):
        return parse_channel(value)
    return whole("channel", value, 1, MOST_CHANNELS)


def _lanes(value: Any) -> Lanes:
    return parse_lanes(_text(value))


def _span(value: Any) -> float:
    check("span", value, lambda s: SPAN_S[0] <= s <= SPAN_S[1], "is out of range")
    return float(value)


def _size(value: Any) -> tuple[int, int]:
    width, height = value
    size = whole("width", width, 1, 1 << 16), whole("height", height, 1, 1 << 16)
    check_size(size)
    return size


def _one_of(name: str, choices: tuple[str, ...]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        one_of(name, value, choices)
        return str(value)

    return read


def _flag(name: str) -> Callable[[Any], bool]:
    def read(value: Any) -> bool:
        yes_or_no(name, value)
        return bool(value)

    return read


def _cmap(value: Any) -> str:
    check_cmap(value)
    return str(value)


def _calibrations(table: dict[str, Any]) -> tuple[dict[str, float], Iterable[str]]:
    """Each that can be."""
    found: dict[str, float] = {}
    odd: list[str] = []
    for name, value in table.items():
        try:
            check_spl_offset(value)
            found[_text(name)] = float(value)
        except _WRONG:
            odd.append(name[:_TOLD] if name.isprintable() else "?")
    return found, odd


def _range(value: Any) -> tuple[float, float]:
    low, high = value
    for end in (low, high):
        check("range", end, lambda x: abs(x) <= _FURTHEST, "is out of range")
    if high - low < _NARROWEST:
        raise ParameterError(f"range: {low} is not below {high}")
    return float(low), float(high)


def _panels(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ParameterError("not a list")
    for name in value:
        one_of("panels", name, PANELS)
    return tuple(name for name in PANELS if name in value)


def _learn_s(value: Any) -> int:
    seconds = whole("learn_s", value, LEARN_S[0], LEARN_S[-1])
    check("learn_s", seconds, LEARN_S.__contains__, f"is none of {LEARN_S}")
    return seconds


def _px(name: str, least_and_most: tuple[int, int]) -> Callable[[Any], int]:
    return lambda value: whole(name, value, *least_and_most)


# Field of Settings = key in the file → how it is read: the value, and which parts of it were wrong.
_READERS: Mapping[str, Callable[[Any], tuple[Any, Iterable[str]]]] = types.MappingProxyType(
    {
        "source": _source,
        "frontend": _frontend,
        "span_s": _plain(_span),
        "cmap": _plain(_cmap),
        "auto_range": _plain(_flag("auto_range")),
        "weighting": _plain(_one_of("weighting", WEIGHTINGS)),
        "calibrations": _calibrations,
        "theme": _plain(_one_of("theme", THEMES)),
        "size": _plain(_size),
        "maximized": _plain(_flag("maximized")),
        "level_range": _plain(_range),
        "output_device": _plain(_device),
        "remember_files": _plain(_flag("remember_files")),
        "saving": _saving,
        "panels": _plain(_panels),
        "slice_width": _plain(_px("slice_width", SLICE_WIDTH)),
        "waveform_height": _plain(_px("waveform_height", WAVEFORM_HEIGHT)),
        "diagnosis": _plain(_flag("diagnosis")),
        "findings": _plain(_flag("findings")),
        "learn_s": _plain(_learn_s),
        "false_alarms": _plain(_one_of("false_alarms", tuple(FALSE_ALARMS))),
    }
)
