"""A channel that is silent while others sound."""

from typing import Any

from livemel.diagnosis.block import Block
from livemel.diagnosis.finding import Finding, Severity
from livemel.diagnosis.words import db, listed, number

# The others sound where the loudest of them has this mean power.
_SOUNDS = 10**-6.0
# A channel so far below is dead; crosstalk and an open input's noise are.
_DEAD_BELOW = 10**-5.5
# One that comes so near to what the loudest was within the last ten seconds lives.
_ALIVE_ABOVE, _HELD_BLOCKS = 10**-4.0, 20
_LEAST_POWER = 1e-20
# Blocks of half a second, while others sound: from the beginning on, or later on.
_LEAST, _LEAST_LATER = 4, 10


class DeadChannels:
    """Channels of exact zeros, or 55 dB below the loudest, for seconds while that sounds.

    Only blocks count in which another channel sounds, so that a pause, which all channels make,
    is none's death. Where there are more than two, inputs without a microphone are as usual.
    """

    def __init__(self, sr: int, channels: int, names: tuple[int, ...] = ()) -> None:
        """names : the channels' numbers, where those are not 1, 2, 3 …"""
        self._sr = sr
        self._names = names or tuple(range(1, channels + 1))
        self._channels = [_Channel() for _ in range(channels)]
        self._held: list[float] = []  # the loudest channel's powers, the newest last
        self._stop = 0

    def push(self, block: Block) -> None:
        self._stop = block.stop
        if not block.whole or block.last:
            return
        powers = [
            _power(*sums, len(block)) for sums in zip(block.energies, block.sums, strict=True)
        ]
        loudest = max(powers)
        self._held = [*self._held[1 - _HELD_BLOCKS :], loudest]
        alive = _ALIVE_ABOVE * max(self._held)
        for channel, power in zip(self._channels, powers, strict=True):
            if power > alive:
                channel.lives()
            elif loudest > _SOUNDS and power <= _DEAD_BELOW * loudest:
                channel.is_dead(block.start, power, loudest)

    def findings(self) -> list[Finding]:
        dead: dict[tuple[bool, float, bool], list[int]] = {}
        for i, channel in enumerate(self._channels):
            if channel.blocks >= (_LEAST_LATER if channel.lived else _LEAST):
                start_s = channel.start / self._sr
                dead.setdefault((channel.lived, start_s, channel.power == 0), []).append(i)
        return [self._finding(*how, channels) for how, channels in dead.items()]

    def figures(self) -> dict[str, Any]:
        return {}

    def _finding(self, lived: bool, start_s: float, zeros: bool, channels: list[int]) -> Finding:
        power = max(self._channels[i].power for i in channels)
        others = min(self._channels[i].others for i in channels)
        below_db = None if zeros else db(others) - db(power)
        name = listed([self._names[i] for i in channels])
        text = f"{name[0].upper()}{name[1:]} {'is' if len(channels) == 1 else 'are'} dead"
        text += f" since {number(start_s)} s: " if lived else ": "
        text += "exact zeros" if below_db is None else f"{number(below_db, 0)} dB below the loudest"
        values = {"rms_dbfs": db(power), "loudest_rms_dbfs": db(others), "below_db": below_db}
        return Finding(
            "channel-dead",
            Severity.WARN if len(self._channels) == 2 else Severity.NOTE,
            text,
            start_s,
            self._stop / self._sr,
            "Look at its cable and its gain, or take the other channel alone.",
            values,
            channels[0] + 1 if len(channels) == 1 else None,
        )


def _power(energy: float, total: float, n: int) -> float:
    """Mean power without the offset; 0 for exact zeros only."""
    return max(energy / n - (total / n) ** 2, _LEAST_POWER) if energy else 0.0


class _Channel:
    """Whether a channel ever lived, and for how many blocks, since when, it has been dead."""

    def __init__(self) -> None:
        self.lived = False
        self.blocks, self.start = 0, 0
        self._power = self._others = 0.0

    def lives(self) -> None:
        self.lived = True
        self.blocks, self._power, self._others = 0, 0.0, 0.0

    def is_dead(self, start: int, power: float, others: float) -> None:
        if self.blocks == 0:
            self.start = start
        self.blocks += 1
        self._power += power
        self._others += others

    @property
    def power(self) -> float:
        return self._power / max(1, self.blocks)

    @property
    def others(self) -> float:
        """Of the loudest channel meanwhile."""
        return self._others / max(1, self.blocks)
