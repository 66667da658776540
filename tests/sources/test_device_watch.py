"""The list of devices keeps true while a real sound server changes, and nothing stays behind."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from livemel.sources.device_watch import DeviceWatch
from livemel.sources.devices import DeviceList, PortAudioDevices, ask_portaudio
from livemel.sources.hints import machine_stamp
from livemel.sources.portaudio import PORTAUDIO_HANGS
from livemel.sources.pulse import PulseState

from tests.rig.jack import VirtualJack
from tests.rig.microphone import VirtualMicrophone
from tests.waiting import wait_for


@pytest.fixture
def watch() -> Iterator[DeviceWatch]:
    """Of the sound server alone: PortAudio's part is asked in other tests."""
    thing = DeviceWatch(ask=PortAudioDevices)
    yield thing
    thing.stop()


def begin(watch: DeviceWatch) -> None:
    """A first look, and the server is listened to."""
    watch.attend(True)
    wait_for(lambda: watch.devices)
    watch.attend(False)
    wait_for(lambda: watch._plan.hinted and watch.looks > 1)


def ids(watch: DeviceWatch) -> list[str]:
    return [] if watch.devices is None else [device.id for device in watch.devices.inputs]


def test_sources_come_and_go_and_the_default_changes(
    heard: VirtualMicrophone, watch: DeviceWatch
) -> None:
    begin(watch)
    assert ids(watch) == ["mic.monitor"]
    module = heard.pactl("load-module", "module-null-sink", "sink_name=two").strip()
    wait_for(lambda: ids(watch) == ["mic.monitor", "two.monitor"], 1)
    heard.pactl("set-default-source", "two.monitor")
    wait_for(lambda: watch.devices and watch.devices.default.id == "two.monitor", 1)
    heard.pactl("unload-module", module)
    wait_for(lambda: ids(watch) == ["mic.monitor"], 1)


def test_a_server_may_die_and_come_again(heard: VirtualMicrophone, watch: DeviceWatch) -> None:
    begin(watch)
    heard.kill()
    wait_for(lambda: ids(watch) == [], 1)
    heard.restart()
    wait_for(lambda: ids(watch) == ["mic.monitor"], 3)
    wait_for(lambda: watch._plan.hinted)
    heard.pactl("load-module", "module-null-sink", "sink_name=two")
    wait_for(lambda: ids(watch) == ["mic.monitor", "two.monitor"], 3)


def test_while_the_server_goes_nothing_that_leads_to_it_is_the_default(
    heard: VirtualMicrophone,
) -> None:
    listed: list[DeviceList | None] = []

    def ask() -> PortAudioDevices:
        listed.append(watch.devices)  # what is shown while PortAudio is asked anew
        return ask_portaudio()

    watch = DeviceWatch(ask)
    begin(watch)
    heard.kill()
    wait_for(lambda: ids(watch) == [])
    watch.stop()
    defaults = [devices.default for devices in listed if devices is not None]
    assert {default.key for default in defaults if default is not None} == {
        ("mic.monitor", "PulseAudio")
    }


def test_a_server_that_hangs_keeps_its_devices_and_is_said_to_hang(
    heard: VirtualMicrophone, watch: DeviceWatch
) -> None:
    begin(watch)
    heard.suspend()
    try:
        watch.attend(True)
        wait_for(lambda: watch.devices and watch.devices.trouble)
        assert watch.devices is not None
        assert watch.devices.trouble == "the sound server does not answer: restart it"
        assert ids(watch) == ["mic.monitor"]
    finally:
        heard.resume()
    wait_for(lambda: watch.devices and not watch.devices.trouble)


