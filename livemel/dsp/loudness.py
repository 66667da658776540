"""Peak, RMS, crest and momentary loudness of the newest 400 ms of all channels."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy.fft
from numpy.typing import NDArray

# BS.1770's filters as analogue prototypes, which give its printed coefficients at 48 kHz: a shelf
# for the head, then a high-pass. De Man, "Evaluation of implementations of the EBU R128 loudness
# measurement", AES convention 145 (2018).
_SHELF_HZ, _SHELF_DB, _SHELF_Q = 1681.974450955533, 3.999843853973347, 0.7071752369554196
_PASS_HZ, _PASS_Q = 38.13547087602444, 0.5003270373238773
_OFFSET_DB = -0.691
WINDOW_S = 0.4  # of "momentary", in EBU Tech 3341
# What the high-pass remembers is down by 190 dB after it.
_LEAD_S = 0.1

Section = tuple[NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True, slots=True, eq=False)
class ChannelLevels:
    """The levels of the same 400 ms, by channel: arrays of shape (channels,).

    peak_db : of the greatest sample, dB FS
    rms_db : dB FS; a sine that just reaches full scale reads -3.01
    crest_db : peak over RMS
    lufs : what each channel would read by itself, LUFS
    all_lufs : momentary loudness of all of them. Each counts the same: which are the surrounds,
        that would count 1.5 dB more, no interface tells
    In silence levels and loudness are -inf and crest is NaN; sound that is no number is NaN.
    """

    peak_db: NDArray[np.float64]
    rms_db: NDArray[np.float64]
    crest_db: NDArray[np.float64]
    lufs: NDArray[np.float64]
    all_lufs: float


def samples_needed(sr: int) -> int:
    """How many of the newest samples channel_levels looks at."""
    return int(scipy.fft.next_fast_len(round((WINDOW_S + _LEAD_S) * sr), real=True))


def channel_levels(samples: NDArray[np.float32], sr: int) -> ChannelLevels:
    """The levels of the last 400 ms of these samples.

    samples : shape (n, channels), float32; the last samples_needed(sr) of them count, and before
        the first there was silence. Not changed
    Reference: ITU-R BS.1770-5, annex 1; EBU Tech 3341 (momentary: a 400 ms rectangle, no gate).
    """
    needed, window = samples_needed(sr), round(WINDOW_S * sr)
    sound = np.zeros((samples.shape[1], needed), dtype=np.float32)
    newest = samples[-needed:].T
    sound[:, needed - newest.shape[1] :] = newest
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        weighted = scipy.fft.irfft(scipy.fft.rfft(sound) * _response(sr, needed), needed)
        heard = sound[:, -window:]
        peak_db = 20 * np.log10(np.abs(heard).max(axis=1).astype(np.float64))
        rms_db = 10 * np.log10(np.square(heard).mean(axis=1, dtype=np.float64))
        power = np.square(weighted[:, -window:]).mean(axis=1, dtype=np.float64)
        power[peak_db == -np.inf] = 0.0  # what the filter still rings with is not heard
        return ChannelLevels(
            peak_db=peak_db,
            rms_db=rms_db,
            crest_db=peak_db - rms_db,
            lufs=_OFFSET_DB + 10 * np.log10(power),
            all_lufs=float(_OFFSET_DB + 10 * np.log10(power.sum())),
        )


def k_weighting(sr: int) -> tuple[Section, Section]:
    """The two second-order sections of BS.1770's filter at a sample rate: each (b, a), a[0] = 1."""
    k = np.tan(np.pi * _SHELF_HZ / sr)
    high = 10 ** (_SHELF_DB / 20)
    middle = high**0.4996667741545416  # the prototype's; a plain shelf would take the root
    a0 = 1 + k / _SHELF_Q + k * k
    b = [high + middle * k / _SHELF_Q + k * k, 2 * (k * k - high),
         high - middle * k / _SHELF_Q + k * k]  # fmt: skip
    shelf = np.array(b) / a0, np.array([a0, 2 * (k * k - 1), 1 - k / _SHELF_Q + k * k]) / a0
    k = np.tan(np.pi * _PASS_HZ / sr)
    a0 = 1 + k / _PASS_Q + k * k
    # As BS.1770 prints it, without the gain that the bilinear transform would give it.
    through = np.array([1.0, -2.0, 1.0])
    return shelf, (through, np.array([a0, 2 * (k * k - 1), 1 - k / _PASS_Q + k * k]) / a0)


@lru_cache(maxsize=4)
def _response(sr: int, n: int) -> NDArray[np.complex64]:
    """Of the filter at the frequencies of an rfft of n samples. Read-only.

    What it multiplies is taken as repeating: only the lead hears the end of the window.
    """
    delay = np.exp(-2j * np.pi * np.arange(n // 2 + 1) / n)
    response = np.ones(len(delay), dtype=np.complex128)
    for b, a in k_weighting(sr):
        response *= np.polyval(b[::-1], delay) / np.polyval(a[::-1], delay)
    narrow: NDArray[np.complex64] = response.astype(np.complex64)
    narrow.flags.writeable = False
    return narrow
