"""Numbers as findings say them."""

import math

_LEAST_POWER = 1e-20


def number(value: float, digits: int = 1) -> str:
    """With so many digits after the point and a real minus; −0.0 is 0.0."""
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "−")


def db(power: float) -> float:
    """Of a power; −200 where there is none."""
    return 10 * math.log10(max(power, _LEAST_POWER))


def listed(channels: list[int]) -> str:
    """Channels, counted from 1: "channel 2", "channels 1 and 2", "channels 3 to 8",
    "channels 1, 3 and 5".
    """
    names = list(map(str, channels))
    if len(names) == 1:
        return f"channel {names[0]}"
    if len(names) > 2 and channels == list(range(channels[0], channels[-1] + 1)):
        return f"channels {names[0]} to {names[-1]}"
    return f"channels {', '.join(names[:-1])} and {names[-1]}"
