"""Blocks: always cut at the same places, low-passed like scipy's, gaps where they were."""

import numpy as np
import pytest
import scipy.signal
from hypothesis import given
from livemel.diagnosis.block import Block, Blocks, Grid
from livemel.diagnosis.decimate import Decimator

from tests.dsp.strategies import chunk_sizes, chunks, noise

SR = 8_000
RATES = (8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000, 192_000)


def blocks_of(y: np.ndarray, sizes: list[int], sr: int = SR) -> list[Block]:
    blocks = Blocks(sr, 1)
    out = [b for part in chunks(y, sizes) for b in blocks.push(part[:, np.newaxis])]
    return out + list(blocks.finish())


@given(chunk_sizes(4000))
def test_any_chunks_give_the_same_blocks(sizes: list[int]) -> None:
    y = noise(3 * SR + 123)
    for a, b in zip(blocks_of(y, [len(y)]), blocks_of(y, sizes), strict=True):
        assert (a.start, a.stop, a.last) == (b.start, b.stop, b.last)
        np.testing.assert_array_equal(a.channels[0], b.channels[0])
        np.testing.assert_array_equal(a.lowest[0], b.lowest[0])


@pytest.mark.parametrize("sr", RATES)
def test_a_block_is_half_a_second_and_whole_at_all_rates(sr: int) -> None:
    grid = Grid.of(sr)
    assert grid.length == pytest.approx(sr / 2, abs=grid.lowest)
    assert grid.length % grid.lowest == 0
    assert grid.lowest % grid.low == 0
    assert 8_000 <= grid.low_sr < 16_000
    assert 1_000 <= grid.lowest_sr < 2_000


@pytest.mark.parametrize("q", [2, 5, 6, 8, 24])
def test_a_decimator_is_scipys_convolution_and_every_qth_sample(q: int) -> None:
    y = noise(400 * q)
    decimator = Decimator(q)
    ours = np.concatenate([decimator.push(y[: 100 * q]), decimator.push(y[100 * q :])])
    taps = scipy.signal.firwin(26 * q, 1 / q, window=("kaiser", 8.0))
    theirs = scipy.signal.lfilter(taps, 1, y)[q - 1 :: q]
    np.testing.assert_allclose(ours, theirs, atol=2e-6)


@pytest.mark.parametrize(("hz", "gain_db"), [(0.39, 0.0), (0.61, -80.0)])
def test_a_decimator_passes_what_it_should_and_nothing_else(hz: float, gain_db: float) -> None:
    q, n = 6, 6000
    y = np.sin(2 * np.pi * hz / q * np.arange(n)).astype(np.float32)
    out = Decimator(q).push(y)[100:]
    db = 10 * np.log10(2 * np.mean(out**2))
    assert db == pytest.approx(0, abs=0.05) if gain_db == 0 else db < gain_db


def test_a_gap_is_zeros_and_known_in_each_block_it_reaches_into() -> None:
    blocks = Blocks(SR, 2)
    sound = np.ones((5000, 2), dtype=np.float32)
    got = [*blocks.push(sound), *blocks.push_gap(6000), *blocks.push(sound), *blocks.finish()]
    missing = np.concatenate([b.channels[1] == 0 for b in got])
    known = np.zeros(16_000, dtype=bool)
    for b in got:
        for start, stop in b.lost:
            known[start:stop] = True
    np.testing.assert_array_equal(missing, known)
    assert known.sum() == 6000
    assert [b.whole for b in got] == [True, False, False, True, True]
    assert [len(b) for b in got] == [4000] * 4 + [0]


def test_what_is_no_number_is_counted_and_becomes_silence() -> None:
    blocks = Blocks(SR, 1)
    y = noise(SR)
    y[[17, 5000]] = np.nan, np.inf
    got = list(blocks.push(y[:, np.newaxis]))
    assert all(np.isfinite(b.channels[0]).all() for b in got)
    assert blocks.not_finite == 2
