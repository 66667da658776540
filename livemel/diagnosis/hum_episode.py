"""Hum from when to when, and what it was."""

from dataclasses import dataclass, field

import numpy as np

from livemel.diagnosis.hum_evidence import Evidence
from livemel.diagnosis.hum_frequency import Comb
from livemel.diagnosis.hum_harmonics import from_comb, higher, power, unfolded
from livemel.diagnosis.hum_lines import Basis, Samples, Windowing
from livemel.diagnosis.hum_sound import KEPT, RecentSound
from livemel.diagnosis.mains import Family
from livemel.diagnosis.report import Harmonic

# The upper harmonics need a longer spectrum: they are looked at again after so long.
_HIGHER_EVERY_S = 8.0
_MOST_DRIFT = 256
_SETTLED_S = 7.0
# As long as half the amplitude is there, so is the hum; or anything of it that noise does not
# explain.
_STILL, _STILL_SNR = 0.5, 9.0
# Where it begins and ends, its level is smoothed over 0.4 s, or longer until it is this much
# stronger than noise.
_SMOOTH, _SMOOTH_SNR = 8, 12.0


@dataclass(slots=True)
class Episode:
    """Hum from when to when, and what it was when it was last measured well.

    sure : whether it has been found as noise does not imitate it
    snr : of the strongest harmonic, in the window
    share : of the power of the window
    drift : (second, Hz), the newest last; thinned out where they become many
    heard_s, measured_s : until when it was known to be there, and to be steady
    amount : the most evidence there was
    settled : whether it is so well known that it need be looked at half as often
    """

    family: Family
    start_s: float
    end_s: float
    sure: bool = False
    f0_hz: float = 0.0
    f0_se_hz: float = 0.0
    modulation: float = 0.0
    share: float = 0.0
    harmonics: tuple[Harmonic, ...] = ()
    drift: list[tuple[float, float]] = field(default_factory=list)
    heard_s: float = 0.0
    measured_s: float = 0.0
    amount: float = 0.0
    settled: bool = False
    _kept: bool = False
    _amplitude: float = 0.0
    _leading: int = 1
    _snr_per_s: float = 0.0
    _upper: tuple[Harmonic, ...] = ()
    _upper_at_s: float = -np.inf

    @property
    def strongest(self) -> Harmonic:
        return max(self.harmonics, key=lambda harmonic: harmonic.dbfs)

    @property
    def is_told(self) -> bool:
        """A second harmonic alone may be a fan's line that happens to stand still: it must keep its
        frequency for eight seconds.
        """
        return self._kept or any(harmonic.n != 2 for harmonic in self.harmonics)

    def measure(self, comb: Comb, evidence: Evidence, sound: RecentSound) -> None:
        """Take this for what it is now."""
        seconds = comb.windowing.seconds
        self.sure |= evidence.sure
        self.end_s = self.heard_s = self.measured_s = sound.stop_s
        self.amount = max(self.amount, evidence.amount)
        self.settled = self.sure and sound.blocks >= KEPT and seconds > _SETTLED_S
        self._kept |= self.settled
        self.f0_hz, self.f0_se_hz = comb.f0_hz, comb.se_hz
        self.modulation = min(1.0, evidence.modulation)
        leading = int(np.argmax(comb.snr))
        self._leading, self._amplitude = leading + 1, float(comb.amplitudes[leading])
        self._snr_per_s = float(comb.snr[leading]) / seconds
        if sound.stop_s - self._upper_at_s >= _HIGHER_EVERY_S:
            top = int(comb.numbers[-1])
            self._upper = tuple(higher(sound.low, sound.low_sr, comb.f0_hz, top))
            self._upper_at_s = sound.stop_s
        self.harmonics = unfolded((*from_comb(comb), *self._upper))
        self.share = min(1.0, power(self.harmonics) / max(sound.power(seconds), 1e-20))
        self._keep_drift([*self.drift, (sound.stop_s - seconds / 2, comb.f0_hz)])

    def go_on_from(self, before: "Episode") -> None:
        """It is the same hum as that one, which ended a moment ago."""
        self.start_s = before.start_s
        self.sure |= before.sure
        self._keep_drift(before.drift + self.drift)

    def _keep_drift(self, drift: list[tuple[float, float]]) -> None:
        self.drift = drift if len(drift) <= _MOST_DRIFT else drift[:-1:2] + drift[-1:]

    def lasts(self, newest: Comb) -> bool:
        """Whether it is still there in a window too short or too troubled to measure it."""
        at = min(self._leading, len(newest.snr)) - 1
        strong = float(newest.amplitudes[at]) >= _STILL * self._amplitude
        return float(newest.snr[at]) >= (3.0 if strong else _STILL_SNR)

    def extent(
        self, samples: Samples, sr: float, stop_s: float, inside_s: float
    ) -> tuple[float, float]:
        """From when to when around a second in it its amplitude is more than half of what it was.

        samples : at `sr`; they end with second stop_s
        """
        windowing = Windowing.of(sr, len(samples) / sr)
        hz = np.array([self._leading * self.f0_hz])
        line = Basis.at(windowing, hz).segments(samples)[:, 0]
        step_s = windowing.hop / sr
        needed = _SMOOTH_SNR / max(self._snr_per_s * step_s, 1e-9)
        smooth = int(np.clip(needed, _SMOOTH, windowing.segments // 2))
        kernel = np.ones(smooth) / smooth
        level = np.abs(np.convolve(line, kernel, "valid")) * 2 / windowing.hop
        first_s = stop_s - windowing.seconds + step_s * (smooth + 1) / 2
        there = level >= _STILL * self._amplitude
        at = int(np.clip((inside_s - first_s) / step_s, 0, len(level) - 1))
        before, after = np.flatnonzero(~there[:at]), np.flatnonzero(~there[at:])
        begin = stop_s - windowing.seconds
        if len(before):
            begin = first_s + step_s * (int(before[-1]) + 0.5)
        end = stop_s if not len(after) else first_s + step_s * (at + int(after[0]) - 0.5)
        return begin, max(begin, end)
