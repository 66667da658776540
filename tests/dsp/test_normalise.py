"""What models do with the logarithm: over the whole, so far, and over a trailing stretch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.models import FRONTENDS, frontend
from livemel.dsp.normalise import WholeStatistic, normalise, normaliser
from livemel.dsp.stream import LogMelStream, log_mel

from tests.dsp.strategies import chunk_sizes, chunks, examples, noise

STATISTICS = {
    "max": {"statistic": "max", "statistic_range": 8.0, "mean": -4.0, "std": 4.0},
    "mean-std": {"statistic": "mean-std", "statistic_eps": 1e-5},
    "mean-var": {"statistic": "mean-var", "statistic_eps": 1e-7},
    "min-max": {"statistic": "min-max", "statistic_eps": 1e-8, "mean": 0.5, "std": 0.5},
}


def fe(kind: str, how: str) -> FrontEnd:
    return FrontEnd(
        sr=16_000,
        n_fft=256,
        hop_length=80,
        n_mels=20,
        normalise=how,
        instance_s=0.1,
        **STATISTICS[kind],
    )


def expected(x: np.ndarray, kind: str) -> np.ndarray:
    """numpy's, in float64."""
    x = x.astype(np.float64)
    if kind == "max":
        return (np.maximum(x, x.max() - 8) + 4) / 4
    if kind == "min-max":
        return 2 * (x - x.min()) / (x.max() - x.min() + 1e-8) - 1
    n = x.shape[1]
    mean = x.mean(axis=1, keepdims=True)
    variance = x.var(axis=1, ddof=1, keepdims=True) if n > 1 else np.zeros((len(x), 1))
    deviation = np.sqrt(variance) + 1e-5 if kind == "mean-std" else np.sqrt(variance + 1e-7)
    return (x - mean) / deviation


def raw(n: int = 4000, seed: int = 0) -> np.ndarray:
    y = noise(n, seed)
    y[n // 2 :] *= 0.01
    return log_mel(y, fe("max", "none"))


@pytest.mark.parametrize("kind", STATISTICS)
def test_exact_is_the_statistic_of_the_whole(kind: str) -> None:
    x = raw()
    np.testing.assert_allclose(normalise(x, fe(kind, "exact")), expected(x, kind), atol=1e-4)


@pytest.mark.parametrize("kind", STATISTICS)
def test_running_is_each_column_as_if_the_audio_ended_with_it(kind: str) -> None:
    x = raw()
    running = normaliser(fe(kind, "running"))
    assert running is not None
    done = running.push(x)
    for k in (0, 1, 7, x.shape[1] - 1):
        np.testing.assert_allclose(done[:, k], expected(x[:, : k + 1], kind)[:, -1], atol=1e-3)


@pytest.mark.parametrize("kind", STATISTICS)
def test_instance_is_the_statistic_of_the_trailing_stretch(kind: str) -> None:
    x = raw()
    trailing = normaliser(fe(kind, "instance"))
    assert trailing is not None
    done = trailing.push(x)
    for k in (0, 5, 30, x.shape[1] - 1):  # 0.1 s are 20 columns
        window = x[:, max(0, k - 19) : k + 1]
        np.testing.assert_allclose(done[:, k], expected(window, kind)[:, -1], atol=1e-3)


@examples(40)
@given(
    kind=st.sampled_from(list(STATISTICS)),
    how=st.sampled_from(("running", "instance", "fixed")),
    n=st.integers(0, 4000),
    sizes=chunk_sizes(80),
)
def test_any_chunks_are_normalised_to_the_same_bits(
    kind: str, how: str, n: int, sizes: list[int]
) -> None:
    chosen, y = fe(kind, how), noise(n)
    stream = LogMelStream(chosen)
    parts = [stream.push(part) for part in chunks(y, sizes)] + [stream.flush()]
    np.testing.assert_array_equal(np.hstack(parts), log_mel(y, chosen))


@pytest.mark.parametrize("name", FRONTENDS)
def test_every_named_front_end_can_be_had_in_each_way(name: str) -> None:
    y = noise(20_000)
    for how in ("none", "fixed", "running", "exact", "instance"):
        columns = log_mel(y, frontend(name).replace(normalise=how))
        assert columns.dtype == np.float32
        assert np.isfinite(columns).all()


@pytest.mark.parametrize("kind", STATISTICS)
def test_exact_is_in_the_last_column_what_running_is_to_the_bit(kind: str) -> None:
    y = noise(40_000)
    running, exact = (log_mel(y, fe(kind, how)) for how in ("running", "exact"))
    np.testing.assert_array_equal(running[:, -1], exact[:, -1])


@examples(30)
@given(kind=st.sampled_from(list(STATISTICS)), cuts=st.lists(st.integers(0, 500)).map(sorted))
def test_any_blocks_give_the_bits_of_the_whole(kind: str, cuts: list[int]) -> None:
    x = raw(40_000)
    whole = WholeStatistic(fe(kind, "exact"))
    for block in np.split(x, cuts, axis=1):
        whole.take(block)
    done = np.hstack([whole.apply(block) for block in np.split(x, cuts, axis=1)])
    np.testing.assert_array_equal(done, normalise(x, fe(kind, "exact")))


@pytest.mark.parametrize("kind", ["mean-std", "mean-var"])
def test_a_constant_band_has_no_deviation(kind: str) -> None:
    x = raw()
    x[3] = np.float32(-15.942385)
    np.testing.assert_array_equal(normalise(x, fe(kind, "exact"))[3], 0)


@pytest.mark.parametrize("how", ["exact", "running", "instance"])
@pytest.mark.parametrize("kind", STATISTICS)
def test_columns_that_are_no_numbers_are_left_out_of_every_statistic(kind: str, how: str) -> None:
    x = raw()
    holed = x.copy()
    bad = [0, 7, 8, 20]
    holed[3, bad] = np.nan, np.inf, -np.inf, np.nan
    good = np.setdiff1d(np.arange(x.shape[1]), bad)
    front = fe(kind, how).replace(instance_s=60.0)
    if how == "exact":
        found, wanted = normalise(holed, front), normalise(x[:, good], front)
    else:
        made = [normaliser(front), normaliser(front)]
        assert all(made)
        parts = np.array_split(holed, [1, 8, 15], axis=1)
        found = np.hstack([made[0].push(part) for part in parts])
        wanted = made[1].push(np.ascontiguousarray(x[:, good]))
    np.testing.assert_array_equal(found[:, good], wanted)
    assert not np.isfinite(found[3, [0, 20]]).any()
