"""Straight lines between samples at less than twice the rate: corners too close for any zeros."""

from math import gcd

import numpy as np
from numpy.typing import NDArray

from livemel.diagnosis.block import Samples

# Power of the rhythm over that of chance, whose mean is 1: chance reaches 30 once in 10^13.
_SURE = 30.0
# What has the double or a part of the rhythm too is a tone that happens to lie there.
_PURE, _CHANCE = 0.15, 10.0
_PARTS = (2, 3, 4)
# A tone whose multiple is the rate has other multiples at parts of it.
_OF_TONES = (2, 3)
_LEAST_STRETCHES = 8
# Rhythms of a few samples are those of many sounds.
_LEAST_PERIOD = 5


class CornerRhythm:
    """How strongly the size of second differences goes with the rhythm of another rate.

    A point that is interpolated half-way between two samples bends less than one beside a sample,
    so the second difference is modulated at the true rate, exactly (Gallagher, CRV 2005); its
    phase is kept from stretch to stretch, so a weak modulation adds up and nothing else does.

    rates : that may have been the true one, in Hz
    """

    def __init__(self, sr: int, rates: tuple[int, ...], length: int) -> None:
        self._rates = tuple(
            rate
            for rate in rates
            if sr / 2 < rate < 0.98 * sr and sr // gcd(rate, sr) >= _LEAST_PERIOD
        )
        # Turns a sample, as whole numbers: so the phase is right after hours.
        self._turns = [
            turns
            for rate in self._rates
            for turns in (
                (sr - rate, sr),
                (2 * (sr - rate), sr),
                *((sr - rate, sr * part) for part in _PARTS),
                *((rate, sr * part) for part in _OF_TONES),
            )
        ]
        angle = np.outer([turns / samples for turns, samples in self._turns], np.arange(length - 2))
        self._cos = np.cos(2 * np.pi * angle).astype(np.float32)
        self._sin = np.sin(2 * np.pi * angle).astype(np.float32)
        self._sums: NDArray[np.complex128] = np.zeros(len(self._turns), dtype=np.complex128)
        self._stretches = 0

    def add(self, start: int, bend: Samples) -> None:
        """Go on with the magnitudes of second differences, the first at sample `start`."""
        if not self._turns or len(bend) != self._cos.shape[1]:
            return
        # The fourth root, so that loud places do not count for all.
        size = np.sqrt(np.sqrt(bend))
        size -= size.mean()
        power = float(np.einsum("i,i->", size, size))
        if power <= 0:
            return
        at = [start * turns % samples / samples for turns, samples in self._turns]
        found = np.vecdot(self._cos, size) + 1j * np.vecdot(self._sin, size)
        self._sums += found * np.exp(2j * np.pi * np.array(at)) / power**0.5
        self._stretches += 1

    @property
    def true_rate(self) -> int | None:
        """The rate whose rhythm there is, if any."""
        if self._stretches < _LEAST_STRETCHES or not self._turns:
            return None
        power = np.abs(self._sums.reshape(len(self._rates), -1)) ** 2 / self._stretches
        pure = power[:, 1:].max(axis=1) < _PURE * power[:, 0] + _CHANCE
        strength = np.where(pure, power[:, 0], 0)
        best = int(np.argmax(strength))
        return self._rates[best] if strength[best] > _SURE else None
