"""What is followed along the kept sound equals what the whole of it gives."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from livemel.buffers.history import SampleHistory
from livemel.buffers.writer import GapCause
from livemel.dsp.f0 import F0Track
from livemel.dsp.frontend import FrontEnd
from livemel.engine.along import extremes_along, f0_along, f0_delay_s, sound_of
from livemel.engine.follower import Follower

from tests.waiting import wait_for

SR = 16_000
Follow = Callable[..., Follower]


@pytest.fixture
def follow() -> Iterator[Follow]:
    """Starts followers; ended afterwards."""
    running: list[Follower] = []

    def follow_(make: Callable[..., Follower], *arguments: object) -> Follower:
        running.append(make(*arguments))
        return running[-1]

    yield follow_
    for follower in running:
        follower.stop()
        follower.join(5)


def known(follower: Follower, first: int, stop: int) -> bool:
    return not np.isnan(follower.values(first, stop)).any()


def voice(seconds: float) -> np.ndarray:
    """A glide from 100 to 300 Hz with four harmonics; never silent. Shape (n, 1)."""
    t = np.arange(round(seconds * SR)) / SR
    phase = 2 * np.pi * (100 * t + 100 * t * t / seconds)
    y = sum(0.2 / h * np.cos(h * phase + h) for h in range(1, 5))
    return (y + 1e-4 * np.random.default_rng(0).standard_normal(len(t))).astype("f4")[:, None]


def test_the_fundamental_is_the_tracks_own_whatever_order_it_was_wanted_in(follow: Follow) -> None:
    y = voice(3.0)
    history = SampleHistory(1, 10 * SR)
    follower = follow(f0_along, history, None, SR)
    history.append(y[: 2 * SR])
    follower.want(150, 1000)
    wait_for(lambda: known(follower, 150, 190))
    assert np.isnan(follower.values(0, 150)).all()  # nobody wanted those
    history.append(y[2 * SR :])
    follower.want(0, 1000)
    wait_for(lambda: known(follower, 5, 290))
    centred = FrontEnd(sr=SR, n_fft=512, hop_length=160, center=True)
    whole = F0Track(centred).push(y[:, 0])
    values = follower.values(5, 290)
    np.testing.assert_allclose(values[:, 0], whole.hz[5:290], rtol=1e-3)
    np.testing.assert_allclose(values[:, 1], whole.aperiodicity[5:290], atol=1e-3)


def test_a_value_is_there_as_soon_as_its_delay_has_passed(follow: Follow) -> None:
    history = SampleHistory(1, 10 * SR)
    follower = follow(f0_along, history, None, SR)
    reach = round(f0_delay_s(SR) * SR)
    history.append(voice(1.0)[: 50 * 160 + reach])
    follower.want(0, 1000)
    wait_for(lambda: known(follower, 50, 51))
    assert np.isnan(follower.values(51, 60)).all()


def test_extremes_are_those_of_every_millisecond(follow: Follow) -> None:
    rng = np.random.default_rng(0)
    y = rng.standard_normal((5 * SR, 2)).astype(np.float32)
    history = SampleHistory(2, 10 * SR)
    follower = follow(extremes_along, history, 2, SR)
    history.append(y)
    follower.want(0, 10_000)
    wait_for(lambda: known(follower, 0, 5000))
    blocks = y[:, 1].reshape(5000, 16)
    expected = np.stack([blocks.min(axis=1), blocks.max(axis=1)], axis=1)
    assert np.array_equal(follower.values(0, 5000), expected)
    assert np.isnan(follower.values(5000, 5100)).all()


def test_what_the_history_has_let_go_is_not_told_as_something_newer(follow: Follow) -> None:
    history = SampleHistory(1, SR)
    follower = follow(extremes_along, history, None, SR)
    for number in range(12):
        history.append(np.full((SR, 1), number, dtype=np.float32))
        newest = (number + 1) * 1000
        follower.want(newest - 400, newest)
        wait_for(lambda newest=newest: known(follower, newest - 400, newest))
        assert np.all(follower.values(newest - 400, newest) == number)
    assert np.isnan(follower.values(0, 400)).all()


def test_missing_sound_reads_as_zeros_and_so_does_what_is_gone() -> None:
    history = SampleHistory(2, 40_000)
    history.append(np.ones((1000, 2), dtype=np.float32))
    history.append_gap(500, GapCause.STALL)
    assert list(sound_of(history, None, 998, 1002)) == [1, 1, 0, 0]
    assert list(sound_of(history, 2, -2, 2)) == [0, 0, 1, 1]
    assert list(sound_of(history, 1, 1499, 1502)) == [0, 0, 0]
