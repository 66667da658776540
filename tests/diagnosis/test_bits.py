"""Bits in use: as many as were put in, and a fault only where one is."""

import numpy as np
import pytest
from livemel.diagnosis.bits import BitDetector
from livemel.diagnosis.finding import Finding, Severity
from livemel.sources.scenes import Scene

from tests.diagnosis.looking import SR, hiss, looked


def quantised(y: np.ndarray, bits: int) -> np.ndarray:
    return np.clip(np.round(y * 2 ** (bits - 1)), -(2 ** (bits - 1)), 2 ** (bits - 1) - 1) / 2 ** (
        bits - 1
    )


def with_words(y: np.ndarray, change: int, bits: int = 16, *, set_it: bool) -> np.ndarray:
    """Two's complement words of so many bits, in which a bit is always 0 or always 1."""
    words = np.round(y * 2 ** (bits - 1)).astype(np.int32)
    words = words | change if set_it else words & ~change
    return words / 2 ** (bits - 1)


def found(y: np.ndarray) -> list[Finding]:
    return looked(BitDetector(1 if y.ndim == 1 else y.shape[1]), y).findings()


@pytest.mark.parametrize("bits", [8, 12, 13, 14, 15, 16, 20, 24])
@pytest.mark.parametrize("scene", ["speechlike", "hum50"])
def test_the_bits_in_use_are_counted(scene: str, bits: int) -> None:
    y = quantised(Scene(scene, sr=SR).read(5 * SR), bits)
    detector = looked(BitDetector(1), y)
    assert detector.figures() == {"bits_used": bits}
    expected = [] if bits >= 16 else [Severity.WARN if bits <= 13 else Severity.NOTE]
    assert [finding.severity for finding in detector.findings()] == expected


def test_coarse_sound_is_told_in_steps() -> None:
    (finding,) = found(quantised(hiss(5), 8))
    assert finding.code == "missing-bits"
    assert "Only 8 bits are in use: all samples are multiples of 2^−7" in finding.text


@pytest.mark.parametrize("set_it", [True, False])
@pytest.mark.parametrize("bit", [1, 5, 9, 11])
def test_a_bit_that_is_stuck_is_a_failure(bit: int, set_it: bool) -> None:
    (finding,) = found(with_words(hiss(5, 0.2), 1 << bit, set_it=set_it))
    assert finding.severity is Severity.FAIL
    assert finding.values["stuck_bits"] == str(16 - bit)
    assert finding.values["bits_used"] == 15


@pytest.mark.parametrize("n", [2, 3, 7])
def test_the_last_bits_stuck_at_one_are_missing_ones(n: int) -> None:
    (finding,) = found(with_words(hiss(5), (1 << n) - 1, set_it=True))
    assert finding.values["bits_used"] == 16 - n


@pytest.mark.parametrize("name", ["speechlike", "clicks", "clipping", "silence"])
@pytest.mark.parametrize("subtype_bits", [16, 24])
def test_scenes_in_files_of_integers_miss_nothing(name: str, subtype_bits: int) -> None:
    assert found(quantised(Scene(name, sr=SR).read(8 * SR), subtype_bits)) == []


def test_floating_point_has_no_bits_to_count() -> None:
    detector = looked(BitDetector(1), hiss(5))
    assert (detector.figures(), detector.findings()) == ({}, [])


def test_sixteen_bits_at_a_quarter_of_the_volume_are_no_fault() -> None:
    assert found(quantised(hiss(5), 16) / 4) == []


def test_signals_of_few_values_are_no_fault() -> None:
    t = np.arange(5 * SR)
    rectangle = np.where(t % 100 < 50, 0.5, -0.5)
    tone = quantised(0.7 * np.sin(2 * np.pi * t / 8), 16)  # eight values, over and over
    assert found(rectangle) == found(tone) == []


def test_quiet_sound_of_sixteen_bits_is_no_coarse_one() -> None:
    assert found(quantised(hiss(5, 3e-5), 16)) == []


def test_zeros_and_lost_sound_use_no_bits_and_miss_none() -> None:
    y = quantised(hiss(5), 16)
    detector = looked(BitDetector(1), np.zeros(2 * SR), y, 3 * SR + 5, y)
    assert (detector.figures(), detector.findings()) == ({"bits_used": 16}, [])


def test_only_the_channel_that_misses_some_is_named() -> None:
    y = np.stack([quantised(hiss(5), 16), quantised(hiss(5, seed=1), 8)], axis=1)
    (finding,) = found(y)
    assert finding.channel == 2
    assert "channel 2" in finding.text
