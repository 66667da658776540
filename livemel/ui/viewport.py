"""Which part of the stream and of the rows is on the screen, and the arithmetic of moving it."""

from dataclasses import dataclass, replace

# No closer than this: seconds across the picture, and rows up and down.
LEAST_SPAN_S = 0.05
_LEAST_ROWS = 4
_LEAST_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a viewport may go.

    oldest_s, newest_s : from when to when there are columns, in seconds of the stream
    most_span_s : the longest span
    n_rows : of a column
    """

    oldest_s: float
    newest_s: float
    most_span_s: float
    n_rows: int


@dataclass(frozen=True, slots=True)
class Viewport:
    """A part of the picture.

    span_s : seconds across it
    right_s : the stream's time at the right edge, or None while that is the newest sound
    bottom, top : of all rows, from 0 to 1
    """

    span_s: float
    right_s: float | None = None
    bottom: float = 0.0
    top: float = 1.0

    @property
    def shows_all_rows(self) -> bool:
        """True while frequency is not zoomed."""
        return self.bottom == 0.0 and self.top == 1.0

    def within(self, bounds: Bounds) -> "Viewport":
        """The nearest one that is possible: no shorter, longer, earlier or later than it may be.

        A tenth of the picture shows sound, or all there is.
        """
        span_s = min(max(self.span_s, LEAST_SPAN_S), max(bounds.most_span_s, LEAST_SPAN_S))
        right_s = self.right_s
        if right_s is not None:
            earliest = min(bounds.oldest_s + _LEAST_SHARE * span_s, bounds.newest_s)
            right_s = min(max(right_s, earliest), bounds.newest_s)
        height = min(max(self.top - self.bottom, min(1.0, _LEAST_ROWS / bounds.n_rows)), 1.0)
        bottom = min(max(self.bottom, 0.0), 1.0 - height)
        # Exactly all of it, whatever was rounded on the way.
        top = 1.0 if bottom + height > 1 - 1e-9 else bottom + height
        return Viewport(span_s, right_s, 0.0 if bottom < 1e-9 else bottom, top)

    def zoomed_in_time(self, factor: float, at: float, bounds: Bounds) -> "Viewport":
        """`factor` times as many seconds; what stands at the fraction `at` of the width, from the
        left, stays there. While the newest sound is shown, the right edge stays.
        """
        most = max(bounds.most_span_s, LEAST_SPAN_S)
        span_s = min(max(self.span_s * factor, LEAST_SPAN_S), most)
        right_s = self.right_s
        if right_s is not None:
            right_s += (1 - at) * (span_s - self.span_s)
        return replace(self, span_s=span_s, right_s=right_s).within(bounds)

    def moved_in_time(self, seconds: float, bounds: Bounds) -> "Viewport":
        """Later by so many seconds, or earlier, as long as the left edge has sound. It stands from
        then on.
        """
        right_s = bounds.newest_s if self.right_s is None else self.right_s
        earliest = min(right_s, bounds.oldest_s + self.span_s)
        return replace(self, right_s=max(right_s + seconds, earliest)).within(bounds)

    def zoomed_in_rows(self, factor: float, at: float, bounds: Bounds) -> "Viewport":
        """`factor` times as many rows; what stands at the fraction `at` of the height, from the
        bottom, stays there.
        """
        height = self.top - self.bottom
        wanted = min(max(height * factor, min(1.0, _LEAST_ROWS / bounds.n_rows)), 1.0)
        bottom = self.bottom + at * (height - wanted)
        return replace(self, bottom=bottom, top=bottom + wanted).within(bounds)

    def moved_in_rows(self, by: float, bounds: Bounds) -> "Viewport":
        """Up by so much of the picture's height, or down."""
        by *= self.top - self.bottom
        return replace(self, bottom=self.bottom + by, top=self.top + by).within(bounds)
