"""The log of a run: what gets into it, and what a person on the terminal is told."""

import logging
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import soundfile
from livemel.errors import ParameterError
from livemel.logs.file import MOST_BYTES, LogFile
from livemel.logs.levels import wanted_level
from livemel.logs.run import _Hooks, kept_log

from tests.rig.desk import VirtualDesk
from tests.waiting import wait_for

# The program, with one part of it broken.
BROKEN = """
import sys
import livemel.ui.frame_loop as frames
import livemel.engine.pipeline as pipeline
where = sys.argv.pop(1)
def fail(*_):
    raise ZeroDivisionError("not one number")
if where == "slot":
    from livemel.ui.status_line import StatusLine
    StatusLine.show_figures = fail
elif where == "start":
    import livemel.app
    livemel.app.App.open = fail
elif where == "qt":
    from livemel.ui.status_line import StatusLine
    from PySide6.QtCore import qWarning
    StatusLine.show_figures = lambda *_: qWarning("a word of Qt about /home/me/secret.wav")
elif where == "crash":
    import os, signal
    from livemel.ui.status_line import StatusLine
    StatusLine.show_figures = lambda *_: os.kill(os.getpid(), signal.SIGSEGV)
from livemel.__main__ import main
sys.exit(main())
"""


def log_of(env: dict[str, str]) -> Path:
    return Path(env["XDG_STATE_HOME"]) / "livemel" / "log" / "livemel.log"


