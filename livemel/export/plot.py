"""A spectrogram with axes as a value, and as SVG that takes its colours from the page around it."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from livemel.diagnosis import Severity

# Distances in px of the page.
_LEFT, _RIGHT, _BELOW, _ABOVE = 48, 64, 26, 6
_LANE, _BAR, _BAR_GAP = 18, 10, 12
_MOST_LANES = 8
_CHIP = 18
# About this wide is a letter of the small text.
_LETTER = 7.2
# How far a marked frequency reaches into the image, from its left and its right edge.
_REACH = 24
# Of a span narrower than this the edges are notches: what is there stays to be seen.
_NARROW, _NOTCH = 6, 12
# What the page's style sets anew: for readers that do not apply it to SVG.
_TEXT, _TICK_INK = 'font-size="12" fill="#6f7880"', 'stroke="#6f7880"'
_INKS = {"note": "#0f6f9c", "warn": "#8f5400", "fail": "#b3201a"}
_SEAM = 'class="seam" stroke="#000000" stroke-opacity="0.45" stroke-width="3"'
_EDGE = 'class="edge" stroke="#ffffff" stroke-opacity="0.9"'

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


def svg(plot: Plot, marks: Sequence[Mark], label: str) -> str:
    """The plot, with the marks in lanes above it. label : what it shows, for who cannot see it"""
    lanes = _lanes(plot, marks)
    top = _ABOVE + _LANE * len(lanes)
    width, height = _LEFT + plot.width + _RIGHT, top + plot.height + _BELOW
    image = base64.b64encode(plot.png).decode()
    parts = [
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}">',
        f"<title>{escape(label)}</title>",
        f'<image x="{_LEFT}" y="{top}" width="{plot.width}" height="{plot.height}" '
        f'preserveAspectRatio="none" href="data:image/png;base64,{image}"/>',
    ]
    for at, text in plot.lines:
        parts += _line(plot, top + (1 - at) * plot.height, text)
    for i, lane in enumerate(lanes):
        for mark in lane:
            parts += _mark(plot, mark, _ABOVE + i * _LANE, top)
    return "\n".join([*parts, *_axes(plot, top), *_bar(plot, top), "</svg>"])


def _axes(plot: Plot, top: int) -> list[str]:
    """Hz on the left, seconds below."""
    right, bottom = _LEFT + plot.width, top + plot.height
    parts = [_text(_LEFT - 8, bottom + 18, "Hz", "end")]
    for at, text in plot.hz:
        y = bottom - at * plot.height
        parts += [_tick(f"M{_LEFT - 4} {y:.1f}h4"), _text(_LEFT - 8, y + 4, text, "end")]
    for at, text in plot.seconds:
        x = _LEFT + at * plot.width
        anchor = "end" if x > right - 16 else "start" if x < _LEFT + 16 else "middle"
        parts += [_tick(f"M{x:.1f} {bottom}v4"), _text(x, bottom + 18, text, anchor)]
    return parts


def _bar(plot: Plot, top: int) -> list[str]:
    """What the colours stand for."""
    x, bottom, n = _LEFT + plot.width + _BAR_GAP, top + plot.height, len(plot.colours)
    step = plot.height / max(1, n)
    parts = [
        f'<rect x="{x}" y="{bottom - (i + 1) * step:.2f}" width="{_BAR}" height="{step + 0.5:.2f}" '
        f'fill="{colour}"/>'
        for i, colour in reversed(list(enumerate(plot.colours)))
    ]
    for at, text in plot.levels:
        y = bottom - at * plot.height
        parts += [_tick(f"M{x + _BAR} {y:.1f}h4"), _text(x + _BAR + 8, y + 4, text)]
    return [*parts, _text(x, bottom + 18, plot.unit)]


def _line(plot: Plot, y: float, text: str) -> list[str]:
    """Where a frequency is, at both edges: what is there stays to be seen."""
    right = _LEFT + plot.width
    width = _LETTER * len(text) + 8 if text else 0
    reach = f"M{_LEFT} {y:.1f}h{_REACH}M{right - width - _REACH:.1f} {y:.1f}h{_REACH}"
    parts = [f'<path {ink} d="{reach}"/>' for ink in (_SEAM, _EDGE)]
    if text:
        parts += [
            f'<rect x="{right - width:.1f}" y="{y - 8:.1f}" width="{width:.1f}" height="16" '
            'fill="#000000" fill-opacity="0.6"/>',
            f'<text font-size="12" fill="#ffffff" class="light" x="{right - 4}" y="{y + 4:.1f}" '
            f'text-anchor="end">{escape(text)}</text>',
        ]
    return parts


def _tick(path: str) -> str:
    return f'<path class="tick" {_TICK_INK} d="{path}"/>'


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text {_TEXT} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


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


def _mark(plot: Plot, mark: Mark, y: float, top: int) -> list[str]:
    """A bar over the time it takes, its number at the beginning, and edges down the image where it
    does not take all of it.
    """
    kind = str(mark.severity)
    ink = f'class="{kind}" fill="{_INKS[kind]}"'
    left, right = (_x(plot, seconds) for seconds in (mark.start_s, mark.end_s))
    chip, _ = _ends(plot, mark)
    parts = []
    narrow, far = right - left < _NARROW, top + plot.height - _NOTCH
    down = f"v{_NOTCH}m0 {far - top - _NOTCH}v{_NOTCH}" if narrow else f"v{plot.height}"
    for x in (round(left),) if narrow else (round(left), round(right)):
        if _LEFT + 2 < x < _LEFT + plot.width - 2:
            parts += [f'<path {edge} d="M{x + 0.5} {top}{down}"/>' for edge in (_SEAM, _EDGE)]
    if right > chip + _CHIP:
        parts.append(
            f'<rect {ink} x="{chip:.1f}" y="{y + 5}" width="{right - chip:.1f}" height="4" rx="2"/>'
        )
    return [
        *parts,
        f'<rect {ink} x="{chip:.1f}" y="{y}" width="{_CHIP}" height="14" rx="4"/>',
        f'<text class="number" font-size="11" fill="#ffffff" text-anchor="middle" '
        f'x="{chip + _CHIP / 2:.1f}" y="{y + 11}">{mark.number}</text>',
    ]
