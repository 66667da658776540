"""The highest peaks of a column, and where between its rows the sound puts them."""

import numpy as np
from numpy.typing import NDArray

from livemel.dsp.peak import Spectrum

_AROUND = 16  # rows on either side that a median is taken of


def highest_peaks(
    values: NDArray[np.floating],
    most: int,
    *,
    apart: float,
    prominence: float,
    over_median: float = -np.inf,
) -> list[int]:
    """The rows of the highest peaks, the highest first.

    values : shape (n,), finite
    most : so many at most
    apart : rows between two of them, at least
    prominence : how far one must stand out: above the higher of the two lowest points between it
        and what is higher on either side
    """
    inner = np.asarray(values, dtype=np.float64)
    rises = np.diff(inner, prepend=-np.inf) > 0
    falls = np.diff(inner, append=-np.inf) <= 0
    found: list[int] = []
    for at in sorted(np.flatnonzero(rises & falls), key=lambda i: -inner[i]):
        if len(found) == most:
            break
        around = inner[max(0, at - _AROUND) : at + _AROUND + 1]
        if (
            all(abs(at - other) >= apart for other in found)
            and inner[at] - np.median(around) >= over_median
            and _prominence(inner, int(at)) >= prominence
        ):
            found.append(int(at))
    return found


def _prominence(values: NDArray[np.float64], at: int) -> float:
    higher = np.flatnonzero(values > values[at])
    split = int(np.searchsorted(higher, at))
    left = int(higher[split - 1]) + 1 if split else 0
    right = int(higher[split]) if split < len(higher) else len(values)
    return float(values[at] - max(values[left : at + 1].min(), values[at:right].min()))


def between_bins(spectrum: Spectrum, low_hz: float, high_hz: float) -> float | None:
    """The frequency of the strongest bin from low to high, by the parabola through it and its
    neighbours: right to a tenth of a bin for one steady tone. None where no bin is, or all is
    silent.
    """
    level, step = spectrum.level_db, float(spectrum.hz[1])
    first = max(1, int(np.ceil(low_hz / step)))
    stop = min(len(level) - 1, int(np.floor(high_hz / step)) + 1)
    if first >= stop:
        return None
    at = first + int(level[first:stop].argmax())
    left, here, right = level[at - 1 : at + 2]
    bend = left - 2 * here + right
    shift = 0.0 if bend >= 0 else float(np.clip((left - right) / (2 * bend), -0.5, 0.5))
    return None if here == level.min() else (at + shift) * step
