"""Sound files against libsndfile: whole at every moment, whatever happens to who writes them."""

import os
import signal
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from livemel.errors import ParameterError
from livemel.soundfiles.wav import wav_header
from livemel.soundfiles.writer import open_writer, to_integers

from tests.rig.small_disk import SmallDisk

SR = 48_000
KINDS = [(".wav", 32), (".wav", 24), (".wav", 16), (".flac", 24), (".flac", 16)]


def noise(n: int, channels: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (0.2 * rng.standard_normal((n, channels))).astype(np.float32)


def read(path: Path) -> tuple[np.ndarray, int]:
    samples, sr = soundfile.read(os.fsencode(path), dtype="float32", always_2d=True)
    return samples, sr


def rounded(samples: np.ndarray, bits: int) -> np.ndarray:
    """What so many bits leave of it."""
    if bits == 32:
        return samples
    full = 2.0 ** (bits - 1)
    return (np.clip(np.rint(samples.astype(np.float64) * full), -full, full - 1) / full).astype(
        np.float32
    )


@pytest.mark.parametrize(("suffix", "bits"), KINDS)
@pytest.mark.parametrize(("sr", "channels"), [(48_000, 1), (44_100, 2), (96_000, 6), (8_000, 8)])
def test_a_file_holds_what_was_written_at_its_rate_and_in_its_channels(
    suffix: str, bits: int, sr: int, channels: int, tmp_path: Path
) -> None:
    path = tmp_path / f"sound{suffix}"
    y = noise(30_001, channels)
    writer = open_writer(path, sr, channels, bits)
    for part in np.array_split(y, 7):
        writer.write(part)
    writer.close()
    heard, rate = read(path)
    assert (rate, writer.samples) == (sr, 30_001)
    np.testing.assert_array_equal(heard, rounded(y, bits))
    subtype = soundfile.info(os.fsencode(path)).subtype
    assert subtype == ("FLOAT" if bits == 32 else f"PCM_{bits}")


@pytest.mark.parametrize(("suffix", "bits"), KINDS)
@settings(max_examples=15)
@given(cuts=st.lists(st.integers(0, 9000), min_size=1, max_size=6), channels=st.integers(1, 3))
def test_at_each_checkpoint_the_file_is_as_long_as_it_says(
    suffix: str, bits: int, cuts: list[int], channels: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("files") / f"sound{suffix}"
    y = noise(sum(cuts), channels)
    writer = open_writer(path, SR, channels, bits)
    at = 0
    for n in cuts:
        writer.write(y[at : at + n])
        at += n
        writer.checkpoint()
        if writer.samples:
            heard, _ = read(path)
            assert len(heard) == writer.samples
            np.testing.assert_array_equal(heard, rounded(y[: len(heard)], bits))
        # FLAC holds back a block, which is shorter than a tenth of a second.
        assert at - writer.samples <= (0 if suffix == ".wav" else 4096)
    writer.close()
    if at:
        assert len(read(path)[0]) == at


@pytest.mark.parametrize(("suffix", "bits"), KINDS)
def test_a_killed_process_leaves_all_that_was_there_at_its_last_checkpoint(
    suffix: str, bits: int, tmp_path: Path
) -> None:
    path = tmp_path / f"sound{suffix}"
    script = (
        "import os, sys, numpy as np; from pathlib import Path;"
        "from livemel.soundfiles.writer import open_writer;"
        f"w = open_writer(Path({str(path)!r}), {SR}, 2, {bits});"
        "y = (0.2 * np.random.default_rng(0).standard_normal((99_999, 2))).astype('f');"
        "[(w.write(part), w.checkpoint()) for part in np.array_split(y, 99)];"
        "w.write(y[:100]); os.kill(os.getpid(), 9)"
    )
    died = subprocess.run([sys.executable, "-c", script], check=False)
    assert died.returncode == -signal.SIGKILL
    heard, _ = read(path)
    assert len(heard) >= 99_999 - (0 if suffix == ".wav" else 4096)
    np.testing.assert_array_equal(heard, rounded(noise(99_999, 2)[: len(heard)], bits))


def test_float_wav_keeps_every_bit_that_came(tmp_path: Path) -> None:
    y = np.array([np.nan, np.inf, -3.5, 1.0, -1.0, 1e-40, -0.0], dtype=np.float32)[:, np.newaxis]
    writer = open_writer(tmp_path / "y.wav", SR, 1)
    writer.write(y)
    writer.close()
    assert read(tmp_path / "y.wav")[0].tobytes() == y.tobytes()


def test_fewer_bits_round_cut_at_full_scale_and_make_nothing_of_no_number() -> None:
    y = np.array([0.0, 0.5, 1.0, 7.0, -1.0, -7.0, np.inf, -np.inf, np.nan, 1 / 32768])
    expected = [0, 16384, 32767, 32767, -32768, -32768, 32767, -32768, 0, 1]
    assert (to_integers(y.astype(np.float32), 16) >> 16).tolist() == expected


def test_plain_wav_can_be_read_by_the_simplest_of_readers(tmp_path: Path) -> None:
    writer = open_writer(tmp_path / "y.wav", SR, 2, 16)
    writer.write(noise(1000, 2))
    writer.close()
    with wave.open(str(tmp_path / "y.wav")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (SR, 2, 2)
        assert file.getnframes() == 1000


@pytest.mark.parametrize("extra", [-8, -1, 0, 1, 1 << 33])
def test_past_4_gb_a_wav_is_an_rf64_with_its_true_length(extra: int, tmp_path: Path) -> None:
    """A sparse file under the very header: it takes no room."""
    path = tmp_path / "long.wav"
    start = len(wav_header(SR, 2, 32, 0))
    samples = ((1 << 32) - start) // 8 + extra
    header = wav_header(SR, 2, 32, samples)
    assert len(header) == start
    last = noise(1, 2)
    with path.open("wb") as file:
        file.write(header)
        file.seek(start + (samples - 1) * 8)
        file.write(last.tobytes())
    info = soundfile.info(os.fsencode(path))
    size = start + samples * 8
    assert (info.frames, info.format) == (samples, "RF64" if size - 8 >= 1 << 32 else "WAV")
    with soundfile.SoundFile(os.fsencode(path)) as file:
        file.seek(samples - 1)
        np.testing.assert_array_equal(file.read(2, dtype="float32", always_2d=True), last)


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_a_file_that_is_there_is_never_overwritten(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"precious{suffix}"
    path.write_bytes(b"precious")
    with pytest.raises(FileExistsError):
        open_writer(path, SR, 1)
    assert path.read_bytes() == b"precious"


@pytest.mark.parametrize(
    ("name", "sr", "channels", "bits", "message"),
    [
        ("y.mp3", SR, 1, None, r"record=.*y.mp3 does not end in one of .wav, .flac"),
        ("y.wav", SR, 1, 8, "record-bits=8 is none of 16, 24, 32 that .wav files hold"),
        ("y.flac", SR, 1, 32, "record-bits=32 is none of 16, 24 that .flac files hold"),
        ("y.flac", SR, 9, None, "FLAC holds 8 channels, this sound has 9: record a .wav"),
        ("y.flac", 768_000, 1, None, "FLAC has no rate of 768000 Hz: record a .wav"),
    ],
)
def test_what_a_format_cannot_hold_is_said(
    name: str, sr: int, channels: int, bits: int | None, message: str, tmp_path: Path
) -> None:
    with pytest.raises(ParameterError, match=message):
        open_writer(tmp_path / name, sr, channels, bits)
    assert not list(tmp_path.iterdir())


FILL = """
import sys, numpy as np
from pathlib import Path
from livemel.soundfiles.writer import open_writer
y = (0.2 * np.random.default_rng(0).standard_normal((300_000, 3))).astype("f")
writer = open_writer(Path(sys.argv[1]), 48_000, 3, int(sys.argv[2]))
try:
    for at in range(0, len(y), 4801):
        writer.write(y[at : at + 4801])
        writer.checkpoint()
except OSError as error:
    print(error.strerror)
writer.close()
print(writer.samples)
sys.stdout.flush()
Path(sys.argv[3]).write_bytes(Path(sys.argv[1]).read_bytes())
"""


@pytest.mark.parametrize(("suffix", "bits"), KINDS)
def test_on_a_full_disk_the_file_is_whole_up_to_there(
    suffix: str, bits: int, small_disk: SmallDisk, tmp_path: Path
) -> None:
    disk, copy = tmp_path / "disk", tmp_path / f"copy{suffix}"
    disk.mkdir()
    arguments = (str(disk / f"y{suffix}"), str(bits), str(copy))
    done = small_disk.run([sys.executable, "-c", FILL, *arguments], disk, 400)
    assert done.stderr == ""
    complaint, samples = done.stdout.split("\n")[:2]
    assert complaint == os.strerror(small_disk.error)
    heard, _ = read(copy)
    assert len(heard) == int(samples)
    assert copy.stat().st_size > 380_000
    np.testing.assert_array_equal(heard, rounded(noise(300_000, 3)[: len(heard)], bits))
