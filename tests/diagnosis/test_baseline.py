"""What is read of a hum before and after is what was put into the sound."""

import numpy as np
import pytest
from livemel.diagnosis.baseline import Reading, changes, read_harmonics

AMPLITUDES = {1: 0.2, 2: 0.01, 3: 0.06, 5: 0.03, 7: 0.01}
ORDERS = tuple(AMPLITUDES)


def hum(
    sr: int, amplitudes: dict[int, float], f0: float = 50.02, noise: float = 1e-4
) -> np.ndarray:
    t = np.arange(2 * sr) / sr
    y = 1e-4 * np.random.default_rng(1).standard_normal(len(t))
    for n, amplitude in amplitudes.items():
        y += amplitude * np.sin(2 * np.pi * n * f0 * t + n)
    return y.astype(np.float32)


def read(y: np.ndarray, sr: int, f0: float = 50.0) -> Reading:
    reading = read_harmonics(y, sr, f0, ORDERS)
    assert reading is not None
    return reading


@pytest.mark.parametrize("sr", [8_000, 16_000, 22_050, 44_100, 48_000, 96_000])
def test_each_harmonic_has_the_level_and_frequency_of_its_sine(sr: int) -> None:
    reading = read(hum(sr, AMPLITUDES), sr)
    assert reading.f0_hz == pytest.approx(50.02, abs=0.002)
    for harmonic, amplitude in zip(reading.harmonics, AMPLITUDES.values(), strict=True):
        assert harmonic.dbfs == pytest.approx(20 * np.log10(amplitude), abs=0.1)
        assert harmonic.hz == pytest.approx(50.02 * harmonic.n, abs=0.02)
    power = sum(amplitude**2 for amplitude in AMPLITUDES.values())
    assert reading.level_dbfs == pytest.approx(10 * np.log10(power), abs=0.1)
    assert reading.rms_dbfs == pytest.approx(10 * np.log10(power / 2), abs=0.1)


def test_a_change_is_told_harmonic_by_harmonic_and_of_all_together() -> None:
    sr = 48_000
    after = {n: amplitude / 10 for n, amplitude in AMPLITUDES.items() if n != 7}
    rows = changes(read(hum(sr, AMPLITUDES), sr), read(hum(sr, after), sr))
    assert [row.n for row in rows] == [*ORDERS, None]
    assert [row.is_gone for row in rows] == [False, False, False, False, True, False]
    for row in rows[:4]:
        assert row.db == pytest.approx(-20, abs=0.1)
    assert rows[4].db is None
    assert rows[-1].db == pytest.approx(-20, abs=0.1)


def test_where_only_noise_is_left_all_of_it_is_gone() -> None:
    sr = 48_000
    rows = changes(read(hum(sr, AMPLITUDES), sr), read(hum(sr, {}), sr))
    assert all(row.is_gone for row in rows)


def test_a_hum_that_has_moved_is_followed_and_one_of_another_country_is_not() -> None:
    sr = 48_000
    assert read(hum(sr, AMPLITUDES, f0=50.15), sr).f0_hz == pytest.approx(50.15, abs=0.002)
    other = read(hum(sr, {n: AMPLITUDES[n] for n in (1, 3)}, f0=60.0), sr)
    assert other.f0_hz == 50.0
    assert other.level_dbfs is None or other.level_dbfs < -40


def test_too_little_sound_and_sound_that_is_no_number_have_no_reading() -> None:
    y = hum(48_000, AMPLITUDES)
    assert read_harmonics(y[:10_000], 48_000, 50.0, ORDERS) is None
    assert read_harmonics(y, 48_000, 0.2, ORDERS) is None
    y[5] = np.nan
    assert read_harmonics(y, 48_000, 50.0, ORDERS) is None
