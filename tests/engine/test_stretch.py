"""A stretch of what is kept, block by block, as the player takes it."""

from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.channel import Difference
from livemel.dsp.models import frontend
from livemel.engine import Engine
from livemel.engine.stretch import Stretch
from numpy.typing import NDArray

from tests.dsp.strategies import noise
from tests.engine.sources import PATIENCE_S, ArraySource, Missing

SR = 16_000
Samples = NDArray[np.float32]


def engine_of(*parts: Samples | Missing, channels: int = 1, history_s: float = 300.0) -> Engine:
    """An engine that has heard all of it."""
    source = ArraySource(*parts, sr=SR, channels=channels)
    engine = Engine(source, lambda sr: frontend("live", sr=sr), history_s=history_s)
    source.end()
    engine.start()
    assert engine.ended.wait(PATIENCE_S)
    return engine


def all_of(stretch: Stretch) -> Samples:
    return np.concatenate(list(stretch))


@given(ends=st.tuples(st.integers(0, 6000), st.integers(1, 6000)).map(sorted))
def test_it_is_the_very_sound_from_its_start_to_its_stop(ends: list[int]) -> None:
    y = noise(2 * 6000).reshape(-1, 2)
    engine = engine_of(y, channels=2)
    start, stop = ends
    blocks = list(Stretch(engine, start, stop))
    assert all(1 <= len(block) <= SR // 10 for block in blocks)
    np.testing.assert_array_equal(np.concatenate([y[:0], *blocks]), y[start:stop])
    engine.stop()


def test_one_channel_is_that_channel_alone() -> None:
    y = noise(3 * 5000).reshape(-1, 3)
    engine = engine_of(y, channels=3)
    np.testing.assert_array_equal(all_of(Stretch(engine, 10, 4000, channel=2)), y[10:4000, 1:2])
    side = all_of(Stretch(engine, 10, 4000, channel=Difference(3, 1)))
    np.testing.assert_array_equal(side[:, 0], (y[10:4000, 2] - y[10:4000, 0]) / 2)
    engine.stop()


def test_a_loop_begins_again_at_its_start_until_it_is_none_any_more() -> None:
    y = noise(4000)[:, np.newaxis]
    engine = engine_of(y)
    stretch = Stretch(engine, 1000, 2500, loop=True)
    blocks = iter(stretch)
    twice = np.concatenate(list(islice(blocks, 3)))
    stretch.loop = False
    rest = list(blocks)
    part = y[1000:2500]
    np.testing.assert_array_equal(twice, np.concatenate([part] * 3))
    assert rest == []
    engine.stop()


def test_without_a_stop_it_goes_on_with_what_comes_and_ends_with_it() -> None:
    y = noise(3000)[:, np.newaxis]
    source = ArraySource(y, sr=SR)
    engine = Engine(source, lambda sr: frontend("live", sr=sr))
    engine.start()
    source.settle()
    blocks = iter(Stretch(engine, 2000, None))
    np.testing.assert_array_equal(next(blocks), y[2000:])
    assert next(blocks).shape == (0, 1)
    source.deliver(y[:500])
    source.settle()
    np.testing.assert_array_equal(next(blocks), y[:500])
    source.end()
    assert engine.ended.wait(PATIENCE_S)
    assert list(blocks) == []
    engine.stop()


def test_lost_sound_is_silence_of_its_length() -> None:
    y = noise(2000)[:, np.newaxis]
    engine = engine_of(y, Missing(700), y)
    heard = all_of(Stretch(engine, 1000, 4000))
    np.testing.assert_array_equal(heard[:, 0], np.r_[y[1000:, 0], np.zeros(700), y[:1300, 0]])
    engine.stop()


def test_what_goes_while_it_plays_is_silence_and_is_counted() -> None:
    y = noise(5 * SR)[:, np.newaxis]
    source = ArraySource(y, sr=SR)
    engine = Engine(source, lambda sr: frontend("live", sr=sr), history_s=1.0)
    engine.start()
    source.settle()
    stretch = Stretch(engine, 0, 4 * SR)
    blocks = iter(stretch)
    np.testing.assert_array_equal(next(blocks), y[: SR // 10])
    assert stretch.gone == 0
    source.deliver(*[y] * 8)
    source.settle()
    rest = np.concatenate(list(blocks))
    assert engine.history is not None
    oldest = engine.history.oldest
    assert oldest > SR
    assert stretch.gone == min(oldest, 4 * SR) - SR // 10
    assert len(rest) == 4 * SR - SR // 10
    assert not rest[: stretch.gone].any()
    engine.stop()


@pytest.mark.parametrize(
    ("position", "number"), [(0.0, 100.0), (30.5, 130.5), (50.0, 150.0), (60.0, 110.0)]
)
def test_a_position_is_told_as_the_number_of_a_sample(position: float, number: float) -> None:
    engine = engine_of(noise(1000)[:, np.newaxis])
    assert Stretch(engine, 100, 150, loop=True).at(position) == number
    assert Stretch(engine, 100, None).at(position) == 100 + position
    engine.stop()


def test_the_band_of_a_stretch_is_filtered_with_the_sound_around_it() -> None:
    t = np.arange(2 * SR) / SR
    low, high = (np.sin(2 * np.pi * hz * t).astype(np.float32) for hz in (500, 4000))
    engine = engine_of((low + high)[:, np.newaxis])
    heard = all_of(Stretch(engine, SR // 2, SR * 3 // 2, band_hz=(200.0, 1000.0)))
    np.testing.assert_allclose(heard[:, 0], low[SR // 2 : SR * 3 // 2], atol=2e-3)
    engine.stop()
