"""PortAudio's devices, as the processes that load PortAudio see them. Never in the main process.

Run as `python -m livemel.sources.portaudio` it prints the devices that record and those that play
as a line of JSON: a new process sees what is plugged in now, where a running PortAudio keeps the
list from when it started.
"""

import json
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from livemel.errors import LivemelError, NoDeviceError, SourceError, one_line

INSTALL_PORTAUDIO = "apt install libportaudio2 libasound2-plugins"
NO_PORTAUDIO = f"PortAudio is not installed: {INSTALL_PORTAUDIO}"
PORTAUDIO_HANGS = "PortAudio does not answer: JACK or a driver hangs"
NO_DEVICE = {
    "input": "no input device: plug in a microphone, or start the sound server",
    "output": "no output device: plug in loudspeakers, or start the sound server",
}


def load_portaudio() -> Any:
    """The sounddevice module. Raises NoDeviceError where PortAudio is missing or will not start."""
    try:
        import sounddevice  # raises OSError when the PortAudio library is missing
    except OSError:
        raise NoDeviceError(NO_PORTAUDIO) from None
    except Exception as error:
        # sounddevice starts PortAudio on import, and its errors have no base class of their own
        raise NoDeviceError(f"PortAudio does not start: {' '.join(str(error).split())}") from None
    return sounddevice


def devices_of(sounddevice: Any, kind: str) -> list[dict[str, Any]]:
    """The devices that record ("input") or play ("output"), as PortAudio describes them.

    With their host API's name, and their channels of that kind as "channels". Any program may name
    a device: "name" is fit to be shown, "id" is what it is called. Those whose names are no text
    are left out: sounddevice opens none of them.
    """
    host_apis = sounddevice.query_hostapis()
    default = sounddevice.default.device[0 if kind == "input" else 1]
    most = f"max_{kind}_channels"
    return [
        {
            **device,
            "id": device["name"],
            "name": one_line(device["name"]),
            "channels": device[most],
            "host_api": host_apis[device["hostapi"]]["name"],
            "default": device["index"] == default,
        }
        for device in _described(sounddevice, host_apis)
        if device[most] > 0
    ]


def _described(sounddevice: Any, host_apis: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """All devices, by their numbers."""
    try:
        yield from sounddevice.query_devices()
        return
    except UnicodeDecodeError:  # raised before the first is given: of one all are refused
        numbers = sorted(number for api in host_apis for number in api["devices"])
    for number in numbers:
        with suppress(UnicodeDecodeError):
            yield sounddevice.query_devices(number)


def choose(sounddevice: Any, wanted: str | None, kind: str) -> dict[str, Any]:
    """The device with that number, that name, or the one name that contains it; None: the default.

    Raises NoDeviceError if there is none of that kind, SourceError for an unknown or ambiguous one,
    with those there are.
    """
    devices = devices_of(sounddevice, kind)
    if wanted is None:
        if not devices:
            raise NoDeviceError(NO_DEVICE[kind])
        return next((device for device in devices if device["default"]), devices[0])
    return matching(devices, wanted, kind)


def matching(devices: list[dict[str, Any]], wanted: str, kind: str) -> dict[str, Any]:
    """The one of these devices with that number, that name or id, or a name that contains it.

    What only the sound server knows (index None) is looked at after PortAudio's devices.
    Raises SourceError, with those there are.
    """
    name = one_line(wanted).casefold()  # as it is shown, or as it is called
    number = wanted.lstrip("0") or "0"  # compared as text: int() takes no more than 4300 digits
    found = (
        [device for device in devices if wanted.isdecimal() and str(device["index"]) == number]
        or [device for device in devices if name in _names(device)][:1]
        or [d for d in devices if d["index"] is not None and _contains(d, name)]
        or [d for d in devices if d["index"] is None and _contains(d, name)]
    )
    if len(found) == 1:
        return found[0]
    if not devices:
        raise SourceError(f"unknown device {wanted!r}: there are no {kind} devices")
    listed = ", ".join(_listed(device) for device in found or devices)
    what = "ambiguous" if found else "unknown"
    raise SourceError(f"{what} device {wanted!r}: there are {listed}")


def _names(device: dict[str, Any]) -> list[str]:
    called = {device["name"], device.get("id", device["name"])}
    return [one_line(name).casefold() for name in called]


def _contains(device: dict[str, Any], name: str) -> bool:
    return not name.isdecimal() and any(name in known for known in _names(device))


def _listed(device: dict[str, Any]) -> str:
    number = "" if device["index"] is None else f"{device['index']} "
    return f"{number}{device['name']!r}"


def main() -> None:
    """Runs in: a short-lived process, which ends when its stdin does: with its parent."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        sounddevice = load_portaudio()
        lists = {kind: devices_of(sounddevice, kind) for kind in NO_DEVICE}
    except LivemelError as error:
        _say({"error": str(error)})
        return
    fields = ("index", "id", "name", "host_api", "channels", "default_samplerate", "default")
    answer = {
        kind: [{key: device[key] for key in fields} for device in devices]
        for kind, devices in lists.items()
    }
    _say(answer)


def _say(answer: dict[str, Any]) -> None:
    print(json.dumps({**answer, "cpu_s": time.process_time()}))


def _end_with_parent() -> None:
    """Runs on: a thread of its own. PortAudio may hang meanwhile."""
    while os.read(0, 64):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
