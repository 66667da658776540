"""What the hum detector knows, and how well: its frequency against the bound, whether its standard
error is true, how faint a hum it finds, and how often it finds one that is not there.

Every figure is of the whole detector, fed like a file. Run as `python -m livemel.bench.hum`.
Prints the rows as JSON.
"""

from dataclasses import dataclass

import numpy as np

from livemel.bench.hum_sounds import (
    SR,
    WITHOUT,
    Floats,
    at_lowest_rate,
    mains_hz,
    tone,
    weak_hum,
)
from livemel.bench.rows import Row, say, to_json
from livemel.diagnosis.block import Blocks
from livemel.diagnosis.hum import HumDetector
from livemel.diagnosis.report import Hum

_SEED = 20_260
_CASES, _WINDOWS = 1000, 1000
# The bound's own rate: what is pushed at 1 kHz is not decimated any more.
_LOWEST_SR = 1000
_SECONDS, _SNR_DB = (2, 4, 8), (20, 0)
_BACKGROUNDS = {"speech": "speechlike", "music": "dropouts", "a machine": "bearing"}
_WINDOW_S, _OVER_FLOOR_DB = 4.0, 12.0
_RMSE, _BIAS, _COVERAGE = 1.5, 0.1, (90.0, 98.0)
_DETECTED, _FALSE = 99.0, 1.0
_AMPLITUDE = 0.1


@dataclass(frozen=True)
class Errors:
    """What many measurements of one kind were off.

    error_hz, se_hz : shape (n,), of those in which hum was found
    asked : how many there were
    """

    error_hz: Floats
    se_hz: Floats
    asked: int

    @property
    def rmse_hz(self) -> float:
        return float(np.sqrt(np.mean(self.error_hz**2)))

    @property
    def coverage(self) -> float:
        """Percent within two of its own standard errors."""
        return 100 * float(np.mean(np.abs(self.error_hz) <= 2 * self.se_hz))


def heard(samples: Floats, sr: int) -> Hum:
    """What the detector says at the end of a sound, shape (n,)."""
    blocks, detector = Blocks(sr, 1), HumDetector(sr, 1)
    for cut in (blocks.push(samples.astype(np.float32)[:, np.newaxis]), blocks.finish()):
        for block in cut:
            detector.push(block)
    hum = detector.figures().get("hum")
    return hum if isinstance(hum, Hum) else Hum()


def bound_hz(snr_db: float, seconds: float, sr: float = _LOWEST_SR) -> float:
    """The least standard error of a sine's frequency that no unbiased estimate goes below.

    snr_db : power of the sine over that of the white noise
    Reference: Rife and Boorstyn (1974); for a real sine, Kay, Fundamentals of Statistical Signal
    Processing I (1993), (3.41): var(f) = 12 sr² / ((2π)² η n (n² - 1)), η = A² / 2σ².
    """
    n = round(seconds * sr)
    eta = 10 ** (snr_db / 10)
    return float(np.sqrt(12 / (eta * n * (n**2 - 1))) * sr / (2 * np.pi))


def measure(
    cases: int, seconds: float, snr_db: float, background: Floats | None = None, seed: int = _SEED
) -> Errors:
    """The frequency of a clean tone, within 0.5 Hz of 50 or 60, in white noise at 1 kHz.

    background : instead of the noise, at 1 kHz; each case takes another place of it
    """
    rng = np.random.default_rng(seed)
    n = round(seconds * _LOWEST_SR)
    errors, ses = [], []
    for _ in range(cases):
        hz = mains_hz(rng)
        y = tone(hz, seconds, _LOWEST_SR, rng, _AMPLITUDE)
        rms = _AMPLITUDE / np.sqrt(2) / 10 ** (snr_db / 20)
        if background is None:
            y += rms * rng.standard_normal(n)
        else:
            start = int(rng.integers(len(background) - n))
            beside = background[start : start + n]
            y += beside * rms / max(1e-9, float(np.sqrt(np.mean(beside**2))))
        hum = heard(y, _LOWEST_SR)
        if hum.f0_hz is not None and hum.f0_se_hz is not None:
            errors.append(hum.f0_hz - hz)
            ses.append(hum.f0_se_hz)
    return Errors(np.array(errors), np.array(ses), cases)


