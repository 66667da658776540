"""Which value stands at which height of the colour bar. No Qt."""

from dataclasses import dataclass
from math import floor, log10


@dataclass(frozen=True, slots=True)
class BarScale:
    """A straight scale between two handles, and on beyond them.

    low, high : the values at the lower and at the upper handle, as they rest
    height : of the bar, px; y counts from its top
    top, margin : px above the colours, and from either end of the colours to a handle
    """

    low: float
    high: float
    height: float
    top: float = 0.0
    margin: float = 0.0

    @property
    def per_px(self) -> float:
        """What one pixel is, in the values' unit."""
        room = self.height - self.top - 2 * self.margin
        return (self.high - self.low) / max(1.0, room)

    def y_of(self, value: float) -> float:
        """Where a value stands; may be outside."""
        return self.height - self.margin - (value - self.low) / self.per_px

    def fraction_of(self, value: float) -> float:
        """The same as a fraction of the height, from the bottom."""
        return 1 - self.y_of(value) / max(1.0, self.height)

    def held(self, value: float) -> float:
        """Where the handle of a value stands: beyond the colours it waits at their end."""
        return min(max(self.y_of(value), self.top), self.height)

    def moved(self, value: float, px: float) -> float:
        """The value so many pixels further up, rounded to what a pixel tells apart."""
        digits = -floor(log10(self.per_px))
        return round(value + px * self.per_px, digits)
