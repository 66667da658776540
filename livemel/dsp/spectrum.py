"""Frames to power to log-mel columns, a batch at a time, with the same bits for any batch size."""

from math import prod

import numpy as np
import scipy.fft
import scipy.sparse
from numpy.typing import NDArray

from livemel.dsp.frontend import FrontEnd
from livemel.dsp.mel import mel_basis
from livemel.dsp.windows import frame_window

Frames = NDArray[np.float32]
Spectrum = NDArray[np.float32]
Columns = NDArray[np.float32]


class PowerSpectrum:
    """window, rfft, power over up to `batch` frames at once, in buffers of its own.

    Why each step keeps its bits whatever the batch: window and power work on one value at a time;
    pocketfft transforms each frame by the same sequence of operations.
    """

    def __init__(self, frontend: FrontEnd, batch: int) -> None:
        self._window = frame_window(frontend)
        self._frontend = frontend
        self._n_bins = frontend.n_bins
        self._prepared = (
            np.empty((2, batch, frontend.window_span), dtype=np.float32)
            if frontend.remove_dc or frontend.preemphasis
            else None
        )
        # What lies behind a window that is shorter than n_fft stays zero.
        self._frames = np.zeros((batch, frontend.n_fft), dtype=np.float32)
        self._squares = np.empty(2 * frontend.n_bins * batch, dtype=np.float32)
        self._spectrum = np.empty(frontend.n_bins * batch, dtype=np.float32)

    def __call__(self, frames: Frames) -> Spectrum:
        """The power of these frames' bins.

        frames : shape (…, window_span), float32, k of them, from 1 to batch; not changed
        Returns : shape (n_bins, k), float32; a view, valid until the next call, to be changed at
        will
        """
        k, n_bins = prod(frames.shape[:-1]), self._n_bins
        if self._prepared is not None:
            frames = self._prepare(frames, k)
        windowed = self._frames[:k]
        weighted = windowed if frames.ndim == 2 else windowed.reshape(*frames.shape[:-1], -1)
        np.multiply(frames, self._window, out=weighted[..., : len(self._window)])
        # Along axis 0 of the transpose the bins come out as rows, as the mel product wants them:
        # it would copy the spectrum into that order otherwise, a tenth of all the time.
        bins = scipy.fft.rfft(windowed.T, axis=0)
        # |z|^2 as re*re + im*im, on the interleaved parts: no hypot, half the passes.
        parts = bins.view(np.float32)
        squares = self._squares[: 2 * n_bins * k].reshape(n_bins, 2 * k)
        np.multiply(parts, parts, out=squares)
        spectrum = self._spectrum[: n_bins * k].reshape(n_bins, k)
        np.add(squares[:, 0::2], squares[:, 1::2], out=spectrum)
        return spectrum

    def _prepare(self, frames: Frames, k: int) -> Frames:
        """Mean and pre-emphasis of each frame by itself, in that order, as Kaldi has it."""
        assert self._prepared is not None
        level: Frames = self._prepared[0, :k].reshape(frames.shape)
        emphasised: Frames = self._prepared[1, :k].reshape(frames.shape)
        if self._frontend.remove_dc:
            mean = np.add.reduce(frames, axis=-1, keepdims=True)
            mean *= np.float32(1 / frames.shape[-1])
            frames = np.subtract(frames, mean, out=level)
        a = np.float32(self._frontend.preemphasis)
        if not a or self._frontend.preemphasis_over != "frame":
            return frames
        np.multiply(frames[..., :-1], a, out=emphasised[..., 1:])
        np.multiply(frames[..., 0], a, out=emphasised[..., 0])
        return np.subtract(frames, emphasised, out=emphasised)


class LogMelTransform:
    """Power, mel and log. The CSR product adds a filter's bins in their order.

    A dense BLAS product would not keep its bits: its rounding depends on the batch. The mel basis
    is 99 % zeros, so the sparse product is the faster one too.
    """

    def __init__(self, frontend: FrontEnd, batch: int) -> None:
        self.n_rows = frontend.n_mels
        self._power = PowerSpectrum(frontend, batch)
        self._basis = scipy.sparse.csr_array(mel_basis(frontend))
        self._frontend = frontend
        self._floor = np.float32(frontend.floor)
        self._scale, self._shift = _scale_and_shift(frontend)

    def __call__(self, frames: Frames, out: Columns) -> None:
        """The columns of these frames.

        frames : shape (…, window_span), float32, from 1 to batch of them; not changed
        out : shape (n_mels, …), float32; filled
        """
        spectrum = self._power(frames)
        if self._frontend.power == 1:
            if self._frontend.magnitude_offset:
                np.add(spectrum, np.float32(self._frontend.magnitude_offset), out=spectrum)
            np.sqrt(spectrum, out=spectrum)
        mel: Columns = self._basis @ spectrum
        self._take_log(mel)
        out[:] = mel if out.ndim == 2 else mel.reshape(out.shape)

    def _take_log(self, mel: Columns) -> None:
        """Floor, logarithm, reference, limits and fixed constants, in place."""
        fe = self._frontend
        self._take_logarithm(mel)
        if fe.log_min is not None or fe.log_max is not None:
            np.clip(mel, fe.log_min, fe.log_max, out=mel)
        if fe.normalise == "fixed":
            np.subtract(mel, np.float32(fe.mean), out=mel)
            np.divide(mel, np.float32(fe.std), out=mel)

    def _take_logarithm(self, mel: Columns) -> None:
        if self._frontend.log == "none":
            return
        if self._frontend.floor_kind == "add":
            np.add(mel, self._floor, out=mel)
        else:
            np.maximum(mel, self._floor, out=mel)
        if self._frontend.log == "ln":
            np.log(mel, out=mel)
        else:
            np.log10(mel, out=mel)
        if self._scale != 1:
            np.multiply(mel, self._scale, out=mel)
        if self._shift != 0:
            np.subtract(mel, self._shift, out=mel)


def _scale_and_shift(frontend: FrontEnd) -> tuple[np.float32, np.float32]:
    """The factor on the logarithm, and what the reference takes off."""
    factor = {"db": 10.0, "db-amplitude": 20.0}.get(frontend.log, 1.0)
    log_ref = np.log(frontend.ref) if frontend.log == "ln" else np.log10(frontend.ref)
    return np.float32(factor), np.float32(factor * log_ref)
