"""Pipeline: the same columns for any chunks, resampled or not, with levels and flags in place."""

from fractions import Fraction
from math import ceil
from typing import Any

import numpy as np
import pytest
import soxr
from hypothesis import given
from hypothesis import strategies as st
from livemel.buffers.columns import CLIPPED, GAP, TOUCHES_GAP, ColumnRing
from livemel.dsp.frontend import REPRESENTATIONS, FrontEnd
from livemel.dsp.stream import log_mel
from livemel.engine.pipeline import Pipeline

from tests.dsp.strategies import chunk_sizes, chunks, examples, noise, sound

FE = FrontEnd(sr=16000, n_fft=400, hop_length=160, n_mels=20)
CENTRED = FE.replace(center=True, pad_mode="reflect")
RATES = (8000, 16000, 22050, 44100, 48000)


class Run:
    """One signal through one pipeline, and what was written."""

    def __init__(self, fe: FrontEnd, source_sr: int = 16000) -> None:
        self.fe = fe
        self.ring = ColumnRing(fe.n_rows, 20_000)
        self.pipeline = Pipeline(fe, source_sr, self.ring)
        self.ratio = Fraction(source_sr, fe.sr)

    def push(self, y: np.ndarray, sizes: list[int]) -> None:
        for part in chunks(y, sizes):
            self.pipeline.push(part, 7)
            assert self.pipeline.columns_due == self.ring.written

    @property
    def values(self) -> np.ndarray:
        return self.ring.read(0, self.ring.written).values.T

    def flagged(self, flag: np.uint8) -> list[int]:
        return np.flatnonzero(self.ring.read(0, self.ring.written).flags & flag).tolist()

    def levels(self) -> tuple[np.ndarray, np.ndarray]:
        per_column = [self.ring.level(k, k + 1) for k in range(self.ring.written)]
        return np.array([p for p, _ in per_column]), np.array([m for _, m in per_column])

    def under(self, k: int) -> slice:
        """The source samples within half a hop of column k's middle."""
        middle = Fraction(self.fe.first_centre) + k * self.fe.hop_length
        half = Fraction(self.fe.hop_length, 2)
        ends = (middle - half) * self.ratio, (middle + half) * self.ratio
        return slice(*(max(0, ceil(end)) for end in ends))


@st.composite
def small_front_ends(draw: st.DrawFn) -> FrontEnd:
    n_fft = draw(st.sampled_from((64, 65, 256, 400)))
    return FrontEnd(
        sr=16000,
        n_fft=n_fft,
        hop_length=draw(st.integers(10, n_fft)),
        n_mels=8,
        center=draw(st.booleans()),
        pad_mode=draw(st.sampled_from(("constant", "reflect"))),
    )


# --- columns --------------------------------------------------------------------------------------


@examples(60)
@given(
    fe=small_front_ends(),
    n=st.integers(0, 4000),
    source_sr=st.sampled_from(RATES),
    sizes=chunk_sizes(160),
)
def test_columns_are_those_of_soxrs_whole_signal_for_any_chunks(
    fe: FrontEnd, n: int, source_sr: int, sizes: list[int]
) -> None:
    y = sound(n)
    run = Run(fe, source_sr)
    run.push(y, sizes)
    run.pipeline.finish(8)
    whole = y if source_sr == fe.sr else soxr.resample(y, source_sr, fe.sr, "HQ")
    np.testing.assert_array_equal(run.values, log_mel(whole, fe))


@examples(60)
@given(
    fe=small_front_ends(),
    source_sr=st.sampled_from(RATES),
    sizes=chunk_sizes(160),
    gaps=st.lists(st.integers(1, 60_000), max_size=3),
)
def test_the_columns_due_are_the_columns_written_after_every_step(
    fe: FrontEnd, source_sr: int, sizes: list[int], gaps: list[int]
) -> None:
    run = Run(fe, source_sr)
    for length in [*gaps, 0]:
        run.push(noise(2000), sizes)
        if length:
            run.pipeline.push_gap(length, 7)
            assert run.pipeline.columns_due == run.ring.written
    assert run.pipeline.position == 2000 * (len(gaps) + 1) + sum(gaps)


@pytest.mark.parametrize("center", [False, True])
@pytest.mark.parametrize("pad_mode", ["constant", "reflect"])
@pytest.mark.parametrize("n_fft", [64, 65])
def test_no_column_is_due_a_sample_too_early(center: bool, pad_mode: Any, n_fft: int) -> None:
    fe = FrontEnd(sr=16000, n_fft=n_fft, hop_length=20, n_mels=8, center=center, pad_mode=pad_mode)
    run = Run(fe)
    run.push(noise(200), [1])  # which looks after each
    assert run.ring.written > 5


