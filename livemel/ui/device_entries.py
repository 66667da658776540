"""What the menu of sources says of devices. No widgets."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

from livemel.sources.devices import DeviceList, SoundDevice, wanted_names
from livemel.sources.opening import SourceRequest
from livemel.ui.words import mark, translate

_LONGEST = 56  # characters; the tooltip has the rest
_LEAST_NAME, _LONGEST_ID = 36, 28  # of them
_MANY_CHANNELS = 2

_NEEDS = {
    "linux": mark("Devices", "needs PulseAudio or PipeWire running, with pactl and libpulse"),
    "darwin": mark("Devices", "needs a loopback driver, such as BlackHole"),
    "win32": mark("Devices", "needs a PortAudio with WASAPI loopback"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu. key : keeps it the same line; request : None where it is not to choose

    heading : it names what follows
    """

    key: str
    text: str
    tip: str = ""
    request: SourceRequest | None = None
    checked: bool = False
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """What is heard, for a person. key : of a device that was open, else None; plays : as there"""

    request: SourceRequest
    name: str
    key: tuple[str, str] | None = None
    plays: bool = False


def device_entries(devices: DeviceList | None, heard: Heard) -> list[Entry]:
    """All lines about devices, in order. devices : None while nobody has looked yet"""
    known = devices or DeviceList()
    default = known.default
    follows = heard.request.name == "mic" and heard.request.device is None
    text = translate("Devices", "Default microphone")
    if default is not None:
        text += " · "
        text += _short(default.name, _LONGEST - len(text))
    entries = [
        Entry(
            "default",
            text,
            translate("Devices", "Whatever the system's default is, also when it changes"),
            SourceRequest(),
            follows,
        ),
        *_lines(known, heard, plays=False),
    ]
    if devices is None:
        entries.append(Entry("looking", translate("Devices", "looking for devices …")))
    elif known.trouble or not any(not device.plays for device in known.inputs):
        text = known.trouble or translate("Devices", "no input device")
        entries.append(Entry("trouble", _short(text), text))
    playing = list(_lines(known, heard, plays=True))
    if devices is not None:
        title = translate("Devices", "What the computer plays")
        entries.append(Entry("plays", title, heading=True))
        needs = _NEEDS.get(sys.platform, "")
        if playing:
            entries += playing
        elif needs:
            entries.append(Entry("needs", translate("Devices", needs)))
    return entries


def gone_text(text: str) -> str:
    """Of a line whose device is not there any more."""
    return translate("Devices", "{}   (gone)").format(text)


def _lines(devices: DeviceList, heard: Heard, *, plays: bool) -> Iterator[Entry]:
    names = [device.name for device in devices.inputs]
    chosen = heard.request.name == "mic" and heard.request.device is not None
    keys: list[str] = []
    for device, wanted in zip(devices.inputs, wanted_names(list(devices.inputs)), strict=True):
        keys.append("|".join(device.key))
        if device.plays is plays:
            yield Entry(
                f"{keys[-1]}|{keys.count(keys[-1])}",
                _text(device, doubled=names.count(device.name) > 1),
                _tip(device),
                SourceRequest(device=wanted),
                chosen and _is_heard(device, wanted, heard),
            )
    if heard.key is not None and heard.plays is plays and not devices.has(heard.key):
        text = gone_text(_short(heard.name))
        yield Entry(f"{'|'.join(heard.key)}|1", text, heard.key[0], checked=chosen)


def _is_heard(device: SoundDevice, wanted: str, heard: Heard) -> bool:
    if heard.key is not None:
        return device.key == heard.key
    return heard.request.device in (wanted, device.name)


def _text(device: SoundDevice, *, doubled: bool) -> str:
    """The name, and what is to be known of it: of these two the name is shortened."""
    facts = [device.host_api]
    if device.channels > _MANY_CHANNELS:
        facts.append(translate("Devices", "{} channels").format(device.channels))
    if doubled and device.index is None:
        facts.append(_short(device.id, _LONGEST_ID))
    told = f"   ({', '.join(facts)})"
    return _short(device.name, max(_LEAST_NAME, _LONGEST - len(told))) + told


def _tip(device: SoundDevice) -> str:
    """All of it: the name where the line has no room for it, what it is asked for by."""
    names = dict.fromkeys((device.name, device.id or device.name))
    facts = translate("Devices", "{} channels, {} Hz").format(device.channels, device.default_sr)
    return "\n".join((*names, facts))


def _short(text: str, longest: int = _LONGEST) -> str:
    """The middle gives way: names begin alike, and end with what tells them apart."""
    if len(text) <= longest:
        return text
    half = longest // 2
    return f"{text[: half - 1]}…{text[-half:]}"
