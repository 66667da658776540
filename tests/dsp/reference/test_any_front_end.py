"""Any front-end at all, not only the named ones, against its description computed in float64."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.stream import log_mel

from tests.dsp.reference.agreement import assert_agree
from tests.dsp.reference.blocks import hann, in_the_middle, raised_cosine, spectra, triangles
from tests.dsp.strategies import examples, front_ends, noise


def window_of(fe: FrontEnd) -> np.ndarray:
    n, periodic = fe.win_length or fe.n_fft, fe.periodic
    if n == 1:
        return np.ones(1)
    t = 2 * np.pi * np.arange(n) / (n if periodic else n - 1)
    return {
        "hann": hann(n, periodic=periodic),
        "hamming": raised_cosine(0.54, n, periodic=periodic),
        "blackman": 0.42 - 0.5 * np.cos(t) + 0.08 * np.cos(2 * t),
        "povey": hann(n, periodic=periodic) ** 0.85,
        "rectangular": np.ones(n),
    }[fe.window]


def padded(y: np.ndarray, fe: FrontEnd) -> np.ndarray:
    """The signal emphasised, and with what stands before and after it."""
    if fe.preemphasis and fe.preemphasis_over != "frame":
        first = y[:1] if fe.preemphasis_over == "signal" else y[:0]
        y = np.concatenate([first, y[1:] - fe.preemphasis * y[:-1]])
    if not fe.center:
        return np.pad(y, (fe.pad_left, 0))
    pad = fe.n_fft // 2 if fe.pad_length is None else fe.pad_length
    return np.pad(y, pad, mode=fe.pad_mode)


def described(y: np.ndarray, fe: FrontEnd) -> np.ndarray:
    """The columns that the fields of the front-end describe, the logarithm's limits aside."""

    def prepare(frames: np.ndarray) -> np.ndarray:
        if fe.remove_dc:
            frames = frames - frames.mean(axis=1, keepdims=True)
        if fe.preemphasis_over == "frame":
            before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
            frames = frames - fe.preemphasis * before
        return frames

    window = window_of(fe) if fe.window_first else in_the_middle(window_of(fe), fe.n_fft)
    bank = triangles(
        fe.sr,
        fe.n_fft,
        fe.n_mels,
        fe.fmin,
        fe.fmax or fe.sr / 2,
        fe.mel_scale,
        over=fe.filter_shape,
        area=fe.norm == "slaney",
    )
    ready = padded(fe.scale * y.astype(np.float64), fe)
    ready = ready[: len(ready) - fe.frame_extra]
    offset = fe.magnitude_offset if fe.power == 1 else 0
    mel = spectra(
        ready, window, fe.hop_length, bank, power=int(fe.power), offset=offset, prepare=prepare
    )
    if fe.drop_last:
        mel = mel[:, :-1]
    kept = mel + fe.floor if fe.floor_kind == "add" else np.maximum(mel, fe.floor)
    log = {
        "db": lambda: 10 * np.log10(kept / fe.ref),
        "db-amplitude": lambda: 20 * np.log10(kept / fe.ref),
        "ln": lambda: np.log(kept / fe.ref),
        "log10": lambda: np.log10(kept / fe.ref),
        "none": lambda: mel,
    }[fe.log]()
    return (log - fe.mean) / fe.std if fe.normalise == "fixed" else log


@examples(120)
@given(
    fe=front_ends().filter(lambda fe: fe.n_fft >= 16 and fe.n_fft % 2 == 0),
    n=st.integers(1100, 4000),  # a few samples, mirrored, may be a tone in no filter at all
    seed=st.integers(0, 99),
)
def test_any_front_end_computes_what_its_fields_say(fe: FrontEnd, n: int, seed: int) -> None:
    if fe.log == "none":  # constants of 4 and more would round off a mel of a thousandth
        fe = fe.replace(normalise="none")
    y = noise(n, seed)
    # Limits hide the maximum that a deviation is measured by.
    free = fe.replace(log_min=None, log_max=None)
    assert_agree(log_mel(y, free), described(y, free), free)
    bare = log_mel(y, free.replace(normalise="none"))
    held = log_mel(y, fe.replace(normalise="none"))
    np.testing.assert_array_equal(held, np.clip(bare, fe.log_min, fe.log_max))
