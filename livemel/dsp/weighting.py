"""Frequency weighting, and what the levels of a picture are measured in."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from livemel.dsp.checks import check, one_of
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.mel import mel_edges
from livemel.dsp.stream import log_mel
from livemel.errors import ParameterError

WEIGHTINGS = ("Z", "A", "C")

# Corner frequencies of IEC 61672-1, annex E: two poles each at f1 and f4, one at f2 and f3.
_F1, _F2, _F3, _F4 = 20.598997, 107.65265, 737.86223, 12194.217
# At 0 Hz the curves end in minus infinity, which no picture can add.
_LEAST_DB = -200.0


@dataclass(frozen=True, slots=True)
class LevelScale:
    """What levels read in: a frequency weighting and a microphone's calibration.

    weighting : "Z" (none), "A" or "C"
    full_scale_spl : dB SPL of a sine that just reaches full scale, or None where nobody knows
    Raises ParameterError if a field is impossible.
    """

    weighting: str = "Z"
    full_scale_spl: float | None = None

    def __post_init__(self) -> None:
        one_of("weighting", self.weighting, WEIGHTINGS)
        if self.full_scale_spl is not None:
            check(
                "full_scale_spl",
                self.full_scale_spl,
                lambda db: -100 <= db <= 300,
                "is not between -100 and 300 dB",
            )

    @property
    def offset_db(self) -> float:
        """What is added to dB FS at every frequency."""
        return 0.0 if self.full_scale_spl is None else float(self.full_scale_spl)

    @property
    def label(self) -> str:
        """The unit, for an axis: "dB FS", "dB FS(A)", "dB SPL", "dB SPL(C)"."""
        unit = "dB FS" if self.full_scale_spl is None else "dB SPL"
        return unit if self.weighting == "Z" else f"{unit}({self.weighting})"

    def at(self, hz: ArrayLike) -> NDArray[np.float64]:
        """What is added to a level in dB FS at these frequencies; of hz's shape."""
        return weighting_db(hz, self.weighting) + self.offset_db

    def bands(self, frontend: FrontEnd) -> NDArray[np.float32]:
        """What is added to each mel band of the columns: the weighting at the band's centre.

        A band's centre is its filter's peak. Where a band is wide the curve bends inside it, so
        this is a weighted picture and no sound level meter.
        Returns : shape (n_mels,), dB, for columns in dB
        Raises ParameterError if the front-end's columns are not decibels.
        """
        if frontend.log not in ("db", "db-amplitude") or frontend.normalise != "none":
            raise ParameterError(
                f"levels need columns in dB: log={frontend.log!r}, normalise={frontend.normalise!r}"
            )
        return self.at(mel_edges(frontend)[1:-1]).astype(np.float32)


def weighting_db(hz: ArrayLike, weighting: str) -> NDArray[np.float64]:
    """The weighting at these frequencies: 0 dB at 1 kHz, and never below -200 dB.

    hz : Hz, of any shape
    weighting : "Z", "A" or "C"
    Reference: IEC 61672-1:2013, annex E, formulas E.1 and E.6.
    """
    one_of("weighting", weighting, WEIGHTINGS)
    hz = np.asarray(hz, dtype=np.float64)
    if weighting == "Z":
        return np.zeros(hz.shape)
    with np.errstate(divide="ignore"):
        curve = 20 * np.log10(_response(hz, weighting) / _response(np.array(1000.0), weighting))
    return np.asarray(np.maximum(curve, _LEAST_DB))


def _response(hz: NDArray[np.float64], weighting: str) -> NDArray[np.float64]:
    square = hz**2
    response = square / ((square + _F1**2) * (square + _F4**2))
    if weighting == "A":
        response = response * square / np.sqrt((square + _F2**2) * (square + _F3**2))
    return np.asarray(response)


@lru_cache(maxsize=4)
def full_scale_sine(frontend: FrontEnd) -> NDArray[np.float32]:
    """What each band reads of a full-scale sine at its centre: taken off, columns are dB FS.

    Columns are referred to a mel value of 1, which depends on the window, n_fft and the filters'
    norm: with filters of unit area a tone reads the less the wider its band.

    Returns : shape (n_mels,), in the front-end's own units; read-only
    """
    fe = frontend.replace(normalise="none")
    # The sines come one after the other, a block each, and a block's first whole column is read.
    hops = -(-fe.span // fe.hop_length) + 3
    columns = np.arange(fe.n_mels) * hops + -(-fe.padding[0] // fe.hop_length) + 1
    middles = fe.first_centre + columns * fe.hop_length
    starts = np.arange(fe.n_mels) * hops * fe.hop_length
    t = starts[:, np.newaxis] + np.arange(hops * fe.hop_length) - middles[:, np.newaxis]
    # 45 degrees at the window's middle: a sine's mirror image neither adds to it nor takes from it.
    phase = 2 * np.pi / fe.sr * mel_edges(fe)[1:-1, np.newaxis] * t + np.pi / 4
    sines = np.cos(phase).astype(np.float32)
    reads = log_mel(sines.ravel(), fe)[np.arange(fe.n_mels), columns]
    reads.flags.writeable = False
    return reads
