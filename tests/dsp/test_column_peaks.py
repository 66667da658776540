"""The highest peaks of a column, against scipy's, and their frequencies, against known tones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.dsp.column_peaks import between_bins, highest_peaks
from livemel.dsp.models import frontend
from livemel.dsp.peak import spectrum_at
from scipy.signal import find_peaks

from tests.dsp.strategies import examples

FE = frontend()


@examples(100)
@given(n=st.integers(3, 200), prominence=st.floats(0.1, 30), seed=st.integers(0, 999))
def test_peaks_that_stand_out_are_those_that_scipy_finds(
    n: int, prominence: float, seed: int
) -> None:
    values = 20 * np.random.default_rng(seed).standard_normal(n)
    theirs, _ = find_peaks(values, prominence=prominence)
    ours = highest_peaks(values, n, apart=1, prominence=prominence)
    inside = [at for at in ours if 0 < at < n - 1]  # at the ends scipy knows no peaks
    assert sorted(inside) == list(theirs)
    assert ours == sorted(ours, key=lambda at: -values[at])


def test_no_more_than_wanted_and_none_beside_a_higher_one() -> None:
    values = np.zeros(60)
    values[[10, 13, 30, 50]] = [40, 39, 30, 20]
    assert highest_peaks(values, 2, apart=5, prominence=10) == [10, 30]
    assert highest_peaks(values, 9, apart=5, prominence=10) == [10, 30, 50]
    assert highest_peaks(values, 9, apart=5, prominence=25) == [10, 30]
    assert highest_peaks(np.zeros(20), 5, apart=1, prominence=1) == []


def test_noise_has_hardly_a_peak_that_is_far_above_its_median() -> None:
    powers = np.random.default_rng(0).exponential(size=(200, 128))
    columns = 10 * np.log10(powers)
    limits = {"apart": 3, "prominence": 12.0}
    plain = [highest_peaks(column, 5, **limits) for column in columns]
    clear = [highest_peaks(column, 5, **limits, over_median=12.0) for column in columns]
    assert sum(map(bool, plain)) > 150
    assert sum(map(bool, clear)) < 15
    columns[:, 60] = 25.0  # a tone
    assert all(highest_peaks(column, 5, **limits, over_median=12.0)[0] == 60 for column in columns)


@examples(40)
@given(hz=st.floats(200, 20_000))
def test_a_tone_is_found_between_the_bins_to_a_tenth_of_one(hz: float) -> None:
    t = np.arange(4096) / FE.sr
    spectrum = spectrum_at(0.5 * np.sin(2 * np.pi * hz * t), 2048, FE, padding=2)
    found = between_bins(spectrum, hz - 60, hz + 70)
    assert found == pytest.approx(hz, abs=0.1 * FE.sr / FE.n_fft)


def test_where_nothing_is_there_is_no_frequency() -> None:
    spectrum = spectrum_at(np.zeros(4096), 2048, FE)
    assert between_bins(spectrum, 100, 500) is None
    assert between_bins(spectrum, 1001, 1002) is None
