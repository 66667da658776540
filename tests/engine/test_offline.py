"""Files → columns: the bits of log_mel over the whole, and of the live way, in constant memory."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from hypothesis import given
from hypothesis import strategies as st
from livemel.buffers.columns import ColumnRing
from livemel.channel import Difference
from livemel.config import FrontEndChoice
from livemel.dsp.frontend import REPRESENTATIONS, FrontEnd
from livemel.dsp.models import FRONTENDS, frontend
from livemel.dsp.stream import log_mel
from livemel.engine import offline
from livemel.engine.offline import FileColumns, offline_build
from livemel.engine.pipeline import Pipeline
from livemel.errors import ParameterError, SourceError

from tests.dsp.strategies import examples, noise, sound

SPEECH = FrontEnd(sr=16_000, n_fft=400, hop_length=160, n_mels=40)


def wav(folder: Path, y: np.ndarray, sr: int = 16_000, name: str = "sound.wav") -> Path:
    path = folder / name
    soundfile.write(path, y, sr, subtype="FLOAT")
    return path


def all_of(columns: FileColumns) -> np.ndarray:
    return np.hstack(list(columns))


@pytest.mark.parametrize("name", FRONTENDS)
def test_a_file_has_the_bits_of_log_mel_over_the_whole(name: str, tmp_path: Path) -> None:
    build = offline_build(FrontEndChoice(name))
    fe = build(16_000)
    y = sound(fe.span + 300 * fe.hop_length + 11)
    file = FileColumns(wav(tmp_path, y, fe.sr), build)
    np.testing.assert_array_equal(all_of(file), log_mel(y, fe))
    assert file.columns == log_mel(y, fe).shape[1]
    assert (file.samples, file.progress, file.notes()) == (len(y), 1.0, [])


@examples(25)
@given(
    name=st.sampled_from(("whisper-80", "nemo", "seamless", "desed", "librosa", "ast")),
    normalise=st.sampled_from(("none", "fixed", "running", "exact", "instance")),
    block=st.sampled_from((400, 4410, 65_536)),
    n=st.integers(2500, 40_000),
)
def test_blocks_do_not_matter_to_any_normalisation(
    name: str, normalise: str, block: int, n: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    fe = frontend(name).replace(normalise=normalise, instance_s=0.3)
    y = sound(n)
    path = wav(tmp_path_factory.mktemp("blocks"), y, fe.sr)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(offline, "_BLOCK_VALUES", block)
        np.testing.assert_array_equal(all_of(FileColumns(path, lambda _: fe)), log_mel(y, fe))


@pytest.mark.parametrize("sr", [8000, 22_050, 44_100, 96_000])
def test_another_rate_is_resampled_as_the_live_way_does(sr: int, tmp_path: Path) -> None:
    y = noise(sr)
    file = FileColumns(wav(tmp_path, y, sr), lambda _: SPEECH)
    offline_columns = all_of(file)
    assert file.notes() == [f"resampled from {sr} to 16000 Hz"]
    ring = ColumnRing(SPEECH.n_mels, 1000)
    live = Pipeline(SPEECH, sr, ring)
    for start in range(0, len(y), 480):
        live.push(y[start : start + 480], 0)
    live.finish(0)
    live.close()
    np.testing.assert_array_equal(offline_columns, ring.read(0, 1000).values.T)
    at_once = soxr.resample(y, sr, 16_000, quality="HQ")
    np.testing.assert_allclose(offline_columns, log_mel(at_once, SPEECH), atol=1e-2)


def test_of_six_channels_one_is_taken_or_their_mean_or_a_difference(tmp_path: Path) -> None:
    y = np.stack([noise(8000, seed) for seed in range(6)], axis=1)
    path = wav(tmp_path, y)
    third = FileColumns(path, lambda _: SPEECH, channel=3)
    np.testing.assert_array_equal(all_of(third), log_mel(y[:, 2].copy(), SPEECH))
    assert third.notes() == ["channel 3 of 6"]
    mean = FileColumns(path, lambda _: SPEECH)
    np.testing.assert_array_equal(all_of(mean), log_mel(y.mean(axis=1), SPEECH))
    assert mean.notes() == ["mean of 6 channels; --channel N takes one"]
    side = FileColumns(path, lambda _: SPEECH, channel=Difference(5, 2))
    np.testing.assert_array_equal(all_of(side), log_mel((y[:, 4] - y[:, 1]) / 2, SPEECH))
    assert side.notes() == ["half of channel 5 less channel 2, of 6"]
    with pytest.raises(SourceError, match=r"channel 7 is out of range: .* has 6"):
        FileColumns(path, lambda _: SPEECH, channel=Difference(1, 7))
    for channel in (0, 7):
        with pytest.raises(SourceError, match=rf"channel {channel} is out of range: .* has 6"):
            FileColumns(path, lambda _: SPEECH, channel=channel)


@pytest.mark.parametrize("kind", ["wav", "flac", "ogg", "mp3"])
def test_a_part_is_a_signal_of_its_own(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"sound.{kind}"
    soundfile.write(path, np.stack([sound(132_300), noise(132_300)], axis=1), 44_100)
    whole = soundfile.read(path, dtype="float32")[0]
    fe = SPEECH.replace(sr=44_100, hop_length=200, center=True, pad_mode="reflect")
    part = FileColumns(path, lambda _: fe, channel=1, start_s=0.777, end_s=2.5)
    start = round(0.777 * 44_100)
    expected = log_mel(whole[start:110_250, 0].copy(), fe)
    np.testing.assert_array_equal(all_of(part), expected)
    centres = part.centres(0, part.columns)
    assert len(centres) == expected.shape[1]
    np.testing.assert_array_equal(centres[:2], [start, start + 200])


def test_middles_of_columns_are_counted_at_the_front_ends_rate(tmp_path: Path) -> None:
    click = np.zeros(44_100, dtype=np.float32)
    click[22_050] = 1.0
    file = FileColumns(wav(tmp_path, click, 44_100), lambda _: SPEECH, start_s=0.25)
    loudest = int(np.argmax(all_of(file).max(axis=0)))
    at_s = file.centres(0, file.columns)[loudest] / SPEECH.sr
    assert abs(at_s - 0.5) <= SPEECH.hop_length / SPEECH.sr


@pytest.mark.parametrize(
    ("start_s", "end_s", "words"),
    [
        (1.0, 1.0, "start=1 s is not before end=1 s"),
        (1.5, 0.5, "start=1.5 s is not before end=0.5 s"),
        (2.5, None, "start=2.5 s is outside of sound.wav, which holds 2 s"),
        (None, 2.5, "end=2.5 s is outside"),
        (-0.1, None, "start=-0.1 s is outside"),
        (float("nan"), None, "start=nan s is outside"),
        (2.0, None, "start=2 s leaves nothing"),
        (None, 0.0, "end=0 s leaves nothing"),
    ],
)
def test_an_impossible_part_is_refused(
    start_s: float | None, end_s: float | None, words: str, tmp_path: Path
) -> None:
    path = wav(tmp_path, noise(32_000))
    with pytest.raises(ParameterError, match=words):
        FileColumns(path, lambda _: SPEECH, start_s=start_s, end_s=end_s)


def test_samples_that_are_no_numbers_stay_and_are_counted(tmp_path: Path) -> None:
    y = noise(16_000)
    y[[5000, 5001, 9000]] = np.nan, np.inf, -np.inf
    file = FileColumns(wav(tmp_path, y), lambda _: SPEECH, start_s=0.1)
    with np.errstate(invalid="ignore"):
        expected = log_mel(y[1600:], SPEECH)
    columns = all_of(file)
    np.testing.assert_array_equal(columns, expected)
    assert not np.isfinite(columns).all()
    assert (file.not_finite, file.first_not_finite) == (3, 5000)
    assert file.notes()[0].startswith("3 samples are NaN or infinite (the first is number 5000, at")


def test_a_file_that_breaks_off_is_said(tmp_path: Path) -> None:
    path = tmp_path / "sound.flac"
    soundfile.write(path, noise(160_000), 16_000)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    file = FileColumns(path, lambda _: SPEECH)
    try:
        all_of(file)
        said = " ".join(file.notes())
    except SourceError as error:
        said = str(error)
    assert "breaks off" in said


def test_a_file_shorter_than_a_frame_has_no_columns(tmp_path: Path) -> None:
    file = FileColumns(wav(tmp_path, noise(399)), lambda _: SPEECH)
    assert list(file) == []
    assert file.notes() == [file.shortness] == ["shorter than one frame: 0.025 of 0.025 s"]


def test_a_model_has_its_statistic_of_the_whole_unless_another_was_chosen() -> None:
    for name in ("whisper-80", "nemo", "desed", "librosa"):
        assert offline_build(FrontEndChoice(name))(22_050).normalise == "exact"
    for name in ("live", "voxtral-realtime", "ast"):
        choice = FrontEndChoice(name)
        assert offline_build(choice)(48_000) == choice.build(48_000)
    chosen = FrontEndChoice("whisper-80", changes={"normalise": "running"})
    assert offline_build(chosen)(16_000) == chosen.build(16_000)


@pytest.mark.parametrize("name", ["live", "nemo"])
def test_memory_does_not_grow_with_the_file(name: str, tmp_path: Path) -> None:
    fe = frontend(name).replace(normalise="exact")
    peaks = []
    for seconds in (20, 120):
        path = tmp_path / f"{seconds}.wav"
        soundfile.write(path, noise(seconds * fe.sr), fe.sr, subtype="PCM_16")
        file = FileColumns(path, lambda _: fe)
        tracemalloc.start()
        for _ in file:
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.1 * peaks[0]


@pytest.mark.parametrize("normalise", ["none", "running", "exact"])
@pytest.mark.parametrize("representation", REPRESENTATIONS)
def test_a_file_in_any_view_is_log_mel_of_the_whole(
    representation: str, normalise: str, tmp_path: Path
) -> None:
    fe = frontend("whisper-80").replace(representation=representation, normalise=normalise)
    y = sound(50_000)
    columns = all_of(FileColumns(wav(tmp_path, y, fe.sr), lambda _: fe))
    np.testing.assert_array_equal(columns, log_mel(y, fe))
