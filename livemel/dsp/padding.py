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

    def __init__(self, frontend: FrontEnd, lanes: tuple[int, ...] = ()) -> None:
        """lanes : samples are of shape (*lanes, n): none, or so many side by side"""
        self._lanes = lanes
        self._left, self._right = frontend.padding
        self._reflect = frontend.center and frontend.pad_mode == "reflect"
        self._begun = False
        self._head = np.empty((*lanes, 0), dtype=np.float32)
        self._tail = np.empty((*lanes, 0), dtype=np.float32)

    def begin(self, samples: Samples) -> Samples:
        """The samples to go on with: with the left edge before them as soon as it is known."""
        if self._reflect:
            self._remember(samples)
        if self._begun or samples.shape[-1] == 0:
            return samples
        if not self._reflect:
            self._begun = True
            return np.concatenate([self._zeros(self._left), samples], axis=-1)
        head = self._head = np.concatenate([self._head, samples], axis=-1)
        if head.shape[-1] <= self._left:
            return samples[..., :0]
        self._begun = True
        self._head = self._zeros(0)  # a view would keep the first push alive
        return np.concatenate([head[..., self._left : 0 : -1], head], axis=-1)

    def end(self) -> Samples:
        """What follows the last sample, and all of a signal too short to have begun."""
        if not self._reflect:
            left = 0 if self._begun else self._left
            return self._zeros(left + self._right)
        if self._begun:
            return self._tail[..., -2 : -self._right - 2 : -1]
        if self._head.shape[-1] == 0:
            return self._head
        beside = [(0, 0)] * len(self._lanes)
        return np.pad(self._head, [*beside, (self._left, self._right)], mode="reflect")

    def _remember(self, samples: Samples) -> None:
        """Keep the last samples, one more than the right edge is long."""
        keep = self._right + 1
        if samples.shape[-1] < keep:
            samples = np.concatenate([self._tail, samples], axis=-1)
        self._tail = samples[..., -keep:].copy()

    def _zeros(self, n: int) -> Samples:
        return np.zeros((*self._lanes, n), dtype=np.float32)
