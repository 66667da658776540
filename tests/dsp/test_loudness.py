"""Levels and momentary loudness: the standard's numbers, EBU's test signals, pyloudnorm."""

import numpy as np
import pyloudnorm
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.dsp.loudness import channel_levels, k_weighting, samples_needed

from tests.dsp.strategies import examples

SR = 48_000


def sine(level_db: float, seconds: float = 1.0, hz: float = 1000.0, sr: int = SR) -> np.ndarray:
    """One channel: shape (n, 1)."""
    t = np.arange(round(seconds * sr)) / sr
    return (10 ** (level_db / 20) * np.sin(2 * np.pi * hz * t)).astype(np.float32)[:, np.newaxis]


def test_the_filter_has_the_coefficients_that_bs_1770_prints() -> None:
    shelf, high_pass = k_weighting(SR)
    printed = [1.53512485958697, -2.69169618940638, 1.19839281085285]
    np.testing.assert_allclose(shelf[0], printed, atol=1e-9)
    np.testing.assert_allclose(shelf[1], [1, -1.69065929318241, 0.73248077421585], atol=1e-9)
    np.testing.assert_allclose(high_pass[0], [1, -2, 1])
    np.testing.assert_allclose(high_pass[1], [1, -1.99004745483398, 0.99007225036621], atol=1e-9)


@pytest.mark.parametrize("level_db", [-23.0, -33.0])
@pytest.mark.parametrize("sr", [44_100, 48_000, 96_000, 192_000])
def test_ebus_stereo_sine_reads_its_level(level_db: float, sr: int) -> None:
    """EBU Tech 3341, signals 1 and 2, within the 0.1 LU that it allows."""
    one = sine(level_db, sr=sr)
    stereo = np.concatenate([one, one], axis=1)
    levels = channel_levels(stereo, sr)
    assert levels.all_lufs == pytest.approx(level_db, abs=0.1)
    np.testing.assert_allclose(levels.lufs, level_db - 3.01, atol=0.1)


@pytest.mark.parametrize("start", range(20))
def test_ebus_bursts_of_400_ms_reach_their_level_wherever_they_begin(start: int) -> None:
    """EBU Tech 3341, signal 13: segments of 1 kHz, 400 ms at -23 dB FS; the maximum is -23."""
    begin = round(0.005 * start * SR)
    burst = np.concatenate([np.zeros((begin + SR, 1), np.float32), sine(-23.0, 0.4)])
    stereo = np.repeat(burst, 2, axis=1)
    assert channel_levels(stereo, SR).all_lufs == pytest.approx(-23.0, abs=0.1)


@examples(30)
@given(
    sr=st.sampled_from([16_000, 44_100, 48_000, 96_000]),
    channels=st.integers(1, 3),
    seed=st.integers(0, 99),
)
def test_pyloudnorm_reads_the_same(sr: int, channels: int, seed: int) -> None:
    n = samples_needed(sr)
    rng = np.random.default_rng(seed)
    tones = np.sin(2 * np.pi * rng.uniform(30, 0.4 * sr) * np.arange(n) / sr)
    sound = (0.1 * rng.standard_normal((n, channels)) + 0.2 * tones[:, np.newaxis]).astype("f4")
    meter = pyloudnorm.Meter(sr, filter_class="DeMan")  # its other one has BS.1770's at no rate
    # Silence first, as both take it to be before the first sample, so that the last block is ours.
    window = round(0.4 * sr)
    blocks = -(-n // (window // 4)) + 3
    padded = np.zeros((blocks * (window // 4), channels))
    padded[-n:] = sound
    meter.integrated_loudness(padded)
    assert channel_levels(sound, sr).all_lufs == pytest.approx(
        meter.blockwise_loudness[-1], abs=0.002
    )


def test_peak_rms_and_crest_are_of_the_last_400_ms_of_each_channel() -> None:
    loud, quiet = sine(0.0, 2.0), sine(-20.0, 2.0)
    loud[: -round(0.4 * SR)] = 1.0
    levels = channel_levels(np.concatenate([loud, quiet], axis=1), SR)
    np.testing.assert_allclose(levels.peak_db, [0, -20], atol=0.01)
    np.testing.assert_allclose(levels.rms_db, [-3.01, -23.01], atol=0.01)
    np.testing.assert_allclose(levels.crest_db, 3.01, atol=0.01)


def test_what_came_before_the_first_sample_was_silence() -> None:
    short = sine(-20.0, 0.2)
    assert channel_levels(short, SR).rms_db[0] == pytest.approx(-26.02, abs=0.01)


def test_silence_and_what_is_no_number_read_as_such() -> None:
    sound = np.zeros((SR, 3), dtype=np.float32)
    sound[:1000, 1] = 1.0  # long past
    sound[-5, 2] = np.nan
    levels = channel_levels(sound, SR)
    for values in (levels.peak_db, levels.rms_db, levels.lufs):
        assert list(values[:2]) == [-np.inf, -np.inf]
        assert np.isnan(values[2])
    assert np.isnan(levels.crest_db).all()
    assert channel_levels(sound[:, :2], SR).all_lufs == -np.inf
