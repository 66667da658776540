"""What the tests of the transform vary: front-ends, signals, and how a signal is cut up."""

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import librosa
import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from livemel.dsp.frontend import (
    FILTER_SHAPES,
    FLOOR_KINDS,
    LOG_KINDS,
    MEL_SCALES,
    PAD_MODES,
    PREEMPHASIS_OVER,
    WINDOWS,
    FrontEnd,
)
from livemel.dsp.models import frontend
from livemel.dsp.stream import LogMelStream

SCIPY_WINDOWS = {
    "hann": "hann",
    "hamming": "hamming",
    "blackman": "blackman",
    "rectangular": "boxcar",
}
# Those of librosa that are under the same name and formula here.
LIBROSA_SCALES = ("slaney", "htk")
SPEECH = FrontEnd(sr=16000, n_fft=400, hop_length=160, n_mels=80)
NEMO = FrontEnd(
    sr=16000, n_fft=512, win_length=400, hop_length=160, periodic=False, center=True, n_mels=80
)
# Front-ends of each kind, for tests that try them all.
KINDS = {
    "live": frontend(),
    "live 44.1 kHz": frontend(sr=44100),
    "speech": SPEECH,
    "speech centred": SPEECH.replace(center=True, pad_mode="reflect", mel_scale="htk"),
    "short symmetric window": NEMO,
    "odd": FrontEnd(sr=22050, n_fft=1023, hop_length=300, n_mels=64, norm=None, power=1),
    "hop past the frame": FrontEnd(sr=8000, n_fft=256, hop_length=600, n_mels=20),
}
# Powers of two, odd ones, primes, and 400 as the speech models have it.
FFT_SIZES = (2, 3, 16, 63, 64, 100, 127, 256, 400, 401, 512, 1000)
RATES = (8000, 11025, 16000, 22050, 44100, 48000, 96000)


def examples(n: int) -> Callable[[Any], Any]:
    """n examples without a deadline: the machine is shared."""
    return settings(max_examples=n, deadline=None)


