"""The bits of a sample that sound really uses."""

from typing import Any

import numpy as np

from livemel.diagnosis.block import Block, Samples
from livemel.diagnosis.finding import Finding, Severity
from livemel.diagnosis.words import listed

# float32 holds 24 bits; samples that are no multiples of the last of them never were integers.
_BITS = 24
_UNIT = np.float32(2 ** (_BITS - 1))
# What a look takes of a block: so many samples next to each other, in each block for the first ten
# seconds, then in one of eight.
_LOOKED_AT, _EACH_FOR, _THEN_EVERY = 2048, 20, 8
_LEAST_LOOKS = 4
# Fewer bits than these are a fault; so coarse that quiet sound is distorted.
_USUAL, _COARSE = 16, 13
# How many different values must have been seen: a rectangle of two values uses few bits rightly.
_LEAST_VALUES, _LEAST_CHANCES, _LEAST_VALUES_STUCK = 12, 48, 64
# A stuck bit is only told where sound reaches so many bits above it, so that it should toggle.
_ABOVE = 2


class BitDetector:
    """Which bits of the samples are ever 0 and ever 1, as integers of 24 bits: missing-bits.

    16 bits in a longer sample are as usual. Told are a bit that never changes between two that do
    (a converter's or a cable's fault), and fewer than 16 bits (an 8-bit file, a volume that was
    turned up in the computer). Of sound that was floating point all along nothing is told.
    A running mask of OR and of AND is what `sox stats` calls bit-depth and ffmpeg's astats too.
    """

    def __init__(self, channels: int, names: tuple[int, ...] = ()) -> None:
        """names : the channels' numbers, where those are not 1, 2, 3 …"""
        self._names = names or tuple(range(1, channels + 1))
        self._channels = [_Mask() for _ in range(channels)]
        self._blocks = 0
        self._range: tuple[int, int] | None = None
        self._sr = 1

    def push(self, block: Block) -> None:
        self._sr = block.grid.sr
        self._range = (self._range[0] if self._range else block.start, block.stop)
        if not block.whole or block.last:
            return
        if self._blocks < _EACH_FOR or self._blocks % _THEN_EVERY == 0:
            at = (len(block) - _LOOKED_AT) // 2 if len(block) > _LOOKED_AT else 0
            for mask, samples, peak in zip(
                self._channels, block.channels, block.peaks, strict=True
            ):
                if peak > 0:
                    mask.take(samples[at : at + _LOOKED_AT])
        self._blocks += 1

    def findings(self) -> list[Finding]:
        alike: dict[tuple[int, tuple[int, ...]], list[int]] = {}
        for channel, mask in enumerate(self._channels):
            if mask.is_faulty:
                alike.setdefault((mask.bits, mask.stuck), []).append(channel)
        return [self._finding(*fault, channels) for fault, channels in alike.items()]

    def figures(self) -> dict[str, Any]:
        known = [mask.bits - len(mask.stuck) for mask in self._channels if mask.is_known]
        return {"bits_used": max(known)} if known else {}

    def _finding(self, bits: int, stuck: tuple[int, ...], channels: list[int]) -> Finding:
        assert self._range is not None
        used = bits - len(stuck)
        if stuck:
            severity = Severity.FAIL
            which = ", ".join(map(str, stuck))
            text = f"Bit {which} of {bits} never changes" if len(stuck) == 1 else ""
            text = text or f"Bits {which} of {bits} never change"
            text += ", counted from the sign down"
            advice = "The converter or its data line is faulty: try another one."
        else:
            severity = Severity.WARN if used <= _COARSE else Severity.NOTE
            text = f"Only {used} bits are in use: all samples are multiples of 2^−{used - 1}"
            advice = (
                "Was the volume turned up after the converter, or was it an 8-bit or telephone "
                "format? Set the gain before the converter."
            )
        if len(channels) < len(self._channels):
            text += f" ({listed([self._names[i] for i in channels])})"
        values: dict[str, float | int | str | None] = {"bits_used": used, "bits": bits}
        if stuck:
            values["stuck_bits"] = ", ".join(map(str, stuck))
        one = len(channels) == 1 and len(self._channels) > 1
        start_s, end_s = (n / self._sr for n in self._range)
        channel = channels[0] + 1 if one else None
        return Finding("missing-bits", severity, text, start_s, end_s, advice, values, channel)


class _Mask:
    """Of one channel. Bits are numbered from 0, the least significant of 24."""

    def __init__(self) -> None:
        self._ever_1, self._always_1 = 0, -1
        self._reach = 0  # of the largest magnitude
        self._values = 0  # different ones, in the look that had the most
        self._looks = 0
        self._is_float = False

    def take(self, samples: Samples) -> None:
        if self._is_float:
            return
        scaled = samples * _UNIT
        whole = scaled.astype(np.int32)
        if not np.array_equal(whole, scaled):
            self._is_float = True
            return
        largest = max(abs(int(whole.max())), abs(int(whole.min())))
        if largest == 0:
            return
        self._looks += 1
        self._reach = max(self._reach, largest.bit_length())
        self._ever_1 |= int(np.bitwise_or.reduce(whole))
        self._always_1 &= int(np.bitwise_and.reduce(whole))
        if (self.bits < _USUAL or self._unchanging) and self._values < _LEAST_VALUES_STUCK:
            self._values = max(self._values, len(np.unique(whole)))

    @property
    def is_known(self) -> bool:
        return not self._is_float and self._looks >= _LEAST_LOOKS

    @property
    def bits(self) -> int:
        """From the sign down to the last in use."""
        return _BITS - self._last

    @property
    def stuck(self) -> tuple[int, ...]:
        """Bits that never change between those that do; 1 is the sign."""
        if self._values < _LEAST_VALUES_STUCK:
            return ()
        return tuple(_BITS - bit for bit in reversed(self._unchanging))

    @property
    def is_faulty(self) -> bool:
        if not self.is_known:
            return False
        missing = _USUAL - self.bits
        coarse = self._values >= _LEAST_VALUES and missing * self._values >= _LEAST_CHANCES
        return bool(self.stuck) or (missing > 0 and coarse)

    @property
    def _last(self) -> int:
        """The least significant bit in use, stuck at 1 or not."""
        changing = self._ever_1 & ~self._always_1
        return (changing & -changing).bit_length() - 1 if changing else _BITS - 1

    @property
    def _unchanging(self) -> list[int]:
        highest = self._reach - _ABOVE
        changing = self._ever_1 & ~self._always_1
        return [bit for bit in range(self._last + 1, highest) if not changing >> bit & 1]
