"""Tops that are cut off flat."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livemel.diagnosis.block import Samples
from livemel.diagnosis.tape import Stretch

BEFORE = AFTER = 1024

# A run of as many equal samples is a cut top, and after as many others it has ended.
_RUN, _APART = 3, 3
# Nothing is cut off below -40 dB FS.
_LEAST = 0.01
# How far the sound would have gone on over the ceiling, by its flanks: in ceilings, and in the
# steps of the sound's own resolution.
_OVER, _STEPS = 0.003, 2.5
# Beside a rectangle the sound moves by this part of its step, in two samples.
_MOVES = 0.1


@dataclass(frozen=True, slots=True)
class Top:
    """start, stop : numbers of its first sample and of that after its last; level : signed"""

    start: int
    stop: int
    level: float


def tops(stretch: Stretch, samples: Samples) -> Iterator[Top]:
    """Those that begin in what nobody has looked at yet, in order of time."""
    here = samples[stretch.first : stretch.stop]
    if len(here) < 2 * _RUN:
        return
    found: list[Top] = []
    for sign, level in ((1.0, float(here.max())), (-1.0, -float(here.min()))):
        if level < _LEAST:
            continue
        # A limit a little below: what was at one value may have been scaled.
        flat = here >= level * 0.999999 if sign > 0 else here <= -level * 0.999999
        if int(np.count_nonzero(flat)) >= _RUN:
            found += _flat(stretch, samples, flat, sign, level)
    yield from sorted(found, key=lambda top: top.start)


def _flat(
    stretch: Stretch, y: Samples, flat: NDArray[np.bool_], sign: float, level: float
) -> list[Top]:
    at = np.flatnonzero(flat)
    if len(at) < _RUN:
        return []
    breaks = np.flatnonzero(np.diff(at) > _APART) + 1
    first = at[np.concatenate([[0], breaks])] + stretch.first
    stop = at[np.concatenate([breaks - 1, [len(at) - 1]])] + 1 + stretch.first
    counts = np.diff(np.concatenate([[0], breaks, [len(at)]]))
    out = []
    for a, b, n in zip(first.tolist(), stop.tolist(), counts.tolist(), strict=True):
        if n >= _RUN and b < len(y) and _goes_on(y, a, b, sign, level):
            out.append(Top(stretch.start + a, stretch.start + b, sign * level))
    return out


def _goes_on(y: Samples, a: int, b: int, sign: float, level: float) -> bool:
    """Whether by its flanks the wave would have risen well above its flat top.

    A parabola that is cut off over 2h samples falls, h samples further on, by three times what is
    missing above. A quantised one is as flat, but falls in steps of the same size.
    """
    h = max(1, (b - a + 1) // 2)
    if a - h < 0 or b - 1 + h >= len(y):
        return True
    falls = level - sign * float(y[a - h]), level - sign * float(y[b - 1 + h])
    over = (falls[0] + falls[1]) / 6
    if _is_rectangle(y, a, b, sign * level):
        return False
    steps = np.abs(np.diff(y[max(0, a - 2 * h - 16) : b + 2 * h + 16].astype(np.float64)))
    steps = steps[steps > 1e-9]
    step = float(steps.min()) if len(steps) else 0.0
    return over > _OVER * level and over > _STEPS * step


def _is_rectangle(y: Samples, a: int, b: int, level: float) -> bool:
    """Whether it steps up to its top and down from it, and hardly moves before and after: a
    rectangular wave among other sound. What was cut off comes with a slope.
    """
    for near, far in ((a - 1, a - 3), (b, b + 2)):
        if far < 0 or far >= len(y):
            return False
        step, slope = level - float(y[near]), float(y[near]) - float(y[far])
        if abs(slope) > _MOVES * abs(step):
            return False
    return True
