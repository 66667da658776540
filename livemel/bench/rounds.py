"""Two or more ways of doing the same, timed in turn."""

import time
from collections.abc import Callable, Sequence


def alternate(
    ways: Sequence[Callable[[], object]], rounds: int, calls: int = 1
) -> list[list[float]]:
    """Time each way in each round, A B A B …, after one untimed call of each.

    In turn, because a computer that slows down (heat, other programs) then slows both, and their
    ratio within a round stays true.

    calls : of one way in succession, timed together
    Returns : for each way its seconds a call, one figure a round
    """
    for way in ways:
        way()
    seconds: list[list[float]] = [[] for _ in ways]
    for _ in range(rounds):
        for way, figures in zip(ways, seconds, strict=True):
            began = time.perf_counter()
            for _ in range(calls):
                way()
            figures.append((time.perf_counter() - began) / calls)
    return seconds


def ratios(numerators: Sequence[float], denominators: Sequence[float]) -> list[float]:
    """Round by round, the one divided by the other."""
    return [a / b for a, b in zip(numerators, denominators, strict=True)]