def test_while_portaudio_hangs_the_servers_devices_come_and_go_all_the_same(
    heard: VirtualMicrophone, jack: VirtualJack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", jack.name)
    jack.suspend()
    watch = DeviceWatch(ask=lambda: ask_portaudio(0.5))
    try:
        watch.attend(True)
        wait_for(lambda: watch.devices)
        assert ids(watch) == ["mic.monitor"]
        wait_for(lambda: watch._plan.hinted)
        assert not watch.hears_server
        heard.pactl("load-module", "module-null-sink", "sink_name=two")
        heard.pactl("set-default-source", "two.monitor")
        wait_for(
            lambda: watch.devices and getattr(watch.devices.default, "id", "") == "two.monitor"
        )
        assert watch.devices is not None
        assert (watch.devices.trouble, watch.devices.served) == (PORTAUDIO_HANGS, True)
        jack.resume()
        watch.refresh()
        wait_for(lambda: watch.devices and not watch.devices.trouble)
        assert watch.hears_server
    finally:
        watch.stop()
        jack.resume()


def test_while_portaudio_is_waited_for_nobody_relies_on_the_server_and_then_it_is_asked_again(
    heard: VirtualMicrophone,
) -> None:
    asked, answer = threading.Event(), threading.Event()
    hangs = False

    def ask() -> PortAudioDevices:
        if hangs:
            asked.set()
            answer.wait(30)
        return PortAudioDevices()

    watch = DeviceWatch(ask=ask)
    try:
        watch.attend(True)
        wait_for(lambda: watch.hears_server)
        hangs = True
        assert asked.wait(10)
        wait_for(lambda: not watch.hears_server)
        heard.pactl("load-module", "module-null-sink", "sink_name=two")
        watch.attend(False)
        hangs, looks = False, watch.looks
        answer.set()
        wait_for(lambda: watch.looks > looks)
        assert ids(watch) == ["mic.monitor", "two.monitor"]
        wait_for(lambda: watch.hears_server)
    finally:
        answer.set()
        watch.stop()


def test_what_is_wrong_with_portaudio_is_said_where_there_is_nothing_else() -> None:
    watch = DeviceWatch(
        ask=lambda: PortAudioDevices(trouble="PortAudio is not installed"), server=PulseState
    )
    watch.attend(True)
    wait_for(lambda: watch.devices)
    watch.stop()
    assert watch.devices is not None
    assert watch.devices.trouble == "PortAudio is not installed"


def test_a_machine_that_may_not_be_looked_at_keeps_no_device_from_the_list() -> None:
    looked = threading.Event()

    def forbidden() -> object:
        looked.set()
        raise PermissionError

    watch = DeviceWatch(
        ask=lambda: PortAudioDevices(trouble="asked"), server=PulseState, stamp=forbidden
    )
    watch.attend(True)
    wait_for(lambda: watch.looks > 1)
    watch.stop()
    assert looked.is_set()
    assert watch.devices is not None
    assert watch.devices.trouble == "asked"


def test_a_new_thing_in_the_machine_is_another_stamp(
    heard: VirtualMicrophone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = machine_stamp()
    assert machine_stamp() == before
    heard.kill()
    heard.restart()
    assert machine_stamp() != before


def test_the_listener_ends_even_when_its_program_is_killed(heard: VirtualMicrophone) -> None:
    script = (
        "import time; from livemel.sources.device_watch import DeviceWatch;"
        "w = DeviceWatch(); w.attend(True)\n"
        "while not w._plan.hinted: time.sleep(0.01)\n"
        "print('listens', flush=True); time.sleep(60)"
    )
    program = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    with program.stdout:
        assert program.stdout.readline() == "listens\n"
    listeners = subscribers(heard)
    assert len(listeners) == 1
    program.send_signal(signal.SIGKILL)
    program.wait()
    wait_for(lambda: not subscribers(heard), 2)


def subscribers(server: VirtualMicrophone) -> list[int]:
    """Processes that listen to this very server."""
    mark = f"PULSE_SERVER={server.env['PULSE_SERVER']}".encode()
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal() and int(folder.name) != os.getpid():
            try:
                command = (folder / "cmdline").read_bytes()
                ours = mark in (folder / "environ").read_bytes()
            except OSError:
                continue
            if ours and b"subscribe" in command and b"pactl" in command:
                found.append(int(folder.name))
    return found
