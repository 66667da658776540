"""A sound in which a sample that is missing, doubled or changed shows."""

import numpy as np
import pytest
from numpy.typing import NDArray

# Every value of 16 bits once; looped without a gap, each is its predecessor plus one.
SAWTOOTH = np.arange(-32768, 32768, dtype=np.int64).astype(np.int16)


def assert_sawtooth(samples: NDArray[np.float32]) -> None:
    """Every sample is its predecessor plus one 16-bit step, from the first one heard on."""
    steps = np.rint(samples.astype(np.float64) * 32768).astype(np.int64)
    assert np.array_equal(steps / 32768, samples.astype(np.float64)), "not 16-bit values"
    begun = int(np.flatnonzero(np.diff(steps) != 0)[0]) + 2  # after the silence before it
    jumps = begun + np.flatnonzero(np.diff(steps[begun:]) % 65536 != 1)
    if len(jumps):
        first, last = jumps[0], jumps[-1]
        around = f"{steps[first - 1 : first + 3]} … {steps[last - 1 : last + 3]}"
        pytest.fail(f"{len(jumps)} wrong steps from sample {first} to {last}: {around}")