def detected(windows: int, *, lone: bool, seed: int = _SEED) -> float:
    """Percent of the sounds of 4 s with a hum 12 dB over the floor in which it is found; the floor
    is the mean power of the noise in one bin of a Hann window of 4 s."""
    rng = np.random.default_rng(seed)
    sounds = (weak_hum(_WINDOW_S, _LOWEST_SR, rng, _OVER_FLOOR_DB, lone) for _ in range(windows))
    return 100 * sum(heard(y, _LOWEST_SR).present for y in sounds) / windows


def false_alarms(kind: str, windows: int, seed: int = _SEED) -> int:
    """Sounds of 4 s of a kind of WITHOUT in which hum is found."""
    sounds = WITHOUT[kind](_WINDOW_S, np.random.default_rng(seed))
    return sum(heard(next(sounds), SR).present for _ in range(windows))


def hum_rows(cases: int = _CASES, windows: int = _WINDOWS) -> list[Row]:
    """All rows. cases : of each clean tone; windows : of each kind"""
    rows = [row for s in _SECONDS for db in _SNR_DB for row in _clean(cases, s, db)]
    for what, scene in _BACKGROUNDS.items():
        background = at_lowest_rate(scene, 120.0)
        rows += [_in_background(cases // 5, what, db, background) for db in _SNR_DB]
    rows.append(_percent("found, 12 dB over the floor, 3 harmonics", windows, lone=False))
    rows.append(_percent("found, 12 dB over the floor, a lone line", windows, lone=True))
    say("  what is none")
    found = {kind: false_alarms(kind, windows) for kind in WITHOUT}
    each = ", ".join(f"{kind} {n}" for kind, n in found.items())
    per_mille = 1000 * sum(found.values()) / (windows * len(found))
    what = f"found in {windows * len(found)} windows without"
    return [*rows, Row("hum", what, "‰", per_mille, limit=_FALSE, note=each)]


def _clean(cases: int, seconds: int, snr_db: int) -> list[Row]:
    what = f"{seconds} s, {snr_db} dB"
    say(f"  {what}")
    errors = measure(cases, seconds, snr_db)
    rmse, bound = errors.rmse_hz, bound_hz(snr_db, seconds)
    missed = errors.asked - len(errors.error_hz)
    note = f"{1000 * rmse:.3f} mHz, bound {1000 * bound:.3f}; {missed} of {errors.asked} not found"
    bias = abs(float(errors.error_hz.mean())) / rmse
    # A mean of n cases strays by 1/√n by itself.
    chance = f"by chance {1 / np.sqrt(cases):.2f}"
    return [
        Row("hum", f"{what}: RMSE ÷ bound", "×", rmse / bound, limit=_RMSE, note=note),
        Row("hum", f"{what}: bias ÷ RMSE", "×", bias, limit=_BIAS, note=chance),
        *_covered(what, errors),
    ]


def _in_background(cases: int, what: str, snr_db: int, background: Floats) -> Row:
    say(f"  in {what}")
    errors = measure(cases, 4.0, snr_db, background)
    found = f"found in {len(errors.error_hz)} of {cases}"
    note = f"RMSE {1000 * errors.rmse_hz:.2f} mHz, {found}" if len(errors.error_hz) else found
    coverage = errors.coverage if len(errors.error_hz) else None
    return Row("hum", f"4 s, {snr_db} dB in {what}: within ±2 se", "%", coverage, note=note)


def _covered(what: str, errors: Errors) -> list[Row]:
    low, high = _COVERAGE
    return [
        Row("hum", f"{what}: within ±2 se", "%", errors.coverage, limit=low, at_least=True),
        Row("hum", f"{what}: within ±2 se", "%", errors.coverage, limit=high),
    ]


def _percent(what: str, windows: int, *, lone: bool) -> Row:
    say(f"  {what}")
    limit = None if lone else _DETECTED
    value = detected(windows, lone=lone)
    return Row("hum", what, "%", value, limit=limit, at_least=True, note="in 4 s")


if __name__ == "__main__":
    print(to_json(hum_rows()))
