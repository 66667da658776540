"""A spectrogram with axes as a value, and as SVG that takes its colours from the page around it."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from livemel.diagnosis import Severity

# Distances in px of the page.
_LEFT, _RIGHT, _BELOW, _ABOVE = 48, 64, 40, 6
_LANE, _BAR, _BAR_GAP = 18, 10, 12
_MOST_LANES = 8
_CHIP = 18
# About this wide is a letter of the small text.
_LETTER = 6.6

Tick = tuple[float, str]


@dataclass(frozen=True, slots=True)
class Plot:
    """What is drawn of a stretch of sound.

    png : the image; width, height : in px of the page, for which it may have more pixels
    begin_s, end_s : at its left and right edge
    seconds, hz, levels : ticks: places from 0 to 1, from the left or from below, and labels
    lines : the same for frequencies that are marked
    colours : of the levels, from the lowest to the highest
    unit : of the levels
    """

    png: bytes
    width: int
    height: int
    begin_s: float
    end_s: float
    seconds: Sequence[Tick]
    hz: Sequence[Tick]
    levels: Sequence[Tick]
    colours: Sequence[str]
    unit: str
    lines: Sequence[Tick] = ()


@dataclass(frozen=True, slots=True)
class Pictures:
    """What is drawn of one sound.

    whole : of all of it; zooms : by the number of the finding in the report, from 0
    missing : why there is none, where there should be
    """

    whole: Plot | None = None
    zooms: Mapping[int, Plot] = field(default_factory=dict)
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A finding on a plot: its number in the list, its severity, and its seconds."""

    number: int
    severity: Severity
    start_s: float
    end_s: float


def svg(plot: Plot, marks: Sequence[Mark], label: str, key: str) -> str:
    """The plot, with the marks in lanes above it.

    label : what it shows, for who cannot see it; key : different for each plot of a page
    """
    lanes = _lanes(plot, marks)
    top = _ABOVE + _LANE * len(lanes)
    width, height = _LEFT + plot.width + _RIGHT, top + plot.height + _BELOW
    right, bottom = _LEFT + plot.width, top + plot.height
    image = base64.b64encode(plot.png).decode()
    parts = [
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}">',
        f"<title>{escape(label)}</title>",
        f'<image x="{_LEFT}" y="{top}" width="{plot.width}" height="{plot.height}" '
        f'preserveAspectRatio="none" href="data:image/png;base64,{image}"/>',
    ]
    for at, text in plot.lines:
        y = bottom - at * plot.height
        parts.append(f'<path class="seam" d="M{_LEFT} {y:.1f}H{right}"/>')
        parts.append(f'<path class="line" d="M{_LEFT} {y:.1f}H{right}"/>')
        if text:
            parts += _label(right - 4, y, text)
    for i, lane in enumerate(lanes):
        y = _ABOVE + i * _LANE
        for mark in lane:
            parts += _mark(plot, mark, y, top, bottom)
    for at, text in plot.hz:
        y = bottom - at * plot.height
        parts.append(f'<path class="tick" d="M{_LEFT - 4} {y:.1f}h4"/>')
        parts.append(f'<text class="end" x="{_LEFT - 8}" y="{y + 4:.1f}">{escape(text)}</text>')
    for at, text in plot.seconds:
        x = _LEFT + at * plot.width
        parts.append(f'<path class="tick" d="M{x:.1f} {bottom}v4"/>')
        anchor = "end" if x > right - 16 else "middle"
        parts.append(f'<text class="{anchor}" x="{x:.1f}" y="{bottom + 18}">{escape(text)}</text>')
    parts.append(f'<text class="end" x="{_LEFT - 8}" y="{bottom + 18}">Hz</text>')
    parts += _bar(plot, top, key)
    return "\n".join([*parts, "</svg>"])


def _bar(plot: Plot, top: int, key: str) -> list[str]:
    """What the colours stand for."""
    x, bottom = _LEFT + plot.width + _BAR_GAP, top + plot.height
    last = max(1, len(plot.colours) - 1)
    stops = "".join(
        f'<stop offset="{i / last:.3f}" stop-color="{colour}"/>'
        for i, colour in enumerate(plot.colours)
    )
    parts = [
        f'<linearGradient id="{key}" x1="0" y1="1" x2="0" y2="0">{stops}</linearGradient>',
        f'<rect x="{x}" y="{top}" width="{_BAR}" height="{plot.height}" fill="url(#{key})"/>',
    ]
    for at, text in plot.levels:
        y = bottom - at * plot.height
        parts.append(f'<path class="tick" d="M{x + _BAR} {y:.1f}h4"/>')
        parts.append(f'<text x="{x + _BAR + 8}" y="{y + 4:.1f}">{escape(text)}</text>')
    parts.append(f'<text x="{x}" y="{bottom + 18}">{escape(plot.unit)}</text>')
    return parts


def _label(right: float, y: float, text: str) -> list[str]:
    width = _LETTER * len(text) + 8
    return [
        f'<rect class="ground" x="{right - width:.1f}" y="{y - 8:.1f}" width="{width:.1f}" '
        'height="16" rx="3"/>',
        f'<text class="label end" x="{right - 4}" y="{y + 4:.1f}">{escape(text)}</text>',
    ]


def _lanes(plot: Plot, marks: Sequence[Mark]) -> list[list[Mark]]:
    """Marks one beside the other where there is room, else one below the other."""
    lanes: list[list[Mark]] = []
    for mark in marks:
        left, right = _ends(plot, mark)
        for lane in lanes:
            taken = [_ends(plot, other) for other in lane]
            if all(right < begin or left > end for begin, end in taken):
                lane.append(mark)
                break
        else:
            if len(lanes) < _MOST_LANES:
                lanes.append([mark])
    return lanes


def _ends(plot: Plot, mark: Mark) -> tuple[float, float]:
    """Where it begins and ends in px, its number included."""
    left, right = (_x(plot, seconds) for seconds in (mark.start_s, mark.end_s))
    left = min(left, _LEFT + plot.width - _CHIP)
    return left, max(right, left + _CHIP) + 2


def _x(plot: Plot, seconds: float) -> float:
    at = (seconds - plot.begin_s) / (plot.end_s - plot.begin_s)
    return _LEFT + min(max(at, 0.0), 1.0) * plot.width


def _mark(plot: Plot, mark: Mark, y: float, top: int, bottom: int) -> list[str]:
    """A bar over the time it takes, its number at the beginning, and edges down the image where it
    does not take all of it.
    """
    kind = str(mark.severity)
    left, right = (_x(plot, seconds) for seconds in (mark.start_s, mark.end_s))
    chip, _ = _ends(plot, mark)
    parts = []
    for x in {left, right}:
        if _LEFT < x < _LEFT + plot.width:
            parts.append(f'<path class="seam" d="M{x:.1f} {top}V{bottom}"/>')
            parts.append(f'<path class="edge" d="M{x:.1f} {y + 7:.1f}V{bottom}"/>')
    if right > chip + _CHIP:
        parts.append(
            f'<rect class="{kind}" x="{chip:.1f}" y="{y + 5}" width="{right - chip:.1f}" '
            'height="4" rx="2"/>'
        )
    return [
        *parts,
        f'<rect class="{kind}" x="{chip:.1f}" y="{y}" width="{_CHIP}" height="14" rx="4"/>',
        f'<text class="number middle" x="{chip + _CHIP / 2:.1f}" y="{y + 11}">{mark.number}</text>',
    ]
