"""Channels that are the same but for a gain or a sign."""

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

from livemel.diagnosis.block import Block, Samples
from livemel.diagnosis.finding import Finding, Number, Severity
from livemel.diagnosis.words import db, listed, number

# Blocks quieter than this mean power, in either channel, tell nothing.
_SOUNDS = 10**-7.0
# Beside an offset that makes up all but this share of the power, sound is lost in rounding.
_DROWNED = 1e-4
_LEAST_BLOCKS = 4
# What is left of a channel once the other has been taken from it, as a share of its power: 1e-5 is
# the dither and noise of two converters. Natural stereo leaves a hundredth and more.
_SAME, _INVERTED = 1e-5, 1e-2
# The gain of a block may differ so much from that of all: a mono sound that moves is stereo.
_SAME_OVER_ALL = 1e-4
# Less is the rounding of float32.
_NOTHING = 1e-12
# From here on what is left is computed by itself: in the sums it drowns in their rounding.
_NEAR = 1e-3


class ChannelPairs:
    """Correlation of each channel with the first and with its neighbour: channels-identical where
    it is +1, channel-inverted where it is −1.

    Products are summed block by block, less those of the means (Pearson's correlation). Work grows
    with the channels, not with their pairs.
    """

    def __init__(self, sr: int, channels: int, names: tuple[int, ...] = ()) -> None:
        """names : the channels' numbers, where those are not 1, 2, 3 …"""
        self._sr = sr
        self._names = names or tuple(range(1, channels + 1))
        self._n = channels
        wanted = {(0, k) for k in range(1, channels)} | {(k - 1, k) for k in range(1, channels)}
        self._pairs = {pair: _Pair() for pair in sorted(wanted)}
        self._stop = 0

    def push(self, block: Block) -> None:
        self._stop = block.stop
        # A gap in both would be what they have in common.
        if block.last or not block.whole:
            return
        n = len(block)
        powers = [
            energy - total * total / n
            for energy, total in zip(block.energies, block.sums, strict=True)
        ]
        sounds = [
            power > max(_SOUNDS * n, _DROWNED * energy)
            for power, energy in zip(powers, block.energies, strict=True)
        ]
        for (i, k), pair in self._pairs.items():
            if sounds[i] and sounds[k]:
                offsets = block.sums[i] * block.sums[k] / n
                a, b = block.channels[i], block.channels[k]
                pair.take(a, b, powers[i], powers[k], offsets, block.start)

    def findings(self) -> list[Finding]:
        found, named = [], set[int]()
        for k in range(self._n):
            same = [k] + [j for (i, j), pair in self._pairs.items() if i == k and pair.is_same]
            if len(same) > 1 and not named.issuperset(same):
                found.append(self._identical(same))
                named.update(same)
        turned: set[int] = set()
        for (i, k), pair in self._pairs.items():
            if pair.is_inverted and not {i, k} <= turned:
                found.append(self._inverted(i, k, pair))
                turned |= {i, k}
        return found

    def figures(self) -> dict[str, Any]:
        return {}

    def _identical(self, channels: list[int]) -> Finding:
        pairs = [self._pairs[channels[0], k] for k in channels[1:]]
        names = [self._names[k] for k in channels]
        name, left = listed(names), max(pair.left for pair in pairs)
        text = f"C{name[1:]} are identical"
        if any(abs(pair.gain_db) >= 0.005 for pair in pairs):
            gains = " and ".join(number(pair.gain_db, 2) for pair in pairs)
            text += f" up to a gain of {gains} dB"
        text += (
            ": mono" if left == 0 else f": mono, the difference is {number(-db(left), 0)} dB below"
        )
        values: dict[str, Number] = {"correlation": min(pair.correlation for pair in pairs)}
        values["difference_db"] = None if left == 0 else db(left)
        values |= {f"gain_{k}_db": pair.gain_db for k, pair in zip(names[1:], pairs, strict=True)}
        return Finding(
            "channels-identical",
            Severity.NOTE,
            text,
            min(pair.start for pair in pairs) / self._sr,
            self._stop / self._sr,
            "Sound servers show a mono microphone so: one channel is enough.",
            values,
        )

    def _inverted(self, i: int, k: int, pair: "_Pair") -> Finding:
        text = (
            f"Channel {self._names[k]} is channel {self._names[i]} with its sign turned: "
            f"correlation {number(pair.correlation, 4)}"
        )
        if abs(pair.gain_db) >= 0.005:
            text += f", gain {number(pair.gain_db, 2)} dB"
        mean_db = pair.mean_db
        lost = "nothing" if mean_db is None else f"{number(mean_db)} dB"
        text += f"; their mean leaves {lost}"
        values: dict[str, Number] = {
            "correlation": pair.correlation,
            "gain_db": pair.gain_db,
            "mean_db": mean_db,
        }
        return Finding(
            "channel-inverted",
            Severity.WARN,
            text,
            pair.start / self._sr,
            self._stop / self._sr,
            "One cable or setting has its polarity turned: turn it, or take one channel alone.",
            values,
        )


@dataclass(slots=True)
class _Pair:
    """Sums over blocks in which both sound: powers, products, and what one leaves of the other."""

    blocks: int = 0
    start: int = 0
    aa: float = 0.0
    bb: float = 0.0
    ab: float = 0.0
    rest: float = 0.0

    def take(
        self, a: Samples, b: Samples, aa: float, bb: float, offsets: float, start: int
    ) -> None:
        """offsets : the product of the means, summed; aa and bb are without it already"""
        ab = float(np.einsum("i,i->", a, b)) - offsets
        rest = bb - ab * ab / aa
        if rest < _NEAR * bb:
            difference = b - np.float32(ab / aa) * a
            rest = float(np.einsum("i,i->", difference, difference))
            rest = max(0.0, rest - float(difference.sum()) ** 2 / len(a))
        self.start = self.start if self.blocks else start
        self.blocks += 1
        self.aa += aa
        self.bb += bb
        self.ab += ab
        self.rest += rest

    @property
    def correlation(self) -> float:
        return max(-1.0, min(1.0, self.ab / sqrt(self.aa * self.bb)))

    @property
    def left(self) -> float:
        """The share of the second channel's power that is not the first's."""
        share = self.rest / self.bb
        return share if share > _NOTHING else 0.0

    @property
    def gain_db(self) -> float:
        """Of the second over the first."""
        return db(self.bb / self.aa)

    @property
    def mean_db(self) -> float | None:
        """Power of the mean of both over that of the louder one; None where nothing is left."""
        # Not from the sum of all three, in which it would drown in their rounding.
        mean = ((1 + self.ab / self.aa) ** 2 * self.aa + self.rest) / 4
        share = mean / max(self.aa, self.bb)
        return db(share) if share > _NOTHING else None

    @property
    def is_same(self) -> bool:
        return self.ab > 0 and self._is_alike(_SAME, _SAME_OVER_ALL)

    @property
    def is_inverted(self) -> bool:
        return self.ab < 0 and self._is_alike(_INVERTED, _INVERTED)

    def _is_alike(self, left: float, over_all: float) -> bool:
        if self.blocks < _LEAST_BLOCKS or self.left > left:
            return False
        return 1 - self.correlation**2 <= over_all
