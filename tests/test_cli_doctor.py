"""`livemel doctor` on computers that have everything, or lack one thing or the other."""

import json
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from tests.rig.another_user import run_shut_out, shut_folder
from tests.rig.desk import VirtualDesk
from tests.rig.jack import VirtualJack
from tests.rig.microphone import VirtualMicrophone

SCHEMA = Path(__file__).parents[1] / "docs" / "doctor.schema.json"
LIMIT_S = 5.0  # whatever hangs


def ask(env: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "livemel", "doctor", *arguments],
        env=env,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def examined(env: dict[str, str]) -> dict[str, Any]:
    """What --json says, which is as the schema has it, and agrees with the exit code."""
    done = ask(env, "--json")
    assert done.stderr == ""
    said: dict[str, Any] = json.loads(done.stdout)
    validator = pytest.importorskip("jsonschema").Draft202012Validator
    validator.check_schema(schema := json.loads(SCHEMA.read_text()))
    validator(schema).validate(said)
    assert said["ok"] == all(check["state"] != "wrong" for check in said["checks"])
    assert done.returncode == (0 if said["ok"] else 1)
    return said


def check(said: dict[str, Any], group: str, name: str) -> tuple[str, str, str]:
    [row] = [row for row in said["checks"] if (row["group"], row["name"]) == (group, name)]
    return row["state"], row["found"], row["advice"]


def test_a_desk_with_a_microphone_has_nothing_wrong(desk: VirtualDesk) -> None:
    said = examined(desk.env)
    assert said["ok"], [row for row in said["checks"] if row["state"] == "wrong"]
    listed = subprocess.run(
        [sys.executable, "-m", "livemel", "devices", "--json"],
        env=desk.env,
        capture_output=True,
        check=True,
    ).stdout
    by_number = {row["index"]: row for row in json.loads(listed)}
    assert said["devices"]["input"]
    for device in said["devices"]["input"]:  # all that PortAudio knows
        assert device.items() <= by_number[device["index"]].items()
    version = desk.microphone.pactl("--version").split()[1]
    assert check(said, "Sound", "sound server")[:2] == (
        "ok", f"pulseaudio {version}, records from mic.monitor"
    )  # fmt: skip
    assert said["versions"]["numpy"] == metadata.version("numpy")
    assert said["versions"]["pyside6"] == metadata.version("PySide6-Essentials")
    assert check(said, "Window", "Qt")[1] == f"{said['versions']['qt']} loads"
    assert check(said, "Window", "display")[1] == f"DISPLAY={desk.env['DISPLAY']} answers"
    assert said["log"] == "~/.local/state/livemel/log/livemel.log"
    assert desk.env["HOME"] not in json.dumps(said)


def test_a_computer_that_lacks_everything_is_told_what_to_do_about_each(
    microphone: VirtualMicrophone, tmp_path: Path
) -> None:
    """No PortAudio, but a sound server that is heard without; no screen, a library of Qt's that is
    broken, and no folder to write to.
    """
    # The real thing: the loader finds no library of that name.
    (tmp_path / "sitecustomize.py").write_text(
        "import ctypes.util\n"
        "find = ctypes.util.find_library\n"
        "ctypes.util.find_library = lambda n: None if n == 'portaudio' else find(n)\n"
    )
    libraries = tmp_path / "libraries"
    libraries.mkdir()
    (libraries / "libxcb-cursor.so.0").touch()
    (home := tmp_path / "home").touch()
    without = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_")
    env = {k: v for k, v in microphone.env.items() if not k.startswith(without)}
    env |= {"HOME": str(home), "PYTHONPATH": f"{tmp_path}:{env.get('PYTHONPATH', '')}"}
    said = examined(env | {"LD_LIBRARY_PATH": str(libraries)})
    assert check(said, "Sound", "PortAudio") == (
        "wrong", "PortAudio is not installed", "apt install libportaudio2 libasound2-plugins"
    )  # fmt: skip
    assert check(said, "Window", "libraries") == (
        "wrong",
        f"{libraries}/libxcb-cursor.so.0: file too short",
        "put it right or away, or unset LD_LIBRARY_PATH",
    )
    assert check(said, "Window", "display")[:2] == (
        "wrong", "DISPLAY and WAYLAND_DISPLAY name none"
    )  # fmt: skip
    for name in ("settings", "log", "recordings"):
        state, found, advice = check(said, "Folders", name)
        assert (state, found.split(" cannot")[0].startswith("~")) == ("wrong", True), found
        assert advice.startswith("make it writable; else ")
    [row] = said["devices"]["input"]
    assert (row["id"], row["index"], row["plays"]) == ("mic.monitor", None, True)
    assert (said["devices"]["output"], said["versions"]["portaudio"]) == ([], None)


def test_who_has_another_users_folders_is_told_to_log_in(tmp_path: Path) -> None:
    folder = shut_folder(tmp_path / "others")
    done = run_shut_out("-m", "livemel", "doctor", "--json", folder=folder)
    said = json.loads(done.stdout)
    assert check(said, "Sound", "sound server")[1:] == (
        "cannot be looked for", "XDG_RUNTIME_DIR belongs to another user: log in with `su -`"
    )  # fmt: skip
    assert check(said, "Sound", "PortAudio")[0] == "ok"
    assert check(said, "Folders", "settings") == (
        "wrong",
        "~/.config/livemel/ cannot be written: Permission denied",
        "HOME belongs to another user: log in with `su -`; else what is chosen is not kept",
    )


