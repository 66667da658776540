"""The sound of a band of frequencies alone."""

import math

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

# Kaiser's rule: 3.6 * sr / edge taps.
_STOP_DB = 60.0
# Hz; a narrow band has narrower edges, so that it is not all edge, a very narrow one is that.
_WIDEST_EDGE, _NARROWEST_EDGE = 50.0, 5.0


class BandFilter:
    """A linear-phase FIR filter that delays nothing: it looks `margin` samples to either side.

    low_hz, high_hz : the band, where it lets half the amplitude through; edges outside of
        0 … sr/2 cut nothing off there, and NaN nowhere
    sr : Hz
    Beyond the edges' width, 5 to 50 Hz, what is outside is 60 dB weaker.
    Reference: Kaiser (1974), by scipy.signal.firwin.
    """

    def __init__(self, low_hz: float, high_hz: float, sr: int) -> None:
        from scipy import signal  # takes a third of a second, and most runs filter nothing

        if math.isnan(low_hz + high_hz):  # of views without frequencies
            low_hz, high_hz = 0.0, float(sr)
        edge = min(max((high_hz - low_hz) / 2, _NARROWEST_EDGE), _WIDEST_EDGE)
        low_hz = min(low_hz, sr / 2 - edge)
        high_hz = max(high_hz, low_hz + edge)
        # Nearer to the ends of the spectrum than half an edge there is nothing to tell apart.
        low, high = low_hz > edge / 2, high_hz < sr / 2 - edge / 2
        taps, beta = signal.kaiserord(_STOP_DB, edge / (sr / 2))
        taps |= 1  # odd: then the middle is a sample
        self._taps = np.ones(1, np.float32)
        cuts = [hz for hz, cut in ((low_hz, low), (high_hz, high)) if cut]
        if cuts:
            kind = ("lowpass", "highpass", "bandpass")[low + (low and high)]
            designed = signal.firwin(taps, cuts, window=("kaiser", beta), pass_zero=kind, fs=sr)
            self._taps = designed.astype(np.float32)
        self._convolve = signal.oaconvolve
        self.margin = len(self._taps) // 2

    def __call__(self, samples: Samples) -> Samples:
        """What is in the band.

        samples : shape (n, channels), with `margin` more before and after than are wanted
        Returns : shape (n - 2 * margin, channels)
        """
        taps = self._taps[:, np.newaxis]
        heard: Samples = self._convolve(samples, taps, mode="valid", axes=0)
        return heard.astype(np.float32)
