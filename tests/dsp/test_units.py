"""What a decibel is in columns: twice the amplitude is 6.02 of them."""

import numpy as np
import pytest
from livemel import FrontEnd, log_mel
from livemel.dsp.units import decibel

from tests.dsp.strategies import noise


@pytest.mark.parametrize("power", [1.0, 2.0])
@pytest.mark.parametrize("log", ["db", "db-amplitude", "ln", "log10"])
def test_twice_the_amplitude_is_6_decibels_in_any_unit(log: str, power: float) -> None:
    fe = FrontEnd(sr=16_000, n_fft=512, n_mels=20, log=log, power=power)  # type: ignore[arg-type]
    y = noise(8000)
    more = log_mel(2 * y, fe) - log_mel(y, fe)
    unit = decibel(fe)
    assert unit is not None
    np.testing.assert_allclose(more / unit, 20 * np.log10(2), rtol=1e-3)


@pytest.mark.parametrize(
    "changes",
    [
        {"log": "none"},
        {"normalise": "running", "statistic": "mean-std"},
        {"representation": "waveform"},
    ],
)
def test_what_is_no_logarithm_has_none(changes: dict[str, str]) -> None:
    assert decibel(FrontEnd(sr=16_000).replace(**changes)) is None
