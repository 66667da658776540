"""log_mel of a whole signal against librosa, and against the FFT alone.

Run as `python -m livemel.bench.transform`, in an environment that allows one thread: how many
there are is settled when numpy is loaded. Prints the rows as JSON.
"""

from typing import Any

import numpy as np
import scipy.fft
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from livemel.bench.rounds import alternate, ratios
from livemel.bench.rows import Row, say, to_json
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.models import frontend
from livemel.dsp.stream import log_mel

Samples = NDArray[np.float32]

_SR = 48_000
_SECONDS = 60.0
_ROUNDS = 15
# librosa took 2.7 times as long where the limit was set.
_LIBROSA_LIMIT = 2.5
# Window, power, mel and log together cost less than the FFT and a half more.
_RFFT_LIMIT = 2.5
# Frames of one call of the FFT alone: past 64 it no longer gains.
_RFFT_BATCH = 64

NO_LIBROSA = "librosa is not installed: pip install 'livemel[verify]'"


def transform_rows(seconds: float = _SECONDS, rounds: int = _ROUNDS) -> list[Row]:
    """Both rows. seconds : of noise at 48 kHz, longer than one frame."""
    fe = frontend("live", sr=_SR)
    y = noise(round(seconds * _SR))
    return [_librosa_row(y, fe, rounds), _rfft_row(y, fe, rounds)]


def noise(n: int) -> Samples:
    """n samples of white noise, RMS 0.1, always the same."""
    rng = np.random.default_rng(20)
    return (0.1 * rng.standard_normal(n)).astype(np.float32)


def _librosa_row(y: Samples, fe: FrontEnd, rounds: int) -> Row:
    what, limit = "throughput of log_mel ÷ librosa's", _LIBROSA_LIMIT
    try:
        import librosa  # optional, and 1.1 s to import
    except ImportError:
        return Row("transform", what, "×", limit=limit, at_least=True, note=NO_LIBROSA)
    say(f"  librosa, {rounds} rounds")
    ours = log_mel(y, fe)
    difference_db = float(np.abs(ours - librosa_log_mel(librosa, y, fe)).max())
    our_s, their_s = alternate(
        [lambda: log_mel(y, fe), lambda: librosa_log_mel(librosa, y, fe)], rounds
    )
    return Row.of_rounds(
        "transform",
        what,
        "×",
        ratios(their_s, our_s),
        limit=limit,
        at_least=True,
        note=f"{_us_a_column(our_s, ours)}, the same within {difference_db:.0e} dB",
    )


def librosa_log_mel(librosa: Any, y: Samples, fe: FrontEnd) -> NDArray[np.float32]:
    """What log_mel computes. Reference: librosa.feature.melspectrogram, librosa.power_to_db."""
    mel = librosa.feature.melspectrogram(
        y=y,
        sr=fe.sr,
        n_fft=fe.n_fft,
        hop_length=fe.hop_length,
        n_mels=fe.n_mels,
        fmin=fe.fmin,
        fmax=fe.top_hz,
        center=False,
    )
    decibels: NDArray[np.float32] = librosa.power_to_db(mel, ref=1.0, amin=1e-10, top_db=None)
    return decibels


def _rfft_row(y: Samples, fe: FrontEnd, rounds: int) -> Row:
    frames = sliding_window_view(y, fe.n_fft)[:: fe.hop_length]

    def rfft_alone() -> None:
        for start in range(0, len(frames), _RFFT_BATCH):
            scipy.fft.rfft(frames[start : start + _RFFT_BATCH])

    say(f"  scipy's rfft, {rounds} rounds")
    our_s, rfft_s = alternate([lambda: log_mel(y, fe), rfft_alone], rounds)
    return Row.of_rounds(
        "transform",
        "time of log_mel ÷ scipy's rfft alone",
        "×",
        ratios(our_s, rfft_s),
        limit=_RFFT_LIMIT,
        note=f"rfft {_us_a_column(rfft_s, frames.T)}",
    )


def _us_a_column(seconds: list[float], columns: NDArray[np.float32]) -> str:
    """columns : shape (any, k)."""
    return f"{float(np.median(seconds)) * 1e6 / columns.shape[1]:.1f} µs a column"


if __name__ == "__main__":
    print(to_json(transform_rows()))
