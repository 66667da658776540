"""Which input device is meant: one of PortAudio's, or one of the sound server's own.

Standard library only: the capture process chooses, the main process lists.
"""

from typing import Any

from livemel.channel import MOST_LANES
from livemel.errors import NoDeviceError, SourceError, one_line
from livemel.sources.portaudio import (
    NO_DEVICE,
    PORTAUDIO_HANGS,
    devices_of,
    load_portaudio,
    matching,
)
from livemel.sources.pulse import HANGS, HOST_API, PulseSource, PulseState, pulse_state
from livemel.sources.pulse_stream import can_record

# ALSA's plug-ins (default, pulse, dmix, …) claim 32 to 128 channels for show.
_FOR_SHOW = 32
_UNKNOWN_CHANNELS = 2
_ANSWER_S = 0.3  # of a sound server that is well; it takes 5 ms
_LOOPBACK = "[Loopback]"  # PortAudio's name on Windows for what an output plays


class GoneError(SourceError):
    """The very device that is meant is not there."""


def choose_input(wanted: str | None, pinned: tuple[str, str, str] | None) -> dict[str, Any]:
    """The row of the device with that number, name or part of a name; None: the default.

    pinned : id, host API and name of the very device that is meant, which may have gone
    PortAudio is not loaded where the server answers for itself.
    Raises NoDeviceError if there is none, SourceError for an unknown or ambiguous one, or where the
    sound server hangs.
    """
    state = server_state()
    if pinned is not None:
        return _again(state, *pinned)
    known = state.default if wanted is None else _named(state, wanted)
    if known is not None:
        return _server_row(known, state)
    try:
        devices = devices_of(load_portaudio(), "input")
    except NoDeviceError:
        if wanted is None or not state.sources:
            raise
        devices = []
    rows = input_rows(devices, state)
    if wanted is not None:
        return matching(rows, wanted, "input")
    if not devices:
        raise NoDeviceError(NO_DEVICE["input"])
    return next((row for row in rows if row["default"]), rows[-1])


def _named(state: PulseState, wanted: str) -> PulseSource | None:
    """The server's source that `matching` would find by its whole id or name, whatever else there
    is.
    """
    known = state.named(wanted)
    if known is not None or wanted.isdecimal():  # a number is PortAudio's
        return known
    name = one_line(wanted).casefold()
    return next(
        (
            s
            for s in state.sources
            if name in {one_line(t).casefold() for t in (s.name, s.description)}
        ),
        None,
    )


def server_state() -> PulseState:
    """What the sound server has; nothing where there is none, or nothing to record with."""
    state = pulse_state() if can_record() else None
    return state or PulseState()


def who_hangs() -> str:
    """Why a device is not opened in its time, in words. No sound server is blamed that answers,
    has nothing, or is not there. Blocks for some ms, and 0.6 s at most.
    """
    try:
        pulse_state(_ANSWER_S)
    except SourceError:
        return HANGS
    return PORTAUDIO_HANGS


def input_rows(devices: list[dict[str, Any]], state: PulseState) -> list[dict[str, Any]]:
    """The server's sources, then PortAudio's devices, each as

    id, name (for a person), host_api, channels, default_samplerate, default, plays (it is what the
    computer plays), index (PortAudio's, or None), channel_map (the server's, or "").
    """
    default = state.default
    return [_server_row(source, state) for source in state.sources] + [
        {
            "id": device.get("id", device["name"]),
            "name": device["name"],
            "host_api": device["host_api"],
            "channels": true_channels(device, default),
            "default_samplerate": device["default_samplerate"],
            "default": device["default"] and default is None,
            "plays": device["name"].endswith(_LOOPBACK),
            "index": device["index"],
            "channel_map": "",
        }
        for device in devices
    ]


def true_channels(device: dict[str, Any], default: PulseSource | None) -> int:
    """How many channels one of PortAudio's devices has, as far as that can be known.

    default : what the sound server would record from
    """
    claimed: int = device["channels"]
    if not is_plug_in(device) or claimed < _FOR_SHOW:
        return claimed
    return _UNKNOWN_CHANNELS if default is None else default.channels


def opened_channels(device: dict[str, Any], channel: int | str | None) -> int:
    """How many channels to open so that `channel` (from 1; else any) is among them, unmixed: all.

    A sound server opened with one channel would mix a stereo microphone down.
    Raises SourceError if the device has fewer.
    """
    most: int = device["channels"]
    wanted = channel if isinstance(channel, int) else 1
    if wanted > most:
        raise SourceError(f"channel {wanted} is out of range: {device['name']!r} has {most}")
    if wanted > MOST_LANES:
        raise SourceError(f"channel {wanted} is out of range: {MOST_LANES} can be heard")
    return min(most, MOST_LANES)


def native_format(device: dict[str, Any]) -> list[int]:
    """Rate in Hz and channels of the device's own, as lists of devices have them.

    0 channels of ALSA's plug-ins, which have those of whatever the server's default is just now.
    """
    channels = 0 if is_plug_in(device) else device["channels"]
    return [round(device["default_samplerate"]), channels]


def is_plug_in(device: dict[str, Any]) -> bool:
    """Whether it is no sound card, but one of ALSA's ways to a card or to the sound server."""
    return device["host_api"] == "ALSA" and "(hw:" not in device["name"]


def _again(state: PulseState, id_: str, host_api: str, name: str) -> dict[str, Any]:
    devices = [] if host_api == HOST_API else devices_of(load_portaudio(), "input")
    for row in input_rows(devices, state):
        if (row["id"], row["host_api"]) == (id_, host_api):
            return row
    raise GoneError(f"{name} is gone")


def _server_row(source: PulseSource, state: PulseState) -> dict[str, Any]:
    return {
        "id": source.name,
        "name": one_line(source.description),
        "host_api": HOST_API,
        "channels": source.channels,
        "default_samplerate": source.sr,
        "default": source.name == state.default_name,
        "plays": source.plays,
        "index": None,
        "channel_map": source.channel_map,
    }
