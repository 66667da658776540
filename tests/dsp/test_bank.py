"""LogMelBank: each lane has the bits of a stream of its own, and silence is quick, no different."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.dsp.bank import LogMelBank
from livemel.dsp.frontend import PREEMPHASIS_OVER, REPRESENTATIONS, FrontEnd
from livemel.dsp.models import frontend
from livemel.dsp.stream import LogMelStream, log_mel

from tests.dsp.strategies import KINDS, SPEECH, chunk_sizes, chunks, examples, front_ends, sound

NORMALISED = {
    "the largest so far": frontend("whisper-80"),
    "mean and deviation so far": frontend("nemo").replace(normalise="running"),
    "over a trailing stretch": SPEECH.replace(
        normalise="instance", instance_s=0.3, statistic="mean-std"
    ),
}


def through_a_bank(lanes: np.ndarray, fe: FrontEnd, sizes: list[int]) -> np.ndarray:
    """The columns of signals side by side, tail included: shape (n_rows, lanes, k)."""
    bank = LogMelBank(fe, len(lanes))
    parts = [bank.push(part.T) for part in chunks(np.ascontiguousarray(lanes.T), sizes)]
    columns = np.concatenate([*parts, bank.flush()], axis=-1)
    assert columns.shape == (fe.n_rows, len(lanes), bank.columns_out)
    return columns


def apart(lanes: np.ndarray, fe: FrontEnd) -> np.ndarray:
    """Each through a stream of its own, all at once."""
    streams = [LogMelStream(fe) for _ in lanes]
    whole = [
        np.hstack([each.push(y), each.flush()]) for each, y in zip(streams, lanes, strict=True)
    ]
    return np.stack(whole, axis=1)


def signals(lanes: int, n: int, seed: int = 0) -> np.ndarray:
    return np.stack([sound(n, seed + lane) for lane in range(lanes)])


@examples(60)
@given(
    data=st.data(),
    fe=front_ends(),
    n=st.integers(0, 5000),
    lanes=st.integers(1, 9) | st.just(40),
)
def test_each_lane_has_the_bits_of_a_stream_of_its_own(
    data: st.DataObject, fe: FrontEnd, n: int, lanes: int
) -> None:
    y = signals(lanes, n)
    sizes = data.draw(chunk_sizes(fe.hop_length))
    np.testing.assert_array_equal(through_a_bank(y, fe, sizes), apart(y, fe))


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("lanes", [2, 64, 200])
def test_as_many_lanes_as_there_are_have_the_bits_of_one(name: str, lanes: int) -> None:
    fe = KINDS[name]
    y, which = signals(3, 3 * fe.n_fft + 555), np.arange(lanes) % 3
    wanted = np.stack([log_mel(each, fe) for each in y], axis=1)
    columns = through_a_bank(y[which], fe, [fe.hop_length, 77])
    np.testing.assert_array_equal(columns, wanted[:, which])


@pytest.mark.parametrize("representation", REPRESENTATIONS)
@pytest.mark.parametrize("name", NORMALISED)
def test_lanes_are_normalised_and_transformed_each_by_itself(
    name: str, representation: str
) -> None:
    fe = NORMALISED[name].replace(representation=representation)
    y = signals(3, 16_000) * np.array([[1.0], [0.1], [0.01]], dtype=np.float32)
    np.testing.assert_array_equal(through_a_bank(y, fe, [801]), apart(y, fe))


@pytest.mark.parametrize("hop", [1, 3, 160, 700])
@pytest.mark.parametrize("over", PREEMPHASIS_OVER)
def test_means_and_emphasis_have_the_same_bits_beside_other_lanes(hop: int, over: str) -> None:
    fe = SPEECH.replace(
        hop_length=hop, window_first=True, remove_dc=True, preemphasis=0.97, preemphasis_over=over
    )
    y = signals(5, 3000)
    np.testing.assert_array_equal(through_a_bank(y, fe, [160, 13]), apart(y, fe))


# --- silence --------------------------------------------------------------------------------------


def with_silence(fe: FrontEnd, before: np.ndarray, k: int, after: np.ndarray) -> np.ndarray:
    """Sound, zeros of which k hops are passed over, and sound."""
    bank = LogMelBank(fe, len(before))
    parts = [bank.push(before), bank.push(np.zeros((len(before), bank.settling), np.float32))]
    for some, columns in bank.silence(k):
        assert columns.shape[-1] in (1, some)
        parts.append(np.broadcast_to(columns, (*columns.shape[:2], some)))
    columns = np.concatenate([*parts, bank.push(after), bank.flush()], axis=-1)
    assert columns.shape[-1] == bank.columns_out
    return columns


@examples(60)
@given(
    fe=front_ends(),
    k=st.integers(0, 40),
    n=st.integers(0, 2000),
    m=st.integers(0, 3000),
    lanes=st.integers(1, 3),
)
def test_silence_that_is_passed_over_leaves_all_bits_as_they_are(
    fe: FrontEnd, k: int, n: int, m: int, lanes: int
) -> None:
    before, after = signals(lanes, n), signals(lanes, m, seed=50)
    zeros = np.zeros((lanes, LogMelBank(fe, lanes).settling + k * fe.hop_length), np.float32)
    whole = np.concatenate([before, zeros, after], axis=1)
    np.testing.assert_array_equal(with_silence(fe, before, k, after), apart(whole, fe))


@pytest.mark.parametrize("name", NORMALISED)
@pytest.mark.parametrize("k", [0, 1, 255, 256, 700])
def test_what_is_normalised_by_all_so_far_counts_the_silence_too(name: str, k: int) -> None:
    fe = NORMALISED[name]
    before, after = signals(2, 9000), signals(2, 8000, seed=50)
    zeros = np.zeros((2, LogMelBank(fe, 2).settling + k * fe.hop_length), np.float32)
    whole = np.concatenate([before, zeros, after], axis=1)
    np.testing.assert_array_equal(with_silence(fe, before, k, after), apart(whole, fe))


@pytest.mark.parametrize(
    ("fe", "alike"),
    [
        (SPEECH, True),
        (NORMALISED["the largest so far"], True),
        (NORMALISED["over a trailing stretch"], True),
        (NORMALISED["mean and deviation so far"], False),
    ],
)
def test_hours_of_silence_are_one_column_unless_a_mean_goes_on(fe: Any, alike: bool) -> None:
    bank = LogMelBank(fe, 1)
    bank.push(signals(1, 9000))
    bank.push(np.zeros((1, bank.settling), np.float32))
    counts = [(some, columns.shape[-1]) for some, columns in bank.silence(20_000)]
    assert sum(some for some, _ in counts) == 20_000
    assert (len(counts) < 4 and counts[-1][1] == 1) == alike
