"""What is followed along the kept sound: the fundamental, and the waveform's extremes."""

import numpy as np

from livemel.buffers.history import SampleHistory
from livemel.channel import Channel
from livemel.dsp.extremes import extremes
from livemel.dsp.f0 import F0Track
from livemel.dsp.frontend import FrontEnd
from livemel.engine.follower import Follower, Values
from livemel.engine.intake import Samples, one_channel

_F0_PER_S = 100
_F0_AT_ONCE = 32  # 3 to 7 ms
_EXTREMES_PER_S = 1000  # so that a pixel of 5 s on a screen of 4000 still covers one
_EXTREMES_AT_ONCE = 2000


def sound_of(history: SampleHistory, channel: Channel, start: int, stop: int) -> Samples:
    """Samples start to stop of one channel: shape (stop - start,), zeros where none is."""
    span = history.read(start, stop)
    heard = one_channel(span.samples, channel)
    if len(heard) == stop - start:
        return heard
    sound = np.zeros(stop - start, dtype=np.float32)
    sound[span.start - start : span.start - start + len(heard)] = heard
    return sound


def f0_along(history: SampleHistory, channel: Channel, sr: int) -> Follower:
    """The fundamental of one channel, 100 times a second: values are (Hz, aperiodicity).

    They are as F0Track computes them; each is known f0_delay_s after its moment.
    """
    step = max(1, round(sr / _F0_PER_S))
    reach = _f0_reach(sr)
    # A frame of twice the reach, not centred: the first value's middle is `reach` samples in.
    frontend = FrontEnd(sr=sr, n_fft=2 * reach, hop_length=step, center=False)

    def compute(first: int, stop: int) -> Values:
        start, end = first * step - reach, (stop - 1) * step + reach
        values = F0Track(frontend).push(sound_of(history, channel, start, end))
        pairs = np.stack([values.hz, values.aperiodicity], axis=1)[: stop - first]
        return pairs.astype(np.float32)

    return Follower(history, compute, step=step, width=2, reach=(reach, reach), at_once=_F0_AT_ONCE)


def f0_delay_s(sr: int) -> float:
    """How long after its moment a value of f0_along can be known, in seconds."""
    return _f0_reach(sr) / sr


def extremes_along(history: SampleHistory, channel: Channel, sr: int) -> Follower:
    """The least and the greatest sample of one channel in every millisecond."""
    step = max(1, round(sr / _EXTREMES_PER_S))

    def compute(first: int, stop: int) -> Values:
        sound = sound_of(history, channel, first * step, stop * step)
        return extremes(sound, np.arange(0, len(sound) + 1, step))

    reach = (0, step)
    return Follower(history, compute, step=step, width=2, reach=reach, at_once=_EXTREMES_AT_ONCE)


def _f0_reach(sr: int) -> int:
    return F0Track(FrontEnd(sr=sr)).lookahead
