"""Windows: scipy's numbers, and their place in the frame."""

import librosa
import numpy as np
import pytest
import scipy.signal
from hypothesis import given
from hypothesis import strategies as st
from livemel.dsp.frontend import WINDOWS, FrontEnd
from livemel.dsp.windows import frame_window, window

from tests.dsp.strategies import SCIPY_WINDOWS, examples


@examples(200)
@given(name=st.sampled_from(WINDOWS), length=st.integers(1, 3000), periodic=st.booleans())
def test_every_window_has_scipys_numbers(name: str, length: int, periodic: bool) -> None:
    theirs = scipy.signal.get_window(SCIPY_WINDOWS[name], length, fftbins=periodic)
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
    inner = scipy.signal.get_window(SCIPY_WINDOWS[name], win_length, fftbins=periodic)
    theirs = librosa.util.pad_center(inner, size=n_fft)
    ours = frame_window(fe)
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-7)
    outside = np.ones(n_fft, dtype=bool)
    left = (n_fft - win_length) // 2
    outside[left : left + win_length] = False
    assert not ours[outside].any()


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
