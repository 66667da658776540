"""The colour map's first range, and the unit beside it, for every front-end."""

import numpy as np
import pytest
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.models import FRONTENDS, frontend
from livemel.dsp.scaler import Scaler
from livemel.dsp.stream import log_mel
from livemel.dsp.weighting import LevelScale
from livemel.ui.value_range import first_range, fitted_range, per_db, scale_text, step_of, unit

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


@pytest.mark.parametrize("representation", ["linear", "log"])
@pytest.mark.parametrize("name", FRONTENDS)
def test_bins_of_noise_and_of_a_tone_lie_within_the_first_range(
    name: str, representation: str
) -> None:
    fe = frontend(name).replace(representation=representation)
    low, high = first_range(fe)
    t = np.arange(fe.sr * 2) / fe.sr
    tone = np.sin(2 * np.pi * (fe.fmin + fe.top_hz) / 4 * t).astype(np.float32)
    assert high - 10 <= log_mel(tone, fe).max() <= high + 10
    assert np.median(log_mel(noise(fe.sr * 2, level=0.1), fe)) >= low - 10
    assert unit(fe) == "dB"


@pytest.mark.parametrize("how", ["none", "fixed", "running"])
@pytest.mark.parametrize("name", FRONTENDS)
def test_most_coefficients_of_a_sound_fill_the_range_without_leaving_it(
    name: str, how: str
) -> None:
    fe = frontend(name).replace(representation="mfcc", normalise=how)
    low, high = first_range(fe)
    assert low == -high
    assert unit(fe) == ""
    n = max(fe.sr, 4 * fe.span)
    t = np.arange(n) / fe.sr
    voice = np.tanh(8 * np.sin(2 * np.pi * (fe.fmin + fe.top_hz / 60) * t)) * np.sin(6 * t) / 3
    others = log_mel((voice + noise(n, level=1e-3)).astype(np.float32), fe)[1:]
    inside = np.abs(others) <= high
    assert inside.mean() > 0.8
    assert np.percentile(np.abs(others), 99) > 0.1 * high


def test_the_waveform_begins_at_full_scale_and_fits_evenly_around_its_peak() -> None:
    fe = FrontEnd(sr=16_000, representation="waveform")
    assert first_range(fe) == (-1, 1)
    columns = np.array([[-0.31, 0.2], [-0.1, np.nan], [np.nan, np.nan]], dtype=np.float32)
    fitted = fitted_range(columns, fe)
    assert fitted is not None
    low, high = fitted
    assert low == -high
    assert 0.31 <= high <= 0.36
    assert fitted_range(columns[2:], fe) is None
    silent = fitted_range(np.zeros((5, 2), dtype=np.float32), fe)
    assert silent is not None
    assert silent[0] < 0 < silent[1]


def test_the_level_does_not_decide_the_range_of_the_other_coefficients() -> None:
    fe = FrontEnd(sr=16_000, representation="mfcc", n_mfcc=13)
    values = np.full((50, 13), 7.0, dtype=np.float32)
    values[:, 0] = -500
    assert fitted_range(values, fe) == pytest.approx((-7, 7))
    assert fitted_range(values[:, :1], fe.replace(n_mfcc=1)) == pytest.approx((-500, 500))
    assert fitted_range(np.full((3, 13), np.nan, dtype=np.float32), fe) is None


def test_a_fit_leaves_a_click_and_the_quietest_out() -> None:
    values = np.linspace(-50, 20, 10_000, dtype=np.float32).reshape(-1, 10)
    values[0, 0] = 300
    fitted = fitted_range(values, FrontEnd(sr=16_000))
    assert fitted is not None
    assert -50 <= fitted[0] <= -45
    assert 20 <= fitted[1] <= 30


@pytest.mark.parametrize(("kind", "expected"), [("mean-std", (-3, 3)), ("min-max", (0, 1))])
def test_a_scaler_decides_the_range_and_there_is_no_unit(
    kind: str, expected: tuple[float, float]
) -> None:
    scaler = Scaler(kind=kind, per_bin=False, shift=(-30.0,), spread=(20.0,))
    fe = frontend("whisper-80").replace(normalise="dataset", scaler=scaler)
    assert first_range(fe) == expected
    assert unit(fe) == "norm."


def test_the_unit_and_its_hint_name_what_levels_read_in() -> None:
    live = frontend()
    a, spl = LevelScale("A"), LevelScale("C", 94.0)
    assert [unit(live, scale) for scale in (LevelScale(), a, spl)] == ["dB", "dB(A)", "dB SPL(C)"]
    assert unit(frontend("kaldi"), spl) == "ln"
    assert scale_text(live, LevelScale()) == scale_text(frontend("kaldi"), spl) == ""
    assert scale_text(live, a) == "; A-weighted by IEC 61672"
    assert scale_text(live, spl).endswith("; a full-scale sine reads 94.0 dB SPL on its row")


def test_a_decibel_is_what_a_louder_sound_adds() -> None:
    y = 0.1 * np.random.default_rng(0).standard_normal(48_000).astype(np.float32)
    for fe in (frontend(), frontend("kaldi"), frontend().replace(log="db-amplitude", power=1)):
        added = log_mel(y, fe) - log_mel(y * np.float32(0.1), fe)
        assert np.median(added) == pytest.approx(20 * per_db(fe), rel=0.01)


def test_a_fit_to_one_value_is_ten_decibels_wide() -> None:
    fitted = fitted_range(np.full((10, 128), -100.0, dtype=np.float32), frontend())
    assert fitted is not None
    assert 10 <= fitted[1] - fitted[0] <= 11
    assert fitted[0] <= -100 <= fitted[1]
