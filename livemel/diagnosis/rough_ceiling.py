"""A ceiling under which something has happened since: noise was added, or lossy coding."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livemel.diagnosis.block import Samples
from livemel.diagnosis.events import Events

# The level is what a millisecond of a block is above. Other blocks come within 4 % of it.
_ABOVE_S, _SAME, _NEAR, _LEAST = 0.001, 0.04, 0.88, 0.01
# Widths of a top are taken at these parts of the level; it reaches the third, and is so wide.
_FOOT, _MIDDLE, _REACHES, _WIDE = 0.5, 0.75, 0.85, 8
# Of the ratio of two widths: above it, flanks are vertical and tell nothing.
_STEEP = 0.9
# Heights of tops, in steps of 0.1 dB from -46 dB FS to 14; those of a ceiling lie in so many steps.
_STEP_DB, _LOWEST_DB, _STEPS, _PILE = 0.1, -46.0, 600, 6
# The pile is looked for so far around the level, in steps.
_UNDER, _OVER = 30, 15
# Cut off it is, if in so many blocks so many tops, and so much of all, lie in the pile; they would
# have gone on so far by their flanks, on average, and differ by so much in that.
_BLOCKS, _TOPS, _SHARE, _BEYOND_DB, _DIFFER_DB = 4, 40, 0.5, 0.45, 0.42
# Sound is not the same all the time: powers of blocks (dB) or widths of tops differ.
_LOUDNESS_DB, _WIDTHS = 0.5, 0.2
# A top that was cut off reaches into the pile or is not lower than this part of it.
_BELOW = 0.966
# From so much more on it is another sound; tops that are kept until a ceiling shows.
_ANOTHER, _KEPT = 1.25, 4096
_NO_TOPS = np.empty((0, 4))
_OFTEN, _SELDOM = 12, 4
_LONG, _HARDLY = 48, 16  # and after so many looks


@dataclass(frozen=True, slots=True)
class _Tops:
    """start, stop : indices, where a top is over half the level; height : of full scale, what a
    quarter of the upper part is above; beyond : how much higher its flanks point, in dB; samples :
    within a tenth of the height
    """

    start: NDArray[np.intp]
    stop: NDArray[np.intp]
    height: NDArray[np.float64]
    beyond: NDArray[np.float64]
    samples: NDArray[np.intp]


class RoughCeiling:
    """Tops on one side of zero, looked at block by block, in constant memory.

    Laguna and Lerch ("An efficient algorithm for clipping detection and declipping audio", AES 141,
    2016) look for a peak of the histogram at the extremes, which a steady sound has too, and a
    limiter's. Here heights of tops pile up within 0.6 dB over the whole sound, while their flanks
    point to other heights: to 0.45 dB more on average, and spread by 0.42 dB or more. The height
    that flanks point to is that of a parabola as wide at half the level and at three quarters of
    it. A limiter's tops are as high as their flanks say, a steady tone's are all alike.

    apart : samples between episodes
    """

    def __init__(self, sr: int, apart: int) -> None:
        self._above, self._apart = max(8, round(_ABOVE_S * sr)), apart
        self.level, self.events = 0.0, Events(apart)
        self._settled = self._now = False
        self._blocks = 0
        self._begin(0.0)

    @property
    def cut(self) -> bool:
        """Whether there is a ceiling at which sound was cut off, or was one at a lower level."""
        return self._now or self._settled

    def _begin(self, highest: float) -> None:
        # What lasted too short to be sure of is forgotten.
        self._settled |= self._now and self._blocks >= _OFTEN
        self._now = False
        if not self._settled:
            self.events = Events(self._apart)
        # Tops that nobody knows of yet whether they were cut: rows of start, stop, height, samples.
        # Numbers of samples are exact in float64; a row takes a seventh of a tuple.
        self._open = _NO_TOPS
        self._highest, self._looks, self._blocks = highest, 0, 0
        # Of the tops of each height: their number, the sum of `beyond` and of its squares.
        self._sums = np.zeros((3, _STEPS))
        # Of the blocks: the power and its square; of the tops: their number, how widths differ.
        self._alike = np.zeros(4)

    @property
    def _reference(self) -> float:
        return self.level if self._now else self._highest

    def is_reached(self, peak: float) -> bool:
        """Whether a block that goes so far up need be pushed."""
        return peak > self._threshold

    @property
    def _threshold(self) -> float:
        return max(_LEAST, _NEAR * self._reference)

    def push(self, samples: Samples, start: int) -> None:
        """One block, turned so that the side is up; start : number of its first sample."""
        threshold = self._threshold
        if np.count_nonzero(samples > threshold) < self._above:
            return
        high = samples[samples > threshold]
        level = float(np.partition(high, -self._above)[-self._above])
        if level > _ANOTHER * self._highest:
            self._begin(level)
        elif level > (1 + _SAME) * self._highest:
            self._highest = level
        elif level > self._highest:
            self._highest = (level + self._highest) / 2
        self._looks += 1
        # What has not looked like a ceiling so far is looked at now and then only.
        every = _SELDOM if self._looks <= _LONG else _HARDLY
        if self._looks <= _OFTEN or self._now or self._looks % every == 0:
            self._look(samples, start)

    def _look(self, samples: Samples, start: int) -> None:
        tops = _tops(samples, self._reference)
        if tops is None:
            return
        self._blocks += 1
        power = 10 * float(np.log10(np.einsum("i,i->", samples, samples) / len(samples)))
        widths = tops.stop - tops.start
        self._alike += power, power * power, len(widths), len(widths) * widths.std() / widths.mean()
        steps = (20 * np.log10(tops.height) - _LOWEST_DB) / _STEP_DB
        at = np.clip(steps.astype(np.intp), 0, _STEPS - 1)
        for row, weights in zip(self._sums, (None, tops.beyond, tops.beyond**2), strict=True):
            row += np.bincount(at, weights, _STEPS)
        places = tops.start + start, tops.stop + start, tops.height, tops.samples
        self._open = np.concatenate([self._open, np.column_stack(places)])[-_KEPT:]
        self._judge()
        if self._now:
            cut_off = self._open[self._open[:, 2] > _BELOW * self.level]
            for first, stop, _, samples_cut in cut_off.tolist():
                self.events.add(int(first), int(stop), samples=int(samples_cut))
            self._open = _NO_TOPS

    def _judge(self) -> None:
        """Whether this is a ceiling at which sound was cut off, and where it lies."""
        at = int((20 * np.log10(self._highest) - _LOWEST_DB) / _STEP_DB)
        first = max(0, at - _UNDER)
        n, beyond, beyond2 = self._sums[:, first : at + _OVER]
        if self._blocks < _BLOCKS or n.sum() < _TOPS:
            return
        self._now = False
        piles = np.convolve(n, np.ones(_PILE), "valid")
        i = int(np.argmax(piles))
        tops = piles[i]
        if tops < max(_TOPS, _SHARE * n[max(0, i - _PILE) :].sum()):
            return
        pile = slice(i, i + _PILE)
        mean = beyond[pile].sum() / tops
        variance = beyond2[pile].sum() / tops - mean**2
        power, power2, every, widths = self._alike.tolist()
        loudness = power2 / self._blocks - (power / self._blocks) ** 2
        if loudness < _LOUDNESS_DB**2 and widths < _WIDTHS * every:
            return
        if mean > _BEYOND_DB and variance > _DIFFER_DB**2:
            centre = np.arange(i, i + _PILE) @ n[pile] / tops + first + 0.5
            level = 10 ** ((_LOWEST_DB + _STEP_DB * float(centre)) / 20)
            self._now, self.level = True, level


def _tops(samples: Samples, level: float) -> _Tops | None:
    """Those that are wide and high enough; None if there are none."""
    over = np.flatnonzero(samples > np.float32(_FOOT * level))
    # Where one ends; those at the ends of the block are not whole.
    ends = np.flatnonzero(np.diff(over) > 1)
    begins = np.concatenate([[0], ends + 1])
    stops = np.concatenate([ends + 1, [len(over)]])
    if not (stops - begins >= _WIDE).any():
        return None
    high = samples[over]
    upper = high > np.float32(_MIDDLE * level)
    widths = np.add.reduceat(upper, begins, dtype=np.intp)
    whole = (over[begins] > 0) & (over[stops - 1] < len(samples) - 1)
    good = whole & (widths >= _WIDE) & (np.maximum.reduceat(high, begins) > _REACHES * level)
    if not good.any():
        return None
    which = np.repeat(np.arange(len(begins)), stops - begins)
    here = upper & good[which]
    which, high = which[here], high[here]
    order = np.lexsort((high, which))
    high, n = high[order], widths[good]
    first = np.cumsum(n) - n
    # A coder's overshoots are short: the highest quarter is not looked at.
    height = high[first + 3 * n // 4].astype(np.float64)
    samples_cut = np.add.reduceat(high > np.repeat(0.9 * height, n), first, dtype=np.intp)
    begins, stops = over[begins[good]], over[stops[good] - 1] + 1
    places = np.flatnonzero(here)
    middle = over[places[first]], over[places[first + n - 1]] + 1
    upper_widths = n - 1 + _parts(samples, *middle, _MIDDLE * level)
    ratio = upper_widths / (stops - begins - 1 + _parts(samples, begins, stops, _FOOT * level))
    ratio = np.minimum(ratio**2, _STEEP)
    points_to = level * (_MIDDLE - _FOOT * ratio) / (1 - ratio)
    beyond = 20 * np.log10(points_to / height)
    return _Tops(begins, stops, height, beyond, samples_cut)


def _parts(
    samples: Samples, begins: NDArray[np.intp], stops: NDArray[np.intp], level: float
) -> NDArray[np.float64]:
    """What is over the level before the first and after the last sample over it, in samples."""
    rise = (samples[begins] - level) / (samples[begins] - samples[begins - 1])
    fall = (samples[stops - 1] - level) / (samples[stops - 1] - samples[stops])
    return (rise + fall).astype(np.float64)
