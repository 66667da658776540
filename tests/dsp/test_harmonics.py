"""The harmonic cursor: known series of sines are read back, and their common fundamental."""

import numpy as np
import pytest
import scipy.linalg
import scipy.signal
from hypothesis import example, given
from hypothesis import strategies as st
from livemel.dsp.frame import frame_at
from livemel.dsp.harmonics import Harmonics, _chirp_z, harmonics_of
from livemel.dsp.models import frontend
from livemel.errors import ParameterError

from tests.dsp.strategies import examples, noise

LIVE = frontend()
T = np.arange(20_000) / LIVE.sr
MIDDLE = 10_000
FALL = 0.8  # from one harmonic's amplitude to the next


def series(f0_hz: float, count: int, seed: int = 0, noise_level: float = 3e-3) -> np.ndarray:
    """Harmonics of any phase, falling off, and white noise."""
    rng = np.random.default_rng(seed)
    y = noise_level * rng.standard_normal(len(T)) + 0.02
    for h in range(1, count + 1):
        y += 0.3 * FALL ** (h - 1) * np.cos(2 * np.pi * h * f0_hz * T + rng.uniform(0, 6.3))
    return y.astype(np.float32)


def levels(count: int) -> np.ndarray:
    return 20 * np.log10(0.3 * FALL ** np.arange(count))


def read(y: np.ndarray, f0_hz: float, *, refine: bool = True) -> Harmonics:
    return harmonics_of(y, MIDDLE, LIVE, f0_hz, refine)


@examples(40)
@given(
    f0_hz=st.floats(40, 2000),
    off=st.floats(-1, 1),
    count=st.integers(1, 10),
    seed=st.integers(0, 99),
)
# What the misfit leaves hides the first two harmonics, and the third points elsewhere.
@example(f0_hz=40.0, off=0.9375, count=8, seed=0)
@example(f0_hz=103.08, off=0.928, count=8, seed=9)
def test_the_fundamental_is_found_by_all_its_harmonics_and_so_are_their_levels(
    f0_hz: float, off: float, count: int, seed: int
) -> None:
    y = series(f0_hz, count, seed)
    # Half a bin of the frame: of 2048 samples, or of five periods where that is more.
    found = read(y, f0_hz + off * 0.45 * min(LIVE.sr / LIVE.n_fft, f0_hz / 5))
    assert found.error_hz < 0.02
    assert abs(found.f0_hz - f0_hz) < 6 * found.error_hz
    np.testing.assert_allclose(found.level_db[:count], levels(count), atol=0.5)
    np.testing.assert_allclose(found.hz, found.f0_hz * np.arange(1, len(found.hz) + 1))
    assert LIVE.sr / 2 - 2 * f0_hz - LIVE.sr / LIVE.n_fft < found.hz[-1] < LIVE.sr / 2


def test_the_stated_error_is_the_one_that_is_made() -> None:
    for f0_hz, count in ((50.0, 20), (180.0, 20), (440.0, 10), (1000.0, 1)):
        sigmas = []
        for seed in range(40):
            found = read(series(f0_hz, count, seed), f0_hz + 2)
            sigmas.append((found.f0_hz - f0_hz) / found.error_hz)
        assert 0.6 < np.sqrt(np.mean(np.square(sigmas))) < 1.6


def test_more_harmonics_make_the_fundamental_surer() -> None:
    one, many = (read(series(110, count), 111).error_hz for count in (1, 12))
    assert many < one / 4


def test_hum_reads_fifty_hertz_with_its_harmonics() -> None:
    for seed in range(5):
        found = read(series(50, 20, seed), 52)
        assert found.f0_hz == pytest.approx(50, abs=0.005)
        np.testing.assert_allclose(found.level_db[:15], levels(15), atol=0.5)


def test_without_refinement_the_cursor_stays_where_it_was_put() -> None:
    found = read(series(220, 8), 221.5, refine=False)
    assert found.f0_hz == 221.5
    assert found.error_hz == np.inf
    assert found.hz[1] == 443


