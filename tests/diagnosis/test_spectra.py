"""Spectra: one a block, computed once, of a known scale."""

import numpy as np
import pytest
import scipy.signal
from livemel.diagnosis.block import Blocks
from livemel.diagnosis.spectra import Spectra

from tests.dsp.strategies import noise


@pytest.mark.parametrize("sr", [8_000, 16_000, 22_050, 44_100, 48_000, 96_000])
def test_a_frame_fits_a_block_and_takes_two_thirds_of_it_at_least(sr: int) -> None:
    spectra = Spectra(sr)
    assert 2 / 3 <= spectra.n / spectra.hop <= 1


def test_powers_are_scipys_spectrum_of_the_same_frame() -> None:
    sr, y = 16_000, noise(8_000)
    block = next(Blocks(sr, 1).push(y[:, np.newaxis]))
    spectra = Spectra(sr)
    spectrum = spectra.of(block)
    assert spectrum is not None
    assert spectra.of(block) is spectrum
    _, theirs = scipy.signal.periodogram(
        y[: spectra.n], sr, "hann", detrend=False, scaling="spectrum"
    )
    # Theirs is the mean square: a sine's is half its squared amplitude.
    np.testing.assert_allclose(spectrum.powers[0][1:-1], 2 * theirs[1:-1], rtol=1e-3, atol=1e-9)


def test_a_block_with_a_hole_and_a_short_one_have_no_spectrum() -> None:
    blocks, spectra = Blocks(8_000, 1), Spectra(8_000)
    y = noise(6_000)[:, np.newaxis]
    got = [*blocks.push(y), *blocks.push_gap(1), *blocks.push(y[:3_000]), *blocks.finish()]
    assert [spectra.of(block) is not None for block in got] == [True, False, False]
