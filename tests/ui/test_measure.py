"""Readings are of the sound that is there: levels, frequencies and times as they were made."""

import math
import re
from dataclasses import replace

import librosa
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from livemel.buffers.columns import ColumnRing
from livemel.buffers.history import SampleHistory
from livemel.buffers.writer import GapCause
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.models import frontend
from livemel.dsp.weighting import LevelScale
from livemel.engine import Feed, Lane
from livemel.engine.pipeline import Pipeline
from livemel.sources.base import SourceFormat
from livemel.ui.axes import Axes
from livemel.ui.card import Question, read_card
from livemel.ui.marks import Box, Marks, Point
from livemel.ui.measure import Measure
from livemel.ui.readout_text import hz_text
from livemel.ui.view_state import ViewState

SR = 48_000
WIDTH, HEIGHT = 1000, 600


def heard(
    y: np.ndarray, fe: FrontEnd | None = None, sr: int = SR, channel: int | None = 1
) -> tuple[Measure, Axes]:
    """A measure of this sound, shape (n,) or (n, channels), and a picture of all of it."""
    fe = fe or FrontEnd(sr=sr, n_fft=2048, hop_length=480)
    y = y.reshape(len(y), -1).astype(np.float32)
    history = SampleHistory(y.shape[1], len(y))
    history.append(y)
    columns = ColumnRing(fe.n_rows, 10_000)
    shown = y.mean(axis=1) if channel is None else y[:, channel - 1]
    Pipeline(fe, sr, columns).push(np.ascontiguousarray(shown), 0)
    feed = Feed(fe, (Lane(channel, columns),), SourceFormat(sr, y.shape[1], "test", y.shape[1]))
    view = ViewState(fe, WIDTH, HEIGHT, len(y) / sr, -70.0, 30.0)
    return Measure(feed, history), Axes(view, WIDTH, HEIGHT, len(y) / sr)


def tone(hz: float, amplitude: float, seconds: float = 1.0, sr: int = SR) -> np.ndarray:
    t = np.arange(round(seconds * sr)) / sr
    return amplitude * np.sin(2 * np.pi * hz * t + 1.0)


def noise(level: float, n: int, seed: int = 0) -> np.ndarray:
    return level * np.random.default_rng(seed).standard_normal(n)


@settings(max_examples=12, deadline=None)
@given(
    hz=st.floats(30.0, 20_000.0), level_db=st.floats(-60, -3),
    rows=st.sampled_from(["mel", "linear", "log"]), off_px=st.floats(-3, 3),
)  # fmt: skip
def test_pointing_near_a_tone_reads_its_frequency_level_and_note(
    hz: float, level_db: float, rows: str, off_px: float
) -> None:
    amplitude = 10 ** (level_db / 20)
    y = tone(hz, amplitude) + noise(amplitude / 1000, SR)
    fe = FrontEnd(sr=SR, n_fft=2048, hop_length=480, representation=rows)
    measure, axes = heard(y, fe)
    at_y = min(max(axes.y_of(hz) + off_px, 0.5), HEIGHT - 0.5)
    reading = measure.at(axes, WIDTH / 2, at_y)
    assert reading.peak is not None
    assert reading.hz == pytest.approx(hz, abs=0.05 * SR / 2048)
    assert reading.peak.level_db == pytest.approx(level_db, abs=0.2)
    card = read_card(Question(axes, Marks(), (WIDTH / 2, at_y), True), measure, 8)
    said = dict(row[:2] for row in card.tables[0])
    assert said["Time"] == "0.500 s"
    name, cents = said["Note"].replace("−", "-").split()[:2]
    expected = re.fullmatch(r"(.*\d)([+-]\d+)", librosa.hz_to_note(reading.hz, cents=True))
    assert expected is not None
    assert (name, int(cents)) == (expected[1], pytest.approx(int(expected[2]), abs=1))


def test_50_hz_reads_as_50_0() -> None:
    measure, axes = heard(tone(50.0, 0.1) + noise(1e-3, SR))
    reading = measure.at(axes, WIDTH / 2, axes.y_of(50.0))
    assert reading.peak is not None
    assert re.fullmatch(r"50\.0\d* Hz", hz_text(reading.hz, reading.peak.error_hz))


