"""The peak readout: random tones within a twentieth of a bin, and scipy's spectrum."""

import numpy as np
import pytest
import scipy.signal
from hypothesis import example, given
from hypothesis import strategies as st
from livemel.dsp.frame import frame_at
from livemel.dsp.frontend import WINDOWS
from livemel.dsp.models import frontend
from livemel.dsp.noise_floor import floor_powers
from livemel.dsp.peak import Peak, peak_near, spectrum_at
from livemel.dsp.spectrum import LogMelTransform
from livemel.errors import ParameterError

from tests.dsp.strategies import KINDS, SCIPY_WINDOWS, examples, noise

LIVE = frontend()
BIN_HZ = LIVE.sr / LIVE.n_fft
MIDDLE = 4000
T = np.arange(8000) / LIVE.sr


def tone(hz: float, amplitude: float = 0.5, phase: float = 0.0, sr: int = LIVE.sr) -> np.ndarray:
    return amplitude * np.cos(2 * np.pi * hz * np.arange(len(T)) / sr + phase)


def with_noise(y: np.ndarray, level: float, seed: int = 0) -> np.ndarray:
    """White noise of this standard deviation added; float32, as sound arrives."""
    return (y + level * np.random.default_rng(seed).standard_normal(len(y))).astype(np.float32)


def read(
    y: np.ndarray, near_hz: float, centre: float = MIDDLE, within: float | None = None
) -> Peak:
    peak = peak_near(y, centre, LIVE, near_hz, within)
    assert peak is not None
    return peak


# 40 dB, read two ways: tone to all noise from 0 to sr / 2, and tone to the noise in one bin of the
# spectrum, which is 28.3 dB more noise: 10 log10(n_fft / 3) with a Hann window.
BROADBAND, IN_A_BIN = 40.0, 40.0 - 10 * np.log10(LIVE.n_fft / 3)


@pytest.mark.parametrize(("snr_db", "limit"), [(BROADBAND, 0.001), (IN_A_BIN, 0.02)])
@pytest.mark.parametrize(("low", "high"), [(30, 60), (60, 240), (240, 2000), (2000, 20_000)])
def test_a_random_tone_forty_db_over_noise_is_read_within_a_twentieth_of_a_bin(
    low: float, high: float, snr_db: float, limit: float
) -> None:
    """p95 of 120 tones; `limit`, in bins, is what the method gives, far inside the twentieth."""
    rng = np.random.default_rng(int(low + high))
    off, sigmas = [], []
    for k in range(120):
        hz = float(np.exp(rng.uniform(np.log(low), np.log(high))))
        amplitude = 10 ** rng.uniform(-3, -0.1)
        y = tone(hz, amplitude, rng.uniform(0, 2 * np.pi))
        y = with_noise(y, amplitude * np.sqrt(0.5 / 10 ** (snr_db / 10)), seed=k)
        peak = read(y, hz + rng.uniform(-0.9, 0.9) * BIN_HZ, centre=rng.integers(2000, 6000))
        off.append(abs(peak.hz - hz) / BIN_HZ)
        sigmas.append((peak.hz - hz) / peak.error_hz)
        assert peak.level_db == pytest.approx(20 * np.log10(amplitude), abs=0.5)
    assert limit < 0.05
    assert np.percentile(off, 95) <= limit
    assert (
        0.7 < np.sqrt(np.mean(np.square(sigmas))) < 1.4
    )  # the error it states is the one it makes


def test_the_error_is_near_the_least_that_any_method_can_have() -> None:
    """Cramér and Rao's bound for 2048 samples without a window is 1 / 1.5 of the Hann's error."""
    y = with_noise(tone(3000), level := 0.5 * np.sqrt(0.5 / 10**4))
    n = LIVE.n_fft
    bound_hz = np.sqrt(24 * level**2 / (0.5**2 * n**3)) / (2 * np.pi) * LIVE.sr
    assert bound_hz < read(y, 3000).error_hz < 1.7 * bound_hz


@pytest.mark.parametrize("hz", [50.0, 60.0])
@pytest.mark.parametrize("harmonics", [1, 2, 8])
def test_hum_reads_its_own_frequency_beside_its_harmonics(hz: float, harmonics: int) -> None:
    """50 Hz and 100 Hz stand 2.1 bins apart: inside one main lobe of the window."""
    for phase in np.linspace(0, 6, 7):
        parts = [tone(hz * h, 0.3 * 0.7**h, phase * h**2) for h in range(1, harmonics + 1)]
        y = with_noise(np.sum(parts, axis=0) + 0.05, 1e-3)
        for h in range(1, min(harmonics, 3) + 1):
            peak = read(y, hz * h + 5)
            assert f"{peak.hz:.1f}" == f"{hz * h:.1f}"
            assert peak.level_db == pytest.approx(20 * np.log10(0.3 * 0.7**h), abs=0.05)