@pytest.mark.parametrize("fe", [FE, CENTRED, CENTRED.replace(pad_mode="constant")])
def test_missing_sound_enters_as_zeros_so_that_time_stays_true(fe: FrontEnd) -> None:
    before, after = noise(5000, 1), noise(5000, 2)
    run = Run(fe)
    run.push(before, [441])
    run.pipeline.push_gap(40_001, 7)
    run.push(after, [441])
    run.pipeline.finish(8)
    whole = np.concatenate([before, np.zeros(40_001, dtype=np.float32), after])
    np.testing.assert_array_equal(run.values, log_mel(whole, fe))


# --- gaps -----------------------------------------------------------------------------------------


@examples(50)
@given(
    fe=small_front_ends(),
    source_sr=st.sampled_from(RATES),
    parts=st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 9000)), max_size=4),
    sizes=chunk_sizes(160),
)
def test_a_gap_is_flagged_where_it_is_and_as_long_as_it_lasts(
    fe: FrontEnd, source_sr: int, parts: list[tuple[int, int]], sizes: list[int]
) -> None:
    run = Run(fe, source_sr)
    gaps, at = [], 0
    for heard, missing in parts:
        run.push(noise(heard), sizes)
        run.pipeline.push_gap(missing, 7)
        gaps.append((at + heard, at + heard + missing))
        at += heard + missing
    run.push(noise(4000), sizes)
    run.pipeline.finish(8)
    hop, n_fft, ratio = fe.hop_length, fe.n_fft, float(run.ratio)
    middles = (fe.first_centre + np.arange(run.ring.written) * hop) * ratio
    away = np.full(len(middles), np.inf)  # source samples from each middle to the nearest gap
    inside = np.zeros(len(middles), dtype=bool)
    clear = np.ones(len(middles), dtype=bool)  # at the very border either will do
    for start, stop in gaps:
        away = np.minimum(away, np.maximum(0, np.maximum(start - middles, middles - stop)))
        inside |= (start <= middles) & (middles < stop)
        if len(middles):
            off = np.abs(middles - (start + stop) / 2)
            nearest = np.flatnonzero(np.abs(off - off.min()) < 1e-6)
            inside[nearest] |= off[nearest] < hop / 2 * ratio + 1e-6
            if len(nearest) > 1 or abs(off.min() - hop / 2 * ratio) < 1e-6:
                clear[nearest] = False
        for border in (start, stop):
            clear &= np.abs(middles - border) > 1e-6
    flagged = np.isin(np.arange(len(middles)), run.flagged(GAP))
    np.testing.assert_array_equal(flagged[clear], inside[clear])
    flagged = np.isin(np.arange(len(middles)), run.flagged(TOUCHES_GAP))
    clear = np.abs(away - n_fft / 2 * ratio) > 1e-6
    np.testing.assert_array_equal(flagged[clear], (away < n_fft / 2 * ratio)[clear])


