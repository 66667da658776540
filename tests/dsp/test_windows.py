"""Windows: scipy's numbers, and their place in the frame."""

import math

import librosa
import numpy as np
import pytest
import scipy.signal
from hypothesis import given
from hypothesis import strategies as st
from livemel.dsp.frontend import WINDOWS, FrontEnd
from livemel.dsp.windows import frame_window, window

from tests.dsp.strategies import SCIPY_WINDOWS, examples


def theirs_of(name: str, length: int, *, periodic: bool) -> np.ndarray:
    """scipy's window; Povey is Hann to the power 0.85, as Kaldi's feature-window.cc has it."""
    hann_like = SCIPY_WINDOWS.get(name, "hann")
    samples: np.ndarray = scipy.signal.get_window(hann_like, length, fftbins=periodic)
    return samples**0.85 if name == "povey" else samples


@examples(200)
@given(name=st.sampled_from(WINDOWS), length=st.integers(1, 3000), periodic=st.booleans())
def test_every_window_has_scipys_numbers(name: str, length: int, periodic: bool) -> None:
    theirs = theirs_of(name, length, periodic=periodic)
    np.testing.assert_allclose(window(name, length, periodic=periodic), theirs, rtol=0, atol=1e-12)


@examples(100)
@given(
    name=st.sampled_from(WINDOWS),
    n_fft=st.integers(2, 700),
    share=st.floats(0, 1),
    periodic=st.booleans(),
)
def test_a_short_window_stands_where_librosa_puts_it(
    name: str, n_fft: int, share: float, periodic: bool
) -> None:
    win_length = max(1, round(share * n_fft))
    fe = FrontEnd(
        sr=16000, n_fft=n_fft, win_length=win_length, window=name, periodic=periodic, n_mels=1
    )
    inner = theirs_of(name, win_length, periodic=periodic)
    theirs = librosa.util.pad_center(inner, size=n_fft)
    ours = frame_window(fe)
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-7)
    outside = np.ones(n_fft, dtype=bool)
    left = (n_fft - win_length) // 2
    outside[left : left + win_length] = False
    assert not ours[outside].any()


def test_poveys_window_is_kaldis_definition_sample_by_sample() -> None:
    kaldis = [(0.5 - 0.5 * math.cos(2 * math.pi * i / 399)) ** 0.85 for i in range(400)]
    np.testing.assert_allclose(window("povey", 400, periodic=False), kaldis, rtol=0, atol=1e-12)


@examples(50)
@given(n_fft=st.integers(2, 700), share=st.floats(0, 1), scale=st.sampled_from((1.0, 2.0**15)))
def test_a_window_that_is_first_fills_its_frame_and_carries_the_scale(
    n_fft: int, share: float, scale: float
) -> None:
    win_length = max(1, round(share * n_fft))
    fe = FrontEnd(
        sr=16000, n_fft=n_fft, win_length=win_length, window_first=True, scale=scale, n_mels=1
    )
    theirs = scale * theirs_of("hann", win_length, periodic=True)
    np.testing.assert_allclose(frame_window(fe), theirs, rtol=0, atol=1e-7 * scale)


@pytest.mark.parametrize("name", WINDOWS)
def test_a_symmetric_window_reads_the_same_backwards(name: str) -> None:
    ours = window(name, 401, periodic=False)
    np.testing.assert_allclose(ours, ours[::-1], rtol=0, atol=1e-12)
    assert ours[200] == pytest.approx(1)


@pytest.mark.parametrize("name", ["hann", "hamming", "blackman"])
def test_a_periodic_window_is_the_symmetric_one_a_sample_longer(name: str) -> None:
    longer = window(name, 401, periodic=False)[:-1]
    np.testing.assert_allclose(window(name, 400), longer, rtol=0, atol=1e-12)
    assert not np.allclose(window(name, 400), window(name, 400, periodic=False), atol=1e-6)
