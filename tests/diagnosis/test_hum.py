"""Hum: is it there, at which frequency and how sure, since when, and what makes it."""

import numpy as np
import pytest
from livemel.bench.hum import bound_hz, detected, false_alarms, heard, measure
from livemel.bench.hum_sounds import WITHOUT
from livemel.diagnosis import Diagnosis, Finding, Report
from livemel.diagnosis.hum_episode import Episode
from livemel.diagnosis.mains import FIFTY
from livemel.diagnosis.report import Hum
from livemel.sources.scenes import SCENES, Scene
from numpy.typing import NDArray

from tests.dsp.strategies import chunks

Floats = NDArray[np.float64]
SR = 8_000
# Amplitudes by harmonic, of a ground loop, of a rectifier, of a dimmer.
LOOP = {1: 1.0, 3: 0.4, 5: 0.2, 7: 0.1}
RIPPLE = {2: 1.0, 4: 0.3, 6: 0.1}
BUZZ = {k: 1 / k**0.5 for k in range(1, 40, 2)}


def hum(
    seconds: float, f0_hz: float, harmonics: dict[int, float], sr: int = SR, amplitude: float = 0.01
) -> Floats:
    t = np.arange(round(seconds * sr)) / sr
    tones = [a * np.sin(2 * np.pi * k * f0_hz * t + k) for k, a in harmonics.items()]
    noise = np.random.default_rng(1).standard_normal(len(t))
    return amplitude * np.sum(tones, axis=0) + 1e-4 * noise


def report_of(samples: Floats, sr: int = SR) -> Report:
    diagnosis = Diagnosis(sr, 1 if samples.ndim == 1 else samples.shape[1])
    diagnosis.push(samples.astype(np.float32))
    diagnosis.finish()
    return diagnosis.report()


def findings_of(report: Report) -> list[Finding]:
    return [finding for finding in report.findings if finding.code == "hum"]


@pytest.mark.parametrize("seconds", [2, 4, 8])
def test_the_frequency_is_as_near_as_noise_allows_and_its_error_is_true(seconds: int) -> None:
    errors = measure(60, seconds, 0.0)
    assert len(errors.error_hz) == 60
    assert errors.rmse_hz <= 1.5 * bound_hz(0.0, seconds)
    # Of 60 honest ones, 51 at the least lie within two standard errors in 999 of 1000 runs.
    assert errors.coverage >= 85
    assert 0.5 <= np.median(errors.se_hz) / errors.rmse_hz <= 1.5


def test_the_bound_is_that_of_a_periodogram_of_many_tones() -> None:
    """Its largest value reaches the bound (Rife and Boorstyn) far from 0 Hz, where a tone does not
    meet its own mirror image."""
    rng = np.random.default_rng(4)
    t = (np.arange(1000) - 499.5) / 1000
    grid = 250 + np.arange(-40, 41) * 0.001
    waves = np.exp(-2j * np.pi * np.outer(grid, t))
    tones = np.sin(2 * np.pi * 250 * t + rng.uniform(0, 6, (300, 1)))
    tones += np.sqrt(0.5) * 0.1 * rng.standard_normal(tones.shape)
    found = grid[np.argmax(np.abs(tones @ waves.T), axis=1)]
    assert np.std(found) == pytest.approx(bound_hz(20, 1.0), rel=0.15)


def test_a_hum_12_db_over_the_floor_is_found_in_four_seconds() -> None:
    assert detected(80, lone=False) >= 95


@pytest.mark.parametrize("kind", list(WITHOUT))
def test_what_is_no_hum_is_not_found(kind: str) -> None:
    assert false_alarms(kind, 60, seed=3) <= 1


@pytest.mark.parametrize(
    ("family", "sr"), [(50, 16_000), (50, 44_100), (60, 44_100), (60, 48_000), (50, 96_000)]
)
def test_the_hum_scenes_hum_from_beginning_to_end(family: int, sr: int) -> None:
    report = report_of(Scene(f"hum{family}", sr=sr).read(sr * 16).astype(float), sr)
    (finding,) = findings_of(report)
    assert (finding.start_s, finding.end_s) == (0.0, 16.0)
    assert report.hum.family_hz == family
    assert report.hum.kind == "ground-loop"
    assert report.hum.f0_hz == pytest.approx(family, abs=0.02)
    assert all(abs(hz - family) <= 0.02 for _, hz in report.hum.drift)
    assert report.hum.odd_even_db is not None
    assert report.hum.odd_even_db > 10


@pytest.mark.parametrize("name", [name for name in SCENES if not name.startswith("hum")])
@pytest.mark.parametrize("sr", [16_000, 48_000])
def test_no_other_scene_hums(name: str, sr: int) -> None:
    assert not report_of(Scene(name, sr=sr, seed=1).read(sr * 12).astype(float), sr).hum.present


@pytest.mark.parametrize(
    ("harmonics", "kind"), [(LOOP, "ground-loop"), (RIPPLE, "rectifier"), (BUZZ, "buzz")]
)
def test_its_harmonics_tell_what_makes_it(harmonics: dict[int, float], kind: str) -> None:
    report = report_of(hum(6, 59.93, harmonics))
    assert report.hum.kind == kind
    assert [h.n for h in report.hum.harmonics] == list(harmonics)
    (finding,) = findings_of(report)
    assert finding.advice
    assert finding.values["kind"] == kind
    assert finding.lines_hz == pytest.approx([59.93 * k for k in harmonics], abs=0.01)


