"""Scalers: fitted as numpy computes it over the whole, applied by DESED's formula, kept as JSON."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.models import frontend
from livemel.dsp.scaler import Scaler, read_scaler
from livemel.dsp.scaler_fit import ScalerFit
from livemel.dsp.stream import log_mel
from livemel.errors import LONGEST_NAME, ParameterError

from tests.dsp.strategies import chunk_sizes, examples, librosa_db, noise, streamed

FE = FrontEnd(sr=16_000, n_fft=400, hop_length=160, n_mels=40)
SOUNDS = [noise(16_000, 1, 0.1), noise(24_000, 2, 0.001), noise(8000, 3, 0.5)]


def reference(kind: str, per_bin: bool) -> tuple[np.ndarray, np.ndarray]:
    """Shift and spread by numpy, of librosa's columns of all sounds."""
    x = np.hstack([librosa_db(y, FE) for y in SOUNDS]).astype(np.float64)
    axis = 1 if per_bin else None
    if kind == "min-max":
        shift, spread = x.min(axis=axis), x.max(axis=axis) - x.min(axis=axis)
    else:
        shift, spread = x.mean(axis=axis), x.std(axis=axis)
        desed = np.sqrt(np.mean(x**2, axis=axis) - np.mean(x, axis=axis) ** 2)
        np.testing.assert_allclose(spread, desed)
    return np.atleast_1d(shift), np.atleast_1d(spread)


def fitted(kind: str = "mean-std", *, per_bin: bool = True) -> Scaler:
    fit = ScalerFit(kind, per_bin=per_bin)
    for y in SOUNDS:
        fit.push(log_mel(y, FE))
    return fit.result(files=3, frontend_name="test", frontend=FE)


@pytest.mark.parametrize("per_bin", [True, False])
@pytest.mark.parametrize("kind", ["mean-std", "min-max"])
def test_a_scaler_is_the_statistic_of_all_columns(kind: str, per_bin: bool) -> None:
    scaler = fitted(kind, per_bin=per_bin)
    shift, spread = reference(kind, per_bin)
    np.testing.assert_allclose(scaler.shift, shift, rtol=1e-5)
    np.testing.assert_allclose(scaler.spread, spread, rtol=1e-5)
    assert (scaler.files, scaler.columns) == (3, sum(log_mel(y, FE).shape[1] for y in SOUNDS))


@pytest.mark.parametrize("per_bin", [True, False])
@pytest.mark.parametrize("kind", ["mean-std", "min-max"])
def test_it_is_applied_by_desed_formula(kind: str, per_bin: bool) -> None:
    shift, spread = (part[:, np.newaxis] for part in reference(kind, per_bin))
    scaled = FE.replace(normalise="dataset", scaler=fitted(kind, per_bin=per_bin))
    for y in SOUNDS:
        expected = (librosa_db(y, FE) - shift) / (spread + 1e-8)
        np.testing.assert_allclose(log_mel(y, scaled), expected, atol=1e-4)


def test_what_it_was_fitted_to_has_no_mean_and_the_deviation_1() -> None:
    scaled = FE.replace(normalise="dataset", scaler=fitted())
    x = np.hstack([log_mel(y, scaled) for y in SOUNDS]).astype(np.float64)
    np.testing.assert_allclose(x.mean(axis=1), 0, atol=1e-5)
    np.testing.assert_allclose(x.std(axis=1), 1, atol=1e-5)


@examples(30)
@given(sizes=chunk_sizes(160), per_bin=st.booleans(), n=st.integers(0, 6000))
def test_a_stream_has_the_bits_of_the_whole(sizes: list[int], per_bin: bool, n: int) -> None:
    scaled = FE.replace(normalise="dataset", scaler=fitted(per_bin=per_bin))
    y = noise(n)
    np.testing.assert_array_equal(streamed(y, scaled, sizes), log_mel(y, scaled))


@examples(30)
@given(
    cuts=st.lists(st.integers(0, 98), max_size=8).map(sorted),
    kind=st.sampled_from(("mean-std", "min-max")),
)
def test_blocks_do_not_matter_to_a_fit(cuts: list[int], kind: str) -> None:
    x = log_mel(SOUNDS[0], FE)
    whole, parts = ScalerFit(kind), ScalerFit(kind)
    whole.push(x)
    for part in np.split(x, cuts, axis=1):
        parts.push(part)
    assert parts.result() == whole.result()


def test_a_large_mean_takes_no_digits_from_the_deviation() -> None:
    x = (1e4 + np.random.default_rng(0).standard_normal((3, 200_000))).astype(np.float32)
    fit = ScalerFit()
    for block in np.array_split(x, 7, axis=1):
        fit.push(block)
    scaler = fit.result()
    np.testing.assert_allclose(scaler.spread, x.astype(np.float64).std(axis=1), rtol=1e-9)
    np.testing.assert_allclose(scaler.shift, x.astype(np.float64).mean(axis=1), rtol=1e-12)


def test_a_dead_band_gives_zeros() -> None:
    x = np.full((2, 1000), -15.942385, dtype=np.float32)
    x[1] = noise(1000)
    fit = ScalerFit()
    fit.push(x)
    assert fit.result().spread[0] == 0.0


