"""What is on the screen, as a value, and the arithmetic from columns to pixels. No Qt.

Pixel columns are numbered from 0 for ever, like columns: pixel p of a view that shows r columns a
pixel covers columns floor(p r) to floor((p + 1) r), and at least one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livemel.dsp.frontend import FrontEnd
from livemel.dsp.mel import hz_to_mel, mel_to_hz


@dataclass(frozen=True, slots=True)
class ViewState:
    """One view of a front-end's columns.

    width, height : of the image, device pixels
    span_s : seconds across the width
    low_db, high_db : the values at the two ends of the colour map
    """

    frontend: FrontEnd
    width: int
    height: int
    span_s: float
    low_db: float
    high_db: float

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
        """The mel band that each pixel row shows, from the top.

        Returns : shape (height,)
        """
        n = self.frontend.n_mels
        return ((self.height - 1 - np.arange(self.height)) * n // self.height).astype(np.intp)

    def row_hz(self, fraction: float) -> float:
        """The frequency at that fraction of the image's height, from the bottom."""
        fe = self.frontend
        low, step = _mel_grid(fe)
        mel = low + (fraction * fe.n_mels + 0.5) * step
        return float(mel_to_hz(mel, fe.mel_scale))

    def fraction_of(self, hz: float) -> float:
        """Where a frequency lies, as a fraction of the height from the bottom.

        Filter i peaks i + 1 steps above fmin on the mel scale and is drawn from i / n_mels to
        (i + 1) / n_mels, so its peak is in the middle of its band. May lie outside [0, 1].
        """
        fe = self.frontend
        low, step = _mel_grid(fe)
        mel = float(hz_to_mel(hz, fe.mel_scale))
        return ((mel - low) / step - 0.5) / fe.n_mels


def _mel_grid(frontend: FrontEnd) -> tuple[float, float]:
    """The lowest corner in mel, and the step from one corner to the next."""
    low, high = hz_to_mel([frontend.fmin, frontend.top_hz], frontend.mel_scale)
    return float(low), float(high - low) / (frontend.n_mels + 1)
