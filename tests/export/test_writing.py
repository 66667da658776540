"""What is exported is log_mel of the whole, to the bit, in every layout and kind of file."""

import json
from dataclasses import asdict
from pathlib import Path

import livemel
import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from livemel.channel import Difference
from livemel.config import FrontEndChoice
from livemel.dsp.mel import mel_edges
from livemel.dsp.models import FRONTENDS, row
from livemel.dsp.stream import log_mel
from livemel.engine.offline import FileColumns, offline_build
from livemel.errors import OutputError, ParameterError, SourceError
from livemel.export import array_file
from livemel.export.layout import LAYOUTS, layout_of
from livemel.export.writing import Export

from tests.dsp.strategies import examples, noise, sound


def wav(folder: Path, y: np.ndarray, sr: int) -> Path:
    path = folder / "sound.wav"
    soundfile.write(path, y, sr, subtype="FLOAT")
    return path


def exported(
    path: Path, out: str, name: str = "live", layout: str = "as-model", **part: float
) -> tuple[tuple[int, ...], FileColumns]:
    """Write path's columns beside it."""
    file = FileColumns(path, offline_build(FrontEndChoice(name)), **part)
    wanted = Export(file, path.parent / out, name, layout, layout_of(layout, row(name)))
    heard: list[float] = []
    shape = wanted.write(heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
    return shape, file


def expected(columns: np.ndarray, pattern: str) -> np.ndarray:
    """The layout by numpy, of columns of shape (F, T)."""
    f, t = columns.shape
    if "patches" in pattern:
        length, hop = int(pattern[1:3]), int(pattern.split()[-1])
        return np.stack([columns.T[i : i + length] for i in range(0, t - length + 1, hop)])
    if pattern == "(T / 2, 2 F)":
        return np.pad(columns.T, ((0, t % 2), (0, 0))).reshape(-1, 2 * f)
    return {
        "(F, T)": columns,
        "(T, F)": columns.T,
        "(1, F, T)": columns[np.newaxis],
        "(1, T, F)": columns.T[np.newaxis],
        "(4, T, F)": np.stack([columns.T] * 4),
        "(1, 1, F, T)": columns[np.newaxis, np.newaxis],
    }[pattern]


@pytest.mark.parametrize("name", FRONTENDS)
def test_each_row_is_written_as_its_model_has_it(name: str, tmp_path: Path) -> None:
    fe = offline_build(FrontEndChoice(name))(48_000)
    y = sound(fe.span + 250 * fe.hop_length + 11)
    shape, _ = exported(wav(tmp_path, y, fe.sr), "out.npy", name)
    found = np.load(tmp_path / "out.npy")
    assert found.shape == shape
    assert found.dtype == np.dtype(row(name).dtype)
    np.testing.assert_array_equal(found, expected(log_mel(y, fe), row(name).layout))


@pytest.mark.parametrize("suffix", [".npy", ".npz"])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", ["seamless", "clap-fusion", "yamnet", "efficientat"])
@examples(2)
@given(n=st.integers(96, 300), at_once=st.sampled_from((512, 5000, 1 << 20)))
def test_every_layout_is_the_array_in_that_order(
    name: str,
    layout: str,
    suffix: str,
    n: int,
    at_once: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    fe = offline_build(FrontEndChoice(name))(48_000)
    y = noise(fe.span + n * fe.hop_length)
    folder = tmp_path_factory.mktemp("layout")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(array_file, "_AT_ONCE", at_once)
        shape, _ = exported(wav(folder, y, fe.sr), f"out{suffix}", name, layout)
    found = np.load(folder / f"out{suffix}")
    found = found["features"] if suffix == ".npz" else found
    assert found.shape == shape
    assert found.flags.c_contiguous
    pattern = layout_of(layout, row(name)).pattern
    np.testing.assert_array_equal(found, expected(log_mel(y, fe), pattern))


def test_an_npz_says_which_channels_a_difference_is_of(tmp_path: Path) -> None:
    y = np.stack([noise(16_000), noise(16_000, 1), noise(16_000, 2)], axis=1)
    exported(wav(tmp_path, y, 16_000), "out.npz", "whisper-80", channel=Difference(3, 1))
    assert np.load(tmp_path / "out.npz", allow_pickle=False)["source_channel"].item() == "3-1"


def test_an_npz_says_what_was_computed_from_what(tmp_path: Path) -> None:
    y = np.stack([noise(88_200), noise(88_200, 1)], axis=1)
    y[50_000, 1] = np.nan
    path = wav(tmp_path, y, 44_100)
    _, file = exported(path, "out.npz", "whisper-80", channel=2, start_s=0.5)
    found = np.load(tmp_path / "out.npz", allow_pickle=False)
    assert json.loads(str(found["frontend"])) == asdict(file.frontend)
    assert {
        name: found[name].item()
        for name in found.files
        if not found[name].shape and name != "frontend"
    } == {
        "frontend_name": "whisper-80",
        "normalise": "exact",
        "layout": "as-model",
        "axes": "(F, T)",
        "livemel_version": livemel.__version__,
        "source_name": "sound.wav",
        "source_sr": 44_100,
        "source_channels": 2,
        "source_channel": 2,
        "source_start": 22_050,
        "source_samples": 66_150,
        "not_finite_samples": 1,
    }
    k = found["features"].shape[1]
    np.testing.assert_allclose(found["centres_samples"], 8000 + 160 * np.arange(k))
    np.testing.assert_allclose(found["centres_s"], 0.5 + 0.01 * np.arange(k))


def test_a_csv_holds_every_bit_a_line_a_column(tmp_path: Path) -> None:
    fe = FrontEndChoice("speech").build(16_000)
    y = sound(16_000)
    exported(wav(tmp_path, y, 16_000), "out.csv", "speech")
    lines = (tmp_path / "out.csv").read_text().splitlines()
    head = lines[0].split(",")
    assert head[0] == "time_s"
    np.testing.assert_allclose([float(hz) for hz in head[1:]], mel_edges(fe)[1:-1], atol=0.005)
    table = np.array([[float(cell) for cell in line.split(",")] for line in lines[1:]])
    np.testing.assert_array_equal(table[:, 1:].astype(np.float32), log_mel(y, fe).T)
    np.testing.assert_allclose(table[:, 0], 0.0125 + 0.01 * np.arange(len(table)))


def test_a_sound_shorter_than_a_frame_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    path = wav(tmp_path, noise(399), 16_000)
    for out in ("out.npz", "out.npy", "out.csv"):
        with pytest.raises(SourceError, match=r"shorter than one frame: 0\.025 of 0\.025 s"):
            exported(path, out, "speech")
    assert [found.name for found in tmp_path.iterdir()] == ["sound.wav"]


def test_too_few_columns_for_a_patch_are_refused(tmp_path: Path) -> None:
    path = wav(tmp_path, noise(16_000 // 2), 16_000)
    with pytest.raises(ParameterError, match="48 columns do not fill a patch of 96"):
        exported(path, "out.npz", "yamnet")
    assert [found.name for found in tmp_path.iterdir()] == ["sound.wav"]


def test_what_was_there_stays_until_the_result_is_whole(tmp_path: Path) -> None:
    path = wav(tmp_path, noise(16_000), 16_000)
    out = tmp_path / "out.npy"
    out.write_bytes(b"before")
    link = tmp_path / "link.npy"
    link.symlink_to(out)
    file = FileColumns(path, FrontEndChoice("speech").build)
    wanted = Export(file, link, "speech", "mel-time", layout_of("mel-time", row("speech")))

    def interrupt(_: float) -> None:
        assert out.read_bytes() == b"before"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        wanted.write(interrupt)
    assert out.read_bytes() == b"before"
    wanted.write(lambda _: None)
    assert link.is_symlink()
    assert np.load(out).shape == (80, 98)
    assert sorted(found.name for found in tmp_path.iterdir()) == [
        "link.npy",
        "out.npy",
        "sound.wav",
    ]


def test_a_folder_that_went_away_is_one_error(tmp_path: Path) -> None:
    path = wav(tmp_path, noise(16_000), 16_000)
    with pytest.raises(OutputError, match=r"cannot write .*gone/out\.npz: No such file"):
        exported(path, "gone/out.npz", "speech")


@pytest.mark.parametrize(
    ("view", "names"),
    [
        ("waveform", ["least", "greatest"]),
        ("mfcc", [f"c{i}" for i in range(20)]),
        ("linear", [f"{40 * k:.2f}" for k in range(1, 201)]),  # from fmin, 20 Hz, on
    ],
)
def test_a_csv_names_the_rows_of_other_views(view: str, names: list[str], tmp_path: Path) -> None:
    path = wav(tmp_path, sound(16_000), 16_000)
    file = FileColumns(path, offline_build(FrontEndChoice("speech", view=view)))
    layout = layout_of("time-mel", row("speech"))
    Export(file, tmp_path / "out.csv", "speech", "time-mel", layout).write(lambda _: None)
    head, *lines = (tmp_path / "out.csv").read_text().splitlines()
    assert head.split(",") == ["time_s", *names]
    assert len(lines[0].split(",")) == len(names) + 1