def test_columns_that_are_no_numbers_are_left_out_and_counted() -> None:
    x = log_mel(SOUNDS[0], FE)
    bad = np.insert(x, [5, 50], [np.nan, np.inf], axis=1)
    clean, fit = ScalerFit(), ScalerFit()
    clean.push(x)
    fit.push(bad)
    assert fit.left_out == 2
    assert fit.result() == clean.result()


def test_nothing_cannot_be_fitted() -> None:
    fit = ScalerFit()
    fit.push(np.full((3, 4), np.nan, dtype=np.float32))
    with pytest.raises(ParameterError, match="no columns"):
        fit.result()


@pytest.mark.parametrize("kind", ["mean-std", "min-max"])
def test_a_scaler_survives_json(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "scaler.json"
    scaler = fitted(kind)
    path.write_text(scaler.to_json())
    assert read_scaler(path) == scaler
    assert json.loads(path.read_text())["frontend"]["n_fft"] == 400


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "median"}, "kind='median' is not one of mean-std, min-max"),
        ({"kind": None}, "'kind' is missing"),
        ({"spread": None}, "'spread' is missing"),
        ({"shift": [1.0, "x"]}, "shift[1]='x' is not a number"),
        ({"shift": 3.0}, "shift=3.0 is not a list of numbers"),
        ({"shift": []}, "shift is empty"),
        ({"shift": [float("nan")], "spread": [1.0], "per_bin": False}, "shift[0]=nan"),
        ({"spread": [1.0]}, "40 values of shift, 1 of spread"),
        ({"spread": [-1.0] * 40}, "spread[0]=-1"),
        ({"spread": [0.0] * 40, "eps": 0.0}, "divides by 0"),
        ({"per_bin": "yes"}, "per_bin='yes'"),
        ({"per_bin": False}, "per_bin=False with 40"),
        ({"columns": -1}, "columns=-1"),
        ({"colour": 1}, "'colour' is unknown"),
        ({"frontend": {"n_fft": 400}}, "'frontend' has no 'sr'"),
        ({"frontend": {"sr": 16_000, "hop": 1}}, "unknown field 'hop'"),
        ({"frontend": {"sr": 0}}, "sr=0 is not between"),
    ],
)
def test_what_is_wrong_with_a_file_is_named(
    change: dict[str, object], words: str, tmp_path: Path
) -> None:
    path = tmp_path / "scaler.json"
    found = json.loads(fitted().to_json())
    for key, value in change.items():
        if value is None:
            del found[key]
        else:
            found[key] = value
    path.write_text(json.dumps(found))
    with pytest.raises(ParameterError) as caught:
        read_scaler(path)
    assert str(path) in str(caught.value)
    assert words in str(caught.value)


def test_a_file_that_is_no_scaler_is_named(tmp_path: Path) -> None:
    path = tmp_path / "scaler.json"
    with pytest.raises(ParameterError, match="no such file: "):
        read_scaler(path)
    with pytest.raises(ParameterError, match="cannot read "):
        read_scaler(tmp_path)
    for content in (b"", b"{", b"\xff\xfe", b"[" * 100_000):
        path.write_bytes(content)
        with pytest.raises(ParameterError, match="is not JSON"):
            read_scaler(path)
    path.write_text("[]")
    with pytest.raises(ParameterError, match="it is not an object"):
        read_scaler(path)
    path.write_text('{"shift": [' + "9" * 5000 + "]}")
    with pytest.raises(ParameterError, match=r"it holds a number that is too long$"):
        read_scaler(path)


def test_dataset_needs_a_scaler_of_the_columns_width() -> None:
    with pytest.raises(ParameterError, match="needs a scaler"):
        FE.replace(normalise="dataset")
    with pytest.raises(ParameterError, match="the scaler has 40 bands, the columns have 80"):
        FE.replace(normalise="dataset", scaler=fitted(), n_mels=80)
    with pytest.raises(ParameterError, match="is not a Scaler"):
        FE.replace(scaler={"kind": "mean-std"})
    assert FE.replace(normalise="dataset", scaler=fitted(per_bin=False), n_mels=80).n_mels == 80


def test_other_parameters_than_those_it_was_fitted_with_are_told() -> None:
    scaler = fitted()
    assert scaler.differences(FE.replace(normalise="dataset", scaler=scaler)) == []
    assert scaler.differences(FE.replace(n_fft=512, mean=3.0)) == ["n_fft 512, not 400"]
    assert Scaler(kind="min-max", per_bin=False, shift=(0,), spread=(1,)).differences(FE) == []


def test_a_scaler_stands_in_place_of_statistic_and_constants() -> None:
    y = SOUNDS[0]
    raw = log_mel(y, frontend("whisper-80").replace(normalise="none"))
    scaler = Scaler(kind="mean-std", per_bin=False, shift=(2.0,), spread=(4.0,), eps=0.0)
    scaled = log_mel(y, frontend("whisper-80").replace(normalise="dataset", scaler=scaler))
    np.testing.assert_array_equal(scaled, (raw - np.float32(2)) / np.float32(4))


@pytest.mark.parametrize("name", ["x" * 1_000_000, "two\nlines\x1b[2J"])
def test_of_the_front_ends_name_one_line_is_kept(name: str, tmp_path: Path) -> None:
    path = tmp_path / "scaler.json"
    scaler = replace(fitted(), frontend_name=name)
    path.write_text(scaler.to_json())
    assert read_scaler(path) == scaler
    assert scaler.frontend_name.isprintable()
    assert len(scaler.frontend_name) <= LONGEST_NAME
