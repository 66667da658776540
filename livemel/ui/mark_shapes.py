"""From marks to lines and words: a pure function of what is marked and where things stand."""

import math
from dataclasses import dataclass

from livemel.ui.axes import Axes
from livemel.ui.marks import Box, Marks, Point

_LEAST_GAP = 4.0  # px between two harmonics' lines; closer ones would hide the picture
_LABEL_HEIGHT = 15.0  # px
_MOST_HARMONICS = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """From one place to another. faint : drawn thin, so that the picture shows through"""

    x0: float
    y0: float
    x1: float
    y1: float
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Patch:
    """An outlined rectangle."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Ring:
    """A small ring around a place."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Label:
    """Words, the middle of whose height is there. ends : it is their right edge, not their left"""

    x: float
    y: float
    text: str
    ends: bool = False


Shape = Line | Patch | Ring | Label


def mark_shapes(marks: Marks, axes: Axes, label_height: float = _LABEL_HEIGHT) -> list[Shape]:
    """What is drawn for these marks, in logical pixels, from below to above.

    label_height : labels of harmonics are at least that far from each other
    """
    shapes: list[Shape] = []
    if marks.selection is not None:
        shapes += _box(marks.selection, axes)
    if marks.harmonic_hz is not None:
        shapes += _harmonics(marks.harmonic_hz, axes, label_height)
    for name, point in (("A", marks.a), ("B", marks.b)):
        if point is not None:
            shapes += _cursor(name, point, axes)
    return shapes


def nearest_harmonic(y: float, f0_hz: float, axes: Axes, within: float) -> int | None:
    """The number of the harmonic whose line is drawn nearest to a height, if it is that near and
    its lines leave room between them: where they are dense, the first or the picture is meant.
    """
    drawn = harmonics_drawn(f0_hz, axes)
    if not drawn:
        return None
    away, place = min((abs(at - y), place) for place, (_, at) in enumerate(drawn))
    n, at = drawn[place]
    beside = drawn[max(place - 1, 0) : place] + drawn[place + 1 : place + 2]
    dense = any(abs(other - at) < 3 * within for _, other in beside)
    return n if away <= within and (n == 1 or not dense) else None


def harmonics_drawn(f0_hz: float, axes: Axes) -> list[tuple[int, float]]:
    """The harmonics that have lines, with their heights: from the first up to the top."""
    if not axes.has_hz:
        return []
    top_hz = axes.view.frontend.sr / 2
    drawn: list[tuple[int, float]] = []
    for n in range(1, _MOST_HARMONICS + 1):
        if n * f0_hz > top_hz:
            break
        y = axes.y_of(n * f0_hz)
        if 0 <= y <= axes.height and (not drawn or drawn[-1][1] - y >= _LEAST_GAP):
            drawn.append((n, y))
    return drawn


def _harmonics(f0_hz: float, axes: Axes, label_height: float) -> list[Shape]:
    shapes: list[Shape] = []
    labelled = math.inf
    for n, y in harmonics_drawn(f0_hz, axes):
        shapes.append(Line(0, y, axes.width, y, faint=n > 1))
        at = min(y, axes.height - label_height / 2)  # all of it is to be seen
        if at >= label_height / 2 and labelled - at >= label_height:
            labelled = at
            shapes.append(Label(axes.width - 6, at, f"{n}", ends=True))
    return shapes


def _cursor(name: str, point: Point, axes: Axes) -> list[Shape]:
    x = axes.x_of(point.seconds)
    if not 0 <= x <= axes.width:
        return []
    shapes: list[Shape] = [Line(x, 0, x, axes.height)]
    y = axes.y_of(point.hz) if math.isfinite(point.hz) and point.hz > 0 else math.nan
    if 0 <= y <= axes.height:
        shapes += [Line(0, y, axes.width, y, faint=True), Ring(x, y)]
    return [*shapes, Label(min(x + 7, axes.width - 16.0), axes.height - 12, name)]


def _box(box: Box, axes: Axes) -> list[Shape]:
    left, right = axes.x_of(box.start_s), axes.x_of(box.stop_s)
    top, bottom = 0.0, float(axes.height)
    if axes.has_hz and math.isfinite(box.low_hz):
        top, bottom = axes.y_of(box.high_hz), axes.y_of(max(box.low_hz, 1e-3))
    if right < 0 or left > axes.width or bottom < 0 or top > axes.height:
        return []
    # What lies outside need not be drawn, but an edge that does must not seem to be inside.
    left, right = max(left, -2.0), min(right, axes.width + 2.0)
    top, bottom = max(top, -2.0), min(bottom, axes.height + 2.0)
    return [Patch(left, top, max(right - left, 1.0), max(bottom - top, 1.0))]
