"""A person's own file as the signal: the mean of its channels, at the rates the window makes."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from livemel.buffers.columns import ColumnRing
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.stream import log_mel
from livemel.engine.pipeline import Pipeline
from livemel.errors import ParameterError, SourceError
from livemel.verify.signals import signal
from livemel.verify.sound import read_sound


def written(path: Path, y: np.ndarray, sr: int) -> Path:
    soundfile.write(path, y, sr, subtype="FLOAT")
    return path


def test_one_channel_is_taken_as_it_is(tmp_path: Path) -> None:
    y = signal("speech-like", 22_050)
    sound = read_sound(written(tmp_path / "a.wav", y, 22_050))
    np.testing.assert_array_equal(sound.at(22_050), y)
    assert sound.described == "a.wav: 1.6 s, 22050 Hz"


def test_the_mean_of_several_channels_is_taken_and_said(tmp_path: Path) -> None:
    y = signal("noise", 8000)
    sound = read_sound(written(tmp_path / "a.wav", np.stack([y, 3 * y, y, -y], axis=1), 8000))
    np.testing.assert_allclose(sound.samples, y, rtol=1e-6)
    assert "the mean of 4 channels" in sound.described


def test_what_is_no_number_is_counted_and_taken_as_0(tmp_path: Path) -> None:
    y = signal("noise", 8000)
    y[[3, 99, 100]] = np.nan, np.inf, -np.inf
    sound = read_sound(written(tmp_path / "a.wav", y, 8000))
    assert "3 samples are NaN or infinite, taken as 0" in sound.described
    np.testing.assert_array_equal(sound.samples, np.nan_to_num(y, posinf=0, neginf=0))


def test_ten_minutes_are_taken_and_said_where_there_are_more(tmp_path: Path) -> None:
    y = np.arange(601_000, dtype=np.float32) / 1e6
    sound = read_sound(written(tmp_path / "a.wav", y, 1000))
    np.testing.assert_array_equal(sound.samples, y[:600_000])
    assert sound.described == "a.wav: its first 600 s, 1000 Hz"


@pytest.mark.parametrize("sr", [44_100, 48_000, 8000])
def test_another_rate_is_what_the_window_would_compute_from(sr: int, tmp_path: Path) -> None:
    y = signal("music-like", sr)
    fe = FrontEnd(sr=16_000, n_fft=400, hop_length=160, n_mels=40)
    ring = ColumnRing(fe.n_mels, 1000)
    pipeline = Pipeline(fe, sr, ring)
    for at in range(0, len(y), 441):
        pipeline.push(y[at : at + 441], 0)
    pipeline.finish(0)
    pipeline.close()
    sound = read_sound(written(tmp_path / "a.wav", y, sr))
    shown = ring.read(0, ring.written).values.T
    np.testing.assert_array_equal(log_mel(sound.at(16_000), fe), shown)


def test_what_cannot_be_read_is_an_error_with_the_path(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no such file: .*none\.wav"):
        read_sound(tmp_path / "none.wav")
    with pytest.raises(SourceError, match="is at 999 Hz, not 1000 to 6144000"):
        read_sound(written(tmp_path / "slow.wav", signal("noise", 999), 999))
    with pytest.raises(ParameterError, match="is at 400000 Hz, not between 1000 and 384000"):
        read_sound(written(tmp_path / "fast.wav", signal("noise", 8000), 400_000))
