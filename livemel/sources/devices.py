"""The devices there are now: PortAudio's, asked of a short-lived process, and the server's."""

import os
import subprocess
from dataclasses import asdict, dataclass, replace
from typing import Any

from livemel.errors import NoDeviceError, SourceError
from livemel.sources.child import answers, child_command, child_environment
from livemel.sources.choosing import input_rows, server_state, who_hangs
from livemel.sources.portaudio import PORTAUDIO_HANGS, matching
from livemel.sources.pulse import HOST_API, PulseState

_PATIENCE_S = 8.0


@dataclass(frozen=True, slots=True)
class SoundDevice:
    """One device that records or plays.

    index : PortAudio's number, None of what only the sound server knows
    name : for a person; id : what it is known by, the name but for the server's own
    channels : of its kind; default_sr : in Hz
    plays : of what records: it is what the computer plays
    """

    index: int | None
    name: str
    host_api: str
    channels: int
    default_sr: int
    is_default: bool
    plays: bool = False
    id: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same device when it is back."""
        return self.id or self.name, self.host_api


@dataclass(frozen=True, slots=True)
class PortAudioDevices:
    """What PortAudio says. trouble : why it says nothing, or ""; cpu_s : what asking has cost"""

    inputs: tuple[dict[str, Any], ...] = ()
    outputs: tuple[dict[str, Any], ...] = ()
    trouble: str = ""
    cpu_s: float = 0.0


@dataclass(frozen=True, slots=True)
class DeviceList:
    """All that record and all that play.

    trouble : why there are none, or why there may be more, or ""
    served : the sound server's part is true all the same
    """

    inputs: tuple[SoundDevice, ...] = ()
    outputs: tuple[SoundDevice, ...] = ()
    trouble: str = ""
    served: bool = False

    @property
    def default(self) -> SoundDevice | None:
        """What "the default microphone" is now."""
        return next((device for device in self.inputs if device.is_default), None)

    def has(self, key: tuple[str, str]) -> bool:
        """Whether a device that records is there, as far as that can be known."""
        return any(device.key == key for device in self.inputs) or not self._knows(key)

    @property
    def knows_server(self) -> bool:
        """Whether all that the sound server has is listed, and it answered."""
        return self.served or not self.trouble

    def _knows(self, key: tuple[str, str]) -> bool:
        """Whether such a device would be listed if it were there."""
        return self.knows_server if key[1] == HOST_API else not self.trouble


def input_devices(timeout_s: float = _PATIENCE_S) -> DeviceList:
    """All that record: the server's, then PortAudio's; the server's alone, and the trouble, where
    PortAudio fails. Blocks until both have answered.

    Raises NoDeviceError where PortAudio is missing and the server has nothing, SourceError where it
    fails likewise, or the server hangs.
    """
    state = server_state()
    try:
        asked = ask_portaudio(timeout_s)
    except SourceError as error:
        if not state.sources:
            raise
        return without_portaudio(PortAudioDevices(), state, error)
    devices = merged(asked, state)
    if asked.trouble and not devices.inputs:
        raise NoDeviceError(asked.trouble)
    return devices


def list_input_devices(timeout_s: float = _PATIENCE_S) -> list[SoundDevice]:
    """What input_devices finds."""
    return list(input_devices(timeout_s).inputs)


def list_output_devices(timeout_s: float = _PATIENCE_S) -> list[SoundDevice]:
    """All that play, in PortAudio's order. Blocks until it has answered.

    Raises NoDeviceError where PortAudio is missing, SourceError where it hangs, be it for the
    server.
    """
    try:
        asked = ask_portaudio(timeout_s)
    except SourceError as error:
        hangs = str(error) == PORTAUDIO_HANGS
        raise SourceError(who_hangs() if hangs else str(error)) from None
    if asked.trouble:
        raise NoDeviceError(asked.trouble)
    return list(merged(asked, PulseState()).outputs)


def without_portaudio(known: PortAudioDevices, state: PulseState, error: Exception) -> DeviceList:
    """The list where PortAudio does not say what there is. known : what it said before"""
    devices = merged(known, state)
    return replace(devices, trouble=str(error), served=bool(state.sources))


def merged(asked: PortAudioDevices, state: PulseState) -> DeviceList:
    """One list of what PortAudio and the server say."""
    inputs = tuple(_device(row) for row in input_rows(list(asked.inputs), state))
    outputs = tuple(_device(row) for row in asked.outputs)
    return DeviceList(inputs, outputs, "" if inputs or outputs else asked.trouble)


def check_output_device(wanted: str) -> None:
    """Raises SourceError unless there is a device to play on with that number or name.

    Blocks and raises as list_input_devices besides.
    """
    matching([asdict(device) for device in list_output_devices()], wanted, "output")


def wanted_names(devices: list[SoundDevice]) -> list[str]:
    """By what each is asked for: its name where that is enough, as numbers are dealt anew."""
    names = [device.name for device in devices]
    return [
        d.id
        if d.index is None
        else d.name
        if names.count(d.name) == 1 and not d.name.isdecimal()
        else str(d.index)
        for d in devices
    ]


def ask_portaudio(timeout_s: float = _PATIENCE_S) -> PortAudioDevices:
    """What a new process sees. Blocks. Raises SourceError where PortAudio hangs or crashes."""
    reading, writing = os.pipe()  # the child ends when nobody can write here any more
    try:
        answer = subprocess.run(
            child_command("livemel.sources.portaudio"),
            env=child_environment(),
            stdin=reading,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=timeout_s,
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SourceError(PORTAUDIO_HANGS) from None
    finally:
        os.close(reading)
        os.close(writing)
    message = next(answers(answer.stdout.splitlines(keepends=True)), None)
    if message is None:
        raise SourceError(f"PortAudio could not be asked: exit code {answer.returncode}")
    return PortAudioDevices(
        inputs=tuple(message.get("input", ())),
        outputs=tuple(message.get("output", ())),
        trouble=message.get("error", ""),
        cpu_s=message["cpu_s"],
    )


def _device(row: dict[str, Any]) -> SoundDevice:
    return SoundDevice(
        index=row["index"],
        name=row["name"],
        host_api=row["host_api"],
        channels=row["channels"],
        default_sr=round(row["default_samplerate"]),
        is_default=row["default"],
        plays=row.get("plays", False),
        id=row.get("id", row["name"]),
    )
