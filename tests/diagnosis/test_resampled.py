"""Resampled: repeated samples and straight lines, and nothing that only looks like them."""

import numpy as np
import pytest
import soxr
from livemel.diagnosis.resampled import ResampledDetector

from tests.diagnosis.scenes import looked_at, scene, seconds_of, studio, to_16_bit
from tests.dsp.strategies import noise

SR = 48_000
RATES = [(8_000, 48_000), (24_000, 48_000), (22_050, 48_000), (16_000, 44_100)]


def found_in(y: np.ndarray, sr: int = SR) -> ResampledDetector:
    detector = ResampledDetector(sr, y.shape[1] if y.ndim == 2 else 1)
    looked_at(detector, y, sr)
    return detector


def repeated(y: np.ndarray, old: int, new: int) -> np.ndarray:
    return y[np.arange(len(y) * new // old) * old // new]


def joined(y: np.ndarray, old: int, new: int) -> np.ndarray:
    return np.interp(np.arange(len(y) * new // old) * old / new, np.arange(len(y)), y)


@pytest.mark.parametrize(("old", "new"), [*RATES, (44_100, 48_000)])
@pytest.mark.parametrize("bits", [16, 24])
def test_repeated_samples_are_found_and_their_true_rate(old: int, new: int, bits: int) -> None:
    y = repeated(scene("vowels", 5, old), old, new)
    (finding,) = found_in(to_16_bit(y) if bits == 16 else y, new).findings()
    assert finding.values["kind"] == "repeated"
    assert finding.values["true_rate_hz"] == old
    assert finding.lines_hz == (old / 2,)


@pytest.mark.parametrize(("old", "new"), [(44_100, 48_000), (32_000, 44_100)])
@pytest.mark.parametrize("name", ["speechlike", "birdsong"])
def test_straight_lines_to_a_rate_only_a_little_higher_are_found(
    old: int, new: int, name: str
) -> None:
    (finding,) = found_in(to_16_bit(joined(scene(name, 15, old), old, new)), new).findings()
    assert finding.values["kind"] == "linear"
    assert finding.values["true_rate_hz"] == old


@pytest.mark.parametrize("hz", [975.0, 1300.0, 1950.0, 3900.0])
def test_a_tone_in_the_rhythm_of_another_rate_is_only_a_tone(hz: float) -> None:
    # 48 kHz less 44.1 kHz is 3.9 kHz.
    y = 0.1 * np.sin(2 * np.pi * hz * seconds_of(12 * SR)) + noise(12 * SR, level=1e-4)
    assert found_in(y).findings() == []


@pytest.mark.parametrize(("old", "new"), RATES)
@pytest.mark.parametrize("bits", [16, 24])
def test_straight_lines_are_found_and_the_true_rate(old: int, new: int, bits: int) -> None:
    y = joined(scene("vowels", 8, old), old, new)
    (finding,) = found_in(to_16_bit(y) if bits == 16 else y, new).findings()
    assert finding.values["kind"] == "linear"
    assert finding.values["true_rate_hz"] == old


def test_one_channel_is_named() -> None:
    y = repeated(scene("vowels", 5, 24_000), 24_000, SR)
    (finding,) = found_in(np.stack([scene("vowels", 5), y], axis=1)).findings()
    assert finding.channel == 2


@pytest.mark.parametrize("old", [8_000, 16_000, 24_000, 44_100])
def test_sound_that_was_resampled_with_a_filter_is_none(old: int) -> None:
    y = soxr.resample(scene("vowels", 5, old), old, SR)
    assert found_in(y).findings() == []
    assert found_in(to_16_bit(y)).findings() == []


@pytest.mark.parametrize("step", [2.0**-15, 2.0**-7])
@pytest.mark.parametrize("name", ["speechlike", "clipping", "dropouts", "silence"])
def test_coarse_steps_and_silence_repeat_samples_by_chance(name: str, step: float) -> None:
    assert found_in(np.round(scene(name, 6) / step) * step).findings() == []


@pytest.mark.parametrize("hz", [440.0, 441.3, 1000.0, 3000.0, 12_000.0])
def test_waves_of_straight_lines_and_few_values_are_what_they_are(hz: float) -> None:
    x = hz * seconds_of(4 * SR)
    saw, sine = 2 * (x % 1) - 1, np.sin(2 * np.pi * x)
    for wave in (saw, np.abs(saw), np.sign(sine), sine):
        for y in (0.3 * wave, to_16_bit(0.3 * wave), to_16_bit(0.003 * wave)):
            assert found_in(y).findings() == []


def test_a_studio_is_at_its_own_rate() -> None:
    assert found_in(studio(6)).findings() == []
