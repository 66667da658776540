"""What capture processes say on stderr reaches the log, and cannot fill it."""

import logging
import os
import subprocess
import sys

import pytest
from livemel.sources.child_words import ChildWords


def listen_to(*says: bytes) -> None:
    """One process after the other says that."""
    words = ChildWords()
    for pid, text in enumerate(says):
        out, into = os.pipe()
        with os.fdopen(into, "wb") as pipe:
            pipe.write(text)
        words.listen(os.fdopen(out, "rb"), pid)


def test_each_line_is_logged_with_the_processs_number(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "livemel.capture"):
        listen_to(b"ALSA lib pcm.c: no\n\n  Expression failed \nunfinished")
    assert caplog.messages == [
        "capture 0: ALSA lib pcm.c: no",
        "capture 0:   Expression failed",
        "capture 0: unfinished",
    ]


def test_what_an_earlier_process_said_too_is_for_debug_only(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG, "livemel.capture"):
        listen_to(b"no card\n", b"no card\nno server\n")
    levels = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert levels == [
        ("INFO", "capture 0: no card"),
        ("DEBUG", "capture 1: no card"),
        ("INFO", "capture 1: no server"),
    ]


def test_bytes_that_are_no_text_are_replaced(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "livemel.capture"):
        listen_to(b"caf\xe9 \xff\n")
    assert caplog.messages == ["capture 0: caf� �"]


def test_a_flood_is_cut_in_length_and_in_number(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "livemel.capture"):
        listen_to(b"x" * 40_000 + b"\nshort\n" + b"".join(b"%d\n" % i for i in range(1000)))
    assert caplog.messages[:2] == ["capture 0: " + "x" * 400, "capture 0: short"]
    assert len(caplog.messages) <= 2 * 50 + 2  # the clock may pass a second meanwhile
    assert all(len(message) < 420 for message in caplog.messages)


def test_without_a_log_nothing_is_said_on_the_terminal() -> None:
    script = (
        "from livemel.sources.child_words import LOG;"
        "import livemel.sources.microphone; LOG.error('lost')"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")