def test_only_the_harmonics_that_are_there_stand_over_their_floor() -> None:
    found = read(series(300, 8), 301)
    assert found.over_floor_db[:8].min() > 30
    assert found.over_floor_db[8:].max() < 15
    assert abs(np.median(found.over_floor_db[8:])) < 3


def test_a_missing_fundamental_is_carried_by_its_harmonics() -> None:
    y = noise(len(T), level=1e-3)
    for h in range(3, 11):
        y = y + (0.2 * np.cos(2 * np.pi * 200 * h * T + h * h)).astype(np.float32)
    found = read(y, 202)
    assert found.f0_hz == pytest.approx(200, abs=0.01)
    assert found.over_floor_db[:2].max() < 15


def test_the_fundamental_may_be_weak_where_its_harmonics_are_strong() -> None:
    y = 0.01 * np.cos(2 * np.pi * 200 * T)
    for h in range(3, 11):
        y += 0.2 * np.cos(2 * np.pi * 200 * h * T + h * h)
    found = read((y + noise(len(T), level=1e-3)).astype(np.float32), 203)
    assert found.f0_hz == pytest.approx(200, abs=0.01)
    assert found.level_db[0] == pytest.approx(-40, abs=0.5)
    assert found.level_db[1] < -55


@examples(30)
@given(seed=st.integers(0, 999), f0_hz=st.floats(30, 10_000))
def test_in_noise_nothing_is_made_of_a_cursor(seed: int, f0_hz: float) -> None:
    found = read(noise(20_000, seed), f0_hz)
    assert abs(found.f0_hz - f0_hz) < LIVE.sr / LIVE.n_fft
    assert np.isfinite(found.level_db).all()
    assert found.over_floor_db.max() < 25


def test_of_a_very_low_fundamental_a_thousand_harmonics_are_read() -> None:
    found = read(series(20, 5), 20.2)
    assert len(found.hz) == 1000
    assert found.f0_hz == pytest.approx(20, abs=0.01)


def test_silence_has_levels_at_the_bottom_and_no_certain_fundamental() -> None:
    found = read(np.zeros(20_000, dtype=np.float32), 100)
    assert found.f0_hz == 100
    assert found.error_hz == np.inf
    assert (found.level_db == -200).all()


@pytest.mark.parametrize("f0_hz", [0, -50, 24_000, float("nan")])
def test_impossible_fundamentals_are_named(f0_hz: float) -> None:
    with pytest.raises(ParameterError, match="f0_hz="):
        read(noise(20_000), f0_hz)


@examples(50)
@given(n=st.integers(1, 500), points=st.integers(1, 500), omega=st.floats(1e-4, 3))
def test_the_chirp_transform_is_scipys(n: int, points: int, omega: float) -> None:
    y = noise(n).astype(np.float64)
    wanted = np.exp(-1j * omega * np.outer(np.arange(points), np.arange(n))) @ y
    np.testing.assert_allclose(_chirp_z(y, omega, points), wanted, atol=1e-8)
    theirs = scipy.signal.czt(y, points, np.exp(-1j * omega))
    np.testing.assert_allclose(theirs, wanted, atol=1e-6)


def test_the_amplitudes_are_those_of_a_plain_least_squares_fit() -> None:
    y = series(300, 12)
    found = read(y, 300.3, refine=False)
    frame = frame_at(y, MIDDLE, LIVE)
    t = np.arange(len(frame.samples))
    order = np.arange(1, len(found.hz) + 1)
    phase = np.outer(t, 2 * np.pi * 300.3 / LIVE.sr * order)
    columns = np.hstack([np.cos(phase), np.sin(phase), np.ones((len(t), 1))])
    root = np.sqrt(frame.weight)
    fit = scipy.linalg.lstsq(columns * root[:, np.newaxis], frame.samples * root)[0]
    k = len(order)
    wanted = 10 * np.log10(fit[:k] ** 2 + fit[k : 2 * k] ** 2)
    np.testing.assert_allclose(found.level_db, wanted, atol=1e-6)