@examples(100)
@given(
    source_sr=st.sampled_from(RATES), heard=st.integers(2000, 9000), missing=st.integers(1, 40_000)
)
def test_a_gap_has_as_many_columns_as_it_has_hops_to_one_and_is_never_unseen(
    source_sr: int, heard: int, missing: int
) -> None:
    run = Run(FE, source_sr)
    run.push(noise(heard), [source_sr // 100])
    run.pipeline.push_gap(missing, 7)
    run.push(noise(9000), [source_sr // 100])
    columns = len(run.flagged(GAP))
    assert columns >= 1
    assert abs(columns - missing / (FE.hop_length * float(run.ratio))) <= 1


@pytest.mark.parametrize("source_sr", RATES)
def test_the_length_of_a_gap_in_columns_is_its_length_in_time(source_sr: int) -> None:
    run = Run(FE, source_sr)
    run.push(noise(source_sr), [source_sr // 100])
    run.pipeline.push_gap(source_sr // 2, 7)
    run.push(noise(source_sr), [source_sr // 100])
    flagged = run.flagged(GAP)
    assert abs(len(flagged) - 50) <= 1  # half a second, a column every 10 ms
    assert flagged == list(range(flagged[0], flagged[0] + len(flagged)))
    assert abs(flagged[0] * 160 + 200 - 16000) <= 160


def test_without_a_gap_nothing_is_flagged() -> None:
    run = Run(FE)
    run.push(noise(20_000), [441])
    assert run.flagged(GAP) == run.flagged(TOUCHES_GAP) == run.flagged(CLIPPED) == []


# --- levels ---------------------------------------------------------------------------------------


@examples(60)
@given(
    fe=small_front_ends(),
    source_sr=st.sampled_from(RATES),
    at=st.integers(0, 2999),
    sizes=chunk_sizes(160),
)
def test_a_clipped_sample_flags_the_very_column_it_lies_under(
    fe: FrontEnd, source_sr: int, at: int, sizes: list[int]
) -> None:
    y = noise(3000)
    y[at] = -1
    run = Run(fe, source_sr)
    run.push(y, sizes)
    run.pipeline.finish(8)
    columns = range(run.ring.written)
    wanted = [k for k in columns if run.under(k).start <= at < run.under(k).stop]
    assert run.flagged(CLIPPED) == wanted


@examples(40)
@given(fe=small_front_ends(), source_sr=st.sampled_from(RATES), sizes=chunk_sizes(160))
def test_the_levels_are_numpys_under_each_column(
    fe: FrontEnd, source_sr: int, sizes: list[int]
) -> None:
    y = noise(3000, level=0.3) * np.linspace(0, 1, 3000, dtype=np.float32)
    run = Run(fe, source_sr)
    run.push(y, sizes)
    run.pipeline.finish(8)
    peaks, mean_squares = run.levels()
    for k in range(run.ring.written):
        heard = y[run.under(k)]
        if len(heard):  # a last column may be centred on the very end
            assert peaks[k] == np.abs(heard).max()
            wanted = np.mean(np.square(heard, dtype=np.float64))
            np.testing.assert_allclose(mean_squares[k], wanted, rtol=1e-5)


def test_missing_sound_is_silent_in_the_levels_too() -> None:
    run = Run(FE)
    run.push(np.full(1600, 0.5, dtype=np.float32), [160])
    run.pipeline.push_gap(16_000, 7)
    assert run.ring.level(0, 8) == (0.5, 0.25)
    assert run.ring.level(12, run.ring.written) == (0.0, 0.0)


def test_a_column_knows_when_its_last_sample_came() -> None:
    run = Run(FE)
    for turn, part in enumerate(chunks(noise(4000), [400])):
        run.pipeline.push(part, 1000 + turn)
    for k in range(run.ring.written):
        assert run.ring.arrived_ns(k) == 1000 + (k * 160 + 400 - 1) // 400


# --- other representations ------------------------------------------------------------------------


@pytest.mark.parametrize("representation", REPRESENTATIONS)
def test_every_representation_has_its_columns_at_the_same_times(representation: str) -> None:
    run = Run(CENTRED.replace(representation=representation))
    run.push(sound(5000), [441, 3])
    run.pipeline.finish(8)
    assert run.values.shape == (run.fe.n_rows, 1 + 5000 // 160)
    assert list(run.levels()[0]) == list(levels_of(CENTRED, sound(5000)))


def levels_of(fe: FrontEnd, y: np.ndarray) -> np.ndarray:
    run = Run(fe)
    run.push(y, [len(y)])
    run.pipeline.finish(8)
    return run.levels()[0]


@examples(60)
@given(fe=small_front_ends(), sizes=chunk_sizes(160))
def test_the_waveforms_greatest_sample_is_the_level_meters_peak(
    fe: FrontEnd, sizes: list[int]
) -> None:
    """Two ways to the same samples: the frame's middle, and stretches counted from the start."""
    run = Run(fe.replace(representation="waveform", center=False))
    run.push(sound(4000), sizes)
    np.testing.assert_array_equal(np.abs(run.values).max(axis=0), run.levels()[0])


def test_the_waveform_sees_nothing_of_a_gap_beside_its_hop() -> None:
    run = Run(FE.replace(representation="waveform"))
    run.push(noise(4000), [4000])
    run.pipeline.push_gap(1600, 7)
    run.push(noise(4000), [4000])
    gap = run.flagged(GAP)
    assert len(gap) == 10
    touched = run.flagged(TOUCHES_GAP)
    assert gap[0] - 1 <= touched[0] <= gap[0]
    assert gap[-1] <= touched[-1] <= gap[-1] + 1


def test_a_column_arrived_with_its_last_sample_not_with_the_resamplers_burst() -> None:
    fe = FE.replace(sr=2000, n_fft=256, hop_length=20, fmax=None)
    source_sr, block = 48_000, 480
    columns = ColumnRing(fe.n_rows, 2000)
    pipeline = Pipeline(fe, source_sr, columns)
    y = noise(4 * source_sr)
    for number, start in enumerate(range(0, len(y), block)):
        pipeline.push(y[start : start + block], number)
    k = np.arange(columns.written)
    last = (fe.first_centre + fe.lookahead + k * fe.hop_length) * source_sr / fe.sr
    wanted = np.ceil(last / block) - 1  # the block that holds its last sample
    arrived = [columns.arrived_ns(int(each)) for each in k]
    assert len(k) > 300
    assert np.abs(np.array(arrived) - wanted).max() <= 1