@st.composite
def librosa_front_ends(
    draw: st.DrawFn, *, least_n_fft: int = 2, log: str | None = None
) -> FrontEnd:
    """Any front-end that librosa can be asked for; hops also past n_fft."""
    sr = draw(st.sampled_from(RATES))
    n_fft = draw(st.sampled_from([n for n in FFT_SIZES if n >= least_n_fft]))
    win_length = draw(st.none() | st.integers(max(1, n_fft // 2), n_fft))
    fmin = draw(st.sampled_from((0.0, 20.0, 300.5)))
    return FrontEnd(
        sr=sr,
        n_fft=n_fft,
        win_length=win_length,
        hop_length=draw(st.integers(max(1, n_fft // 8), 2 * n_fft)),
        window=draw(st.sampled_from(tuple(SCIPY_WINDOWS))),
        periodic=draw(st.booleans()),
        center=draw(st.booleans()),
        pad_mode=draw(st.sampled_from(PAD_MODES)),
        power=draw(st.sampled_from((1, 2))),
        mel_scale=draw(st.sampled_from(LIBROSA_SCALES)),
        norm=draw(st.sampled_from(("slaney", None))),
        n_mels=draw(st.integers(1, min(n_fft, 80))),
        fmin=fmin,
        fmax=draw(st.none() | st.floats(fmin + 100, sr / 2)),
        log=log or draw(st.sampled_from(LOG_KINDS)),
        floor=draw(st.sampled_from((1e-10, 1e-5))),
        ref=draw(st.sampled_from((1.0, 20.0))),
    )


@st.composite
def front_ends(draw: st.DrawFn) -> FrontEnd:
    """Any front-end that makes some columns of a few thousand samples."""
    fe = draw(librosa_front_ends())
    fe = fe.replace(
        window=draw(st.sampled_from(WINDOWS)),
        window_first=draw(st.booleans()),
        frame_extra=draw(st.sampled_from((0, 0, 1, 5))),
        pad_length=draw(st.none() | st.integers(0, fe.n_fft)),
        pad_left=draw(st.sampled_from((0, 1, fe.n_fft // 2, 2 * fe.n_fft))),
        scale=draw(st.sampled_from((1.0, 2.0**15, 0.3))),
        remove_dc=draw(st.booleans()),
        preemphasis=draw(st.sampled_from((0.0, 0.97, 1.0))),
        preemphasis_over=draw(st.sampled_from(PREEMPHASIS_OVER)),
        magnitude_offset=draw(st.sampled_from((0.0, 1e-9))),
        mel_scale=draw(st.sampled_from(MEL_SCALES)),
        filter_shape=draw(st.sampled_from(FILTER_SHAPES)),
        floor_kind=draw(st.sampled_from(FLOOR_KINDS)),
        log_min=draw(st.none() | st.just(-3.0)),
        log_max=draw(st.none() | st.just(1.5)),
        normalise=draw(st.sampled_from(("none", "fixed"))),
        mean=draw(st.sampled_from((0.0, -4.2677393))),
        std=draw(st.sampled_from((1.0, 9.1379948))),
    )
    # A column can be left out only where the padding makes one.
    droppable = fe.center and fe.hop_length <= fe.padding[1]
    return fe.replace(drop_last=draw(st.booleans())) if droppable else fe


def noise(n: int, seed: int = 0, level: float = 0.1) -> np.ndarray:
    """White noise, float32."""
    return (level * np.random.default_rng(seed).standard_normal(n)).astype(np.float32)


def sound(n: int, seed: int = 0) -> np.ndarray:
    """A tone, noise, a click and silence: nothing that one rounding would do for."""
    y = noise(n, seed, 0.01) + 0.5 * np.sin(np.arange(n) * 0.1).astype(np.float32)
    y[n // 2 : n // 2 + n // 8] = 0
    if n:
        y[n // 3] = 1
    return y.astype(np.float32)


def chunk_sizes(hop: int) -> st.SearchStrategy[list[int]]:
    """Sizes to cut with, over and over: none, one, a prime, a hop, and whatever else."""
    sizes = st.sampled_from((0, 1, 7, hop, 441)) | st.integers(0, 3000)
    return st.lists(sizes, min_size=1, max_size=6).filter(any)


def chunks(y: np.ndarray, sizes: list[int]) -> Iterator[np.ndarray]:
    """y cut into pieces of these sizes, taken over and over."""
    at = turn = 0
    while at < len(y):
        size = sizes[turn % len(sizes)]
        yield y[at : at + size]
        at, turn = at + size, turn + 1


def streamed(y: np.ndarray, fe: FrontEnd, sizes: list[int]) -> np.ndarray:
    """All columns of y pushed in pieces of these sizes."""
    stream = LogMelStream(fe)
    parts = [stream.push(part) for part in chunks(y, sizes)] + [stream.flush()]
    columns = np.hstack(parts)
    assert stream.columns_out == columns.shape[1]
    return columns


def librosa_padded(y: np.ndarray, fe: FrontEnd) -> np.ndarray:
    """The signal with the edges that librosa describes, for center=False.

    librosa 0.11 pads the last n_fft // 2 samples by themselves where the hop divides the length:
    too few by one to mirror, so that the edge's last sample is another than numpy.pad's.
    """
    return np.pad(y, fe.n_fft // 2, mode=fe.pad_mode) if fe.center else y


def librosa_mel(y: np.ndarray, fe: FrontEnd) -> np.ndarray:
    """librosa's mel spectrogram with these parameters, before any logarithm."""
    name = SCIPY_WINDOWS[fe.window]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of empty filters and short signals
        return librosa.feature.melspectrogram(
            y=librosa_padded(y, fe),
            sr=fe.sr,
            n_fft=fe.n_fft,
            hop_length=fe.hop_length,
            win_length=fe.win_length,
            window=name if fe.periodic else librosa_symmetric(fe),
            center=False,
            power=fe.power,
            n_mels=fe.n_mels,
            fmin=fe.fmin,
            fmax=fe.fmax,
            htk=fe.mel_scale == "htk",
            norm=fe.norm,
        )


def librosa_strongest_bin(y: np.ndarray, fe: FrontEnd) -> np.ndarray:
    """The amplitude of each frame's strongest bin: shape (k,)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        bins = librosa.stft(
            librosa_padded(y, fe),
            n_fft=fe.n_fft,
            hop_length=fe.hop_length,
            win_length=fe.win_length,
            window=librosa_symmetric(fe) if not fe.periodic else SCIPY_WINDOWS[fe.window],
            center=False,
        )
    strongest: np.ndarray = np.abs(bins).max(axis=0)
    return strongest


def librosa_symmetric(fe: FrontEnd) -> np.ndarray:
    """The symmetric window as samples, for librosa, which names only periodic ones."""
    length = fe.frame_length
    return librosa.filters.get_window(SCIPY_WINDOWS[fe.window], length, fftbins=False)


def librosa_db(y: np.ndarray, fe: FrontEnd) -> np.ndarray:
    """librosa's log-mel spectrogram in dB."""
    return librosa.power_to_db(librosa_mel(y, fe), ref=fe.ref, amin=fe.floor, top_db=None)
