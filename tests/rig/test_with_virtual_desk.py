"""The script `with-virtual-desk`: exit code, signals, sound, pictures, and nothing left behind."""

import os
import signal
import subprocess
import sys
import uuid
import wave
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.rig import leftovers

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "tests/rig/with-virtual-desk"


def run_script(*arguments: str | Path) -> tuple[subprocess.CompletedProcess[str], str]:
    """Run with-virtual-desk to its end; also returns the mark of its processes."""
    mark = uuid.uuid4().hex
    done = subprocess.run(
        [SCRIPT, *arguments],
        cwd=ROOT,
        env=os.environ | {leftovers.MARK: mark},
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done, mark


def test_the_script_passes_the_exit_code_on_and_leaves_nothing_behind() -> None:
    done, mark = run_script("sh", "-c", 'echo "$HOME"; exit 7')
    assert done.returncode == 7
    assert done.stderr == ""
    assert not Path(done.stdout.strip()).exists()
    assert leftovers.marked_processes(mark) == {}


def test_the_script_takes_a_screenshot_while_the_command_runs(tmp_path: Path) -> None:
    picture = tmp_path / "screen.png"
    wait = f"while ! test -s {picture}; do sleep 0.1; done"
    options = ("--size", "640x480", "--no-microphone", "--screenshot", picture, "--after", "0.1")
    done, _ = run_script(*options, "sh", "-c", wait)
    assert done.returncode == 0, done.stderr
    with Image.open(picture) as image:
        assert image.size == (640, 480)


def test_the_script_plays_a_file_into_the_microphone_again_and_again(tmp_path: Path) -> None:
    period = np.arange(1, 1001, dtype=np.int16)
    with wave.open(str(tmp_path / "period.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48000)
        file.writeframes(period.tobytes())
    options = ("--no-screen", "--loop", "--play", tmp_path / "period.wav")
    record = (sys.executable, "-m", "tests.rig.record", tmp_path / "heard", "1")
    done, _ = run_script(*options, *record)
    assert done.returncode == 0, done.stderr
    y = np.fromfile(tmp_path / "heard", np.float32) * 32768
    assert set(period) <= set(y)


def test_the_script_says_in_one_line_what_cannot_be_run() -> None:
    done, _ = run_script("--no-screen", "/nonexistent/program")
    assert done.returncode == 127
    assert done.stderr == "with-virtual-desk: /nonexistent/program: No such file or directory\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_script_forwards_signals_to_the_command(number: signal.Signals) -> None:
    trap = f"trap 'exit 9' {number.name.removeprefix('SIG')}; echo ready; "
    mark = uuid.uuid4().hex
    script = subprocess.Popen(
        [SCRIPT, "--no-screen", "bash", "-c", trap + "while true; do sleep 0.05; done"],
        env=os.environ | {leftovers.MARK: mark},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert script.stdout is not None
    assert script.stdout.readline() == "ready\n"
    script.send_signal(number)
    script.communicate(timeout=30)
    assert script.returncode == 9
    assert leftovers.marked_processes(mark) == {}
