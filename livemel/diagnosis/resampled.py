"""Sound that was brought to its rate by repeating samples or by straight lines between them."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from livemel.diagnosis.block import Block, Samples
from livemel.diagnosis.corner_rhythm import CornerRhythm
from livemel.diagnosis.finding import Finding, Severity
from livemel.diagnosis.looks import Looks

Kind = Literal["repeated", "linear"]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

# Of every second block so much is looked at.
_STRETCH, _OFTEN, _SELDOM = 2048, 2, 8
# Fewer places than this, or fewer different steps, tell nothing: quiet sound, silence, a square.
_LEAST_PLACES, _LEAST_STEPS = 24, 24
# How well places keep to a rate's rhythm, from 0 to 1: chance gives 0.2, repetition 0.64 or more,
# and rounding to 16 bits takes a tenth of it.
_RHYTHM = 0.6
# Fewer places than the rhythm has must not be, and not many more.
_FEWER, _MORE = 0.02, 0.3
# Steps must be so many times larger than rounding.
_OVER_ROUNDING = 8.0
# In how many stretches, and in what share of those that tell anything.
_LEAST_SEEN, _SHARE = 4, 0.3
_RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000)
_TIMES = (2, 3, 4, 5, 6, 8, 10, 12)


class ResampledDetector:
    """Exact repetitions (of every sample n times, or now and then one), and second differences
    that vanish regularly, as between points joined by straight lines; then every octave of the
    sound is mirrored above half its true rate.

    That linear interpolation shows as a period in the second difference is Gallagher's observation
    ("Detection of linear and cubic interpolation in JPEG compressed images", CRV 2005). From twice
    the rate on the zeros themselves are looked for, below that the period (corner_rhythm.py).
    Places must keep to the rhythm of a rate in use, or of a whole multiple, and the steps between
    them differ, which they do not in quantised quiet sound, in saw-teeth and in silence.
    """

    def __init__(self, sr: int, channels: int) -> None:
        self._sr = sr
        exact = {sr / n for n in _TIMES}
        self._true = np.array(sorted({float(hz) for hz in _RATES if hz < 0.98 * sr} | exact))
        turns = np.outer(self._true / sr, np.arange(_STRETCH))
        self._turning = np.exp(2j * np.pi * turns).astype(np.complex64)
        self._seen: list[dict[tuple[Kind, float], int]] = [{} for _ in range(channels)]
        self._told = [0] * channels
        self._corners = [CornerRhythm(sr, _RATES, _STRETCH) for _ in range(channels)]
        self._looks = Looks(_OFTEN, _SELDOM)
        self._stop = 0

    def push(self, block: Block) -> None:
        self._stop = block.stop
        if not self._looks.is_due() or not block.whole:
            return
        middle = max(0, (len(block) - _STRETCH) // 2)
        for i, samples in enumerate(block.channels):
            if block.peaks[i] > 0:
                stretch = samples[middle : middle + _STRETCH]
                step = np.diff(stretch)
                bend = np.abs(np.diff(step))
                self._look(i, stretch, step, bend)
                self._corners[i].add(block.start + middle, bend)

    def findings(self) -> list[Finding]:
        found = [(i + 1, *seen) for i in range(len(self._seen)) if (seen := self._of(i))]
        if len(found) == len(self._seen) and len({seen[1:] for seen in found}) == 1:
            return [self._finding(found[0][1], found[0][2], None)]
        return [self._finding(kind, true_hz, channel) for channel, kind, true_hz in found]

    def figures(self) -> dict[str, Any]:
        return {}

    def _look(self, channel: int, samples: Samples, step: Samples, bend: Samples) -> None:
        still = step == 0
        if np.count_nonzero(still) > len(step) // 100:
            # What is cut off stands still too, and hides the rest.
            size = np.abs(samples[1:])
            cut_off = np.count_nonzero(still & (size == size.max()))
            if cut_off > len(step) // 50 or not _many(step[step != 0]):
                return
            self._told[channel] += 1
            # Of R samples for each true one R - 1 stand still.
            self._count(channel, "repeated", still, 1 - self._true / self._sr)
            return
        rounding = _rounding(samples)
        straight = bend <= rounding
        if np.count_nonzero(straight) <= len(bend) // 50:
            self._told[channel] += 1
            return
        bends = bend[~straight]
        if (
            len(bends) < _LEAST_PLACES
            or np.median(bends) < _OVER_ROUNDING * rounding
            or not _many(step[1:][straight])
        ):
            return
        self._told[channel] += 1
        # A corner that falls between two samples bends at both, one on a sample at that one.
        share = self._true / self._sr
        on_samples = np.abs(1 / share - np.rint(1 / share)) < 1e-9
        self._count(channel, "linear", straight, 1 - np.where(on_samples, share, 2 * share))

    def _count(self, channel: int, kind: Kind, places: Mask, expected: Floats) -> None:
        """Whether these places keep to the rhythm of one of the rates, which is seen once more.

        expected : the share of places at each of the rates
        """
        share = np.count_nonzero(places) / len(places)
        fits = (share > expected - _FEWER) & (share < expected + _MORE * (1 - expected))
        rates = np.flatnonzero(fits & (expected >= _FEWER))
        at = np.flatnonzero(places if share < 0.5 else ~places)
        if not len(rates) or len(at) < _LEAST_PLACES:
            return
        turning = self._turning[rates[:, np.newaxis], at]
        rhythm = np.abs(np.add.reduce(turning, axis=1)) / len(at)
        best = int(np.argmax(rhythm))
        if rhythm[best] >= _RHYTHM:
            key = kind, float(self._true[rates[best]])
            self._seen[channel][key] = self._seen[channel].get(key, 0) + 1

    def _of(self, channel: int) -> tuple[Kind, float] | None:
        """What was seen most, if that was often."""
        seen = self._seen[channel]
        most = max(seen, key=seen.__getitem__, default=None)
        if most is not None and seen[most] >= max(_LEAST_SEEN, _SHARE * self._told[channel]):
            return most
        rate = self._corners[channel].true_rate
        return None if rate is None else ("linear", float(rate))

    def _finding(self, kind: Kind, true_hz: float, channel: int | None) -> Finding:
        how = {
            "repeated": "by repeating samples",
            "linear": "by straight lines between samples",
        }[kind]
        ratio, khz = self._sr / true_hz, true_hz / 1000
        return Finding(
            "resampled",
            Severity.WARN,
            f"Resampled {how}: {ratio:.4g} samples for each of {khz:.5g} kHz; what is above "
            f"{khz / 2:.5g} kHz is an image of what is below",
            0.0,
            self._stop / self._sr,
            advice=f"Take the sound at {khz:.5g} kHz, or resample it with a filter.",
            values={"ratio": ratio, "true_rate_hz": true_hz, "kind": kind},
            channel=channel,
            lines_hz=(true_hz / 2,),
        )


def _many(steps: Samples) -> bool:
    """Whether these are of many sizes, on a scale of 256 up to their largest but a few."""
    if len(steps) < _LEAST_PLACES:
        return False
    size = np.abs(steps)
    scale = np.partition(size, len(size) - len(size) // 20 - 1)[len(size) - len(size) // 20 - 1]
    if scale == 0:
        return False
    classes = np.minimum(size * (256 / scale), 256).astype(np.intp)
    return int(np.count_nonzero(np.bincount(classes))) >= _LEAST_STEPS


def _rounding(samples: Samples) -> float:
    """How far a second difference may be off for rounding: to 16 bits if the samples are, else
    to float32 or 24 bits."""
    whole = samples * np.float32(32768)
    if (whole == np.rint(whole)).all():
        return 2.05 * 2.0**-15
    return float(np.abs(samples).max()) * 4 * 2.0**-23 + 2 * 2.0**-23
