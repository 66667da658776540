"""Tones that are harmonics of the mains: they belong to the hum."""

from collections.abc import Iterable, Sequence
from math import inf

from livemel.diagnosis.hum_kind import BUZZ
from livemel.diagnosis.report import Hum, Tone

_MAINS_HZ = (50.0, 60.0)
_ASTRAY_HZ = 0.5
# Where the mains strays, its n-th harmonic strays n times as far; two harmonics may have been
# heard at other times. Grids keep to this within a minute.
_WANDER_HZ = 0.03
# A multiple so high could be anything's, unless the hum is a buzz, whose pulses have them all, and
# it is no louder than those of it that are known.
_HIGHEST, _HIGHEST_OF_BUZZ, _HIGH = 160, 480, 10
# What shows that there is mains at all: the fundamental, twice it, or so many of the lowest.
_LOW, _SUPPORTERS = 10, 3


def without_hum(tones: Iterable[Tone], hum: Hum) -> tuple[Tone, ...]:
    """Those that are none of a hum's harmonics."""
    if not hum.present or not hum.f0_hz:
        return tuple(tones)
    f0_hz, se_hz = hum.f0_hz, hum.f0_se_hz or 0.0
    found = [harmonic.hz for harmonic in hum.harmonics]
    loudest = max((h.dbfs for h in hum.harmonics if h.n >= _HIGH), default=-inf)

    def highest(tone: Tone) -> int:
        return _HIGHEST_OF_BUZZ if hum.kind == BUZZ and tone.dbfs <= loudest else _HIGHEST

    return tuple(
        tone
        for tone in tones
        if not _is_multiple(tone, f0_hz, se_hz, highest(tone))
        and all(abs(tone.hz - hz) > 3 * tone.se_hz + _WANDER_HZ for hz in found)
    )


def without_mains(tones: Sequence[Tone]) -> tuple[Tone, ...]:
    """Those that are no harmonics of 50 or 60 Hz, where the tones themselves show a series."""
    kept = tuple(tones)
    for family_hz in _MAINS_HZ:
        mains = _fundamental(kept, family_hz)
        if mains is not None:
            kept = tuple(tone for tone in kept if not _is_multiple(tone, *mains))
    return kept


def by_harmonics(tones: Iterable[Tone]) -> list[tuple[Tone, ...]]:
    """Tones that are multiples of a lower and stronger one in the same channel, after that one."""
    groups: list[list[Tone]] = []
    for tone in sorted(tones, key=lambda tone: tone.hz):
        for group in groups:
            first = group[0]
            n = round(tone.hz / first.hz)
            apart = abs(tone.hz - n * first.hz)
            near = apart < 0.01 + 3 * (tone.se_hz + n * first.se_hz)
            if near and n > 1 and tone.dbfs < first.dbfs and tone.channel == first.channel:
                group.append(tone)
                break
        else:
            groups.append([tone])
    return [tuple(group) for group in groups]


def _fundamental(tones: Sequence[Tone], family_hz: float) -> tuple[float, float] | None:
    """The mains frequency that these tones show, and its standard error."""
    best: tuple[int, float, float] | None = None
    for tone in tones:
        n = round(tone.hz / family_hz)
        if not 1 <= n <= _LOW or abs(tone.hz / n - family_hz) > _ASTRAY_HZ:
            continue
        f0_hz, se_hz = tone.hz / n, tone.se_hz / n
        low = [t for t in tones if t.hz < (_LOW + 0.5) * f0_hz and _is_multiple(t, f0_hz, se_hz)]
        multiples = {round(t.hz / f0_hz) for t in low}
        if not multiples & {1, 2} and len(multiples) < _SUPPORTERS:
            continue
        if best is None or (len(multiples), -se_hz) > (best[0], -best[2]):
            best = len(multiples), f0_hz, se_hz
    return None if best is None else best[1:]


def _is_multiple(tone: Tone, f0_hz: float, se_hz: float, highest: int = _HIGHEST) -> bool:
    n = round(tone.hz / f0_hz)
    if not 1 <= n <= highest:
        return False
    apart = abs(tone.hz - n * f0_hz)
    return apart < min(3 * tone.se_hz + n * (3 * se_hz + _WANDER_HZ), 0.1 * f0_hz)
