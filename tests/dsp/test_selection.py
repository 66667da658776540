"""Boxes: librosa's mel powers, Parseval's mean square, librosa's centroid."""

import librosa
import numpy as np
import pytest
import scipy.signal
from hypothesis import given
from hypothesis import strategies as st
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.mel import mel_edges
from livemel.dsp.models import frontend
from livemel.dsp.selection import Between, bands_within, between, column_power, read_box
from livemel.dsp.stream import log_mel
from livemel.dsp.weighting import LevelScale
from livemel.errors import ParameterError

from tests.dsp.strategies import SPEECH, examples, librosa_mel, noise

LIVE = frontend()
ALL = range(LIVE.n_mels)


@pytest.mark.parametrize("log", ["db", "db-amplitude", "ln", "log10", "none"])
@pytest.mark.parametrize("norm", ["slaney", None])
@pytest.mark.parametrize("floor_kind", ["clamp", "add"])
def test_columns_give_back_librosas_mel_powers(log: str, norm: str | None, floor_kind: str) -> None:
    fe = LIVE.replace(log=log, norm=norm, floor_kind=floor_kind, ref=2.0)
    y = noise(8000)
    powers = column_power(log_mel(y, fe), fe)
    np.testing.assert_allclose(powers, librosa_mel(y, fe), rtol=1e-4)


@examples(40)
@given(level=st.floats(1e-4, 0.3), seed=st.integers(0, 99), norm=st.sampled_from(("slaney", None)))
def test_the_level_of_all_bands_is_the_sounds_rms(
    level: float, seed: int, norm: str | None
) -> None:
    """But for what lies under the first and over the last band's centre, and the window's ends."""
    y = noise(48_000, seed, level)
    fe = LIVE.replace(norm=norm)
    reading = read_box(log_mel(y, fe), fe, ALL)
    rms_db = 10 * np.log10(np.mean(np.square(y, dtype=np.float64)))
    assert reading.level_db == pytest.approx(rms_db, abs=0.25)


@pytest.mark.parametrize("fe", [LIVE, SPEECH, SPEECH.replace(log="ln", scale=2.0**15)])
def test_a_sine_reads_three_db_under_its_amplitude_and_its_own_frequency(fe: FrontEnd) -> None:
    y = 0.5 * np.sin(2 * np.pi * 1500 / fe.sr * np.arange(fe.sr)).astype(np.float32)
    reading = read_box(log_mel(y, fe), fe, bands_within(fe, 1000, 2000))
    assert reading.level_db == pytest.approx(-6.02 - 3.01, abs=0.03)
    width = np.diff(mel_edges(fe)[reading.peak_band : reading.peak_band + 3]).max()
    assert abs(reading.centroid_hz - 1500) < width
    assert abs(reading.peak_hz - 1500) < width


def test_a_box_holds_the_power_of_its_band_of_noise() -> None:
    y = noise(96_000)
    reading = read_box(log_mel(y, LIVE), LIVE, bands_within(LIVE, 2000, 6000))
    hz, density = scipy.signal.welch(y.astype(np.float64), LIVE.sr, nperseg=2048)
    wanted = np.trapezoid(density[(hz >= 2000) & (hz <= 6000)], dx=hz[1])
    assert reading.level_db == pytest.approx(10 * np.log10(wanted), abs=0.2)


@examples(50)
@given(low=st.floats(0, 20_000), width=st.floats(0, 10_000), seed=st.integers(0, 99))
def test_the_centroid_is_librosas_over_the_bands_powers(
    low: float, width: float, seed: int
) -> None:
    columns = log_mel(noise(6000, seed), LIVE)
    bands = bands_within(LIVE, low, low + width)
    edges = mel_edges(LIVE)
    powers = 10 ** (columns.astype(np.float64) / 10) * (edges[2:] - edges[:-2])[:, np.newaxis]
    box = powers[bands.start : bands.stop].mean(axis=1, keepdims=True)
    centres = edges[1:-1][bands.start : bands.stop]
    wanted = librosa.feature.spectral_centroid(S=box, freq=centres)
    reading = read_box(columns, LIVE, bands)
    assert reading.centroid_hz == pytest.approx(float(wanted[0, 0]), rel=1e-9)


@examples(50)
@given(seed=st.integers(0, 99), start=st.integers(0, 100), length=st.integers(1, 28))
def test_the_peak_is_the_highest_value_in_the_box(seed: int, start: int, length: int) -> None:
    columns = log_mel(noise(6000, seed), LIVE)
    reading = read_box(columns, LIVE, range(start, start + length))
    assert reading.peak_db == columns[start : start + length].max()
    assert columns[reading.peak_band, reading.peak_column] == np.float32(reading.peak_db)
    assert reading.peak_hz == mel_edges(LIVE)[reading.peak_band + 1]


def test_a_scale_weights_the_level_and_moves_its_reference() -> None:
    y = 0.5 * np.sin(2 * np.pi * 100 / LIVE.sr * np.arange(48_000)).astype(np.float32)
    columns, bands = log_mel(y, LIVE), bands_within(LIVE, 80, 120)
    plain = read_box(columns, LIVE, bands).level_db
    # One band's width off, where the A curve rises by 12 dB an octave.
    assert read_box(columns, LIVE, bands, LevelScale("A")).level_db == pytest.approx(
        plain - 19.1, abs=1.5
    )
    spl = read_box(columns, LIVE, bands, LevelScale("Z", 120.0)).level_db
    assert spl == pytest.approx(plain + 3.0103 + 120, abs=1e-4)  # a full-scale sine reads 120


def test_silence_reads_as_its_floor() -> None:
    reading = read_box(np.full((128, 5), -np.inf, dtype=np.float32), LIVE, ALL)
    assert reading.level_db == -200
    assert np.isnan(reading.centroid_hz)
    quiet = read_box(log_mel(np.zeros(9600, dtype=np.float32), LIVE), LIVE, ALL)
    assert -200 < quiet.level_db < -100


@examples(100)
@given(low=st.floats(0, 24_000), high=st.floats(0, 24_000))
def test_bands_within_are_those_whose_centres_lie_there_or_the_nearest(
    low: float, high: float
) -> None:
    centres = mel_edges(LIVE)[1:-1]
    bands = bands_within(LIVE, low, high)
    inside = np.flatnonzero((centres >= min(low, high)) & (centres <= max(low, high)))
    if len(inside):
        np.testing.assert_array_equal(np.array(bands), inside)
    else:
        assert list(bands) == [np.abs(centres - (low + high) / 2).argmin()]


def test_between_two_cursors_lie_their_differences_and_a_repetition_rate() -> None:
    assert between((1.0, 100.0, -20.0), (1.02, 400.0, -26.0)) == Between(
        pytest.approx(0.02), 300.0, -6.0, pytest.approx(50.0)
    )
    assert between((2.0, 400.0, -20.0), (1.5, 100.0, None)) == Between(-0.5, -300.0, None, 2.0)
    assert between((1.0, 1.0, 1.0), (1.0, 1.0, 1.0)).per_second is None


def test_boxes_that_cannot_be_read_are_named() -> None:
    columns = log_mel(noise(6000), LIVE)
    for bad, match in (
        ((columns[:, :0], LIVE, ALL), "0 columns"),
        ((columns, LIVE, range(5, 5)), "0 bands"),
        ((columns, LIVE, range(100, 129)), "100 to 129"),
        ((columns, LIVE.replace(power=1), ALL), "power=1"),
        ((columns, LIVE.replace(statistic="max", normalise="running"), ALL), "'running'"),
    ):
        with pytest.raises(ParameterError, match=match):
            read_box(*bad)
