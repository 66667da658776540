"""How long is fuzzed: some examples in the suite, minutes in `make soak`."""

import time
from collections.abc import Callable
from random import Random

# Of each of the soak's tests: all together are ten minutes and more.
SOAK_S = 150.0


def soak(attempt: Callable[[Random], None], seconds: float = SOAK_S) -> int:
    """Attempt it with one seed after the other. Returns how many there were; a failure names its
    seed.
    """
    seed, give_up = int(time.time()), time.monotonic() + seconds
    first = seed
    while time.monotonic() < give_up:
        try:
            attempt(Random(seed))
        except BaseException as error:
            error.add_note(f"seed {seed}")
            raise
        seed += 1
    return seed - first
