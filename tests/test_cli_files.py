"""`livemel export` and `livemel fit-scaler`: results, notes, and mistakes in one line."""

import os
import pty
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from livemel import frontend, log_mel
from livemel.cli import main, parse_run
from livemel.dsp.scaler import Scaler, read_scaler
from livemel.errors import ParameterError

from tests.dsp.strategies import noise
from tests.test_cli import assert_one_line, livemel

Done = subprocess.CompletedProcess[bytes]
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture
def wav(tmp_path: Path) -> Path:
    path = tmp_path / "sound.wav"
    soundfile.write(path, noise(32_000), 16_000, subtype="FLOAT")
    return path


def run_here(*arguments: str, capfd: pytest.CaptureFixture[str]) -> Done:
    """The command in this process, which saves starting Python for each of many mistakes."""
    ours = {number: signal.getsignal(number) for number in ENDING}
    try:
        code = main(arguments)
    finally:
        for number, handler in ours.items():
            signal.signal(number, handler)
    out, err = capfd.readouterr()
    return Done(arguments, code, out.encode(), err.encode())


def limited(least: int) -> Callable[[], None]:
    """No file may grow past so many bytes, as on a disk that is full then."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (least, least))


def test_export_writes_what_log_mel_gives_and_says_so(wav: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.npz"
    done = livemel("export", str(wav), str(out), "--frontend", "whisper-80")
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode() == f"{out}: 80 × 200 (F, T), whisper-80, normalise exact\n"
    fe = frontend("whisper-80").replace(normalise="exact")
    np.testing.assert_array_equal(np.load(out)["features"], log_mel(noise(32_000), fe))
    assert done.stderr.decode() == (
        "livemel: whisper-80 takes 3000 columns at once: all 200 are written, neither cut nor "
        "filled up\n"
    )


def test_what_is_done_to_the_sound_is_said(tmp_path: Path) -> None:
    y = np.stack([noise(44_100, seed) for seed in range(6)], axis=1)
    y[7, 0] = np.inf
    path, out = tmp_path / "six.wav", tmp_path / "out.csv"
    soundfile.write(path, y, 44_100, subtype="FLOAT")
    done = livemel("export", str(path), str(out), "--frontend", "speech")
    assert done.stderr.decode().splitlines() == [
        "livemel: six.wav: mean of 6 channels; --channel N takes one",
        "livemel: six.wav: resampled from 44100 to 16000 Hz",
        "livemel: six.wav: 1 sample is NaN or infinite (the first is number 7, at 0.000 s): so are "
        "the columns they lie under",
    ]
    quiet = livemel("export", str(path), str(out), "--sr", "44100", "--channel", "2")
    assert quiet.stderr.decode() == "livemel: six.wav: channel 2 of 6\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere.wav", "out.npz"), "no such file: nowhere.wav"),
        (("/", "out.npz"), "is a folder"),
        (("sound.wav", "out.mat"), "out.mat does not end in one of .npz, .npy, .csv"),
        (("sound.wav", "/nowhere/out.npz"), "cannot write /nowhere/out.npz: No such file"),
        (("sound.wav", "/tmp/" + "x" * 300 + ".npz"), "cannot write /tmp/xxx"),
        (("sound.wav", "folder.npz"), "cannot write folder.npz: Is a directory"),
        (("sound.npy", "sound.npy"), "cannot write sound.npy: it is the sound itself"),
        (("empty.wav", "out.npz"), "is empty"),
        (("text.wav", "out.npz"), "is not a sound file"),
        (("sound.wav", "out.npz", "--start", "1", "--end", "1"), "start=1 s is not before end=1"),
        (("sound.wav", "out.npz", "--start", "2.5"), "start=2.5 s is outside of sound.wav"),
        (("sound.wav", "out.npz", "--end", "nan"), "end=nan s is outside"),
        (("sound.wav", "out.npz", "--channel", "2"), "channel 2 is out of range: sound.wav has 1"),
        (("sound.wav", "out.npz", "--channel", "0"), "channel=0 is out of range"),
        (("sound.wav", "out.npz", "--channel", "L-R"), "channel 2 is out of range"),
        (("sound.wav", "out.npz", "--channel", "left"), "channel='left' is not a number from 1"),
        (("sound.wav", "out.npz", "--frontend", "whispr"), "did you mean whisper-80"),
        (("sound.wav", "out.npz", "--normalise", "dataset"), "--normalise dataset needs --scaler"),
        (("sound.wav", "out.npz", "--normalise", "best"), "invalid choice: 'best'"),
        (("sound.wav", "out.npz", "--scaler", "no.json"), "no such file: no.json"),
        (("sound.wav", "out.npz", "--scaler", "text.wav"), "text.wav is not JSON"),
        (("sound.wav", "out.npz", "--layout", "sideways"), "invalid choice: 'sideways'"),
        (("sound.wav", "out.csv", "--layout", "nchw"), "layout=nchw: a .csv has a line for each"),
        (("sound.wav", "out.npz", "--sr", "12"), "sr=12 Hz is not between"),
        (("sound.wav", "out.npz", "--fmax", "9000"), "fmax=9000 exceeds sr/2=8000"),
        (("sound.wav", "out.npz", "--recipe", "no.json"), "no such file: no.json"),
        (("sound.wav", "out.npz", "--recipe", "text.wav"), "text.wav is no recipe: line 1 is not"),
        (
            ("sound.wav", "out.npz", "--recipe", "no.json", "--n-mels", "40"),
            "--recipe says what --n-mels would: leave one of them out",
        ),
        (("sound.wav", "out.npz", "--recipe", "no.json", "--channel", "1"), "what --channel would"),
        (("sound.wav",), "required: OUT.npz|.npy|.csv"),
        (("sound.wav", "out.npz", "--nonsense"), "unrecognized arguments: --nonsense"),
    ],
)
def test_a_mistake_is_one_line_and_leaves_nothing(
    arguments: tuple[str, ...],
    words: str,
    wav: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("sound.npy").write_bytes(wav.read_bytes())
    Path("text.wav").write_text("no sound " * 100)
    Path("empty.wav").touch()
    Path("folder.npz").mkdir()
    before = sorted(tmp_path.iterdir())
    assert_one_line(run_here("export", *arguments, capfd=capfd), words)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("out", ["out.npz", "out.npy", "out.csv"])
@pytest.mark.parametrize("least", [100, 20_000, 70_000])
def test_a_full_disk_is_one_line_and_leaves_nothing(
    out: str, least: int, wav: Path, tmp_path: Path
) -> None:
    kept = tmp_path / out
    kept.write_bytes(b"before")
    layout = "time-mel" if out == "out.csv" else "mel-time"
    done = subprocess.run(
        [sys.executable, "-m", "livemel", "export", str(wav), str(kept), "--layout", layout],
        preexec_fn=limited(least),
        capture_output=True,
        check=False,
        timeout=30,
    )
    assert_one_line(done, f"cannot write {kept}: File too large")
    assert kept.read_bytes() == b"before"
    assert sorted(found.name for found in tmp_path.iterdir()) == [out, "sound.wav"]


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_leaves_nothing_and_no_traceback(number: signal.Signals, tmp_path: Path) -> None:
    path, out = tmp_path / "long.wav", tmp_path / "out.csv"
    with soundfile.SoundFile(path, "w", 48_000, 1, subtype="PCM_16") as file:
        y = noise(48_000)
        for _ in range(1200):
            file.write(y)
    child = subprocess.Popen(
        [sys.executable, "-m", "livemel", "export", str(path), str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    give_up = time.monotonic() + 20
    while not any(tmp_path.glob(".livemel-*")) and time.monotonic() < give_up:
        time.sleep(0.01)
    child.send_signal(number)
    said, complained = child.communicate(timeout=20)
    assert child.returncode == 128 + number
    assert (said, complained) == (b"", b"")
    assert [found.name for found in tmp_path.iterdir()] == ["long.wav"]


def test_a_bar_is_shown_on_a_terminal_and_wiped_off(wav: Path, tmp_path: Path) -> None:
    terminal, ours = pty.openpty()
    long = tmp_path / "long.wav"
    soundfile.write(long, noise(16_000 * 300), 16_000)
    subprocess.run(
        [sys.executable, "-m", "livemel", "export", str(long), str(tmp_path / "out.csv")],
        stderr=ours,
        stdout=subprocess.DEVNULL,
        check=True,
        timeout=60,
    )
    os.close(ours)
    shown = os.read(terminal, 1 << 20).decode()
    os.close(terminal)
    assert "long.wav → out.csv" in shown
    assert "%" in shown
    assert shown.endswith("\r\x1b[K")


def test_a_scaler_is_fitted_and_used(tmp_path: Path) -> None:
    sounds = [noise(16_000 * n, n, 0.1 / n) for n in (1, 2, 3)]
    paths = [tmp_path / f"{n}.wav" for n in range(3)]
    for path, y in zip(paths, sounds, strict=True):
        soundfile.write(path, y, 16_000, subtype="FLOAT")
    out, features = tmp_path / "scaler.json", tmp_path / "out.npy"
    done = livemel("fit-scaler", *map(str, paths), "-o", str(out), "--frontend", "whisper-80")
    assert done.returncode == 0, done.stderr
    assert (
        done.stdout.decode() == f"{out}: mean-std of 80 bands, 600 columns of 3 files, whisper-80\n"
    )
    raw = frontend("whisper-80").replace(normalise="none")
    x = np.hstack([log_mel(y, raw) for y in sounds]).astype(np.float64)
    scaler = read_scaler(out)
    np.testing.assert_allclose(scaler.shift, x.mean(axis=1), rtol=1e-12)
    np.testing.assert_allclose(scaler.spread, x.std(axis=1), rtol=1e-9)
    assert (scaler.files, scaler.frontend_name, scaler.frontend) == (3, "whisper-80", raw)
    use = ("--frontend", "whisper-80", "--scaler", str(out))
    assert livemel("export", str(paths[0]), str(features), *use).returncode == 0
    scaled = raw.replace(normalise="dataset", scaler=scaler)
    np.testing.assert_array_equal(np.load(features), log_mel(sounds[0], scaled))
    other = livemel("export", str(paths[0]), str(features), *use, "--n-fft", "512")
    assert "the scaler was fitted to other columns: n_fft 512, not 400" in other.stderr.decode()
    narrow = livemel("export", str(paths[0]), str(features), *use, "--n-mels", "40")
    assert_one_line(narrow, "the scaler has 80 bands, the columns have 40")


def test_files_of_other_rates_are_fitted_at_the_first_ones(wav: Path, tmp_path: Path) -> None:
    other, out = tmp_path / "other.wav", tmp_path / "scaler.json"
    soundfile.write(other, noise(48_000), 48_000)
    done = livemel("fit-scaler", str(wav), str(other), "-o", str(out), "--global")
    assert done.stderr.decode() == "livemel: other.wav: resampled from 48000 to 16000 Hz\n"
    scaler = read_scaler(out)
    assert scaler.frontend is not None
    assert (scaler.frontend.sr, scaler.per_bin, len(scaler.shift)) == (16_000, False, 1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("sound.wav", "nowhere.wav", "-o", "s.json"), "no such file: nowhere.wav"),
        (("sound.wav",), "required: -o/--out"),
        (("-o", "s.json"), "required: FILE"),
        (("sound.wav", "-o", "s.txt"), "s.txt does not end in .json"),
        (("sound.wav", "-o", "/nowhere/s.json"), "cannot write /nowhere/s.json"),
        (("sound.wav", "-o", "s.json", "--kind", "median"), "invalid choice: 'median'"),
        (
            ("sound.wav", "-o", "s.json", "--normalise", "exact"),
            "unrecognized arguments: --normalise",
        ),
        (("sound.wav", "-o", "s.json", "--n-fft", "65536"), "there are no columns to fit"),
    ],
)
def test_a_mistake_in_fitting_is_one_line(
    arguments: tuple[str, ...],
    words: str,
    wav: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert_one_line(run_here("fit-scaler", *arguments, capfd=capfd), words)
    assert [found.name for found in tmp_path.iterdir()] == ["sound.wav"]


def test_the_live_window_takes_any_normalisation_a_stream_can_have(tmp_path: Path) -> None:
    def shown(*arguments: str) -> object:
        return parse_run(["--frontend", "whisper-80", *arguments]).frontend.build(48_000)

    plain = frontend("whisper-80")
    assert shown() == plain
    for how in ("none", "fixed", "running", "instance", "exact"):
        assert shown("--normalise", how) == plain.replace(normalise=how)
    path = tmp_path / "scaler.json"
    scaler = Scaler(kind="min-max", per_bin=False, shift=(-4.0,), spread=(8.0,))
    path.write_text(scaler.to_json())
    scaled = plain.replace(normalise="dataset", scaler=scaler)
    assert shown("--scaler", str(path)) == scaled
    assert shown("--scaler", str(path), "--normalise", "dataset") == scaled
    with pytest.raises(ParameterError, match="is for --normalise dataset, not running"):
        shown("--scaler", str(path), "--normalise", "running")


def test_a_picture_needs_no_display(wav: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    env = {**os.environ, "QT_QPA_PLATFORM": "xcb", "QT_SCALE_FACTOR": "2"}
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        env.pop(name, None)
    done = livemel("render", str(wav), str(out), "--size", "500x300", "--start", "0.5", env=env)
    assert (done.returncode, done.stderr, done.stdout) == (0, b"", b"")
    header = out.read_bytes()[:24]
    assert header.startswith(b"\x89PNG")
    assert (int.from_bytes(header[16:20]), int.from_bytes(header[20:24])) == (500, 300)
    assert sorted(found.name for found in tmp_path.iterdir()) == ["out.png", "sound.wav"]


@pytest.mark.parametrize(
    ("kind", "begin"),
    [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF"), ("jpg", b"\xff\xd8")],
)
def test_a_picture_is_of_the_kind_its_name_ends_in(
    kind: str, begin: bytes, wav: Path, tmp_path: Path
) -> None:
    out = tmp_path / f"out.{kind}"
    arguments = ("--size", "100x60mm", "--dpi", "200", "--theme", "paper")
    done = livemel("render", str(wav), "-o", str(out), *arguments)
    assert (done.returncode, done.stderr, done.stdout) == (0, b"", b"")
    data = out.read_bytes()
    assert data.startswith(begin)
    if kind == "png":
        assert (int.from_bytes(data[16:20]), int.from_bytes(data[20:24])) == (787, 472)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("sound.wav",), "render wants the name of one picture"),
        (("sound.wav", "a.png", "-o", "b.png"), "render wants the name of one picture"),
        (("sound.wav", "out.png", "--size", "40x20mm"), "size=151x76 at 96 dpi is 40 x 20 mm"),
        (("sound.wav", "out.png", "--dpi", "2000"), "dpi=2000 is not between 30 and 1200"),
        (("nowhere.wav", "out.png"), "no such file: nowhere.wav"),
        (("sound.wav", "/nowhere/out.png"), "cannot write /nowhere/out.png"),
        (("sound.wav", "out.gif"), "out.gif does not end in one of .png"),
        (("sound.wav", "out.png", "--size", "big"), "'big' is not WIDTHxHEIGHT"),
        (("sound.wav", "out.png", "--size", "10x10"), "size=10x10"),
        (("sound.wav", "out.png", "--cmap", "jet"), "there are magma"),
        (("sound.wav", "out.png", "--low", "5", "--high", "5"), "low=5 is not below high=5"),
        (("sound.wav", "out.png", "--low", "nan"), "low=nan is not between"),
        (("sound.wav", "out.png", "--start", "9"), "start=9 s is outside"),
        (("sound.wav", "out.png", "--n-fft", "65536"), "sound.wav is shorter than one frame"),
    ],
)
def test_a_mistake_in_drawing_is_one_line(
    arguments: tuple[str, ...],
    words: str,
    wav: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert_one_line(run_here("render", *arguments, capfd=capfd), words)
    assert [found.name for found in tmp_path.iterdir()] == ["sound.wav"]


def test_a_picture_on_a_full_disk_is_one_line(wav: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    done = subprocess.run(
        [sys.executable, "-m", "livemel", "render", str(wav), str(out)],
        preexec_fn=limited(1000),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert_one_line(done, f"cannot write {out}: File too large")
    assert [found.name for found in tmp_path.iterdir()] == ["sound.wav"]
