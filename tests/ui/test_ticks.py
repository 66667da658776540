"""Ticks at values people know, in the right places, without touching."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.dsp.frontend import FrontEnd
from livemel.ui.ticks import (
    clock_ticks,
    frequency_ticks,
    level_ticks,
    live_ticks,
    round_step,
    side_ticks,
)
from livemel.ui.view_state import ViewState


def view(**fields: object) -> ViewState:
    fe = FrontEnd(sr=48_000, hop_length=480).replace(**fields)
    return ViewState(fe, 1000, 700, 10.0, -70.0, 30.0)


def test_the_live_view_has_the_frequencies_people_know() -> None:
    labels = [tick.label for tick in frequency_ticks(view(), 18 / 900)]
    assert labels == ["100", "250", "500", "1k", "2k", "4k", "8k", "16k"]


def test_a_tall_picture_has_the_mains_frequencies_too() -> None:
    labels = [tick.label for tick in frequency_ticks(view(fmax=2000), 18 / 900)]
    assert "60" in labels


def test_a_narrow_range_still_has_half_a_dozen_ticks() -> None:
    assert len(frequency_ticks(view(fmin=100, fmax=700), 18 / 700)) >= 6


@given(gap=st.floats(0.005, 0.3), fmax=st.floats(400, 24_000))
def test_no_two_labels_touch_and_each_stands_at_its_frequency(gap: float, fmax: float) -> None:
    state = view(fmax=fmax)
    ticks = frequency_ticks(state, gap)
    assert all(np.diff([tick.at for tick in ticks]) >= gap - 1e-12)
    for tick in ticks:
        hz = float(tick.label.replace("k", "e3"))
        assert state.row_hz(tick.at) == pytest.approx(hz, rel=1e-6)


@given(least=st.floats(1e-3, 1e4))
def test_a_step_is_one_two_or_five_times_a_power_of_ten(least: float) -> None:
    step = round_step(least)
    assert least * (1 - 1e-6) <= step <= least * 2.5 * (1 + 1e-6)
    assert f"{step:e}"[0] in "125"


def test_now_lies_past_the_right_edge_by_what_the_window_needs() -> None:
    ticks = live_ticks(10.0, 0.021, 0.1)
    assert ticks[-1].label == "now"
    assert ticks[-1].at == pytest.approx(1.0021)
    assert ticks[0].label == "−10 s"
    assert ticks[0].at == pytest.approx(0.0021)


def test_a_standing_picture_tells_the_streams_own_time() -> None:
    ticks = clock_ticks(3.5, 10.0, 0.1)
    assert [tick.label for tick in ticks] == [f"{n} s" for n in range(4, 14)]
    assert ticks[0].at == pytest.approx(0.05)


def test_time_before_the_stream_began_has_no_ticks() -> None:
    assert clock_ticks(-8.0, 10.0, 0.1)[0].label == "0 s"


def test_decibels_stand_at_round_values_inside_the_range() -> None:
    ticks = level_ticks(-70.0, 30.0, 0.06)
    assert [tick.label for tick in ticks] == [str(n).replace("-", "−") for n in range(-70, 31, 10)]
    assert (ticks[0].at, ticks[-1].at) == (0.0, 1.0)


def side_labels(height: int, **fields: object) -> list[str]:
    return [tick.label for tick in side_ticks(view(**fields), 18 / height)]


def test_the_linear_axis_has_round_steps_from_end_to_end() -> None:
    even = ["0", "2k", "4k", "6k", "8k", "10k", "12k", "14k", "16k", "18k", "20k", "22k", "24k"]
    assert side_labels(600, representation="linear") == even
    narrow = side_labels(600, representation="linear", fmin=100, fmax=600)
    assert narrow == ["150", "200", "250", "300", "350", "400", "450", "500", "550"]


def test_the_log_axis_has_the_known_frequencies_and_the_lowest_too() -> None:
    labels = side_labels(600, representation="log")
    assert labels == ["30", "60", "100", "250", "500", "1k", "2k", "4k", "8k", "16k"]


@given(gap=st.floats(0.005, 0.3), n_mfcc=st.integers(1, 128))
def test_coefficients_are_counted_from_nought_in_round_steps(gap: float, n_mfcc: int) -> None:
    state = view(representation="mfcc", n_mfcc=n_mfcc)
    ticks = side_ticks(state, gap)
    numbers = [int(tick.label) for tick in ticks]
    assert numbers[0] == 0
    assert set(np.diff(numbers)) <= {1, 2, 5, 10, 20, 50, 100}
    assert len(set(np.diff(numbers))) <= 1
    assert numbers[-1] < n_mfcc
    assert all(b.at - a.at >= gap - 1e-12 for a, b in pairwise(ticks))


def test_the_waveforms_axis_follows_its_range() -> None:
    fe = FrontEnd(sr=48_000, representation="waveform")
    for top, labels in (
        (1.0, ["−1", "−0.5", "0", "0.5", "1"]),
        (0.1, ["−0.1", "−0.05", "0", "0.05", "0.1"]),
    ):
        ticks = side_ticks(ViewState(fe, 1000, 700, 10.0, -top, top), 0.1)
        assert [tick.label for tick in ticks] == labels
        assert [tick.at for tick in ticks] == pytest.approx([0, 0.25, 0.5, 0.75, 1])
