"""A voice: harmonics of a pitch under a spectral envelope made of formants."""

from dataclasses import dataclass

import numpy as np

from livemel.sources.scenes.parts import (
    Floats,
    Noise,
    Phase,
    Samples,
    audible,
    band,
    control_hop,
    ease,
    harmonics,
    lines,
)

# F1, F2, F3 in Hz, averages of 33 men and 28 women: Peterson & Barney (1952), "Control methods
# used in a study of the vowels", J. Acoust. Soc. Am. 24, 175-184, table II.
MEN = {
    "i": (270.0, 2290.0, 3010.0),
    "I": (390.0, 1990.0, 2550.0),
    "e": (530.0, 1840.0, 2480.0),
    "ae": (660.0, 1720.0, 2410.0),
    "a": (730.0, 1090.0, 2440.0),
    "o": (570.0, 840.0, 2410.0),
    "u": (300.0, 870.0, 2240.0),
    "^": (640.0, 1190.0, 2390.0),
}
WOMEN = {
    "i": (310.0, 2790.0, 3310.0),
    "I": (430.0, 2480.0, 3070.0),
    "e": (610.0, 2330.0, 2990.0),
    "ae": (860.0, 2050.0, 2850.0),
    "a": (850.0, 1220.0, 2810.0),
    "o": (590.0, 920.0, 2710.0),
    "u": (370.0, 950.0, 2670.0),
    "^": (760.0, 1400.0, 2780.0),
}
SUNG_TOP_HZ = 7500.0  # harmonics above are 60 dB down; the breath fills that region


@dataclass(frozen=True)
class Speaker:
    """Who speaks: vowels (F1, F2, F3 in Hz), middle pitch in Hz, length of the vocal tract."""

    vowels: dict[str, tuple[float, float, float]]
    pitch_hz: float
    tract: float  # 1.0 is a man's; F4 and above scale with 1/length

    def formants(self, vowel: str) -> Floats:
        """F1, F2, F3 in Hz, shape (3,)."""
        return np.array(self.vowels[vowel])


MAN = Speaker(MEN, 118.0, 1.0)
WOMAN = Speaker(WOMEN, 208.0, 0.87)


def envelope(f: Floats, formants: Floats, tract: float) -> Floats:
    """Amplitude of the vocal tract at frequencies f, before the source's slope.

    f, each of formants : Hz, shapes that broadcast, formants along axis 0 (F1, F2, F3)
    A cascade of resonances F² / |F² - f² + i·B·f|, so that the levels of the formants follow from
    their places: Fant (1960), "Acoustic Theory of Speech Production". Bandwidths about 5 % of F.
    """
    g = np.ones_like(f)
    above = np.array((3500.0, 4500.0, 5600.0, 6800.0)) / tract
    for formant in (*formants, *above):
        width = 45.0 + 0.04 * formant
        square = np.square(formant)
        g = g * square / np.sqrt((square - f * f) ** 2 + (width * f) ** 2)
    return g


class Voice:
    """Renders tracks of pitch, formants and loudness; keeps its phase from call to call."""

    def __init__(self, sr: int, rng: np.random.Generator) -> None:
        self._sr = sr
        self._hop = control_hop(sr)
        self._rng, noise_rng = rng.spawn(2)
        self._phase = Phase()
        self._breath = Noise(noise_rng, sr, -39.0, band(3000.0, 0.8))
        self._wobble = 0.0

    def render(self, pitch: Floats, formants: Floats, loud: Floats, tract: float) -> Samples:
        """The sound of a stretch of tracks; consecutive stretches share a control point.

        pitch : shape (b + 1,), Hz;  formants : shape (3, b + 1), Hz;  loud : shape (b + 1,), rms
        Returns : shape (b * hop,); the caller owns it
        """
        pitch = pitch * (1.0 + self._jitter(pitch.size))
        k = np.arange(1, int(min(SUNG_TOP_HZ, 0.45 * self._sr) / pitch.min()) + 1)
        f = k[:, None] * pitch
        # -12 dB per octave from the glottis, +6 from the lips: 1/k.
        gains = envelope(f, formants[:, None, :], tract) / k[:, None] * audible(f, self._sr)
        gains *= 1.0 - ease((f - 0.8 * SUNG_TOP_HZ) / (0.2 * SUNG_TOP_HZ))
        # Half way to equal power: open vowels stay a little louder than closed ones.
        power = np.sqrt(np.sum(gains**2, axis=0) / 2.0)
        gains *= loud / (power**0.75 * 1.5**0.25)
        y = harmonics(self._phase.advance(lines(pitch, self._hop), self._sr), gains)
        y += self._breath.take(y.size) * lines(loud, self._hop)
        return y.astype(np.float32)

    def _jitter(self, points: int) -> Floats:
        """Relative pitch error of a living voice, about 0.4 % rms, correlated over 25 ms."""
        out = np.empty(points)
        out[0] = self._wobble
        for i, step in enumerate(self._rng.normal(0.0, 0.0024, points - 1), start=1):
            out[i] = 0.8 * out[i - 1] + step
        self._wobble = float(out[-1])
        return out
