"""What stands before the first and after the last sample."""

import numpy as np
from numpy.typing import NDArray

from livemel.dsp.frontend import FrontEnd

Samples = NDArray[np.float32]


class EdgePadding:
    """Zeros, or the signal mirrored, at both ends of a stream.

    The mirrored left edge needs as much signal as it is long before anything can go on, and the
    right one needs the signal's end: both are kept here, and nothing else.
    Reference: numpy.pad, modes "constant" and "reflect", as librosa.stft uses them.
    """

    def __init__(self, frontend: FrontEnd) -> None:
        self._left, self._right = frontend.padding
        self._reflect = frontend.center and frontend.pad_mode == "reflect"
        self._begun = False
        self._head = np.empty(0, dtype=np.float32)
        self._tail = np.empty(0, dtype=np.float32)

    def begin(self, samples: Samples) -> Samples:
        """The samples to go on with: with the left edge before them as soon as it is known."""
        if self._reflect:
            self._remember(samples)
        if self._begun or len(samples) == 0:
            return samples
        if not self._reflect:
            self._begun = True
            return np.concatenate([np.zeros(self._left, dtype=np.float32), samples])
        self._head = np.concatenate([self._head, samples])
        if len(self._head) <= self._left:
            return samples[:0]
        self._begun = True
        head = self._head
        self._head = np.empty(0, dtype=np.float32)  # a view would keep the first push alive
        return np.concatenate([head[self._left : 0 : -1], head])

    def end(self) -> Samples:
        """What follows the last sample, and all of a signal too short to have begun."""
        if not self._reflect:
            left = 0 if self._begun else self._left
            return np.zeros(left + self._right, dtype=np.float32)
        if self._begun:
            return self._tail[-2 : -self._right - 2 : -1]
        if len(self._head) == 0:
            return self._head
        return np.pad(self._head, (self._left, self._right), mode="reflect")

    def _remember(self, samples: Samples) -> None:
        """Keep the last samples, one more than the right edge is long."""
        keep = self._right + 1
        if len(samples) >= keep:
            self._tail = samples[-keep:].copy()
        else:
            self._tail = np.concatenate([self._tail, samples])[-keep:]
