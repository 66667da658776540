"""Pipeline: several lanes as each alone, and long gaps as if all their zeros had been pushed."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.buffers.columns import GAP, TOUCHES_GAP, ColumnRing, ColumnRings
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.models import frontend
from livemel.engine.pipeline import Pipeline

from tests.dsp.strategies import chunk_sizes, chunks, examples, noise, sound
from tests.engine.test_pipeline import CENTRED, FE, RATES, small_front_ends

SECOND = 16_000
# Longer than what goes in as zeros, at every rate below.
LONG = 5 * 48_000 + 777


def assert_same(one: ColumnRing, other: ColumnRing, *, exactly: bool = True) -> None:
    """All that two rings hold, to the bit or to the resampler's rounding."""
    assert one.written == other.written
    a, b = one.read(0, one.written), other.read(0, other.written)
    np.testing.assert_array_equal(a.flags, b.flags)
    if exactly:
        np.testing.assert_array_equal(a.values, b.values)
    else:
        # What lies deeper is the rounding itself.
        np.testing.assert_allclose(np.fmax(a.values, -80), np.fmax(b.values, -80), atol=1e-3)
    for column in range(a.start, a.stop):
        assert one.level(column, column + 1) == other.level(column, column + 1)
        assert one.arrived_ns(column) == other.arrived_ns(column)


@examples(20)
@given(
    fe=small_front_ends(),
    source_sr=st.sampled_from(RATES),
    sizes=chunk_sizes(160),
    lanes=st.integers(2, 5),
    gap=st.integers(0, 9000),
)
def test_each_lane_has_the_columns_flags_and_levels_it_has_alone(
    fe: FrontEnd, source_sr: int, sizes: list[int], lanes: int, gap: int
) -> None:
    y = np.stack([sound(4000, lane) * (1 + lane / 8) for lane in range(lanes)], axis=1)
    rings = ColumnRings(lanes, fe.n_rows, 20_000)
    together = Pipeline(fe, source_sr, rings)
    alone = [ColumnRing(fe.n_rows, 20_000) for _ in range(lanes)]
    apart = [Pipeline(fe, source_sr, ring) for ring in alone]
    for turn in (1, 2):
        for part in chunks(y, sizes):
            together.push(np.ascontiguousarray(part.T), turn)
            assert together.columns_due == rings.written
            for lane, pipeline in enumerate(apart):
                pipeline.push(np.ascontiguousarray(part[:, lane]), turn)
        for pipeline in (together, *apart):
            pipeline.push_gap(gap, 3)
    for pipeline in (together, *apart):
        pipeline.finish(4)
    for one, other in zip(rings.lanes, alone, strict=True):
        assert_same(one, other)


# --- long gaps ------------------------------------------------------------------------------------


def heard_around(fe: FrontEnd, source_sr: int, gap: int, piece: int) -> ColumnRing:
    """Sound, a gap that came in pieces, and sound."""
    ring = ColumnRing(fe.n_rows, 50_000)
    pipeline = Pipeline(fe, source_sr, ring)
    for seed in (1, 2):
        for part in chunks(noise(SECOND + 321, seed), [441, 160]):
            pipeline.push(part, seed)
        if seed == 1:
            for start in range(0, gap, piece):
                pipeline.push_gap(min(piece, gap - start), 7)
                assert pipeline.columns_due == ring.written
    pipeline.finish(8)
    return ring


KINDS = {
    "plain": FE,
    "centred": CENTRED,
    "centred, zeros": CENTRED.replace(pad_mode="constant"),
    "hop past the frame": FE.replace(hop_length=1001),
    "emphasised": FE.replace(preemphasis=0.97, preemphasis_over="signal"),
    "the largest so far": frontend("whisper-80"),
    "mean and deviation so far": frontend("nemo").replace(normalise="running"),
    "waveform": FE.replace(representation="waveform"),
    "mfcc": FE.replace(representation="mfcc", n_mfcc=10),
}


@pytest.mark.parametrize("gap", [LONG, LONG + 1, 9 * SECOND])
@pytest.mark.parametrize("kind", KINDS)
def test_a_long_gap_is_to_the_bit_what_short_ones_in_a_row_are(kind: str, gap: int) -> None:
    fe = KINDS[kind]
    long, short = (heard_around(fe, fe.sr, gap, piece) for piece in (gap, SECOND // 2))
    assert_same(long, short)


@pytest.mark.parametrize("source_sr", [rate for rate in RATES if rate != 16_000])
@pytest.mark.parametrize("kind", ["plain", "centred", "waveform"])
def test_a_long_gap_of_another_rate_is_as_long_and_its_sound_the_same(
    kind: str, source_sr: int
) -> None:
    fe = KINDS[kind]
    long, short = (heard_around(fe, source_sr, LONG, piece) for piece in (LONG, SECOND // 4))
    assert_same(long, short, exactly=False)


def test_a_day_without_sound_takes_no_memory_and_every_column_is_there() -> None:
    rings = ColumnRings(8, FE.n_rows, 3000)
    pipeline = Pipeline(FE, SECOND, rings)
    pipeline.push(np.stack([noise(SECOND, lane) for lane in range(8)]), 1)
    tracemalloc.start()
    try:
        pipeline.push_gap(86_400 * SECOND, 2)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 << 20
    assert rings.written == pipeline.columns_due == (86_401 * SECOND - 400) // 160 + 1
    span = rings.lanes[7].read(rings.written - 3000, rings.written)
    assert (span.flags == GAP | TOUCHES_GAP).all()
    assert (span.values == span.values[0]).all()
