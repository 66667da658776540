"""LogMelStream: librosa's numbers, within a ten-thousandth of a dB."""

from typing import Any

import librosa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.dsp.frontend import LOG_KINDS, FrontEnd
from livemel.dsp.mel import mel_basis
from livemel.dsp.stream import log_mel

from tests.dsp.strategies import (
    KINDS,
    SPEECH,
    chunk_sizes,
    examples,
    librosa_db,
    librosa_front_ends,
    librosa_mel,
    librosa_strongest_bin,
    noise,
    streamed,
)


def assert_close_db(ours: np.ndarray, y: np.ndarray, fe: FrontEnd) -> None:
    """Within 1e-4 dB of librosa; more only where the sound leaves a band 40 dB and more empty.

    A float32 FFT rounds by some 1e-7 of the frame's strongest bin, whatever the others hold: the
    deviation in dB grows as a band falls below what that bin would put into it.
    """
    theirs = librosa_db(y, fe)
    assert ours.shape == theirs.shape
    assert ours.dtype == np.float32
    if ours.size == 0:
        return
    strongest = librosa_strongest_bin(y, fe)
    full = mel_basis(fe).sum(axis=1)[:, np.newaxis] * strongest**fe.power / fe.ref
    below_db = (10 * np.log10(np.maximum(full, 1e-30)) - theirs) * 2 / fe.power
    allowed_db = 1e-4 * np.maximum(1, 10 ** ((below_db - 40) / 20))
    over = np.abs(ours - theirs) / allowed_db
    assert over.max() <= 1, f"{np.abs(ours - theirs).max()} dB, {over.max():.2f} of what is allowed"


@pytest.mark.parametrize("name", KINDS)
def test_columns_are_librosas_within_a_ten_thousandth_of_a_db(name: str) -> None:
    fe = KINDS[name]
    y = noise(20 * fe.n_fft)
    np.testing.assert_allclose(log_mel(y, fe), librosa_db(y, fe), rtol=0, atol=1e-4)


@examples(250)
@given(data=st.data(), fe=librosa_front_ends(least_n_fft=16, log="db"), seed=st.integers(0, 10_000))
def test_any_chunks_through_any_front_end_match_librosa(
    data: st.DataObject, fe: FrontEnd, seed: int
) -> None:
    n = data.draw(st.integers(fe.n_fft, fe.n_fft + 20 * fe.hop_length))
    y = noise(n, seed)
    sizes = data.draw(chunk_sizes(fe.hop_length))
    assert_close_db(streamed(y, fe, sizes), y, fe)


@pytest.mark.parametrize("log", LOG_KINDS)
@pytest.mark.parametrize("ref", [1.0, 7.0])
def test_every_kind_of_logarithm_is_numpys(log: Any, ref: float) -> None:
    fe = SPEECH.replace(log=log, ref=ref, floor=1e-3)
    y = np.concatenate([noise(3000), np.zeros(3000, dtype=np.float32)])
    mel = librosa_mel(y, fe)
    floored = np.maximum(mel, 1e-3)
    assert (mel < 1e-3).any()
    wanted = {
        "db": 10 * np.log10(floored / ref),
        "db-amplitude": 20 * np.log10(floored / ref),
        "ln": np.log(floored / ref),
        "log10": np.log10(floored / ref),
        "none": mel,
    }[log]
    np.testing.assert_allclose(log_mel(y, fe), wanted, rtol=1e-5, atol=1e-5)


def test_silence_is_the_floor_and_a_full_scale_tone_stands_in_its_band() -> None:
    silence = log_mel(np.zeros(16000, dtype=np.float32), SPEECH)
    np.testing.assert_allclose(silence, -100, atol=1e-4)
    y = np.sin(2 * np.pi * 1000 * np.arange(16000) / 16000).astype(np.float32)
    band = int(np.argmin(np.abs(librosa.mel_frequencies(n_mels=82, fmax=8000)[1:-1] - 1000)))
    assert (log_mel(y, SPEECH).argmax(axis=0) == band).all()
