"""Band limit: walls where resamplers and coders leave them, and none where sound just ends."""

import numpy as np
import pytest
import soxr
from livemel.diagnosis.band_limit import BandLimitDetector
from livemel.diagnosis.finding import Severity
from livemel.diagnosis.spectra import Spectra

from tests.diagnosis.scenes import coded, looked_at, scene, seconds_of, studio, to_16_bit
from tests.dsp.strategies import noise

SR = 48_000


def band_of(y: np.ndarray, sr: int = SR) -> BandLimitDetector:
    channels = y.shape[1] if y.ndim == 2 else 1
    detector = BandLimitDetector(sr, channels, Spectra(sr))
    looked_at(detector, y, sr)
    return detector


def from_rate(sr: int, name: str = "speechlike", seconds: float = 8) -> np.ndarray:
    return soxr.resample(scene(name, seconds, sr), sr, SR)


@pytest.mark.parametrize("name", ["speechlike", "birdsong", "bearing"])
@pytest.mark.parametrize("sr", [8_000, 16_000, 24_000])
def test_resampled_sound_ends_at_its_old_half_rate(name: str, sr: int) -> None:
    detector = band_of(to_16_bit(from_rate(sr, name)))
    (finding,) = detector.findings()
    assert finding.severity is Severity.WARN
    # soxr's own filter begins at 0.91 of it.
    assert 0.89 * sr / 2 <= finding.values["bandwidth_hz"] <= 1.02 * sr / 2
    assert detector.figures()["bandwidth_hz"] == finding.values["bandwidth_hz"]


@pytest.mark.parametrize(
    ("container", "codec", "level", "low_hz", "high_hz"),
    [
        ("MP3", "MPEG_LAYER_III", 0.1, 19_000, 19_800),
        ("MP3", "MPEG_LAYER_III", 0.3, 17_800, 18_400),
        ("OGG", "VORBIS", 0.9, 15_800, 17_200),
    ],
)
def test_a_coders_shelf_is_a_note(
    container: str, codec: str, level: float, low_hz: float, high_hz: float
) -> None:
    y = coded(scene("speechlike", 8, 44_100), 44_100, container, codec, level)
    (finding,) = band_of(y, 44_100).findings()
    assert finding.severity is Severity.NOTE
    assert low_hz < finding.values["bandwidth_hz"] < high_hz


def test_a_headset_in_one_channel_is_that_channels() -> None:
    y = np.stack([scene("speechlike", 8), from_rate(16_000)[: 8 * SR]], axis=1)
    (finding,) = band_of(y).findings()
    assert finding.channel == 2
    assert finding.text.startswith("Nothing above 7.9 kHz, though the rate has room up to 24 kHz:")


def test_a_wall_is_found_above_rounding_that_was_amplified_and_in_added_noise() -> None:
    quiet = 4 * to_16_bit(0.05 * from_rate(16_000))
    noisy = from_rate(16_000) + noise(8 * SR, level=1e-4)
    for y in (quiet, noisy):
        (finding,) = band_of(y).findings()
        assert finding.values["bandwidth_hz"] == pytest.approx(7_800, abs=200)


@pytest.mark.parametrize("octave_db", [6, 12, 24, 36])
def test_sound_that_falls_into_the_rounding_has_a_bandwidth_and_no_wall(octave_db: int) -> None:
    n = 8 * SR
    hz = np.fft.rfftfreq(n, 1 / SR)
    shape = 1 / np.sqrt(1 + (hz / 2000) ** (octave_db / 3.01))
    detector = band_of(to_16_bit(np.fft.irfft(np.fft.rfft(noise(n, level=0.3)) * shape, n)))
    assert detector.findings() == []
    assert detector.figures()["bandwidth_hz"] >= 9_000


def test_a_sweep_that_ends_below_half_the_rate_is_no_wall() -> None:
    detector = band_of(scene("chirp", 12))
    assert detector.findings() == []
    assert detector.figures()["bandwidth_hz"] == SR / 2


def test_a_pure_tone_is_no_band() -> None:
    y = 0.1 * np.sin(2 * np.pi * 5000 * seconds_of(6 * SR))
    assert band_of(y).findings() == []


def test_where_a_chords_harmonics_or_a_resonance_end_is_no_wall() -> None:
    t, rng = seconds_of(8 * SR), np.random.default_rng(0)
    room = 2e-4 * rng.standard_normal(len(t))
    chord = sum(
        np.sin(2 * np.pi * hz * k * t) / k**1.5
        for hz in (65.41, 130.81, 196.0, 261.63)
        for k in range(1, 9)
    )
    tick = np.sin(2 * np.pi * 1800 * (t % 0.5)) * np.exp(-(t % 0.5) / 0.004)
    assert band_of(0.1 * chord + room).findings() == []
    assert band_of(to_16_bit(0.5 * tick)).findings() == []


def test_of_silence_no_bandwidth_is_known() -> None:
    assert band_of(np.zeros(6 * SR)).figures() == {"bandwidth_hz": None}


def test_a_studio_has_no_wall() -> None:
    detector = band_of(studio(12))
    assert detector.findings() == []
    assert detector.figures()["bandwidth_hz"] == SR / 2
