"""The newest sound, computed once more by another front-end."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from livemel.buffers.columns import GAP, TOUCHES_GAP, ColumnRing
from livemel.dsp.stream import log_mel
from livemel.engine.heard import Heard
from livemel.engine.pipeline import Pipeline

from tests.dsp.strategies import examples, noise
from tests.engine.test_pipeline import FE


def replayed(heard: Heard) -> ColumnRing:
    columns = ColumnRing(FE.n_rows, 20_000)
    heard.replay(Pipeline(FE, FE.sr, columns))
    return columns


@examples(60)
@given(
    capacity=st.integers(0, 20_000),
    parts=st.lists(st.tuples(st.booleans(), st.integers(0, 3000)), max_size=20),
)
def test_it_holds_the_newest_sound_and_gaps_to_within_a_block(
    capacity: int, parts: list[tuple[bool, int]]
) -> None:
    heard, sound, missing = Heard(capacity), np.zeros(0, np.float32), np.zeros(0, bool)
    for number, (is_gap, n) in enumerate(parts):
        block = np.zeros(n, np.float32) if is_gap else noise(n, number)
        sound, missing = np.append(sound, block), np.append(missing, np.full(n, is_gap))
        if is_gap:
            heard.add_gap(n, number)
        else:
            heard.add(block, number)
    got = replayed(heard)
    span = got.read(0, got.written)
    # From which sample on is known by the blocks alone: at most a block less than the capacity.
    kept = [n for n in range(min(capacity, len(sound)) + 1)
            if log_mel(sound[len(sound) - n :], FE).shape[1] == got.written]  # fmt: skip
    same = [n for n in kept
            if np.array_equal(log_mel(sound[len(sound) - n :], FE), span.values.T)]  # fmt: skip
    assert same
    assert max(same) >= min(capacity - 3000, len(sound))


def test_a_gap_longer_than_all_that_is_kept_is_all_that_is_kept() -> None:
    heard = Heard(8000)
    heard.add(noise(5000), 1)
    heard.add_gap(10**9, 2)
    got = replayed(heard)
    assert got.written == (8000 - 400) // 160 + 1
    assert (got.read(0, got.written).flags & GAP).all()


def test_what_was_forgotten_is_not_played() -> None:
    heard = Heard(8000)
    heard.add(noise(5000), 1)
    heard.forget()
    heard.add(noise(2000, 3), 2)
    got = replayed(heard)
    np.testing.assert_array_equal(got.read(0, 99).values.T, log_mel(noise(2000, 3), FE))


def test_the_newest_column_came_when_its_last_sample_came() -> None:
    heard = Heard(100_000)
    for at_ns in range(250):
        heard.add(noise(160, at_ns), at_ns)
    got = replayed(heard)
    assert got.arrived_ns(got.written - 1) == 249


def test_a_feed_that_begins_in_the_midst_of_the_sound_knows_when_and_marks_what_reaches_back() -> (
    None
):
    fe = FE.replace(center=True)
    columns = ColumnRing(fe.n_rows, 1000)
    heard = Heard(4000)
    heard.add(noise(4000), 1)
    assert len(heard) == 4000
    heard.replay(Pipeline(fe, fe.sr, columns, cut=True))
    flags = columns.read(0, 1000).flags
    centres = fe.first_centre + np.arange(len(flags)) * fe.hop_length
    reaches_back = centres - fe.window_span / 2 < 0
    assert np.array_equal(flags & (GAP | TOUCHES_GAP) != 0, reaches_back)
    whole = ColumnRing(fe.n_rows, 1000)
    heard.replay(Pipeline(fe, fe.sr, whole))
    assert not whole.read(0, 1000).flags.any()
