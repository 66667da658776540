"""Round values for the axes. No Qt."""

import math
from typing import NamedTuple

from livemel.ui.view_state import ViewState
from livemel.ui.words import translate

# Frequencies people know, the ones they look for first in front.
_HZ_BY_RANK = (
    (1_000.0,),
    (100.0, 500.0, 2_000.0, 4_000.0, 8_000.0, 16_000.0),
    (250.0, 32_000.0, 64_000.0),
    (60.0,),
    (50.0,),
)
# For a view too narrow to hold half a dozen of those.
_MORE_HZ_BY_RANK = (
    (10.0, 20.0, 150.0, 200.0, 300.0, 400.0, 750.0, 1_500.0, 3_000.0, 6_000.0, 10_000.0, 12_000.0),
    (
        30.0,
        40.0,
        80.0,
        120.0,
        180.0,
        600.0,
        700.0,
        800.0,
        900.0,
        1_250.0,
        2_500.0,
        5_000.0,
        7_000.0,
        20_000.0,
    ),
)
_ENOUGH = 6
# A logarithmic axis has room below those.
_LOWEST_HZ = ((30.0,), (20.0,))
# Evenly spaced labels may be fewer: times the least gap.
_EVEN = 2.0
_STEPS = (1.0, 2.0, 5.0)


class Tick(NamedTuple):
    """A labelled place; `at` is a fraction of the axis, from the bottom or the left."""

    at: float
    label: str


def hz_label(hz: float) -> str:
    """50, 250, 1k, 1.5k, 16k."""
    return f"{hz:g}" if hz < 1000 else f"{hz / 1000:g}k"


def frequency_ticks(view: ViewState, least_gap: float) -> list[Tick]:
    """As many known frequencies as stand least_gap apart (a fraction of the height)."""
    chosen: list[Tick] = []
    always = _HZ_BY_RANK + (_LOWEST_HZ if view.frontend.representation == "log" else ())
    for number, rank in enumerate(always + _MORE_HZ_BY_RANK):
        if number >= len(always) and len(chosen) >= _ENOUGH:
            break
        for hz in rank:
            at = view.fraction_of(hz)
            if 0 <= at <= 1 and all(abs(at - tick.at) >= least_gap for tick in chosen):
                chosen.append(Tick(at, hz_label(hz)))
    return sorted(chosen)


def side_ticks(view: ViewState, least_gap: float) -> list[Tick]:
    """The ticks beside the image, for whatever its rows are."""
    if view.frontend.representation == "waveform":
        return level_ticks(view.low_db, view.high_db, _EVEN * least_gap)
    if view.frontend.representation == "mfcc":
        return coefficient_ticks(view, least_gap)
    if view.frontend.representation == "linear":
        return linear_ticks(view, least_gap)
    return frequency_ticks(view, least_gap)


def linear_ticks(view: ViewState, least_gap: float) -> list[Tick]:
    """Frequencies a round step apart."""
    low, high = view.row_hz(0), view.row_hz(1)
    step = round_step((high - low) * _EVEN * least_gap)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [Tick(view.fraction_of(n * step), hz_label(n * step)) for n in range(first, last + 1)]


def coefficient_ticks(view: ViewState, least_gap: float) -> list[Tick]:
    """The numbers of the coefficients, all or a round step apart."""
    n = view.frontend.n_rows
    step = max(1, round(round_step(n * least_gap)))
    return [Tick(view.fraction_of(number), str(number)) for number in range(0, n, step)]


def round_step(least: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is at least `least`."""
    magnitude = 10.0 ** math.floor(math.log10(least))
    return next(
        (step * magnitude for step in _STEPS if step * magnitude >= least * (1 - 1e-9)),
        10 * magnitude,
    )


def live_ticks(span_s: float, behind_s: float, least_gap: float) -> list[Tick]:
    """Seconds before now, on an axis whose right edge is behind_s before now.

    "now" itself may lie a little past the edge.
    """
    step = _time_step(span_s * least_gap)
    ticks = [Tick(1 + behind_s / span_s, translate("Axis", "now"))]
    n = 1
    while (at := 1 + (behind_s - n * step) / span_s) >= 0:
        ticks.append(Tick(at, f"−{_time(n * step, step)}"))
        n += 1
    return ticks[::-1]


def clock_ticks(start_s: float, span_s: float, least_gap: float) -> list[Tick]:
    """Seconds since the stream began, on an axis that starts at start_s."""
    step = _time_step(span_s * least_gap)
    n = math.ceil(max(start_s, 0.0) / step - 1e-9)
    ticks = []
    while (at := (n * step - start_s) / span_s) <= 1:
        ticks.append(Tick(at, _time(n * step, step)))
        n += 1
    return ticks


def level_ticks(low: float, high: float, least_gap: float) -> list[Tick]:
    """Round values between low and high."""
    step = round_step((high - low) * least_gap)
    n = math.ceil(low / step - 1e-9)
    ticks = []
    while n * step <= high + 1e-9 * step:
        label = f"{n * step:g}".replace("-", "−")
        ticks.append(Tick((n * step - low) / (high - low), label))
        n += 1
    return ticks


def _time_step(least_s: float) -> float:
    """A round number of seconds, or of minutes from a minute on."""
    return round_step(least_s) if least_s <= 50 else 60 * round_step(least_s / 60)


def _time(seconds: float, step_s: float) -> str:
    if step_s < 60:
        return f"{_number(seconds, step_s)} s"
    return f"{_number(seconds / 60, step_s / 60)} min"


def _number(value: float, step: float) -> str:
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return f"{value:.{decimals}f}"
