"""What a source delivers → one channel at the front-end's rate. Live sound and files share it."""

import numpy as np
import soxr
from numpy.typing import NDArray

from livemel.channel import Channel, Difference, highest

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


def side_by_side(samples: Samples, channels: tuple[Channel, ...]) -> Samples:
    """The lanes of a block: each as one_channel has it.

    samples : shape (n, channels), float32
    Returns : shape (lanes, n), float32, lanes in C order; a view where the source has one channel
    """
    if len(channels) == 1:
        return one_channel(samples, channels[0])[np.newaxis]
    lanes = np.empty((len(channels), len(samples)), dtype=np.float32)
    plain = [lane for lane, channel in enumerate(channels) if isinstance(channel, int)]
    # At once, which is far quicker than one by one.
    lanes[plain] = samples.T[[highest(channels[lane]) - 1 for lane in plain]]
    for lane, channel in enumerate(channels):
        if not isinstance(channel, int):
            lanes[lane] = one_channel(samples, channel)
    return lanes


def as_heard(samples: Samples, channel: Channel) -> Samples:
    """What is played of a block: all channels in place of their mean.

    samples : shape (n, channels), float32
    Returns : shape (n, 1), or (n, channels) where channel is None
    """
    return samples if channel is None else one_channel(samples, channel)[:, np.newaxis]


class Resampler:
    """soxr's HQ resampler, block by block: any blocks give the same bits, and each lane those that
    it would have alone. Equal rates pass.
    """

    def __init__(self, source_sr: int, sr: int, lanes: int | None = None) -> None:
        """lanes : samples are of shape (lanes, n), not (n,)"""
        self._lanes = lanes
        self._stream = (
            None
            if source_sr == sr
            else soxr.ResampleStream(source_sr, sr, lanes or 1, dtype="float32", quality="HQ")
        )

    @property
    def passes(self) -> bool:
        """Whether samples stay as they are."""
        return self._stream is None

    def push(self, samples: Samples) -> Samples:
        """What these samples bring out: shape (m,) or (lanes, m), float32; m may be 0."""
        return self._resampled(samples, last=False)

    def finish(self) -> Samples:
        """The sound has ended: what the filter still holds."""
        nothing = np.zeros(0 if self._lanes is None else (self._lanes, 0), dtype=np.float32)
        return self._resampled(nothing, last=True)

    def _resampled(self, samples: Samples, *, last: bool) -> Samples:
        resampled: Samples
        if self._stream is None:
            return samples
        if self._lanes is None:
            resampled = self._stream.resample_chunk(samples, last=last)
        elif self._lanes == 1:
            resampled = self._stream.resample_chunk(samples[0], last=last)[np.newaxis]
        else:
            interleaved = np.ascontiguousarray(samples.T)
            resampled = self._stream.resample_chunk(interleaved, last=last).T
        return resampled

    def close(self) -> None:
        """Let go of soxr's part, which would complain if it outlived the interpreter."""
        self._stream = None
