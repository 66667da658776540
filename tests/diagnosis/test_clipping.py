"""Clipping: flat tops, and what only looks like them."""

import numpy as np
import pytest
from livemel.bench.corpus import carrier, clipped
from livemel.bench.faults import Coder, coded, score, through
from livemel.diagnosis import Diagnosis, Report
from livemel.sources.scenes import Scene

SR = 16_000


def report(samples: np.ndarray, sr: int = SR) -> Report:
    diagnosis = Diagnosis(sr)
    diagnosis.push(samples.astype(np.float32))
    diagnosis.finish()
    return diagnosis.report()


def sine(hz: float, seconds: float = 3.0) -> np.ndarray:
    return np.sin(2 * np.pi * hz * np.arange(round(seconds * SR)) / SR)


@pytest.mark.parametrize("kind", ["full", "low", "upper"])
def test_tops_that_are_cut_by_a_decibel_are_found_and_nothing_else(kind: str) -> None:
    n, hit, false = score([clipped("vowels", kind, 48_000, 3.0, 1)])["clipping", kind]
    assert n > 50
    assert hit >= 0.99 * n
    assert false <= 0.01 * n


OGG, MP3 = ("OGG", "VORBIS", None), ("MP3", "MPEG_LAYER_III", None)


@pytest.mark.parametrize("coder", [OGG, MP3, (*MP3[:2], 0.9)], ids=["OGG", "MP3", "MP3 at 0.9"])
def test_what_is_cut_off_before_it_is_coded_is_found(coder: Coder) -> None:
    n, hit, wrong = coded(clipped("vowels", "low", 48_000, 8.0, 0), coder)
    assert n >= 5
    assert hit >= 0.9 * n
    assert wrong == 0


@pytest.mark.parametrize("name", ["harp", "vowels", "noise"])
def test_coding_clips_nothing(name: str) -> None:
    coded_again = through((*MP3[:2], 0.9), carrier(name, 48_000, 8.0, 1), 48_000)
    assert report(coded_again, 48_000).clipping.events == 0


def test_tones_that_are_flat_by_nature_are_not_clipped_even_when_they_were_coded() -> None:
    phase = 2 * np.pi * 150.3 * np.arange(10 * SR) / SR
    swelling = 0.7 + 0.25 * np.sin(2 * np.pi * 0.7 * np.arange(10 * SR) / SR)
    y = 0.9 * swelling * (np.sin(phase) + 0.1 * np.sin(3 * phase))
    assert report(through(MP3, y.astype(np.float32), SR)).clipping.events == 0


def test_the_ceiling_is_told_where_it_lies() -> None:
    found = report(0.5 * np.clip(1.5 * sine(200.3, 3.05), -1, 1))
    assert found.clipping.ceiling_dbfs == pytest.approx(-6.02, abs=0.01)
    assert found.clipping.events == pytest.approx(2 * 200.3 * 3.05, abs=2)
    assert [f.code for f in found.findings] == ["clipping"]


@pytest.mark.parametrize(
    "samples",
    [
        sine(50.0),
        np.round(32767 * sine(50.0)) / 32768,
        np.round(127 * sine(110.1)) / 128,
        np.round(127 * 0.05 * sine(110.1)) / 128,
        0.9 * np.sign(sine(123.4)),
        np.zeros(SR),
        np.where(np.arange(3 * SR) % 4000 == 2000, 1.0, 0.1 * sine(300.0)),
    ],
    ids=["sine", "16 bits", "8 bits", "quiet", "rectangle", "silence", "single peaks"],
)
def test_what_is_flat_by_nature_is_not_clipped(samples: np.ndarray) -> None:
    assert report(samples).clipping.events == 0


def engine() -> np.ndarray:
    """Harmonics of 25 Hz at one loudness: its tops are of many sizes, some of them flat."""
    t, rng = np.arange(8 * SR) / SR, np.random.default_rng(0)
    y = sum(np.sin(2 * np.pi * 25.3 * k * t + k * k) / k for k in range(1, 12))
    return np.asarray(0.1 * y + 0.01 * rng.standard_normal(len(t)))


def railway() -> np.ndarray:
    """Hum with flat tops."""
    t, rng = np.arange(8 * SR) / SR, np.random.default_rng(0)
    y = sum(np.sin(2 * np.pi * 16.7 * k * t + k) / k for k in (1, 3, 5, 7))
    return np.asarray(0.02 * y + 0.001 * rng.standard_normal(len(t)))


def pulses() -> np.ndarray:
    """A melody of pulse waves, an eighth to a half of the time up."""
    t = np.arange(SR // 4) / SR
    notes = [(440, 0.125), (523.25, 0.25), (659.25, 0.5), (784, 0.25)] * 8
    return np.concatenate([0.25 * np.where((hz * t) % 1 < duty, 1.0, -1.0) for hz, duty in notes])


@pytest.mark.parametrize("samples", [engine(), railway(), pulses()], ids=["engine", "hum", "pulse"])
def test_a_wave_that_has_flat_tops_is_not_clipped(samples: np.ndarray) -> None:
    assert report(samples).clipping.events == 0


def test_a_square_wave_over_a_bass_is_not_clipped() -> None:
    assert report(0.4 * np.sign(sine(440.0)) + 0.1 * np.sign(sine(110.0))).clipping.events == 0


def test_distortion_that_may_be_meant_is_no_failure() -> None:
    t = np.arange(round(1.5 * SR)) / SR
    notes = [
        np.tanh(3 * np.exp(-1.2 * t) * sum(np.sin(2 * np.pi * hz * k * t) / k for k in (1, 2, 3)))
        for hz in (110.0, 146.8, 196.0, 246.9)
    ]
    found = [f for f in report(0.5 * np.concatenate(notes)).findings if f.code == "clipping"]
    assert found
    assert {str(f.severity) for f in found} == {"warn"}
    assert "guitar" in found[0].advice


def test_a_limiters_peaks_are_not_clipped() -> None:
    y = Scene("vowels", sr=SR).read(8 * SR).astype(np.float64)
    # The gain follows the largest magnitude of the next and last 5 ms, smoothed over 5 ms.
    n = SR // 200
    padded = np.pad(np.abs(y), n)
    peak = np.lib.stride_tricks.sliding_window_view(padded, 2 * n + 1).max(axis=1)
    gain = np.convolve(np.minimum(1.0, 0.1 / peak), np.hanning(n) / np.hanning(n).sum(), "same")
    assert report(y * gain).clipping.events == 0


def test_the_scene_is_clipping_only() -> None:
    found = report(Scene("clipping", sr=SR).read(10 * SR))
    assert {f.code for f in found.findings} == {"clipping"}
    assert found.clipping.ceiling_dbfs == pytest.approx(0.0, abs=0.01)
