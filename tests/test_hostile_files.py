"""Names and places that files may have, and homes that may be none: one line, in plain text."""

import io
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from livemel.cli import main
from livemel.errors import SourceError, one_line
from livemel.files import config_folder

from tests.dsp.strategies import noise
from tests.rig.another_user import run_shut_out, shut_folder

Run = Callable[..., tuple[int, str, str]]
ODD_NAMES = [
    "with spaces and  more.wav",
    "two\nlines.wav",
    "\x1b[31mred\x07.wav",
    "<b>bold & co</b>.wav",
    "🎺🥁 häß.wav",
    "\u202egnp.wav",
    "-rf.wav",
    "%s%n{0}.wav",
    "l\udce4rm.wav",
    "x" * 250 + ".wav",
]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run_(*arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run_


def wav(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = io.BytesIO()
    soundfile.write(file, 0.1 * noise(8000), 8000, format="WAV")
    path.write_bytes(file.getvalue())
    return path


def long_wav(path: Path) -> Path:
    """Enough to learn from."""
    if not path.exists():
        soundfile.write(path, 0.1 * noise(5 * 8000), 8000)
    return path


def one_plain_line(said: str) -> bool:
    return said.count("\n") == 1 and said[:-1].isprintable()


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_file_of_any_name_is_checked_and_exported(name: str, run: Run, tmp_path: Path) -> None:
    path = wav(tmp_path / name)
    code, out, complained = run("check", path)
    assert (code, complained) == (0, "")
    assert all(line.isprintable() for line in out.splitlines())
    code, out, complained = run("export", path, tmp_path / "out.npz")
    assert (code, complained) == (0, "")
    assert one_plain_line(out)
    with np.load(tmp_path / "out.npz", allow_pickle=False) as arrays:
        assert str(arrays["source_name"]) == one_line(path.name)


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_result_of_any_name_is_told_in_one_plain_line(
    name: str, run: Run, tmp_path: Path
) -> None:
    sound = wav(tmp_path / "in" / name)
    out = tmp_path / name
    for arguments, suffix in (
        (("export", sound), ".npy"),
        (("fit-scaler", sound, "-o"), ".json"),
        (("learn-normal", long_wav(tmp_path / "long.wav"), "-o"), ".npz"),
        (("check", sound, "--html"), ".html"),
    ):
        result = out.with_suffix(suffix)
        result.parent.mkdir(exist_ok=True)
        code, told, complained = run(*arguments, result)
        assert (code, complained) == (0, "")
        assert one_plain_line(told)
        assert told.startswith(f"{one_line(str(result))}: ")
    code, told, complained = run("verify", sound, "--frontend", "whisper-80")
    assert (code, complained) == (0, "")
    assert all(line.isprintable() for line in told.splitlines())


@pytest.mark.parametrize("name", [*ODD_NAMES, "x" * 300 + ".wav", "a\0b.wav"])
@pytest.mark.parametrize("command", ["check", "export", "render", "verify"])
def test_a_file_of_any_name_that_is_not_there_is_one_plain_line(
    command: str, name: str, run: Run, tmp_path: Path
) -> None:
    outputs = {"export": ["out.npy"], "render": ["out.png"]}.get(command, [])
    code, _, complained = run(command, tmp_path / name, *(tmp_path / out for out in outputs))
    assert code == 2
    assert one_plain_line(complained), complained


def test_folders_may_be_deep(run: Run, tmp_path: Path) -> None:
    path = wav(tmp_path.joinpath(*["d" * 200] * 15, "sound.wav"))
    assert len(str(path)) > 3000
    assert run("check", path)[0] == 0


@pytest.fixture
def places(tmp_path: Path) -> Iterator[dict[str, Path]]:
    """What is there under a name without being a file."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "lost").symlink_to(tmp_path / "nowhere")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tmp_path / "socket"))
        names = ("pipe", "loop", "lost", "socket")
        devices = {name: Path("/dev", name) for name in ("zero", "null", "tty")}
        yield {name: tmp_path / name for name in names} | devices | {"in": Path("/proc/self/mem")}


@pytest.mark.parametrize("name", ["pipe", "loop", "lost", "socket", "zero", "null", "tty", "in"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "{}"),
        ("export", "{}", "out.npy"),
        ("export", "--recipe", "{}", "sound.wav", "out.npy"),
        ("export", "--scaler", "{}", "sound.wav", "out.npy"),
        ("check", "--normal", "{}", "sound.wav"),
        ("frontends", "{}/"),
    ],
)
def test_what_is_no_file_is_one_line_at_once(
    arguments: tuple[str, ...],
    name: str,
    places: dict[str, Path],
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    wav(tmp_path / "sound.wav")
    code, _, complained = run(*(part.format(places[name]) for part in arguments))
    assert code == 2
    assert one_plain_line(complained), complained
    assert not (tmp_path / "out.npy").exists()


def test_what_a_message_carries_is_shown_in_one_line() -> None:
    error = SourceError("a\nb\x1b[2J\u202e \udcff 🎺 " + "x" * 10_000)
    assert str(error).isprintable()
    assert str(error).startswith(r"a\nb\x1b[2J\u202e \xff 🎺 xxx")
    assert len(str(error)) < 1500


@given(st.text(), st.integers(20, 200))
def test_what_is_one_line_stays_as_it_is(text: str, longest: int) -> None:
    line = one_line(text * 20, longest)
    assert len(line) <= longest
    assert one_line(line, longest) == line
    assert line.count("\n") == 0


@pytest.fixture
def public(tmp_path: Path) -> Iterator[Path]:
    """A folder that everybody may look into, as pytest's are not."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


# A user that nobody has listed. Python may lie where only root may look.
_NOBODY = ("setpriv", "--reuid=54321", "--regid=54321", "--clear-groups")
_WHO_READS_ALL = (*_NOBODY, "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")


def as_nobody(*arguments: str, home: Path | None) -> subprocess.CompletedProcess[str]:
    """This Python as a user without a name, who can write to no disk."""
    env = environment_of_nobody()
    if home is not None:
        env["HOME"] = str(home)
    return subprocess.run(
        [*nobody(), sys.executable, *arguments],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def environment_of_nobody() -> dict[str, str]:
    env = {key: value for key, value in os.environ.items() if not key.startswith("XDG_")}
    env.pop("HOME", None)
    return env | {"QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": "1"}


@cache
def nobody() -> tuple[str, ...]:
    """The command that becomes a user who can run this Python."""
    for who in (_NOBODY, _WHO_READS_ALL):
        command = [*who, sys.executable, "-c", "import json"]
        tried = subprocess.run(
            command, env=environment_of_nobody(), capture_output=True, check=False
        )
        if tried.returncode == 0:
            return who
    pytest.skip("nobody but root can run this Python")


CHOOSE = """
import pathlib, sys
from livemel.settings import RecentFiles
from livemel.settings.file import load, settings_path
from livemel.settings.keeper import Keeper
loaded = load(settings_path())
keeper = Keeper(settings_path())
keeper.keep({"span_s": 20.0})
keeper.close()
print([loaded.message, loaded.note, keeper.note])
"""


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become nobody")
@pytest.mark.parametrize("has_home", [True, False])
def test_the_window_runs_without_a_home_that_can_be_written(has_home: bool, public: Path) -> None:
    where = public if has_home else None
    options = ("--source", "demo", "--settings", "--seconds", "0.5")
    done = as_nobody("-m", "livemel", *options, home=where)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    done = as_nobody("-m", "livemel", "--workspace", "none", home=where)
    assert (done.returncode, one_plain_line(done.stderr)) == (2, True), done.stderr
    done = as_nobody("-c", CHOOSE, home=where)
    assert "settings are not kept" in done.stdout
    assert done.stderr == ""
    assert not list(public.iterdir())


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become nobody")
def test_a_file_that_may_not_be_read_is_one_line(public: Path) -> None:
    path = wav(public / "private.wav")
    path.chmod(0)
    done = as_nobody("-m", "livemel", "check", str(path), home=None)
    if done.returncode == 0:
        pytest.skip("this nobody may read everything")
    assert (done.returncode, one_plain_line(done.stderr)) == (2, True), done.stderr
    assert "Permission denied" in done.stderr


WATCH = """
import time
from livemel.sources.device_watch import DeviceWatch
watch = DeviceWatch()
watch.attend(True)
give_up = time.monotonic() + 30
while watch.looks < 2 and time.monotonic() < give_up:
    time.sleep(0.01)
print(watch.devices.trouble if watch.devices else "looking")
watch.stop()
"""
SAVE = """
from livemel.errors import ParameterError
from livemel.presets import Preset, write
try:
    write(Preset("mine", "live"))
except ParameterError as error:
    print(error)
"""


def test_the_home_of_another_user_is_as_good_as_none(tmp_path: Path) -> None:
    home = shut_folder(tmp_path / "home")
    done = run_shut_out("-m", "livemel", "devices", folder=home)
    assert (done.returncode, done.stderr) == (0, "")
    done = run_shut_out("-m", "livemel", "--settings", "--seconds", "0.5", folder=home)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    done = run_shut_out("-c", WATCH, folder=home)
    assert (done.stdout, done.stderr) == ("\n", "")
    done = run_shut_out("-c", SAVE, folder=home)
    assert done.stdout.endswith("mine.toml: Permission denied\n"), done.stderr


@pytest.mark.parametrize("name", ["x" * 300 + "{}", "shut/name{}"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("sound.wav", "--seconds", "0.1", "--record", "{}.wav"),
        ("sound.wav", "--seconds", "0.1", "--screenshot", "{}.png"),
        ("sound.wav", "--seconds", "0.1", "--stats", "{}.json"),
        ("sound.wav", "--seconds", "0.1", "--frontend", "{}.toml"),
        ("--workspace", "{}"),
        ("check", "{}.wav"),
        ("check", "link.wav"),
        ("check", "sound.wav", "--html", "{}.html"),
        ("check", "sound.wav", "--normal", "{}.npz"),
        ("export", "sound.wav", "{}.npz"),
        ("export", "sound.wav", "out.npz", "--recipe", "{}.json"),
        ("export", "sound.wav", "out.npz", "--scaler", "{}.json"),
        ("render", "sound.wav", "{}.png"),
        ("fit-scaler", "sound.wav", "-o", "{}.json"),
        ("learn-normal", "sound.wav", "-o", "{}.npz"),
        ("fit-scaler", "{}.wav", "-o", "old.json"),
        ("learn-normal", "{}.wav", "-o", "old.npz"),
        ("export", "{}.wav", "old.npz"),
        ("render", "{}.wav", "old.png"),
        ("verify", "{}.wav"),
        ("frontends", "{}.toml"),
    ],
)
def test_what_cannot_be_looked_for_is_one_line(
    arguments: tuple[str, ...], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    wav(tmp_path / "sound.wav")
    shut = shut_folder(tmp_path / "shut")
    for ending in ("json", "npz", "png"):
        (tmp_path / f"old.{ending}").touch()
    (tmp_path / "link.wav").symlink_to("shut/name")
    given = [name.format(part[2:]) if part[:2] == "{}" else part for part in arguments]
    done = run_shut_out("-m", "livemel", *given, folder=shut)
    assert (done.returncode, one_plain_line(done.stderr)) == (2, True), done.stderr
    assert not list(shut.iterdir())


def test_where_no_home_is_known_nothing_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> Path:
        raise RuntimeError

    monkeypatch.setattr("platformdirs.user_config_path", lambda _: nobody())
    folder = config_folder()
    assert not folder.exists()
    with pytest.raises(NotADirectoryError):
        folder.mkdir(parents=True)
