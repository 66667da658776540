"""The mel scales and the filter bank: librosa's numbers."""

import warnings
from typing import Any

import librosa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.dsp.frontend import MEL_SCALES, FrontEnd
from livemel.dsp.mel import hz_to_mel, mel_basis, mel_edges, mel_to_hz

from tests.dsp.strategies import RATES, examples


@st.composite
def mel_front_ends(draw: st.DrawFn) -> FrontEnd:
    sr = draw(st.sampled_from(RATES))
    n_fft = draw(st.sampled_from((64, 127, 400, 512, 1001, 2048)))
    fmin = draw(st.floats(0, sr / 4))
    return FrontEnd(
        sr=sr,
        n_fft=n_fft,
        n_mels=draw(st.integers(1, min(n_fft, 200))),
        fmin=fmin,
        fmax=draw(st.none() | st.floats(fmin + 50, sr / 2)),
        mel_scale=draw(st.sampled_from(MEL_SCALES)),
        norm=draw(st.sampled_from(("slaney", None))),
    )


def theirs(fe: FrontEnd, **more: Any) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # filters narrower than a bin are empty
        return librosa.filters.mel(
            sr=fe.sr,
            n_fft=fe.n_fft,
            n_mels=fe.n_mels,
            fmin=fe.fmin,
            fmax=fe.top_hz,
            htk=fe.mel_scale == "htk",
            norm=fe.norm,
            **more,
        )


@examples(150)
@given(
    hz=st.lists(st.floats(0, 200_000), min_size=1, max_size=20), scale=st.sampled_from(MEL_SCALES)
)
def test_hz_and_mel_convert_as_in_librosa_and_back(hz: list[float], scale: Any) -> None:
    mel = hz_to_mel(hz, scale)
    np.testing.assert_allclose(mel, librosa.hz_to_mel(hz, htk=scale == "htk"), rtol=1e-12)
    np.testing.assert_allclose(mel_to_hz(mel, scale), hz, rtol=1e-9, atol=1e-9)
    by_librosa = librosa.mel_to_hz(mel, htk=scale == "htk")
    np.testing.assert_allclose(mel_to_hz(mel, scale), by_librosa, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("scale", MEL_SCALES)
def test_the_scales_meet_known_points(scale: Any) -> None:
    known = {
        "slaney": [(0, 0), (200 / 3, 1), (1000, 15), (6400, 42)],
        "htk": [(0, 0), (700, 781.17)],
    }
    for hz, mel in known[scale]:
        assert float(hz_to_mel(hz, scale)) == pytest.approx(mel, abs=0.005)


@examples(100)
@given(fe=mel_front_ends())
def test_the_filter_bank_has_librosas_numbers(fe: FrontEnd) -> None:
    ours, wanted = mel_basis(fe), theirs(fe, dtype=np.float64)
    assert ours.dtype == np.float32
    assert ours.shape == wanted.shape
    np.testing.assert_allclose(ours, wanted, rtol=1e-5, atol=1e-7 * wanted.max())


@examples(100)
@given(fe=mel_front_ends())
def test_the_edges_are_librosas_mel_frequencies(fe: FrontEnd) -> None:
    wanted = librosa.mel_frequencies(
        n_mels=fe.n_mels + 2, fmin=fe.fmin, fmax=fe.top_hz, htk=fe.mel_scale == "htk"
    )
    np.testing.assert_allclose(mel_edges(fe), wanted, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("scale", MEL_SCALES)
def test_filters_without_norm_peak_at_one_and_slaneys_have_unit_area(scale: Any) -> None:
    # 2^18 bins stand for a continuum: 0.06 Hz apart.
    fe = FrontEnd(sr=16000, n_fft=1 << 18, n_mels=20, mel_scale=scale, norm=None)
    np.testing.assert_allclose(mel_basis(fe).max(axis=1), 1, atol=1e-2)
    area = mel_basis(fe.replace(norm="slaney")).sum(axis=1, dtype=np.float64) * fe.sr / fe.n_fft
    np.testing.assert_allclose(area, 1, rtol=1e-3)


def test_no_filter_reaches_past_fmin_or_fmax() -> None:
    fe = FrontEnd(sr=16000, n_fft=1024, n_mels=30, fmin=500, fmax=4000)
    used_hz = np.flatnonzero(mel_basis(fe).any(axis=0)) * fe.sr / fe.n_fft
    assert used_hz.min() > 500
    assert used_hz.max() < 4000
