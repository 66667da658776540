"""Which FFT bins the rows of the linear and the logarithmic view are made of. Pure Python."""

import math
from typing import NamedTuple

# Quarter tones: two rows for each key of a piano.
_BANDS_PER_OCTAVE = 24
# Where hearing begins, and the logarithmic view unless fmin says otherwise.
_LOWEST_HZ = 20.0
# Of a bin, or of a band: what is off by less is off by rounding.
_ROUNDING = 1e-6


def linear_bins(sr: int, n_fft: int, fmin: float, top_hz: float) -> range:
    """The FFT bins from fmin to top_hz; bin k lies at k * sr / n_fft. May be empty."""
    bins_per_hz = n_fft / sr
    first = math.ceil(fmin * bins_per_hz - _ROUNDING)
    return range(first, math.floor(top_hz * bins_per_hz + _ROUNDING) + 1)


class LogBands(NamedTuple):
    """n bands of one ratio from low_hz to high_hz: band i is [low r^i, low r^(i + 1)).

    There are 24 to an octave, or as few more as make the last one end at high_hz.
    """

    low_hz: float
    high_hz: float
    n: int

    def position(self, hz: float) -> float:
        """Where a frequency above 0 lies: i in the lower corner of band i, i + 1 in its upper."""
        return self.n * math.log(hz / self.low_hz) / math.log(self.high_hz / self.low_hz)

    def hz(self, position: float) -> float:
        """The inverse of position."""
        return float(self.low_hz * (self.high_hz / self.low_hz) ** (position / self.n))

    def bins(self, sr: int, n_fft: int) -> list[range]:
        """The FFT bins of each band: those inside it or, where none is, the one nearest its middle.

        A bin on a corner belongs to the band above it; each bin from low_hz to high_hz to one.
        """
        inside: list[list[int]] = [[] for _ in range(self.n)]
        for k in linear_bins(sr, n_fft, self.low_hz, self.high_hz):
            band = math.floor(self.position(k * sr / n_fft) + _ROUNDING)
            inside[min(max(band, 0), self.n - 1)].append(k)
        ranges = []
        for i, bins in enumerate(inside):
            nearest = min(round(self.hz(i + 0.5) * n_fft / sr), n_fft // 2)
            ranges.append(range(bins[0], bins[-1] + 1) if bins else range(nearest, nearest + 1))
        return ranges


def log_bands(sr: int, n_fft: int, fmin: float, top_hz: float) -> LogBands:
    """The bands from fmin, or from 20 Hz where that is 0, and never below the first bin over 0 Hz.

    low_hz may come out at top_hz or more: then there is no room for any.
    """
    low_hz = max(fmin or _LOWEST_HZ, sr / n_fft)
    octaves = math.log2(top_hz / low_hz)
    return LogBands(low_hz, top_hz, max(1, math.ceil(_BANDS_PER_OCTAVE * octaves - _ROUNDING)))
