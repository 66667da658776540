"""`livemel learn-normal`: a normal from files, and mistakes in one line."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from livemel import log_mel
from livemel.config import FrontEndChoice
from livemel.diagnosis.anomaly import anomalies
from livemel.diagnosis.normal_file import load_normal

from tests.diagnosis.machine import FRONTEND, SR, learned, machine
from tests.test_cli import assert_one_line
from tests.test_cli_files import run_here


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with the sound of a machine."""
    monkeypatch.chdir(tmp_path)
    soundfile.write("good.wav", machine(20.0), SR, subtype="FLOAT")
    return tmp_path


def test_it_learns_what_the_same_columns_teach(
    here: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    done = run_here("learn-normal", "good.wav", "-o", "normal.npz", capfd=capfd)
    assert done.returncode == 0, done.stderr
    normal, expected = load_normal(here / "normal.npz"), learned(machine(20.0))
    assert done.stdout.decode() == (
        f"normal.npz: 19.9 s of good.wav, 128 rows; 1 false alarm an hour over "
        f"{expected.threshold(1):.1f} σ, 1 a day over {expected.threshold(1 / 24):.1f} σ\n"
    )
    assert (normal.frontend, normal.source) == (FRONTEND, "good.wav")
    np.testing.assert_allclose(normal.median, expected.median, atol=0.05)
    sound = machine(5.0, seed=8)
    assert anomalies([log_mel(sound, FRONTEND)], normal) == []
    sound[2 * SR] += 0.5
    (finding,) = anomalies([log_mel(sound, FRONTEND)], normal)
    assert finding.start_s == pytest.approx(2.0, abs=0.1)


def test_several_files_are_learned_at_the_rate_of_the_first(
    here: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    soundfile.write("other.wav", machine(10.0, sr=48_000), 48_000)
    arguments = ("good.wav", "other.wav", "-o", "n.npz", "--n-mels", "64")
    done = run_here("learn-normal", *arguments, capfd=capfd)
    assert "other.wav: resampled from 48000 to 16000 Hz" in done.stderr.decode()
    normal = load_normal(here / "n.npz")
    assert normal.frontend == FrontEndChoice(changes={"n_mels": 64}).build(SR)
    assert normal.source == "2 files"
    assert normal.learned_s == pytest.approx(30.0, abs=0.5)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere.wav", "-o", "n.npz"), "no such file: nowhere.wav"),
        (("good.wav",), "required: -o/--out"),
        (("good.wav", "-o", "n.json"), "n.json does not end in .npz"),
        (("good.wav", "-o", "/nowhere/n.npz"), "cannot write /nowhere/n.npz"),
        (("good.wav", "-o", "n.npz", "--view", "waveform"), "the waveform has no normal"),
        (("good.wav", "-o", "n.npz", "--channel", "2"), "channel 2 is out of range"),
        (("short.wav", "-o", "n.npz"), "0.9 s are too few to learn from"),
    ],
)
def test_a_mistake_is_one_line_and_leaves_nothing(
    here: Path, capfd: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    soundfile.write("short.wav", machine(1.0), SR)
    assert_one_line(run_here("learn-normal", *arguments, capfd=capfd), words)
    assert sorted(found.name for found in here.iterdir()) == ["good.wav", "short.wav"]
