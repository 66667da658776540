"""A low-pass filter and every q-th sample, block by block."""

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

# Taps for each sample left out, and Kaiser's beta: 0.05 dB of ripple up to 0.4 of the new rate,
# 80 dB down from 0.6 of it on; what lies between folds into 0.4 to 0.5.
_TAPS, _BETA = 26, 8.0
# Samples that come out of a row: as many as its filters reach back to the row before, no further.
_ROW = _TAPS - 1
# Multiplications up to which OpenBLAS takes one thread; two cost three times the processor time.
_UNTHREADED = 240_000


class Decimator:
    """Every q-th sample of what a linear-phase low-pass leaves. Any blocks that are multiples of q
    give the same bits as long as they are cut at the same places.

    q : 1 passes everything
    Reference: windowed-sinc design, Kaiser (1974). Half of the products are with zeros, but one
    product of matrices is quicker than sums over phases or taps.
    """

    def __init__(self, q: int) -> None:
        self._q = q
        taps = np.kaiser(_TAPS * q, _BETA) * np.sinc((np.arange(_TAPS * q) - self.delay) / q)
        taps /= taps.sum()
        # What one row, and the row before it, are multiplied by: a column for each output.
        filters = np.zeros((2 * _ROW * q, _ROW), dtype=np.float32)
        for k in range(_ROW):
            filters[k * q : (k + _TAPS) * q, k] = taps
        self._matrix = np.concatenate(np.split(filters, 2), axis=1)
        self._kept = np.zeros(_ROW * q, dtype=np.float32)

    @property
    def delay(self) -> float:
        """In samples of the input: a sample that comes out stands so much before the newest."""
        return 0.0 if self._q == 1 else (_TAPS * self._q - 1) / 2

    def push(self, samples: Samples) -> Samples:
        """Go on with these: shape (n,); a remainder of n / q ends the stream.

        Returns : shape (n // q,), float32
        """
        if self._q == 1:
            return samples
        n, width = len(samples) // self._q, len(self._kept)
        padding = np.zeros(-n % _ROW * self._q, dtype=np.float32)
        whole = np.concatenate([self._kept, samples[: n * self._q], padding])
        self._kept = whole[n * self._q : n * self._q + width].copy()
        rows = whole.reshape(-1, width)
        products = np.empty((len(rows), 2 * _ROW), dtype=np.float32)
        at_once = max(1, _UNTHREADED // self._matrix.size)
        for at in range(0, len(rows), at_once):
            part = slice(at, at + at_once)
            np.matmul(rows[part], self._matrix, out=products[part])
        out: Samples = (products[:-1, :_ROW] + products[1:, _ROW:]).reshape(-1)[:n]
        return out
