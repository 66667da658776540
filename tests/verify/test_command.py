"""`livemel verify` as it is typed: its table, its exit codes, and what it says."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from livemel.cli import main
from livemel.dsp.models import FRONTENDS
from livemel.verify.comparison import Comparison
from livemel.verify.references import REFERENCES
from livemel.verify.signals import signal
from livemel.verify.table import summary, table

from tests.verify.running import RUNNING

Capture = pytest.CaptureFixture[str]
PACKAGES = {name.replace("-", "_") for each in REFERENCES for name in each.packages}


def lines_of(capsys: Capture, *arguments: str, code: int) -> list[str]:
    assert main(["verify", *arguments]) == code
    out, err = capsys.readouterr()
    assert err == ""  # no progress but at a terminal, and nothing that a package would tell
    return out.splitlines()


def row_in(lines: list[str], name: str) -> str:
    (line,) = (line for line in lines if line.startswith(f"{name} "))
    return line


def test_a_front_end_within_tolerance_exits_with_0_and_shows_its_figures(capsys: Capture) -> None:
    lines = lines_of(capsys, "--frontend", "kaldi", code=0)
    assert "random chunks (seed 20)" in lines[0]
    assert lines[1].startswith("9 signals: speech-like, music-like, noise")
    words = row_in(lines, "kaldi").split()
    assert words[1] == "kaldi-native-fbank"
    linear, log, columns, verdict = words[-4:]
    assert 0 < float(linear) < 2e-5
    assert 0 < float(log) < 1e-3
    assert int(columns) > 1000
    assert verdict == "ok"
    assert "1 front-end: 1 within tolerance, 0 beyond, 0 without a reference" in lines


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("speech", "mel_scale=htk"),
        ("speech", "hop_length=161"),
        ("speech", "floor=2e-10"),
        ("speech", "fmin=19"),
        ("whisper-80", "mel_scale=htk"),
        ("whisper-80", "drop_last=false"),
        ("whisper-80", "statistic_range=7.9"),
        ("kaldi", "floor=1e-6"),
        ("kaldi", "preemphasis=0.969"),
        ("nemo-fastconformer-80", "preemphasis=0.96"),
        ("yamnet", "floor_kind=clamp"),
        ("ast", "mean=-4.3"),
        ("gemma4", "pad_left=159"),
        ("tacotron2", "pad_mode=constant"),
    ],
)
def test_a_wrong_parameter_is_found_out_and_exits_with_1(
    name: str, change: str, capsys: Capture
) -> None:
    lines = lines_of(capsys, "--frontend", name, "--change", change, code=1)
    assert f"changed: {change}" in lines
    assert any("beyond" in line for line in lines if line.startswith(name))
    assert "1 front-end: 0 within tolerance, 1 beyond, 0 without a reference" in lines


def test_json_holds_each_comparison_and_what_it_was_made_of(capsys: Capture) -> None:
    said = json.loads("".join(lines_of(capsys, "--frontend", "ast", "--json", code=0)))
    assert said["seed"] == 20
    assert said["tolerance"] == {"linear": 2e-5, "log": 1e-3}
    assert len(said["rows"]) >= 2  # by Kaldi's code, and by transformers' parts
    for row in said["rows"]:
        assert (row["row"], row["verdict"], row["signals"]) == ("ast", "ok", 9)
        assert row["columns"] > 1000


def test_a_sound_file_is_compared_at_each_front_ends_rate(tmp_path: Path, capsys: Capture) -> None:
    y = signal("speech-like", 44_100)
    y[7] = np.nan
    path = tmp_path / "talk.wav"
    soundfile.write(path, np.stack([y, y], axis=1), 44_100, subtype="FLOAT")
    said = {}
    for name, rate in (("live", 44_100), ("whisper-80", 16_000)):
        lines = lines_of(capsys, "--frontend", name, str(path), code=0)
        said[name] = lines[1]
        columns = {"live": 1 + (len(y) - 2048) // 441, "whisper-80": len(y) * 160 // 441 // 160}
        assert f" {columns[name]}  ok" in row_in(lines, name), rate
    assert said["live"] == said["whisper-80"]
    assert said["live"] == (
        "talk.wav: 1.6 s, 44100 Hz, the mean of 2 channels, 1 sample is NaN or infinite, taken as 0"
    )


def test_whoever_waits_at_a_terminal_sees_how_far_it_is_and_nothing_of_it_stays() -> None:
    ours, childs = os.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "livemel", "verify", "--frontend", "kaldi"],
        stdout=subprocess.DEVNULL,
        stderr=childs,
        timeout=60,
        check=False,
    )
    os.close(childs)
    said = os.read(ours, 4096).decode()
    os.close(ours)
    assert done.returncode == 0
    clear = "\r\033[K"
    assert said == f"{clear}[1/1] kaldi{clear}"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--frontend", "whispr"), "did you mean whisper-80 or whisper-128?"),
        (("nowhere.wav",), "no such file: nowhere.wav"),
        (("--long", "nowhere.wav"), "--long belongs to the built-in signals"),
        (("--change", "mel_scale"), "'mel_scale' is not FIELD=VALUE"),
        (("--change", "colour=3"), "no field 'colour'"),
        (("--change", "mel_scale=bark"), "mel_scale='bark' is not one of"),
        (("--nonsense",), "unrecognized arguments: --nonsense"),
    ],
)
def test_a_mistake_is_one_line_and_exits_with_2(
    arguments: tuple[str, ...], words: str, capsys: Capture
) -> None:
    assert main(["verify", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("livemel: ")
    assert err.count("\n") == 1
    assert words in err


def without_packages(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in a Python in which no reference can be found."""
    absent = "".join(f"sys.modules[{name!r}] = None\n" for name in sorted(PACKAGES))
    (folder / "sitecustomize.py").write_text(f"import sys\n{absent}")
    paths = [str(folder), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.run(
        [sys.executable, "-m", "livemel", "verify", *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_where_nothing_is_installed_each_row_says_what_to_install(tmp_path: Path) -> None:
    done = without_packages(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    for name in FRONTENDS:
        assert "no reference installed" in row_in(lines, name)
    for name, package in (
        ("live", "librosa"),
        ("kaldi", "kaldi-native-fbank"),
        ("whisper-80", "transformers"),
        ("nemo-fastconformer-80", "onnx-asr"),
        ("speechbrain", "speechbrain torchaudio torch"),
    ):
        assert row_in(lines, name).endswith(f"pip install {package}")
    assert "33 front-ends: 0 within tolerance, 0 beyond, 33 without a reference" in lines


def test_a_reference_that_is_absent_beside_one_that_is_there_is_named_at_the_end(
    capsys: Capture,
) -> None:
    running = {each.packages for each in RUNNING if each.row == "ast"}
    assert running == {("kaldi-native-fbank",), ("transformers",)}
    lines = lines_of(capsys, "--frontend", "ast", code=0)
    missing = {name for each in REFERENCES if each.row == "ast" for name in each.missing}
    if missing:
        assert lines[-1] == f"where they are installed, also against: {', '.join(sorted(missing))}"


def test_the_whole_table_holds_every_front_end_and_is_within_tolerance(capsys: Capture) -> None:
    lines = lines_of(capsys, code=0)
    (heading,) = (line for line in lines if line.startswith("front-end "))
    rows = [line for line in lines if line.split(" ")[0] in FRONTENDS]
    assert {line.split()[0] for line in rows} == set(FRONTENDS)
    assert sum(line.endswith("  ok") for line in rows) >= 32
    # Figures end where their headings do.
    for end in (
        heading.index("linear") + 6,
        heading.index("log") + 3,
        heading.index("columns") + 7,
    ):
        assert all(line[end - 1] != " " for line in rows)
        assert all(line[end : end + 1] in (" ", "") for line in rows)
    (counts,) = (line for line in lines if line.startswith("33 front-ends"))
    assert " 0 beyond" in counts


def test_a_front_end_that_nobody_elses_code_computes_was_read_not_run() -> None:
    rows = [
        Comparison(row="mine", reference="read, not run"),
        Comparison(row="a", reference="x 1", linear=1e-7, log=2e-4, columns=9, verdict="ok"),
        Comparison(row="a", reference="y 2", verdict="beyond", note="worst on noise"),
        Comparison(row="b", reference="z 3", verdict="left out", note="without noise: why"),
    ]
    text = table(rows)
    assert text.splitlines()[1].split() == ["mine", "read,", "not", "run", "–", "–", "–"]
    assert text.splitlines()[3].endswith("beyond    worst on noise")
    assert summary(rows) == (
        "3 front-ends: 0 within tolerance, 1 beyond, 1 left out, 1 without a reference"
    )
