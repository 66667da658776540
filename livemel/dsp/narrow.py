"""Runs of bands that the transform does not resolve: dead ones, and those of one FFT bin."""

from dataclasses import dataclass
from itertools import groupby

import numpy as np

from livemel.dsp.frontend import FrontEnd
from livemel.dsp.mel import bins_of_filters, mel_edges


@dataclass(frozen=True, slots=True)
class NarrowBands:
    """Neighbouring bands that are fed alike.

    first, last : bands
    dead : how many of them no FFT bin feeds; the others are fed by one each
    low_hz, high_hz : from the lowest corner of their filters to the highest
    shared : True if neighbours are fed by the same bin
    """

    first: int
    last: int
    dead: int
    low_hz: float
    high_hz: float
    shared: bool

    @property
    def text(self) -> str:
        """What they are, for a person."""
        one = self.first == self.last
        which = f"band {self.first}" if one else f"bands {self.first}–{self.last}"
        which += f" ({self.low_hz:.0f}–{self.high_hz:.0f} Hz)"
        if self.dead == self.last - self.first + 1:
            it, them = ("it", "it as a constant") if one else ("them", "them as constants")
            return f"{which}: no FFT bin feeds {it}; the model sees {them}"
        if self.dead:
            return f"{which}: no FFT bin feeds {self.dead} of them, a single one each of the others"
        same = "; neighbouring bands show the same bin" if self.shared else ""
        return f"{which}: one FFT bin{'' if one else ' each'}{same}"


def narrow_bands(frontend: FrontEnd, least: int = 1) -> list[NarrowBands]:
    """All of a front-end's, from the lowest up; none where columns are not mel bands.

    least : runs shorter than so many bands are taken together with what they touch
    """
    if frontend.representation != "mel":
        return []
    bins = bins_of_filters(frontend)
    edges = mel_edges(frontend)
    kinds = np.minimum(bins[:, 1], 2)
    runs: list[tuple[int, int]] = []
    for kind, bands in groupby(range(frontend.n_mels), key=lambda band: kinds[band]):
        if kind == 2:
            continue
        first, *more = bands
        last = more[-1] if more else first
        before = runs[-1] if runs else None
        if before and before[1] == first - 1 and min(_length(before), last - first + 1) < least:
            runs[-1] = before[0], last
        else:
            runs.append((first, last))
    return [
        NarrowBands(
            first,
            last,
            int(np.count_nonzero(kinds[first : last + 1] == 0)),
            float(edges[first]),
            float(edges[last + 2]),
            _shared(bins[first : last + 1]),
        )
        for first, last in runs
    ]


def _length(run: tuple[int, int]) -> int:
    return run[1] - run[0] + 1


def _shared(bins: np.ndarray[tuple[int, ...], np.dtype[np.intp]]) -> bool:
    """Whether two neighbours are fed by the same bin and no other."""
    one = bins[:, 1] == 1
    same = bins[1:, 0] == bins[:-1, 0]
    return bool(np.any(same & one[1:] & one[:-1]))
