"""LogMelStream: librosa's numbers, and the same bits however the sound is cut up."""

import gc
import sys
import tracemalloc
from itertools import pairwise
from typing import Any

import librosa
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from livemel.dsp.frontend import LOG_KINDS, FrontEnd
from livemel.dsp.mel import mel_basis
from livemel.dsp.models import frontend
from livemel.dsp.stream import LogMelStream, log_mel
from livemel.errors import ParameterError

from tests.dsp.strategies import (
    chunk_sizes,
    chunks,
    examples,
    front_ends,
    librosa_db,
    librosa_mel,
    librosa_strongest_bin,
    noise,
    sound,
)

SPEECH = FrontEnd(sr=16000, n_fft=400, hop_length=160, n_mels=80)
NEMO = FrontEnd(
    sr=16000, n_fft=512, win_length=400, hop_length=160, periodic=False, center=True, n_mels=80
)
FRONT_ENDS = {
    "live": frontend(),
    "live 44.1 kHz": frontend(sr=44100),
    "speech": SPEECH,
    "speech centred": SPEECH.replace(center=True, pad_mode="reflect", mel_scale="htk"),
    "short symmetric window": NEMO,
    "odd": FrontEnd(sr=22050, n_fft=1023, hop_length=300, n_mels=64, norm=None, power=1),
    "hop past the frame": FrontEnd(sr=8000, n_fft=256, hop_length=600, n_mels=20),
}


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


def streamed(y: np.ndarray, fe: FrontEnd, sizes: list[int]) -> np.ndarray:
    stream = LogMelStream(fe)
    parts = [stream.push(part) for part in chunks(y, sizes)] + [stream.flush()]
    columns = np.hstack(parts)
    assert stream.columns_out == columns.shape[1]
    return columns


# --- streaming is the whole signal ----------------------------------------------------------------


@pytest.mark.parametrize("name", FRONT_ENDS)
@pytest.mark.parametrize("size", [1, 7, "hop", 441, "all"])
def test_a_stream_matches_the_whole_signal_for_any_chunk_size(name: str, size: Any) -> None:
    fe = FRONT_ENDS[name]
    y = sound(4 * fe.n_fft + 777)
    n = {"hop": fe.hop_length, "all": len(y)}.get(size, size)
    np.testing.assert_array_equal(streamed(y, fe, [n]), log_mel(y, fe))


@examples(250)
@given(data=st.data(), fe=front_ends(), n=st.integers(0, 6000), seed=st.integers(0, 99))
def test_any_chunks_through_any_front_end_give_the_same_bits(
    data: st.DataObject, fe: FrontEnd, n: int, seed: int
) -> None:
    y = sound(n, seed)
    sizes = data.draw(chunk_sizes(fe.hop_length))
    np.testing.assert_array_equal(streamed(y, fe, sizes), log_mel(y, fe))


def test_the_same_bits_over_more_columns_than_one_batch() -> None:
    """Batches hold up to 128 frames; 3000 columns cross their borders in every way."""
    y = sound(3000 * 160)
    whole = log_mel(y, SPEECH)
    for sizes in ([128 * 160], [129 * 160 - 1], [50_000, 3], [len(y)], [160, 0, 20_480]):
        np.testing.assert_array_equal(streamed(y, SPEECH, sizes), whole)


@pytest.mark.parametrize("hop", [1, 50, 64, 65, 200, 1000])
def test_columns_are_those_of_the_frames_cut_by_hand(hop: int) -> None:
    fe = FrontEnd(sr=8000, n_fft=64, hop_length=hop, n_mels=10)
    y = sound(3000)
    alone = [log_mel(y[at : at + 64], fe) for at in range(0, len(y) - 63, hop)]
    np.testing.assert_array_equal(log_mel(y, fe), np.hstack(alone))


# --- librosa --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FRONT_ENDS)
def test_columns_are_librosas_within_a_ten_thousandth_of_a_db(name: str) -> None:
    fe = FRONT_ENDS[name]
    y = noise(20 * fe.n_fft)
    np.testing.assert_allclose(log_mel(y, fe), librosa_db(y, fe), rtol=0, atol=1e-4)


@examples(250)
@given(data=st.data(), fe=front_ends(least_n_fft=16, log="db"), seed=st.integers(0, 10_000))
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


