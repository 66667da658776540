"""Dead channels, told from pauses, pans and fades."""

import numpy as np
import pytest
from livemel.diagnosis.channels import DeadChannels
from livemel.diagnosis.finding import Finding, Severity
from livemel.sources.scenes import Scene

from tests.diagnosis.looking import SR, hiss, looked

SPEECH = Scene("speechlike", sr=SR).read(12 * SR)
NOTHING = np.zeros_like(SPEECH)


def found(*channels: np.ndarray) -> list[Finding]:
    y = np.stack(channels, axis=1)
    return looked(DeadChannels(SR, len(channels)), y).findings()


def test_a_channel_of_exact_zeros_is_dead() -> None:
    (finding,) = found(SPEECH, NOTHING)
    assert (finding.code, finding.severity) == ("channel-dead", Severity.WARN)
    assert (finding.channel, finding.start_s, finding.end_s) == (2, 0, 12)
    assert finding.text == "Channel 2 is dead: exact zeros"


def test_an_input_with_nothing_but_its_own_noise_is_dead() -> None:
    (finding,) = found(hiss(12, 2e-5), SPEECH)
    assert finding.channel == 1
    assert finding.values["below_db"] > 55
    assert "dB below the loudest" in finding.text


def test_a_cable_that_comes_off_is_told_with_the_time() -> None:
    torn = SPEECH.copy()
    torn[4 * SR :] = 0
    (finding,) = found(SPEECH, torn)
    assert finding.start_s == pytest.approx(4, abs=0.5)
    assert "since 4.0 s" in finding.text


def test_a_dead_channel_with_an_offset_is_dead() -> None:
    (finding,) = found(SPEECH, hiss(12, 1e-5) + 0.05)
    assert finding.channel == 2


def test_of_many_inputs_those_without_a_microphone_are_one_note() -> None:
    (finding,) = found(SPEECH, *(hiss(12, 1e-5, seed) for seed in range(5)))
    assert finding.severity is Severity.NOTE
    assert finding.text.startswith("Channels 2 to 6 are dead")


@pytest.mark.parametrize(
    "other",
    [
        SPEECH * 10 ** (-45 / 20),
        np.where(np.arange(len(SPEECH)) % (6 * SR) < 4 * SR, 0, SPEECH),
        np.concatenate([SPEECH[: 9 * SR], NOTHING[9 * SR :]]),
    ],
    ids=["45 dB lower", "another speaker, gated", "silent for the last 3 s"],
)
def test_a_channel_that_is_only_quiet_or_waits_is_not_dead(other: np.ndarray) -> None:
    assert found(SPEECH, other) == []


def test_a_fade_of_both_kills_neither() -> None:
    fade = 10 ** (-np.arange(len(SPEECH)) / SR * 10 / 20)
    assert found(SPEECH * fade, hiss(12) * fade) == []


def test_silence_kills_nobody() -> None:
    assert found(hiss(12, 1e-4), NOTHING) == []


def test_lost_sound_is_no_dead_channel() -> None:
    y = np.stack([SPEECH, SPEECH[::-1]], axis=1)
    assert looked(DeadChannels(SR, 2), y, 8 * SR + 77, y).findings() == []
