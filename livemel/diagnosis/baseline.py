"""What is held before a cable is mended, and what has changed afterwards, harmonic by harmonic."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livemel.diagnosis.decimate import Decimator
from livemel.diagnosis.report import Harmonic
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.harmonics import Harmonics, harmonics_of
from livemel.errors import ParameterError

Samples = NDArray[np.float32]

READ_S = 2.0
# Less than this over the floor, it is as well noise: a harmonic that was there is gone.
_THERE_DB = 10.0
# Low harmonics are what there is to be read: at the source's own rate they would take a second.
_LOW_SR = 4_000
# By so much the mains may have moved since the baseline, in Hz; further off it is another hum.
_NEAR_HZ = 0.3


@dataclass(frozen=True, slots=True)
class Reading:
    """The harmonics of one fundamental in two seconds of sound.

    f0_hz : the fundamental
    harmonics : those that were asked for, as far as the rate reaches
    level_dbfs : of those that are there together; None where none is
    rms_dbfs : of all the sound, 10 log10 of the mean square
    """

    f0_hz: float
    harmonics: tuple[Harmonic, ...]
    level_dbfs: float | None
    rms_dbfs: float


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one harmonic, or of all together where n is None.

    before_dbfs, now_dbfs : None where it is not over the floor
    db : now less before; None where either is None
    """

    n: int | None
    hz: float
    before_dbfs: float | None
    now_dbfs: float | None

    @property
    def db(self) -> float | None:
        if self.before_dbfs is None or self.now_dbfs is None:
            return None
        return self.now_dbfs - self.before_dbfs

    @property
    def is_gone(self) -> bool:
        """It was there and is not over the floor any more."""
        return self.before_dbfs is not None and self.now_dbfs is None


def read_harmonics(
    samples: Samples, sr: int, f0_hz: float, orders: tuple[int, ...]
) -> Reading | None:
    """The levels of some multiples of a fundamental: as a baseline, and to compare with one.

    samples : shape (n,), READ_S of them are enough
    f0_hz : to a tenth of a hertz; it is refined by its harmonics where these are clear
    Returns : None where there is too little sound, or where f0_hz is none that it can have
    """
    q = max(q for q in range(1, max(1, sr // _LOW_SR) + 1) if sr % q == 0)
    low_sr = sr // q
    skipped = 26 * q  # what the filter has not filled yet
    if len(samples) < skipped + sr // 2 or not np.isfinite(samples).all():
        return None
    low = Decimator(q).push(np.ascontiguousarray(samples[: len(samples) // q * q]))
    low = low[skipped // q :]
    frontend = FrontEnd(sr=low_sr, n_fft=len(low))
    try:
        found = harmonics_of(low, len(low) / 2, frontend, f0_hz)
        if abs(found.f0_hz - f0_hz) > _NEAR_HZ or not math.isfinite(found.error_hz):
            found = harmonics_of(low, len(low) / 2, frontend, f0_hz, refine=False)
    except ParameterError:
        return None
    return _reading(found, orders, 0.4 * low_sr if q > 1 else sr / 2, samples)


def changes(before: Reading, now: Reading) -> tuple[Change, ...]:
    """From one reading to a later one of the same harmonics; the last row is of all together."""
    levels = {harmonic.n: harmonic for harmonic in now.harmonics}
    rows = [
        Change(h.n, levels[h.n].hz if h.n in levels else h.hz, _there(h), _there(levels.get(h.n)))
        for h in before.harmonics
    ]
    return (*rows, Change(None, before.f0_hz, before.level_dbfs, now.level_dbfs))


def _reading(found: Harmonics, orders: tuple[int, ...], top_hz: float, samples: Samples) -> Reading:
    harmonics = tuple(
        Harmonic(n, float(found.hz[n - 1]), float(found.level_db[n - 1]),
                 float(found.over_floor_db[n - 1]))
        for n in orders
        if n <= len(found.hz) and found.hz[n - 1] <= top_hz
    )  # fmt: skip
    there = [level for level in map(_there, harmonics) if level is not None]
    power = sum(10 ** (level / 10) for level in there)
    mean_square = float(np.einsum("i,i->", samples, samples, dtype=np.float64)) / len(samples)
    return Reading(
        found.f0_hz,
        harmonics,
        10 * math.log10(power) if power else None,
        10 * math.log10(max(mean_square, 1e-20)),
    )


def _there(harmonic: Harmonic | None) -> float | None:
    if harmonic is None or not harmonic.over_floor_db >= _THERE_DB:
        return None
    return harmonic.dbfs
