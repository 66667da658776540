"""What stands before the first and after the last sample when frames are centred."""

import numpy as np
from numpy.typing import NDArray

from livemel.dsp.frontend import FrontEnd

Samples = NDArray[np.float32]


class CentrePadding:
    """Half a frame of zeros, or of the signal mirrored, on each side of a stream.

    The mirrored left edge needs half a frame of signal before anything can go on, and the right
    one the last half frame: both are kept here, and nothing else.
    Reference: numpy.pad, modes "constant" and "reflect", as librosa.stft uses them.
    """

    def __init__(self, frontend: FrontEnd) -> None:
        self._pad = frontend.n_fft // 2
        self._reflect = frontend.pad_mode == "reflect"
        self._begun = False
        self._head = np.empty(0, dtype=np.float32)
        self._tail = np.empty(0, dtype=np.float32)

    def begin(self, samples: Samples) -> Samples:
        """The samples to go on with: with the left edge before them as soon as it is known."""
        if self._reflect:
            self._remember(samples)
        if self._begun:
            return samples
        if not self._reflect:
            self._begun = True
            return np.concatenate([np.zeros(self._pad, dtype=np.float32), samples])
        self._head = np.concatenate([self._head, samples])
        if len(self._head) <= self._pad:
            return samples[:0]
        self._begun = True
        # Not self._head[:0]: a view would keep all of the first samples in memory.
        head, self._head = self._head, np.empty(0, dtype=np.float32)
        return np.concatenate([head[self._pad : 0 : -1], head])

    def end(self) -> Samples:
        """What follows the last sample, and all of a signal too short to have begun."""
        if not self._reflect:
            edge = np.zeros(self._pad, dtype=np.float32)
            return edge if self._begun else np.concatenate([edge, edge])
        if self._begun:
            return self._tail[-2 : -self._pad - 2 : -1]
        if len(self._head) == 0:
            return self._head
        return np.pad(self._head, self._pad, mode="reflect")

    def _remember(self, samples: Samples) -> None:
        """Keep the last pad + 1 samples: the mirror's other side."""
        keep = self._pad + 1
        if len(samples) >= keep:
            self._tail = samples[-keep:].copy()
        else:
            self._tail = np.concatenate([self._tail, samples])[-keep:]
