"""Levels: exact where they are known, and "too quiet" only where it is."""

import numpy as np
import pytest
from livemel.diagnosis.finding import Severity
from livemel.diagnosis.level import LevelDetector
from livemel.sources.scenes import Scene

from tests.diagnosis.looking import SR, hiss, looked


def sine(dbfs: float, seconds: float = 4.0) -> np.ndarray:
    t = np.arange(round(seconds * SR)) / SR
    return 10 ** (dbfs / 20) * np.sin(2 * np.pi * 997 * t)


def test_peak_and_rms_are_those_of_the_samples() -> None:
    y = hiss(5.3)
    figures = looked(LevelDetector(SR, 1), y).figures()
    assert figures["peak_dbfs"] == pytest.approx(20 * np.log10(np.abs(y).max()), abs=1e-3)
    assert figures["rms_dbfs"] == pytest.approx(10 * np.log10(np.mean(y**2)), abs=1e-3)
    assert figures["noise_floor_dbfs"] == pytest.approx(figures["rms_dbfs"], abs=1.5)


def test_the_noise_floor_is_what_sound_falls_back_to() -> None:
    y = hiss(10, rms=1e-3)
    for at in range(0, len(y), SR):
        y[at : at + SR // 2] += sine(-10, 0.5).astype(np.float32)
    figures = looked(LevelDetector(SR, 1), y).figures()
    assert figures["noise_floor_dbfs"] == pytest.approx(-60, abs=1.0)


def test_the_loudest_channel_counts() -> None:
    y = np.stack([hiss(3, 1e-4), hiss(3, 0.1)], axis=1)
    figures = looked(LevelDetector(SR, 2), y).figures()
    assert figures["rms_dbfs"] == pytest.approx(-20, abs=0.2)


def test_a_turned_down_microphone_is_too_quiet() -> None:
    y = Scene("speechlike", sr=SR).read(6 * SR) * 10 ** (-50 / 20)
    (finding,) = looked(LevelDetector(SR, 1), y).findings()
    assert (finding.code, finding.severity) == ("low-level", Severity.WARN)
    assert (finding.start_s, finding.end_s) == (0, 6)
    assert finding.values["peak_dbfs"] == pytest.approx(20 * np.log10(np.abs(y).max()), abs=0.5)
    assert "steady noise" not in finding.text


def test_a_converters_noise_alone_is_said_to_be_that() -> None:
    (finding,) = looked(LevelDetector(SR, 1), Scene("silence", sr=SR).read(4 * SR)).findings()
    assert "nothing but steady noise" in finding.text
    assert "on" in finding.advice


def test_the_thump_of_a_switch_does_not_make_it_loud() -> None:
    y = hiss(6, 1e-4)
    y[3000:3040] = 0.8
    (finding,) = looked(LevelDetector(SR, 1), y).findings()
    assert finding.values["peak_dbfs"] < -60


@pytest.mark.parametrize(("dbfs", "found"), [(-48, 0), (-53, 1)])
def test_a_quiet_tone_is_told_from_50_db_below_full_scale_on(dbfs: float, found: int) -> None:
    assert len(looked(LevelDetector(SR, 1), sine(dbfs)).findings()) == found


def test_speech_with_long_pauses_is_not_too_quiet() -> None:
    y = hiss(60, 1e-4)
    y[20 * SR : 22 * SR] += Scene("speechlike", sr=SR).read(2 * SR)
    assert looked(LevelDetector(SR, 1), y).findings() == []


def test_sound_that_was_lost_is_not_quiet() -> None:
    whole = looked(LevelDetector(SR, 1), hiss(4)).figures()
    torn = looked(LevelDetector(SR, 1), hiss(4), 8 * SR).figures()
    assert torn["rms_dbfs"] == pytest.approx(whole["rms_dbfs"], abs=0.01)
    assert torn["noise_floor_dbfs"] == whole["noise_floor_dbfs"]