def test_a_sound_server_that_hangs_is_said_in_time(microphone: VirtualMicrophone) -> None:
    microphone.suspend()
    said = examined({**microphone.env, "QT_QPA_PLATFORM": "offscreen"})
    assert said["seconds"] <= LIMIT_S
    state, found, advice = check(said, "Sound", "sound server")
    assert (state, found) == ("wrong", "PulseAudio does not answer")
    assert advice.startswith("restart it: ")
    assert check(said, "Sound", "PortAudio")[0] == "wrong"
    assert check(said, "Window", "Qt")[0] == "ok"  # nobody else has to wait for it


def test_what_portaudio_has_is_listed_where_only_the_sound_server_hangs(
    microphone: VirtualMicrophone, tmp_path: Path
) -> None:
    """No plug-in of ALSA's leads to the server."""
    (tmp_path / "alsa.conf").write_text("pcm.silent { type null }\npcm.!default { type null }\n")
    microphone.suspend()
    said = examined(
        {
            **microphone.env,
            "QT_QPA_PLATFORM": "offscreen",
            "ALSA_CONFIG_PATH": str(tmp_path / "alsa.conf"),
        }
    )
    assert said["seconds"] <= LIMIT_S
    for kind in ("input", "output"):
        assert "silent" in [device["name"] for device in said["devices"][kind]]
        assert check(said, "Sound", f"{kind} devices")[0] == "ok"
    assert check(said, "Sound", "PortAudio")[0] == "ok"
    assert check(said, "Sound", "sound server")[:2] == ("wrong", "PulseAudio does not answer")


def test_a_sound_server_that_answers_is_not_blamed_for_a_jack_server_that_hangs(
    microphone: VirtualMicrophone, jack: VirtualJack
) -> None:
    jack.suspend()
    try:
        said = examined(
            {**microphone.env, "QT_QPA_PLATFORM": "offscreen", "JACK_DEFAULT_SERVER": jack.name}
        )
    finally:
        jack.resume()
    state, _, advice = check(said, "Sound", "PortAudio")
    assert (state, advice.split(", ")[0]) == ("wrong", "the sound server answers: restart JACK")
    assert check(said, "Sound", "sound server")[0] == "ok"
    assert check(said, "Sound", "input devices")[:2] == (
        "ok",
        "Monitor of Null Output (PulseAudio)",
    )


def test_a_sound_server_with_nothing_to_record_from_is_told_what_to_do(
    microphone: VirtualMicrophone,
) -> None:
    microphone.unplug()
    said = examined({**microphone.env, "QT_QPA_PLATFORM": "offscreen"})
    state, found, advice = check(said, "Sound", "sound server")
    assert (state, found.split(", ")[1]) == ("wrong", "records from nothing")
    assert advice.startswith("plug in a microphone")


@pytest.mark.parametrize(
    ("how", "found", "advice"),
    [
        (
            "raise Exception('Error initializing PortAudio: Unanticipated host error')",
            "PortAudio does not start: Error initializing PortAudio: Unanticipated host error",
            "restart the sound server; ",
        ),
        (
            "import os; os.kill(os.getpid(), 11)",
            "PortAudio could not be asked: exit code -11",
            "a driver crashed it: apt install --reinstall ",
        ),
    ],
)
def test_a_portaudio_that_does_not_start_or_crashes_is_told_what_to_do(
    how: str, found: str, advice: str, tmp_path: Path
) -> None:
    (tmp_path / "sounddevice.py").write_text(how)
    path = f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    said = examined({**os.environ, "PYTHONPATH": path, "PULSE_SERVER": f"unix:{tmp_path}/nobody"})
    state, *told = check(said, "Sound", "PortAudio")
    assert (state, told[0], told[1].startswith(advice)) == ("wrong", found, True), told
    assert check(said, "Sound", "input devices") == ("note", "not known without PortAudio", "")


def test_a_screen_is_told_what_to_do_about_by_what_is_wrong(tmp_path: Path) -> None:
    base = {k: v for k, v in os.environ.items() if k not in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    said = examined(base | {"QT_QPA_PLATFORM": "nonsense"})
    state, found, advice = check(said, "Window", "display")
    assert (state, advice) == ("wrong", "unset QT_QPA_PLATFORM, or name one of them")
    assert found.startswith("unknown QT_QPA_PLATFORM=nonsense: there are ")
    assert check(said, "Window", "libraries") == (
        "note", "not looked at: Qt has no nonsense", ""
    )  # fmt: skip
    libraries = tmp_path / "libraries"
    libraries.mkdir()
    (libraries / "libxcb-cursor.so.0").touch()
    said = examined(base | {"DISPLAY": ":99", "LD_LIBRARY_PATH": str(libraries)})
    assert check(said, "Window", "display") == (
        "wrong", "Qt lacks system libraries", "apt install libxcb-cursor0"
    )  # fmt: skip
    base.pop("DISPLAY", None)
    assert check(examined(base), "Window", "display") == (
        "wrong",
        "DISPLAY and WAYLAND_DISPLAY name none",
        "log in to a desktop; check, export and render need none",
    )


def test_the_text_is_aligned_and_says_how_many_things_are_wrong(tmp_path: Path) -> None:
    env = {**os.environ, "QT_QPA_PLATFORM": "nonsense", "PULSE_SERVER": f"unix:{tmp_path}/nobody"}
    done = ask(env)
    lines = done.stdout.splitlines()
    rows = [line for line in lines if line.startswith("  ")]
    assert all(line[24] == " " and line[25] != " " for line in rows)
    wrong = sum(line.startswith("  WRONG") for line in lines)
    assert lines[-1] == f"{wrong} things are wrong; → says what to do."
    assert max(map(len, lines)) <= 100
    assert "unknown QT_QPA_PLATFORM=nonsense" in done.stdout
    assert done.returncode == 1
