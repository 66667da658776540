"""A model's own input: its length, what fills it up, and the order of its axes."""

from dataclasses import replace

import numpy as np
import pytest
from livemel.dsp.model_input import as_model, model_input, silence
from livemel.dsp.models import FRONTENDS, frontend, row
from livemel.dsp.stream import log_mel
from livemel.verify.signals import signal

from tests.dsp.reference.formulas import FORMULAS
from tests.dsp.reference.test_speech_extractors import SEAMLESS, nemo
from tests.dsp.reference.test_whisper import EXTRACTORS

LOG = 1e-3


def raw(name: str, y: np.ndarray) -> np.ndarray:
    """The clip's columns, before any statistic or constant."""
    return log_mel(y, frontend(name).replace(normalise="none"))


@pytest.mark.parametrize("name", FRONTENDS)
def test_every_row_has_its_columns_in_the_layout_that_it_names(name: str) -> None:
    entry = row(name)
    f, t = entry.build(48_000).n_mels, 200
    columns = np.arange(f * t, dtype=np.float32).reshape(f, t)
    before = columns.copy()
    model = as_model(columns, entry)
    shapes = {
        "(F, T)": (f, t),
        "(T, F)": (t, f),
        "(1, F, T)": (1, f, t),
        "(1, T, F)": (1, t, f),
        "(4, T, F)": (4, t, f),
        "(T / 2, 2 F)": (t // 2, 2 * f),
        "(96, F) patches, hop 48": (3, 96, f),
        "(96, F) patches, hop 96": (2, 96, f),
    }
    assert model.shape == shapes[entry.layout]
    assert model.dtype == entry.dtype
    assert model.flags.c_contiguous
    model[:] = -1
    np.testing.assert_array_equal(columns, before)


@pytest.mark.parametrize(
    ("layout", "places"),
    [
        ("(F, T)", [(3, 7)]),
        ("(T, F)", [(7, 3)]),
        ("(1, F, T)", [(0, 3, 7)]),
        ("(1, T, F)", [(0, 7, 3)]),
        ("(4, T, F)", [(i, 7, 3) for i in range(4)]),
        ("(T / 2, 2 F)", [(3, 10 + 3)]),
    ],
)
def test_a_value_stands_where_the_axes_say(layout: str, places: list[tuple[int, ...]]) -> None:
    columns = np.zeros((10, 20), dtype=np.float32)
    columns[3, 7] = 1
    model = as_model(columns, replace(row("live"), layout=layout))
    assert [tuple(place) for place in np.argwhere(model)] == places


@pytest.mark.parametrize("hop", [48, 96])
@pytest.mark.parametrize("t", [0, 95, 96, 143, 144, 191, 192, 300])
def test_patches_are_the_whole_ones_in_order(hop: int, t: int) -> None:
    columns = np.arange(4 * t, dtype=np.float32).reshape(4, t)
    starts = range(0, t - 95, hop)
    wanted = [columns[:, start : start + 96].T for start in starts]
    patches = as_model(columns, row("yamnet" if hop == 48 else "vggish"))
    assert patches.shape == (len(starts), 96, 4)
    np.testing.assert_array_equal(patches, np.array(wanted).reshape(patches.shape))


@pytest.mark.parametrize("n", [80, 128])
@pytest.mark.parametrize("seconds", [0.5, 1.6, 30, 31])
def test_whispers_input_is_the_extractors_in_every_column(n: int, seconds: float) -> None:
    y = np.resize(signal("speech-like", 16_000), int(16_000 * seconds))
    theirs = EXTRACTORS[n](y, sampling_rate=16_000, return_tensors="np").input_features[0]
    # As the extractor does: silence behind a short clip, and a long one cut before it is framed.
    clip = np.pad(y, (0, 400))[:480_000]
    ours = model_input(raw(f"whisper-{n}", clip), row(f"whisper-{n}"))
    assert ours.shape == theirs.shape == (n, 3000)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=LOG)


@pytest.mark.parametrize("seconds", [1.6, 12])
def test_asts_input_is_filled_up_with_zeros_before_its_constants(seconds: float) -> None:
    y = np.resize(signal("speech-like", 16_000), int(16_000 * seconds))
    formula = FORMULAS["ast"](y).T[:1024]
    filled = np.full((1024, 128), (0 + 4.2677393) / (2 * 4.5689974))
    filled[: len(formula)] = formula
    ours = model_input(raw("ast", y), row("ast"))
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, filled, rtol=0, atol=LOG)


def test_nemos_input_is_as_long_as_the_clip_with_the_clips_statistics() -> None:
    y = signal("speech-like", 16_000)
    ours = model_input(raw("nemo-fastconformer-80", y), row("nemo-fastconformer-80"))
    np.testing.assert_allclose(ours, nemo(80, y), rtol=0, atol=LOG)


@pytest.mark.parametrize("frames", [98, 99])
def test_seamless_input_is_the_extractors_with_an_odd_column_too(frames: int) -> None:
    y = signal("speech-like", 16_000)[: 400 + 160 * (frames - 1)]
    theirs = SEAMLESS(y, sampling_rate=16_000, return_tensors="np").input_features[0]
    ours = model_input(raw("seamless", y), row("seamless"))
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=LOG)


@pytest.mark.parametrize("name", FRONTENDS)
def test_silence_is_the_column_that_silence_gives(name: str) -> None:
    fe = frontend(name)
    columns = raw(name, np.zeros(3 * fe.span + 10 * fe.hop_length, dtype=np.float32))
    np.testing.assert_array_equal(columns, np.broadcast_to(silence(fe), columns.shape))


def test_whispers_silence_is_ten_decades_down() -> None:
    np.testing.assert_allclose(silence(frontend("whisper-80")), -10, rtol=0, atol=1e-5)
