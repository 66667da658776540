"""Dropouts: holes, and what is only a pause."""

import numpy as np
import pytest
from livemel.bench.corpus import holed
from livemel.bench.faults import score
from livemel.buffers.writer import GapCause
from livemel.diagnosis import Diagnosis, Report
from livemel.sources.scenes import Scene

SR = 16_000


def report(samples: np.ndarray, sr: int = SR) -> Report:
    diagnosis = Diagnosis(sr)
    diagnosis.push(samples.astype(np.float32))
    diagnosis.finish()
    return diagnosis.report()


@pytest.mark.parametrize("kind", ["zeros", "stuck", "faint"])
def test_holes_are_found_and_nothing_else(kind: str) -> None:
    counts = score(holed(name, kind, 48_000, 6.0, 3) for name in ("harp", "speechlike"))
    n, hit, false = counts["dropout", kind]
    assert n >= 10
    assert hit >= 0.9 * n  # of so few; livemel bench faults has the figures
    assert false == 0


def test_the_scene_is_dropouts_only_and_each_is_found() -> None:
    y = Scene("dropouts", sr=SR).read(20 * SR)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], y == 0, [0]]).astype(int))).reshape(-1, 2)
    holes = [stop - start for start, stop in edges if stop - start >= 0.005 * SR]
    found = report(y)
    assert {f.code for f in found.findings} == {"dropout"}
    assert found.dropouts.events == len(holes)
    assert found.dropouts.seconds == pytest.approx(sum(holes) / SR, abs=1e-3)


def gated(hold_s: float, ramp_s: float) -> np.ndarray:
    """Speech that a gate silences 45 dB below full scale."""
    y = Scene("speechlike", sr=SR, seed=2).read(15 * SR).astype(np.float64)
    n = round(hold_s * SR)
    level = np.sqrt(np.convolve(y * y, np.ones(n) / n, "same"))
    ramp = round(ramp_s * SR)
    return y * np.convolve(level > 10 ** (-45 / 20), np.ones(ramp) / ramp, "same")


def words(fade_s: float, seed: int) -> np.ndarray:
    """Words that a program has put together: each fades, and between them there are zeros."""
    rng, sr = np.random.default_rng(seed), 48_000
    y = Scene("vowels", sr=sr, seed=seed).read(14 * sr).astype(np.float64)
    envelope, at, ramp = np.zeros(len(y)), round(0.3 * sr), round(fade_s * sr)
    while at < len(y) - sr:
        n = round((0.15 + 0.5 * rng.random()) * sr)
        i = np.arange(n)
        envelope[at : at + n] = np.minimum(1, np.minimum(i, n - 1 - i) / ramp)
        at += n + round((0.15 + 0.35 * rng.random()) * sr)
    return np.round(y * envelope * 32768) / 32768


@pytest.mark.parametrize("fade_s", [0.005, 0.01, 0.02])
def test_zeros_between_words_are_no_dropouts(fade_s: float) -> None:
    assert report(words(fade_s, 1), 48_000).findings == ()


def test_pauses_that_are_rounded_to_zeros_are_no_dropouts() -> None:
    y = Scene("speechlike", sr=SR).read(10 * SR)
    found = report(np.round(y * 128) / 128)
    assert {f.code for f in found.findings} == {"missing-bits"}


@pytest.mark.parametrize(
    "samples",
    [
        Scene("speechlike", sr=SR).read(10 * SR),
        gated(0.05, 0.005),
        np.concatenate([np.zeros(SR), Scene("vowels", sr=SR).read(3 * SR), np.zeros(SR)]),
        np.zeros(3 * SR),
        Scene("silence", sr=SR).read(3 * SR),
        0.5 * np.sign(np.sin(2 * np.pi * 20 * np.arange(3 * SR) / SR)),
    ],
    ids=["speech", "gated speech", "beginning and end", "zeros", "noise floor", "rectangle"],
)
def test_a_pause_is_no_dropout(samples: np.ndarray) -> None:
    assert report(samples).dropouts.events == 0


def test_known_losses_are_one_finding_and_certain() -> None:
    y, diagnosis = Scene("vowels", sr=SR).read(6 * SR), Diagnosis(SR)
    for at in range(3):
        diagnosis.push(y[2 * at * SR : 2 * (at + 1) * SR])
        if at < 2:
            diagnosis.push_gap(SR // 4)
    diagnosis.finish()
    found = diagnosis.report()
    (finding,) = found.findings
    assert finding.code == "dropout"
    assert finding.values["known"] == 1
    assert "0.5 s of sound were lost on the way to livemel, in 2 places" in finding.text
    assert found.dropouts.events == 2
    assert found.dropouts.seconds == pytest.approx(0.5)
    assert found.discontinuities == 0


OUTAGES = {
    GapCause.STALL: ("stall", "it, or the sound server, stood still"),
    GapCause.DISCONNECTED: ("device lost", "it, or the sound server, was gone or did not answer"),
    GapCause.ASLEEP: ("computer asleep", "the computer slept"),
}


def lost(*gaps: tuple[float, GapCause]) -> Report:
    """Of sound in which so many seconds are missing for a reason, a second after each other."""
    diagnosis, second = Diagnosis(SR), Scene("vowels", sr=SR).read(SR)
    for seconds, cause in gaps:
        diagnosis.push(second)
        diagnosis.push_gap(round(seconds * SR), cause)
    diagnosis.push(second)
    diagnosis.finish()
    return diagnosis.report()


@pytest.mark.parametrize("cause", GapCause)
def test_known_losses_say_why_and_what_helps_against_that(cause: GapCause) -> None:
    (finding,) = lost((9.5, cause)).findings
    told, why = OUTAGES.get(cause, ("busy computer", "were lost on the way to livemel"))
    assert (finding.values["cause"], finding.values["events"]) == (told, 1)
    assert "9.5 s" in finding.text
    assert why in finding.text
    assert ("too busy" in finding.advice) == (cause not in OUTAGES)
    assert (finding.start_s, finding.end_s) == (1.0, 10.5)


def test_each_time_that_nothing_came_is_a_finding_and_all_that_was_too_much_is_one() -> None:
    gone, stall = GapCause.DISCONNECTED, GapCause.STALL
    late, full = GapCause.LATE_READER, GapCause.OVERFLOW
    found = lost((20.0, gone), (0.1, late), (9.0, stall), (0.1, full), (600.0, gone), (9.0, gone))
    told = {finding.text.partition(":")[0]: finding for finding in found.findings}
    assert list(told) == [
        "No sound from the device for 20 s",
        "Lost",
        "No sound from the device for 9 s",
        "No sound from the device for 609 s, in 2 places",
    ]
    assert (told["Lost"].start_s, told["Lost"].end_s) == (22.0, 33.2)
    assert "0.2 s of sound were lost on the way to livemel, in 2 places" in told["Lost"].text
    assert found.dropouts.events == 6
    assert found.dropouts.seconds == pytest.approx(638.2)


def test_what_is_lost_for_one_reason_right_after_another_is_told_apart() -> None:
    diagnosis = Diagnosis(SR)
    diagnosis.push_gap(SR // 8, GapCause.STALL)
    diagnosis.push_gap(SR // 8, GapCause.DISCONNECTED)
    diagnosis.push_gap(SR, GapCause.DISCONNECTED)
    diagnosis.finish()
    found = diagnosis.report().findings
    places = {f.values["cause"]: (f.start_s, f.end_s, f.values["events"]) for f in found}
    assert places == {"stall": (0.0, 0.125, 1), "device lost": (0.125, 1.25, 1)}
