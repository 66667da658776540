"""From findings to brackets and lines: a pure function of what was found and where things stand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from livemel.ui.axes import Axes
from livemel.ui.finding_text import goes_on, role, word

if TYPE_CHECKING:
    from livemel.diagnosis.finding import Finding

LANE = 18.0  # px: what stands at the same time stands one under the other
_MOST_LANES = 3
_LEAST_WIDTH = 3.0
_LETTER = 8.0  # px: at the most, a letter of a label
_LEAST_GAP, _LABEL_HEIGHT = 4.0, 15.0  # px between lines, and between labels


@dataclass(frozen=True, slots=True)
class Bracket:
    """Along the picture's upper edge, from when to when something was.

    left, right : px; may lie outside
    top : of its lane, px
    text, role : what it is called, "" where there is no room, and its colour: finding_text.role
    """

    finding: Finding
    left: float
    right: float
    top: float
    text: str
    role: str


@dataclass(frozen=True, slots=True)
class Dashes:
    """A frequency that something was found at: px, and what stands at its right end, or ""."""

    left: float
    right: float
    y: float
    text: str
    role: str


def brackets(findings: Sequence[Finding], axes: Axes, newest_s: float) -> list[Bracket]:
    """Those that are to be seen, in three lanes; what goes on reaches to the newest sound.

    Where the same follows so soon that there is no room for its word, it has none; where it touches
    what is there already, that one becomes longer. A fourth kind at the same time has no bracket.
    """
    drawn: list[Bracket] = []
    lanes: list[tuple[int, float]] = []  # the last one in each, and how far its word reaches
    for finding in sorted(findings, key=lambda f: f.start_s):
        left, right = _across(finding, axes, newest_s)
        if right < 0 or left > axes.width:
            continue
        text, colour = word(finding), role([finding])
        for n, (at, reach) in enumerate(lanes):
            last = drawn[at]
            if last.finding.code == finding.code:
                if left <= last.right + _LEAST_WIDTH:
                    drawn[at] = replace(last, right=max(last.right, right))
                    break
                if left <= reach:
                    text = ""
            elif left <= max(last.right, reach):
                continue
            room = reach if not text else max(left, 0.0) + _LETTER * (len(text) + 2)
            lanes[n] = len(drawn), room
            drawn.append(Bracket(finding, left, right, n * LANE, text, colour))
            break
        else:
            if len(lanes) < _MOST_LANES:
                lanes.append((len(drawn), max(left, 0.0) + _LETTER * (len(text) + 2)))
                top = (len(lanes) - 1) * LANE
                drawn.append(Bracket(finding, left, right, top, text, colour))
    return drawn


def bracket_at(x: float, y: float, drawn: Sequence[Bracket]) -> Bracket | None:
    """The one at a place in the picture, px: its line, or its word below it."""
    for one in drawn:
        reach = max(one.right, max(one.left, 0.0) + _LETTER * (len(one.text) + 2))
        if one.top <= y < one.top + LANE and one.left - 4 <= x <= reach + 4:
            return one
    return None


def dashes(findings: Sequence[Finding], axes: Axes, newest_s: float) -> list[Dashes]:
    """Lines at their frequencies, as long as they last. The multiples of a fundamental have their
    number, a tone its frequency; what would touch is left out.
    """
    if not axes.has_hz:
        return []
    drawn: list[Dashes] = []
    for finding in findings:
        left, right = _across(finding, axes, newest_s)
        if right < 0 or left > axes.width:
            continue
        last = labelled = math.inf
        for hz in sorted(finding.lines_hz):
            y = axes.y_of(hz) if hz > 0 else math.nan
            if not 0 <= y <= axes.height or last - y < _LEAST_GAP:
                continue
            last, text = y, ""
            if labelled - y >= _LABEL_HEIGHT and y >= _LABEL_HEIGHT / 2:
                labelled, text = y, _name(hz, finding)
            drawn.append(Dashes(max(left, 0.0), min(right, axes.width), y, text, role([finding])))
    return drawn


def _across(finding: Finding, axes: Axes, newest_s: float) -> tuple[float, float]:
    end_s = max(finding.end_s, newest_s) if goes_on(finding, newest_s) else finding.end_s
    left = axes.x_of(finding.start_s)
    return left, max(axes.x_of(end_s), left + _LEAST_WIDTH)


def _name(hz: float, finding: Finding) -> str:
    f0 = finding.values.get("f0_hz")
    if isinstance(f0, float) and f0 > 0:
        n = round(hz / f0)
        return f"×{n}" if n > 1 else f"{f0:.2f} Hz"
    return f"{hz:.1f} Hz" if hz < 1000 else f"{hz / 1000:.2f} kHz"
