"""The printed program is run by the real librosa and gives our numbers."""

import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from livemel.channel import Channel, Difference
from livemel.config import FrontEndChoice
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.models import FRONTENDS
from livemel.dsp.stream import log_mel
from livemel.engine.intake import one_channel
from livemel.engine.offline import FileColumns, offline_build
from livemel.export.librosa_call import librosa_lines
from livemel.verify.by_librosa import REFERENCES

from tests.dsp.strategies import examples, librosa_front_ends, noise, sound

BY_LIBROSA = tuple(reference.row for reference in REFERENCES)
# 1e-4 dB in the unit of each logarithm.
CLOSE = {"db": 1e-4, "db-amplitude": 1e-4, "ln": 1e-5 * np.log(10), "log10": 1e-5, "none": 0.0}


def run(
    folder: Path, y: np.ndarray, sr: int, fe: FrontEnd, channel: Channel
) -> tuple[np.ndarray, np.ndarray]:
    """Our columns of the file, and those that the printed lines leave."""
    path = folder / "sound.wav"
    soundfile.write(path, y, sr, subtype="FLOAT")
    ours = np.hstack(list(FileColumns(path, lambda _: fe, channel=channel)))
    lines = librosa_lines(fe, str(path), sr, channel)
    assert lines is not None
    found: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Empty filters")
        exec("\n".join(lines), found)
    return ours, found["columns"]


@pytest.mark.parametrize("name", BY_LIBROSA)
@pytest.mark.parametrize("sr", [48_000, 44_100])
def test_what_verify_compares_with_librosa_has_a_call_within_a_ten_thousandth_of_a_db(
    name: str, sr: int, tmp_path: Path
) -> None:
    fe = offline_build(FrontEndChoice(name))(sr)
    y = np.stack([noise(3 * sr), noise(3 * sr, 1)], axis=1)
    for channel in (None, 2):
        ours, theirs = run(tmp_path, y, sr, fe, channel)
        assert ours.shape == theirs.shape
        # A resampler's stop band holds little more than its rounding.
        heard = slice(0, None) if fe.sr <= sr else slice(0, _below(fe, sr))
        # Bands by their own deviation: the quotient is in those, not in decibels.
        close = 1e-4 if fe.statistic in ("mean-std", "mean-var") else CLOSE[fe.log]
        np.testing.assert_allclose(ours[heard], theirs[heard], rtol=0, atol=close)


@pytest.mark.parametrize("channel", [1, None, Difference(), Difference(3, 2)])
def test_the_samples_of_a_channel_are_ours_to_the_bit(channel: Channel, tmp_path: Path) -> None:
    y = np.stack([noise(9000, seed) for seed in range(3)], axis=1)
    soundfile.write(tmp_path / "sound.wav", y, 16_000, subtype="FLOAT")
    fe = FrontEndChoice("speech").build(16_000)
    lines = librosa_lines(fe, str(tmp_path / "sound.wav"), 16_000, channel)
    assert lines is not None
    found: dict[str, Any] = {}
    exec("\n".join(lines), found)
    np.testing.assert_array_equal(found["y"], one_channel(y, channel))
    ours = FileColumns(tmp_path / "sound.wav", lambda _: fe, channel=channel)
    np.testing.assert_array_equal(np.hstack(list(ours)), log_mel(found["y"], fe))


def _below(fe: FrontEnd, sr: int) -> int:
    from livemel.dsp.mel import mel_edges

    return int(np.searchsorted(mel_edges(fe)[2:], 0.45 * sr))


@pytest.mark.parametrize("view", ["mfcc", "linear"])
def test_other_views_have_a_call_too(view: str, tmp_path: Path) -> None:
    fe = FrontEndChoice("speech", view=view).build(16_000)
    ours, theirs = run(tmp_path, noise(32_000), 16_000, fe, None)
    # A bin may be 40 dB and more below the frame's strongest; a band is a mean of many.
    close = 1e-3 if view == "linear" else 1e-4
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=close)


@examples(80)
@given(
    fe=librosa_front_ends(least_n_fft=100, log="db"),
    seed=st.integers(0, 999),
    hops=st.integers(1, 20),
)
def test_any_front_end_that_librosa_can_be_asked_for_has_its_call(
    fe: FrontEnd, seed: int, hops: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("call")
    y = noise(2 * fe.n_fft + hops * fe.hop_length, seed)
    ours, theirs = run(folder, y, fe.sr, fe, None)
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=2e-4 / fe.power)


def test_where_librosa_has_no_such_front_end_there_is_no_call() -> None:
    def lines(name: str, **changes: Any) -> object:
        fe = FrontEndChoice(name, changes=changes).build(48_000)
        return librosa_lines(fe, "sound.wav", 48_000, None)

    assert lines("live") is not None
    assert lines("live", window="povey") is None
    assert lines("live", remove_dc=True) is None
    assert lines("live", preemphasis=0.97) is None
    assert lines("live", mel_scale="kaldi") is None
    for view in ("log", "waveform"):
        fe = FrontEndChoice("live", view=view).build(48_000)
        assert librosa_lines(fe, "sound.wav", 48_000, None) is None


def test_the_live_front_end_is_one_call_in_a_program_that_runs_by_itself(tmp_path: Path) -> None:
    fe = FrontEndChoice("live").build(48_000)
    y = sound(48_000)
    soundfile.write(tmp_path / "sound.wav", y, 48_000, subtype="FLOAT")
    lines = librosa_lines(fe, "sound.wav", 48_000, 1)
    assert lines is not None
    assert sum("librosa.feature" in line for line in lines) == 1
    program = "\n".join([*lines, 'np.save("columns.npy", columns)'])
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True, timeout=120)
    theirs = np.load(tmp_path / "columns.npy")
    ours = np.hstack(list(FileColumns(tmp_path / "sound.wav", lambda _: fe)))
    assert np.median(np.abs(ours - theirs)) <= 1e-4


@pytest.mark.parametrize("name", FRONTENDS)
def test_whatever_has_a_call_has_a_right_one(name: str, tmp_path: Path) -> None:
    fe = offline_build(FrontEndChoice(name))(48_000)
    if librosa_lines(fe, "sound.wav", fe.sr, None) is None:
        assert name not in BY_LIBROSA
        return
    ours, theirs = run(tmp_path, noise(3 * fe.sr), fe.sr, fe, None)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-4)