@pytest.mark.parametrize("center", [False, True])
@pytest.mark.parametrize("pad_mode", ["constant", "reflect"])
@pytest.mark.parametrize("n_fft", [64, 65])
def test_a_signal_shorter_than_a_frame_is_padded_as_numpy_does(
    center: bool, pad_mode: Any, n_fft: int
) -> None:
    fe = FrontEnd(sr=8000, n_fft=n_fft, hop_length=7, n_mels=5, center=center, pad_mode=pad_mode)
    for n in (1, 2, 31, 32, 33, 63, 64, 65):
        y = noise(n)
        ready = np.pad(y, n_fft // 2, mode=pad_mode) if center else y
        wanted = log_mel(ready, fe.replace(center=False))
        np.testing.assert_array_equal(streamed(y, fe, [1]), wanted)
        assert wanted.shape[1] == max(0, (len(ready) - n_fft) // 7 + 1)


# --- what goes in and what comes out --------------------------------------------------------------


@examples(60)
@given(data=st.data(), fe=front_ends())
def test_the_input_is_not_changed_and_columns_belong_to_the_caller(
    data: st.DataObject, fe: FrontEnd
) -> None:
    y = sound(5000)
    before = y.copy()
    y.flags.writeable = False
    stream = LogMelStream(fe)
    got, copies = [], []
    for part in chunks(y, data.draw(chunk_sizes(fe.hop_length))):
        got.append(stream.push(part))
        copies.append(got[-1].copy())
        assert not np.shares_memory(got[-1], y)
    got.append(stream.flush())
    for columns, copy in zip(got, copies, strict=False):
        np.testing.assert_array_equal(columns, copy)
        columns[:] = 0  # and what the caller does with them changes nothing later
    assert not any(np.shares_memory(a, b) for a, b in pairwise(got))
    np.testing.assert_array_equal(y, before)


@pytest.mark.parametrize("kind", [np.float64, np.float16, ">f4", np.longdouble])
def test_other_floats_are_taken_as_their_float32(kind: Any) -> None:
    y = sound(4000).astype(kind)
    np.testing.assert_array_equal(log_mel(y, SPEECH), log_mel(y.astype(np.float32), SPEECH))


def test_a_view_with_steps_is_taken_as_its_samples() -> None:
    stereo = np.stack([sound(4000), noise(4000)], axis=1)
    np.testing.assert_array_equal(
        log_mel(stereo[:, 0], SPEECH), log_mel(stereo[:, 0].copy(), SPEECH)
    )
    np.testing.assert_array_equal(
        log_mel(stereo[::-1, 1], SPEECH), log_mel(stereo[::-1, 1].copy(), SPEECH)
    )


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(1000, dtype=np.int16),
        np.zeros(1000, dtype=bool),
        np.zeros(1000, dtype=complex),
        np.zeros((1000, 1), dtype=np.float32),
        np.float32(0),
        [0.0] * 1000,
        None,
    ],
)
def test_what_is_not_one_channel_of_floats_is_refused(samples: Any) -> None:
    stream = LogMelStream(SPEECH)
    with pytest.raises(ParameterError, match="not one channel of floats"):
        stream.push(samples)
    # And nothing of it was taken in.
    y = sound(2000)
    np.testing.assert_array_equal(stream.push(y), log_mel(y, SPEECH))


@pytest.mark.parametrize("fe", [SPEECH, NEMO])
def test_after_flush_a_stream_takes_nothing_and_gives_nothing(fe: FrontEnd) -> None:
    stream = LogMelStream(fe)
    stream.push(sound(2000))
    stream.flush()
    with pytest.raises(ParameterError, match="flushed"):
        stream.push(sound(10))
    assert stream.flush().shape == (80, 0)


@example(fe=NEMO)
@examples(60)
@given(fe=front_ends())
def test_nothing_pushed_gives_no_columns(fe: FrontEnd) -> None:
    stream = LogMelStream(fe)
    for _ in range(3):
        columns = stream.push(np.empty(0, dtype=np.float32))
        assert columns.shape == (fe.n_mels, 0)
        assert columns.dtype == np.float32


# --- for ever -------------------------------------------------------------------------------------


@pytest.mark.parametrize("fe", [SPEECH, NEMO.replace(pad_mode="reflect")])
def test_memory_does_not_grow_over_many_pushes(fe: FrontEnd) -> None:
    y = sound(441)
    stream = LogMelStream(fe)
    for _ in range(100):
        stream.push(y)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(3000):
            stream.push(y)
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    # The held samples may change by a frame; 3000 chunks are 5 MB.
    assert grown < 20_000


@pytest.mark.parametrize("pad_mode", ["constant", "reflect"])
def test_a_long_first_push_is_not_kept(pad_mode: Any) -> None:
    stream = LogMelStream(NEMO.replace(pad_mode=pad_mode))
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        stream.push(noise(1_000_000))
        gc.collect()
        kept = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert kept < 100_000  # of 4 MB


def test_the_singletons_keep_their_reference_counts() -> None:
    """Each push that took one reference too many from True would end the process in a day."""
    stream = LogMelStream(NEMO)
    y = sound(480)
    for _ in range(10):
        stream.push(y)
    before = [sys.getrefcount(thing) for thing in (None, True, False)]
    for _ in range(2000):
        stream.push(y)
    after = [sys.getrefcount(thing) for thing in (None, True, False)]
    assert all(abs(a - b) < 200 for a, b in zip(after, before, strict=True)), (before, after)
