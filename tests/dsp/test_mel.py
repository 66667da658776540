"""The mel scales and the filter bank: librosa's numbers, and Kaldi's and SpeechBrain's formulas."""

import warnings
from typing import Any

import librosa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.dsp.frontend import FILTER_SHAPES, MEL_SCALES, FrontEnd
from livemel.dsp.mel import (
    empty_filters,
    hz_to_mel,
    mel_basis,
    mel_edges,
    mel_to_hz,
    one_bin_filters,
)
from livemel.dsp.models import frontend

from tests.dsp.reference.blocks import triangles
from tests.dsp.strategies import LIBROSA_SCALES, RATES, examples


@st.composite
def mel_front_ends(draw: st.DrawFn, scales: tuple[str, ...] = LIBROSA_SCALES) -> FrontEnd:
    sr = draw(st.sampled_from(RATES))
    n_fft = draw(st.sampled_from((64, 127, 400, 512, 1001, 2048)))
    fmin = draw(st.floats(0, sr / 4))
    return FrontEnd(
        sr=sr,
        n_fft=n_fft,
        n_mels=draw(st.integers(1, min(n_fft, 200))),
        fmin=fmin,
        fmax=draw(st.none() | st.floats(fmin + 50, sr / 2)),
        mel_scale=draw(st.sampled_from(scales)),
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


def highest(fe: FrontEnd) -> float:
    """No less than any filter's peak; where a bin on a corner is all there is, rounding shows."""
    return float(2 / np.diff(mel_edges(fe)).min()) if fe.norm == "slaney" else 1.0


@examples(150)
@given(
    hz=st.lists(st.floats(0, 200_000), min_size=1, max_size=20),
    scale=st.sampled_from(LIBROSA_SCALES),
)
def test_hz_and_mel_convert_as_in_librosa_and_back(hz: list[float], scale: Any) -> None:
    mel = hz_to_mel(hz, scale)
    np.testing.assert_allclose(mel, librosa.hz_to_mel(hz, htk=scale == "htk"), rtol=1e-12)
    np.testing.assert_allclose(mel_to_hz(mel, scale), hz, rtol=1e-9, atol=1e-9)
    by_librosa = librosa.mel_to_hz(mel, htk=scale == "htk")
    np.testing.assert_allclose(mel_to_hz(mel, scale), by_librosa, rtol=1e-12, atol=1e-12)


@examples(150)
@given(
    hz=st.lists(st.floats(0, 200_000), min_size=1, max_size=20), scale=st.sampled_from(MEL_SCALES)
)
def test_mel_converts_back_to_the_same_hz(hz: list[float], scale: Any) -> None:
    np.testing.assert_allclose(mel_to_hz(hz_to_mel(hz, scale), scale), hz, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("scale", MEL_SCALES)
def test_the_scales_meet_known_points(scale: Any) -> None:
    known = {
        "slaney": [(0, 0), (200 / 3, 1), (1000, 15), (6400, 42)],
        "htk": [(0, 0), (700, 781.17)],
        "kaldi": [(0, 0), (700, 781.18), (8000, 2840.04)],
        "linear": [(0, 0), (440, 440), (8000, 8000)],
    }
    for hz, mel in known[scale]:
        assert float(hz_to_mel(hz, scale)) == pytest.approx(mel, abs=0.005)


@examples(100)
@given(fe=mel_front_ends())
def test_the_filter_bank_has_librosas_numbers(fe: FrontEnd) -> None:
    ours, wanted = mel_basis(fe), theirs(fe, dtype=np.float64)
    assert ours.dtype == np.float32
    assert ours.shape == wanted.shape
    np.testing.assert_allclose(ours, wanted, rtol=1e-5, atol=1e-7 * highest(fe))


@examples(150)
@given(fe=mel_front_ends(MEL_SCALES), shape=st.sampled_from(FILTER_SHAPES))
def test_filters_of_every_scale_and_shape_are_their_formula(fe: FrontEnd, shape: str) -> None:
    fe = fe.replace(filter_shape=shape, n_fft=fe.n_fft + fe.n_fft % 2)
    wanted = triangles(
        fe.sr,
        fe.n_fft,
        fe.n_mels,
        fe.fmin,
        fe.top_hz,
        fe.mel_scale,
        over=shape,
        area=fe.norm == "slaney",
    )
    np.testing.assert_allclose(mel_basis(fe), wanted, rtol=1e-5, atol=1e-7 * highest(fe))


def test_kaldis_scale_has_htks_edges_and_its_own_triangles() -> None:
    htk = FrontEnd(sr=16000, n_fft=512, n_mels=40, mel_scale="htk", norm=None)
    kaldi = htk.replace(mel_scale="kaldi")
    np.testing.assert_allclose(mel_edges(kaldi), mel_edges(htk), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(mel_basis(kaldi), mel_basis(htk), atol=1e-6)
    assert not np.allclose(mel_basis(kaldi.replace(filter_shape="mel")), mel_basis(htk), atol=1e-3)


def test_speechbrains_triangles_end_before_the_next_ones_peak() -> None:
    fe = FrontEnd(sr=16000, n_fft=1 << 16, n_mels=20, mel_scale="htk", norm=None)
    lopsided, symmetric = mel_basis(fe), mel_basis(fe.replace(filter_shape="left-width"))
    np.testing.assert_allclose(symmetric.max(axis=1), 1, atol=1e-2)
    assert (np.count_nonzero(symmetric, axis=1) < np.count_nonzero(lopsided, axis=1)).all()
    np.testing.assert_array_equal(symmetric.argmax(axis=1), lopsided.argmax(axis=1))


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


@pytest.mark.parametrize(
    ("name", "empty", "of_one_bin"),
    [
        ("torchaudio", [0, 3, 6, 13], 35),
        ("ast", [3], 24),
        ("beats", [3], 24),
        ("gemma4", [0], 25),
        ("gemma3n", [], 1),
        ("whisper-80", [], 3),
        ("whisper-128", [], 45),
        ("nemo-fastconformer-128", [], 25),
        ("efficientat", [], 13),
        ("seamless", [], 4),
        ("clap-fusion", [], 1),
        ("yamnet", [], 1),
        ("vocos", [], 1),
        *((name, [], 0) for name in ("live", "kaldi", "nemo", "panns-cnn14", "desed", "tacotron2")),
    ],
)
def test_dead_bands_and_those_of_one_bin_are_the_ones_the_models_have(
    name: str, empty: list[int], of_one_bin: int
) -> None:
    fe = frontend(name)
    assert empty_filters(fe) == empty
    assert len(one_bin_filters(fe)) == of_one_bin


def test_a_bin_on_a_corner_does_not_bring_a_dead_band_to_life() -> None:
    """Triangles of 62.5 Hz over bins 125 Hz apart: half of them meet bins at their corners only."""
    fe = FrontEnd(sr=8000, n_fft=64, n_mels=63, mel_scale="linear", norm=None)
    assert empty_filters(fe) == list(range(0, 63, 2))
    assert one_bin_filters(fe) == list(range(1, 63, 2))
    # The bin at 250 Hz is the right corner; in mel and back it lies 1e-14 of a filter inside.
    lone = FrontEnd(sr=8000, n_fft=64, n_mels=1, mel_scale="htk", fmin=125, fmax=250)
    assert empty_filters(lone) == [0]


def test_no_filter_reaches_past_fmin_or_fmax() -> None:
    fe = FrontEnd(sr=16000, n_fft=1024, n_mels=30, fmin=500, fmax=4000)
    used_hz = np.flatnonzero(mel_basis(fe).any(axis=0)) * fe.sr / fe.n_fft
    assert used_hz.min() > 500
    assert used_hz.max() < 4000
