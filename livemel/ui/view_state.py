"""What is on the screen, as a value, and the arithmetic from columns to pixels. No Qt.

Pixel columns are numbered from 0 for ever, like columns: pixel p of a view that shows r columns a
pixel covers columns floor(p r) to floor((p + 1) r), and at least one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livemel.dsp.centres import centres
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.mel import from_mel, to_mel
from livemel.dsp.weighting import LevelScale, not_levels, weighting_db

_REFERENCE_HZ = 1000.0
_ROUND_DB = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class RowScale:
    """What is shown in place of a row's value: value * gain + offset. Shapes (n_rows,)"""

    gain: NDArray[np.float32]
    offset: NDArray[np.float32]

    def of(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """values : shape (k, n_rows)"""
        return values * self.gain + self.offset


@dataclass(frozen=True, slots=True)
class ViewState:
    """One view of a front-end's columns.

    width, height : of the image, device pixels
    span_s : seconds across the width
    low_db, high_db : the values at the two ends of the colour map, in the columns' unit; in the
        waveform at the lower and upper edge
    bottom, top : the part of the rows that is shown, as fractions from 0 to 1
    scale : what levels read in; of no effect where the columns are no levels
    deviation : makes values deviations, in which low_db and high_db then are: 0 is the middle, and
        what is furthest from it is shown where there is room for one of several; None for levels
    """

    frontend: FrontEnd
    width: int
    height: int
    span_s: float
    low_db: float
    high_db: float
    bottom: float = 0.0
    top: float = 1.0
    scale: LevelScale = LevelScale()  # noqa: RUF009 (frozen)
    deviation: RowScale | None = None

    @property
    def is_scaled(self) -> bool:
        """Whether the columns' values are not yet what they read in."""
        if self.deviation is not None:
            return False
        return self.scale != LevelScale() and not not_levels(self.frontend)

    @property
    def shift_db(self) -> float:
        """What a value of the range reads more than in the columns' unit: a calibration at 1 kHz.

        To the nearest 5 dB, so that round values stay round: `row_offsets` has the rest. By it a
        calibration names the colours anew, and leaves their range where it was.
        """
        if not self.is_scaled:
            return 0.0
        hz = centres(self.frontend)
        nearest = int(np.abs(hz - _REFERENCE_HZ).argmin())
        added = float(self.scale.rows(self.frontend)[nearest])
        # The weighting is 0 dB at 1 kHz, but the nearest row may be far from there.
        added -= float(weighting_db(hz[nearest], self.scale.weighting))
        return _ROUND_DB * round(added / _ROUND_DB)

    def row_offsets(self) -> NDArray[np.float32] | None:
        """What is added to each row before it is coloured by the range; None for nothing.

        With `shift_db` it is what the row reads: shape (n_rows,), dB.
        """
        if not self.is_scaled:
            return None
        return self.scale.rows(self.frontend) - np.float32(self.shift_db)

    @property
    def columns_per_pixel(self) -> float:
        return self.span_s * self.frontend.columns_per_s / self.width

    def newest_pixel(self, columns: float) -> int:
        """The newest pixel all of whose columns are among the first `columns`."""
        r = self.columns_per_pixel
        if r >= 1:  # floor((p + 1) r) columns must be there
            return int(np.ceil((columns + 1) / r)) - 2
        return int(np.ceil(columns / r)) - 1  # floor(p r) + 1 must be

    def columns_of(self, first: int, stop: int) -> NDArray[np.int64]:
        """The first column of each of the pixels first to stop, and the end of the last.

        Returns : shape (stop - first + 1,)
        """
        r = self.columns_per_pixel
        edges: NDArray[np.int64] = np.floor(np.arange(first, stop + 1) * r).astype(np.int64)
        if r < 1:  # one column covers several pixels: the last edge is one past the last column
            edges[-1] = edges[-2] + 1 if len(edges) > 1 else edges[-1]
        return edges

    def last_column(self, pixel: int) -> int:
        """The newest column that the pixel shows."""
        r = self.columns_per_pixel
        first = int(np.floor(pixel * r))
        return max(first, int(np.floor((pixel + 1) * r)) - 1)

    def bands_of_rows(self) -> NDArray[np.intp]:
        """The row of a column, from its first, that each pixel row shows, from the top.

        Where a pixel row covers several, the first of them. Returns : shape (height,)
        """
        return self.band_edges()[-2::-1]

    def band_edges(self) -> NDArray[np.intp]:
        """The first row of a column that each pixel row shows, from the bottom, and one past the
        last: consecutive ones may be equal.

        Returns : shape (height + 1,)
        """
        n = self.frontend.n_rows
        # In units of a row by a pixel, rounded: 0 to 1 gives whole numbers, and so exact quotients.
        first = round(self.bottom * n * self.height)
        shown = round((self.top - self.bottom) * n * self.height)
        edges = (first + np.arange(self.height + 1) * shown // self.height) // self.height
        edges[:-1] = np.minimum(edges[:-1], n - 1)
        edges[-1] = max(edges[-2] + 1, -(-(first + shown) // self.height))
        return edges.astype(np.intp)

    def row_hz(self, fraction: float) -> float:
        """The frequency at that fraction of the image's height, from the bottom.

        Of the views that have frequencies: mel, linear and log.
        """
        fe = self.frontend
        row = (self.bottom + fraction * (self.top - self.bottom)) * fe.n_rows
        if fe.representation == "linear":
            return (fe.linear_bins.start + row - 0.5) * fe.sr / fe.n_fft
        if fe.representation == "log":
            return fe.log_bands.hz(row)
        low, step = _mel_grid(fe)
        return float(from_mel(low + (row + 0.5) * step, fe))

    def fraction_of(self, value: float) -> float:
        """Where a value lies, as a fraction of the height from the bottom; may be outside [0, 1].

        value : Hz above 0; the number of a coefficient; or an amplitude
        Of all rows, row i of n is drawn from i / n to (i + 1) / n. A mel filter's peak (filter i
        peaks i + 1 steps above fmin), a bin and a coefficient are in the middle of their row; a
        logarithmic band has its corners at its row's edges.
        """
        fe = self.frontend
        if fe.representation == "waveform":
            return (value - self.low_db) / (self.high_db - self.low_db)
        if fe.representation == "linear":
            row = value * fe.n_fft / fe.sr - fe.linear_bins.start + 0.5
        elif fe.representation == "log":
            row = fe.log_bands.position(value)
        elif fe.representation == "mfcc":
            row = value + 0.5
        else:
            low, step = _mel_grid(fe)
            row = (float(to_mel(value, fe)) - low) / step - 0.5
        return (row / fe.n_rows - self.bottom) / (self.top - self.bottom)


def _mel_grid(frontend: FrontEnd) -> tuple[float, float]:
    """The lowest corner in mel, and the step from one corner to the next."""
    low, high = to_mel([frontend.fmin, frontend.top_hz], frontend)
    return float(low), float(high - low) / (frontend.n_mels + 1)
