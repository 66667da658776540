"""The edges of centred frames: numpy.pad's, whatever the chunks."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.dsp.frontend import PAD_MODES, FrontEnd
from livemel.dsp.padding import EdgePadding

from tests.dsp.strategies import chunk_sizes, chunks, examples, noise


def padded(y: np.ndarray, fe: FrontEnd, sizes: list[int]) -> np.ndarray:
    padding = EdgePadding(fe)
    return np.concatenate([*(padding.begin(part) for part in chunks(y, sizes)), padding.end()])


@examples(300)
@given(
    n=st.integers(1, 300),
    n_fft=st.integers(2, 260),
    mode=st.sampled_from(PAD_MODES),
    sizes=chunk_sizes(16),
)
def test_a_padded_stream_is_numpys_padded_signal(
    n: int, n_fft: int, mode: str, sizes: list[int]
) -> None:
    fe = FrontEnd(sr=16000, n_fft=n_fft, n_mels=1, center=True, pad_mode=mode)
    y = noise(n)
    np.testing.assert_array_equal(padded(y, fe, sizes), np.pad(y, n_fft // 2, mode=mode))


@examples(200)
@given(
    n=st.integers(1, 300),
    pad=st.integers(1, 400),
    mode=st.sampled_from(PAD_MODES),
    sizes=chunk_sizes(16),
)
def test_padding_of_any_length_is_numpys(n: int, pad: int, mode: str, sizes: list[int]) -> None:
    fe = FrontEnd(sr=16000, n_fft=64, n_mels=1, center=True, pad_length=pad, pad_mode=mode)
    y = noise(n)
    np.testing.assert_array_equal(padded(y, fe, sizes), np.pad(y, pad, mode=mode))


@pytest.mark.parametrize("mode", PAD_MODES)
def test_zeros_on_the_left_alone_come_before_the_first_sample(mode: str) -> None:
    """pad_mode speaks of centred frames only."""
    fe = FrontEnd(sr=16000, n_fft=64, n_mels=1, pad_left=160, pad_mode=mode)
    y = noise(100)
    for sizes in ([1], [7, 0], [100]):
        np.testing.assert_array_equal(padded(y, fe, sizes), np.pad(y, (160, 0)))


@pytest.mark.parametrize("mode", PAD_MODES)
def test_nothing_stands_before_a_signal_that_has_not_begun(mode: str) -> None:
    fe = FrontEnd(sr=16000, n_fft=64, n_mels=1, center=True, pad_mode=mode)
    padding = EdgePadding(fe)
    nothing = np.empty(0, dtype=np.float32)
    assert len(padding.begin(nothing)) == len(padding.begin(nothing)) == 0


@pytest.mark.parametrize("mode", PAD_MODES)
def test_every_way_to_cut_five_samples_gives_the_same_edges(mode: str) -> None:
    fe = FrontEnd(sr=16000, n_fft=6, n_mels=1, center=True, pad_mode=mode)
    y = noise(5)
    for cuts in range(16):
        edges = [0, *(i + 1 for i in range(4) if cuts >> i & 1), 5]
        padding = EdgePadding(fe)
        parts = [padding.begin(y[a:b]) for a, b in pairwise(edges)]
        whole = np.concatenate([*parts, padding.end()])
        np.testing.assert_array_equal(whole, np.pad(y, 3, mode=mode))


def test_the_mirrors_other_side_is_a_copy_of_the_callers_samples() -> None:
    fe = FrontEnd(sr=16000, n_fft=64, n_mels=1, center=True, pad_mode="reflect")
    padding = EdgePadding(fe)
    y = noise(1000)
    wanted = np.pad(y, 32, mode="reflect")[-32:]
    padding.begin(y)
    y[:] = 7  # the caller's own again
    np.testing.assert_array_equal(padding.end(), wanted)
