"""Which device is meant, and how many channels it has."""

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.channel import MOST_LANES
from livemel.errors import SourceError
from livemel.sources.choosing import input_rows, opened_channels, true_channels
from livemel.sources.devices import PortAudioDevices, merged, wanted_names
from livemel.sources.portaudio import choose, devices_of, matching
from livemel.sources.pulse import PulseSource, PulseState

BUILT_IN = PulseSource("alsa_input.pci", "Built-in Audio", 2, 48_000, "stereo", plays=False)
SPEAKERS = PulseSource("alsa_output.pci.monitor", "Monitor of Built-in", 6, 44_100, "", plays=True)
STATE = PulseState((BUILT_IN, SPEAKERS), "alsa_input.pci")


def device(index: int, name: str, host_api: str = "ALSA", channels: int = 2) -> dict[str, Any]:
    return {
        "index": index,
        "name": name,
        "host_api": host_api,
        "channels": channels,
        "default_samplerate": 44_100.0,
        "default": index == 0,
    }


@pytest.mark.parametrize(
    ("name", "host_api", "claimed", "default", "true"),
    [
        ("pulse", "ALSA", 32, SPEAKERS, 6),
        ("default", "ALSA", 128, BUILT_IN, 2),
        ("sysdefault", "ALSA", 128, None, 2),
        ("my route", "ALSA", 6, BUILT_IN, 6),  # claims what it means
        ("RME: MADI (hw:1,0)", "ALSA", 64, BUILT_IN, 64),
        ("system", "JACK Audio Connection Kit", 64, None, 64),
        ("Digiface", "Core Audio", 34, None, 34),
    ],
)
def test_channels_are_those_a_device_really_has(
    name: str, host_api: str, claimed: int, default: PulseSource | None, true: int
) -> None:
    assert true_channels(device(3, name, host_api, claimed), default) == true


@given(st.integers(1, 128), st.none() | st.integers(1, 140))
def test_all_channels_are_opened_up_to_64(most: int, channel: int | None) -> None:
    row = {"name": "x", "channels": most}
    if (channel or 1) <= min(most, MOST_LANES):
        assert opened_channels(row, channel) == min(most, MOST_LANES)
    else:
        with pytest.raises(SourceError, match=f"channel {channel} is out of range"):
            opened_channels(row, channel)


def test_the_servers_sources_come_first_and_its_default_is_the_only_one() -> None:
    devices = merged(PortAudioDevices(inputs=(device(0, "default"),)), STATE)
    assert [d.name for d in devices.inputs] == ["Built-in Audio", "Monitor of Built-in", "default"]
    assert [d.is_default for d in devices.inputs] == [True, False, False]
    assert devices.default == devices.inputs[0]
    assert [d.plays for d in devices.inputs] == [False, True, False]


def test_without_a_server_the_default_is_portaudios() -> None:
    devices = merged(PortAudioDevices(inputs=(device(1, "a"), device(0, "b"))), PulseState())
    assert devices.default is not None
    assert devices.default.name == "b"


def test_loopback_devices_of_windows_are_what_the_computer_plays() -> None:
    loopback = device(5, "Speakers (Realtek) [Loopback]", "Windows WASAPI")
    devices = merged(PortAudioDevices(inputs=(loopback, device(0, "Mic"))), PulseState())
    assert [d.plays for d in devices.inputs] == [True, False]


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("1", "HDA: Analog (hw:0,0)"),
        ("PULSE", "pulse"),
        ("alsa_input.pci", "Built-in Audio"),
        ("monitor of built-in", "Monitor of Built-in"),
        ("analog", "HDA: Analog (hw:0,0)"),
        ("monitor", "Monitor of Built-in"),
    ],
)
def test_a_device_is_found_by_number_id_name_or_a_part(wanted: str, name: str) -> None:
    rows = input_rows([device(0, "pulse"), device(1, "HDA: Analog (hw:0,0)")], STATE)
    assert matching(rows, wanted, "input")["name"] == name


def test_a_part_of_several_names_is_ambiguous_and_says_of_which() -> None:
    rows = input_rows([], STATE)
    expected = "ambiguous device 'built': there are 'Built-in Audio', 'Monitor of Built-in'"
    with pytest.raises(SourceError, match=expected):
        matching(rows, "built", "input")


def test_what_is_remembered_of_a_device_finds_it_again() -> None:
    portaudio = [device(0, "pulse"), device(1, "twin"), device(2, "twin"), device(3, "7")]
    rows = input_rows(portaudio, STATE)
    devices = list(merged(PortAudioDevices(inputs=tuple(portaudio)), STATE).inputs)
    for known, wanted in zip(devices, wanted_names(devices), strict=True):
        found = matching(rows, wanted, "input")
        assert (found["id"], found["index"]) == (known.id, known.index)


@pytest.mark.parametrize("wanted", ["A\x1b[2J\n", r"A\x1b[2J\n", r"a\x1b[2j", "\x1b[2j"])
def test_a_device_of_an_odd_name_is_shown_in_plain_text_and_found_by_either(wanted: str) -> None:
    sounddevice = SimpleNamespace(
        query_hostapis=lambda: [{"name": "ALSA"}],
        query_devices=lambda: [
            {"index": i, "name": name, "hostapi": 0, "max_output_channels": 2}
            for i, name in enumerate(["plain", "A\x1b[2J\n"])
        ],
        default=SimpleNamespace(device=(0, 0)),
    )
    assert choose(sounddevice, wanted, "output")["index"] == 1
    rows = devices_of(sounddevice, "output")
    assert [row["name"] for row in rows] == ["plain", r"A\x1b[2J\n"]
    assert [row["id"] for row in rows] == ["plain", "A\x1b[2J\n"]
