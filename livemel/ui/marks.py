"""What a person has marked in the picture, as a value. No Qt."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the picture. seconds : of the stream; hz : NaN in views without frequencies"""

    seconds: float
    hz: float


@dataclass(frozen=True, slots=True)
class Box:
    """A stretch of time and frequency: seconds of the stream, and Hz."""

    start_s: float
    stop_s: float
    low_hz: float
    high_hz: float


@dataclass(frozen=True, slots=True)
class Marks:
    """cursors A and B, the fundamental of the harmonic cursor in Hz, and the selection."""

    a: Point | None = None
    b: Point | None = None
    harmonic_hz: float | None = None
    selection: Box | None = None
