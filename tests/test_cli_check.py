"""`livemel check`: verdicts, exit codes, JSON that keeps to its schema, mistakes in one line."""

import json
import os
import pty
import signal
import subprocess
import sys
import termios
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.dsp.strategies import noise
from tests.test_cli import assert_one_line
from tests.test_cli_files import run_here

SR = 16_000
SCHEMA = Path(__file__).parents[1] / "docs" / "check.schema.json"


@pytest.fixture
def sounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder, which is the current one: clean.wav, deep/quiet.flac, deep/broken.wav, and what is
    no sound file or hidden.
    """
    folder = tmp_path / "sounds"
    (folder / "deep").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    monkeypatch.chdir(folder)
    soundfile.write("clean.wav", noise(3 * SR, level=0.1), SR, subtype="FLOAT")
    soundfile.write("deep/quiet.flac", noise(3 * SR, level=1e-4), SR, subtype="PCM_24")
    Path("deep/broken.wav").write_text("no sound " * 100)
    Path("deep/notes.txt").write_text("no sound")
    Path(".hidden/quiet.wav").write_bytes(Path("clean.wav").read_bytes())
    Path("._clean.wav").write_text("no sound")
    return folder


def checked(
    *arguments: str, capfd: pytest.CaptureFixture[str]
) -> subprocess.CompletedProcess[bytes]:
    return run_here("check", *arguments, capfd=capfd)


def as_json(
    *arguments: str, capfd: pytest.CaptureFixture[str], code: int | None = None
) -> dict[str, Any]:
    """What --json says, which must be as the schema has it."""
    done = checked(*arguments, "--json", capfd=capfd)
    assert code in (None, done.returncode), done.stderr
    assert done.stderr == b""

    def refuse(word: str) -> float:
        raise AssertionError(f"{word} is no JSON")

    told: dict[str, Any] = json.loads(done.stdout, parse_constant=refuse)
    validate = pytest.importorskip("jsonschema").Draft202012Validator(
        json.loads(SCHEMA.read_text())
    )
    validate.validate(told)
    return told


def test_a_clean_sound_is_ok_and_says_what_was_looked_for(
    sounds: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    done = checked("clean.wav", capfd=capfd)
    assert (done.returncode, done.stderr) == (0, b"")
    lines = done.stdout.decode().splitlines()
    assert lines[0] == "OK    clean.wav: nothing found"
    assert "Looked for hum, steady tones, clipping" in done.stdout.decode()
    assert max(map(len, lines)) <= 80
    facts = " ".join(done.stdout.decode().split())
    for fact in ("rate 16000 Hz", "channels 1", "length 0:03.0"):
        assert fact in facts
    assert "It takes 4 s for a band limit and 6 s for steady tones." in facts


def test_a_finding_has_its_severity_place_text_and_advice(
    sounds: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    done = checked("deep/quiet.flac", capfd=capfd)
    text = done.stdout.decode()
    assert done.returncode == 1
    assert text.startswith("WARN  deep/quiet.flac: 1 warning\n")
    assert "  warn  0:00.0–0:03.0  Too quiet: " in text
    (found,) = as_json("deep/quiet.flac", capfd=capfd, code=1)["findings"]
    assert f"→ {found['advice']}".split() == text[text.index("→") :].split()


@pytest.mark.parametrize(("least", "code"), [("note", 1), ("warn", 1), ("fail", 0)])
def test_the_exit_code_is_1_from_the_chosen_severity_on(
    least: str, code: int, sounds: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert checked("deep/quiet.flac", "--fail-on", least, capfd=capfd).returncode == code


def test_json_has_the_levels_of_the_samples(
    sounds: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    told = as_json("clean.wav", capfd=capfd, code=0)
    y = noise(3 * SR, level=0.1).astype(np.float64)
    assert (told["source"], told["verdict"], told["findings"]) == ("clean.wav", "ok", [])
    assert (told["sr"], told["channels"], told["seconds"]) == (SR, 1, 3.0)
    assert told["peak_dbfs"] == pytest.approx(20 * np.log10(np.abs(y).max()), abs=1e-5)
    assert told["rms_dbfs"] == pytest.approx(10 * np.log10(np.mean(y**2)), abs=1e-4)


def test_a_folder_is_all_the_sound_files_in_it_and_a_broken_one_has_failed(
    sounds: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    told = as_json(".", capfd=capfd, code=1)
    assert told["verdict"] == "fail"
    assert told["counts"] == {"files": 3, "ok": 1, "warn": 1, "fail": 0, "unreadable": 1}
    verdicts = {each["source"]: each["verdict"] for each in told["files"]}
    assert verdicts == {"clean.wav": "ok", "deep/broken.wav": "fail", "deep/quiet.flac": "warn"}
    assert "not a sound file" in told["files"][1]["error"]


def test_several_are_summed_up_in_a_table(sounds: Path, capfd: pytest.CaptureFixture[str]) -> None:
    done = checked(".", capfd=capfd)
    assert done.returncode == 1
    lines = done.stdout.decode().splitlines()
    assert lines[0] == "OK    clean.wav: nothing found"
    assert [line.split() for line in lines[-5:]] == [
        ["length", "findings", "file"],
        ["ok", "0:03.0", "–", "clean.wav"],
        ["fail", "unreadable", "deep/broken.wav"],
        ["warn", "0:03.0", "low-level", "deep/quiet.flac"],
        ["3", "files:", "1", "ok,", "1", "warn,", "1", "unreadable"],
    ]


def test_seconds_are_the_first_ones(sounds: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert as_json("clean.wav", "--seconds", "1.5", capfd=capfd)["seconds"] == 1.5
    assert as_json("clean.wav", "--seconds", "99", capfd=capfd)["seconds"] == 3.0
    assert as_json("demo:silence", "--seconds", "2.5", capfd=capfd, code=1)["seconds"] == 2.5


def test_all_channels_are_looked_at(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "two.wav"
    y = np.stack([noise(2 * SR, 1, level=0.01), noise(2 * SR, 2, level=0.1)], axis=1)
    soundfile.write(path, y, SR, subtype="FLOAT")
    told = as_json(str(path), capfd=capfd)
    assert told["channels"] == 2
    assert told["peak_dbfs"] == pytest.approx(20 * np.log10(np.abs(y).max()), abs=1e-5)


@pytest.mark.parametrize("suffix", ["wav", "flac"])
def test_a_file_that_breaks_off_is_checked_as_far_as_it_goes(
    suffix: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"torn.{suffix}"
    soundfile.write(path, noise(6 * SR, level=0.1), SR, subtype="PCM_16")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    told = as_json(str(path), capfd=capfd, code=0)
    assert 2.0 <= told["seconds"] <= 3.1
    assert "breaks off: " in told["notes"][0]
    page = tmp_path / "torn.html"
    assert checked(str(path), "--html", str(page), capfd=capfd).returncode == 0
    assert "data:image/png" in page.read_text()


def test_samples_that_are_no_numbers_are_noted(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "nan.wav"
    y = noise(2 * SR, level=0.1)
    y[[7, 8]] = np.nan, np.inf
    soundfile.write(path, y, SR, subtype="FLOAT")
    assert "2 samples are NaN or infinite: taken as 0" in as_json(str(path), capfd=capfd)["notes"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere.wav",), "no such file: nowhere.wav"),
        (("clean.wav", "nowhere.wav"), "no such file: nowhere.wav"),
        (("deep/nowhere",), "no such file: deep/nowhere"),
        (("deep/broken.wav",), "deep/broken.wav is not a sound file"),
        (("deep/notes.txt",), "deep/notes.txt is not a sound file"),
        (("clean.wav", "deep/broken.wav"), "deep/broken.wav is not a sound file"),
        (("empty.wav",), "empty.wav is empty"),
        (("empty",), "empty holds no sound files (.wav, .flac"),
        (("demo:nothing",), "there are speechlike"),
        (("clean.wav", "--json", "--html", "out.html"), "not allowed with argument"),
        (("clean.wav", "--html", "out.png"), "out.png does not end in .html"),
        (("clean.wav", "--html", "/nowhere/out.html"), "cannot write /nowhere/out.html"),
        (("sound.html", "--html", "sound.html"), "cannot write sound.html: it is the sound itself"),
        (("clean.wav", "--seconds", "0"), "seconds=0 is not between 0.1 and 86400"),
        (("clean.wav", "--seconds", "nan"), "seconds=nan is not between"),
        (("clean.wav", "--seconds", "soon"), "invalid float value: 'soon'"),
        (("clean.wav", "--fail-on", "error"), "invalid choice: 'error'"),
        (("clean.wav", "--device", "1"), "--device is for a microphone, not for clean.wav"),
        (("clean.wav", "--sr", "12"), "sr=12 Hz is not between"),
        (("clean.wav", "--normal", "no.npz"), "no such file: no.npz"),
        (("clean.wav", "--normal", "clean.wav"), "clean.wav is no normal"),
        (("clean.wav", "--nonsense"), "unrecognized arguments: --nonsense"),
    ],
)
def test_a_mistake_is_one_line_and_leaves_nothing(
    arguments: tuple[str, ...], words: str, sounds: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    Path("empty.wav").touch()
    Path("empty").mkdir()
    Path("sound.html").write_bytes(Path("clean.wav").read_bytes())
    before = sorted(sounds.rglob("*"))
    assert_one_line(checked(*arguments, capfd=capfd), words)
    assert sorted(sounds.rglob("*")) == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stdin_is_checked_to_its_end_and_a_signal_ends_it_quietly(number: signal.Signals) -> None:
    pcm = (noise(SR * 20, level=0.1) * 32767).astype("<i2").tobytes()
    command = [sys.executable, "-m", "livemel", "check", "-", "--sr", str(SR)]
    if number == signal.SIGINT:
        done = subprocess.run(command, input=pcm, capture_output=True, timeout=30, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout.startswith(b"OK    stdin: nothing found\n")
        assert b"0:20.0" in done.stdout
    child = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert child.stdin is not None
    child.stdin.write(pcm)  # more than a pipe holds: most of it has been read afterwards
    child.stdin.flush()
    child.send_signal(number)
    child.wait(20)
    said, complained = child.communicate()
    assert child.returncode == 128 + number
    assert (said, complained) == (b"", b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is Linux's")
def test_what_cannot_be_printed_is_a_mistake_in_one_line(sounds: Path) -> None:
    command = f"{sys.executable} -m livemel check clean.wav"
    full = subprocess.run(
        f"{command} --json > /dev/full", shell=True, capture_output=True, timeout=30, check=False
    )
    assert full.returncode == 2
    assert full.stderr == b"livemel: cannot write: No space left on device\n"
    closed = subprocess.run(
        f"{command} >&-", shell=True, capture_output=True, timeout=30, check=False
    )
    assert (closed.returncode, closed.stderr) == (0, b"")


def test_a_file_is_checked_without_qt_portaudio_or_others_code(sounds: Path) -> None:
    unwanted = ("PySide6", "pyqtgraph", "sounddevice", "librosa", "scipy.signal")
    script = (
        "import sys\nfrom livemel.cli import main\nassert main(['check', 'clean.wav']) == 0\n"
        f"print([name for name in {unwanted} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, timeout=30, check=True
    )
    assert done.stdout.splitlines()[-1] == b"[]"


@pytest.mark.parametrize("colours", [True, False])
def test_colours_are_for_terminals_where_nobody_minds(colours: bool, sounds: Path) -> None:
    terminal, ours = pty.openpty()
    env = {**os.environ, "TERM": "xterm", "NO_COLOR": "" if colours else "1"}
    subprocess.run(
        [sys.executable, "-m", "livemel", "check", "deep/quiet.flac"],
        stdout=ours,
        env=env,
        check=False,
        timeout=30,
    )
    os.close(ours)
    shown = os.read(terminal, 1 << 20).decode()
    os.close(terminal)
    assert ("\x1b[33mWARN\x1b[0m" in shown) == colours
    assert "WARN" in shown
    assert "\x1b" not in shown or colours


def test_a_narrow_terminals_lines_are_as_narrow(sounds: Path) -> None:
    terminal, ours = pty.openpty()
    termios.tcsetwinsize(ours, (24, 60))
    command = [sys.executable, "-m", "livemel", "check", "deep/quiet.flac"]
    # Which would count for more than the terminal itself.
    env = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    env["NO_COLOR"] = "1"
    subprocess.run(command, stdout=ours, env=env, check=False, timeout=30)
    os.close(ours)
    lines = os.read(terminal, 1 << 20).decode().splitlines()
    os.close(terminal)
    assert lines[0].startswith("WARN")
    assert max(map(len, lines)) <= 60


class Page(HTMLParser):
    """What a page is made of, and what it refers to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.references: list[str] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.references += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_a_page_is_one_file_that_needs_no_other(
    sounds: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    odd = "<b>&.flac"
    Path("deep/quiet.flac").rename(odd)
    done = checked(odd, "--html", "out.html", capfd=capfd)
    assert (done.returncode, done.stdout) == (1, b"out.html: warn, 1 warning\n")
    text = Path("out.html").read_text()
    page = Page(text)
    assert page.tags.count("image") == 1
    assert all(each.startswith("data:image/png;base64,") for each in page.references)
    assert not {"script", "link", "iframe"} & set(page.tags)
    assert odd in page.words
    assert "Too quiet" in page.words
    assert "prefers-color-scheme: dark" in text
    assert "url(" not in text


def test_a_page_of_a_folder_has_a_table_and_what_was_found(
    sounds: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert checked(".", "--html", "out.html", capfd=capfd).returncode == 1
    page = Page(Path("out.html").read_text())
    assert page.tags.count("section") == 3  # the table, the quiet one, the broken one
    links = [each for each in page.references if each.startswith("#")]
    assert links == ["#sound1", "#sound2"]
    assert "3 sound files" in page.words


def test_what_is_not_as_in_normal_sound_is_an_anomaly(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    usual, other, normal = (tmp_path / name for name in ("usual.wav", "other.wav", "normal.npz"))
    soundfile.write(usual, noise(30 * SR, 1, level=0.1), SR, subtype="FLOAT")
    y = noise(10 * SR, 2, level=0.1)
    y[5 * SR : 6 * SR] *= 5
    soundfile.write(other, y, SR, subtype="FLOAT")
    learn = run_here("learn-normal", str(usual), "-o", str(normal), capfd=capfd)
    assert learn.returncode == 0, learn.stderr
    assert as_json(str(usual), "--normal", str(normal), capfd=capfd, code=0)["normal"]
    told = as_json(str(other), "--normal", str(normal), capfd=capfd, code=1)
    found = [each for each in told["findings"] if each["code"] == "anomaly"]
    assert found
    assert any(each["start_s"] < 5.5 < each["end_s"] for each in found)
    assert "anomaly" not in [each["code"] for each in as_json(str(other), capfd=capfd)["findings"]]
