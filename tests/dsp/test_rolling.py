"""RollingInput: the newest columns, in any pieces, as the model would take them as a clip."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.model_input import model_input
from livemel.dsp.models import FRONTENDS, frontend, row
from livemel.dsp.normalise import normalise
from livemel.dsp.rolling import RollingInput
from livemel.dsp.scaler import Scaler
from livemel.dsp.stream import LogMelStream, log_mel
from livemel.errors import ParameterError
from livemel.verify.signals import ten_minutes

from tests.dsp.reference.test_whisper import EXTRACTORS
from tests.dsp.strategies import examples, noise

SMALL = FrontEnd(
    sr=100,
    n_fft=4,
    hop_length=1,
    n_mels=2,
    statistic="max",
    statistic_range=3.0,
    mean=1.0,
    std=2.0,
)


@examples(200)
@given(
    lengths=st.lists(st.integers(0, 25), max_size=30),
    capacity=st.integers(1, 12),
    how=st.sampled_from(("none", "running", "exact")),
)
def test_it_holds_the_newest_columns_however_they_came(
    lengths: list[int], capacity: int, how: str
) -> None:
    columns = noise(2 * sum(lengths), level=5).reshape(2, -1)
    fe = SMALL.replace(normalise=how)
    heard = RollingInput(fe, seconds=capacity / 100)
    done = 0
    for n in lengths:
        heard.push(columns[:, done : done + n])
        done += n
        newest = columns[:, max(0, done - capacity) : done]
        wanted = newest if how == "none" else normalise(np.ascontiguousarray(newest), fe)
        np.testing.assert_array_equal(heard.array(), wanted)
        assert len(heard) == newest.shape[1]


@pytest.mark.parametrize("name", FRONTENDS)
def test_by_name_it_is_the_models_input_of_what_is_held(name: str) -> None:
    heard = RollingInput(name)
    y = noise(heard.frontend.sr)
    columns = log_mel(y, heard.frontend)
    heard.push(columns)
    np.testing.assert_array_equal(heard.array(), model_input(columns, row(name)))
    assert heard.frontend == frontend(name).replace(normalise="none")


def test_what_it_gives_is_the_callers() -> None:
    heard = RollingInput(SMALL.replace(statistic=None, mean=0.0, std=1.0, normalise="fixed"), 0.1)
    heard.push(np.ones((2, 3), dtype=np.float32))
    heard.array()[:] = 7
    np.testing.assert_array_equal(heard.array(), np.ones((2, 3)))


# --- Whisper, live --------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [80, 128])
def test_the_last_thirty_seconds_are_whispers_but_for_the_columns_at_the_edges(n: int) -> None:
    """The extractor mirrors its clip where the stream heard on: columns 0, 1 and 2999."""
    y = ten_minutes(16_000)[: 75 * 16_000]
    heard = RollingInput(f"whisper-{n}")
    stream = LogMelStream(heard.frontend)
    for position in range(0, 31 * 16_000, 16_000):
        heard.push(stream.push(y[position : position + 16_000]))
    for position in range(31 * 16_000, len(y), 11 * 16_000 + 123):
        heard.push(stream.push(y[position : position + 11 * 16_000 + 123]))
        first = stream.columns_out - 3000
        theirs = extracted(y[160 * first :][:480_000], n)
        np.testing.assert_allclose(heard.array()[:, 2:-1], theirs[:, 2:-1], rtol=0, atol=1e-3)


@pytest.mark.parametrize("n_samples", [1234, 16_000, 200_000, 479_000])
def test_before_it_is_full_only_the_columns_at_the_sounds_end_are_still_to_come(
    n_samples: int,
) -> None:
    y = ten_minutes(16_000)[:n_samples]
    heard = RollingInput("whisper-80")
    stream = LogMelStream(heard.frontend)
    heard.push(stream.push(y))
    whole = len(heard)
    ours, theirs = heard.array(), extracted(y, 80)
    assert n_samples // 160 - 1 <= whole <= n_samples // 160
    same = np.r_[:whole, whole + 3 : 3000]
    np.testing.assert_allclose(ours[:, same], theirs[:, same], rtol=0, atol=1e-3)


def extracted(y: np.ndarray, n: int) -> np.ndarray:
    features = EXTRACTORS[n](y, sampling_rate=16_000, return_tensors="np")
    columns: np.ndarray = features.input_features[0]
    return columns


def test_fewer_seconds_of_whisper_are_filled_up_to_its_thirty() -> None:
    heard = RollingInput("whisper-80", seconds=5)
    y = ten_minutes(16_000)[: 12 * 16_000]
    columns = log_mel(y, heard.frontend)
    heard.push(columns)
    assert len(heard) == 500
    assert heard.array().shape == (80, 3000)
    np.testing.assert_array_equal(heard.array(), model_input(columns[:, -500:], row("whisper-80")))


# --- what is refused ------------------------------------------------------------------------------


def test_nothing_heard_is_silence_where_the_length_is_fixed_and_nothing_where_not() -> None:
    whisper = RollingInput("whisper-80").array()
    np.testing.assert_allclose(whisper, np.full((80, 3000), -1.5), rtol=0, atol=1e-6)
    assert RollingInput("panns-cnn14").array().shape == (1, 0, 64)


@pytest.mark.parametrize(
    ("name", "seconds", "words"),
    [
        ("whispr-80", None, "unknown front-end 'whispr-80'"),
        ("whisper-80", 31, "seconds=31 exceeds the 30 s that whisper-80 takes"),
        ("ast", 11, "seconds=11 exceeds the 10.24 s that ast takes"),
        ("live", 0, "seconds=0 must be more than 0 s"),
    ],
)
def test_an_impossible_input_is_refused(name: str, seconds: float | None, words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        RollingInput(name, seconds)


@pytest.mark.parametrize("shape", [(79, 5), (80,), (5, 80)])
def test_columns_of_another_front_end_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ParameterError, match=r"are not of shape \(80, k\)"):
        RollingInput("whisper-80").push(np.zeros(shape, dtype=np.float32))


def test_a_fitted_scaler_is_kept_and_other_views_come_as_they_are() -> None:
    scaler = Scaler(kind="mean-std", per_bin=False, shift=(-4.0,), spread=(2.0,))
    fitted = frontend("whisper-80").replace(normalise="dataset", scaler=scaler)
    waves = frontend("whisper-80").replace(representation="waveform", normalise="exact")
    y = noise(16_000)
    for fe in (fitted, waves):
        heard = RollingInput(fe)
        columns = LogMelStream(heard.frontend).push(y)
        heard.push(columns)
        np.testing.assert_array_equal(heard.array(), columns)
        np.testing.assert_array_equal(columns, log_mel(y, fe)[:, : columns.shape[1]])


def test_coefficients_cannot_be_normalised_afterwards() -> None:
    with pytest.raises(ParameterError, match="coefficients cannot be normalised"):
        RollingInput(frontend("whisper-80").replace(representation="mfcc"))
