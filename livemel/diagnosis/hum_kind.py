"""What makes a hum, as far as its harmonics tell, and what helps."""

from collections.abc import Sequence

from livemel.diagnosis.hum_harmonics import odd_even_db, power
from livemel.diagnosis.mains import AIRCRAFT, RAILWAY, Family
from livemel.diagnosis.report import Harmonic

GROUND_LOOP, RECTIFIER, BUZZ = "ground-loop", "rectifier", "buzz"

# The even harmonics are this much stronger than the odd: twice the mains frequency.
_RECTIFIED_DB = 6.0
# Harmonics from the tenth on make a buzz where there are so many, with this share of the power.
_HIGH, _MANY, _BUZZ_SHARE = 10, 6, 10 ** (-25 / 10)

# What it is most likely, in a few words; and advice.
_WORDS = {
    GROUND_LOOP: "a ground loop or a magnetic field, most likely",
    RECTIFIER: "a power supply's ripple, most likely",
    BUZZ: "a dimmer or a power supply that draws pulses, most likely",
}
_ADVICE = {
    GROUND_LOOP: "Run on battery, or power all devices from one outlet; use balanced cables or an "
    "isolating transformer, and keep cables away from transformers.",
    RECTIFIER: "Try another power supply, or a battery: its filter capacitors may be worn.",
    BUZZ: "Switch off dimmers and switching supplies one by one; keep signal cables away from them "
    "and their shields connected.",
}
# Where nobody has an outlet with it, where it comes from is plain, whatever its kind.
_ELSEWHERE = {
    RAILWAY: (
        "a railway's overhead line, most likely",
        "Use balanced cables or an isolating transformer, and go farther from the line, or turn "
        "what picks it up.",
    ),
    AIRCRAFT: (
        "a supply of 400 Hz, as aircraft and ships have, most likely",
        "Run on battery; use balanced cables or an isolating transformer, and keep cables away "
        "from generators and converters.",
    ),
}


def kind_of(harmonics: Sequence[Harmonic]) -> str:
    """Magnetic fields and ground loops bring the fundamental and odd harmonics; a rectifier, or a
    transformer's core that is heard, twice the mains frequency; what conducts for a part of each
    half wave brings many.

    harmonics : those that show; one at least
    """
    high = [h for h in harmonics if h.n >= _HIGH]
    if len(high) >= _MANY and power(high) > _BUZZ_SHARE * power(harmonics):
        return BUZZ
    return RECTIFIER if odd_even_db(harmonics) < -_RECTIFIED_DB else GROUND_LOOP


def cause(kind: str, family: Family) -> str:
    """What makes it, in a few words."""
    return _ELSEWHERE[family][0] if family in _ELSEWHERE else _WORDS[kind]


def advice(kind: str, family: Family) -> str:
    """What to try, in a sentence."""
    return _ELSEWHERE[family][1] if family in _ELSEWHERE else _ADVICE[kind]


def ordinal(n: int) -> str:
    """1st, 2nd, 3rd, 4th …"""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{'th' if 10 <= n % 100 <= 20 else ending}"


def words(harmonics: Sequence[Harmonic]) -> str:
    """Which harmonics there are, in words."""
    numbers = [h.n for h in harmonics]
    top = max(numbers)
    if len(numbers) == 1:
        return "its fundamental alone" if top == 1 else f"its {ordinal(top)} harmonic alone"
    odd = sum(n % 2 for n in numbers)
    if odd == len(numbers):
        return f"odd harmonics to the {ordinal(top)}"
    if odd == 0:
        return f"even harmonics to the {ordinal(top)}"
    mostly = "mostly odd " if odd >= 0.7 * len(numbers) else ""
    return f"{mostly}harmonics to the {ordinal(top)}"
