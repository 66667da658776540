"""What a run is told: impossible things are refused before anything is opened."""

import dataclasses
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from livemel.config import COLOR_MAPS, REVERSED, THEMES, FrontEndChoice, RunConfig
from livemel.dsp.frontend import REPRESENTATIONS, FrontEnd
from livemel.dsp.models import FRONTENDS, frontend
from livemel.errors import ParameterError
from livemel.sources.opening import SourceRequest

# --- the front-end's choice -----------------------------------------------------------------------


@pytest.mark.parametrize("name", FRONTENDS)
@pytest.mark.parametrize("source_sr", [8000, 16_000, 44_100, 96_000])
def test_a_choice_without_changes_is_the_named_front_end(name: str, source_sr: int) -> None:
    assert FrontEndChoice(name).build(source_sr) == frontend(name, sr=source_sr)
    assert FrontEndChoice(name, sr=22_050).build(source_sr) == frontend(name, sr=22_050)


def test_at_the_highest_rates_half_a_window_is_less_than_ten_milliseconds() -> None:
    assert FrontEndChoice().build(192_000) == frontend(sr=192_000).replace(hop_length=1024)


@settings(max_examples=100, deadline=None)
@given(
    n_fft=st.integers(2, 8192),
    n_mels=st.integers(1, 200),
    source_sr=st.integers(1000, 384_000),
)
def test_changes_are_taken_and_the_hop_never_skips_sound(
    n_fft: int, n_mels: int, source_sr: int
) -> None:
    n_mels = min(n_mels, n_fft)
    built = FrontEndChoice(changes={"n_fft": n_fft, "n_mels": n_mels}).build(source_sr)
    assert (built.sr, built.n_fft, built.n_mels) == (source_sr, n_fft, n_mels)
    named = frontend("live", sr=source_sr).hop_length
    assert built.hop_length == min(named, max(1, n_fft // 2))


def test_a_hop_that_was_chosen_is_kept_up_to_the_window() -> None:
    changes = {"n_fft": 512, "win_length": 400, "hop_length": 400}
    assert FrontEndChoice(changes=changes).build(16_000).hop_length == 400
    with pytest.raises(ParameterError, match="hop_length=401 exceeds the window of 400"):
        FrontEndChoice(changes={**changes, "hop_length": 401})


@pytest.mark.parametrize(
    ("choice", "text"),
    [
        ({"name": "whispr"}, "'whispr'"),
        ({"sr": 0}, "sr=0"),
        ({"sr": -16_000}, "sr=-16000"),
        ({"sr": 16_000.5}, "sr=16000.5"),
        ({"sr": 10**9}, "sr=1000000000"),
        ({"changes": {"n_fft": 1}}, "n_fft=1"),
        ({"changes": {"hop_length": 0}}, "hop_length=0"),
        ({"changes": {"hop_length": 4096}}, "hop_length=4096"),
        ({"changes": {"n_mels": 4096}}, "n_mels=4096"),
        ({"changes": {"fmin": 5000, "fmax": 4000}}, "fmin=5000 is not below fmax=4000"),
        ({"changes": {"fmax": math.nan}}, "fmax=nan"),
        ({"changes": {"window": "kaiser"}}, "'kaiser'"),
        ({"changes": {"log": "dB"}}, "'dB'"),
        ({"changes": {"mels": 40}}, "'mels'"),
        ({"view": "cqt"}, "view='cqt' is not one of mel, linear, log, mfcc, waveform"),
        ({"view": "mfcc", "changes": {"n_mfcc": 200}}, "n_mfcc=200 exceeds n_mels=128"),
        (
            {"view": "linear", "sr": 48_000, "changes": {"fmin": 25, "fmax": 40}},
            "no FFT bin lies between fmin=25 and fmax=40",
        ),
        ({"sr": 16_000, "changes": {"fmax": 8001}}, "fmax=8001 exceeds sr/2=8000"),
    ],
)
def test_an_impossible_choice_is_refused_with_its_value(choice: dict[str, Any], text: str) -> None:
    with pytest.raises(ParameterError) as caught:
        FrontEndChoice(**choice)
    assert text in str(caught.value)


def test_what_only_some_rates_can_do_is_refused_when_the_rate_is_known() -> None:
    choice = FrontEndChoice(changes={"fmax": 20_000})
    assert choice.build(48_000).fmax == 20_000
    with pytest.raises(ParameterError, match="fmax=20000 exceeds sr/2=8000"):
        choice.build(16_000)


@pytest.mark.parametrize("view", REPRESENTATIONS)
@pytest.mark.parametrize("name", FRONTENDS)
def test_every_front_end_can_be_had_in_every_view_with_the_same_framing(
    name: str, view: str
) -> None:
    for sr in (8000, 48_000):
        built = FrontEndChoice(name, view=view).build(sr)
        assert built == frontend(name, sr=sr).replace(representation=view)


def test_a_view_of_few_bands_has_as_many_coefficients_as_bands() -> None:
    built = FrontEndChoice(view="mfcc", changes={"n_mels": 13}).build(16_000)
    assert (built.n_mfcc, built.n_rows) == (13, 13)


@pytest.mark.parametrize("view", ["linear", "log"])
def test_a_range_that_holds_bins_at_some_rates_is_refused_at_the_others(view: str) -> None:
    choice = FrontEndChoice(view=view, changes={"fmin": 100, "fmax": 150})
    assert choice.build(16_000).n_rows > 5
    with pytest.raises(ParameterError, match="fmax=150"):
        choice.build(384_000)


def test_building_leaves_the_choice_as_it_was() -> None:
    changes = {"n_mels": 40}
    choice = FrontEndChoice(changes=changes)
    assert isinstance(choice.build(16_000), FrontEnd)
    assert choice.changes == changes == {"n_mels": 40}
    with pytest.raises(dataclasses.FrozenInstanceError):
        choice.sr = 8000  # type: ignore[misc]


@pytest.mark.parametrize("sr", [999, 384_001])
def test_a_rate_that_nothing_runs_at_is_refused(sr: int) -> None:
    with pytest.raises(ParameterError, match=f"sr={sr} Hz is not between 1000 and 384000"):
        FrontEndChoice(sr=sr)


# --- the run --------------------------------------------------------------------------------------


def test_a_run_that_was_told_nothing_is_possible() -> None:
    config = RunConfig()
    assert config.source == SourceRequest()
    assert config.frontend == FrontEndChoice()
    assert config.span_s <= config.history_s
    assert config.cmap in COLOR_MAPS
    assert config.theme in THEMES


@pytest.mark.parametrize("cmap", [*COLOR_MAPS, *(name + REVERSED for name in COLOR_MAPS)])
@pytest.mark.parametrize("size", [(320, 240), (16_384, 16_384), (1920, 1080)])
def test_every_colour_map_and_size_there_is_is_possible(cmap: str, size: tuple[int, int]) -> None:
    config = RunConfig(cmap=cmap, size=size, seconds=0.1, screenshot=Path("a.png"))
    assert (config.cmap, config.size) == (cmap, size)


@pytest.mark.parametrize(
    ("told", "text"),
    [
        *(({name: value}, f"{name[:-2]}={value:g} s") for name in ("history_s", "span_s")
          for value in (0, -1.0, math.nan, math.inf, -math.inf, 86_401.0)),
        *(({"seconds": value}, f"seconds={value:g} s") for value in (0, -1, math.nan, math.inf)),
        ({"history_s": 5.0, "span_s": 6.0}, "span=6 s exceeds history=5 s"),
        ({"cmap": "jet"}, "'jet'"),
        ({"cmap": "Magma"}, "'Magma'"),
        ({"cmap": "magma_r_r"}, "'magma_r_r'"),
        ({"weighting": "B"}, "weighting='B'"),
        ({"spl_offset": 301.0}, "spl_offset=301 is not between -100 and 300 dB"),
        ({"spl_offset": math.nan}, "spl_offset=nan"),
        ({"theme": "blue"}, "'blue'"),
        ({"size": (319, 240)}, "size=319x240"),
        ({"size": (320, 239)}, "size=320x239"),
        ({"size": (16_385, 240)}, "size=16385x240"),
        ({"size": (320, 16_385)}, "size=320x16385"),
        ({"size": (-1280, 720)}, "size=-1280x720"),
    ],
)  # fmt: skip
def test_an_impossible_run_is_refused_with_its_value(told: dict[str, Any], text: str) -> None:
    with pytest.raises(ParameterError) as caught:
        RunConfig(**told)
    assert text in str(caught.value)
    assert "\n" not in str(caught.value)
