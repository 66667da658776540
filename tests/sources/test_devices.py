"""Devices are listed whatever is wrong with one of them, or with PortAudio."""

import os
import time
from pathlib import Path

import pytest
from livemel.errors import SourceError
from livemel.sources import lifecycle
from livemel.sources.choosing import who_hangs
from livemel.sources.devices import (
    DeviceList,
    input_devices,
    list_input_devices,
    list_output_devices,
)
from livemel.sources.microphone import Microphone
from livemel.sources.portaudio import PORTAUDIO_HANGS, matching
from livemel.sources.pulse import HANGS, pulse_state

from tests.rig.jack import VirtualJack
from tests.rig.microphone import VirtualMicrophone
from tests.waiting import wait_for

LONG = "9" * 5000  # int() takes 4300 digits


def test_a_jack_server_that_hangs_takes_none_of_the_sound_servers_devices_away(
    heard: VirtualMicrophone, jack: VirtualJack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", jack.name)
    jack.suspend()
    try:
        devices = input_devices(timeout_s=1.0)
        assert [device.id for device in devices.inputs] == ["mic.monitor"]
        assert devices.trouble == PORTAUDIO_HANGS
        assert devices.has(("pulse", "ALSA"))  # which nobody could look for
        assert not devices.has(("gone.monitor", "PulseAudio"))
        with pytest.raises(SourceError, match=PORTAUDIO_HANGS):
            list_output_devices(timeout_s=1.0)
    finally:
        jack.resume()


def opened(device: str) -> tuple[str, str] | None:
    """What a capture process opens by that name."""
    source = Microphone(device, None, None)
    source.start()
    try:
        while source.wait_open(1) is None:
            pass
        return source.device
    finally:
        source.stop()


def test_by_its_name_a_source_of_the_server_is_opened_while_portaudio_hangs_and_nothing_else(
    heard: VirtualMicrophone, jack: VirtualJack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", jack.name)
    jack.suspend()
    try:
        assert opened("monitor of null output") == ("mic.monitor", "PulseAudio")
        monkeypatch.setattr(lifecycle, "_OPEN_NS", 1_000_000_000)
        with pytest.raises(SourceError, match=PORTAUDIO_HANGS):
            opened("pulse")
    finally:
        jack.resume()


@pytest.mark.parametrize("key", [("pulse", "ALSA"), ("mic.monitor", "PulseAudio")])
def test_nothing_is_gone_while_nobody_can_say_what_is_there(key: tuple[str, str]) -> None:
    assert DeviceList(trouble="it hangs").has(key)
    assert not DeviceList().has(key)


def test_a_device_whose_name_is_no_text_is_left_out_and_no_other(
    heard: VirtualMicrophone,
) -> None:
    before = [[d.name for d in list_() if d.index is not None] for list_ in LISTS]
    with (heard.home / ".asoundrc").open("ab") as file:
        file.write(b'pcm."Caf\xe9" { type pulse hint { show on description "x" } }\n')
    assert [[d.name for d in list_() if d.index is not None] for list_ in LISTS] == before
    assert opened("pulse") == ("pulse", "ALSA")


LISTS = (list_input_devices, list_output_devices)


def test_a_number_of_any_length_is_no_device_and_nothing_worse() -> None:
    rows = [{"index": index, "name": f"device {index}"} for index in (0, 7)]
    with pytest.raises(SourceError, match="unknown device"):
        matching(rows, LONG, "input")
    assert matching(rows, "007", "input")["index"] == 7


def test_a_sound_server_that_hangs_takes_none_of_portaudios_outputs_away(
    heard: VirtualMicrophone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = list_output_devices()
    assert before
    pactl = tmp_path / "pactl"
    pactl.write_text("#!/bin/sh\nexec sleep 60\n")
    pactl.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(SourceError, match=HANGS):
        list_input_devices()
    assert list_output_devices() == before


def test_where_there_is_no_sound_server_none_is_blamed(
    jack: VirtualJack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/nobody")
    monkeypatch.setenv("JACK_DEFAULT_SERVER", jack.name)
    assert who_hangs() == PORTAUDIO_HANGS
    jack.suspend()
    try:
        for list_ in LISTS:
            with pytest.raises(SourceError, match=PORTAUDIO_HANGS):
                list_(timeout_s=1.0)
    finally:
        jack.resume()


def test_a_sound_server_that_hangs_is_blamed_and_one_without_sources_is_not(
    heard: VirtualMicrophone,
) -> None:
    heard.suspend()
    try:
        assert who_hangs() == HANGS
    finally:
        heard.resume()
    heard.pactl("unload-module", "module-null-sink")
    wait_for(lambda: (state := pulse_state()) is not None and state.sources == ())
    wait_for(lambda: who_hangs() == PORTAUDIO_HANGS)


def test_of_a_device_that_portaudio_opens_no_more_the_sound_server_is_not_blamed(
    heard: VirtualMicrophone, jack: VirtualJack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", jack.name)
    monkeypatch.setattr(lifecycle, "_OPEN_NS", 2_000_000_000)
    source = Microphone("pulse", None, None)
    source.start()
    try:
        wait_for(lambda: source.wait_open(1))
        jack.suspend()
        assert source._process is not None
        source._process.kill()
        wait_for(lambda: source.poll(time.monotonic_ns()).reason == PORTAUDIO_HANGS, 20)
    finally:
        jack.resume()
        source.stop()
