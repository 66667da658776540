"""What a source delivers → one channel at the front-end's rate. Live sound and files share it."""

import numpy as np
import soxr
from numpy.typing import NDArray

from livemel.channel import Channel, Difference

Samples = NDArray[np.float32]


_HALF = np.float32(0.5)


def one_channel(samples: Samples, channel: Channel) -> Samples:
    """One channel of a block, the mean of all, or half the difference of two.

    samples : shape (n, channels), float32
    channel : one that there is
    Returns : shape (n,), float32; a view where there is only one
    """
    if samples.shape[1] == 1:
        return samples[:, 0]
    if isinstance(channel, Difference):
        side: Samples = np.subtract(samples[:, channel.left - 1], samples[:, channel.right - 1])
        side *= _HALF
        return side
    if channel is None:
        mean: Samples = samples.mean(axis=1, dtype=np.float32)
        return mean
    return np.ascontiguousarray(samples[:, channel - 1])


def as_heard(samples: Samples, channel: Channel) -> Samples:
    """What is played of a block: all channels in place of their mean.

    samples : shape (n, channels), float32
    Returns : shape (n, 1), or (n, channels) where channel is None
    """
    return samples if channel is None else one_channel(samples, channel)[:, np.newaxis]


class Resampler:
    """soxr's HQ resampler, block by block: any blocks give the same bits. Equal rates pass."""

    def __init__(self, source_sr: int, sr: int) -> None:
        self._stream = (
            None
            if source_sr == sr
            else soxr.ResampleStream(source_sr, sr, 1, dtype="float32", quality="HQ")
        )

    def push(self, samples: Samples) -> Samples:
        """What these samples bring out: shape (m,), float32; m may be 0."""
        if self._stream is None:
            return samples
        resampled: Samples = self._stream.resample_chunk(samples)
        return resampled

    def finish(self) -> Samples:
        """The sound has ended: what the filter still holds."""
        nothing = np.zeros(0, dtype=np.float32)
        if self._stream is None:
            return nothing
        rest: Samples = self._stream.resample_chunk(nothing, last=True)
        return rest

    def close(self) -> None:
        """Let go of soxr's part, which would complain if it outlived the interpreter."""
        self._stream = None
