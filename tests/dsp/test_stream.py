"""LogMelStream: the same bits however the sound is cut up, and what goes in and comes out."""

import gc
import sys
import tracemalloc
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from livemel.dsp.frontend import PREEMPHASIS_OVER, STATISTICS, FrontEnd
from livemel.dsp.stream import LogMelStream, log_mel
from livemel.errors import ParameterError

from tests.dsp.strategies import (
    KINDS,
    NEMO,
    SPEECH,
    chunk_sizes,
    chunks,
    examples,
    front_ends,
    noise,
    sound,
    streamed,
)

# --- streaming is the whole signal ----------------------------------------------------------------


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("size", [1, 7, "hop", 441, "all"])
def test_a_stream_matches_the_whole_signal_for_any_chunk_size(name: str, size: Any) -> None:
    fe = KINDS[name]
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


@pytest.mark.parametrize("hop", [1, 3, 160, 700])
@pytest.mark.parametrize("over", PREEMPHASIS_OVER)
def test_means_and_emphasis_have_the_same_bits_whatever_lies_beside_a_frame(
    hop: int, over: str
) -> None:
    """numpy may sum in another order where rows overlap in other ways."""
    fe = SPEECH.replace(
        hop_length=hop, window_first=True, remove_dc=True, preemphasis=0.97, preemphasis_over=over
    )
    y = sound(3000) + np.float32(0.3)
    whole = log_mel(y, fe)
    for sizes in ([1], [hop], [401, 0, 7], [len(y)]):
        np.testing.assert_array_equal(streamed(y, fe, sizes), whole)


@examples(100)
@given(data=st.data(), fe=front_ends(), n=st.integers(1, 2500), seed=st.integers(0, 99))
def test_a_column_left_out_is_the_last_of_them_all(
    data: st.DataObject, fe: FrontEnd, n: int, seed: int
) -> None:
    kept = fe.replace(center=True, pad_length=fe.hop_length, drop_last=False)
    y = sound(n, seed)
    sizes = data.draw(chunk_sizes(fe.hop_length))
    wanted = log_mel(y, kept)[:, :-1]
    np.testing.assert_array_equal(streamed(y, kept.replace(drop_last=True), sizes), wanted)


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


@pytest.mark.parametrize("kind", ["running", "exact", "instance"])
@pytest.mark.parametrize("statistic", STATISTICS)
def test_what_never_changes_is_finite_by_any_statistic(kind: str, statistic: str) -> None:
    """Silence has no deviation and no range to divide by."""
    fe = SPEECH.replace(statistic=statistic, statistic_eps=0.0, normalise=kind, instance_s=0.05)
    assert np.isfinite(log_mel(np.zeros(2000, dtype=np.float32), fe)).all()


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
