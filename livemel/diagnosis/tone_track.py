"""One steady tone through the sound, in constant memory."""

from math import sqrt

from livemel.diagnosis.tone_fit import SteadyTone

# How far from where it was a tone may go on, in Hz and in standard errors, and at what level.
_NEAR_HZ, _NEAR_SE, _NEAR_DB = 0.5, 5.0, 6.0
_FAR_HZ = 5.0  # no drift goes so far
# A machine that holds its speed for four seconds is not a steady tone, nor is a held note; and it
# must be there in half of the stretches at least.
_LEAST_S, _LEAST_HITS, _LEAST_SHARE = 6.0, 4, 0.5
# A drift must be so many standard errors.
_SURE = 3.0


class ToneTrack:
    """A tone that was found in stretch after stretch: its mean frequency, how it drifts, its level.

    The weighted mean, and a weighted straight line, of the frequencies of stretches that do not
    overlap. Errors grow by the square root of chi² per degree of freedom where that is above 1
    (Birge, Phys. Rev. 40, 1932) by more than chance has it: a tone that wanders is known no better
    than it wanders.

    start, stop : samples of the stretch it was found in first
    step : samples from one look to the next
    """

    def __init__(self, tone: SteadyTone, start: int, stop: int, *, step: int, sr: int) -> None:
        self.start, self.stop = start, stop
        self.sure = False  # for good, once it was there long enough
        self._sr, self._step, self._hits = sr, step, 0
        self._last = tone
        self._used_to = start
        self._hz0 = tone.hz  # sums are of differences to it
        self._sums = [0.0] * 6
        self._stretches = 0
        self._chi2, self._freedoms = 0.0, 0
        self._power, self._floor = 0.0, 0.0
        self.add(tone, start, stop)

    def fits(self, tone: SteadyTone, start: int) -> bool:
        """Whether a tone of a stretch that starts there is this one."""
        if abs(tone.hz - self._last.hz) > _FAR_HZ:
            return False
        seconds = (start - (self.stop - self._length)) / self._sr
        # Extrapolated by no more than a few seconds: a slope of three seconds is a rough one.
        expected = self._last.hz + self._last.slope * min(seconds, 3.0)
        near = max(_NEAR_HZ, _NEAR_SE * max(tone.se_hz, self._last.se_hz))
        same = min(abs(tone.hz - expected), abs(tone.hz - self._last.hz)) < near
        ratio = tone.power * self._stretches / self._power
        return same and 10 ** (-_NEAR_DB / 10) < ratio < 10 ** (_NEAR_DB / 10)

    def add(self, tone: SteadyTone, start: int, stop: int) -> None:
        """It goes on, from sample to sample."""
        self._last, self.stop, self._length = tone, stop, stop - start
        self._hits += 1
        looks = 1 + (stop - self.start - self._length) / self._step
        long = stop - self.start >= _LEAST_S * self._sr
        self.sure |= long and self._hits >= max(_LEAST_HITS, _LEAST_SHARE * looks)
        if start < self._used_to:  # the same noise again
            return
        self._used_to = stop
        self._stretches += 1
        self._chi2 += tone.chi2
        self._freedoms += tone.freedoms
        self._power += tone.power
        self._floor += tone.floor
        weight = 1 / tone.se_hz**2
        t = ((start + stop) / 2 - self.start) / self._sr
        f = tone.hz - self._hz0
        for i, value in enumerate((1.0, t, t * t, f, t * f, f * f)):
            self._sums[i] += weight * value

    @property
    def power(self) -> float:
        """Its squared amplitude on average."""
        return self._power / self._stretches

    @property
    def floor(self) -> float:
        """The mean power of the noise in a bin around."""
        return self._floor / self._stretches

    @property
    def hz(self) -> tuple[float, float]:
        """The mean frequency and its standard error."""
        one, _, _, f, _, _ = self._sums
        drift = self.drift_hz_per_s
        within = _excess(self._chi2, self._freedoms)
        between = _excess(self._unexplained(drift), self._stretches - (2 if drift else 1))
        return self._hz0 + f / one, sqrt(max(within, between) / one)

    @property
    def drift_hz_per_s(self) -> float:
        """How it moves; 0 where it does not for sure."""
        one, t, tt, f, tf, _ = self._sums
        spread = tt - t * t / one
        if self._stretches < 3 or spread <= 0:
            return 0.0
        slope = (tf - t * f / one) / spread
        excess = _excess(self._unexplained(slope), self._stretches - 2)
        return slope if abs(slope) > _SURE * sqrt(excess / spread) else 0.0

    def _unexplained(self, slope: float) -> float:
        """Weighted squares about a line of this slope."""
        one, t, tt, f, tf, ff = self._sums
        total = ff - f * f / one
        with_line = total - 2 * slope * (tf - t * f / one) + slope**2 * (tt - t * t / one)
        return max(with_line, 0.0)


def _excess(chi2: float, freedoms: int) -> float:
    """Chi² per degree of freedom where noise does not reach that once in twenty; else 1."""
    if freedoms < 1:
        return 1.0
    ratio = chi2 / freedoms
    return ratio if ratio > 1 + 1.8 * sqrt(2 / freedoms) else 1.0
