"""ClockDrift: how fast a device's clock runs against the computer's. No threads, no clock."""

import math
from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# The least delay is looked for in stretches of at least this long: twenty blocks or more.
_STRETCH_NS = 500_000_000
# Stretches kept; beyond that two become one, so that memory is constant over days.
_MOST = 256
# Stretches before anything is said: ten seconds.
_LEAST = 20
# Residuals beyond so many standard deviations are of stretches in which every block was late.
_OUTLIER = 3.5
_MAD = 1.4826  # times the median of absolute deviations: a normal distribution's standard deviation
_MOST_CORRELATED = 0.95
# A drift that is known worse than this is not known: crystals are within 100 ppm.
_MOST_ERROR_PPM = 100.0


@dataclass(frozen=True, slots=True)
class Drift:
    """ppm : by which the device's clock is faster than the computer's; error_ppm : its standard
    error
    """

    ppm: float
    error_ppm: float


class ClockDrift:
    """Estimates the drift from when blocks arrived.

    A block may come late, never early: so in each stretch of half a second or more the least late
    one counts, and a line is laid through these: Theil and Sen's slope, then least squares without
    the outliers. A server that wakes by a clock of its own makes a saw of them, and a buffer that
    grows a step; so the standard error allows for residuals that follow each other.

    sr : nominal rate of the device in Hz
    Runs on: the engine thread adds, any thread asks.
    """

    def __init__(self, sr: int) -> None:
        self._sr = sr
        self._stretch_ns = _STRETCH_NS
        self._origin: tuple[int, int] | None = None
        # (ns since the origin, ns that the least late block was later than the nominal rate says)
        self._least: deque[tuple[int, float]] = deque()
        self._present: tuple[int, float] | None = None
        self._earlier: list[Drift] = []

    def add(self, at_ns: int, samples: int) -> None:
        """By this monotonic time so many samples had come, of which none was lost.

        at_ns must not be older than the samples.
        """
        if self._origin is None:
            self._origin = at_ns, samples
        since_ns = at_ns - self._origin[0]
        late_ns = since_ns - (samples - self._origin[1]) * 1e9 / self._sr
        present = self._present
        if present is None or since_ns // self._stretch_ns != present[0] // self._stretch_ns:
            if present is not None:
                self._keep(present)
            self._present = since_ns, late_ns
        elif late_ns < present[1]:
            self._present = since_ns, late_ns

    def restart(self) -> None:
        """Sound was lost: how much is known less exactly than this. What was learned stays."""
        drift = _fit(list(self._least))
        if drift is not None:
            self._earlier = [*self._earlier[-_MOST:], drift]
        self._stretch_ns = _STRETCH_NS
        self._origin = self._present = None
        self._least = deque()

    def estimate(self) -> Drift | None:
        """The drift so far, or None while it is not known: before ten seconds, or longer where
        blocks come very unevenly.
        """
        now = _fit(list(self._least))
        found = [*self._earlier, *([] if now is None else [now])]
        if not found:
            return None
        weights = np.array([drift.error_ppm**-2 for drift in found])
        ppm = np.array([drift.ppm for drift in found])
        error = float(weights.sum() ** -0.5)
        if error > _MOST_ERROR_PPM:
            return None
        return Drift(float(weights @ ppm / weights.sum()), error)

    def _keep(self, least: tuple[int, float]) -> None:
        if len(self._least) >= _MOST:
            pairs = list(self._least)
            self._stretch_ns *= 2
            merged: dict[int, tuple[int, float]] = {}
            for one in pairs:
                stretch = one[0] // self._stretch_ns
                merged[stretch] = min(merged.get(stretch, one), one, key=lambda pair: pair[1])
            self._least = deque(merged.values())
        self._least.append(least)


def _fit(points: list[tuple[int, float]]) -> Drift | None:
    if len(points) < _LEAST:
        return None
    t, late = np.array(points, dtype=np.float64).T / 1e9
    first, second = np.triu_indices(len(t), 1)
    slope = float(np.median((late[second] - late[first]) / (t[second] - t[first])))
    residuals = late - slope * t
    residuals -= np.median(residuals)
    spread = _MAD * float(np.median(np.abs(residuals)))
    kept = np.abs(residuals) <= max(_OUTLIER * spread, 1e-9)
    t, late = t[kept], late[kept]
    x = t - t.mean()
    slope = float(x @ late / (x @ x))
    error = _standard_error(x, late - late.mean() - slope * x)
    # A device that is faster brings its samples ever earlier.
    return Drift(-1e6 * slope, 1e6 * error)


def _standard_error(x: NDArray[np.float64], residuals: NDArray[np.float64]) -> float:
    """Of the slope over x, which has no mean; larger where each residual resembles the last."""
    squares = float(residuals @ residuals)
    # No clock is read more exactly than this.
    sigma = max(math.sqrt(squares / (len(x) - 2)), 1e-6)
    correlated = 0.0 if squares == 0 else float(residuals[1:] @ residuals[:-1]) / squares
    correlated = min(max(correlated, 0.0), _MOST_CORRELATED)
    return sigma / math.sqrt(float(x @ x)) * math.sqrt((1 + correlated) / (1 - correlated))