def test_what_is_read_is_the_channel_that_is_shown() -> None:
    both = np.stack([tone(1000.0, 0.1), tone(2000.0, 0.1)], axis=1) + noise(1e-4, SR)[:, None]
    for channel, hz in ((1, 1000.0), (2, 2000.0)):
        measure, axes = heard(both, channel=channel)
        reading = measure.at(axes, 500, axes.y_of(hz))
        assert reading.hz == pytest.approx(hz, abs=0.5)
        other = measure.at(axes, 500, axes.y_of(3000.0 - hz))
        assert other.peak is None or abs(other.hz - hz) < 50


def test_a_model_at_another_rate_is_measured_in_the_sound_as_it_came() -> None:
    measure, axes = heard(tone(6543.2, 0.1) + noise(1e-4, SR), frontend("whisper-80"))
    reading = measure.at(axes, WIDTH / 2, axes.y_of(6543.2))
    assert reading.hz == pytest.approx(6543.2, abs=2)


def test_noise_is_no_tone() -> None:
    measure, axes = heard(noise(0.1, SR))
    found = [measure.at(axes, x, y).peak for x in range(50, 950, 180) for y in range(20, 580, 56)]
    assert sum(peak is not None for peak in found) <= len(found) // 25


def test_the_value_is_the_pictures() -> None:
    measure, axes = heard(noise(0.1, SR))
    columns = measure.feed.columns
    for x, y in ((100.0, 50.0), (555.5, 333.3), (900.0, 599.0)):
        reading = measure.at(axes, x, y)
        column = round((reading.seconds * SR - measure.feed.frontend.first_centre) / 480)
        expected = columns.read(column, column + 1).values[0, axes.row_at(y)]
        assert reading.value == pytest.approx(float(expected))


def test_where_no_sound_is_kept_there_is_a_dash() -> None:
    measure, axes = heard(tone(1000.0, 0.1))
    beyond = Axes(axes.view, WIDTH, HEIGHT, right_s=100.0)
    reading = measure.at(beyond, WIDTH / 2, 300.0)
    assert (reading.value, reading.peak) == (None, None)


def test_sound_that_is_missing_is_no_number_and_no_crash() -> None:
    fe = FrontEnd(sr=SR, n_fft=2048, hop_length=480)
    history = SampleHistory(1, 2 * SR)
    history.append_gap(2 * SR, GapCause.OVERFLOW)
    columns = ColumnRing(fe.n_rows, 1000)
    Pipeline(fe, SR, columns).push_gap(2 * SR, 0)
    measure = Measure(Feed(fe, (Lane(1, columns),), SourceFormat(SR, 1, "test", 1)), history)
    axes = Axes(ViewState(fe, WIDTH, HEIGHT, 2.0, -70, 30), WIDTH, HEIGHT, 2.0)
    assert measure.at(axes, 500.0, 300.0).peak is None
    assert measure.harmonics(1.0, 100.0) is not None
    assert measure.box(Box(0.5, 1.0, 100.0, 1000.0), LevelScale()) is not None


@pytest.mark.parametrize("rows", ["mel", "linear", "log"])
def test_a_box_measures_the_rms_and_the_middle_of_what_is_in_it(rows: str) -> None:
    y = tone(1000.0, 0.1, 2.0) + tone(8000.0, 0.3, 2.0) + noise(1e-5, 2 * SR)
    fe = FrontEnd(sr=SR, n_fft=2048, hop_length=480, representation=rows)
    measure, _ = heard(y, fe)
    found = measure.box(Box(0.5, 1.5, 500.0, 2000.0), LevelScale())
    assert found is not None
    assert found.level_db == pytest.approx(20 * np.log10(0.1 / np.sqrt(2)), abs=0.3)
    assert found.centroid_hz == pytest.approx(1000.0, rel=0.03)


def test_harmonics_agree_on_a_fundamental_that_was_set_by_hand() -> None:
    y = sum(tone(220.37 * n, 0.1 / n, 2.0) for n in range(1, 9)) + noise(1e-4, 2 * SR)
    measure, _ = heard(np.asarray(y))
    found = measure.harmonics(1.0, 221.0)
    assert found is not None
    assert found.f0_hz == pytest.approx(220.37, abs=0.02)
    expected = 20 * np.log10(0.1 / np.arange(1, 9))
    assert found.level_db[:8] == pytest.approx(expected, abs=0.1)


