"""A low-pass filter and every q-th sample, block by block."""

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

# Taps for each sample left out, and Kaiser's beta: 0.05 dB of ripple up to 0.4 of the new rate,
# 80 dB down from 0.6 of it on; what lies between folds into 0.4 to 0.5.
_TAPS, _BETA = 26, 8.0
# Multiplications up to which OpenBLAS takes one thread; two cost three times the processor time.
_UNTHREADED = 240_000


class Decimator:
    """Every q-th sample of what a linear-phase low-pass leaves. Any blocks that are multiples of q
    give the same bits as long as they are cut at the same places.

    q : 1 passes everything
    Reference: windowed-sinc design, Kaiser (1974); the sum is taken phase by phase (Crochiere and
    Rabiner, Multirate Digital Signal Processing, 1983).
    """

    def __init__(self, q: int) -> None:
        self._q = q
        taps = np.kaiser(_TAPS * q, _BETA) * np.sinc((np.arange(_TAPS * q) - self.delay) / q)
        # Row k is what the k-th group of q samples is multiplied by.
        self._phases = (taps / taps.sum()).astype(np.float32).reshape(_TAPS, q)
        self._kept = np.zeros((q, _TAPS - 1), dtype=np.float32)

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
        n = len(samples) // self._q
        groups = np.concatenate([self._kept, samples[: n * self._q].reshape(n, self._q).T], axis=1)
        self._kept = groups[:, n:]
        out: Samples = np.zeros(n, dtype=np.float32)
        at_once = max(1, _UNTHREADED // (self._q * _TAPS))
        for at in range(0, n, at_once):
            m = min(at_once, n - at)
            products = self._phases @ groups[:, at : at + m + _TAPS - 1]
            for k in range(_TAPS):
                out[at : at + m] += products[k, k : k + m]
        return out
