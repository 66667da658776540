"""Steady tones: their frequency within its error, and nothing that is not one."""

import numpy as np
import pytest
from livemel.diagnosis import Diagnosis
from livemel.diagnosis.finding import Severity
from livemel.diagnosis.report import Harmonic, Hum, Tone
from livemel.diagnosis.spectra import Spectra
from livemel.diagnosis.tone import ToneDetector
from livemel.diagnosis.tone_families import by_harmonics, without_hum, without_mains

from tests.diagnosis.scenes import looked_at, scene, seconds_of, studio
from tests.dsp.strategies import noise

SR = 16_000


def tones_in(y: np.ndarray, sr: int = SR) -> ToneDetector:
    channels = y.shape[1] if y.ndim == 2 else 1
    detector = ToneDetector(sr, channels, Spectra(sr))
    looked_at(detector, y, sr)
    return detector


def tone(hz: float, se_hz: float = 0.001, dbfs: float = -40.0) -> Tone:
    return Tone(hz, se_hz, dbfs, 30.0, 0.0, 10.0)


def sine(hz: float, amplitude: float, n: int, sr: int = SR) -> np.ndarray:
    return amplitude * np.sin(2 * np.pi * hz * seconds_of(n, sr) + 1)


def test_frequencies_are_within_two_standard_errors_as_often_as_they_say() -> None:
    rng, sr = np.random.default_rng(1), 8_000
    n_fft, within, count = Spectra(sr).n, 0, 120
    for _ in range(count):
        n = round(rng.uniform(7, 15) * sr)
        # All over the spectrum, but not at the mains; 14 to 50 dB over the floor in a bin.
        hz, over_db = np.exp(rng.uniform(np.log(130), np.log(3900))), rng.uniform(14, 50)
        sigma = 0.01 * np.sqrt(n_fft / 6 * 10 ** (-over_db / 10))
        y = sine(hz, 0.01, n, sr) + sigma * rng.standard_normal(n)
        (found,) = tones_in(y, sr).tones()
        assert found.hz == pytest.approx(hz, abs=0.5)
        assert found.dbfs == pytest.approx(-40, abs=1)
        within += abs(found.hz - hz) <= 2 * found.se_hz
    # 95 % of 120 is 114; five standard deviations of that are 12.
    assert within >= 102


@pytest.mark.parametrize("name", ["speechlike", "birdsong"])
def test_a_monitors_whine_is_found_under_other_sound(name: str) -> None:
    y = scene(name, 15) + sine(15_625, 10 ** (-65 / 20), 15 * 48_000, 48_000)
    (finding,) = tones_in(y, 48_000).findings()
    assert finding.severity is Severity.WARN
    assert finding.text.startswith("Tone: 15625.0")
    assert finding.values["level_dbfs"] == pytest.approx(-65, abs=0.5)
    assert "line frequency" in finding.advice


def test_a_tone_in_the_middle_is_there_from_when_to_when() -> None:
    n = 24 * SR
    t = seconds_of(n, SR)
    (found,) = tones_in(noise(n, level=0.001) + sine(777, 0.01, n) * ((t > 7) & (t < 17))).tones()
    assert 7 <= found.start_s <= 9
    assert 15 <= found.end_s <= 17


@pytest.mark.parametrize("hz_per_min", [0.0, 1.0, 10.0])
def test_a_drift_is_told_and_nothing_drifts_that_does_not(hz_per_min: float) -> None:
    t = seconds_of(20 * SR, SR)
    y = 0.01 * np.sin(2 * np.pi * (3000 * t + hz_per_min / 120 * t**2))
    (found,) = tones_in(y + noise(len(t), level=0.001)).tones()
    assert found.drift_hz_per_min == pytest.approx(hz_per_min, abs=0.05)


def test_a_tone_that_wanders_is_known_no_better_than_it_wanders() -> None:
    t = seconds_of(30 * SR, SR)
    wander = 0.1 * np.cos(2 * np.pi * t / 7)  # Hz
    y = 0.01 * np.sin(2 * np.pi * (3000 * t + np.cumsum(wander) / SR))
    (found,) = tones_in(y + noise(len(t), level=0.001)).tones()
    assert found.se_hz > 0.005
    assert abs(found.hz - 3000) < 3 * found.se_hz


def test_harmonics_are_told_with_their_tone() -> None:
    n = 8 * SR
    y = sum(sine(997 * k, 0.01 / k, n) for k in (1, 2, 3)) + noise(n, level=0.001)
    (finding,) = tones_in(y).findings()
    assert finding.values["harmonics"] == 2
    assert finding.lines_hz == pytest.approx((997, 1994, 2991), abs=0.1)


