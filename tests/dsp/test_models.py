"""The table of named front-ends."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.models import DEFAULT_SR, FRONTENDS, frontend
from livemel.errors import ParameterError

from tests.dsp.strategies import examples


@examples(100)
@given(sr=st.integers(1, 384_000))
def test_the_live_front_end_gives_a_hundred_columns_a_second_at_any_rate(sr: int) -> None:
    fe = frontend("live", sr=sr)
    assert (fe.sr, fe.n_fft, fe.n_mels, fe.log) == (sr, 2048, 128, "db")
    assert abs(fe.hop_length - sr / 100) <= 0.5 or fe.hop_length == 1


def test_no_name_is_live_and_no_rate_is_48_khz() -> None:
    assert frontend() == frontend("live", sr=DEFAULT_SR)
    assert frontend() == FrontEnd(sr=48_000, n_fft=2048, hop_length=480, n_mels=128)


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    with pytest.raises(ParameterError) as caught:
        frontend("whispr")
    assert "'whispr'" in str(caught.value)
    for name in FRONTENDS:
        assert name in str(caught.value)


@pytest.mark.parametrize("name", FRONTENDS)
@pytest.mark.parametrize("sr", [0, -1, math.nan, math.inf, "48000", True, 44100.5, 10**9])
def test_an_impossible_rate_is_an_error_by_name_too(name: str, sr: object) -> None:
    with pytest.raises(ParameterError, match="sr="):
        frontend(name, sr=sr)  # type: ignore[arg-type]


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        FRONTENDS["mine"] = FRONTENDS["live"]  # type: ignore[index]
