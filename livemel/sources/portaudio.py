"""PortAudio's devices, as the processes that load PortAudio see them. Never in the main process.

Run as `python -m livemel.sources.portaudio KIND` it prints the devices that are "input" or "output"
as JSON: a new process sees what is plugged in now, where a running PortAudio keeps the list from
when it started.
"""

import json
import os
import sys
import threading
from typing import Any, Literal

from livemel.channel import ALL, MOST_LANES
from livemel.errors import LivemelError, NoDeviceError, SourceError

NO_PORTAUDIO = "PortAudio is not installed: apt install libportaudio2 libasound2-plugins"
NO_DEVICE = {
    "input": "no input device: plug in a microphone, or start the sound server",
    "output": "no output device: plug in loudspeakers, or start the sound server",
}

# Real hardware has as many channels as it says; sound servers offer 32 to 128 for show.
_MOST_REAL_CHANNELS = 8


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

    With their host API's name, and their channels of that kind as "channels".
    """
    host_apis = sounddevice.query_hostapis()
    default = sounddevice.default.device[0 if kind == "input" else 1]
    most = f"max_{kind}_channels"
    return [
        {
            **device,
            "channels": device[most],
            "host_api": host_apis[device["hostapi"]]["name"],
            "default": device["index"] == default,
        }
        for device in sounddevice.query_devices()
        if device[most] > 0
    ]


def choose(sounddevice: Any, wanted: str | None, kind: str = "input") -> dict[str, Any]:
    """The device with that number, that name, or the one name that contains it; None: the default.

    Raises NoDeviceError if there is none of that kind, SourceError for an unknown or ambiguous one,
    with those there are.
    """
    devices = devices_of(sounddevice, kind)
    if not devices:
        if wanted is not None:
            raise SourceError(f"unknown device {wanted!r}: there are no {kind} devices")
        raise NoDeviceError(NO_DEVICE[kind])
    if wanted is None:
        return next((device for device in devices if device["default"]), devices[0])
    return matching(devices, wanted)


def matching(devices: list[dict[str, Any]], wanted: str) -> dict[str, Any]:
    """The one of these devices with that number, that name, or a name that contains it.

    Raises SourceError, with those there are.
    """
    if wanted.isdecimal():
        found = [device for device in devices if device["index"] == int(wanted)]
    else:
        name = wanted.casefold()
        found = [device for device in devices if device["name"].casefold() == name][:1] or [
            device for device in devices if name in device["name"].casefold()
        ]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(f"{device['index']} {device['name']!r}" for device in found or devices)
    what = "ambiguous" if found else "unknown"
    raise SourceError(f"{what} device {wanted!r}: there are {listed}")


def choose_again(sounddevice: Any, name: str, host_api: str) -> dict[str, Any]:
    """The device of exactly that name and host API, after it may have gone. Raises SourceError."""
    for device in devices_of(sounddevice, "input"):
        if (device["name"], device["host_api"]) == (name, host_api):
            return device
    raise SourceError(f"{name} is gone")


def opened_channels(device: dict[str, Any], channel: int | Literal["all"] | None) -> int:
    """How many channels to open so that `channel` (from 1; None: 1) is among them, unmixed; or
    "all", as many as are computed at most.

    A sound server opened with one channel would mix a stereo microphone down.
    Raises SourceError if the device has fewer.
    """
    most: int = device["channels"]
    if channel == ALL:
        return min(most, MOST_LANES)
    wanted = channel or 1
    if wanted > most:
        raise SourceError(f"channel {wanted} is out of range: {device['name']!r} has {most}")
    if most <= _MOST_REAL_CHANNELS:
        return most
    return max(2, wanted)


def main() -> None:
    """Runs in: a short-lived process, which ends when its stdin does: with its parent."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        devices = devices_of(load_portaudio(), sys.argv[1])
    except LivemelError as error:
        json.dump({"error": str(error)}, sys.stdout)
        return
    fields = ("index", "name", "host_api", "channels", "default_samplerate", "default")
    json.dump({"devices": [{key: d[key] for key in fields} for d in devices]}, sys.stdout)


def _end_with_parent() -> None:
    """Runs on: a thread of its own. PortAudio may hang meanwhile."""
    while os.read(0, 64):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
