"""The sound server that libpulse would use is found, wherever its name stands."""

import subprocess
from pathlib import Path

import pytest
from livemel.doctor.servers import sound_servers
from livemel.sources.pulse import pulse_state
from livemel.sources.pulse_config import named_server

from tests.rig.microphone import VirtualMicrophone

OWN = ".config/pulse/client.conf"
NAMED = {"PULSE_CLIENTCONFIG": "named.conf"}


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"autospawn = no\n{text}\n")


@pytest.mark.parametrize(
    ("names", "files", "heard_of"),
    [
        (NAMED, {"named.conf": "default-server = unix:{}"}, True),
        (NAMED, {"named.conf": "", "named.conf.d/1.conf": "default-server={}"}, True),
        (NAMED, {OWN: "default-server = {}"}, False),
        (NAMED, {"named.conf.d/1.conf": "default-server = {}"}, False),
        ({}, {OWN: "  default-server\t= {} ; of the cellar"}, True),
        ({}, {OWN: "; default-server = {}"}, False),
        ({}, {OWN: "default-server = {}", f"{OWN}.d/1.conf": "default-server = /nobody"}, False),
        ({}, {OWN: "", f"{OWN}.d/2.conf": "default-server = /nobody {}"}, True),
        ({}, {OWN: "default-server = {}", f"{OWN}.d/1.txt": "default-server = /nobody"}, True),
        ({"PULSE_SERVER": "/nobody"}, {OWN: "default-server = {}"}, False),
    ],
)
def test_the_server_that_a_file_names_is_asked_where_libpulse_asks_it(
    names: dict[str, str],
    files: dict[str, str],
    heard_of: bool,
    heard: VirtualMicrophone,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    socket = heard.env["PULSE_SERVER"].removeprefix("unix:")
    for name in ("PULSE_SERVER", "PULSE_CLIENTCONFIG"):
        monkeypatch.delenv(name)
    for name, value in names.items():
        monkeypatch.setenv(name, str(heard.home / value))
    for file, text in files.items():
        put(heard.home / file, text.format(socket))
    asked = subprocess.run(["pactl", "info"], capture_output=True, check=False)
    assert (asked.returncode == 0) is heard_of  # by libpulse itself
    state = pulse_state()
    assert [s.name for s in state.sources] == ["mic.monitor"] if state else not heard_of
    assert (socket in named_server()) is heard_of


def test_the_doctor_finds_the_server_that_a_file_names(
    heard: VirtualMicrophone, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(Path(heard.env["PULSE_CLIENTCONFIG"]), f"default-server = {heard.env['PULSE_SERVER']}")
    monkeypatch.delenv("PULSE_SERVER")
    [server] = sound_servers(2.0)
    assert server.found.endswith("records from mic.monitor")


def test_a_file_that_may_not_be_read_or_is_none_names_nobody(
    heard: VirtualMicrophone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PULSE_SERVER")
    monkeypatch.setenv("PULSE_CLIENTCONFIG", "/dev")
    assert named_server() == ""
    Path(heard.home, "words.conf").write_bytes(b"default-server = /\xff\n\0\n")
    monkeypatch.setenv("PULSE_CLIENTCONFIG", str(heard.home / "words.conf"))
    assert named_server() == "/\udcff"
    assert pulse_state() is None