def test_levels_are_those_of_sines_over_the_noise_in_a_bin_of_four_seconds() -> None:
    report = report_of(hum(8, 50.03, LOOP))
    level = {h.n: h.dbfs for h in report.hum.harmonics}
    assert level == pytest.approx({k: -40 + 20 * np.log10(a) for k, a in LOOP.items()}, abs=0.2)
    # A Hann bin of 4 s is 1.5 / 4 Hz wide; the noise is 1e-4 over 4000 Hz.
    floor_db = 20 * np.log10(1e-4) + 10 * np.log10(0.375 / 4000)
    assert report.hum.over_floor_db == pytest.approx(-40 - 3.01 - floor_db, abs=1.0)
    assert report.hum.share == pytest.approx(1.0, abs=0.01)
    assert report.hum.modulation == pytest.approx(0.0, abs=0.02)


def test_the_text_says_how_much_and_how_sure() -> None:
    (finding,) = findings_of(report_of(hum(6, 60.02, LOOP)))
    assert finding.text.startswith("Hum: 60.02")
    assert "odd harmonics to the 7th, −40 dB FS" in finding.text
    assert finding.text.endswith("a ground loop or a magnetic field, most likely")
    assert finding.values["clock_ppm"] == 50


def test_it_is_known_when_hum_began_and_when_it_ended() -> None:
    y = 1e-4 * np.random.default_rng(0).standard_normal(30 * SR)
    y[10 * SR : 20 * SR] += hum(10, 50.1, LOOP)
    (finding,) = findings_of(report_of(y))
    assert finding.start_s == pytest.approx(10, abs=0.3)
    assert finding.end_s == pytest.approx(20, abs=0.3)


def test_hum_goes_on_behind_missing_sound() -> None:
    y = hum(20, 50.1, LOOP)
    diagnosis = Diagnosis(SR)
    diagnosis.push(y[: 9 * SR].astype(np.float32))
    diagnosis.push_gap(SR // 4)
    diagnosis.push(y[9 * SR + SR // 4 :].astype(np.float32))
    diagnosis.finish()
    (finding,) = findings_of(diagnosis.report())
    assert finding.start_s == 0
    assert finding.end_s == 20
    assert finding.values["f0_hz"] == pytest.approx(50.1, abs=0.001)


def test_a_hum_that_comes_and_goes_for_days_keeps_so_many_points_of_its_drift() -> None:
    before = Episode(FIFTY, 0.0, 8.0, drift=[(4.0, 50.0)])
    for n in range(1, 2000):
        episode = Episode(FIFTY, 8.0 * n, 8.0 * n + 8, drift=[(8.0 * n + 4, 50.0)])
        episode.go_on_from(before)
        before = episode
    assert 100 < len(before.drift) <= 256
    seconds = [second for second, _ in before.drift]
    assert (seconds[0], seconds[-1]) == (4.0, 8.0 * 1999 + 4)
    assert seconds == sorted(seconds)
    assert before.start_s == 0.0


def test_the_channel_that_hums_is_told() -> None:
    loud = hum(6, 50.0, LOOP)
    quiet = 1e-4 * np.random.default_rng(2).standard_normal(len(loud))
    report = report_of(np.stack([quiet, loud], axis=1))
    assert report.hum.channel == 2
    assert [finding.channel for finding in findings_of(report)] == [2]
    both = report_of(np.stack([loud, loud], axis=1))
    assert [finding.channel for finding in findings_of(both)] == [None]


@pytest.mark.parametrize(("f0_hz", "harmonics"), [(16.7, (1, 2, 4, 5)), (400.0, (1, 2, 3, 5))])
def test_railways_and_aircraft_are_known_by_their_harmonics(
    f0_hz: float, harmonics: tuple[int, ...]
) -> None:
    comb = dict.fromkeys(harmonics, 1.0)
    assert heard(hum(6, f0_hz + 0.03, comb), SR).family_hz == f0_hz
    (finding,) = findings_of(report_of(hum(6, f0_hz + 0.03, comb)))
    assert ("railway" if f0_hz < 20 else "aircraft") in finding.text
    assert "outlet" not in finding.advice
    assert not heard(hum(6, f0_hz + 0.03, {1: 1.0}), SR).present


@pytest.mark.parametrize("hz", [49.0, 51.9, 55.0, 58.3, 61.7])
def test_an_organ_that_holds_a_low_note_does_not_hum(hz: float) -> None:
    assert heard(hum(6, hz, {k: 1 / k for k in range(1, 8)}), SR) == Hum()


@pytest.mark.parametrize("motion", ["vibrato", "decay", "wander"])
def test_what_moves_as_mains_do_not_is_no_hum(motion: str) -> None:
    t = np.arange(4 * SR) / SR
    phase, level = 50.0 * t, np.ones_like(t)
    if motion == "vibrato":
        phase += 0.4 / (2 * np.pi * 5) * np.sin(2 * np.pi * 5 * t)
    elif motion == "decay":
        level = 10 ** (-2 * t / 20)
    else:
        phase += 0.2 / (2 * np.pi * 0.4) * np.sin(2 * np.pi * 0.4 * t)
    note = sum(np.sin(2 * np.pi * k * phase) / k for k in range(1, 6))
    y = 0.05 * level * note + 1e-4 * np.random.default_rng(0).standard_normal(len(t))
    assert not heard(y, SR).present


def test_a_shaft_at_half_the_frequency_is_no_hum() -> None:
    assert not heard(hum(6, 24.95, {1: 1.0, 2: 1.0, 3: 0.5, 4: 0.5}), SR).present


def test_any_chunks_give_the_same_hum() -> None:
    y = hum(9, 60.1, LOOP).astype(np.float32)
    whole, cut = Diagnosis(SR), Diagnosis(SR)
    whole.push(y)
    for part in chunks(y, [1, 777, 4001, 12_345, 3]):
        cut.push(part)
    assert whole.report() == cut.report()
    assert whole.report().hum.present
