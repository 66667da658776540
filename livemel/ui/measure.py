"""What the sound is at a place of the picture: readings, taken from the sound itself. No Qt."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livemel.buffers.history import SampleHistory
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.harmonics import Harmonics, harmonics_of
from livemel.dsp.peak import Peak, peak_near
from livemel.dsp.selection import BoxReading, bands_within, read_box
from livemel.dsp.stream import log_mel
from livemel.dsp.weighting import LevelScale
from livemel.engine import Feed
from livemel.engine.intake import one_channel
from livemel.errors import ParameterError
from livemel.ui.axes import Axes
from livemel.ui.marks import Box, Point
from livemel.ui.stream_time import columns_at, kept_s

# Lower than that over the floor, one point of noise in a dozen is as high: it is no tone.
_LEAST_OVER_FLOOR_DB = 10.0
# Harmonics of a low fundamental need a frame of five of its periods.
_LONGEST_FRAME_S = 1.0
# While the picture moves, harmonics are read so often.
_STEADY_S = 0.3
_NEAR = 0.03  # half a semitone: further off it is another tone
# Of a longer box, the first so many seconds are measured where its columns tell no levels.
_LONGEST_BOX_S = 10.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What is at one place.

    seconds : of the stream
    hz : of the peak if there is one, else of the place; NaN where rows have no frequencies
    value : what the picture reads there, in its unit; None where there is no column, or none that
        was heard
    peak : the tone that stands there, or None
    """

    seconds: float
    hz: float
    value: float | None
    peak: Peak | None


class Measure:
    """Readings of one feed and the sound that it was computed from."""

    def __init__(self, feed: Feed, history: SampleHistory | None) -> None:
        self._feed, self._history = feed, history
        self._frontend = _measuring(feed)
        self._multiples: tuple[float, float, Harmonics] | None = None
        self._known: dict[tuple[Point, int, LevelScale], Reading] = {}

    @property
    def feed(self) -> Feed:
        """What is measured."""
        return self._feed

    @property
    def newest_s(self) -> float:
        """The time of the newest sound, in seconds of the stream."""
        if self._history is None:
            return kept_s(self._feed)[1]
        return self._history.written / self._feed.format.sr

    def at_point(self, axes: Axes, point: Point) -> Reading:
        """What is at a cursor: once the sound around it is there, that stays."""
        y = axes.y_of(point.hz) if point.hz > 0 else math.nan
        if not math.isfinite(y):
            return Reading(point.seconds, math.nan, None, None)
        row = axes.row_at(y)
        key = point, row, axes.view.scale
        known = self._known.get(key)
        if known is None:
            a_bin = self._frontend.sr / self._frontend.n_fft
            peak = self.peak(point.seconds, point.hz, a_bin)
            hz = point.hz if peak is None else peak.hz
            known = Reading(point.seconds, hz, self._value(axes, point.seconds, row), peak)
            if self.newest_s > point.seconds + _LONGEST_FRAME_S:
                self._known = {**dict(list(self._known.items())[-8:]), key: known}
        return known

    def at(self, axes: Axes, x: float, y: float) -> Reading:
        """What is under a pointer. x, y : logical pixels"""
        seconds, hz = axes.seconds_at(x), axes.hz_at(y)
        value = self._value(axes, seconds, axes.row_at(y))
        if not axes.has_hz:
            return Reading(seconds, hz, value, None)
        # As near as a hand and an eye can tell: a few pixels, or the row that is pointed at.
        near = max(abs(axes.hz_at(y - 4) - hz), abs(axes.hz_at(y + 4) - hz))
        peak = self.peak(seconds, hz, max(near, self._frontend.sr / self._frontend.n_fft))
        return Reading(seconds, hz if peak is None else peak.hz, value, peak)

    def peak(self, seconds: float, hz: float, within_hz: float) -> Peak | None:
        """The tone near a frequency at that time; None where noise or nothing is."""
        half_s = self._frontend.n_fft / self._frontend.sr
        samples, centre = self._around(seconds, half_s)
        if not 0 < hz < self._frontend.sr / 2:
            return None
        try:
            peak = peak_near(samples, centre, self._frontend, hz, within_hz)
        except ParameterError:  # no sound is kept of that time, or none that is a number
            return None
        return peak if peak is not None and peak.over_floor_db >= _LEAST_OVER_FLOOR_DB else None

    def harmonics(self, seconds: float, f0_hz: float) -> Harmonics | None:
        """The multiples of a fundamental at that time, or None where there is no sound: of the
        fundamental that they agree on, if that is near.
        """
        known = self._multiples
        if known and known[1] == f0_hz and abs(known[0] - seconds) < _STEADY_S:
            return known[2]
        samples, centre = self._around(seconds, _LONGEST_FRAME_S)
        try:
            found = harmonics_of(samples, centre, self._frontend, f0_hz)
            if abs(found.f0_hz / f0_hz - 1) > _NEAR or not math.isfinite(found.error_hz):
                found = harmonics_of(samples, centre, self._frontend, f0_hz, refine=False)
        except ParameterError:
            return None
        self._multiples = seconds, f0_hz, found
        return found

    def box(self, box: Box, scale: LevelScale) -> BoxReading | None:
        """Level, centroid and peak of a box; None where nothing of it is kept."""
        feed = self._feed
        fe, columns = feed.frontend, np.empty((0, 0), dtype=np.float32)
        if fe.representation == "mel" and fe.power == 2 and fe.normalise == "none":
            first, stop = (round(columns_at(feed, s)) for s in (box.start_s, box.stop_s))
            columns = feed.columns.read(first, max(stop, first + 1)).values.T
        else:
            fe = FrontEnd(sr=self._frontend.sr)
            seconds = min(box.stop_s - box.start_s, _LONGEST_BOX_S)
            samples, _ = self._around(box.start_s + seconds / 2, seconds / 2)
            if len(samples):
                columns = log_mel(samples, fe)
        try:
            return read_box(columns, fe, bands_within(fe, box.low_hz, box.high_hz), scale)
        except ParameterError:
            return None

    def _value(self, axes: Axes, seconds: float, row: int) -> float | None:
        column = round(columns_at(self._feed, seconds) - 0.5)
        span = self._feed.columns.read(column, column + 1)
        if len(span.values) == 0 or span.start != column:
            return None
        value = float(span.values[0, row])
        if axes.view.is_scaled:
            value += float(axes.view.scale.rows(axes.view.frontend)[row])
        return value if np.isfinite(value) else None

    def _around(self, seconds: float, half_s: float) -> tuple[NDArray[np.float32], float]:
        """The sound from half_s before that time to half_s after it, of the channel that is shown,
        and where in it that time is, in samples.
        """
        sr = self._feed.format.sr
        if self._history is None:
            return np.empty(0, dtype=np.float32), 0.0
        centre = seconds * sr
        first, stop = round(centre - half_s * sr), round(centre + half_s * sr)
        span = self._history.read(first, max(stop, first + 1))
        return one_channel(span.samples, self._feed.channel), centre - span.start


def _measuring(feed: Feed) -> FrontEnd:
    """The feed's window, as long in seconds, over the sound as it came."""
    fe, sr = feed.frontend, feed.format.sr
    n_fft = max(16, round(fe.frame_length * sr / fe.sr))
    return FrontEnd(sr=sr, n_fft=n_fft, window=fe.window, periodic=fe.periodic)
