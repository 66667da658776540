"""The band filter: what is in the band comes out where it was, and what is not does not."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.dsp.band_filter import BandFilter
from scipy import signal

from tests.dsp.strategies import noise

SR = 16_000


def response(band: BandFilter, hz: np.ndarray) -> np.ndarray:
    """In dB, of what comes out of an impulse, by scipy's freqz."""
    impulse = np.zeros((4 * band.margin + 1, 1), np.float32)
    impulse[2 * band.margin] = 1
    _, h = signal.freqz(band(impulse)[:, 0], worN=hz, fs=SR)
    return 20 * np.log10(np.abs(h) + 1e-9)


@given(low=st.floats(60, 3000), width=st.floats(150, 4000))
def test_the_band_passes_and_60_db_are_taken_from_the_rest(low: float, width: float) -> None:
    band, high = BandFilter(low, low + width, SR), low + width
    hz = np.linspace(0, SR / 2, 4001)
    db = response(band, hz)
    inside = (hz > low + 30) & (hz < high - 30)
    outside = (hz < low - 30) | (hz > high + 30)
    assert np.abs(db[inside]).max() < 0.1
    assert db[outside].max() < -58
    edges = response(band, np.array([low, high]))
    np.testing.assert_allclose(edges, -6, atol=0.3)


def test_nothing_is_delayed() -> None:
    t = np.arange(SR) / SR
    inside, outside = (np.sin(2 * np.pi * hz * t).astype(np.float32) for hz in (1000, 3000))
    band = BandFilter(500, 2000, SR)
    heard = band((inside + outside)[:, np.newaxis])[:, 0]
    np.testing.assert_allclose(heard, inside[band.margin : -band.margin], atol=2e-3)


@pytest.mark.parametrize("edges", [(0.0, 8000.0), (-5.0, 9000.0), (float("nan"), float("nan"))])
def test_where_nothing_is_to_be_cut_off_the_sound_is_untouched(edges: tuple[float, float]) -> None:
    y = noise(3000).reshape(-1, 2)
    band = BandFilter(*edges, SR)
    assert band.margin == 0
    np.testing.assert_array_equal(band(y), y)


@given(cuts=st.lists(st.integers(1, 999), max_size=5))
def test_any_blocks_give_the_same_sound(cuts: list[int]) -> None:
    band = BandFilter(300, 2500, SR)
    m, y = band.margin, noise(2 * (1000 + 2 * 4000)).reshape(-1, 2)
    y = y[: 1000 + 2 * m]
    at = [0, *sorted(set(cuts)), 1000]
    parts = [band(y[a : b + 2 * m]) for a, b in pairwise(at)]
    np.testing.assert_allclose(np.concatenate(parts), band(y), atol=1e-5)


@pytest.mark.parametrize("edges", [(7990.0, 8000.0), (9000.0, 12000.0), (100.0, 100.0), (0.0, 1.0)])
def test_a_band_at_the_end_or_of_no_width_is_no_mistake(edges: tuple[float, float]) -> None:
    band = BandFilter(*edges, SR)
    y = noise(2 * band.margin + 100)[:, np.newaxis]
    heard = band(y)
    assert heard.shape == (len(y) - 2 * band.margin, 1)
    assert np.isfinite(heard).all()