def test_a_tone_in_one_channel_is_that_channels_and_one_in_both_is_nobodys() -> None:
    n = 8 * SR
    left = noise(n, 1, 0.001) + sine(1000, 0.002, n)
    right = noise(n, 2, 0.001) + sine(1000, 0.001, n) + sine(2200, 0.001, n)
    found = tones_in(np.stack([left, right], axis=1)).tones()
    assert [(round(t.hz), t.channel) for t in found] == [(1000, None), (2200, 2)]
    assert found[0].dbfs == pytest.approx(-54, abs=0.5)


def test_a_faint_tone_is_a_note_and_one_in_the_noise_is_none() -> None:
    n = 8 * SR
    # White noise of -60 dB FS leaves -90 dB in a bin; a critical band at 3 kHz takes 21 dB more.
    (finding,) = tones_in(noise(n, level=0.001) + sine(3000, 10 ** (-76 / 20), n)).findings()
    assert finding.severity is Severity.NOTE
    assert tones_in(noise(n, level=0.001) + sine(3000, 10 ** (-88 / 20), n)).findings() == []


def test_what_changes_its_pitch_or_its_level_is_no_steady_tone() -> None:
    n = 12 * SR
    t = seconds_of(n, SR)
    notes = sine(440, 0.1, n) * (t % 4 < 2.2) + sine(550, 0.1, n) * (t % 4 > 2)
    sweep = 0.1 * np.sin(2 * np.pi * (500 * t + 20 * t**2))
    swells = sine(777, 0.1, n) * (1 + 0.6 * np.sin(2 * np.pi * t))
    for y in (notes, sweep, swells):
        assert tones_in(y + noise(n, level=0.001)).tones() == ()


def test_a_hole_does_not_end_a_tone() -> None:
    diagnosis, y = Diagnosis(SR), (noise(16 * SR, level=0.001) + sine(777, 0.01, 16 * SR))
    diagnosis.push(y[: 8 * SR].astype(np.float32))
    diagnosis.push_gap(1000)
    diagnosis.push(y[8 * SR + 1000 :].astype(np.float32))
    (found,) = diagnosis.report().tones
    assert found.end_s - found.start_s > 14


@pytest.mark.parametrize("f0_hz", [49.97, 60.02])
def test_multiples_of_the_mains_are_left_to_the_hum(f0_hz: float) -> None:
    n = 10 * SR
    y = sum(sine(k * f0_hz, 0.01 / k, n) for k in (1, 2, 3, 5, 7, 9, 11, 20))
    found = tones_in(y + sine(1003.3, 0.005, n) + noise(n, level=0.001)).tones()
    assert [round(t.hz, 1) for t in found] == [1003.3]


def test_without_a_series_a_multiple_of_the_mains_is_a_tone() -> None:
    assert [t.hz for t in without_mains([tone(1000.0), tone(1750.0)])] == [1000.0, 1750.0]
    assert without_mains([tone(100.0), tone(1000.0)]) == ()


def test_a_known_hums_harmonics_are_taken_out_and_nothing_else() -> None:
    hum = Hum(True, 50.0, 50.01, 0.001, harmonics=(Harmonic(3, 150.03, -50.0, 30.0),))
    tones = (tone(150.03), tone(500.1), tone(505.0), tone(15_625.0))
    assert [t.hz for t in without_hum(tones, hum)] == [505.0, 15_625.0]
    assert without_hum(tones, Hum()) == tones


def test_a_buzz_has_multiples_however_high() -> None:
    known = tuple(Harmonic(n, 50.0 * n, -60.0, 30.0) for n in range(2, 62, 2))
    buzz = Hum(True, 50.0, 50.0, 0.0001, kind="buzz", harmonics=known)
    tones = (tone(13_450.0, dbfs=-98.0), tone(13_500.0, dbfs=-20.0), tone(15_625.0, dbfs=-98.0))
    assert [t.hz for t in without_hum(tones, buzz)] == [13_500.0, 15_625.0]


def test_nothing_is_said_with_minus_zero() -> None:
    n = 12 * SR
    (found,) = tones_in(sine(997.0, 0.9999, n) + 1e-6 * noise(n)).findings()
    assert " 0.0 dB FS" in found.text
    assert "drifting" not in found.text


def test_only_weaker_multiples_are_harmonics() -> None:
    groups = by_harmonics([tone(1000, dbfs=-50), tone(2000, dbfs=-60), tone(3000, dbfs=-20)])
    assert [[t.hz for t in group] for group in groups] == [[1000, 2000], [3000]]


def test_a_studio_has_no_tones() -> None:
    assert tones_in(studio(15), 48_000).tones() == ()
