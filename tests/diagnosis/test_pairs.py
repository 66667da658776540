"""Channels that are the same or upside down; and those that are nearly so and are stereo."""

import numpy as np
import pytest
from livemel.diagnosis.finding import Finding, Severity
from livemel.diagnosis.pairs import ChannelPairs
from livemel.sources.scenes import Scene

from tests.diagnosis.looking import SR, hiss, looked

SPEECH = Scene("speechlike", sr=SR).read(6 * SR)


def found(*channels: np.ndarray) -> list[Finding]:
    y = np.stack(channels, axis=1)
    return looked(ChannelPairs(SR, len(channels)), y).findings()


def test_mono_in_two_channels_is_a_note() -> None:
    (finding,) = found(SPEECH, SPEECH)
    assert (finding.code, finding.severity) == ("channels-identical", Severity.NOTE)
    assert finding.text == "Channels 1 and 2 are identical: mono"
    assert finding.values["correlation"] == pytest.approx(1, abs=1e-6)
    assert finding.values["difference_db"] is None


@pytest.mark.parametrize("gain_db", [-20.0, -3.0, 0.5])
def test_the_same_at_another_gain_is_told_with_the_gain(gain_db: float) -> None:
    (finding,) = found(SPEECH, (SPEECH * 10 ** (gain_db / 20)).astype(np.float32))
    assert finding.values["gain_2_db"] == pytest.approx(gain_db, abs=0.002)
    assert f"a gain of {gain_db:.2f} dB".replace("-", "−") in finding.text


def test_two_converters_of_one_microphone_are_the_same_but_for_their_noise() -> None:
    (finding,) = found(SPEECH + hiss(6, 1e-5), SPEECH + hiss(6, 1e-5, 1))
    power = np.mean(SPEECH**2)
    expected = 10 * np.log10(2e-10 / power)
    assert finding.values["difference_db"] == pytest.approx(expected, abs=0.3)


def test_a_turned_sign_is_a_warning_and_what_the_mean_loses_is_told() -> None:
    y = (SPEECH + hiss(6, 1e-3)).astype(np.float32), (-0.9 * SPEECH).astype(np.float32)
    (finding,) = found(*y)
    assert (finding.code, finding.severity) == ("channel-inverted", Severity.WARN)
    mean = np.mean(((y[0] + y[1]) / 2) ** 2) / np.mean(y[0] ** 2)
    assert finding.values["mean_db"] == pytest.approx(10 * np.log10(mean), abs=0.05)
    assert finding.values["correlation"] == pytest.approx(np.corrcoef(*y)[0, 1], abs=1e-4)


def test_offsets_hide_nothing_and_are_no_likeness() -> None:
    assert [f.code for f in found(SPEECH + 0.03, 0.01 - SPEECH)] == ["channel-inverted"]
    assert [f.code for f in found(SPEECH - 0.03, SPEECH + 0.01)] == ["channels-identical"]
    assert found(hiss(6, 1e-3) + 0.1, hiss(6, 1e-3, 1) + 0.1) == []
    assert found(hiss(6, 1e-5) + 0.5, hiss(6, 1e-5, 1) + 0.5) == []


def test_of_an_exact_opposite_the_mean_leaves_nothing() -> None:
    (finding,) = found(SPEECH, -SPEECH)
    assert finding.values["mean_db"] is None
    assert finding.text.endswith("their mean leaves nothing")


def test_of_many_channels_groups_are_told() -> None:
    others = hiss(6, seed=1), hiss(6, seed=2)
    (finding,) = found(SPEECH, others[0], SPEECH, others[1], SPEECH)
    assert finding.text == "Channels 1, 3 and 5 are identical: mono"
    assert [f.code for f in found(SPEECH, others[0], -others[0])] == ["channel-inverted"]


def with_lows_turned(y: np.ndarray) -> np.ndarray:
    spectrum = np.fft.rfft(y)
    spectrum[: len(spectrum) // 20] *= -1
    return np.fft.irfft(spectrum, len(y))


@pytest.mark.parametrize(
    "other",
    [
        SPEECH + 0.05 * np.std(SPEECH) * hiss(6, 1.0),
        np.roll(SPEECH, 3),
        -np.roll(SPEECH, 8),
        with_lows_turned(SPEECH),
        -with_lows_turned(SPEECH),
        -SPEECH + 0.3 * np.std(SPEECH) * hiss(6, 1.0),
        SPEECH * (1 + 0.3 * np.sin(np.arange(len(SPEECH)) / SR)),
        np.concatenate([SPEECH[: 4 * SR], hiss(2)]),
        hiss(6),
    ],
    ids=[
        "stereo with little width",
        "a delay",
        "a delay, inverted",
        "lows inverted",
        "highs inverted",
        "inverted in a room",
        "a mono sound that moves",
        "stereo from 4 s on",
        "another sound",
    ],
)
def test_what_is_alike_in_part_is_neither(other: np.ndarray) -> None:
    assert found(SPEECH, other.astype(np.float32)) == []


def test_silence_is_not_compared() -> None:
    assert found(hiss(6, 1e-5), hiss(6, 1e-5)) == []


def test_lost_sound_makes_channels_neither_alike_nor_different() -> None:
    y = np.stack([SPEECH, SPEECH], axis=1)
    (finding,) = looked(ChannelPairs(SR, 2), y, 5 * SR + 9, y).findings()
    assert finding.code == "channels-identical"
    assert looked(ChannelPairs(SR, 2), y[:SR], 50 * SR).findings() == []
    alone = np.stack([SPEECH + 0.5, hiss(6, 1e-2) + 0.5], axis=1)
    assert looked(ChannelPairs(SR, 2), *[alone[:3000], 3000] * 20).findings() == []
