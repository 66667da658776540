"""Rumble: wind in a microphone, and hands on it."""

from typing import Any

import numpy as np
import scipy.fft

from livemel.diagnosis.block import Block, Grid, Samples
from livemel.diagnosis.events import Events
from livemel.diagnosis.finding import Finding, Severity
from livemel.diagnosis.words import db, number

# Rumble is what lies below this, above what is an offset that moves.
_TOP_HZ, _LEAST_HZ = 100.0, 5.0
# Its power must fall from the first of these bands to the second, by so much a hertz: music,
# steps and engines have little below 30 Hz.
_DEEP_HZ, _BASS_HZ = (5.0, 30.0), (40.0, 100.0)
_FALL = 2.0
# How even it is over a second, each hertz weighted by its square to make up for the usual slope:
# the geometric over the arithmetic mean of bins. Noise has 0.5, the lines of a shaft a tenth.
_EVEN = 0.3
# It must be heard, and be much of what the block holds.
_LEAST_DBFS, _LEAST_SHARE = -45.0, 0.3
# Single blocks are steps of an offset, or somebody at the door.
_LEAST_BLOCKS = 3
# And it comes in bursts: the strongest this far above what a quarter of the blocks stay below.
_UNSTEADY_DB, _CALM = 8.0, 0.25
# It is more than worth knowing when it has so much of all power, or is so loud.
_WARN_SHARE, _WARN_DBFS = 0.25, -30.0
_LOWEST_DB, _STEPS = -120.0, 130


class RumbleDetector:
    """Bursts of noise below 100 Hz that fall towards higher frequencies and outweigh the rest.

    Wind makes pressure fluctuations whose power falls as a power of frequency and follows the
    gusts (Nelke and Vary, "Measurement, analysis and simulation of wind noise signals for mobile
    communication devices", IWAENC 2014: nearly all of it below 100 to 300 Hz); hands and cables
    sound alike. Hum and bass are lines, steps and engines have nothing below 30 Hz.
    """

    def __init__(self, sr: int, channels: int) -> None:
        grid = Grid.of(sr)
        self._sr, self._length = sr, grid.length
        n = grid.length // grid.lowest
        self._window, self._long_window = _window(n), _window(2 * n)
        hz = np.arange(n // 2 + 1) * grid.lowest_sr / n
        self._first = int(np.searchsorted(hz, _LEAST_HZ))
        self._stop_bin = int(np.searchsorted(hz, _TOP_HZ))
        self._hz2 = np.arange(2 * self._first, 2 * self._stop_bin, dtype=np.float32) ** 2
        at = hz[self._first : self._stop_bin]
        self._deep = (at >= _DEEP_HZ[0]) & (at < _DEEP_HZ[1])
        self._bass = (at >= _BASS_HZ[0]) & (at < _BASS_HZ[1])
        self._channels = [_Rumble(2 * grid.length) for _ in range(channels)]
        self._before: tuple[Samples, ...] | None = None

    def push(self, block: Block) -> None:
        before, self._before = self._before, block.lowest if block.whole else None
        if not block.whole or len(block) < self._length:
            return
        for i, rumble in enumerate(self._channels):
            mean = block.sums[i] / len(block)
            total = max(block.energies[i] / len(block) - mean**2, 0.0)
            low, burst = self._look(block.lowest[i], before[i] if before else None, total)
            rumble.add(block, low, total, burst=burst)

    def findings(self) -> list[Finding]:
        found = [(i, rumble) for i, rumble in enumerate(self._channels) if rumble.sure]
        if not found:
            return []
        if len(found) == len(self._channels):
            return [self._finding(max((r for _, r in found), key=lambda r: r.loudest), None)]
        return [self._finding(rumble, i + 1) for i, rumble in found]

    def figures(self) -> dict[str, Any]:
        return {}

    def _look(self, lowest: Samples, before: Samples | None, total: float) -> tuple[float, bool]:
        """The mean square below 100 Hz, and whether it is rumble."""
        powers = _powers(lowest, self._window, self._stop_bin)
        # What is slower moves the zero, not the air in an ear.
        slow, powers = float(powers[: self._first].sum()), powers[self._first :]
        low = float(powers.sum())
        if low < 10 ** (_LEAST_DBFS / 10) or low < _LEAST_SHARE * (total - slow):
            return low, False
        falls = powers[self._deep].mean() > _FALL * powers[self._bass].mean()
        if not falls or before is None:
            return low, False
        # A second tells the lines of a slow machine apart.
        long = np.concatenate([before, lowest])
        fine = _powers(long, self._long_window, 2 * self._stop_bin)[2 * self._first :] * self._hz2
        return low, bool(np.exp(np.mean(np.log(fine + 1e-30))) > _EVEN * fine.mean())

    def _finding(self, rumble: "_Rumble", channel: int | None) -> Finding:
        share, loudest, spans = rumble.share, db(rumble.loudest), rumble.events.spans
        seconds = rumble.events.samples / self._sr
        bursts = len(spans)
        text = (
            f"Rumble: {bursts} burst{'s' if bursts > 1 else ''} below {_TOP_HZ:.0f} Hz, "
            f"{seconds:.1f} s in all, up to {number(loudest)} dB FS RMS, {100 * share:.0f} % "
            "of all power: wind, or hands on the microphone"
        )
        heard = share >= _WARN_SHARE or loudest >= _WARN_DBFS
        return Finding(
            "rumble",
            Severity.WARN if heard else Severity.NOTE,
            text,
            spans[0].start / self._sr,
            spans[-1].stop / self._sr,
            advice="Use a windscreen and a shock mount, hold neither microphone nor cable, "
            "or switch on the high-pass at 80 Hz.",
            values={
                "bursts": bursts,
                "rumble_s": seconds,
                "level_dbfs": db(rumble.in_bursts / rumble.events.events),
                "loudest_dbfs": loudest,
                "share": share,
            },
            channel=channel,
        )


class _Rumble:
    """What one channel has had of it."""

    def __init__(self, apart: int) -> None:
        self.events = Events(apart)
        self.loudest = 0.0
        self.in_bursts = 0.0  # mean squares below 100 Hz, summed over bursts
        self._low, self._total = 0.0, 0.0
        self._levels = np.zeros(_STEPS, dtype=np.int64)

    def add(self, block: Block, low: float, total: float, *, burst: bool) -> None:
        self._low += low
        self._total += total
        self._levels[min(max(int(db(low) - _LOWEST_DB), 0), _STEPS - 1)] += 1
        if burst:
            self.events.add(block.start, block.stop)
            self.loudest = max(self.loudest, low)
            self.in_bursts += low

    @property
    def sure(self) -> bool:
        """Whether it was there often enough, and comes and goes."""
        if self.events.events < _LEAST_BLOCKS:
            return False
        below = np.cumsum(self._levels) >= _CALM * self._levels.sum()
        return db(self.loudest) - (_LOWEST_DB + float(np.argmax(below))) >= _UNSTEADY_DB

    @property
    def share(self) -> float:
        """Of all power, how much lies below 100 Hz."""
        return min(1.0, self._low / max(self._total, 1e-20))


def _window(n: int) -> Samples:
    """A Hann window under which powers of bins add up to the mean square."""
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n)
    return np.asarray(window * np.sqrt(2 / (n * np.sum(window**2))), dtype=np.float32)


def _powers(samples: Samples, window: Samples, bins: int) -> Samples:
    spectrum = scipy.fft.rfft((samples - samples.mean()) * window)[:bins]
    return np.asarray(spectrum.real**2 + spectrum.imag**2)
