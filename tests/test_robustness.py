"""What must never end in a traceback, a crash or a wrong program: start-up, folders, odd sound."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.rig.desk import VirtualDesk
from tests.rig.microphone import VirtualMicrophone
from tests.waiting import PATIENCE_S, is_gone, wait_for

PROGRAM = str(Path(sys.executable).with_name("livemel"))


def start(
    desk: VirtualDesk, *arguments: str, cwd: Path | None = None, before: Sequence[str] = ()
) -> subprocess.Popen[bytes]:
    """before : the command that runs it, if any"""
    command = [*before, PROGRAM, *arguments]
    return subprocess.Popen(
        command, env=desk.env, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, cwd=cwd
    )


DEAF = ("sh", "-c", """trap '' INT; exec "$@" """, "sh")


def has_begun(deaf: "subprocess.Popen[bytes]") -> bool:
    """Whether a program that was started deaf to Ctrl-C has come to its own first line."""
    lines = Path(f"/proc/{deaf.pid}/status").read_text().splitlines()
    status = dict(line.split(":\t") for line in lines if ":\t" in line)
    ignores = int(status["SigIgn"], 16) >> (signal.SIGINT - 1) & 1
    return status["Name"] != "sh" and not ignores


@pytest.mark.parametrize("after_s", [0.0, 0.1, 0.2, 0.35, 0.5])
def test_ctrl_c_during_the_start_ends_it_without_a_word(after_s: float, desk: VirtualDesk) -> None:
    # Before livemel's first line it is the interpreter that answers, with a traceback: on a busy
    # machine that takes long.
    process = start(desk, before=DEAF)
    wait_for(lambda: has_begun(process))
    try:
        process.wait(after_s)  # the moment itself is what varies
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode in (-signal.SIGINT, 128 + signal.SIGINT)
    assert said == b""


def test_a_folder_with_a_module_of_a_known_name_is_not_executed(
    desk: VirtualDesk, tmp_path: Path
) -> None:
    (tmp_path / "signal.py").write_text("open('executed', 'w')\n")
    process = start(desk, "--seconds", "1", cwd=tmp_path)
    _, said = process.communicate(timeout=20)
    assert (process.returncode, said) == (0, b"")
    assert not (tmp_path / "executed").exists()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_sound_that_is_no_number_is_shown_and_counted_without_a_word_on_stderr(
    value: float, desk: VirtualDesk, tmp_path: Path
) -> None:
    y = np.full(24_000, 0.1, dtype=np.float32)
    y[12_000:13_000] = value
    soundfile.write(tmp_path / "odd.wav", y, 48_000, subtype="FLOAT")
    stats = tmp_path / "stats.json"
    options = ["--source", str(tmp_path / "odd.wav"), "--seconds", "1", "--stats", str(stats)]
    process = start(desk, *options)
    _, said = process.communicate(timeout=20)
    assert (process.returncode, said) == (0, b"")
    assert json.loads(stats.read_text())["samples_not_finite"] == 1000


def test_the_microphone_opens_though_stdin_is_closed(desk: VirtualDesk, tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("livemel")
    stats = tmp_path / "stats.json"
    shell = f"exec {program} --seconds 1 --stats {stats} <&-"
    done = subprocess.run(
        ["sh", "-c", shell], env=desk.env, capture_output=True, timeout=20, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert '"source": "Monitor of Null Output"' in stats.read_text()


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"QT_QPA_PLATFORM": "bogus"}, "unknown QT_QPA_PLATFORM=bogus: there are"),
        ({"QT_QPA_PLATFORM": "wayland", "WAYLAND_DISPLAY": "nobody"}, "nothing answers at"),
        ({"QT_QPA_PLATFORM": "", "WAYLAND_DISPLAY": "nobody", "DISPLAY": ""}, "no display"),
    ],
)
def test_a_platform_that_cannot_be_is_one_line(
    variables: dict[str, str], words: str, microphone: VirtualMicrophone
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "livemel", "--source", "demo"],
        env={**microphone.env, **variables},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_process_that_lists_devices_ends_with_its_parent(
    microphone: VirtualMicrophone,
) -> None:
    microphone.suspend()
    script = "from livemel.sources.devices import list_input_devices as l; l(30)"
    parent = subprocess.Popen([sys.executable, "-c", script], env=microphone.env)
    listing = wait_for_child(parent.pid)
    parent.kill()
    parent.wait()
    give_up = time.monotonic() + 3
    while not is_gone(listing):
        assert time.monotonic() < give_up, "it lives on"
        time.sleep(0.02)


def wait_for_child(pid: int) -> int:
    give_up = time.monotonic() + 5
    while True:
        listed = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, check=False)
        if listed.stdout:
            return int(listed.stdout.split()[0])
        assert time.monotonic() < give_up, "no child"
        time.sleep(0.01)
