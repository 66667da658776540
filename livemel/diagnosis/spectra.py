"""One spectrum a block, computed once for all detectors that read spectra."""

from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from livemel.diagnosis.block import Block, Grid

Powers = NDArray[np.float32]
Bins = NDArray[np.complex64]


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
    """The spectrum of the first samples of a block, as many as the transform is quick with.

    start : number of the first sample
    bins : of each channel, shape (n // 2 + 1,), scaled so that a sine of amplitude A in the middle
        of a bin has the magnitude A there; the phase is the sine's in the middle of the frame,
        turned by pi in every second bin
    powers : their squared magnitudes: 0 dB is a sine that just reaches full scale
    """

    start: int
    bins: tuple[Bins, ...]
    powers: tuple[Powers, ...]


class Spectra:
    """Gives each block's spectrum to whoever asks, and computes it once.

    One Hann frame a block, without overlap: so the noise of one frame is independent of the next
    one's. Frames are cut with the blocks, so any chunks give the same bits.
    """

    def __init__(self, sr: int) -> None:
        grid = Grid.of(sr)
        self.sr, self.hop = sr, grid.length
        self.n = _quick(grid.length)
        self.bin_hz = sr / self.n
        window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(self.n) / self.n)
        self._window = (window * 2 / window.sum()).astype(np.float32)
        self._of: Block | None = None
        self._spectrum: Spectrum | None = None

    def of(self, block: Block) -> Spectrum | None:
        """The block's spectrum; None where something is missing, or the block is too short."""
        if block is not self._of:
            self._of, self._spectrum = block, self._compute(block)
        return self._spectrum

    def _compute(self, block: Block) -> Spectrum | None:
        if not block.whole or len(block) < self.n:
            return None
        bins = tuple(scipy.fft.rfft(y[: self.n] * self._window) for y in block.channels)
        return Spectrum(block.start, bins, tuple(_squares(z) for z in bins))


def _squares(bins: Bins) -> Powers:
    parts = bins.view(np.float32)
    parts = parts * parts
    powers: Powers = parts[0::2] + parts[1::2]
    return powers


def _quick(length: int) -> int:
    """The largest of 2^a and 3·2^a up to a length: 16,384 of a block of 24,000 take half the time
    of all of it, and a tone stands 1.7 dB less over the floor."""
    return max(m << ((length // m).bit_length() - 1) for m in (1, 3) if m <= length)
