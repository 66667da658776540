"""What a capture process says, as its parent hears it."""

import io
import queue

import pytest
from livemel.sources.capture_process import _listen


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        (b'{"sr": 48000}\n', b'{"sr": 48000}\n'),
        (b'a driver says hello\n\n{"sr": 48000}\n{"more": 1}\n', b'{"sr": 48000}\n'),
        (b"a driver says hello\n", b""),
        (b"", b""),
    ],
)
def test_its_one_line_is_heard_whatever_a_driver_prints(said: bytes, heard: bytes) -> None:
    answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    _listen(io.BytesIO(said), answers)
    assert answers.get_nowait() == heard
    assert answers.empty()
