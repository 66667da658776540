"""The floor under tones: white noise's mean power, with tones in it or without."""

import numpy as np
import pytest
from livemel.dsp.frame import frame_at
from livemel.dsp.models import frontend
from livemel.dsp.noise_floor import floor_powers

from tests.dsp.strategies import noise

LIVE = frontend()
# Squared amplitudes: 4 sum(w^2) / sum(w)^2 times the variance, for a Hann window.
OF_VARIANCE = 4 * 0.375 * LIVE.n_fft / (LIVE.n_fft / 2) ** 2


@pytest.mark.parametrize("level", [1e-4, 0.3])
@pytest.mark.parametrize("hz", [100.0, 3000.0, 23_900.0])
def test_the_floor_of_white_noise_is_its_mean_power_in_a_bin(hz: float, level: float) -> None:
    floors = [
        floor_powers(frame_at(noise(2048, seed, level), 1024, LIVE), hz) for seed in range(300)
    ]
    assert np.mean(floors) == pytest.approx(OF_VARIANCE * level**2, rel=0.08)
    assert np.std(floors) < 0.5 * np.mean(floors)  # one reading is good to 2 dB


def test_bins_of_tones_that_were_taken_off_are_not_looked_at() -> None:
    """A fit of tones that are not there takes noise off: every fifth bin is nearly empty then."""
    t, taken = np.arange(2048) / LIVE.sr, 3000 + 5 * LIVE.sr / 2048 * np.arange(-12, 13)
    phase = 2 * np.pi * np.outer(t, taken)
    sinusoids = np.hstack([np.cos(phase), np.sin(phase)])
    told, untold = [], []
    for seed in range(60):
        y = noise(2048, seed).astype(np.float64)
        weight = frame_at(y, 1024, LIVE).weight[:, np.newaxis]
        fit = np.linalg.solve(sinusoids.T @ (weight * sinusoids), sinusoids.T @ (weight[:, 0] * y))
        rest = frame_at(y - sinusoids @ fit, 1024, LIVE)
        told.append(floor_powers(rest, 3000, taken))
        untold.append(floor_powers(rest, 3000))
    assert np.mean(told) == pytest.approx(OF_VARIANCE * 0.1**2, rel=0.2)
    assert np.mean(untold) < 0.5 * OF_VARIANCE * 0.1**2


def test_floors_of_many_frequencies_are_those_of_each() -> None:
    frame = frame_at(noise(4000), 2000, LIVE)
    hz = np.array([[0.0, 50.0], [1000.0, 24_000.0]])
    many = floor_powers(frame, hz)
    assert many.shape == (2, 2)
    np.testing.assert_array_equal(many, [[floor_powers(frame, f) for f in row] for row in hz])