def run(desk: VirtualDesk, where: str) -> "subprocess.CompletedProcess[str]":
    window = ["--source", "demo:silence", "--seconds", "0.6"]
    return subprocess.run(
        [sys.executable, "-c", BROKEN, where, *window],
        env=desk.env,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    folders = {"XDG_STATE_HOME": str(tmp_path / "state"), "XDG_CONFIG_HOME": str(tmp_path)}
    return {**os.environ, **folders}


@pytest.mark.parametrize(
    ("where", "code", "place"), [("slot", 0, "ui/run_figures.py"), ("start", 1, "app.py")]
)
def test_an_error_of_our_own_is_one_line_and_its_traceback_is_in_the_log(
    where: str, code: int, place: str, desk: VirtualDesk
) -> None:
    done = run(desk, where)
    assert done.returncode == code
    [line] = done.stderr.splitlines()
    assert line.startswith(f"livemel: internal error: ZeroDivisionError: not one number ({place}:")
    assert line.endswith(f"; details are in {log_of(desk.env)}")
    text = log_of(desk.env).read_text()
    assert "livemel 0." in text.splitlines()[0]
    assert "    Traceback (most recent call last):\n" in text
    assert "ZeroDivisionError: not one number" in text


def test_a_word_of_qt_is_said_and_kept_without_the_name_of_a_file(desk: VirtualDesk) -> None:
    done = run(desk, "qt")
    assert "a word of Qt" in done.stderr
    said = [line for line in log_of(desk.env).read_text().splitlines() if " livemel.qt [" in line]
    assert said[0].endswith("default: a word of Qt about <file>")


def test_a_crash_leaves_where_python_was(desk: VirtualDesk) -> None:
    done = run(desk, "crash")
    assert done.returncode == -signal.SIGSEGV
    text = log_of(desk.env).read_text()
    assert "Fatal Python error: Segmentation fault" in text
    assert "_refresh_figures" in text


class SlowDisk(LogFile):
    """Nothing is written until it is let."""

    let = threading.Event()

    def _append(self, text: str) -> None:
        self.let.wait()
        super()._append(text)


def test_who_meets_an_error_waits_for_no_disk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = SlowDisk(tmp_path / "log")
    logger = logging.getLogger("livemel")
    logger.addHandler(file)
    hooks = _Hooks(file)
    try:
        hooks.tell(ZeroDivisionError, ZeroDivisionError("one"), None, "here")
        assert capsys.readouterr().err == ""
        file.let.set()
        file.flush()
        [line] = capsys.readouterr().err.splitlines()
        assert line == (
            f"livemel: internal error: ZeroDivisionError: one; details are in {file.path}"
        )
        file.let.clear()
        hooks.tell(ZeroDivisionError, ZeroDivisionError("two"), None, "here")
        hooks.say_rest()  # at the end, with the disk as it is
        [line] = capsys.readouterr().err.splitlines()
        assert line == "livemel: internal error: ZeroDivisionError: two"
    finally:
        file.let.set()
        logger.removeHandler(file)
        file.close()
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("who", ["this program", "another"])
def test_a_crash_is_told_where_the_log_is_now(who: str, env: dict[str, str]) -> None:
    """After the log of before has been set aside by this program, or by another."""
    path = log_of(env)
    path.parent.mkdir(parents=True)
    if who == "this program":
        path.write_text("x" * MOST_BYTES)
    code = (
        "import logging, os, signal, sys\n"
        "from pathlib import Path\n"
        "from livemel.logs.run import kept_log\n"
        "with kept_log(crashes=True) as file:\n"
        "    if sys.argv[1] == 'another':\n"
        "        file.path.rename(f'{file.path}.1')\n"
        "    logging.getLogger('livemel').warning('one record')\n"
        "    file.flush()\n"
        "    os.kill(os.getpid(), signal.SIGSEGV)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, who], env=env, check=False, timeout=30)
    assert done.returncode == -signal.SIGSEGV
    assert Path(f"{path}.1").exists()
    text = path.read_text()
    assert "one record\n" in text
    assert "Fatal Python error: Segmentation fault" in text


def test_where_no_log_can_be_kept_an_error_is_one_line_all_the_same(desk: VirtualDesk) -> None:
    desk.env["XDG_STATE_HOME"] = __file__  # a file in the folder's place
    done = run(desk, "slot")
    [line] = done.stderr.splitlines()
    assert done.returncode == 0
    assert "details" not in line


def test_errors_of_threads_and_warnings_are_kept_while_a_run_lasts(
    tmp_path: Path, env: dict[str, str]
) -> None:
    code = (
        "import threading, warnings\n"
        "from livemel.logs.run import kept_log\n"
        "class Bad:\n"
        "    def __del__(self): raise ValueError('in del')\n"
        "def fail(): raise KeyError('in thread')\n"
        "with kept_log():\n"
        "    thread = threading.Thread(target=fail, name='my-thread')\n"
        "    thread.start(); thread.join()\n"
        "    Bad()\n"
        "    warnings.warn('divide by zero', RuntimeWarning)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    )
    first, second = (line for line in done.stderr.splitlines() if "internal error" in line)
    assert first.startswith("livemel: internal error: KeyError: 'in thread'; details are in ")
    assert second.startswith("livemel: internal error: ValueError: in del; details are in ")
    assert "<string>:10: RuntimeWarning: divide by zero" in done.stderr
    text = log_of(env).read_text()
    assert "internal error in thread my-thread" in text
    assert "RuntimeWarning: divide by zero (<string>:10)" in text


def test_the_level_is_that_of_the_flag_or_the_environment_and_only_of_the_run(
    env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", env["XDG_STATE_HOME"])
    assert wanted_level() is None
    monkeypatch.setenv("LIVEMEL_LOG", "Info")
    assert (wanted_level(), wanted_level("error")) == ("info", "error")
    monkeypatch.setenv("LIVEMEL_LOG", "loud")
    with pytest.raises(ParameterError, match="LIVEMEL_LOG=loud is none of debug, info"):
        wanted_level()
    device, other = logging.getLogger("livemel.capture"), logging.getLogger("livemel.other")
    for level in (None, "debug", "error"):
        with kept_log(level):
            for logger in (device, other):
                logger.debug("debug at %s", level)
                logger.info("info at %s", level)
                logger.error("error at %s", level)
    assert not device.isEnabledFor(logging.INFO)
    said = [line.split(" ", 1)[1] for line in log_of(env).read_text().splitlines()]
    kept = [line.replace(f"[{os.getpid()}] ", "") for line in said if "livemel." in line]
    kept = [line for line in kept if not line.startswith("livemel ")]
    assert kept == [
        "INFO livemel.capture info at None",
        "ERROR livemel.capture error at None",
        "ERROR livemel.other error at None",
        "DEBUG livemel.capture debug at debug",
        "INFO livemel.capture info at debug",
        "ERROR livemel.capture error at debug",
        "DEBUG livemel.other debug at debug",
        "INFO livemel.other info at debug",
        "ERROR livemel.other error at debug",
        "ERROR livemel.capture error at error",
        "ERROR livemel.other error at error",
    ]


def test_a_window_writes_no_name_of_what_it_plays(desk: VirtualDesk, tmp_path: Path) -> None:
    """At the lowest level there is."""
    secret = tmp_path / "secret.wav"
    soundfile.write(secret, np.zeros(48_000), 48_000)
    process = subprocess.Popen(
        [sys.executable, "-m", "livemel", "--log-level", "debug", str(secret)],
        env=desk.env,
        stderr=subprocess.PIPE,
    )
    wait_for(lambda: bool(desk.screen.windows), 20)
    process.terminate()
    _, said = process.communicate(timeout=10)
    assert said == b""
    assert "secret" not in log_of(desk.env).read_text()
