"""A ceiling under which something has happened since: noise was added, or lossy coding."""

import numpy as np

from livemel.diagnosis.block import Samples
from livemel.diagnosis.events import Events

# A ceiling is what a millisecond of a block is above. Other blocks reach the same within 4 %.
_ABOVE_S, _SAME, _LEAST = 0.001, 0.04, 0.01
# Widths of a top are taken at these parts of the ceiling; it reaches the third, and is so wide.
_TOP, _FOOT, _REACHES, _WIDE = 0.90, 0.75, 0.95, 8
# Cut off it is, if in so many blocks so many tops are flatter than a sine's (0.67), and the sound
# is not the same all the time: powers of the blocks (dB) differ, or differ a little and so do the
# widths of the tops. What only repeats itself differs by 0.01 dB.
_BLOCKS, _TOPS, _FLAT, _LOUDNESS_DB, _LITTLE_DB, _WIDTHS = 3, 8, 0.70, 0.5, 0.15, 0.2
_OFTEN, _SELDOM = 6, 4
# A rectangle spends this share of the time at its top; and the flanks of a pulse are upright.
_RECTANGLE, _UPRIGHT = 0.42, 0.985


class RoughCeiling:
    """Tops on one side of zero, looked at block by block, in constant memory.

    Laguna and Lerch ("An efficient algorithm for clipping detection and declipping audio", AES 141,
    2016) look for peaks of the histogram at the extremes, which a steady sound has too. Here the
    extremes of several blocks have to agree although their loudness differs, and tops there have
    to be flat: as wide near the ceiling as below it. A limiter's agree too, but are round. Of what
    repeats itself at one loudness, an engine or a hum, nobody can tell whether it was cut off.

    apart : samples between episodes
    """

    def __init__(self, sr: int, apart: int) -> None:
        self._above, self._apart = max(8, round(_ABOVE_S * sr)), apart
        self._forget(0.0)

    def _forget(self, level: float) -> None:
        self.level, self.events = level, Events(self._apart)
        self._looks = self._blocks = self._tops = 0
        self._power = self._power2 = 0.0
        self._flatness = self._spread = self._share = 0.0

    @property
    def cut(self) -> bool:
        """Whether this is a ceiling at which sound was cut off."""
        n, tops = self._blocks, self._tops
        if n < _BLOCKS or self._flatness < _FLAT * tops:
            return False
        if self._share > _RECTANGLE * n or self._flatness > _UPRIGHT * tops:
            return False
        variance = self._power2 / n - (self._power / n) ** 2
        if variance > _LOUDNESS_DB**2:
            return True
        return variance > _LITTLE_DB**2 and self._spread > _WIDTHS * tops

    def is_reached(self, peak: float) -> bool:
        """Whether a block that goes so far up need be pushed."""
        return peak > self._threshold

    @property
    def _threshold(self) -> float:
        return max(_LEAST, (1 - _SAME) * self.level)

    def push(self, samples: Samples, start: int) -> None:
        """One block, turned so that the side is up; start : number of its first sample."""
        above = np.flatnonzero(samples > self._threshold)
        if len(above) < self._above:
            return
        high = samples[above]
        level = float(np.partition(high, -self._above)[-self._above])
        if level > (1 + _SAME) * self.level:
            self._forget(level)
        elif level > self.level:
            self.level = (level + self.level) / 2
        self._looks += 1
        # What has not looked like a ceiling so far is looked at now and then only.
        if self._looks <= _OFTEN or self.cut or self._looks % _SELDOM == 0:
            self._look(samples, start)

    def _look(self, samples: Samples, start: int) -> None:
        widths, found = [], []
        feet = np.flatnonzero(samples > np.float32(_FOOT * self.level))
        ends = np.flatnonzero(np.diff(feet) > 1)
        firsts = feet[np.concatenate([[0], ends + 1])]
        stops = feet[np.concatenate([ends, [len(feet) - 1]])] + 1
        wide = (stops - firsts >= _WIDE) & (firsts > 0) & (stops < len(samples))
        if np.count_nonzero(wide) < _TOPS:
            return
        for a, b in zip(firsts[wide].tolist(), stops[wide].tolist(), strict=True):
            top = samples[a - 1 : b + 1]
            if float(top.max()) < _REACHES * self.level:
                continue
            widths.append([_width(top, part * self.level) for part in (_TOP, _FOOT)])
            found.append((start + a, start + b, round(widths[-1][0])))
        if len(found) < _TOPS:
            return
        for first, stop, samples_cut in found:
            self.events.add(first, stop, samples=samples_cut)
        upper, lower = np.array(widths).T
        self._blocks += 1
        self._tops += len(upper)
        self._flatness += len(upper) * float(np.median(upper / lower))
        self._spread += len(upper) * float(upper.std() / upper.mean())
        self._share += np.count_nonzero(samples > _TOP * self.level) / len(samples)
        power = 10 * float(np.log10(np.einsum("i,i->", samples, samples) / len(samples)))
        self._power += power
        self._power2 += power * power


def _width(top: Samples, level: float) -> float:
    """How long a top is above a level, in samples and parts of them; its ends are below."""
    above = np.flatnonzero(top > level)
    a, b = int(above[0]), int(above[-1])
    rise = (float(top[a]) - level) / (float(top[a]) - float(top[a - 1]))
    fall = (float(top[b]) - level) / (float(top[b]) - float(top[b + 1]))
    return b - a + rise + fall
