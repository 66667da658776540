"""The way of a sound from an output device to an input device, measured by clicks."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from livemel.engine.clock_drift import ClockDrift, Drift
from livemel.errors import SourceError
from livemel.sources.clicks import ClickSound, ClickStream, HeardClicks

Samples = NDArray[np.float32]
Floats = NDArray[np.float64]

# The click: a sweep that loudspeakers play and rooms do not swallow. Short enough that its echoes
# come after it, long enough to stand out of noise.
CLICK_S = 0.005
_LOW_HZ, _HIGH_HZ = 1_000.0, 8_000.0
_EDGE_S = 0.001
_AMPLITUDE = 0.5
# From one to the next. No two intervals are alike: neither an echo nor a hum comes at the same
# distance from each of them.
FIRST_S, _LEAST_S, _MOST_S = 0.5, 0.35, 0.65
# The longest way that is looked for: of Bluetooth loudspeakers it is 0.3 s.
LONGEST_S = 1.5
# Blocks come in bursts: a click may come as much earlier or later than the others.
_AROUND_S = 0.03
_STEP_S = 0.001
# What counts as heard: so many standard deviations of the filtered noise. Of the hundreds of values
# that are looked through none is as large by chance.
_STANDS_OUT = 6.0
# The direct way is the first that is at least this much of the loudest.
_DIRECT = 0.5
# How long a room goes on ringing.
_RINGS_S = 0.15
_LEAST_FOUND = 3
_LEAST_NOISE = 1e-6  # of a click


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """The whole way: from the callback that takes a sample to the callback that brings it, sample
    by sample (ClickStream.time_s).

    played, found : clicks
    ways_ms : of each found click, in order
    over_noise_db : the median click over the noise's standard deviation, both after the matched
        filter; 120 at most
    said_ms : what their drivers say of output and input
    drifts : of the clocks of output and input against the computer's; None before ten seconds
    flagged : blocks of output and input with a hole before them, as their drivers say
    stopped_s : after how much sound output and input stopped before the end; None where they did
        not
    """

    output: str
    input: str
    played: int
    found: int
    ways_ms: Floats
    over_noise_db: float
    said_ms: tuple[float, float]
    drifts: tuple[Drift | None, Drift | None]
    flagged: tuple[int, int]
    stopped_s: tuple[float | None, float | None]

    @property
    def median_ms(self) -> float:
        return float(np.median(self.ways_ms))


def click_at(sr: int) -> Samples:
    """A sweep from 1 to 8 kHz with soft edges, at that rate; shape (n,)."""
    t = np.arange(round(CLICK_S * sr)) / sr
    high_hz = min(_HIGH_HZ, 0.4 * sr)
    phase = 2 * np.pi * (_LOW_HZ * t + (high_hz - _LOW_HZ) * t**2 / (2 * CLICK_S))
    from_edge_s = np.minimum(t + 0.5 / sr, CLICK_S - t)
    edges = np.sin(np.pi / 2 * np.clip(from_edge_s / _EDGE_S, 0, 1)) ** 2
    click: Samples = (_AMPLITUDE * np.sin(phase) * edges).astype(np.float32)
    return click


def clicks_at(sr: int, clicks: int, seed: int = 0) -> ClickSound:
    """So many clicks at that rate, at distances that differ."""
    apart_s = np.random.default_rng(seed).uniform(_LEAST_S, _MOST_S, clicks - 1)
    begins_s = FIRST_S + np.concatenate([[0.0], np.cumsum(apart_s)])
    return ClickSound(click_at(sr), np.round(begins_s * sr).astype(int).tolist())


def clicks_last_s(clicks: int) -> float:
    """Seconds that so many take at most, and their way."""
    return FIRST_S + (clicks - 1) * _MOST_S + CLICK_S + LONGEST_S


def measure(heard: HeardClicks) -> RoundTrip:
    """The way, from what was heard. Raises SourceError where nothing, or too little, was."""
    output, into, played = heard.output, heard.input, heard.sound.places
    if len(output.at_ns) == 0:
        raise SourceError(f"{output.name} takes no sound")
    if len(into.at_ns) == 0 or not heard.recorded.size:
        raise SourceError(f"{into.name} delivers nothing")
    if not heard.recorded.any():
        raise SourceError(
            f"nothing heard: {into.name} delivers exact zeros. Is it muted, or not permitted?"
        )
    # Of those that were taken at all.
    places = np.array([place for place in played if place < output.starts[-1]], dtype=np.float64)
    if len(places) == 0:
        raise SourceError(
            f"{output.name} stopped taking sound after {output.starts[-1] / output.sr:.1f} s"
        )
    filtered = np.abs(_matched(heard.recorded, click_at(into.sr)))
    taken_s, arrived_s = output.time_s(places), into.time_s(np.arange(len(filtered), dtype=float))
    way_s = _common_way(filtered, taken_s, arrived_s)
    # Bursts are in order of their samples nearly: to look a time up they have to be quite.
    ordered_s = np.maximum.accumulate(arrived_s)
    noise = _noise(filtered, taken_s + way_s, ordered_s)
    found: list[tuple[float, float]] = []
    for at_s in taken_s:
        near = _slice(ordered_s, at_s + way_s - _AROUND_S, at_s + way_s + _AROUND_S)
        peak = _first_peak(filtered[near], _STANDS_OUT * noise)
        if peak is not None:
            sample, height = near.start + peak[0], peak[1]
            came_s = float(into.time_s(np.array([sample]))[0])
            found.append((came_s - at_s, height))
    if len(found) < max(_LEAST_FOUND, len(played) / 2):
        raise SourceError(_too_few(heard, len(found)))
    ways_s, heights = np.array(found).T
    return RoundTrip(
        output=output.name,
        input=into.name,
        played=len(played),
        found=len(found),
        ways_ms=1000 * ways_s,
        over_noise_db=20 * math.log10(float(np.median(heights)) / noise),
        said_ms=(1000 * output.latency_s, 1000 * into.latency_s),
        drifts=(_drift(output, 0), _drift(into, 1)),
        flagged=(output.flagged, into.flagged),
        stopped_s=(output.stopped_s, into.stopped_s),
    )


def _matched(recorded: Samples, click: Samples) -> Floats:
    """How much of a click begins at each sample: 1 is all of it."""
    n = fft.next_fast_len(len(recorded) + len(click), real=True)
    spectrum = fft.rfft(recorded.astype(np.float64), n)
    spectrum *= np.conj(fft.rfft(click.astype(np.float64), n))
    whole: Floats = fft.irfft(spectrum, n)[: len(recorded)]
    return whole / float(np.square(click, dtype=np.float64).sum())


def _common_way(filtered: Floats, taken_s: Floats, arrived_s: Floats) -> float:
    """The way that most clicks have taken, to some ms: the median click at it is the strongest."""
    begin_s = float(arrived_s[0])
    steps = int((float(arrived_s[-1]) - begin_s) / _STEP_S) + 1
    loudest = np.zeros(steps + round(LONGEST_S / _STEP_S) + 1)
    at = ((arrived_s - begin_s) / _STEP_S).astype(int)
    np.maximum.at(loudest, at, filtered)
    # Neighbours too: each click has its own place within a step, and comes a block sooner or later.
    reach = round(_AROUND_S / _STEP_S / 3)
    padded = np.pad(loudest, reach)
    loudest = np.max([padded[i : i + len(loudest)] for i in range(2 * reach + 1)], axis=0)
    first = np.round((taken_s - begin_s) / _STEP_S).astype(int)
    lags = np.arange(round(LONGEST_S / _STEP_S))
    which = np.clip(first[:, None] + lags[None, :], 0, len(loudest) - 1)
    heights = np.where(first[:, None] + lags[None, :] >= 0, loudest[which], 0.0)
    middle = np.median(heights, axis=0)
    near = np.flatnonzero(middle >= _DIRECT * middle.max())
    # A plateau as wide as the neighbourhood stands around each way: its middle.
    stop = near[0]
    while stop + 1 in near and stop - near[0] < 2 * reach:
        stop += 1
    return float(near[0] + stop) / 2 * _STEP_S


def _noise(filtered: Floats, expected_s: Floats, ordered_s: Floats) -> float:
    """The standard deviation of what is no click."""
    quiet = np.ones(len(filtered), dtype=bool)
    for at_s in expected_s:
        quiet[_slice(ordered_s, at_s - _AROUND_S, at_s + _RINGS_S)] = False
    rest = filtered[quiet] if quiet.any() else filtered
    # A digital way may have no noise at all.
    return max(float(np.sqrt(np.mean(np.square(rest)))), _LEAST_NOISE)


def _slice(ordered_s: Floats, start_s: float, stop_s: float) -> slice:
    """The samples that came from when to when."""
    start, stop = np.searchsorted(ordered_s, (start_s, stop_s))
    return slice(int(start), int(stop))


def _first_peak(part: Floats, least: float) -> tuple[float, float] | None:
    """The first peak that stands out and may be the direct way: its place, to a part of a sample,
    and its height.
    """
    if len(part) < 3 or part.max() < least:
        return None
    enough = max(least, _DIRECT * float(part.max()))
    first = int(np.argmax(part >= enough))
    # From there to the highest within the click's own width.
    width = max(2, len(part) // 200)
    at = first + int(np.argmax(part[first : first + width]))
    if not 0 < at < len(part) - 1:
        return float(at), float(part[at])
    before, here, after = part[at - 1 : at + 2]
    bend = before - 2 * here + after
    shift = 0.0 if bend == 0 else 0.5 * (before - after) / bend
    return at + float(np.clip(shift, -0.5, 0.5)), float(here)


def _too_few(heard: HeardClicks, found: int) -> str:
    output, into, played = heard.output.name, heard.input.name, len(heard.sound.places)
    for stream in (heard.output, heard.input):
        if stream.stopped_s is not None:
            stopped = f"{stream.name} stopped after {stream.stopped_s:.1f} s"
            return f"{stopped}: {found} of {played} clicks were heard until then"
    rms = float(np.sqrt(np.mean(np.square(heard.recorded, dtype=np.float64))))
    level = f"{20 * math.log10(max(rms, 1e-10)):.0f} dB FS"
    if found == 0:
        return (
            f"nothing heard: none of {played} clicks on {output} came in on {into} ({level}). "
            "Connect them, or turn the loudspeaker up"
        )
    return (
        f"too noisy: {found} of {played} clicks on {output} stand out of what {into} hears "
        f"({level}). Turn the loudspeaker up, or the noise down"
    )


def _drift(stream: ClickStream, after: int) -> Drift | None:
    """after : 1 where a block's time is that of its last sample, 0 where it is that of its first"""
    drift = ClockDrift(stream.sr)
    for at_ns, samples in zip(stream.at_ns, stream.starts[after:], strict=False):
        drift.add(int(at_ns), int(samples))
    return drift.estimate()
