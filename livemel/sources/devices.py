"""The devices there are now, asked of a short-lived process."""

import json
import os
import subprocess
from dataclasses import dataclass

from livemel.errors import NoDeviceError, SourceError
from livemel.sources.child import child_command, child_environment
from livemel.sources.portaudio import matching


@dataclass(frozen=True, slots=True)
class SoundDevice:
    """One device that records or plays. channels : of that kind; default_sr : in Hz."""

    index: int
    name: str
    host_api: str
    channels: int
    default_sr: int
    is_default: bool


def list_input_devices(timeout_s: float = 8.0) -> list[SoundDevice]:
    """All that record, in PortAudio's order. Blocks until the process has answered.

    Raises NoDeviceError where PortAudio is missing, SourceError where it hangs.
    """
    return _list("input", timeout_s)


def list_output_devices(timeout_s: float = 8.0) -> list[SoundDevice]:
    """All that play; the same otherwise."""
    return _list("output", timeout_s)


def check_output_device(wanted: str) -> None:
    """Raises SourceError unless there is a device to play on with that number or name.

    Blocks and raises as list_input_devices besides.
    """
    rows = [{"index": device.index, "name": device.name} for device in list_output_devices()]
    if not rows:
        raise SourceError(f"unknown device {wanted!r}: there are no output devices")
    matching(rows, wanted)


def wanted_names(devices: list[SoundDevice]) -> list[str]:
    """By what each is asked for: its name where that is enough, as numbers are dealt anew."""
    names = [device.name for device in devices]
    return [
        d.name if names.count(d.name) == 1 and not d.name.isdecimal() else str(d.index)
        for d in devices
    ]


def _list(kind: str, timeout_s: float) -> list[SoundDevice]:
    reading, writing = os.pipe()  # the child ends when nobody can write here any more
    try:
        answer = subprocess.run(
            [*child_command("livemel.sources.portaudio"), kind],
            env=child_environment(),
            stdin=reading,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=timeout_s,
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SourceError("the sound server does not answer: restart it") from None
    finally:
        os.close(reading)
        os.close(writing)
    if not answer.stdout:
        raise SourceError(f"PortAudio could not be asked: exit code {answer.returncode}")
    message = json.loads(answer.stdout)
    if "error" in message:
        raise NoDeviceError(message["error"])
    return [
        SoundDevice(
            index=device["index"],
            name=device["name"],
            host_api=device["host_api"],
            channels=device["channels"],
            default_sr=round(device["default_samplerate"]),
            is_default=device["default"],
        )
        for device in message["devices"]
    ]
