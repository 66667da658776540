"""The mains of the world: which frequencies hum may have."""

from dataclasses import dataclass

# A sound card's clock may be off by so much, and every frequency with it: 3 mHz at 60 Hz.
CLOCK_PPM = 50.0


@dataclass(frozen=True, slots=True)
class Family:
    """One nominal frequency, and how far from it what is believed how easily.

    normal_hz : hum within this of `hz` is what a grid does every day
    lone_hz : a single line within this may be hum by itself
    widest_hz : and within this several lines may, at exact multiples
    least_lines : that it takes in any case
    """

    hz: float
    normal_hz: float
    lone_hz: float
    widest_hz: float
    least_lines: int = 1


# Continental Europe keeps 49.8 to 50.2 Hz in normal operation; EN 50160 demands ±1 % for 99.5 % of
# a year; NERC acts at 59.95 and 60.05 Hz in the East. 400 Hz is that of aircraft, 16.7 Hz of
# railways in Central Europe: elsewhere rare, so neither is believed without its harmonics.
FIFTY = Family(50.0, 0.2, 0.55, 0.65)
SIXTY = Family(60.0, 0.2, 0.65, 0.75)
RAILWAY = Family(16.7, 0.15, 0.0, 0.25, least_lines=3)
AIRCRAFT = Family(400.0, 2.0, 0.0, 4.0, least_lines=3)
