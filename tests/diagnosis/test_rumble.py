"""Rumble: wind and hands, not bass, steps, shafts or hum."""

import numpy as np
import pytest
from livemel.diagnosis.finding import Severity
from livemel.diagnosis.rumble import RumbleDetector

from tests.diagnosis.scenes import falling_noise, gusts, looked_at, scene, seconds_of, studio
from tests.dsp.strategies import noise

SR = 16_000


def rumble_in(y: np.ndarray, sr: int = SR) -> RumbleDetector:
    detector = RumbleDetector(sr, y.shape[1] if y.ndim == 2 else 1)
    looked_at(detector, y, sr)
    return detector


def wind(seconds: float, dbfs: float, seed: int = 0, sr: int = SR) -> np.ndarray:
    n, rng = round(seconds * sr), np.random.default_rng(seed)
    y = falling_noise(n, sr, rng) * gusts(n, sr, rng)
    return y * 10 ** (dbfs / 20) / np.std(y)


@pytest.mark.parametrize("seed", range(4))
def test_wind_is_found_under_speech(seed: int) -> None:
    blown = wind(20, -20, seed)
    (finding,) = rumble_in(blown + scene("speechlike", 20, SR)).findings()
    assert finding.severity is Severity.WARN
    loudest = 10 * np.log10((blown.reshape(-1, SR // 2) ** 2).mean(axis=1).max())
    assert finding.values["loudest_dbfs"] == pytest.approx(loudest, abs=3)
    assert "windscreen" in finding.advice


def test_hands_on_the_microphone_are_found_where_they_were() -> None:
    n, rng = 20 * SR, np.random.default_rng(3)
    held = np.zeros(n)
    for at in (6.1, 7.3, 9.0, 11.4):
        held[round(at * SR) : round(at * SR) + SR // 2] += np.hanning(SR // 2)
    y = scene("speechlike", 20, SR) + 0.3 * held * falling_noise(n, SR, rng)
    (finding,) = rumble_in(y).findings()
    assert 6 <= finding.start_s <= 7.5
    assert 11 <= finding.end_s <= 12.5


def test_wind_at_one_microphone_is_that_channels() -> None:
    y = np.stack([scene("speechlike", 15, SR), wind(15, -20)], axis=1)
    (finding,) = rumble_in(y).findings()
    assert finding.channel == 2


@pytest.mark.parametrize("name", ["hum50", "bearing", "chirp", "dropouts"])
def test_steps_cars_shafts_and_sweeps_are_no_rumble(name: str) -> None:
    assert rumble_in(scene(name, 30, SR)).findings() == []


@pytest.mark.parametrize("hz", [30.0, 41.2, 82.4])
def test_bass_notes_are_no_rumble(hz: float) -> None:
    t = seconds_of(12 * SR, SR)
    note = 0.3 * np.sin(2 * np.pi * hz * t) * np.exp(-3 * (t % 1))
    assert rumble_in(note + noise(len(t), level=0.001)).findings() == []


def test_a_kick_drum_is_no_rumble() -> None:
    t = seconds_of(12 * SR, SR)
    beat = t % 0.5
    phase = 2 * np.pi * (50 * beat + 3 * (1 - np.exp(-beat / 0.03)))
    drum = 0.5 * np.sin(phase) * np.exp(-beat / 0.15)
    assert rumble_in(drum + noise(len(t), level=0.001)).findings() == []


def test_an_offset_that_jumps_and_a_rumble_that_never_changes_are_none() -> None:
    n = 15 * SR
    t = seconds_of(n, SR)
    jumps = 0.1 * (t > 5) - 0.05 * (t > 9) + 0.1 * (t > 13.2)
    steady = 0.02 * falling_noise(n, SR, np.random.default_rng(0))
    for y in (jumps, steady):
        assert rumble_in(y + noise(n, level=0.001)).findings() == []


def test_a_studio_does_not_rumble() -> None:
    assert rumble_in(studio(12, SR), SR).findings() == []
