"""What commands print: on terminals of any encoding, of devices that anybody has named."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile
from livemel.cli import main
from livemel.cli.progress import Progress

from tests.dsp.strategies import noise
from tests.rig.microphone import VirtualMicrophone

# It colours the terminal, and gives it another title.
ODD = "A\x1b[31mRED\x1b]0;owned\x07"
SHOWN = r"A\x1b[31mRED\x1b]0;owned\x07"
Done = subprocess.CompletedProcess[bytes]


def livemel(*arguments: str, env: dict[str, str]) -> Done:
    command = [sys.executable, "-m", "livemel", *arguments]
    return subprocess.run(command, env=env, capture_output=True, check=False, timeout=60)


@pytest.fixture
def odd(microphone: VirtualMicrophone) -> VirtualMicrophone:
    """A sound server that somebody has given a sink of such a name."""
    microphone.pactl(
        *("load-module", "module-null-sink", "sink_name=odd"),
        f'sink_properties=device.description="{ODD}"',
    )
    return microphone


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        (("devices",), (0,)),
        (("doctor",), (0, 1)),
        (("check", "--seconds", "0.5", "odd.monitor"), (0,)),
        (("check", "--seconds", "0.5", f"Monitor of {ODD}"), (0,)),
        (("check", "--seconds", "0.5", "--device", f"Monitor of {SHOWN}"), (0,)),
        (("latency", "--clicks", "3", "--device", "odd.monitor"), (2,)),  # which hears nothing
    ],
)
def test_a_device_of_any_name_is_found_and_told_in_plain_text(
    arguments: tuple[str, ...], codes: tuple[int, ...], odd: VirtualMicrophone
) -> None:
    done = livemel(*arguments, env=odd.env)
    said = (done.stdout + done.stderr).decode()
    assert done.returncode in codes, said
    assert all(line.isprintable() for line in said.splitlines())
    assert SHOWN in " ".join(said.split())


def test_its_json_holds_the_name_as_it_is_shown(odd: VirtualMicrophone) -> None:
    rows = json.loads(livemel("devices", "--json", env=odd.env).stdout)
    assert f"Monitor of {SHOWN}" in [row["name"] for row in rows]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    soundfile.write("sound.wav", 0.1 * noise(5 * 8000), 8000)
    return tmp_path


@pytest.mark.parametrize("encoding", ["ascii", "utf-8:strict", "latin-1"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "sound.wav", "l\udce4rm – σ.npy"),
        ("learn-normal", "sound.wav", "-o", "l\udce4rm – σ.npz"),
        ("fit-scaler", "sound.wav", "-o", "l\udce4rm – σ.json"),
        ("check", "sound.wav", "--html", "l\udce4rm – σ.html"),
    ],
)
def test_work_that_is_done_is_told_in_any_encoding(
    arguments: tuple[str, ...], encoding: str, here: Path
) -> None:
    done = livemel(*arguments, env={**os.environ, "PYTHONIOENCODING": encoding})
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(rb"l\xe4rm ")
    assert (here / arguments[-1]).stat().st_size


@pytest.mark.parametrize("command", ["devices", "doctor", "frontends"])
def test_lists_are_told_in_any_encoding_and_json_is_json(
    command: str, odd: VirtualMicrophone
) -> None:
    env = {**odd.env, "PYTHONIOENCODING": "ascii"}
    done = livemel(command, env=env)
    assert done.returncode in (0, 1), done.stderr
    assert (done.stdout.isascii(), done.stderr) == (True, b"")
    assert json.loads(livemel(command, "--json", env=env).stdout)


def test_without_stdout_a_command_does_its_work(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["export", "sound.wav", "out.npy"]) == 0
    assert Path("out.npy").exists()


def test_a_bar_holds_no_raw_name(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        with Progress(f"{ODD}\n.wav → o.npy") as progress:
            monkeypatch.setattr(progress, "_said", 0.0)  # long ago
            progress(0.5)
        shown = os.read(ours, 4096).decode()
    os.close(ours)
    assert SHOWN + r"\n.wav → o.npy  ███" in shown
