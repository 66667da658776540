"""The transform of each representation: frames in, columns out, the same bits for any batch."""

from typing import Protocol

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from livemel.dsp.frontend import FrontEnd
from livemel.dsp.spectrum import Columns, Frames, LogMelTransform, PowerSpectrum, Spectrum

_LEAST_POWER = np.float32(1e-10)


class Transform(Protocol):
    """Frames to columns of n_rows values."""

    n_rows: int

    def __call__(self, frames: Frames, out: Columns) -> None:
        """The columns of these frames.

        frames : shape (…, window_span), float32, from 1 to the batch of them; not changed
        out : shape (n_rows, …), float32; filled
        """


def transform(frontend: FrontEnd, batch: int) -> Transform:
    """What a stream's frames go through. For "mfcc" the mel columns, which `cepstrum` ends."""
    if frontend.representation == "waveform":
        return WaveformTransform(frontend)
    if frontend.representation == "linear":
        return LinearTransform(frontend, batch)
    if frontend.representation == "log":
        return LogBandTransform(frontend, batch)
    return LogMelTransform(frontend, batch)


class LinearTransform:
    """The power of the FFT bins from fmin to fmax, in dB.

    Reference: librosa.stft, librosa.power_to_db(ref=1.0, amin=1e-10, top_db=None).
    """

    def __init__(self, frontend: FrontEnd, batch: int) -> None:
        self.n_rows = frontend.n_rows
        self._power = PowerSpectrum(frontend, batch)
        bins = frontend.linear_bins
        self._bins = slice(bins.start, bins.stop)

    def __call__(self, frames: Frames, out: Columns) -> None:
        out[:] = _decibels(self._power(frames)[self._bins]).reshape(out.shape)


class LogBandTransform:
    """The strongest bin of each band, in dB: a tone keeps its level whatever band it falls into."""

    def __init__(self, frontend: FrontEnd, batch: int) -> None:
        self.n_rows = frontend.n_rows
        self._power = PowerSpectrum(frontend, batch)
        bins = frontend.log_bands.bins(frontend.sr, frontend.n_fft)
        self._first = np.array([band.start for band in bins], dtype=np.intp)
        # Bands of several bins follow each other without overlap; reduceat goes from one's start
        # to its stop, to the next one's start, …, and every other result is a band's.
        self._wide = np.flatnonzero([len(band) > 1 for band in bins])
        edges = [edge for band in self._wide for edge in (bins[band].start, bins[band].stop)]
        self._end = edges.pop() if edges else 0  # the last stop is the array's end
        self._edges = np.array(edges, dtype=np.intp)

    def __call__(self, frames: Frames, out: Columns) -> None:
        spectrum = self._power(frames)
        bands = spectrum[self._first]
        if len(self._wide):
            maxima = np.maximum.reduceat(spectrum[: self._end], self._edges, axis=0)
            bands[self._wide] = maxima[::2]
        out[:] = _decibels(bands).reshape(out.shape)


class WaveformTransform:
    """The least and the greatest sample of the hop in a frame's middle."""

    def __init__(self, frontend: FrontEnd) -> None:
        self.n_rows = 2
        span = frontend.window_span
        length = min(frontend.hop_length, span)
        # From ceil(middle - length / 2): hops follow each other without overlap and without a gap.
        first = (span - length + 1) // 2
        self._hop = slice(first, first + length)

    def __call__(self, frames: Frames, out: Columns) -> None:
        hops = frames[..., self._hop]
        np.min(hops, axis=-1, out=out[0])
        np.max(hops, axis=-1, out=out[1])
        out += np.float32(0)  # of 0 and -0 either may be found first: both are 0 now


def cepstrum(columns: Columns, n_mfcc: int) -> Columns:
    """The first cosine coefficients of each column: DCT-II, orthonormal, in float32.

    columns : shape (n_mels, k); not changed
    Returns : shape (n_mfcc, k), float32; the caller owns it
    References: Davis and Mermelstein (1980); librosa.feature.mfcc.
    """
    if columns.shape[1] == 0:
        return np.empty((n_mfcc, 0), dtype=np.float32)
    # pocketfft treats each column by itself, in the same order of operations whatever their number.
    coefficients: NDArray[np.float32] = scipy.fft.dct(columns, type=2, axis=0, norm="ortho")
    return coefficients[:n_mfcc].copy()


def _decibels(power: Spectrum) -> Columns:
    """In place: 10 log10, re 1, not below -100."""
    np.maximum(power, _LEAST_POWER, out=power)
    np.log10(power, out=power)
    np.multiply(power, np.float32(10), out=power)
    return power
