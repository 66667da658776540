"""The table of named front-ends: what each row says, and how it is found."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.models import DEFAULT_SR, FRONTENDS, ROWS, frontend, row
from livemel.errors import ParameterError

from tests.dsp.strategies import examples

OF_ANY_RATE = ("live", "music")
OWN = (*OF_ANY_RATE, "speech", "birds", "machine", "heart", "hum")
LIBRARIES = ("librosa", "torchaudio", "kaldi")
SPEECH = (
    "whisper-80",
    "whisper-128",
    "voxtral-realtime",
    "nemo",
    "nemo-fastconformer-80",
    "nemo-fastconformer-128",
    "speechbrain",
    "seamless",
    "gemma3n",
    "gemma4",
)
EVENTS = (
    "ast",
    "beats",
    "clap-fusion",
    "clap-rand",
    "ms-clap-2023",
    "panns-cnn14",
    "yamnet",
    "vggish",
    "desed",
    "efficientat",
)
SYNTHESIS = ("tacotron2", "hifigan", "vocos")


# --- the rows -------------------------------------------------------------------------------------


def test_the_table_has_the_front_ends_it_is_to_have_under_their_kinds() -> None:
    groups = {
        "livemel": OWN,
        "library": LIBRARIES,
        "speech": SPEECH,
        "events": EVENTS,
        "synthesis": SYNTHESIS,
    }
    for kind, names in groups.items():
        assert {row.name for row in ROWS if row.kind == kind} == set(names)
    assert sum(map(len, groups.values())) == len(ROWS) == len(FRONTENDS)


@pytest.mark.parametrize("name", FRONTENDS)
def test_every_row_says_where_it_is_from_and_what_the_model_takes(name: str) -> None:
    entry = row(name)
    for text in (entry.title, entry.source, entry.checked, entry.layout, entry.policy):
        assert text == text.strip() != ""
        assert "\n" not in text
    assert "F" in entry.layout
    assert np.dtype(entry.dtype).kind == "f"
    fe = entry.build(DEFAULT_SR)
    assert isinstance(fe, FrontEnd)
    assert entry.lookahead_ms == pytest.approx(1000 * fe.lookahead / fe.sr)
    # A row whose model wants more than the logarithm says so.
    assert (entry.policy == "none") == (
        fe.statistic is None and fe.normalise == "none"
    ) or name in ("ms-clap-2023", "panns-cnn14")


@pytest.mark.parametrize("name", FRONTENDS)
def test_a_row_has_a_rate_of_its_own_or_takes_any(name: str) -> None:
    entry = row(name)
    if name in OF_ANY_RATE:
        assert entry.own_sr is None
        assert frontend(name, sr=96_000).sr == 96_000
    else:
        assert entry.own_sr == frontend(name).sr == frontend(name, sr=44_100).sr


@pytest.mark.parametrize(
    ("name", "lookahead_ms"),
    [("whisper-80", 12.5), ("panns-cnn14", 16.0), ("librosa", 46.44), ("desed", 64.0)],
)
def test_look_ahead_is_half_a_window(name: str, lookahead_ms: float) -> None:
    assert row(name).lookahead_ms == pytest.approx(lookahead_ms, abs=0.005)


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        FRONTENDS["mine"] = FRONTENDS["live"]  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        row("live").name = "mine"  # type: ignore[misc]


# --- by name --------------------------------------------------------------------------------------


@examples(100)
@given(sr=st.integers(1, 384_000))
def test_the_live_front_end_gives_a_hundred_columns_a_second_at_any_rate(sr: int) -> None:
    fe = frontend("live", sr=sr)
    assert (fe.sr, fe.n_fft, fe.n_mels, fe.log) == (sr, 2048, 128, "db")
    assert abs(fe.hop_length - sr / 100) <= 0.5 or fe.hop_length == 1


def test_no_name_is_live_and_no_rate_is_48_khz() -> None:
    assert frontend() == frontend("live", sr=DEFAULT_SR)
    assert frontend() == FrontEnd(sr=48_000, n_fft=2048, hop_length=480, n_mels=128)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("whispr", "whisper-80"), ("pann", "panns-cnn14"), ("hifi-gan", "hifigan"), ("hm", "hum")],
)
def test_an_unknown_name_is_answered_with_the_nearest(wrong: str, right: str) -> None:
    with pytest.raises(ParameterError) as caught:
        frontend(wrong)
    assert repr(wrong) in str(caught.value)
    assert "did you mean" in str(caught.value)
    assert right in str(caught.value)


@pytest.mark.parametrize("wrong", [None, 3, ["live"], {}])
def test_what_is_no_name_at_all_is_unknown_too(wrong: object) -> None:
    with pytest.raises(ParameterError, match="unknown front-end"):
        frontend(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", ["", "@@@@", "5"])
def test_a_name_that_nothing_is_near_is_answered_with_all_there_are(wrong: str) -> None:
    with pytest.raises(ParameterError) as caught:
        frontend(wrong)
    assert all(name in str(caught.value) for name in FRONTENDS)


@pytest.mark.parametrize("name", OF_ANY_RATE)
@pytest.mark.parametrize("sr", [0, -1, math.nan, math.inf, "48000", True, 44100.5, 10**9])
def test_an_impossible_rate_is_an_error_by_name_too(name: str, sr: object) -> None:
    with pytest.raises(ParameterError, match="sr="):
        frontend(name, sr=sr)  # type: ignore[arg-type]
