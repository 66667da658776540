"""What processes that load PortAudio say is understood, whatever their drivers print."""

from pathlib import Path

import pytest
from livemel.sources.child import answers
from livemel.sources.devices import list_input_devices, list_output_devices

from tests.rig.microphone import VirtualMicrophone
from tests.rig.talking import let_drivers_talk


@pytest.mark.parametrize(
    ("said", "understood"),
    [
        (b'{"a": 1}\n{"b": 2}\n', [{"a": 1}, {"b": 2}]),
        (b'hello\n\n{"a": 1}\n[3]\n{no json}\n{"b": 2}\n', [{"a": 1}, {"b": 2}]),
        (b'{"a": 1}\n{"b": 2', [{"a": 1}]),
        (b'{"b": 2}', []),
        (b"\xff\n{\xff}\n", []),
        (b"", []),
    ],
)
def test_its_lines_of_json_are_what_it_says(said: bytes, understood: list[object]) -> None:
    assert list(answers(said.splitlines(keepends=True))) == understood


def test_devices_are_listed_whatever_drivers_print(
    heard: VirtualMicrophone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet = list_input_devices(), list_output_devices()
    let_drivers_talk(tmp_path, monkeypatch)
    assert (list_input_devices(), list_output_devices()) == quiet
    assert all(quiet)
