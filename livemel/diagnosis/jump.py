"""Where a waveform jumps: the places, and of what kind they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from livemel.diagnosis.block import Samples
from livemel.diagnosis.tape import Stretch

Kind = Literal["click", "splice", "repeat"]

# Linear prediction for the search: low, so that a resonance that is struck stays in the residual.
_ORDER = 3
# A cell of the search, and how many of them are compared on each side: 20 ms.
_CELL, _SIDE_S = 32, 0.02
_ROW = 256  # samples that are summed at once
# How far a residual stands out of the second largest within 20 ms, for the search and in the end;
# and out of the next 32 samples: what is struck goes on to ring.
_SEARCH, _RATIO, _STRUCK = 2.5, 4.0, 5.0
# Where the residual is higher behind by this factor, it has to stand out so much; and where it was
# by this factor, and decays by it, so many times more than it rises.
_RISES, _CLEARLY, _RINGS, _AGAINST = 1.1, 5.2, 1.4, 5.0
# One side is so much weaker: sound begins or ends here, which is a hole's affair or nobody's.
_EDGE = 25.0
# The same of the sound itself, where the weaker side is below −60 dB FS.
_NOTHING, _SOUND = 0.001, 30.0
# Nothing below this residual: 16 steps of 16 bits.
_LEAST = 5e-4
# Nor one of so many steps of the sound's own resolution, where that is coarse.
_STEPS = 6.0
# A click is this long at most. A repeated buffer is this long, and this much of it is compared.
_CLICK, _LONGEST, _SHORTEST, _PROBE = 4, 8192, 32, 32
_MODEL = 20  # order of the prediction that tells a click from a splice

BEFORE = _LONGEST + 64
AFTER = 128  # beside the side


@dataclass(frozen=True, slots=True)
class Jump:
    """at : number of the first sample that does not follow; ratio : residual over its surroundings;
    length : samples of a click, or of a repeated buffer; 0 where it is not known
    """

    at: int
    kind: Kind
    ratio: float
    length: int = 0


def after(sr: int) -> int:
    """Samples of context that are needed behind."""
    return _side(sr) * _CELL + AFTER


def jumps(stretch: Stretch, samples: Samples, sr: int) -> Iterator[Jump]:
    """Those in what nobody has looked at yet, in order of time."""
    side = _side(sr)
    begin = stretch.first - (side + 2) * _CELL - _ORDER
    model = _prediction(samples[stretch.first : stretch.stop])
    residual = np.abs(np.correlate(samples[begin:], model, "valid"))
    cells = _cells(residual)
    found = _outstanding(cells, side)
    if not len(found):
        return
    for peak in _single(residual, found).tolist():
        if stretch.first <= begin + peak + _ORDER < stretch.stop:
            jump = _closer(stretch, samples, model, residual, peak, begin + _ORDER, side)
            if jump is not None:
                yield jump


def _side(sr: int) -> int:
    return max(4, round(_SIDE_S * sr / _CELL))


def _prediction(samples: Samples) -> Samples:
    """The filter that leaves the residual, as correlate takes it."""
    n = (len(samples) - _ORDER) // _ROW
    rows = [samples[k : k + n * _ROW].reshape(n, _ROW) for k in range(_ORDER + 1)]
    # Sums of a row in float32, of rows in float64: single precision would not do for pure tones.
    r = [float(np.vecdot(row, rows[0]).sum(dtype=np.float64)) for row in rows]
    return _solved(np.array(r)).astype(np.float32)[::-1].copy()


def _autocorrelation(y: NDArray[Any], order: int) -> NDArray[Any]:
    n = len(y)
    return np.array([np.einsum("i,i->", y[k:], y[: n - k]) for k in range(order + 1)])


def _solved(r: NDArray[Any]) -> NDArray[Any]:
    """1, −a1, −a2 …: the normal equations of an autocorrelation, with white noise of −60 dB, by
    Levinson's and Durbin's recursion; LAPACK takes four times as long for so few.
    """
    lags = r.tolist()
    error = lags[0] * (1 + 1e-6) + 1e-12
    a = [1.0]
    for m in range(1, len(lags)):
        reflection = -sum(a[j] * lags[m - j] for j in range(m)) / error
        a = [x + reflection * y for x, y in zip([*a, 0.0], [0.0, *a[::-1]], strict=True)]
        error *= 1 - reflection * reflection
    return np.array(a)


def _cells(residual: Samples) -> Samples:
    """The maximum of each 32 samples."""
    for width in (1, 2, 4, 8, 16):
        residual = np.maximum(residual[:-width], residual[width:])
    return residual[::_CELL].copy()


def _outstanding(cells: Samples, side: int) -> NDArray[np.intp]:
    """Cells that stand out of both sides, apart from one half of each: two may lie close."""
    half, widest, width = side // 2, cells, 1
    while width < half:
        step = min(width, half - width)
        widest = np.maximum(widest[:-step], widest[step:])
        width += step
    # widest[j] is the maximum of cells j to j + half − 1.
    i = slice(2 * half + 1, len(cells) - 2 * half - 1)
    n = i.stop - i.start
    left = np.minimum(widest[:n], widest[half : half + n])
    first = 2 * half + 3
    right = np.minimum(widest[first : first + n], widest[first + half : first + half + n])
    n = len(right)
    here = cells[i.start : i.start + n]
    loud = here > _SEARCH * np.maximum(left[:n], right)
    loud &= here > _LEAST
    found = np.flatnonzero(loud) + i.start
    return found[(cells[found] >= cells[found - 1]) & (cells[found] > cells[found + 1])]


def _single(residual: Samples, cells: NDArray[np.intp]) -> NDArray[np.intp]:
    """Where the peaks of these cells are, but for what is struck: that goes on to ring."""
    cell = np.arange(_CELL)
    peaks = cells * _CELL + residual[cells[:, np.newaxis] * _CELL + cell].argmax(axis=1)
    behind = residual[peaks[:, np.newaxis] + 9 + cell].max(axis=1)
    return np.asarray(peaks[residual[peaks] >= _STRUCK * behind])


def _closer(
    stretch: Stretch,
    samples: Samples,
    model: Samples,
    residual: Samples,
    peak: int,
    offset: int,
    side: int,
) -> Jump | None:
    """A closer look at one residual; offset : index of the sample that residual[0] belongs to."""
    reach = side * _CELL
    if not stretch.clear(offset + peak - reach - 8, offset + peak + reach + 8):
        return None
    top = float(residual[peak])
    behind = residual[peak + 9 : peak + 9 + reach]
    if top < _STEPS * _step(samples[offset + peak - reach : offset + peak + reach]):
        return None
    before = residual[max(0, peak - 8 - reach) : peak - 8]
    around = max(_second(before[len(before) % _CELL :]), _second(behind), 1e-9)
    ratio = top / around
    if ratio < _RATIO:
        return None
    # The first residual that is out of the ordinary is where it begins.
    early = residual[peak - _ORDER : peak + 1]
    at = offset + int(peak) - _ORDER + int(np.argmax(early > max(0.25 * top, 2 * around)))
    if _beside_flat(samples, at) or _beside_nothing(samples, at, reach // 4):
        return None
    near, next_ = (float(np.sqrt(np.mean(part**2))) for part in (before[-48:], behind[:48]))
    edge = max(near, next_) > _EDGE * min(near, next_) or _edge_again(samples, at, model, top)
    if not edge and (length := _repeated(samples, at)):
        return Jump(stretch.start + at, "repeat", ratio, length)
    if _rings(before, behind, ratio):
        return None
    if length := _click_length(samples, at, reach):
        return Jump(stretch.start + at, "click", ratio, length)
    return None if edge else Jump(stretch.start + at, "splice", ratio)


def _step(samples: Samples) -> float:
    """The smallest step there is: that of a quantiser, where it has few."""
    steps = np.abs(np.diff(samples))
    return float(steps[steps > 0].min(initial=1.0))


def _rings(before: Samples, behind: Samples, ratio: float) -> bool:
    """Whether the residual rather is that of an impact: for 2.5 ms it is higher than before, and
    most often than 12 ms later. One that stands out enough is a jump all the same: beside it a
    sound may begin, or a pulse of a voice.
    """
    n = len(behind) // 8
    parts = behind[:n], before[-n:], behind[-3 * n :]
    rung, quiet, later = (float(np.sqrt(np.mean(part**2))) + 1e-9 for part in parts)
    if rung > _RISES * quiet and ratio < _CLEARLY:
        return True
    rise = rung / max(quiet, later)
    return rise > _RINGS and ratio < _AGAINST * rise


def _second(residual: Samples) -> float:
    """The largest cell but one: something else may lie near. Neighbouring cells count as one."""
    cells = residual[: len(residual) // _CELL * _CELL].reshape(-1, _CELL).max(axis=1)
    i = int(np.argmax(cells))
    rest = np.concatenate([cells[: max(0, i - 1)], cells[i + 2 :]])
    return float(rest.max()) if len(rest) else 0.0


def _beside_flat(samples: Samples, at: int) -> bool:
    """Whether one side stands still and the other does not: a hole's or a clipped top's edge."""
    here, before = samples[at : at + 4], samples[at - 3 : at]
    # A sample or two more: the residual may be seen a little later.
    still = [
        any(bool(np.all(samples[i + 1 : i + 6] == samples[i])) for i in begins)
        for begins in (range(at - 8, at - 5), range(at + _CLICK, at + _CLICK + 3))
    ]
    ceiling = bool(np.all(here[1:] == here[0])) or bool(np.all(before[1:] == before[0]))
    return still[0] != still[1] or (ceiling and not all(still))


def _beside_nothing(samples: Samples, at: int, length: int) -> bool:
    """Whether there is sound on one side and next to none on the other: a hole's edge."""
    before, behind = samples[at - 8 - length : at - 8], samples[at + 12 : at + 12 + length]
    less, more = sorted(float(np.median(np.abs(part))) for part in (before, behind))
    return less < _NOTHING and more > _SOUND * less


