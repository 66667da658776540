"""How often a score is reached by chance, also beyond what was seen."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livemel.errors import ParameterError

# The share of the stretches' maxima that the tail is fitted to, and the least of them.
_SHARE, _LEAST = 0.2, 20
_MOST_SHAPE = 0.5
# By so many standard errors a tail must be heavier than exponential to be taken for it.
_SURE = 2.0


@dataclass(frozen=True, slots=True)
class Tail:
    """The rate at which chance alone goes over a score.

    The squares of what is over `over` exceed its square as a generalised Pareto law does (peaks
    over a threshold: Pickands 1975; Coles, An Introduction to Statistical Modeling of Extreme
    Values, 2001, chapter 4). Squares, because the largest of many near-Gaussian values then has an
    exponential tail.

    over : the score that the tail begins at
    scale : of the squares' excess
    shape : 0 would be exponential; it is more, as the scale is known from few values only
    per_hour : how often `over` is exceeded
    """

    over: float
    scale: float
    shape: float
    per_hour: float

    def threshold(self, per_hour: float) -> float:
        """The score that chance exceeds so often. Raises ParameterError if that is not above 0."""
        if not 0 < per_hour < float("inf"):
            raise ParameterError(f"{per_hour:g} false alarms an hour must be more than 0")
        ratio = np.log(max(1.0, self.per_hour / per_hour))
        excess = self.scale / self.shape * float(np.expm1(self.shape * ratio))
        return float(np.sqrt(self.over**2 + excess))


def fit_tail(maxima: NDArray[np.float32], stretch_s: float) -> Tail:
    """The tail of these scores.

    maxima : of stretches of stretch_s seconds each, finite, shape (k,), k at least 2

    From n excesses of mean m the rate expected over all that the true mean may be is
    (1 + x / (n m)) ** -n: a Pareto law of shape 1 / n. Where the excesses scatter much more than
    exponential ones, the shape is by their moments (Hosking and Wallis 1987).
    """
    ordered = np.sort(maxima.astype(np.float64)) ** 2
    n = int(np.clip(round(_SHARE * len(ordered)), min(_LEAST, len(ordered) // 2), len(ordered) - 1))
    over = float(ordered[-n - 1])
    excess = ordered[-n:] - over
    mean, variance = float(excess.mean()), float(excess.var())
    scale, shape = mean, 1 / n
    # Of exponential values the variance is the mean's square, and scatters by sqrt(8 / n) of it.
    if variance > mean**2 * (1 + _SURE * np.sqrt(8 / n)):
        shape = max(shape, min(_MOST_SHAPE, 0.5 * (1 - mean**2 / variance)))
        scale = mean * (1 - shape)
    return Tail(float(np.sqrt(over)), scale, shape, 3600 * n / (stretch_s * len(ordered)))
