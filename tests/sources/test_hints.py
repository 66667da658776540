"""Hints that devices have come or gone, whatever stands in files that others write."""

from pathlib import Path

import pytest
from livemel.sources.hints import machine_stamp
from livemel.sources.pulse import pulse_state


def test_an_address_that_can_be_no_name_is_a_server_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "client.conf"
    file.write_bytes(b"autospawn = no\ndefault-server = unix:/a\0b tcp:localhost:1\n")
    monkeypatch.delenv("PULSE_SERVER", raising=False)
    monkeypatch.setenv("PULSE_CLIENTCONFIG", str(file))
    assert machine_stamp() == machine_stamp()
    assert pulse_state() is None
