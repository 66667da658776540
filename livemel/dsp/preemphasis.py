"""Pre-emphasis of the whole signal, block by block."""

import numpy as np
from numpy.typing import NDArray

from livemel.dsp.frontend import FrontEnd

Samples = NDArray[np.float32]


class SignalPreemphasis:
    """z[n] = y[n] - a y[n - 1], with the last sample kept from one block to the next.

    The first sample stays as it is (NeMo), or is left out (EfficientAT's valid convolution). The
    waveform keeps that count and its samples.
    """

    def __init__(self, frontend: FrontEnd) -> None:
        raw = frontend.representation == "waveform"
        self._a = np.float32(0 if raw else frontend.preemphasis)
        self._valid = frontend.preemphasis_over == "signal-valid"
        self._last: Samples | None = None

    def __call__(self, samples: Samples) -> Samples:
        """The block emphasised; a view of it where there is nothing to emphasise.

        samples : shape (n,) or (lanes, n), float32
        """
        if samples.shape[-1] == 0:
            return samples
        before, self._last = self._last, samples[..., -1:].copy()
        follows = samples[..., 1:] if before is None else samples
        if not self._a:
            return follows if self._valid else samples
        precedes = samples[..., :-1]
        if before is not None:
            precedes = np.concatenate([before, precedes], axis=-1)
        emphasised: Samples = np.multiply(precedes, self._a)
        np.subtract(follows, emphasised, out=emphasised)
        if before is not None or self._valid:
            return emphasised
        return np.concatenate([samples[..., :1], emphasised], axis=-1)
