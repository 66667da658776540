"""What a capture process says, as its parent hears it."""

import io
import json
import queue
import subprocess
import sys
from typing import Any

import pytest
from livemel.sources.capture_process import _listen

from tests.rig.microphone import VirtualMicrophone


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        (b'{"sr": 48000}\n', {"sr": 48000}),
        (b'a driver says hello\n\n{"sr": 48000}\n{"more": 1}\n', {"sr": 48000}),
        (b"a driver says hello\n", None),
        (b"", None),
    ],
)
def test_its_one_line_is_heard_whatever_a_driver_prints(
    said: bytes, heard: dict[str, Any] | None
) -> None:
    answers: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
    _listen(io.BytesIO(said), answers)
    assert answers.get_nowait() == heard
    assert answers.empty()


@pytest.mark.parametrize(("device", "none"), [(None, True), ("mic.monitor", False)])
def test_what_it_cannot_have_is_said_in_its_one_line(
    device: str | None, none: bool, heard: VirtualMicrophone
) -> None:
    """A device is there; the memory for its sound is not."""
    asked = {"device": device, "channel": None, "sr": 0, "bytes": 4096, "token": "fd:999:4096"}
    command = [sys.executable, "-m", "livemel.sources.capture", json.dumps(asked)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        said = process.stdout.read()
    answer = {"error": "cannot listen: Bad file descriptor", "no_device": none}
    assert json.loads(said) == {**answer, "native": [48_000, 1]}
