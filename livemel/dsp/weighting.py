"""Frequency weighting, and what the levels of a picture are measured in."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from livemel.dsp.centres import centres
from livemel.dsp.checks import check, one_of
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.stream import log_mel
from livemel.dsp.windows import frame_window
from livemel.errors import ParameterError

WEIGHTINGS = ("Z", "A", "C")

# Corner frequencies of IEC 61672-1, annex E: two poles each at f1 and f4, one at f2 and f3.
_F1, _F2, _F3, _F4 = 20.598997, 107.65265, 737.86223, 12194.217
# At 0 Hz the curves end in minus infinity, which no picture can add.
_LEAST_DB = -200.0
_SINE_DB = float(10 * np.log10(0.5))  # the mean square of a full-scale sine
_LEAST_AMPLITUDE = 1e-10  # pre-emphasis leaves nothing of 0 Hz
_MOST_SAMPLES = 1 << 23  # that are transformed to learn what each mel band reads: most of a second


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
        """What is added to 10 log10 of a mean square, of which a full-scale sine's is 1/2."""
        return 0.0 if self.full_scale_spl is None else float(self.full_scale_spl) - _SINE_DB

    @property
    def label(self) -> str:
        """The unit, for an axis: "dB FS", "dB FS(A)", "dB SPL", "dB SPL(C)"."""
        unit = "dB FS" if self.full_scale_spl is None else "dB SPL"
        return unit if self.weighting == "Z" else f"{unit}({self.weighting})"

    def at(self, hz: ArrayLike) -> NDArray[np.float64]:
        """What is added to 10 log10 of the mean square at these frequencies; of hz's shape."""
        return weighting_db(hz, self.weighting) + self.offset_db

    def rows(self, frontend: FrontEnd) -> NDArray[np.float32]:
        """What is added to each row of the columns: the weighting at the row's centre.

        With a calibration a row then reads the SPL of a sine at its centre. Where a band is wide
        the curve bends inside it, so this is a weighted picture and no sound level meter.
        Returns : shape (n_rows,), dB; read-only
        Raises ParameterError where columns are no levels: what not_levels says.
        """
        if reason := not_levels(frontend):
            raise ParameterError(reason)
        return _rows(frontend, self)


def not_levels(frontend: FrontEnd) -> str:
    """Why these columns cannot be weighted or calibrated, for a person; "" where they can."""
    fe = frontend
    if fe.representation in ("mfcc", "waveform"):
        return "this view has no frequencies"
    if fe.representation == "mel":
        if fe.normalise != "none":
            return f"these columns are normalised: normalise={fe.normalise!r}"
        if (fe.log, fe.power) not in (("db", 2), ("db-amplitude", 1)):
            return f"these columns are no decibels: log={fe.log!r} of power={fe.power:g}"
        if fe.n_mels * fe.span > _MOST_SAMPLES:
            return f"frames of {fe.span} samples are too long for it"
    return ""


@lru_cache(maxsize=8)
def _rows(frontend: FrontEnd, scale: LevelScale) -> NDArray[np.float32]:
    rows = weighting_db(centres(frontend), scale.weighting)
    if scale.full_scale_spl is not None:
        rows = rows + scale.full_scale_spl - full_scale_sine(frontend)
    added: NDArray[np.float32] = rows.astype(np.float32)
    added.flags.writeable = False
    return added


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
    """What each row reads of a full-scale sine at its centre: taken off, columns are dB FS.

    Columns are referred to a mel value of 1, which depends on the window, n_fft and the filters'
    norm: with filters of unit area a tone reads the less the wider its band. A bin reads the
    window's sum; so does a logarithmic band, but for what the sine is off the nearest bin.

    Returns : shape (n_rows,), in the front-end's own units; read-only
    """
    of_mel = frontend.representation == "mel"
    reads = _bands_of_sines(frontend) if of_mel else _bins_of_sines(frontend)
    reads.flags.writeable = False
    return reads


def _bins_of_sines(frontend: FrontEnd) -> NDArray[np.float32]:
    fe = frontend
    turn = 2 * np.pi / fe.sr * centres(fe)
    emphasis = np.abs(1 - fe.preemphasis * np.exp(-1j * turn))
    amplitude = np.maximum(emphasis * frame_window(fe).sum(dtype=np.float64) / 2, _LEAST_AMPLITUDE)
    reads: NDArray[np.float32] = (20 * np.log10(amplitude)).astype(np.float32)
    return reads


def _bands_of_sines(frontend: FrontEnd) -> NDArray[np.float32]:
    """One frame for each band. The sines follow each other in blocks that are a little longer, for
    what pre-emphasis over the signal takes of the sample before; a block of nothing comes first.
    """
    block = frontend.span + 2
    fe = frontend.replace(
        normalise="none", hop_length=block, center=False, pad_left=0, drop_last=False
    )
    middle = fe.first_centre + 1  # of a frame, from the beginning of its block
    t = np.arange(block) - middle
    # 45 degrees at the window's middle: a sine's mirror image neither adds to it nor takes from it.
    phase = 2 * np.pi / fe.sr * centres(fe)[:, np.newaxis] * t + np.pi / 4
    sines = np.vstack([np.zeros(block), np.cos(phase)]).astype(np.float32)
    return log_mel(sines.ravel()[1:], fe)[np.arange(fe.n_mels), np.arange(fe.n_mels) + 1]
