"""The least and the greatest sample of consecutive stretches: what a waveform is drawn from."""

import numpy as np
from numpy.typing import NDArray


def extremes(samples: NDArray[np.float32], edges: NDArray[np.integer]) -> NDArray[np.float32]:
    """Of each stretch from one edge to the next.

    samples : shape (n,), n from 1
    edges : shape (k + 1,), rising, from 0 to n; of an empty stretch the sample at its edge counts
    Returns : shape (k, 2), least and greatest; beside NaN, what is a number counts
    """
    if len(edges) < 2:
        return np.empty((0, 2), dtype=np.float32)
    starts, last = edges[:-1], int(edges[-1])
    heard = samples[:last]
    if starts[-1] >= last:  # empty stretches at the end: the sample after them, or the last one
        heard = np.append(heard, samples[min(last, len(samples) - 1)])
    least, greatest = np.fmin.reduceat(heard, starts), np.fmax.reduceat(heard, starts)
    return np.stack([least, greatest], axis=1)
