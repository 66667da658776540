"""Every named front-end streams to the bits of the whole signal, and to as many columns."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.models import FRONTENDS, frontend
from livemel.dsp.stream import log_mel

from tests.dsp.strategies import chunk_sizes, examples, sound, streamed


def uncentred(span: int, hop: int) -> Callable[[int], int]:
    return lambda n: max(0, 1 + (n - span) // hop)


def centred(hop: int, lost: int = 0) -> Callable[[int], int]:
    return lambda n: 1 + (n - lost) // hop if n > lost else 0


# What the sources say of n samples, n > 0.
COLUMNS: dict[str, Callable[[int], int]] = {
    "live": uncentred(2048, 480),
    "speech": uncentred(400, 160),
    "music": uncentred(4096, 480),
    "birds": uncentred(2048, 240),
    "machine": uncentred(12_288, 960),
    "heart": uncentred(512, 20),
    "hum": uncentred(4096, 200),
    "librosa": centred(512),
    "torchaudio": centred(200),
    **dict.fromkeys(("kaldi", "ast", "beats", "seamless", "yamnet", "vggish"), uncentred(400, 160)),
    **dict.fromkeys(("whisper-80", "whisper-128", "voxtral-realtime"), lambda n: n // 160),
    "nemo": lambda n: n // 160,
    "nemo-fastconformer-80": lambda n: n // 160,
    "nemo-fastconformer-128": lambda n: n // 160,
    "speechbrain": centred(160),
    "gemma3n": uncentred(513, 160),
    "gemma4": lambda n: max(0, 1 + (n + 160 - 321) // 160),
    "clap-fusion": centred(480),
    "clap-rand": centred(480),
    "ms-clap-2023": centred(320),
    "panns-cnn14": centred(320),
    "desed": centred(256),
    "efficientat": centred(320, lost=1),
    "tacotron2": centred(256),
    "hifigan": lambda n: n // 256,
    "vocos": centred(256),
}


def lengths(fe: FrontEnd) -> list[int]:
    """None, one, and what lies at the edge of a hop, the padding, a window or a frame."""
    edges = (fe.hop_length, fe.padding[0], fe.padding[0] + 1, fe.frame_length, fe.span, fe.n_fft)
    near = {edge + by for edge in edges for by in (-1, 0, 1)}
    return sorted({0, 1, 2, 7, *(n for n in near if n >= 0), fe.span + 7 * fe.hop_length + 3})


@pytest.mark.parametrize("name", FRONTENDS)
@examples(12)
@given(data=st.data())
def test_every_row_streams_to_the_bits_of_the_whole_signal(name: str, data: st.DataObject) -> None:
    fe = frontend(name)
    n = data.draw(st.sampled_from(lengths(fe)) | st.integers(0, 3 * fe.span + 20 * fe.hop_length))
    y = sound(n, data.draw(st.integers(0, 99)))
    sizes = data.draw(chunk_sizes(fe.hop_length))
    np.testing.assert_array_equal(streamed(y, fe, sizes), log_mel(y, fe))


@pytest.mark.parametrize("name", FRONTENDS)
def test_every_row_keeps_its_bits_and_its_count_at_every_edge(name: str) -> None:
    fe = frontend(name)
    for n in lengths(fe):
        y = sound(n)
        whole = log_mel(y, fe)
        for sizes in ([fe.hop_length - 1, 0, 2], [max(1, n - 1), 1]):
            np.testing.assert_array_equal(streamed(y, fe, sizes), whole)
        if n:
            assert whole.shape == (fe.n_mels, COLUMNS[name](n)), f"{n} samples"
        assert np.isfinite(whole).all()


@pytest.mark.parametrize("name", FRONTENDS)
def test_every_row_keeps_its_bits_over_more_columns_than_one_batch(name: str) -> None:
    fe = frontend(name)
    y = sound(fe.span + 300 * fe.hop_length + 11)
    whole = log_mel(y, fe)
    assert whole.shape[1] == COLUMNS[name](len(y))
    for sizes in ([441], [100 * fe.hop_length + 7, 1]):
        np.testing.assert_array_equal(streamed(y, fe, sizes), whole)