def _click_length(samples: Samples, at: int, reach: int) -> int:
    """Samples that, replaced by what fits best, leave nothing out of the ordinary; 0 if none do.

    Reference: least-squares interpolation of autoregressive signals, Janssen, Veldhuis and Vries,
    IEEE Trans. Acoust. Speech Signal Process. 34 (1986).
    """
    y = samples[at - reach : at + reach].astype(np.float64)
    clean = y.copy()
    clean[reach : reach + _CLICK] = np.linspace(y[reach - 1], y[reach + _CLICK], _CLICK + 2)[1:-1]
    clean -= clean.mean()
    # No window: one side may be much louder, and both have to be predicted.
    model = _solved(_autocorrelation(clean, _MODEL))
    error = np.abs(np.convolve(clean, model, "valid"))
    usual = np.concatenate([error[: reach - _MODEL - 1], error[reach + _CLICK :]])
    most = 1.25 * float(usual.max())
    for length in range(1, _CLICK + 1):
        part = slice(reach - _MODEL, reach + length + _MODEL)
        known = y[part].copy()
        known[_MODEL : _MODEL + length] = 0
        fixed = np.convolve(known, model, "valid")  # for samples reach … reach + length + order − 1
        shifts = np.zeros((len(fixed), length))
        for k in range(length):
            shifts[k : k + _MODEL + 1, k] = model[: len(fixed) - k]
        best = np.linalg.lstsq(shifts, -fixed, rcond=None)[0]
        if float(np.max(np.abs(fixed + shifts @ best))) <= most:
            return length
    return 0


def _edge_again(samples: Samples, at: int, model: Samples, top: float) -> bool:
    """Whether the same step, up or down, came shortly before: then it is the wave's own edge."""
    flat = [samples[at - 6 : at], samples[at + 1 : at + 7]]
    if all(bool(np.all(part[1:] == part[0])) for part in flat):
        return True  # from one constant to another: a rectangle
    earlier = np.abs(np.correlate(samples[at - _LONGEST : at - 16], model, "valid"))
    return bool(np.any(np.abs(earlier - top) < 0.01 * top))


def _repeated(samples: Samples, at: int) -> int:
    """The distance at which exactly the same samples stood before; 0 if they did not."""
    probe = samples[at + 2 : at + 2 + _PROBE]
    if len(np.unique(probe)) < _PROBE // 4:
        return 0
    begin = at - _LONGEST
    for k in np.flatnonzero(samples[begin : at - _SHORTEST + 2] == probe[0])[::-1]:
        if np.array_equal(samples[begin + k : begin + k + _PROBE], probe):
            return at + 2 - begin - int(k)
    return 0