def test_a_fundamental_far_from_any_is_left_where_it_is() -> None:
    measure, _ = heard(noise(0.1, 2 * SR))
    found = measure.harmonics(1.0, 500.0)
    assert found is not None
    assert found.f0_hz == pytest.approx(500.0, rel=0.03)


def test_two_cursors_have_a_difference_of_time_frequency_and_level() -> None:
    y = np.concatenate([tone(440.0, 0.1), tone(660.0, 0.05)]) + noise(1e-5, 2 * SR)
    measure, axes = heard(y)
    marks = Marks(a=Point(0.5, 440.0), b=Point(1.5, 660.0))
    card = read_card(Question(axes, marks, None, True), measure, 8)
    rows = {row[0]: row[1:] for row in card.tables[0]}
    assert rows[""] == ("A", "B", "B − A")
    assert rows["Time"] == ("0.500 s", "1.500 s", "1.000 s")
    assert rows["1 / Δt"][-1] == "1.000 Hz"
    assert float(rows["Frequency"][-1].split()[0]) == pytest.approx(220.0, abs=0.05)
    assert float(rows["Tone"][-1].replace("−", "-").split()[0]) == pytest.approx(-6.0, abs=0.1)


def test_the_text_of_the_card_has_all_harmonics() -> None:
    y = sum(tone(500.0 * n, 0.1 / n) for n in range(1, 9)) + noise(1e-4, SR)
    measure, axes = heard(np.asarray(y))
    card = read_card(Question(axes, Marks(harmonic_hz=500.0), None, True), measure, 3)
    assert len(card.tables[0]) == 5
    lines = card.text.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["F0", *map(str, range(1, 48))]


@given(st.floats(1e-3, 1e5), st.none() | st.floats(1e-9, 1e3))
def test_frequencies_never_read_in_powers_of_ten(hz: float, error: float | None) -> None:
    text = hz_text(hz, error)
    assert "e" not in text
    assert float(text.split()[0]) == pytest.approx(hz, abs=0.51)


def test_rows_without_frequencies_read_time_and_nothing_false() -> None:
    fe = FrontEnd(sr=SR, hop_length=480, representation="waveform")
    measure, axes = heard(tone(1000.0, 0.1), fe)
    reading = measure.at(axes, 500.0, 300.0)
    assert math.isnan(reading.hz)
    card = read_card(Question(axes, Marks(), (500.0, 300.0), True), measure, 8)
    assert [row[0] for row in card.tables[0]] == ["Time", "Picture"]


def test_a_calibrated_and_weighted_tone_reads_its_level_in_the_air() -> None:
    y = tone(100.0, 0.5) + noise(1e-5, SR)
    measure, axes = heard(y)
    # Of a full-scale sine 120 dB SPL; at 100 Hz the A curve takes 19.1 dB off (IEC 61672, table 3).
    scale = LevelScale("A", 120.0)
    axes = replace(axes, view=replace(axes.view, scale=scale))
    wanted = 120.0 + 20 * math.log10(0.5) - 19.1
    card = read_card(Question(axes, Marks(), (500.0, axes.y_of(100.0)), True), measure, 8)
    said = dict(row[:2] for row in card.tables[0])
    level, unit = said["Tone"].replace("−", "-").split(" ", 1)
    assert unit == "dB SPL(A)"
    assert float(level) == pytest.approx(wanted, abs=0.15)
    # A sine between the centres of two bands reads less in both.
    picture = float(said["Picture"].replace("−", "-").split()[0])
    assert picture == pytest.approx(wanted, abs=2.5)
    box = measure.box(Box(0.2, 0.8, 50.0, 200.0), scale)
    assert box is not None
    assert box.level_db == pytest.approx(wanted, abs=1.5)


def test_a_cursor_of_another_view_reads_its_time_where_rows_have_no_frequencies() -> None:
    measure, axes = heard(tone(1000.0, 0.1), FrontEnd(sr=SR, hop_length=480, representation="mfcc"))
    card = read_card(Question(axes, Marks(a=Point(0.5, 1000.0)), None, True), measure, 8)
    assert [row[0] for row in card.tables[0]] == ["Time", "Picture"]
