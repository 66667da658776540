"""Where times and frequencies stand in a picture, as a value. No Qt."""

import math
from dataclasses import dataclass

from livemel.ui.view_state import ViewState
from livemel.ui.views import view_of


@dataclass(frozen=True, slots=True)
class Axes:
    """A picture's axes.

    width, height : in logical pixels; x counts from the left, y from the top
    right_s : the stream's time at the right edge, in seconds
    """

    view: ViewState
    width: int
    height: int
    right_s: float

    @property
    def left_s(self) -> float:
        """The stream's time at the left edge, in seconds."""
        return self.right_s - self.view.span_s

    @property
    def has_hz(self) -> bool:
        """True if rows are frequencies."""
        return view_of(self.view.frontend).axis == "Hz"

    def x_of(self, seconds: float) -> float:
        """Where a time of the stream stands; may be outside."""
        return (1 + (seconds - self.right_s) / self.view.span_s) * self.width

    def seconds_at(self, x: float) -> float:
        """The stream's time there."""
        return self.right_s + (x / max(1, self.width) - 1) * self.view.span_s

    def y_of(self, hz: float) -> float:
        """Where a frequency above 0 stands; may be outside. NaN where rows have none."""
        return (1 - self.view.fraction_of(hz)) * self.height if self.has_hz else math.nan

    def hz_at(self, y: float) -> float:
        """The frequency there; NaN where rows have none."""
        return self.view.row_hz(1 - y / max(1, self.height)) if self.has_hz else math.nan

    def row_at(self, y: float) -> int:
        """The row of a column that is shown there; from the edge for what is beyond it."""
        share = self.view.bottom + (1 - y / max(1, self.height)) * (
            self.view.top - self.view.bottom
        )
        n = self.view.frontend.n_rows
        return min(max(math.floor(share * n), 0), n - 1)
