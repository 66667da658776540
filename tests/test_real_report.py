"""A report for a bug is copied out of a real window, by its key."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.rig.daemon import need
from tests.rig.desk import VirtualDesk
from tests.test_real_window import tool, window_of
from tests.waiting import wait_for


@pytest.fixture
def playing(desk: VirtualDesk, tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """The program, which plays a file whose name is nobody's business, and has had an error."""
    soundfile.write(tmp_path / "secret.wav", np.zeros(48_000 * 60), 48_000)
    broken = (
        "import sys, threading\n"
        "import livemel.app as app\n"
        "run = app._run\n"
        "def failing(config, source):\n"
        "    def fail(): raise OSError(2, 'not there', config.source.name)\n"
        "    threading.Thread(target=fail, name='my-thread').start()\n"
        "    return run(config, source)\n"
        "app._run = failing\n"
        "from livemel.__main__ import main\n"
        "sys.exit(main())\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", broken, str(tmp_path / "secret.wav")],
        env=desk.env,
        stderr=subprocess.DEVNULL,
    )
    yield process
    process.terminate()
    process.wait(5)


def clipboard(desk: VirtualDesk) -> str:
    """What another program would paste."""
    done = subprocess.run(
        [need("xclip", "xclip"), "-selection", "clipboard", "-o"],
        env=desk.env,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    return done.stdout


def test_the_key_copies_a_report_that_another_program_can_paste(
    playing: "subprocess.Popen[bytes]", desk: VirtualDesk
) -> None:
    tool(desk, "windowactivate", "--sync", window_of(desk), "key", "ctrl+b")
    wait_for(lambda: "Log, the last lines" in clipboard(desk), 15)
    text = clipboard(desk)
    assert text.startswith("livemel report, 20")
    assert f"DISPLAY={desk.env['DISPLAY']} answers" in text
    assert "records from mic.monitor" in text
    assert '  source: "a sound file"\n' in text
    assert "  columns_lost: 0\n" in text
    assert "internal error in thread my-thread" in text
    assert "FileNotFoundError: [Errno 2] not there: '<file>'" in text
    assert "secret" not in text
    assert desk.env["HOME"] not in text
