"""Linear, logarithmic, cepstral and raw columns: against librosa and numpy, at the mel's times."""

import math
import warnings
from itertools import pairwise

import librosa
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from livemel.dsp.frontend import REPRESENTATIONS, FrontEnd
from livemel.dsp.models import FRONTENDS, frontend
from livemel.dsp.stream import LogMelStream, log_mel
from livemel.errors import ParameterError

from tests.dsp.strategies import (
    KINDS,
    NEMO,
    SPEECH,
    chunk_sizes,
    examples,
    front_ends,
    librosa_front_ends,
    librosa_padded,
    librosa_strongest_bin,
    librosa_symmetric,
    noise,
    sound,
    streamed,
)

OTHERS = tuple(name for name in REPRESENTATIONS if name != "mel")


def shown_as(fe: FrontEnd, representation: str) -> FrontEnd:
    """The front-end with that representation, or hypothesis's next example where it has none."""
    try:
        return fe.replace(representation=representation, n_mfcc=min(20, fe.n_mels))
    except ParameterError:
        assume(False)
        raise AssertionError from None


def librosa_power(y: np.ndarray, fe: FrontEnd) -> np.ndarray:
    """|X|^2 of librosa's transform: shape (n_fft // 2 + 1, k), float64."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of short signals
        bins = librosa.stft(
            librosa_padded(y, fe),
            n_fft=fe.n_fft,
            hop_length=fe.hop_length,
            win_length=fe.frame_length,
            window=librosa_symmetric(fe) if not fe.periodic else fe.window,
            center=False,
        )
    power: np.ndarray = np.abs(bins).astype(np.float64) ** 2
    return power


def assert_close_db(ours: np.ndarray, power: np.ndarray, y: np.ndarray, fe: FrontEnd) -> None:
    """Within 1e-4 dB, and more where a bin is 30 dB and more below its frame's strongest.

    There a float32 FFT's rounding, some 4e-7 of the strongest bin's amplitude, is what counts.
    """
    wanted = librosa.power_to_db(power, ref=1.0, amin=1e-10, top_db=None)
    below_db = 20 * np.log10(np.maximum(librosa_strongest_bin(y, fe), 1e-30)) - wanted
    allowed_db = 1e-4 * np.maximum(1, 10 ** ((below_db - 30) / 20))
    assert ours.shape == wanted.shape
    assert (np.abs(ours - wanted) <= allowed_db).all()


# --- streaming is the whole signal, at the times of the mel columns -------------------------------


@pytest.mark.parametrize("representation", OTHERS)
@examples(150)
@given(data=st.data(), fe=front_ends(), n=st.integers(0, 6000), seed=st.integers(0, 99))
def test_any_chunks_give_the_same_bits_and_as_many_columns_as_mel(
    representation: str, data: st.DataObject, fe: FrontEnd, n: int, seed: int
) -> None:
    chosen = shown_as(fe, representation)
    y = sound(n, seed)
    whole = log_mel(y, chosen)
    sizes = data.draw(chunk_sizes(fe.hop_length))
    np.testing.assert_array_equal(streamed(y, chosen, sizes).view(np.uint32), whole.view(np.uint32))
    assert whole.dtype == np.float32
    assert whole.shape == (chosen.n_rows, log_mel(y, fe).shape[1])


@pytest.mark.parametrize("representation", OTHERS)
@pytest.mark.parametrize("name", FRONTENDS)
def test_every_named_front_end_keeps_its_bits_over_more_columns_than_one_batch(
    name: str, representation: str
) -> None:
    fe = frontend(name).replace(representation=representation)
    y = sound(fe.span + 300 * fe.hop_length + 11)
    whole = log_mel(y, fe)
    assert whole.shape == (fe.n_rows, log_mel(y, frontend(name)).shape[1])
    assert np.isfinite(whole).all()
    for sizes in ([441], [100 * fe.hop_length + 7, 1]):
        np.testing.assert_array_equal(streamed(y, fe, sizes).view(np.uint32), whole.view(np.uint32))


@pytest.mark.parametrize("representation", OTHERS)
@pytest.mark.parametrize("fe", [SPEECH, NEMO])
def test_nothing_pushed_gives_no_columns_of_that_height(fe: FrontEnd, representation: str) -> None:
    chosen = fe.replace(representation=representation)
    stream = LogMelStream(chosen)
    assert stream.push(np.empty(0, dtype=np.float32)).shape == (chosen.n_rows, 0)
    stream.flush()
    assert stream.flush().shape == (chosen.n_rows, 0)


# --- linear ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", KINDS)
def test_linear_is_librosas_power_to_db_of_its_stft(name: str) -> None:
    fe = KINDS[name].replace(representation="linear")
    y = noise(20 * fe.n_fft)
    bins = fe.linear_bins
    assert_close_db(log_mel(y, fe), librosa_power(y, fe)[bins.start : bins.stop], y, fe)


@examples(150)
@given(fe=librosa_front_ends(least_n_fft=16), seed=st.integers(0, 999), hops=st.integers(0, 20))
def test_linear_of_any_front_end_is_librosas(fe: FrontEnd, seed: int, hops: int) -> None:
    chosen = shown_as(fe.replace(window="hann"), "linear")
    y = noise(fe.n_fft + hops * fe.hop_length, seed)
    hz = librosa.fft_frequencies(sr=fe.sr, n_fft=fe.n_fft)
    inside = (hz >= fe.fmin - 1e-6) & (hz <= chosen.top_hz + 1e-6)
    assert_close_db(log_mel(y, chosen), librosa_power(y, chosen)[inside], y, chosen)


@pytest.mark.parametrize("representation", ["linear", "log"])
def test_scale_dc_and_emphasis_count_and_power_logarithm_and_normalisation_do_not(
    representation: str,
) -> None:
    y = noise(8000) + np.float32(0.2)
    plain = SPEECH.replace(representation=representation)
    mel_only = plain.replace(
        power=1, log="ln", floor=1e-3, mel_scale="htk", mean=3.0, std=2.0, normalise="running"
    )
    np.testing.assert_array_equal(log_mel(y, mel_only), log_mel(y, plain))
    framed = plain.replace(remove_dc=True, preemphasis=0.97, scale=2.0**15)
    frames = librosa.util.frame(y, frame_length=400, hop_length=160).astype(np.float64)
    frames = frames - frames.mean(axis=0)
    frames = np.vstack([frames[:1] * 0.03, frames[1:] - 0.97 * frames[:-1]]) * 2.0**15
    window = librosa.filters.get_window("hann", 400)[:, np.newaxis]
    power = np.abs(np.fft.rfft(frames * window, axis=0)) ** 2
    if representation == "log":
        power = np.array([power[band.start : band.stop].max(axis=0) for band in _bins(plain)])
    wanted = 10 * np.log10(np.maximum(power, 1e-10))
    np.testing.assert_allclose(log_mel(y, framed), wanted, atol=2e-3)


# --- log ------------------------------------------------------------------------------------------


def band_corners(fe: FrontEnd) -> np.ndarray:
    """As documented: 24 an octave, and the last one ends at the top. Shape (n + 1,), Hz."""
    low = max(fe.fmin if fe.fmin > 0 else 20.0, fe.sr / fe.n_fft)
    n = max(1, math.ceil(round(24 * np.log2(fe.top_hz / low), 5)))
    return np.geomspace(low, fe.top_hz, n + 1)


def _bins(fe: FrontEnd) -> list[range]:
    return fe.log_bands.bins(fe.sr, fe.n_fft)


@pytest.mark.parametrize("name", KINDS)
def test_log_bands_hold_the_strongest_of_librosas_bins_or_the_nearest(name: str) -> None:
    fe = KINDS[name].replace(representation="log")
    y = noise(20 * fe.n_fft)
    power = librosa_power(y, fe)
    hz = librosa.fft_frequencies(sr=fe.sr, n_fft=fe.n_fft)
    corners = band_corners(fe)
    which = np.searchsorted(corners * (1 - 1e-9), hz, side="right") - 1
    which[np.isclose(hz, fe.top_hz)] = len(corners) - 2
    middles = np.sqrt(corners[:-1] * corners[1:])
    wanted = [
        power[which == band].max(axis=0)
        if (which == band).any()
        else power[np.argmin(np.abs(hz - middles[band]))]
        for band in range(len(middles))
    ]
    assert_close_db(log_mel(y, fe), np.array(wanted), y, fe)


@examples(200)
@given(fe=front_ends())
def test_each_bin_in_the_range_belongs_to_a_band_and_bands_rise(fe: FrontEnd) -> None:
    chosen = shown_as(fe, "log")
    bands = _bins(chosen)
    assert len(bands) == chosen.n_rows == len(band_corners(chosen)) - 1
    hz = librosa.fft_frequencies(sr=fe.sr, n_fft=fe.n_fft)
    low = chosen.log_bands.low_hz
    inside = set(np.flatnonzero((hz >= low * (1 + 1e-9)) & (hz <= fe.top_hz * (1 - 1e-9))))
    assert inside <= {k for band in bands for k in band}
    assert all(len(band) >= 1 and band.stop <= fe.n_bins for band in bands)
    assert all(a.start <= b.start and a.stop <= b.stop for a, b in pairwise(bands))


@examples(300)
@given(
    octave=st.floats(0, 1),
    name=st.sampled_from(("live", "live 44.1 kHz", "speech", "short symmetric window", "odd")),
)
def test_a_tone_of_any_frequency_stands_in_its_band_or_beside_it_at_its_full_level(
    octave: float, name: str
) -> None:
    fe = KINDS[name].replace(representation="log")
    bands = fe.log_bands
    hz = bands.low_hz * (fe.top_hz * 0.99 / bands.low_hz) ** octave
    y = (0.5 * np.cos(2 * np.pi * hz / fe.sr * np.arange(2 * fe.n_fft))).astype(np.float32)
    column = log_mel(y, fe)[:, 1]
    level = 10 * np.log10(librosa_power(y, fe)[1:, 1].max())
    assert column.max() == pytest.approx(level, abs=1e-3)
    row = min(int(bands.position(hz)), bands.n - 1)
    beside = column[max(0, row - 1) : row + 2]
    # A tone half way between two bins is as strong in both; rounding chooses.
    assert beside.max() == pytest.approx(level, abs=0.05)


# --- mfcc -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("n_mfcc", [1, 13, 20, 128])
def test_mfccs_of_the_librosa_row_are_librosas(n_mfcc: int) -> None:
    fe = frontend("librosa").replace(normalise="exact", representation="mfcc", n_mfcc=n_mfcc)
    y = noise(30_000)
    y[10_000:20_000] *= 1e-4
    # Not at the end, where librosa mirrors what is not there.
    wanted = librosa.feature.mfcc(y=y, sr=fe.sr, n_mfcc=n_mfcc)
    np.testing.assert_allclose(log_mel(y, fe), wanted, atol=2e-3, rtol=1e-5)


@pytest.mark.parametrize("how", ["none", "fixed", "running", "instance", "exact"])
@pytest.mark.parametrize("name", ["whisper-80", "ast", "nemo", "kaldi"])
def test_mfccs_are_the_cosine_transform_of_the_normalised_mel_column(name: str, how: str) -> None:
    fe = frontend(name).replace(normalise=how)
    y = sound(20_000)
    mel = log_mel(y, fe).astype(np.float64)
    n = fe.n_mels
    angles = np.pi / n * (np.arange(n) + 0.5) * np.arange(20)[:, np.newaxis]
    basis = np.cos(angles) * np.sqrt(2 / n)
    basis[0] /= np.sqrt(2)
    got = log_mel(y, fe.replace(representation="mfcc"))
    np.testing.assert_allclose(got, basis @ mel, atol=1e-5 * np.abs(mel).max() * n**0.5)


# --- waveform -------------------------------------------------------------------------------------


@examples(150)
@given(data=st.data(), fe=front_ends(), n=st.integers(0, 5000), seed=st.integers(0, 99))
def test_the_waveform_is_the_extremes_of_the_samples_around_each_columns_middle(
    data: st.DataObject, fe: FrontEnd, n: int, seed: int
) -> None:
    chosen = shown_as(fe, "waveform")
    y = sound(n, seed)
    got = streamed(y, chosen, data.draw(chunk_sizes(fe.hop_length)))
    # What there is at sample i of the stream: itself, or what the edges are padded with.
    lost = 1 if fe.preemphasis and fe.preemphasis_over == "signal-valid" else 0
    kept, pad = y[lost:], 2 * fe.n_fft + 1
    mode = fe.pad_mode if fe.center and len(kept) else "constant"
    there = np.pad(kept, pad, mode=mode)
    half = min(fe.hop_length, fe.window_span) / 2
    for k in range(got.shape[1]):
        middle = fe.first_centre - lost + k * fe.hop_length
        hop = there[pad + math.ceil(middle - half) : pad + math.ceil(middle + half)]
        assert (got[0, k], got[1, k]) == (hop.min(), hop.max())


def test_no_sample_falls_between_two_columns_of_the_waveform() -> None:
    fe = frontend("live").replace(representation="waveform")
    for at in range(2048, 2048 + 3 * 480, 37):
        y = np.zeros(8000, dtype=np.float32)
        y[at] = -1
        assert (log_mel(y, fe)[0] == -1).sum() == 1


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"representation": "cqt"}, "representation='cqt' is not one of mel, linear, log, mfcc"),
        ({"representation": "mfcc", "n_mfcc": 81}, "n_mfcc=81 exceeds n_mels=80"),
        ({"n_mfcc": 0}, "n_mfcc=0 is not between"),
        (
            {"representation": "linear", "fmin": 101, "fmax": 119},
            "no FFT bin lies between fmin=101 and fmax=119: they are 40 Hz apart",
        ),
        (
            {"representation": "log", "fmax": 30},
            "the log view begins at 40 Hz, which is not below fmax=30",
        ),
    ],
)
def test_what_has_no_rows_is_refused_with_its_values(changes: dict[str, object], text: str) -> None:
    with pytest.raises(ParameterError) as caught:
        SPEECH.replace(**changes)
    assert text in str(caught.value)


def test_few_bands_matter_only_to_the_cosine_transform_of_them() -> None:
    fe = SPEECH.replace(n_mels=8)
    assert fe.n_rows == 8
    assert fe.replace(representation="mfcc", n_mfcc=8).n_rows == 8
