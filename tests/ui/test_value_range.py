"""The colour map's first range, and the unit beside it, for every front-end."""

import numpy as np
import pytest
from livemel.dsp.models import FRONTENDS, frontend
from livemel.dsp.scaler import Scaler
from livemel.dsp.stream import log_mel
from livemel.ui.value_range import first_range, step_of, unit

from tests.dsp.strategies import noise


@pytest.mark.parametrize("name", FRONTENDS)
def test_noise_and_a_full_scale_tone_lie_within_the_first_range(name: str) -> None:
    fe = frontend(name)
    low, high = first_range(fe)
    t = np.arange(fe.sr * 2) / fe.sr
    tone = np.sin(2 * np.pi * (fe.fmin + fe.top_hz) / 4 * t).astype(np.float32)
    loud, quiet = log_mel(tone, fe), log_mel(noise(fe.sr * 2, level=0.01), fe)
    assert loud.max() <= high + 0.15 * (high - low)
    assert np.median(quiet) >= low - 0.15 * (high - low)


def test_units_are_named_for_what_the_columns_are() -> None:
    assert [unit(frontend(name)) for name in ("live", "librosa", "kaldi", "whisper-80", "ast")] == [
        "dB",
        "dB",
        "ln",
        "norm.",
        "norm.",
    ]


@pytest.mark.parametrize(("low", "high", "step"), [(-70, 30, 5), (-0.5, 1.6, 0.1), (-16, 8, 1)])
def test_a_step_is_a_round_twentieth(low: float, high: float, step: float) -> None:
    assert step_of(low, high) == pytest.approx(step)


@pytest.mark.parametrize(("kind", "expected"), [("mean-std", (-3, 3)), ("min-max", (0, 1))])
def test_a_scaler_decides_the_range_and_there_is_no_unit(
    kind: str, expected: tuple[float, float]
) -> None:
    scaler = Scaler(kind=kind, per_bin=False, shift=(-30.0,), spread=(20.0,))
    fe = frontend("whisper-80").replace(normalise="dataset", scaler=scaler)
    assert first_range(fe) == expected
    assert unit(fe) == "norm."