@examples(100)
@given(
    hz=st.floats(2 * BIN_HZ, LIVE.sr / 2 - 2 * BIN_HZ),
    phase=st.floats(0, 6.3),
    amplitude=st.floats(1e-5, 1),
    centre=st.floats(1100, 6900),
)
@example(hz=50.0, phase=0.0, amplitude=1.0, centre=4000.0)
def test_without_noise_frequency_and_level_are_exact(
    hz: float, phase: float, amplitude: float, centre: float
) -> None:
    peak = read(tone(hz, amplitude, phase), hz, centre)
    assert peak.hz == pytest.approx(hz, abs=1e-6)
    assert peak.level_db == pytest.approx(20 * np.log10(amplitude), abs=1e-6)


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("hz", [50.0, 1234.5, 23_900.0])
def test_every_window_reads_the_same_tone(window: str, hz: float) -> None:
    fe = LIVE.replace(window=window)
    peak = peak_near(with_noise(tone(hz), 1e-3), MIDDLE, fe, hz + 6)
    assert peak is not None
    assert peak.hz == pytest.approx(hz, abs=0.02)
    assert peak.level_db == pytest.approx(-6.02, abs=0.02)


@pytest.mark.parametrize("name", list(KINDS))
def test_every_kind_of_front_end_reads_a_tone(name: str) -> None:
    fe = KINDS[name]
    hz = fe.sr / 10.3
    peak = peak_near(with_noise(tone(hz, sr=fe.sr), 1e-3), MIDDLE, fe, hz + 20)
    assert peak is not None
    assert peak.hz == pytest.approx(hz, abs=6 * peak.error_hz)
    assert peak.level_db == pytest.approx(-6.02, abs=0.05)


def test_sixteen_bit_sound_reads_its_tone() -> None:
    y = (np.round(tone(50) * 32767) / 32768).astype(np.float32)
    assert read(y, 47).hz == pytest.approx(50, abs=1e-4)


def test_a_weak_tone_beside_a_strong_one_is_read_where_it_is_pointed_at() -> None:
    y = with_noise(tone(1000, 0.9) + tone(1100, 0.9e-3), 1e-5)
    assert read(y, 1100).hz == pytest.approx(1100, abs=0.05)
    assert read(y, 1100).level_db == pytest.approx(20 * np.log10(0.9e-3), abs=0.05)
    assert read(y, 1005).hz == pytest.approx(1000, abs=0.01)


def test_a_pointer_beside_a_tone_climbs_to_it_and_a_wider_reach_takes_the_strongest() -> None:
    y = with_noise(tone(1000, 0.01) + tone(1500, 0.5), 1e-5)
    assert read(y, 1000 + 1.5 * BIN_HZ).hz == pytest.approx(1000, abs=0.05)
    assert read(y, 1100, within=500).hz == pytest.approx(1500, abs=0.05)


def test_a_tone_is_read_where_the_sound_begins_and_where_it_ends() -> None:
    y = with_noise(tone(300), 1e-3)
    for centre in (0, 100, len(y) - 100, len(y)):
        assert read(y, 305, centre).hz == pytest.approx(300, abs=0.1)
        assert read(y, 305, centre).level_db == pytest.approx(-6.02, abs=0.1)


def test_the_stated_error_grows_where_the_tone_does_not_stand_still() -> None:
    glide = 0.5 * np.cos(2 * np.pi * (1000 * T + 10_000 * T**2))
    peak, steady = read(glide, 1000 + 20_000 * T[MIDDLE]), read(tone(2666), 2666)
    assert peak.error_hz > 1000 * steady.error_hz
    assert abs(peak.hz - 1000 - 20_000 * T[MIDDLE]) < BIN_HZ


def test_silence_has_no_peak_and_neither_has_a_constant() -> None:
    assert peak_near(np.zeros(4000, dtype=np.float32), 2000, LIVE, 440) is None
    assert peak_near(np.full(4000, 0.25, dtype=np.float32), 2000, LIVE, 440) is None


