"""Sound on its way to an output device: in the device's rate and channels."""

from collections.abc import Iterable, Iterator

import numpy as np
import soxr
from numpy.typing import NDArray

Samples = NDArray[np.float32]


def as_played(
    sound: Iterable[Samples], sr: int, device_sr: int, channels: int
) -> Iterator[Samples]:
    """Blocks of sound, shape (n, any), as a device wants them: shape (m, channels), 1 or 2.

    One channel goes to all of the device's, as does the mean of more than it has. What is no number
    is silence, and nothing is louder than full scale. An empty block gives an empty one.
    """
    resampler = (
        None
        if device_sr == sr
        else soxr.ResampleStream(sr, device_sr, channels, dtype="float32", quality="HQ")
    )
    for block in sound:
        part = _as_channels(block, channels)
        yield part if resampler is None or not len(part) else resampler.resample_chunk(part)
    if resampler is not None:
        yield resampler.resample_chunk(np.zeros((0, channels), np.float32), last=True)


def _as_channels(block: Samples, channels: int) -> Samples:
    if block.shape[1] not in (1, channels):
        block = block.mean(axis=1, keepdims=True, dtype=np.float32)
    heard = np.nan_to_num(block, nan=0.0, posinf=1.0, neginf=-1.0).clip(-1.0, 1.0)
    return np.ascontiguousarray(np.broadcast_to(heard, (len(heard), channels)))
