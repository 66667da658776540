"""What becomes of a reference that agrees, differs, gives up, or does not load."""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.dsp.models import frontend
from livemel.dsp.stream import log_mel
from livemel.verify.comparison import Comparison, compare, in_chunks
from livemel.verify.reference import Compute, Reference, UndefinedError, module_alone
from livemel.verify.signals import signal

from tests.dsp.strategies import examples

FE = frontend("speech")
SOUNDS = {"noise": signal("noise", FE.sr), "impulse": signal("impulse", FE.sr)}


def ours(y: np.ndarray, _sr: int) -> np.ndarray:
    return log_mel(y, FE)


def compared(make: Callable[[], Compute]) -> Comparison:
    return compare(FE, Reference(row="speech", packages=("scipy",), what="x", make=make), SOUNDS)


def failing(error: Exception) -> Callable[..., np.ndarray]:
    def fail(*_: object) -> np.ndarray:
        raise error

    return fail


def test_a_reference_with_the_same_numbers_is_ok_over_all_columns() -> None:
    done = compared(lambda: ours)
    assert (done.verdict, done.linear, done.log, done.note) == ("ok", 0, 0, "")
    assert (done.signals, done.columns) == (2, sum(ours(y, 0).shape[1] for y in SOUNDS.values()))


@given(above=st.floats(1.1e-3, 10))
@examples(20)
def test_a_difference_above_both_tolerances_is_beyond(above: float) -> None:
    done = compared(lambda: lambda y, sr: ours(y, sr) + np.float32(above))
    assert done.verdict == "beyond"
    assert done.log == pytest.approx(above, rel=1e-2)
    assert done.linear is not None
    assert done.linear > 2e-5


def test_one_wrong_value_in_one_signal_is_beyond_and_says_where() -> None:
    def wrong(y: np.ndarray, sr: int) -> np.ndarray:
        columns = ours(y, sr)
        if y is SOUNDS["impulse"]:
            columns[-1, -1] = 3
        return columns

    done = compared(lambda: wrong)
    assert (done.verdict, done.note) == ("beyond", "worst on impulse")


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_agrees_with_nothing(bad: float) -> None:
    def wrong(y: np.ndarray, sr: int) -> np.ndarray:
        columns = ours(y, sr)
        columns[0, 0] = bad
        return columns

    done = compared(lambda: wrong)
    assert done.verdict == "beyond"


def test_a_column_more_is_beyond_whatever_the_others_hold() -> None:
    done = compared(lambda: lambda y, sr: np.pad(ours(y, sr), ((0, 0), (0, 1)), mode="edge"))
    k = ours(SOUNDS["noise"], 0).shape[1]
    assert done.verdict == "beyond"
    assert done.note == f"{k} columns of 80 bands, {k + 1} columns of 80 bands wanted on noise"


def test_what_the_reference_has_no_numbers_for_is_left_out_and_said() -> None:
    def some(y: np.ndarray, sr: int) -> np.ndarray:
        if y is SOUNDS["noise"]:
            raise UndefinedError("it is too loud")
        return ours(y, sr)

    done = compared(lambda: some)
    assert (done.verdict, done.signals) == ("ok", 1)
    assert done.note == "without noise: it is too loud"
    assert compared(lambda: failing(UndefinedError("never"))).verdict == "left out"


def test_a_reference_that_fails_does_not_pass_for_one_that_agrees() -> None:
    done = compared(lambda: failing(ValueError("no\nsuch thing")))
    assert (done.verdict, done.note) == ("beyond", "failed on noise: ValueError: no such thing")


def test_a_package_that_does_not_load_is_said_in_one_line() -> None:
    done = compared(failing(OSError("libcuda.so\nis missing")))
    assert (done.verdict, done.note) == ("none", "cannot be loaded: OSError: libcuda.so is missing")


def test_nothing_at_all_is_left_out() -> None:
    reference = Reference(row="speech", packages=("scipy",), what="x", make=lambda: ours)
    done = compare(FE, reference, {"empty": np.zeros(0, dtype=np.float32)})
    assert (done.verdict, done.columns, done.signals) == ("left out", 0, 0)


def test_a_signal_that_fills_no_frame_has_no_columns_on_either_side_and_no_figures() -> None:
    reference = Reference(row="speech", packages=("scipy",), what="x", make=lambda: ours)
    done = compare(FE, reference, {"short": SOUNDS["noise"][:399]})
    assert (done.verdict, done.columns, done.signals) == ("left out", 0, 1)
    assert "too short for a column" in done.note
    assert done.linear is done.log is None


@given(n=st.integers(0, 5000), seed=st.integers(0, 99))
@examples(50)
def test_random_chunks_give_the_bits_of_the_whole(n: int, seed: int) -> None:
    y = SOUNDS["noise"][:n]
    chunked = in_chunks(y, FE, np.random.default_rng(seed))
    np.testing.assert_array_equal(chunked, log_mel(y, FE))


def test_a_folder_of_a_packages_name_is_no_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "nosuchthing").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    reference = Reference(row="speech", packages=("nosuchthing", "numpy"), what="x", make=list)
    assert reference.missing == ("nosuchthing",)
    assert str(reference) == "nosuchthing x"


def test_a_module_is_loaded_without_its_package_and_leaves_the_package_as_it_was() -> None:
    before = {name for name in sys.modules if name.startswith("onnx_asr")}
    module = module_alone("onnx_asr.preprocessors.numpy_preprocessor")
    assert hasattr(module, "NemoPreprocessorNumpy")
    assert {name for name in sys.modules if name.startswith("onnx_asr")} == before
    with pytest.raises(ModuleNotFoundError, match="nosuchthing"):
        module_alone("nosuchthing.part")
