"""How loud each channel is now. No Qt."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livemel.buffers.history import SampleHistory
from livemel.channel import Channel
from livemel.dsp.level import FULL_SCALE
from livemel.engine.intake import one_channel

_LOOK_S = 0.06  # of sound: a little more than passes between two looks
_CLIP_HELD = 30  # looks: two seconds


@dataclass(frozen=True, slots=True)
class ChannelLevel:
    """peak, rms : amplitudes, NaN and infinities left out; clipped : full scale was reached"""

    peak: float
    rms: float
    clipped: bool


class ChannelMeter:
    """The levels of a source's channels, and of mixtures of them, over the newest moment of its
    sound. It reads nothing but that moment, so it costs the same however long the sound is.
    """

    def __init__(self) -> None:
        self._history: SampleHistory | None = None
        self._read_to = -1
        self._clips: dict[Channel, int] = {}  # for how many looks yet its mark is shown
        self.levels: dict[Channel, ChannelLevel] = {}

    def look(self, history: SampleHistory, sr: int, lanes: tuple[Channel, ...]) -> bool:
        """Bring `levels` of these up to date. False if there is no news."""
        if history is not self._history:
            self._history, self._read_to = history, -1
            self._clips, self.levels = {}, {}
        known = self.levels.keys() == set(lanes)
        if history.written == self._read_to and known:
            return False
        self._read_to = history.written
        samples = history.read(self._read_to - round(_LOOK_S * sr), self._read_to).samples
        with np.errstate(invalid="ignore", over="ignore"):
            self.levels = {lane: self._level(lane, one_channel(samples, lane)) for lane in lanes}
        return True

    def _level(self, lane: Channel, heard: NDArray[np.float32]) -> ChannelLevel:
        heard = heard[np.isfinite(heard)]
        if len(heard) == 0:
            return ChannelLevel(0.0, 0.0, False)
        peak = float(np.abs(heard).max())
        left = _CLIP_HELD if peak >= FULL_SCALE else self._clips.get(lane, 0) - 1
        self._clips[lane] = left
        return ChannelLevel(peak, float(np.sqrt(np.dot(heard, heard) / len(heard))), left > 0)