@examples(100)
@given(seed=st.integers(0, 1000), near_hz=st.floats(0, LIVE.sr / 2))
@example(seed=531, near_hz=0.0)  # a second fit beside the first, in the lowest bins
@example(seed=496, near_hz=0.0)
def test_a_peak_of_noise_stands_little_over_its_floor(seed: int, near_hz: float) -> None:
    peak = read(noise(4000, seed), near_hz, 2000)
    assert 0 < peak.hz < LIVE.sr / 2
    assert abs(peak.hz - near_hz) < 8 * BIN_HZ
    assert peak.over_floor_db < 20
    assert np.isfinite(peak.error_hz)


def test_over_the_floor_is_what_the_noise_in_a_bin_is_by_its_variance() -> None:
    level = 1e-3
    over = [read(with_noise(tone(hz), level, hz), hz).over_floor_db for hz in range(1000, 3000, 50)]
    # A sine's power over the variance of its bin: (A^2 / 4) (sum w)^2 / (level^2 sum w^2).
    wanted = 10 * np.log10(0.5**2 / 4 * 2048**2 / 4 / (level**2 * 2048 * 0.375))
    assert np.mean(over) == pytest.approx(wanted, abs=0.5)
    assert np.std(over) < 2


def test_tones_around_do_not_raise_the_floor() -> None:
    tones = np.sum([tone(1000 + 400 * k, 0.1) for k in range(-1, 2)], axis=0)
    busy, quiet = (
        np.mean(
            [floor_powers(frame_at(with_noise(y, 0.03, k), MIDDLE, LIVE), 1000) for k in range(9)]
        )
        for y in (tones, 0 * T)
    )
    assert quiet == pytest.approx(4 * 0.03**2 * 0.375 * 2048 / 1024**2, rel=0.2)
    assert busy == pytest.approx(quiet, rel=0.5)


@pytest.mark.parametrize("window", sorted(SCIPY_WINDOWS))
@pytest.mark.parametrize("padding", [1, 4])
def test_the_spectrum_is_scipys_periodogram(window: str, padding: int) -> None:
    fe = LIVE.replace(window=window)
    y = with_noise(tone(700), 0.01)
    ours = spectrum_at(y, MIDDLE, fe, padding)
    name, n_fft = SCIPY_WINDOWS[window], padding * fe.n_fft
    frame = y[MIDDLE - 1024 : MIDDLE + 1024]
    hz, power = scipy.signal.periodogram(
        frame, fe.sr, window=name, nfft=n_fft, detrend=False, scaling="spectrum"
    )
    np.testing.assert_allclose(ours.hz, hz)
    # A line of scipy's spectrum is a sine's mean square, half of its squared amplitude.
    db = 10 * np.log10(2 * power[1:-1])
    np.testing.assert_allclose(ours.level_db[1:-1], np.maximum(db, -200), atol=2e-3)


@pytest.mark.parametrize("name", list(KINDS))
def test_the_frame_is_the_columns_own(name: str) -> None:
    fe = KINDS[name].replace(normalise="none")
    y, k = noise(6000), 2
    centre = fe.first_centre + k * fe.hop_length
    start = k * fe.hop_length - fe.padding[0]
    bins = np.empty((fe.n_mels, 1), dtype=np.float32)
    padded = np.pad(y, 4000)[np.newaxis, start + 4000 : start + 4000 + fe.window_span]
    LogMelTransform(fe, 1)(padded, bins)
    frame = frame_at(y, centre, fe)
    # The same samples and window, or the powers that the filters add up would be others.
    seen = np.zeros((1, fe.window_span), dtype=np.float32)
    left = (fe.window_span - fe.frame_length) // 2
    seen[0, left : left + fe.frame_length] = frame.samples
    again = np.empty_like(bins)
    LogMelTransform(fe, 1)(seen, again)
    np.testing.assert_allclose(again, bins, atol=1e-3)


def test_what_is_pointed_at_must_be_there() -> None:
    y = noise(4000)
    with pytest.raises(ParameterError, match="near_hz=-1"):
        peak_near(y, 2000, LIVE, -1)
    with pytest.raises(ParameterError, match="near_hz=24001"):
        peak_near(y, 2000, LIVE, 24_001)
    with pytest.raises(ParameterError, match="centre=6000"):
        peak_near(y, 6000, LIVE, 440)
    y[2000] = np.nan
    with pytest.raises(ParameterError, match="no numbers"):
        peak_near(y, 2000, LIVE, 440)


def test_the_samples_read_are_not_changed() -> None:
    y = noise(4000)
    before = y.copy()
    y.flags.writeable = False
    peak_near(y, 2000, LIVE, 440)
    spectrum_at(y, 2000, LIVE)
    np.testing.assert_array_equal(y, before)
