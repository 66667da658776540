"""The tail of a score: what is expected beyond what was seen."""

import numpy as np
import pytest
from livemel.diagnosis.tail import Tail, fit_tail
from livemel.errors import ParameterError
from scipy.stats import genpareto


@pytest.mark.parametrize("shape", [0.02, 0.1, 0.4])
@pytest.mark.parametrize("per_hour", [1.0, 1 / 24, 60.0])
def test_a_threshold_is_what_a_pareto_law_says(shape: float, per_hour: float) -> None:
    tail = Tail(over=4.0, scale=3.0, shape=shape, per_hour=200.0)
    squares = genpareto(c=shape, scale=3.0, loc=16.0).isf(per_hour / 200.0)
    assert tail.threshold(per_hour) == pytest.approx(np.sqrt(squares), rel=1e-9)


def test_a_rate_that_is_often_reached_has_the_threshold_where_the_tail_begins() -> None:
    assert Tail(4.0, 3.0, 0.1, 200.0).threshold(1000.0) == 4.0


@pytest.mark.parametrize("per_hour", [0.0, -1.0, float("nan"), float("inf")])
def test_a_rate_that_is_none_is_refused(per_hour: float) -> None:
    with pytest.raises(ParameterError, match="false alarms an hour"):
        Tail(4.0, 3.0, 0.1, 200.0).threshold(per_hour)


def test_over_many_fits_the_rate_is_the_chosen_one_on_average() -> None:
    """Thirty stretches of a second each, whose squares' tails are exponential: what chance exceeds
    at the threshold for once in ten minutes, averaged over what was learned.
    """
    rng = np.random.default_rng(4)
    wanted = 6.0
    rates = []
    for _ in range(2000):
        scores = np.sqrt(16 + rng.exponential(3.0, 30))
        threshold = fit_tail(scores.astype(np.float32), 1.0).threshold(wanted)
        rates.append(3600 * np.exp(-(threshold**2 - 16) / 3.0))
    assert wanted / 2 < np.mean(rates) < wanted * 2


def test_a_heavy_tail_is_seen_as_one() -> None:
    rng = np.random.default_rng(5)
    squares = 16 + genpareto(c=0.4, scale=3.0).rvs(2000, random_state=rng)
    tail = fit_tail(np.sqrt(squares).astype(np.float32), 1.0)
    light = fit_tail(np.sqrt(16 + rng.exponential(3.0, 2000)).astype(np.float32), 1.0)
    assert tail.shape > 0.2
    assert light.shape < 0.01


def test_scores_that_never_move_have_a_threshold_where_they_are() -> None:
    tail = fit_tail(np.full(40, 2.5, dtype=np.float32), 1.0)
    assert tail.threshold(1.0) == pytest.approx(2.5)
