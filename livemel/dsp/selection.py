"""What a box of the picture measures, and what lies between two cursors."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livemel.dsp.centres import rows_within
from livemel.dsp.frame import decibels
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.mel import mel_edges
from livemel.dsp.weighting import LevelScale
from livemel.dsp.windows import frame_window
from livemel.errors import ParameterError


@dataclass(frozen=True, slots=True)
class BoxReading:
    """The sound in a box of time and frequency.

    level_db : of its RMS, by default in dB FS: a sine that just reaches full scale reads -3.01, as
        in the level meter; -200 is silence
    centroid_hz : the mean of the bands' centres, weighted by power; NaN in silence
    peak_db : the highest column value, in the columns' units
    peak_column, peak_band : where it is, counted in the columns that were given
    peak_hz : that band's centre
    """

    level_db: float
    centroid_hz: float
    peak_db: float
    peak_column: int
    peak_band: int
    peak_hz: float


@dataclass(frozen=True, slots=True)
class Between:
    """From one cursor to another; None where a value is missing or would be infinite.

    seconds, hz, db : the second less the first
    per_second : 1 / |seconds|, the frequency of what repeats from one to the other
    """

    seconds: float
    hz: float
    db: float | None
    per_second: float | None


def between(
    first: tuple[float, float, float | None], second: tuple[float, float, float | None]
) -> Between:
    """The differences between two cursors, each (seconds, Hz, dB or None)."""
    seconds, a, b = second[0] - first[0], first[2], second[2]
    return Between(
        seconds=seconds,
        hz=second[1] - first[1],
        db=None if a is None or b is None else b - a,
        per_second=1 / abs(seconds) if seconds else None,
    )


def bands_within(frontend: FrontEnd, low_hz: float, high_hz: float) -> range:
    """The mel bands whose centres lie from low_hz to high_hz; the nearest where none does."""
    return rows_within(frontend.replace(representation="mel"), low_hz, high_hz)


def read_box(
    columns: NDArray[np.floating],
    frontend: FrontEnd,
    bands: range,
    scale: LevelScale = LevelScale(),  # noqa: B008 (frozen)
) -> BoxReading:
    """The level, centroid and peak of some bands of some columns.

    The columns' logarithm is undone, and each band's value made the power of the sound under it:
    triangles over Hz add up to one at every bin between the first and the last band's centre, so
    that bands which follow each other add up to the power of the stretch, by Parseval. At the
    box's edges a triangle's slope goes with the band whose centre is inside. Values at the
    front-end's floor count as the floor; what pre-emphasis did to the sound is left in.

    columns : shape (n_mels, k), k from 1; of a front-end whose columns are not normalised by what
        was heard
    bands : which rows; step 1
    scale : the weighting of each band, and what the level is referred to
    Raises ParameterError if the box is empty or lies outside, or if the columns do not tell powers:
    normalised by what was heard, or sums of magnitudes (power=1).
    """
    if columns.shape[1] == 0 or not len(bands):
        raise ParameterError(f"the box is empty: {columns.shape[1]} columns, {len(bands)} bands")
    if bands.start < 0 or bands.stop > len(columns):
        raise ParameterError(
            f"bands {bands.start} to {bands.stop} are not among {len(columns)} bands"
        )
    box = columns[bands.start : bands.stop]
    powers = column_power(box, frontend).mean(axis=1) * _mean_squares(frontend)[_rows(bands)]
    centres = mel_edges(frontend)[1:-1][_rows(bands)]
    total = float(powers.sum())
    weighted = float(powers @ 10 ** (scale.at(centres) / 10))
    band, column = np.unravel_index(int(box.argmax()), box.shape)
    return BoxReading(
        level_db=float(decibels(weighted)),
        centroid_hz=float(powers @ centres) / total if total > 0 else float("nan"),
        peak_db=float(box[band, column]),
        peak_column=int(column),
        peak_band=bands.start + int(band),
        peak_hz=float(centres[band]),
    )


def column_power(columns: NDArray[np.floating], frontend: FrontEnd) -> NDArray[np.float64]:
    """The mel powers that columns are the logarithm of: shape as given.

    Raises ParameterError where no column tells them: normalised by what was heard, or magnitudes.
    """
    fe = frontend
    if fe.power != 2:
        raise ParameterError(f"levels need columns of power: power={fe.power:g}")
    if fe.normalise not in ("none", "fixed"):
        raise ParameterError(f"levels need columns as they are: normalise={fe.normalise!r}")
    values = np.asarray(columns, dtype=np.float64)
    if fe.normalise == "fixed":
        values = values * fe.std + fe.mean
    if fe.log == "ln":
        values = np.exp(values)
    elif fe.log != "none":
        values = 10 ** (values / {"db": 10, "db-amplitude": 20, "log10": 1}[fe.log])
    if fe.log != "none":
        values = values * fe.ref
        if fe.floor_kind == "add":
            values = np.maximum(values - fe.floor, 0)
    return values


def _mean_squares(frontend: FrontEnd) -> NDArray[np.float64]:
    """What makes a band's mel power the mean square of the samples it stands for.

    Returns : shape (n_mels,)
    """
    edges = mel_edges(frontend)
    # A filter of unit area in Hz is 2 / width high; made to peak at 1 again.
    width = (edges[2:] - edges[:-2]) / 2 if frontend.norm == "slaney" else np.ones(frontend.n_mels)
    window = frame_window(frontend).astype(np.float64)
    # Parseval over both halves of the spectrum: sum |X|^2 = n_fft * sum (w x)^2.
    return np.asarray(width * 2 / (frontend.n_fft * np.sum(window**2)))


def _rows(bands: range) -> slice:
    return slice(bands.start, bands.stop)
