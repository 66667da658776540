"""From findings to brackets and lines: a pure function of what was found and where things stand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from livemel.ui.axes import Axes
from livemel.ui.finding_text import Now, role, word

if TYPE_CHECKING:
    from livemel.diagnosis.finding import Finding

LABEL_HEIGHT = 15.0  # px, of the usual type: all sizes follow from it
# What stands at the same time stands one under the other, so much more than a label apart.
_BETWEEN = 3.0
_MOST_LANES = 4
_LEAST_WIDTH = 3.0
_LETTER = 0.53  # of the label's height: a letter, at the most
_CAPTION = 35.0  # px, and a label's height: below that is no pill
_SAME = 0.005
# Of one finding: more would be all that one sees.
_MOST_LINES = 12


@dataclass(frozen=True, slots=True)
class Bracket:
    """Along the picture's upper edge, from when to when something was.

    left, right : px; may lie outside
    top : of its lane, px
    reach : how far its word may go, px
    goes_on : it is there now
    text, role : what it is called, "" where there is no room, and its colour: finding_text.role
    """

    finding: Finding
    left: float
    right: float
    top: float
    text: str
    role: str
    reach: float
    goes_on: bool = False

    def moved(self, left_by: float, width: int) -> Bracket:
        """As it stands a moment later, in a picture that has moved on: what goes on ends with it.

        left_by : px
        """
        right = width if self.goes_on else self.right - left_by
        left, reach = self.left - left_by, max(0.0, self.left - left_by) + self.reach
        reach -= max(0.0, self.left)
        return replace(self, left=left, right=max(right, left), reach=reach)


@dataclass(frozen=True, slots=True)
class Dashes:
    """A frequency that something was found at: px, and what stands at its right end."""

    left: float
    right: float
    y: float
    text: str
    role: str


def brackets(
    findings: Sequence[Finding],
    axes: Axes,
    now: Now,
    *,
    has_caption: bool = False,
    label_height: float = LABEL_HEIGHT,
) -> list[Bracket]:
    """Those that are to be seen, in four lanes; what goes on reaches to the newest sound. What
    nobody need hear has none.

    Where the same follows so soon that there is no room for its word, it has none; where it touches
    what is there already, that one becomes longer. A fifth kind at the same time has no bracket.

    has_caption : a pill stands near the upper edge: all lanes but the first are below it
    label_height : of a word's ground, px
    """
    drawn: list[Bracket] = []
    letter = _LETTER * label_height
    # The last one in each, how far its word reaches, and what it is called.
    lanes: list[tuple[int, float, str]] = []
    heard = [f for f in _seen(findings, axes, now) if f.severity > 1]
    for finding in sorted(heard, key=lambda f: f.start_s):
        left, right = _across(finding, axes, now)
        colour, going = role([finding]), now.has(finding)
        called = text = word(finding)
        for n, (at, reach, of_last) in enumerate(lanes):
            last = drawn[at]
            if of_last == called:
                if left <= last.right + _LEAST_WIDTH:
                    drawn[at] = replace(
                        last, right=max(last.right, right), goes_on=last.goes_on or going
                    )
                    break
                if left <= reach:
                    text = ""
            elif left <= max(last.right, reach):
                continue
            room = reach if not text else max(left, 0.0) + letter * (len(text) + 2)
            lanes[n] = len(drawn), room, called
            top = _top(n, has_caption, label_height)
            drawn.append(Bracket(finding, left, right, top, text, colour, room, going))
            break
        else:
            if len(lanes) < _MOST_LANES:
                room = max(left, 0.0) + letter * (len(text) + 2)
                lanes.append((len(drawn), room, called))
                top = _top(len(lanes) - 1, has_caption, label_height)
                drawn.append(Bracket(finding, left, right, top, text, colour, room, going))
    return drawn


def bracket_at(
    x: float, y: float, drawn: Sequence[Bracket], label_height: float = LABEL_HEIGHT
) -> Bracket | None:
    """The one at a place in the picture, px: its line, or its word below it."""
    for one in drawn:
        reach = max(one.right, one.reach if one.text else 0.0)
        if one.top <= y < one.top + label_height + _BETWEEN and one.left - 4 <= x <= reach + 4:
            return one
    return None


def dashes(
    findings: Sequence[Finding],
    axes: Axes,
    now: Now,
    harmonic_hz: float | None = None,
    label_height: float = LABEL_HEIGHT,
) -> list[Dashes]:
    """Lines at their frequencies, as long as they last. The multiples of a fundamental have their
    number, a tone its frequency; what has no room for it is left out.

    harmonic_hz : of the harmonic cursor, which has lines of its own
    label_height : lines are at least that far from each other, px
    """
    if not axes.has_hz:
        return []
    drawn: list[Dashes] = []
    for finding in _seen(findings, axes, now):
        if not finding.lines_hz or _has_cursor(finding, harmonic_hz):
            continue
        left, right = _across(finding, axes, now)
        last, lines = math.inf, 0
        for hz in sorted(finding.lines_hz):
            y = axes.y_of(hz) if hz > 0 else math.nan
            seen = label_height / 2 <= y <= axes.height
            if not seen or last - y < label_height or lines == _MOST_LINES:
                continue
            last, lines = y, lines + 1
            text = _name(hz, finding)
            drawn.append(Dashes(max(left, 0.0), min(right, axes.width), y, text, role([finding])))
    return drawn


def _seen(findings: Sequence[Finding], axes: Axes, now: Now) -> list[Finding]:
    """Those of the times that are on the screen."""
    left_s, right_s = axes.left_s, axes.right_s
    return [f for f in findings if f.start_s <= right_s and _end_s(f, now) >= left_s]


def _end_s(finding: Finding, now: Now) -> float:
    return max(finding.end_s, now.newest_s) if now.has(finding) else finding.end_s


def _across(finding: Finding, axes: Axes, now: Now) -> tuple[float, float]:
    left = axes.x_of(finding.start_s)
    return left, max(axes.x_of(_end_s(finding, now)), left + _LEAST_WIDTH)


def _top(lane: int, has_caption: bool, label_height: float) -> float:
    if has_caption and lane:
        return label_height + _CAPTION + (lane - 1) * (label_height + _BETWEEN)
    return lane * (label_height + _BETWEEN)


def _has_cursor(finding: Finding, harmonic_hz: float | None) -> bool:
    first = finding.values.get("f0_hz", min(finding.lines_hz, default=None))
    if harmonic_hz is None or not isinstance(first, float) or first <= 0:
        return False
    return abs(harmonic_hz / first - 1) < _SAME


def _name(hz: float, finding: Finding) -> str:
    f0 = finding.values.get("f0_hz")
    if isinstance(f0, float) and f0 > 0:
        n = round(hz / f0)
        return f"×{n}" if n > 1 else f"{f0:.2f} Hz"
    return f"{hz:.1f} Hz" if hz < 1000 else f"{hz / 1000:.2f} kHz"
